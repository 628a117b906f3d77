"""The states that do nothing outside of the execution: Pass, Choice, Wait, Succeed, Fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .errors import NO_CHOICE_MATCHED, StateFailed
from .processes import Process, sleep_until
from .visit import Move, Visit

MOST_SECONDS = 99_999_999


def pass_(visit: Visit) -> Move:
    return visit.move_on(visit.frame.input)


def succeed(visit: Visit) -> Move:
    return visit.move_on(visit.frame.input)


def fail(visit: Visit) -> Move:
    texts = {name: visit.field(name, "") for name in ("Error", "Cause")}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise visit.wrong_type(visit.state[name], name, "string", text)
    raise StateFailed(texts["Error"], texts["Cause"])


def choice(visit: Visit) -> Move:
    """The first rule whose condition holds leads on; its `Output` and `Assign` then count, not the state's."""
    for index, rule in enumerate(visit.state["Choices"]):
        field = f"Choices[{index}]/"
        holds = visit.evaluate(rule["Condition"], f"{field}Condition")
        if not isinstance(holds, bool):
            raise visit.wrong_type(rule["Condition"], f"{field}Condition", "boolean", holds)
        if holds:
            return visit.move(rule, rule["Next"], visit.frame.input, field=field)
    if "Default" not in visit.state:
        raise StateFailed(NO_CHOICE_MATCHED, visit.place("No choice rule matched, and there is no Default."))
    return visit.move(visit.state, visit.state["Default"], visit.frame.input)


def wait(visit: Visit) -> Process:
    """Waits; a `Timestamp` that is past ends it at once, also on a redrive, while `Seconds` start anew."""
    frame, clock = visit.frame, visit.run.clock
    if frame.until is None:
        frame.until = _epoch(visit) if "Timestamp" in visit.state else clock.now + _seconds(visit)
    yield sleep_until(clock, frame.until)
    frame.until = None
    return visit.move_on(frame.input)


def _seconds(visit: Visit) -> int:
    seconds = visit.whole_number("Seconds", least=0) or 0
    if seconds > MOST_SECONDS:
        raise visit.wrong_type(visit.state["Seconds"], "Seconds", f"number up to {MOST_SECONDS}", seconds)
    return seconds


def _epoch(visit: Visit) -> float:
    text = visit.field("Timestamp", None)
    try:
        return parse_timestamp(text)
    except ValueError:
        raise visit.wrong_type(visit.state["Timestamp"], "Timestamp", "RFC 3339 timestamp", text) from None


def parse_timestamp(text: object) -> float:
    """Seconds since the epoch of a timestamp as the States Language wants it. Raises `ValueError` for anything else."""
    if not isinstance(text, str) or "T" not in text:
        raise ValueError(f"{text!r} is not a timestamp such as 2026-11-24T09:00:00Z")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.timestamp()


IMMEDIATE: dict[str, Callable[[Visit], Move]] = {"Choice": choice, "Fail": fail, "Pass": pass_, "Succeed": succeed}
