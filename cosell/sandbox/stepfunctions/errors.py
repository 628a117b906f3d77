"""What goes wrong: a state fails inside an execution, or a call is refused at the API."""

from __future__ import annotations

from collections.abc import Iterable

TIMEOUT = "States.Timeout"
RUNTIME = "States.Runtime"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"


class StateFailed(Exception):
    """A state ended in an error; retriers and catchers look at `error`, people read `cause`.

    Either may be empty, as in a Fail state without `Error`. `state` is the name of the innermost state that failed,
    known once the error has left it.
    """

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause
        self.state: str | None = None

    def details(self) -> dict[str, str]:
        """`error` and `cause` as history events carry them: left out when empty."""
        return {name: text for name, text in (("error", self.error), ("cause", self.cause)) if text}


def matches(error: str, names: Iterable[str]) -> bool:
    """Whether a retrier or catcher with these `ErrorEquals` takes this error.

    `States.Runtime` is terminal whatever is listed. `States.DataLimitExceeded` is taken by its own name only, and
    `States.TaskFailed` means everything but a timeout.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    if error == RUNTIME:
        return False
    if error in names:
        return True
    if error == DATA_LIMIT_EXCEEDED:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != TIMEOUT)


class Refused(Exception):
    """A call the service does not carry out. The class name is the error code on the wire, the text its message."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        return type(self).__name__


class ExecutionAlreadyExists(Refused):
    """The name was used within 90 days, and this is not the same start again."""


class ExecutionDoesNotExist(Refused): ...


class ExecutionNotRedrivable(Refused):
    """The message is the reason that DescribeExecution gives as `redriveStatusReason`."""


class InvalidArn(Refused): ...


class InvalidDefinition(Refused):
    """The definition breaks the States Language, or uses what this engine does not have. All `problems` are listed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Invalid State Machine Definition: " + "; ".join(problems))
        self.problems = problems


class InvalidExecutionInput(Refused): ...


class InvalidName(Refused): ...


class InvalidToken(Refused): ...


class StateMachineAlreadyExists(Refused): ...


class StateMachineDoesNotExist(Refused): ...


class UnknownOperationException(Refused): ...


class ValidationException(Refused): ...
