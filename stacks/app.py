"""What runs: functions, state machines, the rules that start them, and the webhook."""

from __future__ import annotations

from aws_cdk import Environment, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks import bundling
from stacks.alarms import Alarms
from stacks.config import Config
from stacks.data import DataStack
from stacks.functions import TASKS, WEBHOOK, Function
from stacks.machines import Machine
from stacks.rules import Rules, When
from stacks.webhook import Webhook
from statemachines.deal_lifecycle import DealLifecycle

PARTNER_CENTRAL = "aws.partnercentral-selling"


class AppStack(Stack):
    """Everything but the data, which is another stack's."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, data: DataStack) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Cosell: functions, state machines, rules and webhook",
            env=Environment(region=config.region),
        )
        alarms = Alarms(self, "Alarms", config=config)
        functions = self._functions(config, data, alarms)
        deal = Machine(self, DealLifecycle(self, "DealLifecycle", functions=functions), config=config, alarms=alarms)
        Webhook(self, "Webhook", receiver=functions["webhook"], config=config, alarms=alarms)

        rules = Rules(self, "Rules", config=config, alarms=alarms)
        rules.forwards(
            When(
                "partner-central",
                "Partner Central's events of this catalog go on to Cosell's bus",
                events.EventPattern(source=[PARTNER_CENTRAL], detail={"catalog": [config.catalog]}),
            ),
            data.bus,
        )
        for when in _deal_lifecycle_starts(config, data.bus):
            rules.starts(when, deal.machine)

    def _functions(self, config: Config, data: DataStack, alarms: Alarms) -> dict[str, lambda_.Function]:
        """By the name of the file their code is in."""
        scope = Construct(self, "Functions")
        code = bundling.code(config)
        return {
            spec.name: Function(scope, spec, config=config, data=data, code=code, alarms=alarms).function
            for spec in (*TASKS, WEBHOOK)
        }


def _deal_lifecycle_starts(config: Config, bus: events.IEventBus) -> list[When]:
    return [
        When(
            "deal-changed",
            "A deal changed at HubSpot",
            events.EventPattern(
                source=["cosell.hubspot"], detail_type=["HubSpot Record Changed"], detail={"type": ["deal"]}
            ),
            bus,
        ),
        When(
            "opportunity-changed",
            "An opportunity was created or changed at AWS",
            events.EventPattern(
                source=[PARTNER_CENTRAL],
                detail_type=["Opportunity Created", "Opportunity Updated"],
                detail={"catalog": [config.catalog]},
            ),
            bus,
        ),
        When(
            "pair-handed-on",
            "A run went round too often and hands its pair to a fresh one",
            events.EventPattern(source=["cosell"], detail_type=["Pair Handed On"]),
            bus,
        ),
    ]
