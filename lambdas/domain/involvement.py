"""Involvement and visibility are fixed when a deal is submitted; only AWS changes them afterwards."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Final

from lambdas.domain import notes, rules
from lambdas.domain.records import Note, Opportunity
from lambdas.domain.rewrites import NEEDS, NO_SUPPORT
from lambdas.domain.situation import Situation

CO_SELL: Final = "Co-Sell"
VISIBILITY_ONLY: Final = "For Visibility Only"
REASON: Final = "InvolvementTypeChangeReason"
TURNED: Final = "AWS co-sells this deal from now on"


def told(now: Situation) -> tuple[str, ...]:
    """Sentences on properties that say something else than AWS has; what AWS has is written over them."""
    summary = (now.opportunity.summary if now.opportunity else None) or {}
    if not summary.get(rules.INVOLVEMENT):
        return ()  # not submitted yet: the deal decides
    found = []
    for row in now.mapping.shown:
        said, theirs = now.deal.get(row.property), summary.get(row.path or "")
        if row.writer == "seller_then_cosell" and said is not None and theirs not in {None, said}:
            is_turned = (said, theirs) == (VISIBILITY_ONLY, CO_SELL) and summary.get(REASON)
            found.append(f"{TURNED}. {_why(summary)}" if is_turned else _fixed(row.label))
    return tuple(found)


def asked_again(opportunity: Opportunity) -> dict[str, None]:
    """The help wanted, which AWS took out of a deal for visibility only: once AWS co-sells the deal, it has none."""
    summary = opportunity.summary or {}
    is_turned = summary.get(rules.INVOLVEMENT) == CO_SELL and summary.get(REASON)
    return {NEEDS: None} if is_turned and opportunity.body.get(NEEDS) == NO_SUPPORT else {}


def decision(now: Situation) -> tuple[Note, ...]:
    """A note, once, that AWS has turned a deal for visibility only into one that it co-sells."""
    summary = (now.opportunity.summary if now.opportunity else None) or {}
    if summary.get(rules.INVOLVEMENT) != CO_SELL or not summary.get(REASON):
        return ()
    return (Note(key=f"involvement#{CO_SELL}", body=notes.written(TURNED, _why(summary)), at=now.now),)


def _why(summary: Dict[str, object]) -> str:
    return f"It was for visibility only. AWS's reason: {summary[REASON]}."


def _fixed(label: str) -> str:
    return f"{label}: fixed when the deal was submitted; it shows what AWS has again."
