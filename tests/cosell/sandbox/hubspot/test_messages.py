"""What each kind of change says on the wire."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock

USER = {"changeSource": "CRM_UI", "sourceId": "userId:75000001"}
APP = {"changeSource": "INTEGRATION", "sourceId": "9000001"}


def told(hubspot: HubSpot) -> list[dict[str, Any]]:
    """What is pending, in the order it happened, without the numbers that are drawn."""
    return [{name: value for name, value in one.items() if name != "eventId"} for one in hubspot.webhooks.pending]


def head(event_type: str, subscription: int = 4001, at: int = 1795510800000) -> dict[str, Any]:
    return {
        "subscriptionId": subscription,
        "portalId": 44000001,
        "appId": 9000001,
        "occurredAt": at,
        "subscriptionType": event_type,
        "attemptNumber": 0,
    }


def test_a_creation_tells_of_itself_and_of_each_subscribed_property_that_was_set(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("deal.creation")
    hubspot.app.subscribe("deal.propertyChange", "dealname", "closedate", "amount")

    deal = hubspot.people.creates("deals", {"dealname": "x", "closedate": "2026-12-31", "description": "unheard"})

    assert told(hubspot) == [
        {**head("deal.creation"), "objectId": int(deal), "changeFlag": "CREATED", **USER},
        {
            **head("deal.propertyChange", 4002),
            "objectId": int(deal),
            "propertyName": "dealname",
            "propertyValue": "x",
            **USER,
        },
        {
            **head("deal.propertyChange", 4003),
            "objectId": int(deal),
            "propertyName": "closedate",
            "propertyValue": "1798675200000",
            **USER,
        },
    ]
    assert len({one["eventId"] for one in hubspot.webhooks.pending}) == 3


def test_members_stand_in_the_order_of_the_wire(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("deal.creation")
    hubspot.people.creates("deals", {"dealname": "x"})

    assert list(hubspot.webhooks.pending[0]) == [
        "eventId",
        "subscriptionId",
        "portalId",
        "appId",
        "occurredAt",
        "subscriptionType",
        "attemptNumber",
        "objectId",
        "changeFlag",
        "changeSource",
        "sourceId",
    ]


def test_a_write_of_the_app_echoes_with_its_own_id(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.app.subscribe("company.propertyChange", "name")

    created = api.post("/crm/objects/2026-09/companies", json={"properties": {"name": "Vandelay"}})

    (echo,) = told(hubspot)
    assert echo == {
        **head("company.propertyChange"),
        "objectId": int(created.json()["id"]),
        "propertyName": "name",
        "propertyValue": "Vandelay",
        **APP,
    }


def test_only_changes_are_told(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    hubspot.app.subscribe("deal.propertyChange", "amount", "hs_is_closed", "createdate")

    hubspot.people.edits("deals", deal, {"amount": "1", "dealstage": "closedwon"})
    assert told(hubspot) == []
    hubspot.people.edits("deals", deal, {"amount": ""})
    assert [(one["propertyName"], one["propertyValue"]) for one in told(hubspot)] == [("amount", "")]


def test_a_cleared_value_can_be_left_out(clock: Clock) -> None:
    hubspot = HubSpot(clock, switches=Switches(cleared_value=None))
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    hubspot.app.subscribe("deal.propertyChange", "amount")

    hubspot.people.edits("deals", deal, {"amount": ""})

    assert "propertyValue" not in told(hubspot)[0]


@pytest.mark.parametrize("event", ["deletion", "restore"])
def test_deletion_and_restore(hubspot: HubSpot, event: str) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.app.subscribe(f"deal.{event}")

    hubspot.people.deletes("deals", deal)
    hubspot.people.restores("deals", deal)

    flag = {"deletion": "DELETED", "restore": "RESTORED"}[event]
    assert told(hubspot) == [{**head(f"deal.{event}"), "objectId": int(deal), "changeFlag": flag, **USER}]


def test_a_bulk_action_shows_as_one(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.app.subscribe("deal.deletion")

    hubspot.people.as_user(75000009).in_bulk().deletes("deals", deal)

    (message,) = told(hubspot)
    assert (message["changeSource"], message["sourceId"]) == ("CRM_UI_BULK_ACTION", "userId:75000009")


def test_a_merge_names_all_three_records(hubspot: HubSpot) -> None:
    first = hubspot.people.creates("deals", {"dealname": "a"})
    second = hubspot.people.creates("deals", {"dealname": "b", "amount": "1", "description": "d"})
    hubspot.app.subscribe("deal.merge")

    merged = hubspot.people.merges("deals", first, second)

    assert told(hubspot) == [
        {
            **head("deal.merge"),
            "objectId": int(merged),
            **USER,
            "primaryObjectId": int(first),
            "mergedObjectIds": [int(second)],
            "newObjectId": int(merged),
            "numberOfPropertiesMoved": 2,
        }
    ]


def test_a_merge_into_the_primary_record(clock: Clock) -> None:
    hubspot = HubSpot(clock, switches=Switches(merge_makes_new_record=False, merge_has_object_id=False))
    first = hubspot.people.creates("deals", {"dealname": "a"})
    second = hubspot.people.creates("deals", {"dealname": "b"})
    hubspot.app.subscribe("deal.merge")

    assert hubspot.people.merges("deals", first, second) == first
    (message,) = told(hubspot)
    assert message["newObjectId"] == int(first)
    assert "objectId" not in message


def test_a_primary_association_makes_two_messages_at_each_end(hubspot: HubSpot) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.app.subscribe("deal.associationChange")
    hubspot.app.subscribe("company.associationChange")

    hubspot.people.associates("deals", deal, "companies", company)

    messages = told(hubspot)
    assert sorted((one["associationType"], one["isPrimaryAssociation"]) for one in messages) == [
        ("COMPANY_TO_DEAL", False),
        ("COMPANY_TO_DEAL", True),
        ("DEAL_TO_COMPANY", False),
        ("DEAL_TO_COMPANY", True),
    ]
    expected = head("deal.associationChange")
    del expected["subscriptionId"]
    assert messages[0] == {
        **expected,
        "changeSource": "USER",
        "associationType": "DEAL_TO_COMPANY",
        "fromObjectId": int(deal),
        "toObjectId": int(company),
        "associationRemoved": False,
        "isPrimaryAssociation": True,
        "sourceId": "userId:75000001",
    }


def test_a_removed_association_says_so(hubspot: HubSpot) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact)])
    hubspot.app.subscribe("contact.associationChange")

    hubspot.people.dissociates("deals", deal, "contacts", contact)

    (message,) = told(hubspot)
    assert (message["associationType"], message["associationRemoved"]) == ("CONTACT_TO_DEAL", True)


def test_association_changes_carry_their_subscription_where_the_switch_says_so(clock: Clock) -> None:
    hubspot = HubSpot(clock, switches=Switches(association_change_has_subscription=True))
    hubspot.app.subscribe("deal.associationChange")
    company = hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert {one["subscriptionId"] for one in told(hubspot)} == {4001}


def test_gdpr_deletion_makes_two_messages(hubspot: HubSpot) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    hubspot.app.subscribe("contact.privacyDeletion")
    hubspot.app.subscribe("contact.deletion")

    hubspot.people.erases(contact)

    assert [one["subscriptionType"] for one in told(hubspot)] == ["contact.privacyDeletion", "contact.deletion"]


def test_generic_subscriptions_name_the_type(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("object.propertyChange", "hs_task_status", object_type="task")
    hubspot.app.subscribe("object.creation", object_type="tasks")
    hubspot.app.subscribe("object.creation", object_type="notes")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    task = hubspot.people.creates("tasks", {"hs_task_status": "WAITING"}, [("deals", deal)])

    assert told(hubspot) == [
        {
            **head("object.creation", 4002),
            "objectId": int(task),
            "objectTypeId": "0-27",
            "changeFlag": "CREATED",
            **USER,
        },
        {
            **head("object.propertyChange"),
            "objectId": int(task),
            "objectTypeId": "0-27",
            "propertyName": "hs_task_status",
            "propertyValue": "WAITING",
            **USER,
            "isSensitive": False,
        },
    ]


def test_generic_association_changes_name_both_types(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("object.associationChange", object_type="0-27")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    hubspot.people.creates("tasks", {}, [("deals", deal)])

    (message,) = told(hubspot)
    assert (message["fromObjectTypeId"], message["toObjectTypeId"], message["associationTypeId"]) == (
        "0-27",
        "0-3",
        216,
    )
