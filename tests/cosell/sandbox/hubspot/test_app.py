"""Subscriptions, one by one and from a project's component file."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import App

COMPONENT = {
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


def test_a_component_replaces_what_was_subscribed() -> None:
    app = App()
    app.subscribe("deal.merge")

    app.deploy(COMPONENT)

    assert (app.target_url, app.max_concurrent_requests) == ("https://example.com/webhooks/hubspot", 7)
    assert [(one.event_type, one.property_name, one.object_type_id, one.active) for one in app.subscriptions] == [
        ("object.propertyChange", "hs_task_status", "0-27", True),
        ("deal.creation", None, None, True),
        ("deal.propertyChange", "dealstage", None, False),
        ("contact.privacyDeletion", None, None, True),
    ]
    assert len({one.id for one in app.subscriptions}) == 4


@pytest.mark.parametrize(
    ("event_type", "names"),
    [("deal.propertyChange", ()), ("deal.creation", ("dealname",)), ("deal.renamed", ()), ("object.creation", ())],
)
def test_subscriptions_that_make_no_sense(event_type: str, names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=event_type):
        App().subscribe(event_type, *names)


@pytest.mark.parametrize("name", ["hs_lastmodifieddate", "num_unique_conversion_events"])
def test_properties_nobody_can_subscribe_to(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        App().subscribe("deal.propertyChange", name)


def test_a_thousand_subscriptions_at_most() -> None:
    app = App()
    app.subscribe("deal.propertyChange", *(f"p{n}" for n in range(1000)))

    with pytest.raises(ValueError, match="maximum number allowed per application"):
        app.subscribe("deal.creation")
