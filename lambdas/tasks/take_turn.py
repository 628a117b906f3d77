"""Find the pair that an event is about, and take its turn unless another execution has it."""

from __future__ import annotations

from typing import Any, Literal

from lambdas.adapters import bus, pairs, turns
from lambdas.domain import events
from lambdas.runtime import Message, task

MAX_ROUNDS = 10
"""How often one execution plans before it gives the turn back; then a fresh one goes on, so that no history grows too
long to be redriven."""


class Request(Message):
    event: dict[str, Any]
    owner: str
    """The execution's ARN: unchanged by a redrive, so that a redriven execution is known as the one that failed."""


class Result(Message):
    turn: Literal["TAKEN", "COALESCED", "NOT_SHARED", "HANDED_ON"]
    pair: str | None = None
    fence: int | None = None


@task
def handler(request: Request) -> Result:
    """Raises RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    The wish is written before the turn is tried: if another execution has it, that one sees the wish when it finishes
    and goes round again. So an event is never lost, and two executions never write for one pair.
    """
    woken = events.woken(request.event)
    pair = _pair(woken)
    if pair is None:
        return Result(turn="NOT_SHARED")
    turns.wish(pair, woken.by, *woken.why)
    taken = turns.take(pair, request.owner)
    if taken is None:
        return Result(turn="COALESCED", pair=pair)
    if taken.rounds > MAX_ROUNDS:
        # Released first: were the event first, its run could find the turn still taken, and nobody would go on.
        turns.hand_on(pair, taken.fence)
        bus.put([bus.handed_on(pair)])
        return Result(turn="HANDED_ON", pair=pair)
    return Result(turn="TAKEN", pair=pair, fence=taken.fence)


def _pair(woken: events.Woken) -> str | None:
    """The pair's id; None for a deal that was never shared, and for an opportunity that belongs to none."""
    if woken.pair is not None:
        return woken.pair
    if woken.deal is not None:
        return pairs.of_deal(*woken.deal, is_merged=events.MERGE in woken.why)
    if woken.opportunity is not None:
        return pairs.of_opportunity(*woken.opportunity, is_new=woken.is_new)
    return None
