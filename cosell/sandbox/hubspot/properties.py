"""The endpoints of property definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from cosell.sandbox.hubspot import groups
from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.derived import CALCULATED
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields
from cosell.sandbox.hubspot.kinds import Kind
from cosell.sandbox.hubspot.people import FIRST_USER
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Definition, Option
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
EQUATION = "calculation_equation"
"""The field type of properties with a formula, whatever their type."""
SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")
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
    "calculationFormula": ("formula", str),
}
"""What a client may set, as it calls it and as this module does."""


def definition_json(definition: Definition) -> Json:
    """A definition as the API prints it."""
    answer: Json = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "description": definition.description,
        "groupName": definition.group,
        "options": [_option_json(option) for option in definition.options],
        "displayOrder": definition.display_order,
        "calculated": definition.read_only and (bool(definition.formula) or definition.name in CALCULATED),
        "externalOptions": definition.external == "owners",
        "hasUniqueValue": definition.unique,
        "hidden": definition.hidden,
        "hubspotDefined": definition.standard,
        "archived": definition.archived,
        "modificationMetadata": {
            "archivable": not definition.standard,
            "readOnlyDefinition": definition.standard,
            "readOnlyOptions": _fixed_options(definition),
            "readOnlyValue": definition.read_only,
        },
        "formField": definition.form_field,
        "dataSensitivity": SENSITIVITIES[definition.sensitive],
        "createdAt": instant(definition.created_ms or 0),
        "updatedAt": instant(definition.updated_ms or definition.created_ms or 0),
    }
    if definition.external == "owners":
        answer["referencedObjectType"] = "OWNER"
    if definition.formula:
        answer["calculationFormula"] = definition.formula
    if definition.archived_ms is not None:
        answer["archivedAt"] = instant(definition.archived_ms)
    if not definition.standard:  # by whoever installed the app
        answer |= {"createdUserId": str(FIRST_USER), "updatedUserId": str(FIRST_USER)}
    return answer


def _fixed_options(definition: Definition) -> bool:
    """Of HubSpot's own properties, only the lists of plain choices can be changed."""
    return definition.standard and (
        definition.read_only or definition.external is not None or definition.type != "enumeration"
    )


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
    definition = _calculated(replace(base, **changes))
    _check(definition)
    groups.find(call, definition.group)
    return definition


def _calculated(definition: Definition) -> Definition:
    """With a formula, nothing but the formula sets the value."""
    return replace(definition, field_type=EQUATION, read_only=True) if definition.formula else definition


def _option(call: Call, given: dict[str, Any]) -> Option:
    label, value = (call.member(name, str, inside=given) for name in ("label", "value"))
    order = call.member("displayOrder", int, default=-1, inside=given)
    hidden = call.member("hidden", bool, default=False, inside=given)
    return Option(label, value, order, hidden, call.member("description", str, default="", inside=given))


def _check(definition: Definition) -> None:
    """Raises Refused for types that do not go together and for options that repeat or hold the separator."""
    type_, options = definition.type, definition.options
    if definition.field_type not in FIELD_TYPES.get(type_, set()) | ({EQUATION} if definition.formula else set()):
        raise invalid(f"The field type {definition.field_type} does not fit the type {type_}")
    for what, texts in (("values", [one.value for one in options]), ("labels", [one.label for one in options])):
        if len(set(texts)) != len(texts):
            raise invalid(f"Property option {what} must be unique")
    if any(";" in option.value for option in options):
        raise invalid("Property option values may not contain ';'")
    if type_ == "bool" and {option.value for option in options} != {"true", "false"}:
        raise invalid("Properties of type bool need exactly the options true and false")
    if definition.external is not None and options:
        raise invalid("Properties with external options have no options of their own")
    if type_ == "enumeration" and not (options or definition.external or definition.formula):
        raise invalid("Properties of type enumeration need options")
    if definition.unique and (type_, definition.field_type) not in {("string", "text"), ("number", "number")}:
        raise invalid("Only single-line text and number properties can have unique values")


def _found(call: Call, name: str) -> Definition:
    definition = call.crm.portal.definition(call.kind.name, name)
    if definition is None:
        raise _not_found(name)
    return definition


def _not_found(name: str) -> Refused:
    message = f"Unable to find a property with the name '{name}'."
    return Refused(404, message, "OBJECT_NOT_FOUND", sub_category="Properties.PROPERTY_NOT_FOUND")


def _readable(call: Call, *, archived: bool, sensitivity: str | None) -> dict[str, Definition]:
    """What a reader sees who asks for these; what is new may take its time to show."""
    wanted = sensitivity or SENSITIVITIES[0]
    if wanted not in SENSITIVITIES:
        raise invalid(f"dataSensitivity must be one of {', '.join(SENSITIVITIES)}")
    then = call.crm.now_ms - round(call.crm.switches.property_lag * 1000)
    definitions = call.crm.portal.definitions[call.kind.name]
    return {
        name: found
        for name, found in definitions.items()
        if found.archived == archived
        and SENSITIVITIES[found.sensitive] == wanted
        and (found.standard or (found.created_ms or 0) <= then)
    }


def page(call: Call) -> Reply:
    """All definitions, or those of the names given; live or archived ones."""
    readable = _readable(call, archived=call.flag("archived"), sensitivity=call.text("dataSensitivity"))
    names = call.names("properties") or readable
    return Reply(200, {"results": [definition_json(found) for name, found in readable.items() if name in names]})


def get(call: Call) -> Reply:
    readable = _readable(call, archived=call.flag("archived"), sensitivity=call.text("dataSensitivity"))
    name = call.params["name"]
    if name not in readable:
        raise _not_found(name)
    return Reply(200, definition_json(readable[name]))


def create(call: Call) -> Reply:
    definition = _create(call, call.body)
    return Reply(201, definition_json(definition), call.location(definition.name))


def _create(call: Call, given: dict[str, Any]) -> Definition:
    absent = [name for name in _REQUIRED if not isinstance(given.get(name), str) or not given[name]]
    if absent:
        raise missing_fields(absent)
    name: str = given["name"]
    if not _NAME.fullmatch(name):
        raise invalid(
            f"Property name '{name}' must be lower-case letters, digits and underscores, and start with a letter"
        )
    blank = Definition(name, name, external=_external(call, given), sensitive=_sensitive(call, given))
    definition = _applied(call, blank, given)
    if call.crm.portal.definition(call.kind.name, name) is not None:
        message = f"A property named '{name}' already exists."
        raise Refused(409, message, "OBJECT_ALREADY_EXISTS", sub_category="Properties.PROPERTY_WITH_NAME_EXISTS")
    return add(call.crm, call.kind, definition)


def _external(call: Call, given: dict[str, Any]) -> Literal["owners"] | None:
    """Where the options are kept when not in the definition. Raises Refused for what this portal does not have."""
    if not call.member("externalOptions", bool, default=False, inside=given):
        return None
    if given.get("referencedObjectType") != "OWNER":
        raise invalid("externalOptions needs the referencedObjectType OWNER")
    return "owners"


def _sensitive(call: Call, given: dict[str, Any]) -> bool:
    """Whether the values are sensitive. Raises Refused without the scope; nothing here is highly sensitive."""
    wanted = call.member("dataSensitivity", str, default=SENSITIVITIES[0], inside=given)
    if wanted == SENSITIVITIES[1] and f"crm.objects.{call.kind.scope}.sensitive.write" not in call.app.scopes:
        raise Refused(403, "Missing required scope for: sensitive-data-property-create", "MISSING_SCOPES")
    if wanted not in SENSITIVITIES[:2]:
        message = "The account is not enabled for highly sensitive data"
        raise invalid(message, sub_category="PropertyValidationError.PORTAL_NOT_ENABLED_FOR_SENSITIVE_DATA")
    return bool(wanted == SENSITIVITIES[1])


def add(crm: Crm, kind: Kind, definition: Definition) -> Definition:
    """Puts a definition into the portal; values of an archived one of that name come back with it.

    Raises Refused for more custom properties, or more unique ones, than an object type may have.
    """
    definitions = crm.portal.definitions[kind.name]
    live = [other for other in definitions.values() if not other.archived]
    if definition.unique and sum(other.unique for other in live) >= MOST_UNIQUE:
        raise invalid(f"{kind.legacy} has {MOST_UNIQUE} unique properties already, which is the most it can have")
    if sum(not other.standard for other in live) >= (most := crm.switches.custom_property_limit):
        raise invalid(f"{kind.legacy} has {most} custom properties already, which is the most it can have")
    everywhere = [other for kinds in crm.portal.definitions.values() for other in kinds.values()]
    in_all = sum(not other.standard and not other.archived for other in everywhere)
    if in_all >= (most := crm.switches.custom_property_limit_in_all):
        raise invalid(f"The account has {in_all} custom properties already, which is the most it can have")
    archived = definitions.get(definition.name)
    definition.created_ms = archived.created_ms if archived else crm.now_ms
    definition.updated_ms = crm.now_ms
    definitions[definition.name] = definition
    if archived and definition.unique:
        crm.portal.taken.pop((kind.name, definition.name), None)
        for record in crm.portal.live(kind.name):
            crm.taken.take(record)
    return definition


def update(call: Call) -> Reply:
    """Changes a definition. `options` replaces the whole list; whether values are unique cannot be changed."""
    before, given = _found(call, call.params["name"]), call.body
    if before.standard and (_fixed_options(before) or not given.keys() <= {"options"}):
        message = f"{before.name} is defined by HubSpot and cannot be changed"
        raise invalid(message, sub_category="Properties.READ_ONLY")
    definition = _applied(call, before, given)
    if definition.unique != before.unique:
        if call.crm.switches.unique_change == "refused":
            raise invalid("hasUniqueValue can only be set when a property is created")
        definition.unique = before.unique
    definition.updated_ms = call.crm.now_ms
    call.crm.portal.definitions[call.kind.name][definition.name] = definition
    return Reply(200, definition_json(definition))


def archive(call: Call) -> Reply:
    _archive(call, [_found(call, call.params["name"])])
    return Reply(204)


def _archive(call: Call, definitions: Sequence[Definition]) -> None:
    for definition in definitions:
        _check_archivable(call, definition)
    for definition in definitions:
        definition.archived_ms = definition.updated_ms = call.crm.now_ms


def _check_archivable(call: Call, definition: Definition) -> None:
    """Raises Refused for HubSpot's own properties, and for one that another's formula uses."""
    if definition.standard:
        raise invalid(f"{definition.name} is defined by HubSpot and cannot be archived")
    users = [
        other.name
        for other in call.crm.portal.definitions[call.kind.name].values()
        if not other.archived and definition.name in re.findall(r"\w+", other.formula)
    ]
    if users:
        type_id = call.kind.type_id
        used = {"subCategory": "PropertyValidationError.PROPERTY_USAGE", "message": "The property is in use"}
        raise Refused(
            400,
            f"Property: {definition.name} of object type {type_id} is currently used in {len(users)} places and cannot "
            "be deleted",
            "VALIDATION_ERROR",
            sub_category="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
            errors=[
                {**used, "context": {"parentType": ["CALCULATED_PROPERTY"], "parentName": [f"{type_id}/{name}"]}}
                for name in users
            ],
        )


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
    sensitivity = call.member("dataSensitivity", str, default=SENSITIVITIES[0])
    readable = _readable(call, archived=bool(call.body.get("archived")), sensitivity=sensitivity)
    names = [call.member("name", str, inside=entry) for entry in call.inputs()]
    found = [definition_json(readable[name]) for name in names if name in readable]
    return batch_reply(call, found, [_not_found(name) for name in names if name not in readable])


def batch_archive(call: Call) -> Reply:
    """204 whatever they were: live, archived already, or never there."""
    names = [call.member("name", str, inside=entry) for entry in call.inputs()]
    _archive(call, [found for name in names if (found := call.crm.portal.definition(call.kind.name, name))])
    return Reply(204)
