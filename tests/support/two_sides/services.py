"""HubSpot and Partner Central with nothing in them, as set-up leaves them, and how Partner Central is asked."""

from __future__ import annotations

import json
from typing import Any, Final

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.hubspot import Switches as HubSpotSwitches
from cosell.sandbox.partner_central import PartnerCentral, Solution, Switches, User
from cosell.sandbox.portal import set_up
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from lambdas.domain.mapping import Mapping
from lambdas.domain.refusals import FieldError, Refusal
from tests.lambdas.domain.builders import NOW

CATALOG: Final = "AWS"
SOLUTIONS: Final = ("S-1234567", "S-7654321", "S-0000003")
ESTIMATE: Final = "https://calculator.aws/#/estimate?id=0123456789abcdef0123456789abcdef01234567"
"""A link that AWS knows, of 12,500 a month."""
SWITCHES: Final = Switches(throttling=False)


class Conflict(Exception):
    """The opportunity moved since the plan read it: it is planned anew."""


def services(mapping: Mapping, now: float) -> tuple[HubSpot, PartnerCentral]:
    """Both services as they are before there is any deal."""
    clock = Clock(now)
    hubspot = HubSpot(clock, switches=HubSpotSwitches(limits=False))
    hubspot.portal.definitions, hubspot.portal.groups = _furniture(mapping)
    hubspot.add_owner("kim.colleague@example.com", "Kim", "Colleague")
    central = PartnerCentral(clock, switches=SWITCHES)
    central.state.solutions = [Solution(one, f"Solution {one}") for one in SOLUTIONS]
    central.state.users += [User("sam.seller@example.com", "Sam", "Seller")]
    central.state.estimates[ESTIMATE] = "12500"
    return hubspot, central


def _furniture(mapping: Mapping) -> tuple[Any, Any]:
    """The properties and groups that set-up makes; made once for each mapping, because that takes a while."""
    key = mapping.model_dump_json(include={"profile", "also", "spend"})
    if key not in _FURNITURE:
        hubspot = HubSpot(Clock(NOW), switches=HubSpotSwitches(limits=False))
        set_up(hubspot, mapping, solutions=[(one, f"Solution {one}") for one in SOLUTIONS])
        _FURNITURE[key] = hubspot.portal.definitions, hubspot.portal.groups
    return _FURNITURE[key]


_FURNITURE: Final[dict[str, tuple[Any, Any]]] = {}


def ask(central: PartnerCentral, operation: str, **members: Any) -> Any:
    """The answer, or a Refusal. Raises Conflict."""
    url = f"https://partnercentral-selling.us-east-1.api.aws/{operation}"
    catalog = {} if "ResourceArn" in members else {"Catalog": CATALOG}
    answer = central.handle(Request("POST", url, body=json.dumps({**catalog, **members}, default=str).encode()))
    said = answer.json() if answer.body else {}
    if answer.status == 200:
        return said
    if said["__type"].endswith("ConflictException"):
        raise Conflict(said["Message"])
    errors = (FieldError(one["FieldName"], one["Code"], one["Message"]) for one in said.get("ErrorList") or ())
    return Refusal(tuple(errors), message=said["Message"])


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value
