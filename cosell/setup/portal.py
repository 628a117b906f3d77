"""A portal is read, and given what a plan says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from cosell.setup.api import Api, LacksScopes, Refused, path
from cosell.setup.plan import Found, Json, Plan, Room, Write
from cosell.terminal import Trouble
from lambdas.domain.mapping import Mapping
from lambdas.domain.properties import PLURALS, scopes

BATCH: Final = 100
_TYPE_IDS: Final = {"0-3": "deal", "0-2": "company", "0-1": "contact", "0-7": "product", "0-8": "line_item"}
_NOBODY: Final = "0"
"""No record has this id: what is asked of it changes nothing, and tells whether the token may ask."""


def missing_scopes(api: Api, mapping: Mapping) -> list[str]:
    """The scopes that the token lacks of all that Cosell needs.

    HubSpot has no list of a token's scopes. Each is tried by a call that cannot change anything: a read, an update of
    a record that cannot be, a property without a name.
    """
    tried = {scope: _trial(scope) for scope in scopes(mapping) if scope != "oauth"}
    return [scope for scope, call in tried.items() if not api.permits(*call)]


def _trial(scope: str) -> tuple[str, str, Any]:
    area, _, verb = scope.rpartition(".")
    objects = area.rpartition(".")[2]
    if scope == "e-commerce":
        return "POST", path("crm/properties", PLURALS["product"]), {}
    if objects == "owners":
        return "GET", path("crm/owners") + "?limit=1", None
    if area.startswith("crm.schemas."):
        properties = path("crm/properties", objects)
        return ("GET", f"{properties}/groups", None) if verb == "read" else ("POST", properties, {})
    records = path("crm/objects", objects)
    return (
        ("GET", f"{records}?limit=1", None) if verb == "read" else ("PATCH", f"{records}/{_NOBODY}", {"properties": {}})
    )


def read(api: Api, mapping: Mapping) -> Found:
    """What the portal has of each object type that the mapping is about. Raises Trouble."""
    kinds = [kind for kind in PLURALS if any(row.object == kind for row in mapping.active)]
    try:
        return Found(
            groups={
                kind: frozenset(one["name"] for one in api.get("crm/properties", PLURALS[kind], "groups")["results"])
                for kind in kinds
            },
            properties={
                kind: {one["name"]: one for one in api.get("crm/properties", PLURALS[kind])["results"]}
                for kind in kinds
            },
            pipelines=api.get("crm/pipelines", "deals")["results"],
            room=_room(api),
        )
    except LacksScopes as error:
        raise Trouble(f"HubSpot does not show what the portal has: {error}") from None


def _room(api: Api) -> Room:
    properties, pipelines = (_allowance(api, name) for name in ("custom-properties", "pipelines"))
    by_type = {one.get("objectTypeId"): _left(one, "limit", "usage") for one in properties.get("byObjectType", ())}
    deals = [one for one in pipelines.get("hubspotDefinedObjectTypes", ()) if one.get("objectTypeId") == "0-3"]
    return Room(
        properties={_TYPE_IDS[key]: left for key, left in by_type.items() if key in _TYPE_IDS and left is not None},
        in_all=_left(properties, "overallLimit", "overallUsage"),
        pipelines=_left(deals[0], "limit", "usage") if deals else None,
    )


def _allowance(api: Api, name: str) -> Json:
    """Empty where HubSpot does not tell: then it says so when something is one too many."""
    try:
        found: Json = api.get("crm/limits", name)
    except Refused:
        return {}
    return found


def _left(use: Json, limit: str, usage: str) -> int | None:
    most, used = use.get(limit), use.get(usage)
    return max(0, most - used) if isinstance(most, int) and isinstance(used, int) else None


def apply(api: Api, plan: Plan) -> int:
    """Writes what the plan says, in its order; returns in how many calls. Run again, what is done is not done again.

    Raises Trouble with HubSpot's reason where it refuses one; what was written before stays.
    """
    calls = 0
    for write in _batched(plan.writes):
        answer = api.call(write.method, write.path, write.body)
        calls += 1
        # What was made a moment ago may be hidden from reads still.
        refused = [one for one in answer.get("errors") or () if one.get("category") != "OBJECT_ALREADY_EXISTS"]
        if refused:
            reasons = "; ".join(dict.fromkeys(str(one.get("message")) for one in refused))
            raise Trouble(f"HubSpot refuses {len(refused)} of {len(write.body['inputs'])} properties: {reasons}")
    return calls


def _batched(writes: Sequence[Write]) -> Iterator[Write]:
    for (where, in_batches), some in groupby(writes, key=lambda write: (write.path, write.in_batches)):
        if not in_batches:
            yield from some
            continue
        bodies = [write.body for write in some]
        for at in range(0, len(bodies), BATCH):
            yield Write("POST", f"{where}/batch/create", {"inputs": bodies[at : at + BATCH]})
