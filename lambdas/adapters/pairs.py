"""Which pair a deal or an opportunity belongs to, looked up and, where it is Cosell's business, made."""

from __future__ import annotations

from lambdas.adapters import hubspot, links, merges, partner_central, secrets, sync_state
from lambdas.domain import adoption
from lambdas.domain.intents import CREATE_OPPORTUNITY, likeness
from lambdas.domain.records import Opportunity
from lambdas.settings import settings


def of_deal(portal: str, deal: str, *, is_merged: bool = False) -> str | None:
    """The deal's pair; None for a deal that was never shared. Raises what `hubspot.glance` and `links` raise.

    `is_merged`: even a deal that is known may have gone into another.
    """
    known = links.pair_of_deal(portal, deal)
    if known and not is_merged:
        return known
    found = hubspot.glance(deal)
    if known:
        return known if found is None or found.id == deal else merges.follow(known, portal, found)
    if found is None or found.id != deal:
        return None
    if found.opportunity and (pair := _not_linked_yet(found.opportunity)):
        return pair
    return merges.taken_over(portal, found) or (links.make_pair(portal, deal) if found.is_shared else None)


def of_opportunity(catalog: str, opportunity: str, *, is_new: bool) -> str | None:
    """The opportunity's pair; None for one that is none of Cosell's business.

    `is_new`: AWS has just made it. Then it is worth waiting for, where opportunities become deals: this raises
    RemoteUnavailable while it is not to be seen. Raises what `partner_central.get_opportunity`, `hubspot` and `links`
    raise as well.
    """
    if known := links.pair_of_opportunity(catalog, opportunity):
        return known
    read = partner_central.must_see if is_new and settings().go_live else partner_central.get_opportunity
    found = read(opportunity)
    if found is None:
        return None
    identifier = found.body.get(adoption.IDENTIFIER)
    if identifier:
        return _of_its_deal(found, str(identifier))
    return _being_made(found) or _of_new(found)


def _not_linked_yet(opportunity: str) -> str | None:
    """The pair whose deal is made just now: a pair of its own would share the deal a second time."""
    pair = links.pair_of_opportunity(settings().catalog, opportunity)
    return pair if pair and links.of(pair).deal is None else None


def _of_its_deal(opportunity: Opportunity, deal: str) -> str | None:
    """It carries a deal's id: ours, made a moment ago, or one that a colleague wrote there. Other ids are not ours."""
    portal = secrets.portal_id()
    pair = links.pair_of_deal(portal, deal)
    if pair is None:
        if not adoption.is_after_go_live(opportunity, settings()) or not hubspot.is_open(deal):
            return None
        pair = links.make_pair(portal, deal)
    if links.of(pair).opportunity is None and not sync_state.is_sending(pair, CREATE_OPPORTUNITY):
        links.join(pair, opportunity.id)
    return pair


def _being_made(opportunity: Opportunity) -> str | None:
    """The pair that makes one just like it and has none yet: it looks again, and finds it there if it is its own."""
    pair = sync_state.announced(likeness(opportunity.body))
    return pair if pair and links.of(pair).opportunity is None else None


def _of_new(opportunity: Opportunity) -> str | None:
    if not adoption.is_after_go_live(opportunity, settings()):
        return None
    return links.make_pair_of_opportunity(secrets.portal_id(), opportunity.id)
