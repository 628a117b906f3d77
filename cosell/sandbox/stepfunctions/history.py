"""The event history of an execution, in the shapes in which GetExecutionHistory returns it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from .clock import Clock
from .errors import RUNTIME, StateFailed

Event: TypeAlias = dict[str, Any]

LIMIT = 25_000
"""Events one execution may have; the last is kept for its end."""

_NOT_TRUNCATED = {"truncated": False}


class History:
    """Events in order; each names the one that led to it (`previousEventId`, 0 at the start). Times are in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.events: list[Event] = []

    def record(self, kind: str, previous: int, details: Mapping[str, Any] | None = None, *, named: str = "") -> int:
        """Adds an event and returns its id. `details` go under `<named>EventDetails`.

        Raises `StateFailed` when only the place of the execution's end is left.
        """
        if len(self.events) >= LIMIT - 1 and not kind.startswith("Execution"):
            raise StateFailed(RUNTIME, f"The execution reached the maximum number of history events ({LIMIT}).")
        event: Event = {
            "timestamp": round(self._clock.now, 3),
            "type": kind,
            "id": len(self.events) + 1,
            "previousEventId": previous,
        }
        if named:
            event[f"{named}EventDetails"] = dict(details or {})
        self.events.append(event)
        return len(self.events)

    def entered(self, kind: str, previous: int, name: str, value: Any) -> int:
        details = {"name": name, "input": dumps(value), "inputDetails": _NOT_TRUNCATED}
        return self.record(f"{kind}StateEntered", previous, details, named="stateEntered")

    def exited(self, kind: str, previous: int, name: str, output: str, assigned: Mapping[str, str]) -> int:
        """`output` and the values of `assigned` are JSON texts."""
        details: dict[str, Any] = {"name": name, "output": output, "outputDetails": _NOT_TRUNCATED}
        if assigned:
            details |= {"assignedVariables": dict(assigned), "assignedVariablesDetails": _NOT_TRUNCATED}
        return self.record(f"{kind}StateExited", previous, details, named="stateExited")


def payload(name: str, text: str) -> dict[str, Any]:
    """A member that holds JSON as text, with the note AWS puts beside it."""
    return {name: text, f"{name}Details": _NOT_TRUNCATED}


def dumps(value: Any) -> str:
    """JSON as Step Functions writes it: compact, and text as it is."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
