"""The endpoints of association labels: the types there are between two object types, and those people add."""

from __future__ import annotations

import re
from dataclasses import replace

from cosell.sandbox.hubspot.associations import kinds, type_json
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.encoding import whole_number
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.kinds import Kind
from cosell.sandbox.hubspot.links import TYPES, link_type, types_between
from cosell.sandbox.hubspot.state import Label

FIRST_ID = 1001
LONGEST_NAME = 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def page(call: Call) -> Reply:
    """The association types from one object type to another."""
    return Reply(200, {"results": [type_json(link) for link in types_between(call.crm.portal, *kinds(call))]})


def create(call: Call) -> Reply:
    """A label that reads the same from both ends, or with `inverseLabel` a pair of them."""
    origin, target = kinds(call)
    if not (origin.labelled and target.labelled):
        raise invalid(f"Associations from {origin.type_id} to {target.type_id} cannot have labels of their own")
    name, label, inverse = _given(call)
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise invalid(f"The name '{name}' may have no hyphens and not begin with a digit")
    _check_new(call, origin, target, name, label)
    portal = call.crm.portal
    there = int(portal.next_number("labels", FIRST_ID))
    alike = origin is target and inverse == label
    back = there if alike else int(portal.next_number("labels", FIRST_ID))
    portal.labels[there] = Label(there, name, label, origin.name, target.name, back)
    portal.labels[back] = Label(back, name, inverse, target.name, origin.name, there)
    made = dict.fromkeys((there, back))
    return Reply(200, {"results": [type_json(link_type(portal, type_id)) for type_id in made]})


def _given(call: Call) -> tuple[str, str, str]:
    name, label = call.member("name", str), call.member("label", str)
    if not label.strip():
        raise invalid("label must not be blank")
    return name, label, call.member("inverseLabel", str, default="") or label


def _check_new(call: Call, origin: Kind, target: Kind, name: str, label: str) -> None:
    """Refuses a name or a label that the pair of object types has already, and one label too many."""
    pairs = {(origin.name, target.name), (target.name, origin.name)}
    there = [one for one in call.crm.portal.labels.values() if (one.origin, one.target) in pairs]
    if any(one.name.casefold() == name.casefold() for one in there):
        raise invalid(f"An association label with the name '{name}' already exists")
    links = types_between(call.crm.portal, origin, target)
    if any((link.label or "").casefold() == label.casefold() for link in links):
        raise invalid(f"An association label '{label}' already exists")
    if len({one.name for one in there}) >= (most := call.crm.switches.label_limit):
        raise invalid(
            f"{origin.legacy} and {target.legacy} have {most} labels already, which is the most they can have"
        )


def update(call: Call) -> Reply:
    """Renames a label, and its other direction where `inverseLabel` is given or both read alike."""
    type_id: int = call.member("associationTypeId", int)
    label: str = call.member("label", str)
    there = _found(call, type_id)
    portal = call.crm.portal
    back = portal.labels[there.inverse]
    inverse = call.member("inverseLabel", str, default="") or (label if back.label == there.label else back.label)
    portal.labels[back.id] = replace(back, label=inverse)
    portal.labels[there.id] = replace(there, label=label)
    return Reply(204)


def delete(call: Call) -> Reply:
    """Takes a label away, both directions of it."""
    label = _found(call, whole_number(call.params["type_id"]))
    portal = call.crm.portal
    users = [
        (portal.records[here[0]][here[1]], portal.records[other[0]][other[1]])
        for here, others in portal.links.items()
        for other, types in others.items()
        if label.id in types
    ]
    if users and call.crm.switches.label_in_use == "refused":
        raise invalid(f"The association label '{label.label}' is used by records")
    for origin, target in users:
        call.crm.unlink(origin, target, call.source, [label.id])
    for type_id in {label.id, label.inverse}:
        del portal.labels[type_id]
    return Reply(204)


def _found(call: Call, type_id: int | None) -> Label:
    """The label of that number, in the direction of the path. Raises Refused for HubSpot's own and for unknown ones."""
    origin, target = kinds(call)
    if type_id in TYPES:
        raise invalid(f"Association type {type_id} is defined by HubSpot and cannot be changed")
    label = None if type_id is None else call.crm.portal.labels.get(type_id)
    if label is None or (label.origin, label.target) != (origin.name, target.name):
        raise Refused(404, f"There is no association label {type_id}", "OBJECT_NOT_FOUND")
    return label
