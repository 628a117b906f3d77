"""Records as the API prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.kinds import KINDS, Kind, kind_of
from cosell.sandbox.hubspot.links import DEFAULTS, ends, link_type
from cosell.sandbox.hubspot.state import PastValue, Record
from cosell.sandbox.hubspot.values import Warned, instant

Json = dict[str, Any]


def chosen(crm: Crm, kind: Kind, names: Iterable[str], values: Mapping[str, str | None]) -> Json:
    """The properties a read returns: those asked for that exist, or the defaults. Empty is null; three always come."""
    asked = list(names)
    wanted = [name for name in asked if crm.portal.definition(kind.name, name)] if asked else kind.defaults
    return {name: values.get(name) for name in sorted({*wanted, *kind.always})}


def record_json(
    crm: Crm, record: Record, names: Iterable[str] = (), *, values: Mapping[str, str | None] | None = None
) -> Json:
    """A record with the properties asked for. `values` stand in for the record's own where a reader lags behind."""
    kind = KINDS[record.kind]
    return _frame(crm, record, chosen(crm, kind, names, record.properties if values is None else values))


def written_json(crm: Crm, record: Record, written: Mapping[str, str | None], warnings: list[Warned]) -> Json:
    """The answer to a write: what was written, the default set, and what HubSpot calculates."""
    kind = KINDS[record.kind]
    calculated = [
        name
        for name, value in record.properties.items()
        if value is not None and (definition := crm.portal.definition(kind.name, name)) and definition.read_only
    ]
    cleared = {name: crm.switches.cleared_in_answer for name, value in written.items() if value is None}
    shown = {**record.properties, **cleared}
    answer = _frame(crm, record, chosen(crm, kind, [*kind.defaults, *written, *calculated], shown))
    if warnings:
        answer["warnings"] = [_warning(warned) for warned in warnings]
    return answer


def _frame(crm: Crm, record: Record, properties: Json) -> Json:
    kind = KINDS[record.kind]
    answer: Json = {
        "id": record.id,
        "properties": properties,
        "createdAt": instant(record.created_ms),
        "updatedAt": instant(record.updated_ms),
        "archived": record.archived,
    }
    if record.archived_ms is not None:
        answer["archivedAt"] = instant(record.archived_ms)
    answer["url"] = f"https://app.hubspot.com/contacts/{crm.portal.id}/record/{kind.type_id}/{record.id}"
    return answer


def _warning(warned: Warned) -> Json:
    return {
        "category": "PROPERTY_VALUE_NORMALIZED",
        "message": f"The value of {warned.name} was normalized.",
        "context": {"propertyName": [warned.name], "rawValue": [warned.raw], "normalizedValue": [warned.normalised]},
    }


def associations_json(crm: Crm, record: Record, type_names: Iterable[str]) -> Json:
    """The `associations` member: per type the ids at the other end, one entry per association type. No empty types."""
    answer: Json = {}
    lagging = crm.now_ms - round(crm.switches.association_lag * 1000)
    for kind in (kind_of(name) for name in type_names):
        entries = [
            {"id": id_, "type": link_type(crm.portal, type_id).name}
            for id_, types in ends(crm.portal, record.end, kind, before_ms=lagging).items()
            for type_id in _listed(crm, record, kind, types)
        ]
        if entries:
            answer[crm.switches.line_items_key if kind.name == "line_items" else kind.name] = {"results": entries}
    return answer


def _listed(crm: Crm, record: Record, kind: Kind, types: list[int]) -> list[int]:
    """The association types to name; by switch, without the unlabelled one where there is the primary."""
    if crm.switches.unlabelled_beside_primary or not any(link_type(crm.portal, type_id).primary for type_id in types):
        return types
    return [type_id for type_id in types if type_id != DEFAULTS[record.kind, kind.name]]


def history_json(crm: Crm, record: Record, names: Iterable[str]) -> Json:
    """The `propertiesWithHistory` member, newest value first; properties that are not there are left out."""
    known = [name for name in names if crm.portal.definition(record.kind, name)]
    return {name: [_past(crm, past) for past in record.history.get(name, [])] for name in known}


def _past(crm: Crm, past: PastValue) -> Json:
    answer: Json = {
        "value": past.value or "",
        "timestamp": instant(past.at_ms),
        "sourceType": past.source.change,
        "sourceId": past.source.id,
    }
    if past.source.user_id is not None:
        people = (owner for owner in crm.portal.owners.values() if owner.user_id == past.source.user_id)
        named = next((f"{owner.first_name} {owner.last_name}" for owner in people), None)
        answer |= {"sourceLabel": named} if named else {}
        answer["updatedByUserId"] = past.source.user_id
    return answer
