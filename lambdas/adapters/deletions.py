"""Deals that somebody deleted: when, how many within the hour, and which wait for an operator's word.

Counted are only deals with an opportunity, and only by their own "deletion" event. Cosell's own writes come back
without one, so what Cosell archives itself is never taken for a seller's decision.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from lambdas import runtime
from lambdas.adapters import tables
from lambdas.settings import settings

HOUR: Final = 3600.0
MOST: Final = 5_000
"""Deletions noted for one hour: an item holds 400 KB, and this many are a mass by any setting."""


def note(pair: str, at: float) -> None:
    """Notes that the pair's deal was deleted, as often as it is told."""
    tables.put(_table(), {"pk": pair, "sk": "deletion", "at": at})
    change = tables.Update(
        _hour(at),
        "ADD #deals :deal SET #ttl = :ttl",
        {"deal": frozenset({f"{at}#{pair}"}), "most": MOST, "ttl": int(runtime.now() + 60 * 24 * HOUR)},
        "attribute_not_exists(#deals) OR size(#deals) < :most",
    )
    try:
        tables.apply(_table(), change)
    except tables.Refused:
        return  # as many as count


def is_noted(pair: str, at: float) -> bool:
    """Whether this deletion, not an earlier one, was told of."""
    item = tables.get(_table(), pk=pair, sk="deletion")
    return item is not None and float(item["at"]) == at


def are_many(at: float) -> bool:
    """Whether more deals were deleted in some hour around this time than the setting allows, and nobody confirmed."""
    confirmed = tables.get(_table(), pk=_PK, sk="confirmed") or {}
    if at <= float(confirmed.get("at", 0.0)):
        return False
    hours = [tables.get(_table(), **_hour(at + shift)) or {} for shift in (-HOUR, 0.0, HOUR)]
    times = sorted(float(deal.partition("#")[0]) for hour in hours for deal in hour.get("deals", ()))
    return any(
        sum(first <= time <= first + HOUR for time in times) > settings().most_deletions
        for first in times
        if first <= at <= first + HOUR
    )


def hold(pair: str) -> None:
    """The pair's opportunity stays as it is until an operator confirms the deletions."""
    tables.apply(_table(), tables.Update(_HELD, "ADD #pairs :pair", {"pair": frozenset({pair})}))


def confirm(at: float) -> frozenset[str]:
    """All deletions until then were meant. Returns the pairs that wait for a word; `release` them once they were told.

    An older word, of a run that is redriven, takes nothing back from a newer one.
    """
    word = tables.Update({"pk": _PK, "sk": "confirmed"}, "SET #at = :at", {"at": at}, _IS_NEWER)
    with suppress(tables.Refused):  # a newer word covers these, too
        tables.apply(_table(), word)
    found: frozenset[str] = (tables.get(_table(), **_HELD) or {}).get("pairs", frozenset())
    return found


def release(pairs: frozenset[str]) -> None:
    if pairs:
        tables.apply(_table(), tables.Update(_HELD, "DELETE #pairs :pairs", {"pairs": pairs}))


_PK: Final = "deletions"
_IS_NEWER: Final = "attribute_not_exists(#at) OR #at <= :at"
_HELD: Final = {"pk": _PK, "sk": "held"}


def _hour(at: float) -> dict[str, str]:
    return {"pk": _PK, "sk": f"hour#{int(at // HOUR)}"}


def _table() -> str:
    return settings().sync_table
