"""The association endpoints (v4, and their dated forms)."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields, not_found
from cosell.sandbox.hubspot.kinds import KINDS, Kind, kind_of
from cosell.sandbox.hubspot.links import DEFAULTS, TYPES, ends
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Record

MOST_READ, MOST_WRITTEN = 1000, 2000


def kinds(call: Call) -> tuple[Kind, Kind]:
    """The types of both ends, as the path names them."""
    return kind_of(call.params["type"]), kind_of(call.params["to_type"])


def _record(call: Call, kind: Kind, id_: str) -> Record:
    record = call.crm.find(kind, id_)
    if record is None:
        raise not_found(id_)
    return record


def _pair(call: Call) -> tuple[Record, Record]:
    origin, target = kinds(call)
    return _record(call, origin, call.params["id"]), _record(call, target, call.params["to_id"])


def default_type(origin: Kind, target: Kind) -> int:
    type_id = DEFAULTS.get((origin.name, target.name))
    if type_id is None:
        raise invalid(f"No default association type exists from {origin.type_id} to {target.type_id}")
    return type_id


def _spec(type_id: int) -> Json:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def _both_directions(origin: str, target: str, type_id: int) -> list[Json]:
    there = {"from": {"id": origin}, "to": {"id": target}, "associationSpec": _spec(type_id)}
    back = {"from": {"id": target}, "to": {"id": origin}, "associationSpec": _spec(TYPES[type_id].inverse)}
    return [there, back]


def set_default(call: Call) -> Reply:
    """Makes the unlabelled association of two records; done already, it answers the same."""
    origin, target = _pair(call)
    type_id = default_type(*kinds(call))
    call.crm.link(origin, target, [type_id], call.source)
    return batch_reply(call, _both_directions(origin.id, target.id, type_id), [])


def _types(call: Call, specs: Any) -> list[int]:
    """The type ids of a list of specs, each checked against the direction of the path."""
    origin, target = kinds(call)
    if not isinstance(specs, list) or not specs:
        raise missing_fields(["types"])
    types = []
    for spec in specs:
        type_id = spec.get("associationTypeId") if isinstance(spec, dict) else None
        link = TYPES.get(type_id) if isinstance(type_id, int) else None
        if link is None or (link.origin, link.target) != (origin.name, target.name):
            raise invalid(
                f"Association type {type_id} is invalid from object type {origin.type_id} to {target.type_id}",
                context={},
            )
        types.append(link.id)
    return types


def set_types(call: Call) -> Reply:
    types = _types(call, call.json)
    origin, target = _pair(call)
    call.crm.link(origin, target, types, call.source)
    return Reply(201, _labels_json(origin, target, types))


def _labels_json(origin: Record, target: Record, types: list[int]) -> Json:
    return {
        "fromObjectTypeId": KINDS[origin.kind].type_id,
        "fromObjectId": origin.id,
        "toObjectTypeId": KINDS[target.kind].type_id,
        "toObjectId": target.id,
        "labels": [label for type_id in types if (label := TYPES[type_id].label)],
    }


def remove(call: Call) -> Reply:
    """Takes every association between the two away; 204 also when there is none."""
    origin_kind, target_kind = kinds(call)
    origin = call.crm.find(origin_kind, call.params["id"])
    target = call.crm.find(target_kind, call.params["to_id"])
    if origin is not None and target is not None:
        call.crm.unlink(origin, target, call.source)
    return Reply(204)


def page(call: Call) -> Reply:
    """The records of one type associated with a record; `after` counts those already seen."""
    origin_kind, target_kind = kinds(call)
    origin = _record(call, origin_kind, call.params["id"])
    start, limit = call.after, call.limit(500, 500)
    results = _targets(call, origin, target_kind)
    body: Json = {"results": results[start : start + limit]}
    if len(results) > start + limit:
        body["paging"] = {"next": {"after": str(start + limit)}}
    return Reply(200, body)


def _targets(call: Call, origin: Record, target: Kind) -> list[Json]:
    lagging = call.crm.now_ms - round(call.crm.switches.association_lag * 1000)
    return [
        {
            "toObjectId": int(id_) if call.version == "v4" else id_,
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": TYPES[type_id].label} for type_id in types
            ],
        }
        for id_, types in ends(call.crm.portal, origin.end, target, before_ms=lagging).items()
    ]


def _id_in(entry: dict[str, Any], member: str | None = None) -> str:
    inner = entry if member is None else entry.get(member)
    id_ = inner.get("id") if isinstance(inner, dict) else None
    if not isinstance(id_, str | int) or id_ == "":
        raise missing_fields([f"{member}.id" if member else "id"])
    return str(id_)


def batch_read(call: Call) -> Reply:
    """Up to a thousand records at once; one without such associations is an error in a 207, as one that is gone."""
    origin_kind, target_kind = kinds(call)
    results: list[Json] = []
    errors: list[Refused] = []
    for id_ in [_id_in(entry) for entry in call.inputs(MOST_READ)]:
        origin = call.crm.find(origin_kind, id_)
        targets = _targets(call, origin, target_kind) if origin else []
        if targets:
            results.append({"from": {"id": id_}, "to": targets})
        else:
            message = f"No {target_kind.singular} is associated with {origin_kind.singular} {id_}."
            context = {"fromObjectId": [id_], "fromObjectType": [origin_kind.name], "toObjectType": [target_kind.name]}
            sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND"
            errors.append(Refused(404, message, "OBJECT_NOT_FOUND", sub_category=sub_category, context=context))
    return batch_reply(call, results, errors)


def _each_pair(call: Call) -> tuple[list[tuple[Record, Record, dict[str, Any]]], list[Refused]]:
    origin_kind, target_kind = kinds(call)
    pairs: list[tuple[Record, Record, dict[str, Any]]] = []
    errors: list[Refused] = []
    for entry in call.inputs(MOST_WRITTEN):
        origin, target = (
            call.crm.find(kind, _id_in(entry, member)) for kind, member in ((origin_kind, "from"), (target_kind, "to"))
        )
        if origin is None or target is None:
            ids = [_id_in(entry, "from"), _id_in(entry, "to")]
            message = "One or more associations are invalid"
            errors.append(Refused(404, message, "VALIDATION_ERROR", context={"INVALID_OBJECT_IDS": ids}))
        else:
            pairs.append((origin, target, entry))
    return pairs, errors


def batch_set_default(call: Call) -> Reply:
    type_id = default_type(*kinds(call))
    pairs, errors = _each_pair(call)
    results: list[Json] = []
    for origin, target, _ in pairs:
        call.crm.link(origin, target, [type_id], call.source)
        results += _both_directions(origin.id, target.id, type_id)
    return batch_reply(call, results, errors)


def batch_set_types(call: Call) -> Reply:
    pairs, errors = _each_pair(call)
    planned = [(origin, target, _types(call, entry.get("types"))) for origin, target, entry in pairs]
    for origin, target, types in planned:
        call.crm.link(origin, target, types, call.source)
    results = [_labels_json(origin, target, types) for origin, target, types in planned]
    return batch_reply(call, results, errors, 201)


def batch_remove(call: Call) -> Reply:
    origin_kind, target_kind = kinds(call)
    for entry in call.inputs(MOST_WRITTEN):
        origin = call.crm.find(origin_kind, _id_in(entry, "from"))
        for id_ in [_id_in(to) for to in call.member("to", list, inside=entry)]:
            target = call.crm.find(target_kind, id_)
            if origin is not None and target is not None:
                call.crm.unlink(origin, target, call.source)
    return Reply(204)


def labels(call: Call) -> Reply:
    """The association types from one object type to another."""
    origin, target = kinds(call)
    types = [link for link in TYPES.values() if (link.origin, link.target) == (origin.name, target.name)]
    results = [{"category": "HUBSPOT_DEFINED", "typeId": link.id, "label": link.label} for link in types]
    return Reply(200, {"results": results})
