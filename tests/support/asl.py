"""Definitions in few words, and a Step Functions with scripted functions to run them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cosell.sandbox.stepfunctions import Clock, Execution, StateMachine, StepFunctions, TaskCall

INVOKE = "arn:aws:states:::lambda:invoke"


def flow(states: dict[str, Any]) -> dict[str, Any]:
    """A sequence of states that starts with the first."""
    return {"StartAt": next(iter(states)), "States": states}


def machine(states: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", **flow(states), **top}


def function(name: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """A Task that invokes a function, and ends the flow unless it has a Next."""
    arguments = {"FunctionName": name, "Payload": {} if payload is None else payload}
    leads = {} if "Next" in fields else {"End": True}
    output = {"Output": "{% $states.result.Payload %}"} if "Output" not in fields else {}
    return {"Type": "Task", "Resource": INVOKE, "Arguments": arguments, **output, **leads, **fields}


@dataclass(frozen=True)
class Error:
    """An answer of a function that fails."""

    name: str
    cause: str = "it broke"


@dataclass(frozen=True)
class After:
    """An answer that takes its time."""

    seconds: float
    answer: Any


SILENCE = object()
"""No answer, ever."""


@dataclass
class World:
    """A Step Functions whose functions answer from a script; the last answer of each is repeated."""

    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    script: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    open_calls: list[TaskCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sfn = StepFunctions(self.clock, seed=self.seed)
        self.sfn.integrations[INVOKE] = self._invoke

    def create(self, definition: dict[str, Any], name: str = "machine") -> StateMachine:
        return self.sfn.create_state_machine(name, definition)

    def start(self, definition: dict[str, Any], input: Any = None, name: str | None = None) -> Execution:  # noqa: A002
        return self.sfn.start(self.create(definition).arn, {} if input is None else input, name)

    def run(self, definition: dict[str, Any], input: Any = None) -> Execution:  # noqa: A002
        """Starts an execution and lets everything happen that comes of it."""
        execution = self.start(definition, input)
        self.clock.run_until_quiet()
        return execution

    def redrive(self, execution: Execution) -> Execution:
        self.sfn.redrive(execution.arn)
        self.clock.run_until_quiet()
        return execution

    def called(self) -> list[str]:
        return [name for name, _ in self.calls]

    def _invoke(self, call: TaskCall) -> None:
        name = call.arguments["FunctionName"]
        self.calls.append((name, call.arguments["Payload"]))
        self.open_calls.append(call)
        answers = self.script[name]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, After):
            self.clock.after(answer.seconds, lambda: _give(call, answer.answer))
        else:
            _give(call, answer)


def _give(call: TaskCall, answer: Any) -> None:
    if isinstance(answer, Error):
        call.fail(answer.name, answer.cause)
    elif answer is not SILENCE:
        call.succeed({"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200})


def kinds(execution: Execution, after: int = 0) -> list[str]:
    """Types of the events after the first `after`."""
    return [event["type"] for event in execution.history[after:]]


def entered(execution: Execution, after: int = 0) -> list[str]:
    """Names of the states entered, in order."""
    events = execution.history[after:]
    return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]


def failed_by_query(execution: Execution) -> str:
    """The cause of an execution that failed because an expression could not be evaluated."""
    assert (execution.status, execution.error) == ("FAILED", "States.QueryEvaluationError")
    assert execution.cause is not None
    return execution.cause
