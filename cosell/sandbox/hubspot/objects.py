"""The endpoints of single records: create, list, get, update, archive, merge, and a contact's GDPR deletion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from cosell.sandbox.hubspot import lifecycle
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.crm import Draft, second_parent
from cosell.sandbox.hubspot.encoding import whole_number
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields, not_found
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.links import link_type, other_parent
from cosell.sandbox.hubspot.shapes import Json, associations_json, history_json, record_json, written_json
from cosell.sandbox.hubspot.state import Record

LONGEST_PAGE = 100

Planned = list[tuple[Record, list[int]]]
"""Associations to make: the record at the other end, and the types."""


def create(call: Call) -> Reply:
    draft, planned = checked_create(call, call.body)
    record = call.crm.write(draft, call.source)
    make_links(call, record, planned)
    body = written_json(call.crm, record, draft.values, draft.warnings)
    return Reply(201, body, call.location(record.id))


def checked_create(call: Call, given: Mapping[str, Any]) -> tuple[Draft, Planned]:
    """A new record and the associations to make with it, both checked before anything is written."""
    properties = call.member("properties", dict, inside=given)
    planned = _planned_links(call, given)
    targets = [target for target, _ in planned]
    return call.crm.draft(call.kind, properties, rules_of_2026_09=call.rules_of_2026_09, planned=targets), planned


def _planned_links(call: Call, given: Mapping[str, Any]) -> Planned:
    """The associations of a create, checked: type, direction, other end."""
    planned: Planned = []
    missing: list[str] = []
    for association in call.objects("associations", default=[], inside=given):
        target_id, specs = _ends_of(call, association)
        types = [spec_type(call, spec) for spec in specs]
        target = _target_kind(call, types)
        found = call.crm.find(target, target_id)
        if found is None:
            missing.append(target_id)
        else:
            planned.append((found, types))
    if missing:
        raise invalid("One or more associations are invalid", context={"INVALID_OBJECT_IDS": missing})
    _check_parents(call, [target for target, _ in planned])
    return planned


def _ends_of(call: Call, association: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The id at the other end, and the specs of the types."""
    to, specs = (call.member(name, expected, inside=association) for name, expected in (("to", dict), ("types", list)))
    if not isinstance(to.get("id"), str | int):
        raise missing_fields(["to.id"])
    return str(to["id"]), specs


def spec_type(call: Call, spec: Any) -> int:
    """The association type that category and number of a spec name together. Raises Refused."""
    given = spec if isinstance(spec, dict) else {}
    category, type_id = given.get("associationCategory"), given.get("associationTypeId")
    absent = [name for name in ("associationCategory", "associationTypeId") if given.get(name) is None]
    if absent:
        raise missing_fields(absent)
    number = whole_number(str(type_id))
    try:
        link = link_type(call.crm.portal, -1 if number is None else number)
    except KeyError:
        raise invalid(f"{type_id} is not a valid association type id") from None
    if link.category != category:
        raise invalid(f"{type_id} is not an association type id of the category {category}")
    return link.id


def _target_kind(call: Call, types: Iterable[int]) -> Kind:
    targets = set()
    for type_id in types:
        link = link_type(call.crm.portal, type_id)
        if link.origin != call.kind.name:
            raise invalid(
                f"Association type {type_id} is invalid from object type {call.kind.type_id} "
                f"for associations to be created. expected: {KINDS[link.origin].type_id}"
            )
        targets.add(link.target)
    if len(targets) != 1:
        raise invalid("The types of one association must lead to one object type")
    return KINDS[targets.pop()]


def _check_parents(call: Call, targets: list[Record]) -> None:
    """Refuses to make a line item for two deals, or a deal with another deal's line items."""
    if call.crm.switches.line_item_second_parent == "accepted":
        return
    if call.kind.name == "line_items":
        deals = list(dict.fromkeys(target.id for target in targets if target.kind == "deals"))
        if len(deals) > 1:
            raise second_parent("to be created", deals[0])
    for item in targets if call.kind.name == "deals" else ():
        deal = other_parent(call.crm.portal, item.end, (call.kind.name, ""))
        if deal is not None:
            raise second_parent(item.id, deal)


def make_links(call: Call, record: Record, planned: Planned) -> None:
    for target, types in planned:
        call.crm.link(record, target, types, call.source)


def page(call: Call) -> Reply:
    """List: ordered by id; `after` is the id of the next record."""
    archived, after = call.flag("archived"), call.after
    with_history = bool(call.names("propertiesWithHistory"))
    limit = call.limit(10, call.crm.switches.history_page_limit if with_history else LONGEST_PAGE)
    records = [
        record
        for record in call.crm.portal.records[call.kind.name].values()
        if record.archived == archived and int(record.id) >= after
    ]
    records.sort(key=lambda record: int(record.id))
    body: Json = {"results": [_read(call, record) for record in records[:limit]]}
    if len(records) > limit:
        following = records[limit].id
        others = [(name, value) for name, values in call.query.items() if name != "after" for value in values]
        link = f"{call.request.url.partition('?')[0]}?{urlencode([*others, ('after', following)])}"
        body["paging"] = {"next": {"after": following, "link": link}}
    return Reply(200, body)


def get(call: Call) -> Reply:
    redirect = call.crm.switches.merged_ids_redirect
    return Reply(200, _read(call, _found(call, redirect=redirect, archived=call.flag("archived"))))


def _found(call: Call, *, redirect: bool, archived: bool = False) -> Record:
    """The record the path names, by id or by `idProperty`; where ids redirect, the one it was merged into.

    Raises the 404.
    """
    crm, key, id_property = call.crm, call.params["id"], call.text("idProperty")
    if id_property is None and redirect:
        key = crm.survivor(call.kind, key)
    record = crm.find(call.kind, key, id_property=id_property, archived=archived)
    if record is None:
        raise Refused(404, "resource not found") if id_property else not_found(key)
    return record


def _read(call: Call, record: Record) -> Json:
    with_history = call.names("propertiesWithHistory")
    answer = record_json(call.crm, record, [*call.names("properties"), *with_history])
    associations = associations_json(call.crm, record, call.names("associations"))
    if associations:
        answer["associations"] = associations
    if with_history:
        answer["propertiesWithHistory"] = history_json(call.crm, record, with_history)
    return answer


def update(call: Call) -> Reply:
    switches = call.crm.switches
    record = _found(call, redirect=switches.merged_ids_redirect and switches.merged_ids_take_writes)
    properties = properties_to_update(call.member("properties", dict))
    draft = call.crm.draft(call.kind, properties, record=record, rules_of_2026_09=call.rules_of_2026_09)
    call.crm.write(draft, call.source)
    return Reply(200, written_json(call.crm, record, draft.values, draft.warnings))


def properties_to_update(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    if not properties:
        raise invalid("No properties found to update, please provide at least one.")
    return properties


def archive(call: Call) -> Reply:
    """Also 204 for a record that is archived already, or never was."""
    record = call.crm.find(call.kind, call.params["id"])
    if record is not None:
        lifecycle.archive(call.crm, record, call.source)
    return Reply(204)


def merge(call: Call) -> Reply:
    if not call.kind.mergeable:
        raise invalid(f"{call.kind.legacy} objects cannot be merged")
    pair = [call.crm.find(call.kind, str(call.member(name, str))) for name in ("primaryObjectId", "objectIdToMerge")]
    primary, other = pair
    if primary is None or other is None:
        raise Refused(404, "resource not found")
    if primary is other:
        raise invalid("An object cannot be merged with itself")
    return Reply(200, record_json(call.crm, lifecycle.merge(call.crm, primary, other, call.source)))


def gdpr_delete(call: Call) -> Reply:
    contacts = KINDS["contacts"]
    key, id_property = call.member("objectId", str), call.member("idProperty", str, default="") or None
    record = call.crm.find(contacts, key, id_property=id_property)
    if record is None:
        raise not_found(key)
    lifecycle.erase(call.crm, record, call.source)
    return Reply(204)
