"""What comes of HubSpot's messages on the bus, and of those that are none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambdas.webhook.receiver import APP, World, a_message, a_request


def test_a_signed_change_is_one_event_without_values(world: World) -> None:
    assert world.receives(a_request([a_message()])) == 200

    assert world.details == [
        {
            "portal": "44000001",
            "type": "deal",
            "id": "31000000001",
            "changes": ["propertyChange:dealstage"],
            "occurred_at": 1_789_999_999_000,
        }
    ]
    (entry,) = world.batches[0]
    assert (entry["Source"], entry["DetailType"]) == ("cosell.hubspot", "HubSpot Record Changed")
    assert entry["EventBusName"] == "cosell-test-events"
    assert "café" not in str(world.batches) + world.logged


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "{}",
        '"text"',
        "[1]",
        "[[]]",
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "[" + '{"a":' * 100_000 + "1" + "}" * 100_000 + "]",
        '[{"eventId": ' + "9" * 5000 + "}]",
        [{}],
        [a_message(), {"subscriptionType": 7}],
        [a_message(objectId=None)],
        [a_message(objectId="31000000001; DROP")],
        [a_message(objectId=True)],
        [a_message(objectId=1.5)],
        [a_message(objectId=[31000000001])],
        [a_message(portalId={})],
        [a_message(occurredAt="yesterday")],
        [a_message(propertyName=None)],
        [a_message("deal.merge", objectId=None)],
        [a_message("deal.merge", mergedObjectIds=7)],
        [{key: value for key, value in a_message("deal.merge").items() if key != "objectId"}],
        [a_message("deal.associationChange")],
    ],
    ids=range(25),
)
def test_signed_nonsense_is_refused_whole(body: Any, world: World) -> None:
    assert world.receives(a_request(body)) == 400

    assert world.batches == []
    assert world.log[-1]["message"] == "webhook malformed"
    assert "café" not in world.logged


def test_a_hundred_messages_are_taken_at_once(world: World) -> None:
    messages = [a_message(objectId=31000000000 + number, eventId=number) for number in range(100)]

    assert world.receives(a_request(messages)) == 200

    assert [len(batch) for batch in world.batches] == [10] * 10
    assert len({detail["id"] for detail in world.details}) == 100


def test_messages_of_one_record_are_one_event(world: World) -> None:
    messages = [
        a_message(occurredAt=3),
        a_message("deal.creation", occurredAt=1),
        a_message(propertyName="amount", occurredAt=5),
        a_message(occurredAt=4),
        a_message("contact.creation", occurredAt=2),
    ]

    assert world.receives(a_request(messages)) == 200

    assert [(detail["type"], detail["changes"], detail["occurred_at"]) for detail in world.details] == [
        ("deal", ["creation", "propertyChange:amount", "propertyChange:dealstage"], 5),
        ("contact", ["creation"], 2),
    ]


def test_our_own_writes_are_dropped(world: World) -> None:
    own = a_message(changeSource="INTEGRATION", sourceId=str(APP))
    another_app = a_message(changeSource="INTEGRATION", sourceId="9000002", objectId=2)
    by_hand = a_message(sourceId=str(APP), objectId=3)

    assert world.receives(a_request([own, another_app, by_hand])) == 200
    assert [detail["id"] for detail in world.details] == ["2", "3"]


@pytest.mark.parametrize(
    "message",
    [
        a_message("ticket.creation"),
        a_message("conversation.newMessage", objectId="not-a-number"),
        a_message("deal.somethingNew"),
        a_message("object.propertyChange", objectTypeId="0-27"),
        a_message("object.creation", objectTypeId=7),
    ],
)
def test_events_without_use_are_taken_and_named(message: dict[str, Any], world: World) -> None:
    assert world.receives(a_request([message])) == 200

    assert world.batches == []
    assert world.log[0]["types"] == [message["subscriptionType"]]


def test_the_documentation_s_name_of_the_type_is_understood(world: World) -> None:
    message = a_message("deal.creation")
    message["eventType"] = message.pop("subscriptionType")

    assert world.receives(a_request([message])) == 200
    assert world.details[0]["changes"] == ["creation"]


@pytest.mark.parametrize(
    ("message", "records"),
    [
        (a_message("company.propertyChange", objectId=900), [("company", "900")]),
        (a_message("line_item.deletion", objectId=52), [("line_item", "52")]),
        (a_message("product.restore", objectId=7), [("product", "7")]),
        (a_message("contact.privacyDeletion", objectId=101), [("contact", "101")]),
        (a_message("object.creation", objectTypeId="0-3"), [("deal", "31000000001")]),
        (a_message("object.propertyChange", objectTypeId="0-8", objectId="52"), [("line_item", "52")]),
        (
            a_message("deal.merge", objectId=9, primaryObjectId=1, mergedObjectIds=[2], newObjectId=9),
            [("deal", "9"), ("deal", "1"), ("deal", "2")],
        ),
    ],
)
def test_each_record_has_its_event(message: dict[str, Any], records: list[tuple[str, str]], world: World) -> None:
    assert world.receives(a_request([message])) == 200
    assert [(detail["type"], detail["id"]) for detail in world.details] == records


@pytest.mark.parametrize(
    ("kind", "members", "record", "change"),
    [
        ("deal", {"associationType": "DEAL_TO_LINE_ITEM"}, ("deal", "1"), "DEAL_TO_LINE_ITEM"),
        ("contact", {"associationType": "CONTACT_TO_DEAL"}, ("deal", "2"), "CONTACT_TO_DEAL"),
        ("line_item", {"associationType": "LINE_ITEM_TO_DEAL"}, ("deal", "2"), "LINE_ITEM_TO_DEAL"),
        ("contact", {"associationType": "CONTACT_TO_COMPANY"}, ("contact", "1"), "CONTACT_TO_COMPANY"),
        ("company", {"associationType": "PARENT_COMPANY_TO_CHILD_COMPANY"}, ("company", "1"), None),
        ("deal", {}, ("deal", "1"), None),
        ("object", {"fromObjectTypeId": "0-3", "toObjectTypeId": "0-1"}, ("deal", "1"), None),
        ("object", {"fromObjectTypeId": "0-2", "toObjectTypeId": "0-3"}, ("deal", "2"), None),
        ("object", {"fromObjectTypeId": "0-2", "toObjectTypeId": "0-1"}, ("company", "1"), None),
    ],
)
def test_an_association_is_the_deal_s_where_there_is_one(
    kind: str, members: dict[str, str], record: tuple[str, str], change: str | None, world: World
) -> None:
    ends = {"fromObjectId": 1, "toObjectId": 2, "associationRemoved": False}
    message = a_message(f"{kind}.associationChange", **ends, **members)
    del message["objectId"]

    assert world.receives(a_request([message])) == 200

    (detail,) = world.details
    assert (detail["type"], detail["id"]) == record
    if change:
        assert detail["changes"] == [f"associationChange:{change}"]


def test_what_the_bus_did_not_take_is_sent_again(world: World) -> None:
    world.fails = True

    assert world.receives(a_request([a_message()])) == 500
    assert world.log[-1]["error"] == "RemoteUnavailable"


def test_without_its_secret_the_receiver_asks_to_try_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_SECRET", "nowhere")

    assert world.receives(a_request([a_message()])) == 500
    assert world.log[-1]["error"] == "Misconfigured"


def test_an_empty_list_is_nothing_to_do(world: World) -> None:
    assert world.receives(a_request([])) == 200
    assert world.batches == []
