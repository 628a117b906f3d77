"""Deals at HubSpot, with the records around them. Everything here raises what `hubspot_client.request` raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from lambdas.adapters import hubspot_client as client
from lambdas.adapters import secrets
from lambdas.adapters.hubspot_activities import CLOCKS_DIFFER
from lambdas.domain import mapping
from lambdas.domain.associations import SELLER_MADE
from lambdas.domain.records import Deal, Record
from lambdas.errors import Misconfigured

SHARE: Final = "aws_share"
"""The seller's word that AWS may know of the deal."""
OPPORTUNITY: Final = "aws_opportunity_id"

LINE_ITEMS: Final = "line_items"
LINE_ITEM: Final = ("hs_sku",)
"""What is read of a line item: it has the SKU of its product."""

BATCH: Final = 100
"""Records that one batch read takes."""
PRIMARY: Final = 5
"""Association type of a deal with its primary company. HubSpot lists every association with its labels."""
ALWAYS_READ: Final = ("pipeline", "dealstage")
"""Needed beside the mapped properties to know what a deal's stage means."""


class Glance(NamedTuple):
    """As much of a deal as tells whose it is."""

    id: str
    """Another one than was asked for where the deal was merged into that one."""
    is_shared: bool
    opportunity: str | None
    """What the deal itself says."""


def glance(deal: str, *, archived: bool = False) -> Glance | None:
    """None for a deal that is not there, or not among the archived ones where those are asked."""
    found = _read("deals", deal, (SHARE, OPPORTUNITY), archived=archived)
    if found is None:
        return None
    properties = found["properties"]
    return Glance(str(found["id"]), properties.get(SHARE) == "yes", properties.get(OPPORTUNITY) or None)


def is_open(deal: str) -> bool:
    """Whether there is a deal of this id that is neither won nor lost; what is no id of HubSpot's is none."""
    found = _read("deals", deal, ("hs_is_closed",)) if deal.isdecimal() else None
    return found is not None and found["id"] == deal and found["properties"].get("hs_is_closed") != "true"


def read_deal(portal: str, deal: str, fields: mapping.Mapping) -> Deal | None:
    """The deal with its company and contacts, with the properties that the mapping names.

    An archived deal is read as it was, without the records around it. None: there is none, or it was merged into
    another, whose own events speak for it.
    """
    names = (*ALWAYS_READ, *_properties(fields, "deal"))
    found = _read("deals", deal, names, associations=("companies", "contacts", LINE_ITEMS))
    if found is None:
        gone = _read("deals", deal, names, archived=True)
        return None if gone is None else _archived(portal, deal, gone)
    if found["id"] != deal:
        return None
    companies = _associated(found, "companies")
    primary = companies[0] if len(companies) == 1 else _primary(deal) if companies else None
    company = _read_all("companies", [primary] if primary else [], _properties(fields, "company"))
    contacts = _read_all("contacts", _associated(found, "contacts"), _properties(fields, "contact"))
    return Deal(
        portal=portal,
        id=deal,
        properties=found["properties"],
        company=next(iter(company), None),
        companies=len(companies),
        contacts=tuple(contacts),
        line_items=_line_items(found),
    )


def line_items_of(deal: str) -> list[Record]:
    """The deal's line items; none for a deal that is gone."""
    found = _read("deals", deal, ("aws_origin",), associations=(LINE_ITEMS,))
    return [] if found is None else _read_all(LINE_ITEMS, _associated_line_items(found), LINE_ITEM)


def options_of(name: str) -> frozenset[str]:
    """The values a deal property has options for. Raises Misconfigured where there is no such property."""
    found = client.request("GET", client.path("crm/properties", "v3", "deals", name))
    if found is None:
        raise Misconfigured(f"HubSpot has no deal property {name}: create it, or switch its mapping row off")
    return frozenset(str(option["value"]) for option in found.get("options", ()))


def _line_items(deal: Mapping[str, Any]) -> tuple[Record, ...]:
    """Only deals of our own making have what their line items say read: on others a line item means nothing here."""
    identifiers = _associated_line_items(deal)
    if deal["properties"].get("aws_origin") in SELLER_MADE:
        return tuple(Record(id=identifier, properties={}) for identifier in identifiers)
    return tuple(_read_all(LINE_ITEMS, identifiers, LINE_ITEM))


def _associated_line_items(record: Mapping[str, Any]) -> list[str]:
    """HubSpot's answers spell the type with a blank, and with an underscore in newer ones."""
    return _associated(record, LINE_ITEMS) or _associated(record, LINE_ITEMS.replace("_", " "))


def _archived(portal: str, deal: str, gone: Mapping[str, Any]) -> Deal:
    since = gone.get("archivedAt")
    return Deal(
        portal=portal,
        id=deal,
        properties=gone["properties"],
        archived=True,
        archived_at=datetime.fromisoformat(since).timestamp() if since else None,
    )


def update_deal(deal: str, properties: Mapping[str, str]) -> None:
    """Writes properties of a deal, empty text to clear. Of a deal that is gone nothing is written.

    Raises Misconfigured, naming the properties, where HubSpot refuses them.
    """
    client.request("PATCH", client.objects("deals", deal), json={"properties": dict(properties)})


def overwritten(kind: str, record: str, seen: Mapping[str, str | None], since: float) -> dict[str, str]:
    """What others gave these properties after they were read as `seen`, and before Cosell wrote to them just now.

    HubSpot has no lock, but it keeps each property's history, newest first. `since`: when they were read, in seconds
    since the epoch.
    """
    found = client.request("GET", client.objects(kind, record), query={"propertiesWithHistory": ",".join(seen)}) or {}
    histories = found.get("propertiesWithHistory", {})
    earliest = since - CLOCKS_DIFFER
    under = {name: _under_ours(histories.get(name, ()), before or "", earliest) for name, before in seen.items()}
    return {name: value for name, value in under.items() if value is not None}


def _under_ours(history: Sequence[Mapping[str, Any]], before: str, earliest: float) -> str | None:
    """The value of somebody else's between `before` and ours on top; None where there is nothing of the sort."""
    app = secrets.read().hubspot_app_id
    if not history or not _is_ours(history[0], app):
        return None
    for entry in history:
        value = str(entry.get("value") or "").strip()
        if value == before or datetime.fromisoformat(entry["timestamp"]).timestamp() < earliest:
            return None
        if not _is_ours(entry, app):
            return value
    return None


def _is_ours(entry: Mapping[str, Any], app: str) -> bool:
    return entry.get("sourceType") == "INTEGRATION" and (not app or str(entry.get("sourceId")) == app)


def update_contact(contact: str, properties: Mapping[str, str]) -> None:
    """As `update_company`, of a contact."""
    client.request("PATCH", client.objects("contacts", contact), json={"properties": dict(properties)})


def update_company(company: str, properties: Mapping[str, str]) -> None:
    """Writes properties of a company; of one that is gone nothing is written.

    Raises Misconfigured, naming the properties, where HubSpot refuses them.
    """
    client.request("PATCH", client.objects("companies", company), json={"properties": dict(properties)})


def _properties(fields: mapping.Mapping, kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.property for row in fields.active if row.object == kind))


def _associated(record: Mapping[str, Any], kind: str) -> list[str]:
    """Ids of associated records, each once, although HubSpot lists it once per label; oldest first."""
    rows = record.get("associations", {}).get(kind, {}).get("results", ())
    return sorted({str(row["id"]) for row in rows}, key=lambda identifier: (len(identifier), identifier))


def _primary(deal: str) -> str | None:
    """The company marked as primary among several."""
    path = client.associations("deals", "companies", "batch/read")
    answer = client.request("POST", path, json={"inputs": [{"id": deal}]}) or {}
    for row in answer.get("results", ()):
        for company in row.get("to", ()):
            types = {str(kind.get("typeId")) for kind in company.get("associationTypes", ())}
            if str(PRIMARY) in types:
                return str(company["toObjectId"])
    return None


def _read(
    kind: str, identifier: str, properties: Iterable[str], associations: Iterable[str] = (), *, archived: bool = False
) -> dict[str, Any] | None:
    query = {"properties": ",".join(properties), "archived": str(archived).lower()}
    if associations:
        query["associations"] = ",".join(associations)
    found: dict[str, Any] | None = client.request("GET", client.objects(kind, identifier), query=query)
    return found


def _read_all(kind: str, identifiers: Sequence[str], properties: Sequence[str]) -> list[Record]:
    """Records by id, in this order; those that are gone are left out."""
    found: dict[str, Record] = {}
    for start in range(0, len(identifiers), BATCH):
        inputs = [{"id": identifier} for identifier in identifiers[start : start + BATCH]]
        body = {"properties": properties, "inputs": inputs}
        answer = client.request("POST", client.objects(kind, "batch/read"), json=body) or {}
        for row in answer.get("results", ()):
            found[str(row["id"])] = Record(id=str(row["id"]), properties=row["properties"])
    return [found[identifier] for identifier in identifiers if identifier in found]
