"""Find the pairs that a changed record belongs to, and start what looks at them."""

from __future__ import annotations

from typing import Any, Literal

from lambdas.adapters import bus, deletions, surroundings, turns
from lambdas.domain import around
from lambdas.runtime import Message, task


class Request(Message):
    event: dict[str, Any]
    owner: str
    """The execution's ARN."""


class Result(Message):
    outcome: Literal["TOLD", "NO_PAIRS"]
    pairs: int
    """How many the record belongs to."""
    started: int
    """How many of them had nobody yet who looks at them."""


@task
def handler(request: Request) -> Result:
    """Raises RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    Every pair gets its wish, and an event of its own only where no run is under way or on its way. So the import of
    many contacts of one company costs its deals one look. A second run of this function calls the same pairs again.
    """
    if request.event.get("detail-type") == around.CONFIRMED:
        pairs = deletions.confirm(around.confirmed_at(request.event))
        started = _start(pairs, request.owner, "hubspot")
        deletions.release(pairs)
    else:
        record = around.changed(request.event)
        pairs = surroundings.pairs(record.portal, record.type, record.id, past=record.concerns_past)
        started = _start(pairs, request.owner, *record.woken_by)
    return Result(outcome="TOLD" if pairs else "NO_PAIRS", pairs=len(pairs), started=started)


def _start(pairs: frozenset[str], caller: str, *woken_by: str) -> int:
    called = [pair for pair in sorted(pairs) if turns.call(pair, caller, *woken_by)]
    bus.put([bus.touched(pair) for pair in called])
    return len(called)
