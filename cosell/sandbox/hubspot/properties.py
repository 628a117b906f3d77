"""The endpoints of property definitions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from cosell.sandbox.hubspot import groups
from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields
from cosell.sandbox.hubspot.kinds import Kind
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Definition, Option, Portal
from cosell.sandbox.hubspot.values import instant

MOST_UNIQUE = 10
FIELD_TYPES = {
    "string": {"text", "textarea", "html", "file", "phonenumber"},
    "number": {"number"},
    "bool": {"booleancheckbox"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox"},
    "date": {"date"},
    "datetime": {"date"},
    "phone_number": {"phonenumber"},
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_REQUIRED = ("name", "label", "type", "fieldType", "groupName")


_MEMBERS: dict[str, tuple[str, type]] = {
    "label": ("label", str),
    "type": ("type", str),
    "fieldType": ("field_type", str),
    "groupName": ("group", str),
    "description": ("description", str),
    "displayOrder": ("display_order", int),
    "hidden": ("hidden", bool),
    "formField": ("form_field", bool),
    "hasUniqueValue": ("unique", bool),
}
"""What a client may set, as it calls it and as this module does."""
_OPEN_MEMBERS = {"options", "label", "description", "groupName", "displayOrder", "hidden"}
"""What may be changed of HubSpot's own properties."""


def definition_json(definition: Definition) -> Json:
    """A definition as the API prints it."""
    when = instant(definition.created_ms or 0)
    answer: Json = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "description": definition.description,
        "groupName": definition.group,
        "options": [_option_json(option) for option in definition.options],
        "displayOrder": definition.display_order,
        "calculated": definition.read_only and not definition.name.endswith(("date", "object_id")),
        "externalOptions": definition.external == "owners",
        "hasUniqueValue": definition.unique,
        "hidden": definition.hidden,
        "hubspotDefined": definition.standard,
        "archived": definition.archived,
        "modificationMetadata": {
            "archivable": not definition.standard,
            "readOnlyDefinition": definition.standard,
            "readOnlyOptions": definition.standard,
            "readOnlyValue": definition.read_only,
        },
        "formField": definition.form_field,
        "dataSensitivity": "non_sensitive",
        "createdAt": when,
        "updatedAt": instant(definition.updated_ms or definition.created_ms or 0),
    }
    if definition.external == "owners":
        answer["referencedObjectType"] = "OWNER"
    return answer


def _option_json(option: Option) -> Json:
    return {
        "label": option.label,
        "value": option.value,
        "description": option.description,
        "displayOrder": option.display_order,
        "hidden": option.hidden,
    }


def _applied(call: Call, base: Definition, given: dict[str, Any]) -> Definition:
    """The definition as a client's members change it. Raises Refused for one that makes no sense."""
    changes = {
        attribute: call.member(member, expected, inside=given)
        for member, (attribute, expected) in _MEMBERS.items()
        if given.get(member) is not None
    }
    if given.get("options") is not None:
        changes["options"] = [_option(call, option) for option in call.objects("options", inside=given)]
    definition = replace(base, **changes)
    _check(definition)
    groups.find(call, definition.group)
    return definition


def _option(call: Call, given: dict[str, Any]) -> Option:
    label, value = (call.member(name, str, inside=given) for name in ("label", "value"))
    order = call.member("displayOrder", int, default=-1, inside=given)
    hidden = call.member("hidden", bool, default=False, inside=given)
    return Option(label, value, order, hidden, call.member("description", str, default="", inside=given))


def _check(definition: Definition) -> None:
    """Raises Refused for types that do not go together and for options that repeat or hold the separator."""
    type_, options = definition.type, definition.options
    if definition.field_type not in FIELD_TYPES.get(type_, set()):
        raise invalid(f"The field type {definition.field_type} does not fit the type {type_}")
    for what, texts in (("values", [one.value for one in options]), ("labels", [one.label for one in options])):
        if len(set(texts)) != len(texts):
            raise invalid(f"Property option {what} must be unique")
    if any(";" in option.value for option in options):
        raise invalid("Property option values may not contain ';'")
    if type_ == "bool" and {option.value for option in options} != {"true", "false"}:
        raise invalid("Properties of type bool need exactly the options true and false")
    if type_ == "enumeration" and not options and definition.external is None:
        raise invalid("Properties of type enumeration need options")
    if definition.unique and (type_, definition.field_type) not in {("string", "text"), ("number", "number")}:
        raise invalid("Only single-line text and number properties can have unique values")


def _found(call: Call, name: str, *, archived: bool = False) -> Definition:
    definition = call.crm.portal.definitions[call.kind.name].get(name)
    if definition is None or definition.archived != archived:
        message = f"Unable to find a property with the name '{name}'."
        raise Refused(404, message, "OBJECT_NOT_FOUND", sub_category="Properties.PROPERTY_NOT_FOUND")
    return definition


def page(call: Call) -> Reply:
    definitions = call.crm.portal.definitions[call.kind.name].values()
    archived = call.flag("archived")
    return Reply(200, {"results": [definition_json(found) for found in definitions if found.archived == archived]})


def get(call: Call) -> Reply:
    return Reply(200, definition_json(_found(call, call.params["name"], archived=call.flag("archived"))))


def create(call: Call) -> Reply:
    return Reply(201, definition_json(_create(call, call.body)))


def _create(call: Call, given: dict[str, Any]) -> Definition:
    absent = [name for name in _REQUIRED if not isinstance(given.get(name), str) or not given[name]]
    if absent:
        raise missing_fields(absent)
    name: str = given["name"]
    if not _NAME.fullmatch(name):
        raise invalid(
            f"Property name '{name}' must be lower-case letters, digits and underscores, and start with a letter"
        )
    definition = _applied(call, Definition(name, name), given)
    if call.crm.portal.definition(call.kind.name, name) is not None:
        message = f"A property named '{name}' already exists."
        raise Refused(409, message, "OBJECT_ALREADY_EXISTS", sub_category="Properties.PROPERTY_WITH_NAME_EXISTS")
    return add(call.crm.portal, call.kind, definition, call.crm.now_ms)


def add(portal: Portal, kind: Kind, definition: Definition, now_ms: int) -> Definition:
    """Puts a definition into the portal; values of an archived one of that name come back with it.

    Raises Refused for an eleventh unique property.
    """
    definitions = portal.definitions[kind.name]
    unique = sum(other.unique and not other.archived for other in definitions.values())
    if definition.unique and unique >= MOST_UNIQUE:
        raise invalid(f"{kind.legacy} has {MOST_UNIQUE} unique properties already, which is the most it can have")
    definition.created_ms = definition.updated_ms = now_ms
    definitions[definition.name] = definition
    return definition


def update(call: Call) -> Reply:
    """Changes a definition. `options` replaces the whole list; whether values are unique cannot be changed."""
    before, given = _found(call, call.params["name"]), call.body
    if before.standard and not given.keys() <= _OPEN_MEMBERS:
        message = f"{before.name} is defined by HubSpot and cannot be changed"
        raise invalid(message, sub_category="Properties.READ_ONLY")
    definition = _applied(call, before, given)
    if definition.unique != before.unique:
        raise invalid("hasUniqueValue can only be set when a property is created")
    definition.updated_ms = call.crm.now_ms
    call.crm.portal.definitions[call.kind.name][definition.name] = definition
    return Reply(200, definition_json(definition))


def archive(call: Call) -> Reply:
    definition = _found(call, call.params["name"])
    if definition.standard:
        raise invalid(f"{definition.name} is defined by HubSpot and cannot be archived")
    definition.archived_ms = call.crm.now_ms
    return Reply(204)


def batch_create(call: Call) -> Reply:
    results: list[Json] = []
    errors: list[Refused] = []
    for entry in call.inputs():
        try:
            results.append(definition_json(_create(call, entry)))
        except Refused as refused:
            errors.append(refused)
    return batch_reply(call, results, errors, 201)


def batch_read(call: Call) -> Reply:
    results: list[Json] = []
    errors: list[Refused] = []
    for entry in call.inputs():
        try:
            found = _found(call, call.member("name", str, inside=entry), archived=bool(call.body.get("archived")))
            results.append(definition_json(found))
        except Refused as refused:
            errors.append(refused)
    return batch_reply(call, results, errors)


def batch_archive(call: Call) -> Reply:
    for entry in call.inputs():
        definition = call.crm.portal.definition(call.kind.name, call.member("name", str, inside=entry))
        if definition is not None and not definition.standard:
            definition.archived_ms = call.crm.now_ms
    return Reply(204)
