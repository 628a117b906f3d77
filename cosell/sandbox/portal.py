"""The portal as Cosell's set-up leaves it: the mapping's properties exist, the app hears of what sellers write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.wire import Request
from lambdas.domain.mapping import Mapping, Row

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
    """Creates groups and properties through HubSpot's API, and subscribes the app.

    `solutions`, by id and name, become options of the property that holds the deal's solutions.
    """
    for group in mapping.groups:
        _post(hubspot, f"{group.object}/groups", {"name": group.name, "label": group.label})
    for row in mapping.active:
        if not row.standard:
            options = dict(mapping.options(row))
            if row.property == "aws_solutions":
                options |= dict(solutions)
            _post(hubspot, row.object, _definition(row, options))
    _subscribe(hubspot, mapping)


def _definition(row: Row, options: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row.property,
        "label": row.label,
        "description": row.description,
        "type": row.type,
        "fieldType": row.field,
        "groupName": row.group,
        "hasUniqueValue": row.unique,
        "options": [
            {"label": label, "value": value, "displayOrder": place, "hidden": False}
            for place, (value, label) in enumerate(options.items())
        ],
    }


def _subscribe(hubspot: HubSpot, mapping: Mapping) -> None:
    """One subscription for each property that sellers write, and for what happens to records."""
    for object_type, names in _EVENTS.items():
        for name in names:
            hubspot.app.subscribe(f"{object_type}.{name}")
    for row in mapping.active:
        if row.writer != "cosell" and row.property != "hs_object_id":
            hubspot.app.subscribe(f"{row.object}.propertyChange", row.property)


def _post(hubspot: HubSpot, path: str, body: dict[str, Any]) -> None:
    object_type, _, rest = path.partition("/")
    url = f"https://api.hubapi.com/crm/v3/properties/{_PLURAL[object_type]}" + (f"/{rest}" if rest else "")
    headers = {"authorization": f"Bearer {hubspot.app.token}", "content-type": "application/json"}
    response = hubspot.handle(Request("POST", url, headers, json.dumps(body).encode()))
    if response.status >= 300:
        raise SetUpFailed(f"{path} {body['name']}: {response.status} {response.body.decode()}")
