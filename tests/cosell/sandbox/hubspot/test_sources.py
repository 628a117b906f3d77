"""Who made a change, as webhooks and histories name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, People, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from tests.support.rules import Source, rule

Act = Callable[[People, str], object]


def sources(hubspot: HubSpot) -> list[tuple[str, str, str]]:
    """What is pending: what happened, and by whom."""
    pending = hubspot.webhooks.pending
    return [(one["subscriptionType"].partition(".")[2], one["changeSource"], one["sourceId"]) for one in pending]


@pytest.fixture
def deal(hubspot: HubSpot) -> str:
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    for event in ("deletion", "restore", "associationChange"):
        hubspot.app.subscribe(f"deal.{event}")
    hubspot.app.subscribe("deal.propertyChange", "amount", "dealstage", "hubspot_owner_id")
    return deal


@rule("The source of a user's change on the record page is CRM_UI, and names the user.", Source.HS_COMMUNITY)
@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda people, deal: people.edits("deals", deal, {"amount": "2"}), "propertyChange"),
        (lambda people, deal: people.moves(deal, "closedwon"), "propertyChange"),
        (lambda people, deal: people.assigns("deals", deal, "12000001"), "propertyChange"),
        (lambda people, deal: people.deletes("deals", deal), "deletion"),
    ],
)
def test_a_user(hubspot: HubSpot, deal: str, act: Act, what: str) -> None:
    act(hubspot.people.as_user(75000009), deal)

    assert sources(hubspot) == [(what, "CRM_UI", "userId:75000009")]


@rule("The source of a user's change of many records at once is CRM_UI_BULK_ACTION.", Source.HS_COMMUNITY)
@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda people, deal: people.edits_all("deals", [deal], {"amount": "2"}), "propertyChange"),
        (lambda people, deal: people.in_bulk().deletes("deals", deal), "deletion"),
    ],
)
def test_a_bulk_action(hubspot: HubSpot, deal: str, act: Act, what: str) -> None:
    act(hubspot.people, deal)

    assert sources(hubspot) == [(what, "CRM_UI_BULK_ACTION", "userId:75000001")]


@rule("The source of an association that a user makes is USER.", Source.HS_COMMUNITY)
def test_a_user_associates(hubspot: HubSpot, deal: str) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})

    hubspot.people.associates("deals", deal, "contacts", contact)
    hubspot.people.dissociates("deals", deal, "contacts", contact)

    assert sources(hubspot) == [("associationChange", "USER", "userId:75000001")] * 2


@rule("What a workflow does names the workflow.", switch="workflow_source")
@pytest.mark.parametrize("source", ["AUTOMATION_PLATFORM", "WORKFLOWS"])
def test_a_workflow(clock: Clock, source: str) -> None:
    hubspot = HubSpot(clock, switches=Switches(workflow_source=source))
    hubspot.app.subscribe("deal.creation")

    hubspot.people.by_workflow("enrollmentId:17").creates("deals", {"dealname": "x"})

    assert sources(hubspot) == [("creation", source, "enrollmentId:17")]


@rule("The source of an import's changes is IMPORT.", Source.HS_WEBHOOKS)
def test_an_import(hubspot: HubSpot, deal: str) -> None:
    hubspot.people.by_import("93").edits("deals", deal, {"amount": "2"})

    assert sources(hubspot) == [("propertyChange", "IMPORT", "93")]


@rule(
    "What the app itself writes comes back to it as INTEGRATION, with its own id.",
    Source.HS_COMMUNITY,
    switch="app_source_id",
)
@pytest.mark.parametrize(("switch", "source_id"), [(None, "9000001"), ("integration:1", "integration:1")])
def test_the_app_hears_of_itself(
    clock: Clock, client_of: Callable[[HubSpot], httpx.Client], switch: str | None, source_id: str
) -> None:
    hubspot = HubSpot(clock, switches=Switches(app_source_id=switch))
    hubspot.app.subscribe("company.propertyChange", "name")
    hubspot.app.subscribe("deal.associationChange")
    api = client_of(hubspot)

    company = api.post("/crm/objects/2026-09/companies", json={"properties": {"name": "Vandelay"}}).json()["id"]
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    api.put(f"/crm/objects/2026-09/deals/{deal}/associations/default/companies/{company}")

    assert sources(hubspot) == [
        ("propertyChange", "INTEGRATION", source_id),
        *[("associationChange", "INTEGRATION", source_id)] * 2,
    ]


@rule("What another app or a service key writes has another id.", Source.HS_CHANGELOG)
def test_another_app(hubspot: HubSpot, deal: str) -> None:
    hubspot.people.by_app(8000007).edits("deals", deal, {"amount": "2"})

    assert sources(hubspot) == [("propertyChange", "INTEGRATION", "8000007")]


@rule("The history of a property names the same sources, and the user.", Source.HS_OBJECTS)
def test_histories(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.people.as_user(75000009).edits("deals", deal, {"amount": "2"})
    hubspot.people.by_import("93").edits("deals", deal, {"amount": "3"})

    path = f"/crm/objects/2026-09/deals/{deal}?propertiesWithHistory=amount"
    history: list[dict[str, Any]] = api.get(path).json()["propertiesWithHistory"]["amount"]

    assert [(past["value"], past["sourceType"], past["sourceId"], past.get("updatedByUserId")) for past in history] == [
        ("3", "IMPORT", "93", None),
        ("2", "CRM_UI", "userId:75000009", 75000009),
        ("1", "CRM_UI", "userId:75000001", 75000001),
    ]


@rule("No webhook tells of a changed option, a renamed stage or an owner who leaves.", Source.HS_WEBHOOKS)
def test_an_admin_is_not_heard(hubspot: HubSpot, deal: str) -> None:
    hubspot.admin.renames_option("deals", "dealtype", "newbusiness", "New logo")
    hubspot.admin.removes_option("deals", "dealtype", "existingbusiness")
    hubspot.admin.renames_stage("closedwon", "Hooray")
    hubspot.admin.archives_owner("12000001")

    assert sources(hubspot) == []
