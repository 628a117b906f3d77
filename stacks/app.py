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
from stacks.functions import Function
from stacks.machines import Machine
from stacks.rules import Rules, When
from stacks.specs import TASKS, WEBHOOK
from stacks.webhook import Webhook
from statemachines.catalog_sync import CatalogSync
from statemachines.deal_lifecycle import DealLifecycle
from statemachines.records_around import RecordsAround

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
        around = Machine(self, RecordsAround(self, "RecordsAround", functions=functions), config=config, alarms=alarms)
        catalog = Machine(self, CatalogSync(self, "CatalogSync", functions=functions), config=config, alarms=alarms)
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
        for when in _records_around_starts(data.bus):
            rules.starts(when, around.machine)
        for when in _catalog_sync_starts(data.bus):
            rules.starts(when, catalog.machine)

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
        When(
            "pair-touched",
            "A record around a deal changed",
            events.EventPattern(source=["cosell"], detail_type=["Pair Touched"]),
            bus,
        ),
    ]


def _records_around_starts(bus: events.IEventBus) -> list[When]:
    return [
        When(
            "record-around-changed",
            "A company, contact or line item changed at HubSpot",
            events.EventPattern(
                source=["cosell.hubspot"],
                detail_type=["HubSpot Record Changed"],
                detail={"type": ["company", "contact", "line_item"]},
            ),
            bus,
        ),
        When(
            "deletions-confirmed",
            "An operator says that many deletions at once were meant",
            events.EventPattern(source=["cosell"], detail_type=["Deletions Confirmed"]),
            bus,
        ),
    ]


def _catalog_sync_starts(bus: events.IEventBus) -> list[When]:
    return [
        When(
            "catalog-daily",
            "Once a day the catalog is read",
            schedule=events.Schedule.cron(hour="4", minute="23"),
        ),
        When(
            "catalog-requested",
            "An operator does not want to wait for the day's run",
            events.EventPattern(source=["cosell"], detail_type=["Catalog Sync Requested"]),
            bus,
        ),
    ]
