"""API Gateway hands a request to a function as it is, and the answer back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cosell.sandbox.gateway import Api, Method
from cosell.sandbox.wire import Request, Response
from tests.cosell.sandbox.conftest import Account

HOST = "abcdefghij.execute-api.us-east-1.amazonaws.com"


@pytest.fixture
def api(account: Account) -> Account:
    methods = [
        Method("POST", "/webhooks/{source}", "receiver", timeout=5),
        Method("ANY", "/files/{path+}", "receiver"),
    ]
    account.cloud.gateway.apis["abcdefghij"] = Api("abcdefghij", "hooks", methods, {"prod": {"lang": "en"}})
    return account


def ask(
    account: Account, handler: Any, method: str = "POST", path: str = "/prod/webhooks/hubspot", **request: Any
) -> Response:
    account.deploy("receiver", handler)
    answers: list[Response] = []
    account.cloud.gateway.receive(Request(method, f"https://{HOST}{path}", **request), answers.append)
    account.clock.run_until_quiet()
    (answer,) = answers
    return answer


def test_the_function_gets_a_proxy_event(api: Account) -> None:
    seen: list[Any] = []

    def handler(event: Any, _context: Any) -> Any:
        seen.append(event)
        return {"statusCode": 201, "body": "made", "headers": {"X-A": "b"}}

    sent = (("X-HubSpot-Signature-v3", "abc"), ("X-Two", "1"), ("X-Two", "2"))
    answer = ask(api, handler, path="/prod/webhooks/hubspot?a=1&a=2&b=", body="näh".encode(), sent_headers=sent)

    assert (answer.status, answer.body, answer.headers["x-a"]) == (201, b"made", "b")
    (event,) = seen
    assert event["headers"]["X-HubSpot-Signature-v3"] == "abc"
    assert event["multiValueHeaders"]["X-Two"] == ["1", "2"]
    assert event["headers"]["Host"] == HOST
    assert (event["httpMethod"], event["path"], event["resource"]) == (
        "POST",
        "/webhooks/hubspot",
        "/webhooks/{source}",
    )
    assert event["pathParameters"] == {"source": "hubspot"}
    assert event["queryStringParameters"] == {"a": "2", "b": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    assert event["stageVariables"] == {"lang": "en"}
    assert (event["body"], event["isBase64Encoded"]) == ("näh", False)
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["domainName"]) == ("abcdefghij", "prod", HOST)
    assert context["path"] == "/prod/webhooks/hubspot"
    assert context["requestTimeEpoch"] == int(api.cloud.functions.invocations[0].at * 1000)


def test_a_body_that_is_no_text_is_encoded_both_ways(api: Account) -> None:
    def handler(event: Any, _context: Any) -> Any:
        assert event["isBase64Encoded"]
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": True}

    assert ask(api, handler, body=b"\xff\x00").body == b"\xff\x00"
    assert base64.b64encode(b"\xff\x00")


def explode(_event: Any, _context: Any) -> None:
    raise RuntimeError("no")


@pytest.mark.parametrize(
    "handler",
    [
        explode,
        lambda _event, _context: "just text",
        lambda _event, _context: {"body": "no status"},
        lambda _event, _context: {"statusCode": "200"},
        lambda _event, _context: {"statusCode": 200, "body": {"not": "text"}},
    ],
)
def test_what_is_no_answer_is_a_502(api: Account, handler: Any) -> None:
    answer = ask(api, handler)

    assert (answer.status, answer.json()) == (502, {"message": "Internal server error"})


def test_a_function_that_is_too_slow_is_a_504(api: Account) -> None:
    before = api.clock.now
    times: list[float] = []

    def handler(_event: Any, _context: Any) -> Any:
        api.cloud.baton.sleep(8)
        times.append(api.clock.now)
        return {"statusCode": 200}

    answer = ask(api, handler)

    assert answer.status == 504
    assert times[0] - before > 8, "the function itself goes on"


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/prod/webhooks/hubspot", 403, "Missing Authentication Token"),
        ("POST", "/prod/nowhere", 403, "Missing Authentication Token"),
        ("POST", "/prod/webhooks", 403, "Missing Authentication Token"),
        ("POST", "/test/webhooks/hubspot", 403, "Forbidden"),
    ],
)
def test_an_unknown_route(api: Account, method: str, path: str, status: int, message: str) -> None:
    answer = ask(api, explode, method, path)

    assert (answer.status, answer.json()) == (status, {"message": message})


def test_a_greedy_path_takes_the_rest(api: Account) -> None:
    def handler(event: Any, _context: Any) -> Any:
        return {"statusCode": 200, "body": event["pathParameters"]["path"]}

    assert ask(api, handler, "DELETE", "/prod/files/a/b/c").body == b"a/b/c"
    assert api.cloud.gateway.handle(Request("GET", f"https://{HOST}/prod/files/x")).body == b"x"


def test_requests_of_the_same_moment_have_ids_of_their_own(api: Account) -> None:
    seen: list[str] = []
    api.deploy("receiver", lambda event, _context: seen.append(event["requestContext"]["requestId"]))

    for _ in range(2):
        api.cloud.gateway.receive(Request("POST", f"https://{HOST}/prod/webhooks/hubspot"), lambda _answer: None)
    api.clock.run_until_quiet()

    assert len(set(seen)) == 2
