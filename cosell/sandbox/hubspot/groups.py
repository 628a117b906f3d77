"""The endpoints of property groups."""

from __future__ import annotations

from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Group


def find(call: Call, name: str) -> Group:
    """The group of that name. Raises Refused (404)."""
    group = call.crm.portal.groups[call.kind.name].get(name)
    if group is None:
        message = f"Unable to find a property group with the name '{name}'."
        raise Refused(404, message, "OBJECT_NOT_FOUND", sub_category="Properties.GROUP_NOT_FOUND")
    return group


def group_json(group: Group) -> Json:
    return {"name": group.name, "label": group.label, "displayOrder": group.display_order, "archived": group.archived}


def page(call: Call) -> Reply:
    return Reply(200, {"results": [group_json(group) for group in call.crm.portal.groups[call.kind.name].values()]})


def get(call: Call) -> Reply:
    return Reply(200, group_json(find(call, call.params["name"])))


def create(call: Call) -> Reply:
    name, label = call.member("name", str), call.member("label", str)
    groups = call.crm.portal.groups[call.kind.name]
    if name in groups:
        message = f"A property group named '{name}' already exists."
        raise Refused(409, message, "OBJECT_ALREADY_EXISTS", sub_category="Properties.GROUP_WITH_NAME_EXISTS")
    groups[name] = Group(name, label, call.member("displayOrder", int, default=-1))
    return Reply(201, group_json(groups[name]), call.location(name))


def update(call: Call) -> Reply:
    group = find(call, call.params["name"])
    group.label = call.member("label", str, default=group.label)
    group.display_order = call.member("displayOrder", int, default=group.display_order)
    return Reply(200, group_json(group))


def archive(call: Call) -> Reply:
    group = find(call, call.params["name"])
    used = [
        d.name for d in call.crm.portal.definitions[call.kind.name].values() if d.group == group.name and not d.archived
    ]
    if used:
        message = f"Property group '{group.name}' still has properties."
        raise invalid(message, sub_category="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES")
    del call.crm.portal.groups[call.kind.name][group.name]
    return Reply(204)
