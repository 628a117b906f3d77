"""Both sides of a deal as the simulators have them, in AWS's paths and values, so that edits can be told apart."""

from __future__ import annotations

from typing import Any, Final

from cosell.sandbox import Deal, Sandbox
from cosell.sandbox.hubspot.views import RecordView
from cosell.sandbox.partner_central import OpportunityView
from lambdas.domain import fields, records
from lambdas.domain.mapping import Mapping

PRIMARY: Final = 5
"""Association type of a deal with its primary company."""


def records_of(sandbox: Sandbox, deal: Deal, without: str | None = None) -> records.Deal:
    """The deal and what is around it, as a plan reads them; `without` one of the deal's properties."""
    hubspot = sandbox.hubspot.simulator
    found = hubspot.record("deals", deal.id)
    companies = found.associations.get("companies", {})
    primary = next((one for one, types in companies.items() if PRIMARY in types or len(companies) == 1), None)
    contacts = [hubspot.record("contacts", one) for one in found.associations.get("contacts", {})]
    return records.Deal(
        id=found.id,
        portal=str(hubspot.portal.id),
        properties={name: value for name, value in found.properties.items() if name != without},
        company=_plain(hubspot.record("companies", primary)) if primary else None,
        companies=len(companies),
        contacts=tuple(_plain(contact) for contact in contacts),
        archived=found.archived,
    )


def wanted(sandbox: Sandbox, deal: Deal, mapping: Mapping, without: str | None = None) -> fields.Wanted:
    """What HubSpot says, and what stands in the way of saying it; `without` one of the deal's properties."""
    portal = sandbox.hubspot.simulator.portal
    facts = records.PortalFacts(time_zone=portal.time_zone, currency=portal.currency)
    return fields.wanted(records_of(sandbox, deal, without), mapping, facts)


def opportunity_of(view: OpportunityView) -> records.Opportunity:
    body = _without_nulls(view.body | {"PartnerOpportunityIdentifier": view.partner_id})  # it may not be shown
    return records.Opportunity(
        id=view.id, last_modified=str(body["LastModifiedDate"]), body=body, summary=_without_nulls(view.summary)
    )


def seen(view: OpportunityView, mapping: Mapping) -> dict[str, Any]:
    """What AWS shows."""
    return fields.seen(opportunity_of(view), mapping)


def _plain(record: RecordView) -> records.Record:
    return records.Record(id=record.id, properties=record.properties)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value if inner is not None] if isinstance(value, list) else value
