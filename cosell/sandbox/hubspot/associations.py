"""The endpoints of associations: v4 and its dated forms, and those of single types that v3 still has."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.encoding import whole_number
from cosell.sandbox.hubspot.errors import Refused, Unrouted, invalid, missing_fields, not_found
from cosell.sandbox.hubspot.kinds import KINDS, Kind, kind_of
from cosell.sandbox.hubspot.links import DEFAULTS, TYPES, LinkType, ends, link_type, types_between
from cosell.sandbox.hubspot.objects import spec_type
from cosell.sandbox.hubspot.shapes import Json, associations_json, record_json
from cosell.sandbox.hubspot.state import Record

MOST_READ, MOST_WRITTEN, LONGEST_PAGE = 1000, 2000, 500


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
    types = [spec_type(call, spec) for spec in specs]
    for type_id in types:
        _check_direction(link_type(call.crm.portal, type_id), origin, target)
    return types


def _check_direction(link: LinkType, origin: Kind, target: Kind) -> None:
    if (link.origin, link.target) != (origin.name, target.name):
        raise invalid(f"Association type {link.id} is invalid from object type {origin.type_id} to {target.type_id}")


def set_types(call: Call) -> Reply:
    """Adds association types to a pair of records; those it has already stay."""
    types = _types(call, call.json)
    origin, target = _pair(call)
    call.crm.link(origin, target, types, call.source)
    return Reply(201, _labels_json(call, origin, target, types))


def _labels_json(call: Call, origin: Record, target: Record, types: list[int]) -> Json:
    links = [link_type(call.crm.portal, type_id) for type_id in types]
    return {
        "fromObjectTypeId": KINDS[origin.kind].type_id,
        "fromObjectId": _id(call, origin.id),
        "toObjectTypeId": KINDS[target.kind].type_id,
        "toObjectId": _id(call, target.id),
        "labels": [link.label for link in links if link.label],
    }


def _id(call: Call, id_: str) -> str | int:
    """An id as the version prints it: v4 has numbers, the dated ones texts."""
    return int(id_) if call.version == "v4" else id_


def remove(call: Call) -> Reply:
    """Takes every association between the two away; 204 also when there is none."""
    origin, target = _pair_if_there(call)
    if origin is not None and target is not None:
        call.crm.unlink(origin, target, call.source)
    return Reply(204)


def _pair_if_there(call: Call) -> tuple[Record | None, Record | None]:
    origin_kind, target_kind = kinds(call)
    return call.crm.find(origin_kind, call.params["id"]), call.crm.find(target_kind, call.params["to_id"])


# One type at a time, in v3


def _type_in_path(call: Call) -> LinkType:
    """The association type that the path names by number or by name. Raises Refused."""
    origin, target = kinds(call)
    named = call.params["association_type"]
    number = whole_number(named)
    for link in types_between(call.crm.portal, origin, target):
        if link.id == number or link.name == named.lower():
            return link
    raise invalid(f"Association type {named} is invalid from object type {origin.type_id} to {target.type_id}")


def set_one(call: Call) -> Reply:
    """Makes an association of one type, and answers with the record and what it is associated with."""
    link = _type_in_path(call)
    origin, target = _pair(call)
    call.crm.link(origin, target, [link.id], call.source)
    associations = associations_json(call.crm, origin, [target.kind])
    return Reply(200, record_json(call.crm, origin) | ({"associations": associations} if associations else {}))


def remove_one(call: Call) -> Reply:
    """Takes the association of one type away; 204 also when there is none."""
    link = _type_in_path(call)
    origin, target = _pair_if_there(call)
    if origin is not None and target is not None:
        call.crm.unlink(origin, target, call.source, [link.id])
    return Reply(204)


# Reading


def page(call: Call) -> Reply:
    """The records of one type associated with a record; `after` counts those already seen."""
    if call.version != "v4" and not call.crm.switches.dated_association_list:
        raise Unrouted
    origin_kind, target_kind = kinds(call)
    origin = _record(call, origin_kind, call.params["id"])
    limit = call.limit(LONGEST_PAGE, LONGEST_PAGE)
    found, paging = _targets(call, origin, target_kind, call.after, limit)
    return Reply(200, {"results": found, **paging})


def _targets(call: Call, origin: Record, target: Kind, start: int, limit: int) -> tuple[list[Json], Json]:
    """A page of what a record is associated with, and the `paging` member where more follows."""
    lagging = call.crm.now_ms - round(call.crm.switches.association_lag * 1000)
    found = ends(call.crm.portal, origin.end, target, before_ms=lagging)
    results = [
        {
            "toObjectId": _id(call, id_),
            "associationTypes": [type_json(link_type(call.crm.portal, one)) for one in types],
        }
        for id_, types in list(found.items())[start : start + limit]
    ]
    return results, {"paging": {"next": {"after": str(start + limit)}}} if len(found) > start + limit else {}


def type_json(link: LinkType) -> Json:
    return {"category": link.category, "typeId": link.id, "label": link.label}


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
    for entry in call.inputs(MOST_READ):
        id_, start = _id_in(entry), _start(entry)
        origin = call.crm.find(origin_kind, id_)
        targets, paging = _targets(call, origin, target_kind, start, LONGEST_PAGE) if origin else ([], {})
        if targets:
            results.append({"from": {"id": id_}, "to": targets, **paging})
        else:
            message = f"No {target_kind.singular} is associated with {origin_kind.singular} {id_}."
            context = {"fromObjectId": [id_], "fromObjectType": [origin_kind.name], "toObjectType": [target_kind.name]}
            sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND"
            errors.append(Refused(404, message, "OBJECT_NOT_FOUND", sub_category=sub_category, context=context))
    return batch_reply(call, results, errors)


def _start(entry: dict[str, Any]) -> int:
    number = whole_number(str(entry.get("after") or "0"))
    if number is None:
        raise invalid("after must be a number")
    return number


# Writing many


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


def _linked(call: Call, origin: Record, target: Record, types: list[int], errors: list[Refused]) -> bool:
    """Associates one pair of a batch; a refusal joins the errors."""
    try:
        call.crm.link(origin, target, types, call.source)
    except Refused as refused:
        errors.append(refused)
        return False
    return True


def batch_set_default(call: Call) -> Reply:
    type_id = default_type(*kinds(call))
    pairs, errors = _each_pair(call)
    results: list[Json] = []
    for origin, target, _ in pairs:
        if _linked(call, origin, target, [type_id], errors):
            results += _both_directions(origin.id, target.id, type_id)
    return batch_reply(call, results, errors)


def batch_set_types(call: Call) -> Reply:
    pairs, errors = _each_pair(call)
    planned = [(origin, target, _types(call, entry.get("types"))) for origin, target, entry in pairs]
    results = [
        _labels_json(call, origin, target, types)
        for origin, target, types in planned
        if _linked(call, origin, target, types, errors)
    ]
    return batch_reply(call, results, errors, 200 if _of_dated(call) else 201)


def _of_dated(call: Call) -> bool:
    """Whether a batch is answered as the documents of the dated versions say: 200, with a body."""
    return call.version != "v4" and call.crm.switches.dated_association_statuses == "200"


def batch_remove(call: Call) -> Reply:
    """Takes every association of each pair away."""
    origin_kind, target_kind = kinds(call)
    for entry in call.inputs(MOST_WRITTEN):
        origin = call.crm.find(origin_kind, _id_in(entry, "from"))
        for id_ in [_id_in(to) for to in call.member("to", list, inside=entry)]:
            target = call.crm.find(target_kind, id_)
            if origin is not None and target is not None:
                call.crm.unlink(origin, target, call.source)
    return _removed(call)


def batch_remove_types(call: Call) -> Reply:
    """Takes only the types away that each pair names."""
    pairs, _ = _each_pair(call)
    planned = [(origin, target, _types(call, entry.get("types"))) for origin, target, entry in pairs]
    for origin, target, types in planned:
        call.crm.unlink(origin, target, call.source, types)
    return _removed(call)


def _removed(call: Call) -> Reply:
    return batch_reply(call, [], []) if _of_dated(call) else Reply(204)
