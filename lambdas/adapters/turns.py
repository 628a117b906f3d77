"""Taking turns: one pair, one writer. Each step of the protocol is one conditional UpdateItem on the pair's turn.

    wish     an event arrived: `wanted` + 1, before the turn is tried
    take     `fence` + 1 for whoever finds the turn free, expired, or already theirs
    mark     `seen` = `wanted`, before the first read of a round: what arrives later is not covered by it
    hold     at the start of everything that writes: still ours, and for long enough
    finish   given back if nothing was wanted since the mark
    call     a wish of somebody who does not come himself: says whether a run has to be started for it

The fence is the holder's only proof; a new one is given out with every take, so an old one never fits again. The tests
explore every interleaving of these functions with edits, failures, lost answers, redrives and expiry.

Attributes of the item: `wanted`, `seen`, `fence`, `rounds` (takes since the turn was last given back), `owner` and
`expires` while it is taken, `woken` (who wished for what was not finished yet), `open` and `since` (the sparse index of
turns that somebody must still finish), `follower` and `follower_until`, and `caller`, `called` and `called_until` (who
started a run for which fence, and how long it may be on its way). It has no TTL: a turn outlives its executions.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lambdas import runtime
from lambdas.adapters import tables
from lambdas.errors import LeaseLost
from lambdas.settings import settings

FREE: Final = "attribute_not_exists(#owner) OR #expires <= :now OR #owner = :owner"
HELD: Final = "attribute_exists(#owner) AND #fence = :fence AND #expires > :now"
FOLLOWS_A_HOLDER: Final = "#follower = :owner AND attribute_exists(#owner) AND #owner <> :owner AND #expires > :now"
QUIET: Final = "#wanted = #seen"
CALLABLE: Final = "attribute_not_exists(#caller) OR #caller = :caller OR #called <> :fence OR #called_until <= :now"
FOLLOWABLE: Final = "attribute_not_exists(#follower) OR #follower = :owner OR #follower_until <= :now"

WISH: Final = "SET #open = :open, #since = if_not_exists(#since, :now) ADD #wanted :one, #woken :by"
TAKE: Final = "SET #owner = :owner, #expires = :expires ADD #fence :one, #rounds :one"
MARK: Final = "SET #seen = #wanted, #expires = :expires"
HOLD: Final = "SET #expires = :expires"
HAND_ON: Final = "REMOVE #owner, #expires, #rounds"
RELEASE: Final = "REMOVE #owner, #expires, #rounds, #woken, #open, #since"
FOLLOW: Final = "SET #follower = :owner, #follower_until = :until "
UNFOLLOW: Final = ", #follower, #follower_until"
LEAVE: Final = "REMOVE #follower, #follower_until"
CALL: Final = "SET #caller = :caller, #called = :fence, #called_until = :until"


class Taken(NamedTuple):
    fence: int
    rounds: int
    """Takes since the turn was last given back, this one included."""


class Finished(NamedTuple):
    released: bool
    """False: something was wanted since the mark, and the turn is kept for another round."""
    following: bool = False
    """This execution is the one that follows what AWS has under way."""


def wish(pair: str, *woken_by: str) -> None:
    """Notes that the pair must be looked at, which side says so, and why. Comes before the turn is tried.

    Twice for one event costs a round and does no harm.
    """
    _apply(pair, WISH, None, one=1, open="turn", by=frozenset(woken_by))


def call(pair: str, caller: str, *woken_by: str) -> bool:
    """Notes a wish of `caller`, who takes no turn himself; True: an execution must be started that does.

    Whoever has the turn sees the wish when it finishes. And where somebody else has called since the turn was last
    taken, that run is on its way: it takes the turn after this wish, and its mark covers it. So a burst of changes
    around a deal starts one run. A caller that is tried again calls again: it may not have got to starting anything.
    """
    wished = _apply(pair, WISH, None, returns="ALL_NEW", one=1, open="turn", by=frozenset(woken_by))
    if "owner" in wished and wished["expires"] > runtime.now():
        return False
    until = runtime.now() + settings().turn_ttl
    try:
        _apply(pair, CALL, CALLABLE, caller=caller, fence=wished.get("fence", 0), until=until)
    except tables.Refused:
        return False
    return True


def take(pair: str, owner: str) -> Taken | None:
    """Takes the turn for an execution, by its ARN; None while another execution has it.

    An execution that comes back to follow what AWS has under way, and finds the turn taken, leaves the following to
    whoever has the turn: it ends now, and somebody must go on looking.
    """
    try:
        item = _apply(pair, TAKE, FREE, returns="ALL_NEW", owner=owner, one=1)
    except tables.Refused as refused:
        if refused.item.get("follower") != owner or _leaves_following(pair, owner):
            return None
        return take(pair, owner)
    return Taken(fence=int(item["fence"]), rounds=int(item["rounds"]))


def mark(pair: str, fence: int) -> frozenset[str]:
    """Declares all wishes so far as covered by the reads that follow, and says whose they were.

    The sides are forgotten when the turn is given back, not here: after a lost answer or a failure, the next round
    must still know that it has more to read than the newest event says. Raises LeaseLost.
    """
    woken: frozenset[str] = _apply_held(pair, fence, MARK, returns="ALL_NEW").get("woken", frozenset())
    return woken


def hold(pair: str, fence: int) -> None:
    """Makes sure that the turn is ours until any write of this function is over. Raises LeaseLost.

    Where Cosell only observes, no turn is good for writing: a run from before, redriven, plans anew and ends there.
    """
    if settings().mode == "observe":
        raise LeaseLost("nothing is written in mode observe")
    _apply_held(pair, fence, HOLD)


def finish(pair: str, fence: int, follow: tuple[str, float] | None = None) -> Finished:
    """Gives the turn back, unless something was wanted since the mark. Raises LeaseLost.

    `follow` names an execution that would look again later, and the time (seconds since the epoch) until which nobody
    else need do so: at most one follows. Without it nobody has to, and whoever did is released from it.
    """
    quiet = f"{HELD} AND {QUIET}"
    if follow is None:
        finished = _release(pair, fence, RELEASE + UNFOLLOW, quiet)
    else:
        finished = _release(pair, fence, FOLLOW + RELEASE, f"{quiet} AND ({FOLLOWABLE})", follow)
        finished = finished or _release(pair, fence, RELEASE, quiet)
    return finished or Finished(released=False)


def hand_on(pair: str, fence: int) -> None:
    """Gives the turn back with its wishes unfulfilled, for a fresh execution to take. Raises LeaseLost."""
    _apply_held(pair, fence, HAND_ON)


def _leaves_following(pair: str, owner: str) -> bool:
    """False where the turn was given back in between: then nobody is left to take the following over."""
    try:
        _apply(pair, LEAVE, FOLLOWS_A_HOLDER, owner=owner)
    except tables.Refused:
        return False
    return True


def _release(
    pair: str, fence: int, update: str, condition: str, follow: tuple[str, float] | None = None
) -> Finished | None:
    """Gives the turn back, or says why not; None where only another follower is in the way. Raises LeaseLost."""
    owner, until = follow or ("", 0.0)
    try:
        _apply(pair, update, condition, fence=fence, owner=owner, until=until)
    except tables.Refused as refused:
        item = refused.item
        if item.get("fence") == fence and "owner" not in item:
            # Only its holder gives a turn back: an earlier try did, and its answer was lost.
            return Finished(released=True, following=bool(owner) and item.get("follower") == owner)
        if item.get("fence") != fence or item["expires"] <= runtime.now():
            raise LeaseLost(f"turn {fence} is over") from None
        return Finished(released=False) if item["wanted"] != item["seen"] else None
    return Finished(released=True, following=bool(owner))


def _apply_held(pair: str, fence: int, update: str, returns: tables.Returns = "NONE") -> tables.Item:
    try:
        return _apply(pair, update, HELD, returns, fence=fence)
    except tables.Refused:
        raise LeaseLost(f"turn {fence} is over") from None


def _apply(
    pair: str, update: str, condition: str | None, returns: tables.Returns = "NONE", **values: tables.Value
) -> tables.Item:
    now = runtime.now()
    given = {"now": now, "expires": now + settings().turn_ttl, **values}
    change = tables.Update({"pk": pair, "sk": "turn"}, update, given, condition)
    return tables.apply(settings().sync_table, change, returns)
