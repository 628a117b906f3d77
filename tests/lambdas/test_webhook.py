"""HubSpot's webhooks: what is let in, what is turned away, and what comes of it on the bus."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from moto import mock_aws

from cosell.sandbox.hubspot import sign
from lambdas import runtime, webhook
from lambdas.adapters import aws, secrets

CURRENT, PREVIOUS, APP = "current-secret", "previous-secret", 9000001
HOST = "https://abc123.execute-api.us-east-1.amazonaws.com"
URL = HOST + "/prod/webhooks/hubspot"
NOW = 1_790_000_000.0
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "COSELL_DEPLOYMENT": "cosell-test",
    "COSELL_CATALOG": "Sandbox",
    "COSELL_SECRET": "cosell-test/hubspot",
    "COSELL_BUS": "cosell-test-events",
}
SECRET = {
    "hubspot_token": "pat-na1",
    "hubspot_client_secret": CURRENT,
    "hubspot_previous_client_secret": PREVIOUS,
    "hubspot_app_id": str(APP),
    "portal_id": "44000001",
}


@dataclass
class Context:
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:cosell-test-webhook"


class World:
    """The receiver, what it put on the bus, and what it logged."""

    def __init__(self, log: io.StringIO) -> None:
        self._log = log
        self.batches: list[list[dict[str, Any]]] = []
        self.fails = False

    def receives(self, event: dict[str, Any]) -> int:
        return int(webhook.handler(event, Context())["statusCode"])

    @property
    def details(self) -> list[dict[str, Any]]:
        return [json.loads(entry["Detail"]) for batch in self.batches for entry in batch]

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.getvalue().splitlines()]

    @property
    def logged(self) -> str:
        return self._log.getvalue()

    def heard(self, params: dict[str, Any], **_: Any) -> None:
        self.batches.append(params["Entries"])

    def answered(self, parsed: dict[str, Any], **_: Any) -> None:
        if self.fails:
            parsed["FailedEntryCount"], parsed["Entries"] = 1, [{"ErrorCode": "InternalFailure"}]


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        boto3.client("secretsmanager").create_secret(Name="cosell-test/hubspot", SecretString=json.dumps(SECRET))
        boto3.client("events").create_event_bus(Name="cosell-test-events")
        yield


@pytest.fixture
def world(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(runtime, "now", lambda: NOW)
    log = io.StringIO()
    monkeypatch.setattr(runtime.logger.registered_handler, "stream", log)
    aws.client.cache_clear()
    secrets._read.cache_clear()
    made = World(log)
    events = aws.client("events").meta.events
    events.register("provide-client-params.events.PutEvents", made.heard)
    events.register("after-call.events.PutEvents", made.answered)
    yield made
    aws.client.cache_clear()
    secrets._read.cache_clear()


def _message(kind: str = "deal.propertyChange", **members: Any) -> dict[str, Any]:
    message = {
        "eventId": 100,
        "subscriptionId": 200,
        "portalId": 44000001,
        "appId": APP,
        "occurredAt": 1_789_999_999_000,
        "subscriptionType": kind,
        "attemptNumber": 0,
        "objectId": 31000000001,
        "changeSource": "CRM_UI",
        "sourceId": "userId:900",
    }
    if kind.endswith("propertyChange"):
        message |= {"propertyName": "dealstage", "propertyValue": "Zoë — café ☕"}
    return message | members


def _request(
    body: Any, *, url: str = URL, secret: str = CURRENT, at: float = NOW, spelled: str | None = None, **changes: Any
) -> dict[str, Any]:
    """A signed request as API Gateway's REST proxy hands it over; `spelled` is the URL as HubSpot wrote it."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    signed = sign(secret, "POST", spelled or url, text.encode(errors="surrogatepass"), round(at * 1000))
    names = {
        "x-hubspot-signature": "X-HubSpot-Signature",
        "x-hubspot-signature-version": "X-HubSpot-Signature-Version",
        "x-hubspot-signature-v3": "X-HubSpot-Signature-v3",
        "x-hubspot-request-timestamp": "X-HubSpot-Request-Timestamp",
    }
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl((spelled or url).partition("?")[2], keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return {
        "httpMethod": "POST",
        "path": "/webhooks/hubspot",
        "headers": {names[name]: value for name, value in signed.items()},
        "multiValueQueryStringParameters": query or None,
        "body": text,
        "isBase64Encoded": False,
        "requestContext": {"apiId": "abc123", "stage": "prod", "requestId": "request-1"},
        **changes,
    }


def _with_headers(event: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    names = {"signature": "X-HubSpot-Signature-v3", "timestamp": "X-HubSpot-Request-Timestamp"}
    changed = event["headers"] | {names[name]: value for name, value in headers.items()}
    return event | {"headers": {name: value for name, value in changed.items() if value is not None}}


def test_a_signed_change_is_one_event_without_values(world: World) -> None:
    assert world.receives(_request([_message()])) == 200

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


@pytest.mark.parametrize("secret", [CURRENT, PREVIOUS])
def test_both_secrets_are_good_during_a_rotation(secret: str, world: World) -> None:
    assert world.receives(_request([_message()], secret=secret)) == 200


def test_a_body_may_come_in_base64(world: World) -> None:
    event = _request([_message()])
    encoded = {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}

    assert world.receives(event | encoded) == 200
    assert len(world.details) == 1


def test_header_names_may_have_any_case(world: World) -> None:
    event = _request([_message()])

    assert world.receives(event | {"headers": {k.upper(): v for k, v in event["headers"].items()}}) == 200


@pytest.mark.parametrize(
    "query",
    [
        "src=hs%3Aapp%2Fv3&x=%28a%29",
        "src=hs:app/v3&x=(a)",
        "name=Zo%C3%AB%20%26%20caf%C3%A9",
        "name=a+b&name=c%2Bd",
        "token=YWJj%3D%3D",
        "token=YWJj==",
        "percent=100%25&hash=%23",
        "empty=&full=1",
        "bare&full=1",
        "a=1&a=3&b=2",
    ],
)
def test_a_query_is_covered_however_it_was_spelled(query: str, world: World) -> None:
    assert world.receives(_request([_message()], spelled=f"{URL}?{query}")) == 200


@pytest.mark.parametrize("url", ["https://hooks.example.com/hubspot", "https://hooks.example.com/hubspot?tenant=a%20b"])
def test_the_configured_url_is_the_one_that_counts(url: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_WEBHOOK_URL", url)

    assert world.receives(_request([_message()], url=url)) == 200
    assert world.receives(_request([_message()])) == 401


GENUINE = _request([_message()])


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (_request([_message()], secret="somebody-else-s"), "wrong signature"),
        (_request([_message()], at=NOW - 301), "too old"),
        (_request([_message()], at=NOW + 61), "from the future"),
        (_with_headers(GENUINE, signature=None), "no signature"),
        (_with_headers(GENUINE, timestamp=None), "no timestamp"),
        (_with_headers(GENUINE, timestamp="soon"), "malformed timestamp"),
        (_with_headers(GENUINE, signature="Zoë"), "malformed signature"),
        (_with_headers(GENUINE, signature="\ud83d"), "malformed signature"),
        (GENUINE | {"path": "/webhooks/other"}, "wrong signature"),
        (GENUINE | {"httpMethod": "PUT"}, "wrong signature"),
        (GENUINE | {"body": GENUINE["body"][:-2]}, "wrong signature"),
        (GENUINE | {"body": None}, "wrong signature"),
        (GENUINE | {"body": "\ud83d"}, "wrong signature"),
        (GENUINE | {"isBase64Encoded": True}, "wrong signature"),
        (GENUINE | {"isBase64Encoded": True, "body": "ë"}, "wrong signature"),
        (GENUINE | {"headers": None}, "no signature"),
        (GENUINE | {"multiValueQueryStringParameters": {"x": ["1"]}}, "wrong signature"),
    ],
)
def test_what_is_not_hubspot_s_is_turned_away_and_logged_without_its_body(
    event: dict[str, Any], reason: str, world: World
) -> None:
    assert world.receives(event) == 401

    (line,) = world.log
    assert (line["level"], line["message"], line["reason"]) == ("WARNING", "webhook refused", reason)
    assert line["request_id"] == "request-1"
    assert "31000000001" not in world.logged
    assert world.batches == []


def test_the_old_signature_counts_only_where_it_is_wanted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old = _with_headers(GENUINE, signature=None)
    assert world.receives(old) == 401

    monkeypatch.setenv("COSELL_ACCEPT_V1", "true")

    assert world.receives(old) == 200
    assert world.receives(old | {"body": "[]"}) == 401
    assert world.receives(_with_headers(GENUINE, signature="forged")) == 401


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
        [_message(), {"subscriptionType": 7}],
        [_message(objectId=None)],
        [_message(objectId="31000000001; DROP")],
        [_message(objectId=True)],
        [_message(objectId=1.5)],
        [_message(objectId=[31000000001])],
        [_message(portalId={})],
        [_message(occurredAt="yesterday")],
        [_message(propertyName=None)],
        [_message("deal.merge", objectId=None)],
        [_message("deal.merge", mergedObjectIds=7)],
        [{key: value for key, value in _message("deal.merge").items() if key != "objectId"}],
        [_message("deal.associationChange")],
    ],
    ids=range(25),
)
def test_signed_nonsense_is_refused_whole(body: Any, world: World) -> None:
    assert world.receives(_request(body)) == 400

    assert world.batches == []
    assert world.log[-1]["message"] == "webhook malformed"
    assert "café" not in world.logged


def test_a_hundred_messages_are_taken_at_once(world: World) -> None:
    messages = [_message(objectId=31000000000 + number, eventId=number) for number in range(100)]

    assert world.receives(_request(messages)) == 200

    assert [len(batch) for batch in world.batches] == [10] * 10
    assert len({detail["id"] for detail in world.details}) == 100


def test_messages_of_one_record_are_one_event(world: World) -> None:
    messages = [
        _message(occurredAt=3),
        _message("deal.creation", occurredAt=1),
        _message(propertyName="amount", occurredAt=5),
        _message(occurredAt=4),
        _message("contact.creation", occurredAt=2),
    ]

    assert world.receives(_request(messages)) == 200

    assert [(detail["type"], detail["changes"], detail["occurred_at"]) for detail in world.details] == [
        ("deal", ["creation", "propertyChange:amount", "propertyChange:dealstage"], 5),
        ("contact", ["creation"], 2),
    ]


def test_our_own_writes_are_dropped(world: World) -> None:
    own = _message(changeSource="INTEGRATION", sourceId=str(APP))
    another_app = _message(changeSource="INTEGRATION", sourceId="9000002", objectId=2)
    by_hand = _message(sourceId=str(APP), objectId=3)

    assert world.receives(_request([own, another_app, by_hand])) == 200
    assert [detail["id"] for detail in world.details] == ["2", "3"]


@pytest.mark.parametrize(
    "message",
    [
        _message("ticket.creation"),
        _message("conversation.newMessage", objectId="not-a-number"),
        _message("deal.somethingNew"),
        _message("object.propertyChange", objectTypeId="0-27"),
        _message("object.creation", objectTypeId=7),
    ],
)
def test_events_without_use_are_taken_and_named(message: dict[str, Any], world: World) -> None:
    assert world.receives(_request([message])) == 200

    assert world.batches == []
    assert world.log[0]["types"] == [message["subscriptionType"]]


def test_the_documentation_s_name_of_the_type_is_understood(world: World) -> None:
    message = _message("deal.creation")
    message["eventType"] = message.pop("subscriptionType")

    assert world.receives(_request([message])) == 200
    assert world.details[0]["changes"] == ["creation"]


@pytest.mark.parametrize(
    ("message", "records"),
    [
        (_message("company.propertyChange", objectId=900), [("company", "900")]),
        (_message("line_item.deletion", objectId=52), [("line_item", "52")]),
        (_message("product.restore", objectId=7), [("product", "7")]),
        (_message("contact.privacyDeletion", objectId=101), [("contact", "101")]),
        (_message("object.creation", objectTypeId="0-3"), [("deal", "31000000001")]),
        (_message("object.propertyChange", objectTypeId="0-8", objectId="52"), [("line_item", "52")]),
        (
            _message("deal.merge", objectId=9, primaryObjectId=1, mergedObjectIds=[2], newObjectId=9),
            [("deal", "9"), ("deal", "1"), ("deal", "2")],
        ),
    ],
)
def test_each_record_has_its_event(message: dict[str, Any], records: list[tuple[str, str]], world: World) -> None:
    assert world.receives(_request([message])) == 200
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
    message = _message(f"{kind}.associationChange", **ends, **members)
    del message["objectId"]

    assert world.receives(_request([message])) == 200

    (detail,) = world.details
    assert (detail["type"], detail["id"]) == record
    if change:
        assert detail["changes"] == [f"associationChange:{change}"]


def test_what_the_bus_did_not_take_is_sent_again(world: World) -> None:
    world.fails = True

    assert world.receives(_request([_message()])) == 500
    assert world.log[-1]["error"] == "RemoteUnavailable"


def test_without_its_secret_the_receiver_asks_to_try_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_SECRET", "nowhere")

    assert world.receives(_request([_message()])) == 500
    assert world.log[-1]["error"] == "Misconfigured"


def test_an_empty_list_is_nothing_to_do(world: World) -> None:
    assert world.receives(_request([])) == 200
    assert world.batches == []
