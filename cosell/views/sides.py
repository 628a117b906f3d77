"""A deal and its opportunity side by side, under the labels that a seller knows."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central import OpportunityView
from cosell.sandbox.people import Deal
from lambdas.domain import paths
from lambdas.domain.mapping import Mapping, ObjectType, Row
from lambdas.mapping import load

_ROWS: tuple[tuple[ObjectType, str], ...] = (
    ("deal", "dealname"),
    ("company", "name"),
    ("contact", "email"),
    ("deal", "aws_use_case"),
    ("deal", "aws_monthly_spend"),
    ("deal", "closedate"),
    ("deal", "dealstage"),
    ("deal", "aws_solutions"),
    ("deal", "aws_involvement"),
    ("deal", "aws_visibility"),
    ("deal", "aws_opportunity_id"),
    ("deal", "aws_engagement_id"),
    ("deal", "aws_review_status"),
    ("deal", "aws_sync_status"),
)
"""What is shown, in this order; all properties are the mapping's."""


@dataclass(frozen=True)
class Side:
    """One line of the comparison. `agrees` is None where only one side has a word on it."""

    label: str
    deal: str
    opportunity: str
    agrees: bool | None


def opportunities_of(world: Sandbox, deal: Deal) -> list[OpportunityView]:
    """All opportunities that carry the deal's id; more than one would be a duplicate."""
    return [one for one in world.partner_central.opportunities if one.partner_id == deal.id]


def side_by_side(world: Sandbox, deal: Deal, opportunity: OpportunityView) -> list[Side]:
    """Compares what a person would compare. It does not use Cosell's own comparison: this is what checks it."""
    mapping, records = load(), _records(world, deal)
    rows = {(row.object, row.property): row for row in mapping.rows}
    return [_side(mapping, rows[key], records, opportunity) for key in _ROWS]


def shown(deal: Dict[str, str | None], name: str) -> tuple[str, str]:
    """Label and value of one of a deal's properties, as the seller reads them; "-" for an empty one.

    Raises KeyError for a property that is not mapped.
    """
    mapping = load()
    row = mapping.row(name)
    if row is None:
        raise KeyError(f"deals have no {name}")
    return row.label, _label(mapping, row, deal.get(name) or "") or "-"


def _records(world: Sandbox, deal: Deal) -> dict[str, Dict[str, str | None]]:
    hubspot = world.hubspot.simulator
    company = hubspot.record("companies", deal.company).properties if deal.company else {}
    contact = hubspot.record("contacts", deal.contact).properties if deal.contact else {}
    return {"deal": deal.now, "company": company, "contact": contact}


def _side(mapping: Mapping, row: Row, records: Dict[str, Dict[str, str | None]], opportunity: OpportunityView) -> Side:
    raw = records[row.object].get(row.property) or ""
    label = row.label if row.object == "deal" else f"{row.object.capitalize()}: {row.label.lower()}"
    at_aws = _at_aws(row, opportunity)
    if at_aws is None:
        return Side(label, _label(mapping, row, raw), "", None)
    says = _said(mapping, row, raw, records[row.object])
    return Side(label, _label(mapping, row, says), at_aws, _same(says, at_aws))


def _at_aws(row: Row, opportunity: OpportunityView) -> str | None:
    """AWS's value as text; None where AWS has no such field."""
    elsewhere: dict[str, Any] = {
        "aws_solutions": ";".join(opportunity.solutions),
        "aws_engagement_id": opportunity.engagement or "",
        "aws_opportunity_id": opportunity.id,
    }
    if row.property in elsewhere:
        return str(elsewhere[row.property])
    if row.path is None:
        return None
    if row.object == "contact":
        people = paths.get(opportunity.body, "Customer.Contacts") or [{}]
        return str(people[0].get(row.path.rpartition(".")[2]) or "")
    value = paths.get(opportunity.summary if row.of == "summary" else opportunity.body, row.path)
    return ";".join(value) if isinstance(value, list) else str(value or "")


def _said(mapping: Mapping, row: Row, raw: str, record: Dict[str, str | None]) -> str:
    """The deal's value in AWS's words, where those differ."""
    if row.transform == "stage":
        return mapping.stage(record.get("pipeline"), raw)[1] or ""
    if row.transform == "day":
        return raw.partition("T")[0]
    return raw


def _same(mine: str, theirs: str) -> bool:
    try:
        return float(mine) == float(theirs)
    except ValueError:
        return sorted(mine.split(";")) == sorted(theirs.split(";"))


def _label(mapping: Mapping, row: Row, raw: str) -> str:
    """An option as HubSpot shows it."""
    return mapping.options(row).get(raw, raw)
