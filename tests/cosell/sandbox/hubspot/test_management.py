"""The management of webhooks through the API: settings and subscriptions, for the app's developer."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.receiver import Receiver
from tests.support.rules import Source, rule

FAMILIES = ["/webhooks/v3", "/webhooks/2026-03", "/app-webhooks/2026-09"]
APP = "/webhooks/v3/9000001"
SETTINGS = {"targetUrl": "https://example.com/hook", "throttling": {"maxConcurrentRequests": 8}}


@pytest.fixture
def developer(hubspot: HubSpot, client_of: Callable[[HubSpot], httpx.Client]) -> httpx.Client:
    client = client_of(hubspot)
    client.headers.pop("Authorization")
    client.params = client.params.set("hapikey", hubspot.app.developer_key)
    return client


@rule("Webhooks are managed with the developer's key, not with the app's token.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_developer_s_key(developer: httpx.Client, api: httpx.Client, family: str) -> None:
    assert developer.get(f"{family}/9000001/subscriptions").status_code == 200
    assert developer.get(f"{family}/9000002/subscriptions").status_code == 404
    assert developer.get(f"{family}/9000001/subscriptions", params={"hapikey": "other"}).status_code == 401
    assert api.get(f"{family}/9000001/subscriptions").status_code == 401


@rule("In 2026-09 the management of webhooks has another path.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize("path", ["/webhooks/2026-09", "/app-webhooks/2026-03", "/app-webhooks/v3", "/webhooks/v4"])
def test_paths_that_are_none(developer: httpx.Client, path: str) -> None:
    assert developer.get(f"{path}/9000001/settings").status_code == 404


@rule("Settings are the target URL and how many requests may be under way at once.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_settings(developer: httpx.Client, clock: Clock, hubspot: HubSpot, family: str) -> None:
    clock.advance(60)
    settings = f"{family}/9000001/settings"
    assert developer.get(settings).status_code == 404

    body = developer.put(settings, json=SETTINGS).json()

    assert body == {**SETTINGS, "createdAt": "2026-11-24T09:00:00Z", "updatedAt": "2026-11-24T09:01:00Z"}
    assert developer.get(settings).json() == body
    assert (hubspot.app.target_url, hubspot.app.max_concurrent_requests) == ("https://example.com/hook", 8)


@rule("Deleting the settings ends all deliveries, once they are read again.", Source.HS_WEBHOOKS)
def test_deleted_settings(developer: httpx.Client, clock: Clock, hubspot: HubSpot) -> None:
    developer.put(f"{APP}/settings", json=SETTINGS)
    hubspot.app.subscribe("deal.creation")
    hubspot.deliver = receiver = Receiver(clock, 200)
    hubspot.people.creates("deals", {"dealname": "x"})
    clock.run_until_quiet()

    assert developer.delete(f"{APP}/settings").status_code == 204
    clock.advance(300)
    hubspot.people.creates("deals", {"dealname": "x"})
    clock.advance(3600)

    assert len(receiver.requests) == 1
    assert developer.get(f"{APP}/settings").status_code == 404
    assert len(developer.get(f"{APP}/subscriptions").json()["results"]) == 1


@rule("Settings that lack a member, or allow five requests or fewer, are refused.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize(
    "body",
    [
        {"targetUrl": "https://example.com/hook"},
        {"throttling": {"maxConcurrentRequests": 10}},
        {**SETTINGS, "throttling": {"maxConcurrentRequests": 5}},
        {**SETTINGS, "throttling": {"period": "SECONDLY"}},
    ],
)
def test_settings_refused(developer: httpx.Client, body: dict[str, object]) -> None:
    refused = developer.put(f"{APP}/settings", json=body)

    assert (refused.status_code, refused.json()["category"]) == (400, "VALIDATION_ERROR")


@rule("A subscription is created, read, paused, resumed and deleted by its id.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_life_of_a_subscription(developer: httpx.Client, clock: Clock, family: str) -> None:
    subscriptions = f"{family}/9000001/subscriptions"
    body = {"eventType": "deal.propertyChange", "propertyName": "dealstage", "active": True}

    created = developer.post(subscriptions, json=body)

    when = {"createdAt": "2026-11-24T09:00:00Z", "updatedAt": "2026-11-24T09:00:00Z"}
    assert (created.status_code, created.json()) == (201, {"id": "4001", **body, **when})
    assert developer.get(f"{subscriptions}/4001").json() == created.json()
    assert developer.get(subscriptions).json() == {"results": [created.json()]}
    clock.advance(1)
    paused = developer.patch(f"{subscriptions}/4001", json={"active": False})
    assert paused.json() == {**created.json(), "active": False, "updatedAt": "2026-11-24T09:00:01Z"}
    assert developer.delete(f"{subscriptions}/4001").status_code == 204
    assert [developer.get(f"{subscriptions}/4001").status_code, developer.get(subscriptions).json()] == [
        404,
        {"results": []},
    ]
    assert developer.post(subscriptions, json=body).json()["id"] == "4002"


@rule("The generic types name an object type, by its id.", Source.HS_WEBHOOKS)
def test_generic_subscriptions(developer: httpx.Client) -> None:
    body = {"eventType": "object.creation", "objectTypeId": "0-27", "active": True}

    created = developer.post(f"{APP}/subscriptions", json=body).json()

    assert {name: created.get(name) for name in body} == body
    assert "propertyName" not in created


@rule("A new subscription starts paused, by switch active.", Source.HS_WEBHOOKS, switch="new_subscriptions_paused")
@pytest.mark.parametrize("paused", [True, False])
def test_new_subscriptions(clock: Clock, client_of: Callable[[HubSpot], httpx.Client], *, paused: bool) -> None:
    hubspot = HubSpot(clock, switches=Switches(new_subscriptions_paused=paused))
    api = client_of(hubspot)

    created = api.post(f"{APP}/subscriptions?hapikey={hubspot.app.developer_key}", json={"eventType": "deal.creation"})
    hubspot.people.creates("deals", {"dealname": "x"})

    assert created.json()["active"] is not paused
    assert len(hubspot.webhooks.pending) == (0 if paused else 1)


@rule("A subscription's type is called `eventType` here, unlike in messages, and is one there is.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize(
    "body",
    [
        {"subscriptionType": "deal.creation"},
        {"eventType": "deal.renamed"},
        {"eventType": "deal.propertyChange"},
        {"eventType": "deal.propertyChange", "propertyName": "hs_lastmodifieddate"},
        {"eventType": "object.creation"},
        {"eventType": "object.creation", "objectTypeId": "spaceship"},
    ],
)
def test_subscriptions_refused(developer: httpx.Client, body: dict[str, object]) -> None:
    refused = developer.post(f"{APP}/subscriptions", json=body)

    assert (refused.status_code, refused.json()["category"]) == (400, "VALIDATION_ERROR")
    assert developer.get(f"{APP}/subscriptions").json() == {"results": []}


@rule("A subscription beyond the 1,000th is a 400 that says so.", Source.HS_ERRORS)
def test_a_thousand_subscriptions(developer: httpx.Client, hubspot: HubSpot) -> None:
    hubspot.app.subscribe("deal.propertyChange", *(f"p{n}" for n in range(1000)))

    refused = developer.post(f"{APP}/subscriptions", json={"eventType": "deal.creation"})

    assert (refused.status_code, refused.json()["message"]) == (
        400,
        "Couldn't create another subscription. You've reached the maximum number allowed per application (1000).",
    )


@rule("Several subscriptions are paused and resumed at once; those that are not there are errors.", Source.HS_WEBHOOKS)
def test_batch_update(developer: httpx.Client, hubspot: HubSpot) -> None:
    hubspot.app.subscribe("deal.propertyChange", "amount", "dealname")
    inputs = [{"id": 4001, "active": False}, {"id": 4002, "active": True}]

    both = developer.post(f"{APP}/subscriptions/batch/update", json={"inputs": inputs})
    one = developer.post(f"{APP}/subscriptions/batch/update", json={"inputs": [*inputs[:1], {"id": 1, "active": True}]})

    assert (both.status_code, one.status_code) == (200, 207)
    assert [(each["id"], each["active"]) for each in both.json()["results"]] == [("4001", False), ("4002", True)]
    assert (one.json()["numErrors"], one.json()["errors"][0]["context"]) == (1, {"id": ["1"]})
