"""Real clients reach the remotes through their own transports, and nothing else."""

from __future__ import annotations

import time
from typing import Any

import boto3
import botocore.httpsession
import httpx
import pytest

from cosell.sandbox.faults import Fault
from cosell.sandbox.network import UnknownHost
from cosell.sandbox.wire import Refusal, Request, Response, json_response
from tests.cosell.sandbox.conftest import Account

TABLE = {
    "TableName": "things",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


class Echo:
    """Answers with what it was asked."""

    def operation(self, request: Request) -> str:
        return request.method.lower()

    def handle(self, request: Request) -> Response:
        body = {
            "path": request.path,
            "query": request.query,
            "body": request.body.decode(),
            "x": request.headers.get("x-a"),
        }
        return json_response(200, body)

    def refuse(self, _request: Request, how: Refusal) -> Response:
        return json_response(429 if how == "throttled" else 503, {"message": how})


@pytest.fixture
def echo(account: Account) -> Account:
    account.cloud.network.add("echo", Echo(), "echo.example.com", "*.echo.example.com")
    return account


def test_httpx_reaches_a_remote_and_the_trace_says_who_called_what(echo: Account) -> None:
    def handler(_event: Any, _context: Any) -> Any:
        return httpx.post("https://a.echo.example.com/some/path?q=1", content="hello", headers={"X-A": "b"}).json()

    answer = echo.run(handler)

    assert answer.payload == {"path": "/some/path", "query": "q=1", "body": "hello", "x": "b"}
    (call,) = echo.cloud.network.calls
    assert (call.function, call.remote, call.operation, call.ok, call.status) == (
        "tiny-work",
        "echo",
        "post",
        True,
        200,
    )
    assert call.at > echo.cloud.functions.invocations[0].at


def test_boto3_reaches_a_service_and_its_errors_are_botocores(account: Account) -> None:
    account.cloud.services.dynamodb.ask("CreateTable", **TABLE)

    def handler(_event: Any, _context: Any) -> Any:
        client = boto3.client("dynamodb")
        client.put_item(TableName="things", Item={"pk": {"S": "1"}})
        found = client.get_item(TableName="things", Key={"pk": {"S": "1"}})["Item"]
        try:
            client.put_item(TableName="things", Item={"pk": {"S": "1"}}, ConditionExpression="attribute_not_exists(pk)")
        except client.exceptions.ConditionalCheckFailedException:
            return found
        return None

    assert account.run(handler).payload == {"pk": {"S": "1"}}
    assert [(call.operation, call.ok) for call in account.cloud.network.calls] == [
        ("PutItem", True),
        ("GetItem", True),
        ("PutItem", False),
    ]


def test_an_unknown_host_is_an_error_that_says_how_to_add_it(account: Account) -> None:
    def handler(_event: Any, _context: Any) -> Any:
        return httpx.get("https://api.elsewhere.example/").text

    answer = account.run(handler)

    assert answer.error == "UnknownHost"
    assert "api.elsewhere.example is no host of the sandbox" in answer.cause
    assert "Network.add(name, remote, 'api.elsewhere.example')" in answer.cause


def test_a_call_from_outside_is_answered_at_once_and_suffers_no_fault(echo: Account) -> None:
    before = echo.clock.now

    response = httpx.get("https://echo.example.com/")

    assert response.status_code == 200
    assert echo.clock.now == before
    with pytest.raises(UnknownHost):
        httpx.get("https://nowhere.example/")


def test_calls_take_virtual_time_and_a_client_gives_up_after_its_timeout(echo: Account) -> None:
    def handler(_event: Any, _context: Any) -> Any:
        try:
            httpx.get("https://echo.example.com/", timeout=3)
        except httpx.ReadTimeout:
            return "gave up"
        return "answered"

    echo.cloud.faults.add(Fault("slow", remote="echo", seconds=10))
    before = echo.clock.now

    assert echo.run(handler).payload == "gave up"
    assert 3 < echo.clock.now - before < 4


def test_the_transports_are_given_back_as_they_were(tiny: Any) -> None:
    def installed() -> list[object]:
        return [botocore.httpsession.URLLib3Session.send, httpx.HTTPTransport.handle_request, time.sleep]

    before = installed()
    with Account(tiny).cloud.running():
        assert not any(now is then for now, then in zip(installed(), before, strict=True))
    assert all(now is then for now, then in zip(installed(), before, strict=True))
