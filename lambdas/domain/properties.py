"""What a portal needs for this mapping: properties, groups, and what to subscribe to."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any, get_args

from lambdas.domain.mapping import Mapping, ObjectType, Row
from lambdas.domain.records import Frozen


class Option(Frozen):
    label: str
    value: str


class PropertyDefinition(Frozen):
    """A property of our own, as HubSpot is to have it."""

    object_type: ObjectType
    name: str
    label: str
    group: str
    type: str
    field_type: str
    options: tuple[Option, ...] = ()
    unique: bool = False
    description: str = ""

    def payload(self) -> dict[str, Any]:
        """The body of HubSpot's "create a property"."""
        body: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "groupName": self.group,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "hasUniqueValue": self.unique,
            "formField": False,
        }
        if self.type in {"enumeration", "bool"}:
            body["options"] = [
                {"label": option.label, "value": option.value, "displayOrder": position, "hidden": False}
                for position, option in enumerate(self.options)
            ]
        return body


class PropertyGroup(Frozen):
    object_type: ObjectType
    name: str
    label: str

    def payload(self) -> dict[str, Any]:
        """The body of HubSpot's "create a property group"."""
        return {"name": self.name, "label": self.label, "displayOrder": -1}


def property_groups(mapping: Mapping) -> list[PropertyGroup]:
    return [PropertyGroup(object_type=group.object, name=group.name, label=group.label) for group in mapping.groups]


def property_definitions(
    mapping: Mapping, options: Dict[str, Dict[str, str]] | None = None
) -> list[PropertyDefinition]:
    """The properties of the mapping's profile.

    `options`, by property name, adds values with labels that only a portal knows, such as the partner's solutions.
    """
    more = options or {}
    return [
        _definition(row, {**mapping.options(row), **more.get(row.property, {})})
        for row in mapping.active
        if not row.standard
    ]


def subscribed_properties(mapping: Mapping) -> dict[ObjectType, list[str]]:
    """Whose changes HubSpot must tell: what sellers write, HubSpot's own properties included."""
    rows = [row for row in mapping.active if row.writer != "cosell" and row.property != "hs_object_id"]
    return {kind: sorted({row.property for row in rows if row.object == kind}) for kind in get_args(ObjectType)}


def _definition(row: Row, options: Dict[str, str]) -> PropertyDefinition:
    return PropertyDefinition(
        object_type=row.object,
        name=row.property,
        label=row.label,
        group=row.group or "",
        type=row.type,
        field_type=row.field,
        options=tuple(Option(label=label, value=value) for value, label in options.items()),
        unique=row.unique,
        description=row.description,
    )
