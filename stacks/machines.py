"""The one way to make a state machine from a lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.alarms import PERIOD, Alarms
from stacks.config import Config
from stacks.nag import acknowledge
from stacks.parts import construct_id, log_group


class Lifecycle(Protocol):
    """What a module of `statemachines` says about its machine."""

    name: str
    timeout: Duration

    @property
    def definition(self) -> sfn.IChainable: ...

    @property
    def functions(self) -> Mapping[str, lambda_.IFunction]:
        """Those the definition calls."""


class Machine(Construct):
    """A STANDARD machine, logged without data, traced, and watched. `self.machine` is the state machine."""

    def __init__(self, scope: Construct, lifecycle: Lifecycle, *, config: Config, alarms: Alarms) -> None:
        super().__init__(scope, construct_id(lifecycle.name) + "Machine")
        name = f"{config.deployment}-{lifecycle.name}"
        # Under this prefix the account's log resource policy, whose size is limited, stays as it is.
        logs = log_group(self, f"/aws/vendedlogs/states/{name}", config)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name,  # fixed: a replaced machine takes its failures with it
            query_language=sfn.QueryLanguage.JSONATA,
            timeout=lifecycle.timeout,
            definition_body=sfn.DefinitionBody.from_chainable(lifecycle.definition),
            logs=sfn.LogOptions(destination=logs, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        acknowledge(self.machine.role, _stars(lifecycle.functions.values()))
        self._watch(lifecycle.name, alarms)

    def _watch(self, name: str, alarms: Alarms) -> None:
        for what, metric in (
            ("failed", self.machine.metric_failed(period=PERIOD)),
            ("timed-out", self.machine.metric_timed_out(period=PERIOD)),
            ("aborted", self.machine.metric_aborted(period=PERIOD)),
        ):
            alarms.at_least(
                self,
                f"{name}-{what}",
                metric,
                means=f"Executions {what.replace('-', ' ')}. Open them, mend the cause, redrive within 14 days.",
            )
        alarms.at_least(
            self,
            f"{name}-throttled",
            self.machine.metric_throttled(period=PERIOD),
            means="Step Functions slows the machine down: ask for a higher quota of state transitions.",
        )


def _stars(calls: Iterable[lambda_.IFunction]) -> dict[str, str]:
    """The findings about the machine's role: CDK allows every version of a function that a task state calls."""
    reasons = {"AwsSolutions-IAM5[Resource::*]": "X-Ray and the delivery of logs have no resource to name."}
    for function in calls:
        resource = function.node.default_child
        if isinstance(resource, CfnElement):
            logical_id = Stack.of(function).get_logical_id(resource)
            reasons[f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>:*]"] = "Versions of the functions it calls."
    return reasons
