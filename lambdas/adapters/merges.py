"""Whose pair a deal is after a merge. HubSpot makes one deal of two, normally under a new id.

All the ids of a merge are told of, in any order, each on its own. The winner's values stand on the deal that is left,
so its opportunity id says whose pair goes on; a pair without an opportunity gives way to one that has one. Where both
have one, the other opportunity is nobody's to close by guessing: it becomes a rival, and the deal asks.
"""

from __future__ import annotations

from typing import Final

from lambdas.adapters import hubspot, links, partner_central
from lambdas.domain.deletion import is_over
from lambdas.errors import RemoteUnavailable
from lambdas.settings import settings

TRIES: Final = 5


def follow(pair: str, portal: str, survivor: hubspot.Glance) -> str:
    """The pair of the deal that is left, once `pair`'s own deal went into it.

    Raises RemoteUnavailable where others decide about the same deals again and again.
    """
    for _ in range(TRIES):
        other = links.pair_of_deal(portal, survivor.id)
        if other == pair:
            return pair
        if other is None:
            if links.adopt(pair, portal, survivor.id):
                return pair
            continue
        winner, loser = _ranked(pair, other, survivor.opportunity)
        if links.absorb(winner, loser, portal=portal, deal=survivor.id, known=other):
            return winner
    raise RemoteUnavailable(f"deal {survivor.id} of portal {portal}: other runs change its pair at the same time")


def taken_over(portal: str, found: hubspot.Glance) -> str | None:
    """The pair of a deal that nobody knows, with an opportunity that somebody does: a merge that is still to be told.

    None for any other deal.
    """
    pair = links.pair_of_opportunity(settings().catalog, found.opportunity) if found.opportunity else None
    before = links.of(pair).deal if pair else None
    if pair is None or before is None:
        return None
    now = hubspot.glance(before)
    is_gone = now is None and hubspot.glance(before, archived=True) is None
    went_into_it = is_gone or (now is not None and now.id == found.id)
    return follow(pair, portal, found) if went_into_it else None


def open_rivals(pair: str, link: links.Link) -> tuple[str, ...]:
    """The rivals that AWS still has open; those that it has not are forgotten."""
    still_open = []
    for rival in sorted(link.rivals):
        opportunity = partner_central.get_opportunity(rival)
        if opportunity is not None and not is_over(opportunity):
            still_open.append(rival)
    if over := link.rivals - set(still_open):
        links.settle(pair, over)
    return tuple(still_open)


def _ranked(pair: str, other: str, shown: str | None) -> tuple[str, str]:
    """Winner and loser; `other` is the pair that the deal has already."""
    ours, theirs = links.of(pair).opportunity, links.of(other).opportunity
    wins = ours is not None and (theirs is None or ours == shown)
    return (pair, other) if wins else (other, pair)
