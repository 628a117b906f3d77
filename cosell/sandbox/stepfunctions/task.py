"""The Task state: hands its arguments to an integration and waits for the answer, or for the timeout."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from .clock import Timer
from .errors import TIMEOUT, StateFailed
from .execution import Execution, Json
from .history import dumps, payload
from .processes import CallOff, Process, Resume
from .visit import Visit, within_limit

Integration: TypeAlias = Callable[["TaskCall"], None]
"""Does what a resource does: keeps the call and answers it, now or later."""

_FUNCTION = "arn:aws:lambda:"
_INTEGRATION = "arn:aws:states:::"


class TaskCall:
    """One attempt of a Task. The first answer counts; one after the timeout or the execution's end does nothing."""

    def __init__(self, arguments: Json, execution: Execution, state: str, answer: Resume) -> None:
        self.arguments, self.execution, self.state = arguments, execution, state
        self._answer: Resume | None = answer

    def succeed(self, result: Json) -> None:
        """Answers with a result, which must be JSON."""
        self._settle(dumps(result), None)

    def fail(self, error: str, cause: str) -> None:
        """Answers with an error name, which retriers and catchers know, and a cause for people."""
        self._settle(None, StateFailed(error, cause))

    def close(self) -> None:
        """Nobody waits for the answer any more."""
        self._answer = None

    def _settle(self, result: str | None, failure: StateFailed | None) -> None:
        answer, self._answer = self._answer, None
        if answer:
            answer(result, failure)


def task(visit: Visit) -> Process:
    """Asks once, or again where a load cut off an attempt: that one then goes on, with the same arguments."""
    frame, resource = visit.frame, visit.state["Resource"]
    cut_off = frame.asked
    parameters = cut_off or within_limit(dumps(visit.field("Arguments", frame.input)), frame.at)
    seconds = visit.whole_number("TimeoutSeconds", least=1)
    if resource not in visit.run.integrations:
        raise visit.runtime(f"No integration is registered for the resource {resource}.")
    events = _Events(visit, resource)
    if cut_off is None:
        events.scheduled(parameters, seconds)
    frame.asked = parameters
    try:
        text = yield lambda resume: _call(visit, json.loads(parameters), seconds, resume)
        within_limit(text, resource)
    except StateFailed as failure:
        events.failed(failure)
        raise
    finally:
        frame.asked = None
    events.succeeded(text)
    result = json.loads(text)
    return visit.move_on(result, {"result": result})


def _call(visit: Visit, arguments: Json, seconds: int | None, resume: Resume) -> CallOff:
    clock = visit.run.clock
    timer: Timer | None = None

    def answer(result: Any, failure: StateFailed | None) -> None:
        if timer:
            timer.cancel()
        resume(result, failure)

    def call_off() -> None:
        call.close()
        if timer:
            timer.cancel()

    call = TaskCall(arguments, visit.run.execution, visit.frame.at, answer)
    if seconds is not None:
        timer = clock.after(seconds, lambda: call.fail(TIMEOUT, ""))
    visit.run.integrations[visit.state["Resource"]](call)
    return call_off


class _Events:
    """The events of a task: `Task…` for an integration, `LambdaFunction…` for a function's own ARN."""

    def __init__(self, visit: Visit, resource: str) -> None:
        self._visit, self._function = visit, resource if resource.startswith(_FUNCTION) else ""
        self._resource: dict[str, Any] = {}
        if not self._function:
            service, _, action = resource.removeprefix(_INTEGRATION).rpartition(":")
            self._resource = {"resourceType": service, "resource": action}

    def scheduled(self, parameters: str, seconds: int | None) -> None:
        timeout = {} if seconds is None else {"timeoutInSeconds": seconds}
        if self._function:
            self._record("Scheduled", {"resource": self._function, **payload("input", parameters), **timeout})
            self._visit.frame.last = self._visit.run.history.record("LambdaFunctionStarted", self._visit.frame.last)
        else:
            self._record("Scheduled", {"region": self._visit.run.region, "parameters": parameters, **timeout})
            self._record("Started", {})

    def succeeded(self, text: str) -> None:
        self._record("Succeeded", payload("output", text))

    def failed(self, failure: StateFailed) -> None:
        self._record("TimedOut" if failure.error == TIMEOUT else "Failed", failure.details())

    def _record(self, what: str, details: dict[str, Any]) -> None:
        prefix, named = ("LambdaFunction", "lambdaFunction") if self._function else ("Task", "task")
        frame = self._visit.frame
        frame.last = self._visit.run.history.record(
            f"{prefix}{what}", frame.last, {**self._resource, **details}, named=f"{named}{what}"
        )
