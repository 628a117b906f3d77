"""From what AWS answers to what a task raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import pytest

from cosell.sandbox.wire import Response
from lambdas.adapters import aws, bus, tables
from lambdas.errors import CosellError, Misconfigured, NotPermitted, RateLimited, RemoteUnavailable
from tests.support.in_process import answer_in_process

Answer = Callable[[str, int, dict[str, Any]], None]


@pytest.fixture
def answers(cloud: None) -> Iterator[Answer]:
    """Makes a service answer every call with this status and body."""
    aws.client.cache_clear()

    def answer(service: str, status: int, body: dict[str, Any]) -> None:
        response = Response(status, body=json.dumps(body).encode())
        answer_in_process(aws.client(service), lambda _: response)

    yield answer
    aws.client.cache_clear()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "ThrottlingException", RateLimited),
        (400, "ProvisionedThroughputExceededException", RateLimited),
        (429, "SomethingNew", RateLimited),
        (500, "InternalServerError", RemoteUnavailable),
        (503, "SomethingNew", RemoteUnavailable),
        (400, "TransactionInProgressException", RemoteUnavailable),
        (400, "AccessDeniedException", NotPermitted),
        (403, "UnrecognizedClientException", NotPermitted),
        (400, "ResourceNotFoundException", Misconfigured),
        (400, "ValidationException", Misconfigured),
    ],
)
def test_each_code_has_its_error(status: int, code: str, error: type[CosellError], answers: Answer) -> None:
    answers("dynamodb", status, {"__type": f"com.amazonaws.dynamodb#{code}", "message": "about ada@example.com"})

    with pytest.raises(error) as caught:
        tables.get("cosell-test-links", pk="x")

    assert str(caught.value) == f"dynamodb get_item: {code}"
    assert caught.value.__cause__ is None


def test_a_call_is_made_once_whatever_comes_of_it(answers: Answer) -> None:
    answers("dynamodb", 500, {"__type": "InternalServerError"})
    sent: list[str] = []
    aws.client("dynamodb").meta.events.register_first(
        "before-send.dynamodb", lambda request, **_: sent.append(request.url)
    )

    with pytest.raises(RemoteUnavailable):
        tables.get("cosell-test-links", pk="x")

    assert len(sent) == 1


@pytest.mark.parametrize(
    "failure",
    [
        botocore.exceptions.ReadTimeoutError(endpoint_url="https://x"),
        botocore.exceptions.ConnectTimeoutError(endpoint_url="https://x"),
        botocore.exceptions.EndpointConnectionError(endpoint_url="https://x"),
        botocore.exceptions.ConnectionClosedError(endpoint_url="https://x"),
    ],
)
def test_no_answer_is_an_outage(failure: Exception, answers: Answer) -> None:
    def fail(**_: Any) -> None:
        raise failure

    aws.client("dynamodb").meta.events.register_first("before-send.dynamodb", fail)

    with pytest.raises(RemoteUnavailable, match=f"dynamodb get_item: {type(failure).__name__}"):
        tables.get("cosell-test-links", pk="x")


def test_what_the_api_does_not_take_is_named_and_not_quoted(cloud: None) -> None:
    contacts = [{"Email": ["ada@example.com"], "Emial": "ada@example.com"}]

    with pytest.raises(Misconfigured) as caught:
        aws.call(
            aws.PARTNER_CENTRAL, "create_opportunity", Catalog="AWS", ClientToken="t", Customer={"Contacts": contacts}
        )

    assert str(caught.value) == (
        "partnercentral-selling create_opportunity: "
        "Customer.Contacts[0].Emial, Customer.Contacts[0].Email do not fit the API"
    )


def test_without_credentials_a_person_must_look(cloud: None) -> None:
    def fail(**_: Any) -> None:
        raise botocore.exceptions.NoCredentialsError

    aws.client.cache_clear()
    aws.client("dynamodb").meta.events.register_first("before-send.dynamodb", fail)

    with pytest.raises(Misconfigured, match="NoCredentialsError"):
        tables.get("cosell-test-links", pk="x")
    aws.client.cache_clear()


def test_a_transaction_in_the_way_of_another_is_tried_again(answers: Answer) -> None:
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    answers("dynamodb", 400, {"__type": "x#TransactionCanceledException", "CancellationReasons": reasons})

    with pytest.raises(RemoteUnavailable, match="TransactionConflict"):
        tables.apply_all("cosell-test-links", tables.Update({"pk": "x"}, "SET #pair = :pair", {"pair": "p"}))


def test_the_bus_takes_all_or_it_is_an_outage(answers: Answer) -> None:
    entries = [{"EventId": "1"}, {"ErrorCode": "InternalFailure", "ErrorMessage": "about ada@example.com"}]
    answers("events", 200, {"FailedEntryCount": 1, "Entries": entries})

    with pytest.raises(RemoteUnavailable, match="events put_events: InternalFailure") as caught:
        bus.put([bus.handed_on("a-pair"), bus.handed_on("another-pair")])
    assert "ada" not in str(caught.value)


def test_the_bus_takes_ten_at_a_time(cloud: None) -> None:
    sizes: list[int] = []
    aws.client.cache_clear()
    aws.client("events").meta.events.register_first(
        "provide-client-params.events.PutEvents", lambda params, **_: sizes.append(len(params["Entries"]))
    )

    bus.put([bus.handed_on(f"pair-{n}") for n in range(23)])

    assert sizes == [10, 10, 3]
    aws.client.cache_clear()
