"""Deals at HubSpot, with the records around them. Everything here raises what `hubspot_client.request` raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lambdas.adapters import hubspot_client as client
from lambdas.domain import mapping
from lambdas.domain.records import Deal, Record

SHARE: Final = "aws_share"
"""The seller's word that AWS may know of the deal."""

BATCH: Final = 100
"""Records that one batch read takes."""
PRIMARY: Final = 5
"""Association type of a deal with its primary company. HubSpot lists every association with its labels."""
ALWAYS_READ: Final = ("pipeline", "dealstage")
"""Needed beside the mapped properties to know what a deal's stage means."""


def is_shared(deal: str) -> bool:
    """Whether the seller wants the deal shared; a deal that is gone, or was merged into another, is not."""
    found = _read("deals", deal, (SHARE,))
    return found is not None and found["id"] == deal and found["properties"].get(SHARE) == "yes"


def read_deal(portal: str, deal: str, fields: mapping.Mapping) -> Deal | None:
    """The deal with its company and contacts, with the properties that the mapping names.

    An archived deal is read as it was, without the records around it. None: there is none, or it was merged into
    another, whose own events speak for it.
    """
    names = (*ALWAYS_READ, *_properties(fields, "deal"))
    found = _read("deals", deal, names, associations=("companies", "contacts"))
    if found is None:
        gone = _read("deals", deal, names, archived=True)
        return None if gone is None else Deal(portal=portal, id=deal, properties=gone["properties"], archived=True)
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
    )


def update_deal(deal: str, properties: Mapping[str, str]) -> None:
    """Writes properties of a deal, empty text to clear. Of a deal that is gone nothing is written.

    Raises Misconfigured, naming the properties, where HubSpot refuses them.
    """
    client.request("PATCH", client.objects("deals", deal), json={"properties": dict(properties)})


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
