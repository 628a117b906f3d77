"""The account in which everything runs: its services, wired to one another, with nothing deployed yet."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cosell.sandbox import saving
from cosell.sandbox.baton import Baton, Caller
from cosell.sandbox.events import EventBridge
from cosell.sandbox.events_api import EventsApi
from cosell.sandbox.faults import Faults
from cosell.sandbox.functions import Answer, Function, Functions
from cosell.sandbox.gateway import Gateway
from cosell.sandbox.network import Network
from cosell.sandbox.permissions import Asked, Permissions, why_not
from cosell.sandbox.saving import Chance
from cosell.sandbox.services import HOSTS, NAMES, ServiceError, Services
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.stepfunctions.errors import ExecutionAlreadyExists, Refused
from cosell.sandbox.stepfunctions.execution import Execution
from cosell.sandbox.stepfunctions.service import StepFunctions
from cosell.sandbox.stepfunctions.task import TaskCall
from cosell.sandbox.targets import Target, Undeliverable
from cosell.sandbox.wire import ACCOUNT, REGION, Request, Response

INVOKE = "arn:aws:states:::lambda:invoke"
_EVENT_LIMIT = 248 * 1024
"""Escaped bytes of input and output from which a status event leaves them out."""
_ASYNC_RETRIES = (60.0, 120.0)
"""Seconds that Lambda waits before it runs an asynchronous invocation again that failed."""


class Cloud:
    """One AWS account in one region."""

    def __init__(self, clock: Clock, *, seed: int = 0) -> None:
        self.clock = clock
        self.baton = Baton(clock, seed=seed)
        self.faults = Faults(seed=seed)
        self.network = Network(self.baton, self.faults)
        self.services = Services()
        self.functions = Functions(self.baton, self.faults, seed=seed)
        self.machines = StepFunctions(clock, seed=seed, region=REGION, account=ACCOUNT)
        self.events = EventBridge(clock, self.faults, seed=seed)
        self.events_api = EventsApi(self.events)
        self.gateway = Gateway(clock, self.functions)
        self.permissions: Permissions | None = None
        self.network.guard = self._guard
        self.events.check = self._check_target
        self.machines.integrations[INVOKE] = self._invoke
        self.machines.on_status.append(self._tell_status)
        self.events.destinations |= {"states": self._start, "lambda": self._invoke_async, "sqs": self._enqueue}
        self.events.bury = self.services.send
        for name in NAMES:
            self.network.add(name, self.services.named(name), *HOSTS[name])
        self.network.add("events", self.events_api, f"events.{REGION}.amazonaws.com")
        self.network.add("gateway", self.gateway, f"*.execute-api.{REGION}.amazonaws.com")

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """While this lasts, handlers reach this account, and the functions' code reads its time here."""
        with self.network.installed(), self.functions.installed():
            try:
                yield
            finally:
                self.baton.stop()

    def dump(self) -> dict[str, Any]:
        """What services hold and what runs, as JSON. Invocations under way, traces, logs and faults are left out."""
        return {
            "chances": saving.dump(_Chances, _Chances(self.baton.chance, self.functions.chance)),
            "services": self.services.dump(),
            "events": self.events.dump(),
            "machines": self.machines.dump(),
        }

    def load(self, document: Mapping[str, Any]) -> None:
        """Fills an account into which the same was deployed, and lets executions go on: Tasks are asked again.

        Raises ValueError where something is not deployed any more, or something ran already.
        """
        chances = saving.load(_Chances, document["chances"])
        self.baton.chance, self.functions.chance = chances.baton, chances.functions
        self.services.load(document["services"])
        self.events.load(document["events"])
        self.machines.load(document["machines"])

    def _invoke(self, call: TaskCall) -> None:
        """Step Functions' optimized Lambda integration."""
        arguments = call.arguments
        role = call.execution.machine.role_arn
        function = str(arguments["FunctionName"])
        asked = Asked("lambda:InvokeFunction", function if ":" in function else Function(function, "").arn, {})
        if self.permissions is not None and not self.permissions.allow(role, asked):
            call.fail("Lambda.AWSLambdaException", f"{why_not(role, asked)} (Service: AWSLambda; Status Code: 403)")
            return

        def done(answer: Answer) -> None:
            if answer.error is not None:
                call.fail(answer.error, answer.cause)
            else:
                call.succeed(_invoked(answer.payload))

        try:
            self.functions.invoke(
                function,
                arguments.get("Payload", {}),
                done,
                execution=call.execution.arn,
                state=call.state,
            )
        except KeyError as error:
            call.fail("Lambda.ResourceNotFoundException", str(error))

    def _guard(self, name: str, operation: str, request: Request, caller: Caller) -> Response | None:
        """AccessDenied, where the function's role lacks a right."""
        function = self.functions.deployed.get(caller.function)
        if self.permissions is None or function is None:
            return None
        return self.permissions.refusal(function.role, name, operation, request)

    def _check_target(self, target: Target) -> None:
        """Raises Undeliverable where EventBridge may not call the target in the target's role."""
        actions = {"states": "states:StartExecution", "events": "events:PutEvents"}
        if self.permissions is not None and target.service in actions:
            asked = Asked(actions[target.service], target.arn, {})
            if target.role is None or not self.permissions.allow(target.role, asked):
                raise Undeliverable("NO_PERMISSIONS", why_not(target.role or "no role", asked), again=False)

    def _start(self, target: Target, text: str, name: str) -> None:
        try:
            self.machines.start_text(target.arn, text, name)
        except ExecutionAlreadyExists as error:
            raise Undeliverable("RESOURCE_ALREADY_EXISTS", str(error), again=False) from error
        except Refused as error:
            raise Undeliverable("NO_RESOURCE", str(error), again=False) from error

    def _enqueue(self, target: Target, text: str, _name: str) -> None:
        try:
            self.services.send(target.arn, text, {})
        except ServiceError as error:
            raise Undeliverable("NO_RESOURCE", str(error), again=False) from error

    def _invoke_async(self, target: Target, text: str, _name: str) -> None:
        """EventBridge's invocation succeeds once Lambda has it; Lambda itself then tries three times."""
        waits = list(_ASYNC_RETRIES)

        def run() -> None:
            self.functions.invoke(target.arn, json.loads(text), done)

        def done(answer: Answer) -> None:
            if answer.error is not None and waits:
                self.clock.after(waits.pop(0), run)

        try:
            run()
        except KeyError as error:
            raise Undeliverable("NO_RESOURCE", str(error), again=False) from error

    def _tell_status(self, execution: Execution) -> None:
        event = self.events.event(
            "aws.states",
            "Step Functions Execution Status Change",
            status_detail(execution),
            resources=[execution.arn],
        )
        self.events.put(event, after=self.events.soon())


@dataclass
class _Chances:
    baton: Chance
    functions: Chance


def _invoked(payload: Any) -> dict[str, Any]:
    headers = {"Content-Type": ["application/json"], "X-Amz-Executed-Version": ["$LATEST"]}
    return {
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": {"AllHttpHeaders": headers, "HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": "sandbox"},
        "StatusCode": 200,
    }


def status_detail(execution: Execution) -> dict[str, Any]:
    """The detail of a status event: texts for input and output, epoch milliseconds for times, null where nothing is."""
    output = json.dumps(execution.output) if execution.status == "SUCCEEDED" else None
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": execution.name,
        "status": execution.status,
        "startDate": _millis(execution.started),
        "stopDate": _millis(execution.stopped),
        **_data("input", execution.input_text),
        **_data("output", output),
        "redriveCount": execution.redrives,
        "redriveDate": _millis(execution.redriven),
        "redriveStatus": "REDRIVABLE" if execution.status in {"FAILED", "TIMED_OUT", "ABORTED"} else "NOT_REDRIVABLE",
        "redriveStatusReason": None
        if execution.status in {"FAILED", "TIMED_OUT", "ABORTED"}
        else f"Execution is {execution.status} and cannot be redriven",
        "error": execution.error,
        "cause": execution.cause,
    }


def _data(name: str, text: str | None) -> dict[str, Any]:
    fits = text is None or len(json.dumps(text)) <= _EVENT_LIMIT
    details = {"included": fits} if text is not None else None
    return {name: text if fits else None, f"{name}Details": details}


def _millis(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * 1000)
