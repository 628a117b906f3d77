"""The app: its token, its subscriptions, and the files of its project."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import App, HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from tests.support.rules import Source, rule

DEALS = "/crm/objects/2026-09/deals"
COMPONENT: dict[str, Any] = {
    "settings": {"targetUrl": "https://example.com/webhooks/hubspot", "maxConcurrentRequests": 7},
    "subscriptions": {
        "crmObjects": [
            {"subscriptionType": "object.propertyChange", "objectType": "task", "propertyName": "hs_task_status"}
        ],
        "legacyCrmObjects": [
            {"subscriptionType": "deal.creation", "active": True},
            {"subscriptionType": "deal.propertyChange", "propertyName": "dealstage", "active": False},
        ],
        "hubEvents": [{"subscriptionType": "contact.privacyDeletion", "active": True}],
    },
}


def status(api: httpx.Client, token: str) -> int:
    return api.get(DEALS, headers={"Authorization": f"Bearer {token}"}).status_code


def component(type_: str, config: dict[str, Any], uid: str | None = None) -> dict[str, Any]:
    return {"uid": type_ if uid is None else uid, "type": type_, "config": config}


@rule("Uploading a project replaces the settings of its webhooks and all subscriptions.", Source.HS_WEBHOOK_FILES)
def test_a_component_replaces_what_was_subscribed() -> None:
    app = App()
    app.subscribe("deal.merge")

    app.upload(component("webhooks", COMPONENT), component("card", {}))

    assert (app.target_url, app.max_concurrent_requests) == ("https://example.com/webhooks/hubspot", 7)
    assert [(one.event_type, one.property_name, one.object_type_id, one.active) for one in app.subscriptions] == [
        ("object.propertyChange", "hs_task_status", "0-27", True),
        ("deal.creation", None, None, True),
        ("deal.propertyChange", "dealstage", None, False),
        ("contact.privacyDeletion", None, None, True),
    ]
    assert len({one.id for one in app.subscriptions}) == 4


@rule("An app with static authentication has the scopes that its file requires.", Source.HS_SCOPES)
def test_the_file_of_an_app_names_its_scopes(hubspot: HubSpot, api: httpx.Client) -> None:
    auth = {"type": "static", "requiredScopes": ["oauth", "crm.objects.deals.read"], "optionalScopes": []}

    hubspot.app.upload(component("app", {"auth": auth}))

    assert api.get(DEALS).status_code == 200
    assert api.get("/crm/objects/2026-09/contacts").status_code == 403


@rule("Each component of a project has a uid of its own, of at most 64 characters.", Source.HS_WEBHOOK_FILES)
@pytest.mark.parametrize("uids", [("a", "a"), ("a" * 65, "b"), ("", "b")])
def test_uids(uids: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="uid"):
        App().upload(*(component("card", {}, uid) for uid in uids))


@rule("An app's webhooks may use more than five requests at once, ten where nothing is said.", Source.HS_WEBHOOKS)
def test_concurrency() -> None:
    app = App()
    with pytest.raises(ValueError, match="maxConcurrentRequests"):
        app.configure("https://example.com", 5)

    app.deploy({**COMPONENT, "settings": {"targetUrl": "https://example.com"}})

    assert app.max_concurrent_requests == 10


@rule(
    "A `propertyChange` names exactly one property; only the `object.*` types name an object type.", Source.HS_WEBHOOKS
)
@pytest.mark.parametrize(
    ("event_type", "names", "object_type"),
    [
        ("deal.propertyChange", (), None),
        ("deal.creation", ("dealname",), None),
        ("deal.renamed", (), None),
        ("object.creation", (), None),
        ("deal.creation", (), "0-3"),
        ("product.associationChange", (), None),
    ],
)
def test_subscriptions_that_make_no_sense(event_type: str, names: tuple[str, ...], object_type: str | None) -> None:
    with pytest.raises(ValueError, match=event_type):
        App().subscribe(event_type, *names, object_type=object_type)


@rule("There are 48 types of subscriptions.", Source.HS_WEBHOOKS, Source.HS_CLIENT)
def test_the_types_of_subscriptions() -> None:
    app = App()
    five = ("creation", "deletion", "merge", "restore", "propertyChange")
    families = ("contact", "company", "deal", "ticket", "line_item", "object")
    types = {f"{family}.{event}" for family in families for event in (*five, "associationChange")}
    types |= {f"product.{event}" for event in five} | {"contact.privacyDeletion", "event.completed"}
    types |= {
        f"conversation.{event}" for event in ("creation", "deletion", "newMessage", "privacyDeletion", "propertyChange")
    }

    for event_type in types:
        names = ["x"] if event_type.endswith(".propertyChange") else []
        app.subscribe(event_type, *names, object_type="0-5" if event_type.startswith("object.") else None)

    assert {one.event_type for one in app.subscriptions} == types
    assert len(types) == 48


@rule("Two properties cannot be subscribed to.", Source.HS_WEBHOOKS)
@pytest.mark.parametrize("name", ["hs_lastmodifieddate", "num_unique_conversion_events"])
def test_properties_nobody_can_subscribe_to(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        App().subscribe("deal.propertyChange", name)


@rule("An app has at most 1,000 subscriptions.", Source.HS_WEBHOOKS, Source.HS_ERRORS)
def test_a_thousand_subscriptions_at_most() -> None:
    app = App()
    app.subscribe("deal.propertyChange", *(f"p{n}" for n in range(1000)))

    with pytest.raises(ValueError, match="maximum number allowed per application"):
        app.subscribe("deal.creation")


@rule("A token that was rotated stops at once, or after a grace of up to seven days.", Source.HS_CHANGELOG)
def test_a_rotated_token(hubspot: HubSpot, api: httpx.Client, clock: Clock) -> None:
    first, day = hubspot.app.token, 86_400

    hubspot.app.rotate_token("pat-na1-second", old_until=clock.now + 7 * day)
    assert [status(api, token) for token in (first, "pat-na1-second")] == [200, 200]
    hubspot.app.rotate_token("pat-na1-third")
    assert [status(api, token) for token in (first, "pat-na1-second", "pat-na1-third")] == [200, 401, 200]

    clock.advance(7 * day)
    assert [status(api, token) for token in (first, "pat-na1-second", "pat-na1-third")] == [401, 401, 200]
