"""Which deal and which opportunity are one pair: aliases from both sides to the pair's id, and back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from lambdas.adapters import tables
from lambdas.errors import Misconfigured
from lambdas.settings import settings

_ABSENT_OR_EQUAL = "attribute_not_exists(pk) OR #pair = :pair"


@dataclass(frozen=True)
class Link:
    """What a pair's id stands for."""

    portal: str
    deal: str | None
    """None while there is only an opportunity, whose deal is still to be made."""
    catalog: str
    opportunity: str | None = None
    around: frozenset[str] = frozenset()
    """Reverse aliases of the records around the deal (`surroundings`)."""
    rivals: frozenset[str] = frozenset()
    """Opportunities of deals that were merged into this one, beside its own."""
    merged_into: str | None = None
    """The pair that took this one's deal over; this one is done."""


def pair_of_deal(portal: str, deal: str) -> str | None:
    return _pair(_deal_alias(portal, deal))


def pair_of_opportunity(catalog: str, opportunity: str) -> str | None:
    return _pair(_opportunity_alias(catalog, opportunity))


def make_pair(portal: str, deal: str) -> str:
    """The deal's pair, made if it has none. Two runs that make it at once get the same one.

    The id says nothing about the deal, and every try computes the same.
    """
    pair = str(uuid5(NAMESPACE_URL, f"cosell:{portal}/{deal}"))
    values: dict[str, tables.Value] = {"pair": pair, "portal": portal, "deal": deal, "catalog": settings().catalog}
    alias = tables.Update({"pk": _deal_alias(portal, deal)}, "SET #pair = :pair", values, _ABSENT_OR_EQUAL)
    link = tables.Update(
        {"pk": _pair_key(pair)},
        "SET #portal = :portal, #deal = :deal, #catalog = :catalog",
        values,
        "attribute_not_exists(pk) OR (#portal = :portal AND #deal = :deal AND #catalog = :catalog)",
    )
    try:
        tables.apply_all(_table(), alias, link)
    except tables.Canceled:
        other = pair_of_deal(portal, deal)
        if other is None or other == pair:
            raise Misconfigured(f"deal {deal} of portal {portal} was linked for another catalog") from None
        return other
    return pair


def make_pair_of_opportunity(portal: str, opportunity: str) -> str:
    """The pair of an opportunity that was made at AWS, as `make_pair` makes one; its deal comes with `join_deal`."""
    catalog = settings().catalog
    pair = str(uuid5(NAMESPACE_URL, f"cosell:{catalog}/{opportunity}"))
    values: dict[str, tables.Value] = {"pair": pair, "portal": portal, "catalog": catalog, "opportunity": opportunity}
    alias = tables.Update(
        {"pk": _opportunity_alias(catalog, opportunity)}, "SET #pair = :pair", values, _ABSENT_OR_EQUAL
    )
    link = tables.Update(
        {"pk": _pair_key(pair)}, "SET #portal = :portal, #catalog = :catalog, #opportunity = :opportunity", values
    )
    try:
        tables.apply_all(_table(), alias, link)
    except tables.Canceled:
        # A create of ours has linked it in between.
        return pair_of_opportunity(catalog, opportunity) or pair
    return pair


def join_deal(pair: str, deal: str) -> None:
    """Links a deal to the pair of an opportunity; again is no matter. Raises Misconfigured as `join` does."""
    link = of(pair)
    values: dict[str, tables.Value] = {"pair": pair, "deal": deal}
    alias = tables.Update({"pk": _deal_alias(link.portal, deal)}, "SET #pair = :pair", values, _ABSENT_OR_EQUAL)
    change = tables.Update(
        {"pk": _pair_key(pair)},
        "SET #deal = :deal",
        values,
        "attribute_exists(pk) AND (attribute_not_exists(#deal) OR #deal = :deal)",
    )
    try:
        tables.apply_all(_table(), alias, change)
    except tables.Canceled:
        raise Misconfigured(
            f"deal {deal} is linked to pair {pair_of_deal(link.portal, deal)}, pair {pair} to deal {of(pair).deal}"
        ) from None


def join(pair: str, opportunity: str) -> None:
    """Links an opportunity to the pair; again is no matter. Raises Misconfigured where either has another partner."""
    catalog = settings().catalog
    values: dict[str, tables.Value] = {"pair": pair, "opportunity": opportunity}
    alias = tables.Update(
        {"pk": _opportunity_alias(catalog, opportunity)}, "SET #pair = :pair", values, _ABSENT_OR_EQUAL
    )
    link = tables.Update(
        {"pk": _pair_key(pair)},
        "SET #opportunity = :opportunity",
        values,
        "attribute_exists(pk) AND (attribute_not_exists(#opportunity) OR #opportunity = :opportunity)",
    )
    try:
        tables.apply_all(_table(), alias, link)
    except tables.Canceled:
        raise Misconfigured(
            f"opportunity {opportunity} is linked to pair {pair_of_opportunity(catalog, opportunity)}, "
            f"pair {pair} to opportunity {of(pair).opportunity}"
        ) from None


def adopt(pair: str, portal: str, deal: str) -> bool:
    """Gives the pair another deal, into which its own was merged. False: that deal has got a pair of its own."""
    values: dict[str, tables.Value] = {"pair": pair, "deal": deal}
    alias = tables.Update({"pk": _deal_alias(portal, deal)}, "SET #pair = :pair", values, _ABSENT_OR_EQUAL)
    try:
        tables.apply_all(_table(), alias, tables.Update({"pk": _pair_key(pair)}, "SET #deal = :deal", values))
    except tables.Canceled:
        return False
    return True


def absorb(winner: str, loser: str, *, portal: str, deal: str, known: str) -> bool:
    """Makes one pair of two whose deals were merged into `deal`; all that led to the loser leads to the winner.

    An opportunity of the loser's becomes a rival of the winner's own. False: the deal is not `known`'s any more, so
    somebody else decided meanwhile.
    """
    lost = of(loser)
    values: dict[str, tables.Value] = {"pair": winner, "known": known, "deal": deal}
    updates = [
        tables.Update({"pk": _deal_alias(portal, deal)}, "SET #pair = :pair", values, "#pair = :known"),
        tables.Update({"pk": _pair_key(loser)}, "SET #merged_into = :pair", values),
    ]
    if lost.deal is not None and lost.deal != deal:
        updates.append(tables.Update({"pk": _deal_alias(portal, lost.deal)}, "SET #pair = :pair", values))
    rivals = lost.rivals | ({lost.opportunity} if lost.opportunity else frozenset())
    for rival in rivals:
        key = {"pk": _opportunity_alias(lost.catalog, rival)}
        updates.append(tables.Update(key, "SET #pair = :pair", values))
    update = "SET #deal = :deal" + (" ADD #rivals :rivals" if rivals else "")
    updates.append(tables.Update({"pk": _pair_key(winner)}, update, {**values, "rivals": rivals}))
    try:
        tables.apply_all(_table(), *updates)
    except tables.Canceled:
        return False
    return True


def settle(pair: str, rivals: frozenset[str]) -> None:
    """These rivals are closed: nobody need be asked about them any more."""
    tables.apply(_table(), tables.Update({"pk": _pair_key(pair)}, "DELETE #rivals :rivals", {"rivals": rivals}))


def of(pair: str) -> Link:
    """Raises Misconfigured for a pair that nobody made."""
    item = tables.get(_table(), pk=_pair_key(pair))
    if item is None:
        raise Misconfigured(f"pair {pair} has no link")
    return Link(
        portal=item["portal"],
        deal=item.get("deal"),
        catalog=item["catalog"],
        opportunity=item.get("opportunity"),
        around=item.get("around", frozenset()),
        rivals=item.get("rivals", frozenset()),
        merged_into=item.get("merged_into"),
    )


def _pair(alias: str) -> str | None:
    item = tables.get(_table(), pk=alias)
    return None if item is None else str(item["pair"])


def _deal_alias(portal: str, deal: str) -> str:
    return f"deal#{portal}#{deal}"


def _opportunity_alias(catalog: str, opportunity: str) -> str:
    return f"opp#{catalog}#{opportunity}"


def _pair_key(pair: str) -> str:
    return f"pair#{pair}"


def _table() -> str:
    return settings().links_table
