"""What a portal needs for this mapping: properties, groups, and an app with its scopes and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any, Final, get_args

from lambdas.domain.mapping import Mapping, ObjectType, Row
from lambdas.domain.records import Frozen

PLURALS: Final[dict[ObjectType, str]] = {
    "deal": "deals",
    "company": "companies",
    "contact": "contacts",
    "product": "products",
    "line_item": "line_items",
}
"""What paths and scopes call an object type."""

_EVENTS: Final[dict[ObjectType, tuple[str, ...]]] = {
    "deal": ("creation", "deletion", "restore", "merge", "associationChange"),
    "company": ("creation", "deletion", "restore", "merge"),
    "contact": ("creation", "deletion", "restore", "merge", "privacyDeletion"),
    "line_item": ("creation", "deletion", "restore", "associationChange"),
}
_ALWAYS: Final[tuple[ObjectType, ...]] = ("deal", "company", "contact")
"""Read and written whatever the mapping says: tasks and notes go by the contacts' scopes, too."""


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


class Subscription(Frozen):
    """What HubSpot tells the app of: `deal.creation`, or `deal.propertyChange` of one property."""

    type: str
    property: str | None = None


def property_groups(mapping: Mapping) -> list[PropertyGroup]:
    return [PropertyGroup(object_type=group.object, name=group.name, label=group.label) for group in mapping.groups]


def property_definitions(
    mapping: Mapping, options: Dict[str, Dict[str, str]] | None = None
) -> list[PropertyDefinition]:
    """The properties of our own that are switched on, each once, as its first row has it.

    `options`, by property name, adds values with labels that only a portal knows, such as the partner's solutions.
    """
    more = options or {}
    rows: dict[tuple[str, str], Row] = {}
    for row in mapping.active:
        if not row.standard:
            rows.setdefault((row.object, row.property), row)
    return [_definition(row, {**mapping.options(row), **more.get(row.property, {})}) for row in rows.values()]


def subscribed_properties(mapping: Mapping) -> dict[ObjectType, list[str]]:
    """Whose changes HubSpot must tell: what sellers write, HubSpot's own properties included."""
    rows = [row for row in mapping.active if row.writer != "cosell" and row.property != "hs_object_id"]
    return {kind: sorted({row.property for row in rows if row.object == kind}) for kind in get_args(ObjectType)}


def subscriptions(mapping: Mapping) -> list[Subscription]:
    """All that the app has to hear of, each once."""
    happenings = [Subscription(type=f"{kind}.{event}") for kind, events in _EVENTS.items() for event in events]
    edits = [
        Subscription(type=f"{kind}.propertyChange", property=name)
        for kind, names in subscribed_properties(mapping).items()
        for name in names
    ]
    return [*happenings, *edits]


def scopes(mapping: Mapping) -> list[str]:
    """What the app's token must be good for."""
    kinds = [
        kind for kind in get_args(ObjectType) if kind in _ALWAYS or any(row.object == kind for row in mapping.rows)
    ]
    records = [f"crm.objects.{PLURALS[kind]}.{verb}" for kind in kinds for verb in ("read", "write")]
    definitions = [f"crm.schemas.{PLURALS[kind]}.{verb}" for kind in _ALWAYS for verb in ("read", "write")]
    # The one scope for definitions and webhooks of products and line items.
    shop = ["e-commerce"] if set(kinds) - set(_ALWAYS) else []
    return ["oauth", *records, "crm.objects.owners.read", *definitions, *shop]


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
