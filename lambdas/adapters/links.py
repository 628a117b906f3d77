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
    deal: str
    catalog: str
    opportunity: str | None = None


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


def of(pair: str) -> Link:
    """Raises Misconfigured for a pair that nobody made."""
    item = tables.get(_table(), pk=_pair_key(pair))
    if item is None:
        raise Misconfigured(f"pair {pair} has no link")
    return Link(
        portal=item["portal"],
        deal=item["deal"],
        catalog=item["catalog"],
        opportunity=item.get("opportunity"),
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
