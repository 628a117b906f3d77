"""Who is let in: HubSpot, with its signature, and nobody else."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.lambdas.webhook.receiver import CURRENT, NOW, PREVIOUS, URL, World, a_message, a_request, with_headers


@pytest.mark.parametrize("secret", [CURRENT, PREVIOUS])
def test_both_secrets_are_good_during_a_rotation(secret: str, world: World) -> None:
    assert world.receives(a_request([a_message()], secret=secret)) == 200


def test_a_body_may_come_in_base64(world: World) -> None:
    event = a_request([a_message()])
    encoded = {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}

    assert world.receives(event | encoded) == 200
    assert len(world.details) == 1


def test_header_names_may_have_any_case(world: World) -> None:
    event = a_request([a_message()])

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
    assert world.receives(a_request([a_message()], spelled=f"{URL}?{query}")) == 200


@pytest.mark.parametrize("url", ["https://hooks.example.com/hubspot", "https://hooks.example.com/hubspot?tenant=a%20b"])
def test_the_configured_url_is_the_one_that_counts(url: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_WEBHOOK_URL", url)

    assert world.receives(a_request([a_message()], url=url)) == 200
    assert world.receives(a_request([a_message()])) == 401


GENUINE = a_request([a_message()])


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (a_request([a_message()], secret="somebody-else-s"), "wrong signature"),
        (a_request([a_message()], at=NOW - 301), "too old"),
        (a_request([a_message()], at=NOW + 61), "from the future"),
        (with_headers(GENUINE, signature=None), "no signature"),
        (with_headers(GENUINE, timestamp=None), "no timestamp"),
        (with_headers(GENUINE, timestamp="soon"), "malformed timestamp"),
        (with_headers(GENUINE, signature="Zoë"), "malformed signature"),
        (with_headers(GENUINE, signature="\ud83d"), "malformed signature"),
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
    old = with_headers(GENUINE, signature=None)
    assert world.receives(old) == 401

    monkeypatch.setenv("COSELL_ACCEPT_V1", "true")

    assert world.receives(old) == 200
    assert world.receives(old | {"body": "[]"}) == 401
    assert world.receives(with_headers(GENUINE, signature="forged")) == 401
