"""What each kind of change says in a webhook."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from tests.support.rules import Source, rule

USER = {"changeSource": "CRM_UI", "sourceId": "userId:75000001"}


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


def switched(clock: Clock, **switches: Any) -> HubSpot:
    return HubSpot(clock, switches=Switches(**switches))


# Creations and properties


@rule(
    "A creation tells of itself and, at the same time, of each subscribed property that was set, a message each.",
    Source.HS_COMMUNITY,
)
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


@rule("The members of a message stand in the order that was captured.", Source.HS_COMMUNITY)
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


@rule(
    "A message has its type as `subscriptionType`, by switch as `eventType`.",
    Source.HS_WEBHOOKS,
    switch="message_type_member",
)
@pytest.mark.parametrize("member", ["subscriptionType", "eventType"])
def test_the_member_for_the_type(clock: Clock, member: str) -> None:
    hubspot = switched(clock, message_type_member=member)
    hubspot.app.subscribe("deal.creation")
    hubspot.people.creates("deals", {"dealname": "x"})

    (message,) = told(hubspot)
    assert {message.get(name) for name in ("subscriptionType", "eventType")} == {"deal.creation", None}
    assert message[member] == "deal.creation"


@rule("The id of an event may be that of another one, too.", Source.HS_WEBHOOKS, switch="webhook_event_ids")
@pytest.mark.parametrize(("ids", "different"), [(2**32 - 1, 3), (1, 1)])
def test_event_ids(clock: Clock, ids: int, different: int) -> None:
    hubspot = switched(clock, webhook_event_ids=ids)
    hubspot.app.subscribe("deal.creation")
    for _ in range(3):
        hubspot.people.creates("deals", {"dealname": "x"})

    assert len({one["eventId"] for one in hubspot.webhooks.pending}) == different


@rule(
    "The `changeFlag` of a creation is CREATED, by switch NEW.",
    Source.HS_WEBHOOKS,
    Source.HS_COMMUNITY,
    switch="creation_flag",
)
@pytest.mark.parametrize("flag", ["CREATED", "NEW"])
def test_the_flag_of_a_creation(clock: Clock, flag: str) -> None:
    hubspot = switched(clock, creation_flag=flag)
    hubspot.app.subscribe("deal.creation")
    hubspot.people.creates("deals", {"dealname": "x"})

    assert [one["changeFlag"] for one in told(hubspot)] == [flag]


@rule("Neither writing the same value nor what HubSpot calculates makes a message.", Source.HS_COMMUNITY)
def test_only_changes_are_told(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    hubspot.app.subscribe("deal.propertyChange", "amount", "hs_is_closed", "createdate")

    hubspot.people.edits("deals", deal, {"amount": "1", "dealstage": "closedwon"})
    assert told(hubspot) == []
    hubspot.people.edits("deals", deal, {"amount": "2"})
    assert [(one["propertyName"], one["propertyValue"]) for one in told(hubspot)] == [("amount", "2")]


@rule("A property that the portal does not have never fires, subscribed or not.", Source.HS_WEBHOOKS)
def test_a_property_that_does_not_exist_yet(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("deal.propertyChange", "order_id")
    hubspot.people.creates("deals", {"dealname": "x"})
    assert told(hubspot) == []

    hubspot.define("deals", "order_id")
    hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})
    assert [one["propertyValue"] for one in told(hubspot)] == ["O1"]


@rule("Dates and moments come as milliseconds since the epoch, in a text.", Source.HS_COMMUNITY)
@pytest.mark.parametrize(
    ("kind", "value", "told_as"),
    [
        ("date", "2026-12-31", "1798675200000"),
        ("datetime", "2026-12-31T12:00:00.5Z", "1798718400500"),
        ("number", "12.50", "12.50"),
        ("bool", "true", "true"),
    ],
)
def test_values_on_the_wire(hubspot: HubSpot, kind: str, value: str, told_as: str) -> None:
    hubspot.define("deals", "custom", type=kind)
    hubspot.app.subscribe("deal.propertyChange", "custom")
    hubspot.people.creates("deals", {"dealname": "x", "custom": value})

    assert [one["propertyValue"] for one in told(hubspot)] == [told_as]


@rule("The `propertyValue` of a cleared property is empty, by switch missing.", switch="cleared_value")
@pytest.mark.parametrize(("switch", "expected"), [("", {"propertyValue": ""}), (None, {})])
def test_a_cleared_value(clock: Clock, switch: str | None, expected: dict[str, str]) -> None:
    hubspot = switched(clock, cleared_value=switch)
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    hubspot.app.subscribe("deal.propertyChange", "amount")

    hubspot.people.edits("deals", deal, {"amount": ""})

    (message,) = told(hubspot)
    assert {name: value for name, value in message.items() if name == "propertyValue"} == expected


@rule("Sensitive values are not told.", Source.HS_WEBHOOKS, switch="generic_messages_redact")
@pytest.mark.parametrize(("redact", "generic"), [(True, "REDACTED"), (False, "4711")])
def test_sensitive_values(clock: Clock, generic: str, *, redact: bool) -> None:
    hubspot = switched(clock, generic_messages_redact=redact)
    hubspot.define("deals", "account_number", sensitive=True)
    hubspot.app.subscribe("deal.propertyChange", "account_number")
    hubspot.app.subscribe("object.propertyChange", "account_number", "dealname", object_type="deals")

    hubspot.people.creates("deals", {"dealname": "x", "account_number": "4711"})

    assert [(one["subscriptionId"], one["propertyValue"], one.get("isSensitive")) for one in told(hubspot)] == [
        (4003, "x", False),
        (4001, "REDACTED", None),
        (4002, generic, True),
    ]


# The other lives of a record


@rule("A deletion and a restore are told, once each.", Source.HS_WEBHOOKS, switch="restore_flag")
@pytest.mark.parametrize("flag", ["RESTORED", None])
def test_deletion_and_restore(clock: Clock, flag: str | None) -> None:
    hubspot = switched(clock, restore_flag=flag)
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.app.subscribe("deal.deletion")
    hubspot.app.subscribe("deal.restore")

    hubspot.people.deletes("deals", deal)
    hubspot.people.restores("deals", deal)

    restored = {} if flag is None else {"changeFlag": flag}
    assert told(hubspot) == [
        {**head("deal.deletion"), "objectId": int(deal), "changeFlag": "DELETED", **USER},
        {**head("deal.restore", 4002), "objectId": int(deal), **restored, **USER},
    ]


@rule("A merge names the winner, the losers, and the record they end in.", Source.HS_WEBHOOKS)
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


@rule(
    "The `newObjectId` of a merge is that of a new record, by switch of the winner.",
    Source.HS_WEBHOOKS,
    switch="merge_makes_new_record",
)
@pytest.mark.parametrize("new", [True, False])
def test_what_a_merge_ends_in(clock: Clock, *, new: bool) -> None:
    hubspot = switched(clock, merge_makes_new_record=new)
    first = hubspot.people.creates("deals", {"dealname": "a"})
    second = hubspot.people.creates("deals", {"dealname": "b"})
    hubspot.app.subscribe("deal.merge")

    merged = hubspot.people.merges("deals", first, second)

    (message,) = told(hubspot)
    assert (message["newObjectId"], merged != first) == (int(merged), new)


@rule("A merge names its record as `objectId` too, unless switched off.", switch="merge_has_object_id")
@pytest.mark.parametrize("has", [True, False])
def test_the_object_id_of_a_merge(clock: Clock, *, has: bool) -> None:
    hubspot = switched(clock, merge_has_object_id=has)
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    hubspot.app.subscribe("deal.merge")

    merged = hubspot.people.merges("deals", first, second)

    assert [one.get("objectId") for one in told(hubspot)] == [int(merged) if has else None]


@rule("A privacy deletion is told as such and as a deletion.", Source.HS_WEBHOOKS, switch="privacy_deletion_flag")
@pytest.mark.parametrize("flag", ["DELETED", None])
def test_a_privacy_deletion_makes_two_messages(clock: Clock, flag: str | None) -> None:
    hubspot = switched(clock, privacy_deletion_flag=flag)
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    hubspot.app.subscribe("contact.privacyDeletion")
    hubspot.app.subscribe("contact.deletion")

    hubspot.people.erases(contact)

    flagged = {} if flag is None else {"changeFlag": flag}
    assert told(hubspot) == [
        {**head("contact.privacyDeletion"), "objectId": int(contact), **flagged, **USER},
        {**head("contact.deletion", 4002), "objectId": int(contact), "changeFlag": "DELETED", **USER},
    ]


# Associations


@rule(
    "A primary association makes two messages at each end: the primary one and the unlabelled one.", Source.HS_WEBHOOKS
)
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


@rule("An association that is taken away says so.", Source.HS_WEBHOOKS)
def test_a_removed_association_says_so(hubspot: HubSpot) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact)])
    hubspot.app.subscribe("contact.associationChange")

    hubspot.people.dissociates("deals", deal, "contacts", contact)

    (message,) = told(hubspot)
    assert (message["associationType"], message["associationRemoved"]) == ("CONTACT_TO_DEAL", True)


@rule(
    "The change of an association carries no `subscriptionId`; by switch it does.",
    Source.HS_WEBHOOKS,
    Source.HS_COMMUNITY,
    switch="association_change_has_subscription",
)
@pytest.mark.parametrize("has", [True, False])
def test_the_subscription_of_association_changes(clock: Clock, *, has: bool) -> None:
    hubspot = switched(clock, association_change_has_subscription=has)
    hubspot.app.subscribe("deal.associationChange")
    company = hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert {one.get("subscriptionId") for one in told(hubspot)} == {4001 if has else None}


@rule(
    "The change of an association says whether it is the primary one, unless switched off.",
    Source.HS_WEBHOOKS,
    Source.HS_COMMUNITY,
    switch="association_change_has_primary",
)
@pytest.mark.parametrize(("has", "said"), [(True, {True, False}), (False, {None})])
def test_the_primary_of_association_changes(clock: Clock, said: set[bool | None], *, has: bool) -> None:
    hubspot = switched(clock, association_change_has_primary=has)
    hubspot.app.subscribe("deal.associationChange")
    company = hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert {one.get("isPrimaryAssociation") for one in told(hubspot)} == said


# Generic types


@rule("Generic types tell of any object type and name it by its id.", Source.HS_WEBHOOKS)
def test_generic_subscriptions_name_the_type(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("object.propertyChange", "hs_task_status", object_type="task")
    hubspot.app.subscribe("object.creation", object_type="tasks")
    hubspot.app.subscribe("object.creation", object_type="notes")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    task = hubspot.people.creates("tasks", {"hs_task_status": "WAITING"}, [("deals", deal)])

    named = {"objectId": int(task), "objectTypeId": "0-27"}
    assert told(hubspot) == [
        {**head("object.creation", 4002), **named, "changeFlag": "CREATED", **USER},
        {
            **head("object.propertyChange"),
            **named,
            "propertyName": "hs_task_status",
            "propertyValue": "WAITING",
            **USER,
            "isSensitive": False,
        },
    ]


@rule(
    "A generic change of an association names both object types.",
    Source.HS_WEBHOOKS,
    switch="association_change_has_type",
)
@pytest.mark.parametrize(("has", "type_id", "category"), [(True, 216, "HUBSPOT_DEFINED"), (False, None, None)])
def test_generic_association_changes(clock: Clock, type_id: int | None, category: str | None, *, has: bool) -> None:
    hubspot = switched(clock, association_change_has_type=has)
    hubspot.app.subscribe("object.associationChange", object_type="0-27")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    hubspot.people.creates("tasks", {}, [("deals", deal)])

    (message,) = told(hubspot)
    assert (message["fromObjectTypeId"], message["toObjectTypeId"]) == ("0-27", "0-3")
    assert (message.get("associationTypeId"), message.get("associationCategory")) == (type_id, category)
