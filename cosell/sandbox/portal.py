"""The portal as Cosell's set-up leaves it: the mapping's properties exist, the app hears of what sellers write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.wire import Request
from lambdas.domain.mapping import Mapping
from lambdas.domain.properties import property_definitions, property_groups, subscribed_properties

_PLURAL = {"deal": "deals", "company": "companies", "contact": "contacts"}
_EVENTS = {
    "deal": ("creation", "deletion", "restore", "merge", "associationChange"),
    "company": ("creation", "deletion", "restore", "merge"),
    "contact": ("creation", "deletion", "restore", "merge", "privacyDeletion"),
    "line_item": ("creation", "deletion", "restore", "associationChange"),
}


class SetUpFailed(RuntimeError):
    """The portal refused a property or group; the message is HubSpot's."""


def set_up(hubspot: HubSpot, mapping: Mapping, *, solutions: Iterable[tuple[str, str]]) -> None:
    """Creates groups and properties through HubSpot's API, and subscribes the app. What is there already stays.

    `solutions`, by id and name, become options of the property that holds the deal's solutions.
    """
    groups, definitions = hubspot.portal.groups, hubspot.portal.definitions
    for group in property_groups(mapping):
        if group.name not in groups[_PLURAL[group.object_type]]:
            _post(hubspot, f"{group.object_type}/groups", group.payload())
    for definition in property_definitions(mapping, {"aws_solutions": dict(solutions)}):
        if definition.name not in definitions[_PLURAL[definition.object_type]]:
            _post(hubspot, definition.object_type, definition.payload())
    heard = {(known.event_type, known.property_name) for known in hubspot.app.subscriptions}
    for event_type, name in _subscriptions(mapping):
        if (event_type, name) not in heard:
            hubspot.app.subscribe(event_type, *([name] if name else []))


def _subscriptions(mapping: Mapping) -> Iterator[tuple[str, str | None]]:
    """Event types, with the property of each propertyChange."""
    for object_type, events in _EVENTS.items():
        yield from ((f"{object_type}.{event}", None) for event in events)
    for kind, properties in subscribed_properties(mapping).items():
        yield from ((f"{kind}.propertyChange", name) for name in properties)


def _post(hubspot: HubSpot, path: str, body: dict[str, Any]) -> None:
    object_type, _, rest = path.partition("/")
    url = f"https://api.hubapi.com/crm/v3/properties/{_PLURAL[object_type]}" + (f"/{rest}" if rest else "")
    headers = {"authorization": f"Bearer {hubspot.app.token}", "content-type": "application/json"}
    response = hubspot.handle(Request("POST", url, headers, json.dumps(body).encode()))
    if response.status >= 300:
        raise SetUpFailed(f"{path} {body['name']}: {response.status} {response.body.decode()}")
