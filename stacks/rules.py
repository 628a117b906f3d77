"""The one way to make a rule: what it cannot deliver lands in the dead letter queue, and somebody hears of it."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.alarms import PERIOD, Alarms
from stacks.config import Config
from stacks.nag import acknowledge
from stacks.parts import construct_id

RETRIES = 185
MAX_AGE = Duration.hours(24)
"""Both are EventBridge's maximum."""


@dataclass(frozen=True)
class When:
    """Which events a rule takes, or when it makes one."""

    name: str
    """The rule's, without the deployment."""
    says: str
    """For the console."""
    pattern: events.EventPattern | None = None
    on: events.IEventBus | None = None
    """None is the account's default bus, the only one with schedules."""
    schedule: events.Schedule | None = None
    """In UTC."""


class Rules(Construct):
    """Makes rules that share one dead letter queue; a message there names the rule it comes from."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, alarms: Alarms) -> None:
        super().__init__(scope, construct_id)
        self._deployment = config.deployment
        self._alarms = alarms
        self.undelivered = sqs.Queue(
            self,
            "Undelivered",
            queue_name=f"{config.deployment}-undelivered",
            retention_period=Duration.days(14),  # the maximum
            enforce_ssl=True,
        )
        reason = "It is the dead letter queue."
        acknowledge(self.undelivered, {"AwsSolutions-SQS3": reason, "Serverless-SQSRedrivePolicy": reason})
        alarms.at_least(
            self,
            "undelivered",
            self.undelivered.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum"),
            means="EventBridge could not deliver these events. Mend the target, then replay the archive.",
        )

    def starts(self, when: When, machine: sfn.IStateMachine) -> None:
        """Each event, one of a schedule too, starts an execution, whose input is the whole event."""
        self._rule(when).add_target(
            targets.SfnStateMachine(
                machine, dead_letter_queue=self.undelivered, retry_attempts=RETRIES, max_event_age=MAX_AGE
            )
        )

    def forwards(self, when: When, bus: events.IEventBus) -> None:
        """Each event goes on to `bus`, unchanged."""
        rule = self._rule(when)
        rule.add_target(targets.EventBus(bus, dead_letter_queue=self.undelivered))
        resource = rule.node.default_child
        if isinstance(resource, events.CfnRule):
            # CDK's target for a bus knows no retry policy.
            resource.add_property_override("Targets.0.RetryPolicy.MaximumRetryAttempts", RETRIES)
            resource.add_property_override("Targets.0.RetryPolicy.MaximumEventAgeInSeconds", MAX_AGE.to_seconds())

    def _rule(self, when: When) -> events.Rule:
        rule = events.Rule(
            self,
            construct_id(when.name),
            rule_name=f"{self._deployment}-{when.name}",
            description=when.says,
            event_bus=when.on,
            event_pattern=when.pattern,
            schedule=when.schedule,
        )
        dimensions = {"RuleName": rule.rule_name}
        if when.on is not None:
            dimensions["EventBusName"] = when.on.event_bus_name
        self._watch(rule, when, "failed", "FailedInvocations", dimensions)
        self._watch(rule, when, "lost", "InvocationsFailedToBeSentToDlq", dimensions)
        return rule

    def _watch(self, rule: events.Rule, when: When, what: str, metric: str, dimensions: dict[str, str]) -> None:
        self._alarms.at_least(
            rule,
            f"{when.name}-{what}",
            cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name=metric,
                dimensions_map=dimensions,
                period=PERIOD,
                statistic="Sum",
            ),
            means=_MEANS[what],
        )


_MEANS = {
    "failed": "A target refused events for good. The dead letter queue holds them.",
    "lost": "Events reached neither the target nor the dead letter queue. Mend the cause, then replay the archive.",
}
