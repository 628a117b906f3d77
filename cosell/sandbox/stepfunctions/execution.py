"""State machines, executions, and where an execution stands: what a redrive needs to go on from a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from .history import Event, History

Json: TypeAlias = Any
Definition: TypeAlias = dict[str, Any]
Status = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True)
class StateMachine:
    """A validated definition under a name. `text` is the definition as JSON, `created` in seconds since the epoch."""

    arn: str
    name: str
    definition: Definition
    text: str
    role_arn: str
    created: float
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Frame:
    """Where one sequence of states stands: the machine's own, a branch of a Parallel, or an iteration of a Map.

    `entered` is the event id of the present state's entry, None between two states. `last` is the newest event of this
    sequence. `children` are the branches or iterations of the present state; they stay after a failure, so that a
    redrive walks the same tree and skips what is `done`.

    `retries` counts how often each of the state's retriers was used, by its place. What the state waits for is one of
    `asked` (a Task that is under way: its parameters as JSON text), `until` (a Wait) and `retry_at` (the next attempt);
    the latter two are moments, in seconds since the epoch.
    """

    definition: Definition
    input: Json
    outer: Frame | None = None
    item: dict[str, Json] | None = None
    at: str = ""
    entered: int | None = None
    entered_at: float = 0.0
    last: int = 0
    variables: dict[str, Json] = field(default_factory=dict)
    children: list[Frame] | None = None
    done: bool = False
    output: Json = None
    retries: Counter[int] = field(default_factory=Counter)
    asked: str | None = None
    until: float | None = None
    retry_at: float | None = None

    def __post_init__(self) -> None:
        self.at = self.at or self.definition["StartAt"]

    @property
    def state(self) -> Definition:
        state: Definition = self.definition["States"][self.at]
        return state

    def scope(self) -> dict[str, Json]:
        """All variables that can be read here. Inner names cannot hide outer ones: definitions that try are refused."""
        return {**(self.outer.scope() if self.outer else {}), **self.variables}

    def map_item(self) -> dict[str, Json] | None:
        """`Map.Item` of the context object: that of the nearest Map around."""
        if self.item is not None or self.outer is None:
            return self.item
        return self.outer.map_item()

    def rewind(self) -> int:
        """Makes ready for a redrive: what is not done goes on from the entry of its state, with new counts and waits.

        Returns how many states run again, as AWS bills them.
        """
        self.retries.clear()
        self.asked = self.until = self.retry_at = None
        if self.done or self.entered is None:
            return 0
        if self.state["Type"] == "Fail":
            self.entered = None  # it alone is entered once more
            return 0
        self.last = self.entered
        return sum(child.rewind() for child in self.children or []) + (self.children is None)

    def standing(self) -> str:
        """The name of the innermost state that is not finished, of the first branch that is not."""
        unfinished = next((child for child in self.children or [] if not child.done), None)
        return unfinished.standing() if unfinished else self.at


@dataclass
class Execution:
    """One run of a machine, through all its redrives. Times are in seconds since the epoch.

    `machine` is the machine as it was at the start: a later definition does not reach an execution that exists.
    `input_text` is the input as it came. `output` and its text are there when `status` is SUCCEEDED, `error` and
    `cause` when it is FAILED or ABORTED (as on AWS, one that timed out has neither). `failed_state` is where it failed,
    timed out or was stopped. `transitions` counts what AWS bills: every entry of a state, every retry, and every state
    that a redrive runs again. `redrive_tokens` are the client tokens of the latest redrives, and when each was used.
    """

    arn: str
    name: str
    machine: StateMachine
    input: Json
    input_text: str
    started: float
    log: History
    root: Frame
    status: Status = "RUNNING"
    output: Json = None
    output_text: str | None = None
    error: str | None = None
    cause: str | None = None
    stopped: float | None = None
    redrives: int = 0
    redriven: float | None = None
    transitions: int = 0
    failed_state: str | None = None
    redrive_tokens: list[tuple[str, float]] = field(default_factory=list)

    @property
    def history(self) -> list[Event]:
        """Events as GetExecutionHistory returns them, oldest first."""
        return self.log.events

    def context(self) -> dict[str, Json]:
        """The part of the context object that is the same for all states."""
        execution: dict[str, Json] = {
            "Id": self.arn,
            "Input": self.input,
            "Name": self.name,
            "RoleArn": self.machine.role_arn,
            "StartTime": iso(self.started),
            "RedriveCount": self.redrives,
        }
        if self.redriven is not None:
            execution["RedriveTime"] = iso(self.redriven)
        return {"Execution": execution, "StateMachine": {"Id": self.machine.arn, "Name": self.machine.name}}


def iso(seconds: float) -> str:
    """A moment as the context object writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
