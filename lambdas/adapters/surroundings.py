"""Which pairs a company, a contact or a line item belongs to: reverse aliases beside the links.

An alias `company#portal#id` names the pairs whose deal has the record now (`pairs`), and those whose deal had it once
(`past`): a restored company must find its deals again, and a person who is to be forgotten all that was kept of them.
"""

from __future__ import annotations

from typing import Final

from lambdas.adapters import tables
from lambdas.domain.records import Deal
from lambdas.settings import settings

ACTIONS: Final = 100
"""Writes that one transaction takes."""


def of_deal(deal: Deal) -> frozenset[str]:
    """The aliases of the records around the deal."""
    company = () if deal.company is None else (deal.company,)
    around = {"company": company, "contact": deal.contacts, "line_item": deal.line_items}
    return frozenset(_alias(deal.portal, kind, record.id) for kind, records in around.items() for record in records)


def surround(pair: str, known: frozenset[str], now: frozenset[str]) -> None:
    """Makes `now` the aliases that lead to the pair, where `known` did. Writes nothing where they are the same.

    What the pair itself remembers is written last: after a failure the next round begins with the same difference.
    """
    values: dict[str, tables.Value] = {"pair": frozenset({pair})}
    updates = [
        *(tables.Update({"pk": alias}, "ADD #pairs :pair DELETE #past :pair", values) for alias in sorted(now - known)),
        *(tables.Update({"pk": alias}, "ADD #past :pair DELETE #pairs :pair", values) for alias in sorted(known - now)),
    ]
    if not updates:
        return
    remembered = "SET #around = :around" if now else "REMOVE #around"
    updates.append(tables.Update({"pk": f"pair#{pair}"}, remembered, {"around": now}))
    for start in range(0, len(updates), ACTIONS):
        tables.apply_all(settings().links_table, *updates[start : start + ACTIONS])


def pairs(portal: str, kind: str, identifier: str, *, past: bool = False) -> frozenset[str]:
    """The pairs of a record, by the name of its type; with `past`, those that it once belonged to as well."""
    item = tables.get(settings().links_table, pk=_alias(portal, kind, identifier)) or {}
    found: frozenset[str] = item.get("pairs", frozenset())
    return found | item.get("past", frozenset()) if past else found


def _alias(portal: str, kind: str, identifier: str) -> str:
    return f"{kind}#{portal}#{identifier}"
