"""The client's one path builder, through every endpoint of the dated family: there it gets what v3 and v4 give it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.routes import ENDPOINTS, Endpoint
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from lambdas.adapters import hubspot_client, secrets
from lambdas.errors import CosellError, NotPermitted, RateLimited

DATED = "2026-09"
DUE = "2026-12-01T12:00:00Z"
TYPES = {"type", "to_type"}
IDS = {"fromObjectId", "toObjectId"}
ONE_FAMILY_ONLY = {"associations.list"}
"""The 2026-09 documents have no list of one record's associations: Cosell reads them with the record, or in a batch.

The webhooks of an app are left out as well: a developer's key opens them, which Cosell has not got.
"""
Json = Any


@dataclass(frozen=True)
class Call:
    """An endpoint with what it is asked about: the parts of its path, and a body."""

    endpoint: Endpoint
    operation: str
    params: dict[str, str]
    body: Json = None

    @property
    def about(self) -> str | None:
        """The last part of the path that is an id or a name."""
        return next((part for part in reversed(list(self.endpoint.path.groupindex)) if part not in TYPES), None)

    @property
    def kinds(self) -> list[str]:
        """The types of the records it is about."""
        return [kind for kind in KINDS if kind in self.params.values()]

    def path(self, missing: str | None) -> str:
        """As the client builds it; `missing` stands in for what it is about."""
        params = dict(self.params)
        if missing is not None and self.about is not None:
            params[self.about] = missing
        old_version = next(version for version in self.endpoint.versions if version in {"v3", "v4"})
        parts = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: params[part[1]], self.endpoint.path.pattern)
        area = self.endpoint.area if self.endpoint.area == "account-info" else f"crm/{self.endpoint.area}"
        return hubspot_client.path(area, old_version, *parts.split("/")[1:])


# What each endpoint is asked. The portal of `furnished` has what is named here.

EXAMPLES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "deals": ({"dealname": "Warehouse", "dealstage": "contractsent"}, {"dealname": "Factory"}),
    "contacts": ({"firstname": "Ada"}, {"firstname": "Augusta"}),
    "companies": ({"name": "Example Inc"}, {"name": "Example Ltd"}),
    "products": ({"name": "Support"}, {"name": "Gold support"}),
    "line_items": ({"name": "Support", "quantity": "2", "price": "100"}, {"quantity": "3"}),
    "tasks": ({"hs_timestamp": DUE, "hs_task_subject": "Call"}, {"hs_task_subject": "Write"}),
    "notes": ({"hs_timestamp": DUE, "hs_note_body": "They called"}, {"hs_note_body": "We called"}),
}
DEAL, COMPANY = str(KINDS["deals"].first_id), str(KINDS["companies"].first_id)
PRIMARY = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}
ENDS = {"from": {"id": DEAL}, "to": {"id": COMPANY}}
SIZE = {"name": "size", "label": "Size", "type": "string", "fieldType": "text", "groupName": "dealinformation"}
STAGE = {"label": "Signed", "displayOrder": 3, "metadata": {"probability": "1.0"}}
PIPELINE = {"label": "Upsell", "displayOrder": 2, "stages": [STAGE]}
RESELLER = {"name": "reseller", "label": "Reseller", "inverseLabel": "Resells"}
PARAMS: dict[str, dict[str, str]] = {
    "associations": {"type": "deals", "id": DEAL, "to_type": "companies", "to_id": COMPANY},
    "association_labels": {"type": "deals", "to_type": "companies", "type_id": "1001"},
    "properties": {"type": "deals", "name": "region"},
    "property_groups": {"type": "deals", "name": "spare"},
    "pipelines": {"type": "deals", "id": "renewals"},
    "pipeline_stages": {"type": "deals", "id": "renewals", "stage_id": "lost"},
    "owners": {"id": "12000001"},
    "account": {},
    "limits": {},
    "contacts": {"type": "contacts"},
}
BODIES: dict[str, Json] = {
    "contacts.gdpr_delete": {"objectId": str(KINDS["contacts"].first_id)},
    "associations.set": [PRIMARY],
    "associations.batch_read": {"inputs": [{"id": DEAL}]},
    "associations.batch_set": {"inputs": [{**ENDS, "types": [PRIMARY]}]},
    "associations.batch_set_default": {"inputs": [ENDS]},
    "associations.batch_delete": {"inputs": [{"from": {"id": DEAL}, "to": [{"id": COMPANY}]}]},
    "associations.batch_delete_types": {"inputs": [{**ENDS, "types": [PRIMARY]}]},
    "association_labels.create": RESELLER,
    "association_labels.update": {"associationTypeId": 1001, "label": "Partner"},
    "properties.create": SIZE,
    "properties.batch_create": {"inputs": [SIZE]},
    "properties.batch_read": {"archived": False, "inputs": [{"name": "region"}]},
    "properties.batch_archive": {"inputs": [{"name": "region"}]},
    "properties.update": {"label": "Where"},
    "property_groups.create": {"name": "erp", "label": "ERP"},
    "property_groups.update": {"label": "Left over"},
    "pipelines.create": PIPELINE,
    "pipelines.replace": PIPELINE,
    "pipelines.update": {"label": "Renewing"},
    "pipeline_stages.create": STAGE,
    "pipeline_stages.replace": STAGE,
    "pipeline_stages.update": {"label": "Gone", "metadata": {}},
}


def bodies_of(kind: Kind) -> dict[str, Json]:
    given, change = EXAMPLES[kind.name]
    first, second = str(kind.first_id), str(kind.first_id + 1)
    name = next(iter(given))
    found = {"filters": [{"propertyName": name, "operator": "HAS_PROPERTY"}]}
    return {
        "create": {"properties": given},
        "update": {"properties": change},
        "search": {"filterGroups": [found], "properties": [name], "limit": 1},
        "merge": {"primaryObjectId": first, "objectIdToMerge": second},
        "batch_create": {"inputs": [{"properties": given}, {"properties": given}]},
        "batch_read": {"properties": [name], "inputs": [{"id": first}, {"id": "404"}]},
        "batch_update": {"inputs": [{"id": first, "properties": change}]},
        "batch_upsert": {"inputs": [{"id": "E-1", "idProperty": "erp_id", "properties": given}]},
        "batch_archive": {"inputs": [{"id": first}]},
    }


def calls() -> Iterator[Call]:
    """One for each endpoint that both families have; for records, one for each type."""
    for endpoint in ENDPOINTS:
        if DATED not in endpoint.versions or endpoint.area == "app-webhooks" or endpoint.name in ONE_FAMILY_ONLY:
            continue
        area, _, verb = endpoint.name.partition(".")
        if area != "{type}":
            yield Call(endpoint, endpoint.name, PARAMS[area], BODIES.get(endpoint.name))
            continue
        for kind in KINDS.values():
            if kind.mergeable or verb != "merge":
                params = {"type": kind.name, "id": str(kind.first_id)}
                yield Call(endpoint, f"{kind.name}.{verb}", params, bodies_of(kind).get(verb))


def furnished(*kinds: str) -> HubSpot:
    """A portal with two records of each type given, and something of all else that a portal can have."""
    portal = HubSpot(Clock(), switches=Switches(limits=False, pipeline_limit=3))
    for kind in kinds:
        portal.define(kind, "erp_id", unique=True)
        for _ in range(2):
            portal.people.creates(kind, EXAMPLES[kind][0])
    if {"deals", "companies"} <= set(kinds):
        portal.people.associates("deals", DEAL, "companies", COMPANY)
    portal.define("deals", "region", type="enumeration", options=["north", "south"])
    portal.add_pipeline("renewals", "Renewals", [("won", "Won", "1.0"), ("lost", "Lost", "0.0")])
    send(portal, "/crm/v3/properties/deals/groups", {"name": "spare", "label": "Spare"})
    send(portal, "/crm/v4/associations/deals/companies/labels", {"name": "owner", "label": "Owner"})
    return portal


def send(portal: HubSpot, path: str, body: Json) -> None:
    headers = {"authorization": f"Bearer {portal.app.token}"}
    answer = portal.handle(Request("POST", f"{hubspot_client.BASE_URL}{path}", headers, json.dumps(body).encode()))
    assert answer.status < 300, answer.body


class Families:
    """Asks equal portals over each family of paths."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._environment = monkeypatch
        self._portal = furnished()
        self.asked: set[str] = set()
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: self._answer(request))

    def ask(self, call: Call, portals: Iterable[HubSpot], missing: str | None = None) -> list[Json]:
        """The outcome in v3 and v4, and in the dated family."""
        return [
            self._outcome(family, portal, call, missing) for family, portal in zip(("v3", DATED), portals, strict=True)
        ]

    def _outcome(self, family: str, portal: HubSpot, call: Call, missing: str | None) -> Json:
        self._environment.setenv("COSELL_HUBSPOT_API", family)
        self._portal = portal
        path = call.path(missing)
        try:
            return alike(hubspot_client.request(call.endpoint.method, path, json=call.body))
        except CosellError as error:
            return type(error), str(error).replace(path, "")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, str(request.url), headers, request.read())
        self.asked.add(self._portal.operation(asked))
        answer = self._portal.handle(asked)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body, request=request)


def alike(answer: Json) -> Json:
    """What the families word differently: ids are numbers at times in v4, links name their family, and an archived
    batch of associations has a body in the dated one."""
    match answer:
        case {"status": "COMPLETE", "results": [], **rest} if "errors" not in rest:
            return None
        case dict():
            return {name: alike(str(value) if name in IDS else value) for name, value in answer.items()}
        case list():
            return [alike(value) for value in answer]
        case str() if answer.startswith(hubspot_client.BASE_URL):
            return answer.partition("?")[2]
        case _:
            return answer


@pytest.fixture
def families(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Families]:
    secret = {"hubspot_token": furnished().app.token, "hubspot_client_secret": "c"}
    store = boto3.client("secretsmanager")
    store.put_secret_value(SecretId="cosell-test/hubspot", SecretString=json.dumps(secret))
    secrets._read.cache_clear()
    yield Families(monkeypatch)
    hubspot_client.http().close()
    hubspot_client.http.cache_clear()


def test_every_endpoint_does_the_same_in_both_families(families: Families) -> None:
    outcomes = {call.operation: families.ask(call, (furnished(*call.kinds) for _ in range(2))) for call in calls()}

    assert {name: pair for name, pair in outcomes.items() if pair[0] != pair[1]} == {}
    assert {name: pair for name, pair in outcomes.items() if isinstance(pair[0], tuple)} == {}
    assert families.asked == outcomes.keys()


def test_what_is_not_there_is_the_same_in_both_families(families: Families) -> None:
    """None, in HubSpot's own words; and of a DELETE, that it is gone."""
    portals = [furnished("deals", "companies") for _ in range(2)]
    asked = {call.operation: call for call in calls() if call.about}

    outcomes = {name: families.ask(call, portals, missing="404") for name, call in asked.items()}

    assert {name: pair for name, pair in outcomes.items() if pair != [None, None]} == {}


def without_rights() -> HubSpot:
    portal = HubSpot(Clock())
    portal.app.scopes.clear()
    return portal


def without_calls_left() -> HubSpot:
    return HubSpot(Clock(), switches=Switches(burst_limit=0, search_limit=0))


@pytest.mark.parametrize(("error", "made"), [(NotPermitted, without_rights), (RateLimited, without_calls_left)])
def test_refusals_have_the_same_class_in_both_families(
    error: type[CosellError], made: Callable[[], HubSpot], families: Families
) -> None:
    portals = [made(), made()]
    asked = [call for call in calls() if call.params.get("type", "deals") == "deals"]

    outcomes = {call.operation: families.ask(call, portals) for call in asked}

    assert {name: pair for name, pair in outcomes.items() if pair[0] != pair[1] or pair[0][0] is not error} == {}
