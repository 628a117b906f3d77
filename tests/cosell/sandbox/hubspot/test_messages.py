"""What a change of a record says in a webhook."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.told import USER, head, told
from tests.support.rules import Source, rule

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
def test_the_member_for_the_type(portal: Portal, member: str) -> None:
    hubspot = portal(message_type_member=member)[0]
    hubspot.app.subscribe("deal.creation")
    hubspot.people.creates("deals", {"dealname": "x"})

    (message,) = told(hubspot)
    assert {message.get(name) for name in ("subscriptionType", "eventType")} == {"deal.creation", None}
    assert message[member] == "deal.creation"


@rule("The id of an event may be that of another one, too.", Source.HS_WEBHOOKS, switch="webhook_event_ids")
@pytest.mark.parametrize(("ids", "different"), [(2**32 - 1, 3), (1, 1)])
def test_event_ids(portal: Portal, ids: int, different: int) -> None:
    hubspot = portal(webhook_event_ids=ids)[0]
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
def test_the_flag_of_a_creation(portal: Portal, flag: str) -> None:
    hubspot = portal(creation_flag=flag)[0]
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
def test_a_cleared_value(portal: Portal, switch: str | None, expected: dict[str, str]) -> None:
    hubspot = portal(cleared_value=switch)[0]
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    hubspot.app.subscribe("deal.propertyChange", "amount")

    hubspot.people.edits("deals", deal, {"amount": ""})

    (message,) = told(hubspot)
    assert {name: value for name, value in message.items() if name == "propertyValue"} == expected


@rule("Sensitive values are not told.", Source.HS_WEBHOOKS, switch="generic_messages_redact")
@pytest.mark.parametrize(("redact", "generic"), [(True, "REDACTED"), (False, "4711")])
def test_sensitive_values(portal: Portal, generic: str, *, redact: bool) -> None:
    hubspot = portal(generic_messages_redact=redact)[0]
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
def test_deletion_and_restore(portal: Portal, flag: str | None) -> None:
    hubspot = portal(restore_flag=flag)[0]
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
def test_what_a_merge_ends_in(portal: Portal, *, new: bool) -> None:
    hubspot = portal(merge_makes_new_record=new)[0]
    first = hubspot.people.creates("deals", {"dealname": "a"})
    second = hubspot.people.creates("deals", {"dealname": "b"})
    hubspot.app.subscribe("deal.merge")

    merged = hubspot.people.merges("deals", first, second)

    (message,) = told(hubspot)
    assert (message["newObjectId"], merged != first) == (int(merged), new)


@rule("A merge names its record as `objectId` too, unless switched off.", switch="merge_has_object_id")
@pytest.mark.parametrize("has", [True, False])
def test_the_object_id_of_a_merge(portal: Portal, *, has: bool) -> None:
    hubspot = portal(merge_has_object_id=has)[0]
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    hubspot.app.subscribe("deal.merge")

    merged = hubspot.people.merges("deals", first, second)

    assert [one.get("objectId") for one in told(hubspot)] == [int(merged) if has else None]


@rule("A privacy deletion is told as such and as a deletion.", Source.HS_WEBHOOKS, switch="privacy_deletion_flag")
@pytest.mark.parametrize("flag", ["DELETED", None])
def test_a_privacy_deletion_makes_two_messages(portal: Portal, flag: str | None) -> None:
    hubspot = portal(privacy_deletion_flag=flag)[0]
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    hubspot.app.subscribe("contact.privacyDeletion")
    hubspot.app.subscribe("contact.deletion")

    hubspot.people.erases(contact)

    flagged = {} if flag is None else {"changeFlag": flag}
    assert told(hubspot) == [
        {**head("contact.privacyDeletion"), "objectId": int(contact), **flagged, **USER},
        {**head("contact.deletion", 4002), "objectId": int(contact), "changeFlag": "DELETED", **USER},
    ]
