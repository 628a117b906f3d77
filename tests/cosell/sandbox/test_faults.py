"""What goes wrong at a remote reaches real clients as it would in the world."""

from __future__ import annotations

from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from cosell.sandbox.baton import Caller
from cosell.sandbox.faults import LAMBDA, Fault, Faults, Kind
from cosell.sandbox.wire import Refusal, Request, Response, json_response
from tests.cosell.sandbox.conftest import Account

ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=5)


class Counter:
    """Counts what was done."""

    def __init__(self) -> None:
        self.done = 0

    def operation(self, _request: Request) -> str:
        return "count"

    def handle(self, _request: Request) -> Response:
        self.done += 1
        return json_response(200, {"done": self.done})

    def refuse(self, _request: Request, how: Refusal) -> Response:
        return json_response(429 if how == "throttled" else 503, {"message": how})


def with_httpx(_event: Any, _context: Any) -> str:
    try:
        return str(httpx.post("https://counter.example.com/", timeout=5).status_code)
    except httpx.TransportError as error:
        return type(error).__name__


def with_boto3(_event: Any, _context: Any) -> str:
    client = boto3.client("sqs", config=ONCE)
    try:
        client.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/q", MessageBody="x")
    except client.exceptions.ClientError as error:
        return str(error.response["Error"]["Code"])
    except Exception as error:  # noqa: BLE001 - the name is what is compared
        return type(error).__name__
    return "200"


@pytest.mark.parametrize(
    ("kind", "seen", "done"),
    [
        ("failed", "503", 0),
        ("unavailable", "503", 0),
        ("throttled", "429", 0),
        ("timeout", "ReadTimeout", 0),
        ("reset", "ReadError", 0),
        ("slow", "ReadTimeout", 1),
        ("lost answer", "ReadTimeout", 1),
    ],
)
def test_each_kind_as_httpx_sees_it(account: Account, kind: Kind, seen: str, done: int) -> None:
    counter = Counter()
    account.cloud.network.add("counter", counter, "counter.example.com")
    account.cloud.faults.add(Fault(kind, remote="counter"))

    assert account.run(with_httpx).payload == seen
    assert counter.done == done
    assert [(call.ok, call.fault) for call in account.cloud.network.calls] == [(kind == "slow", kind)]
    assert account.run(with_httpx).payload == "200"


@pytest.mark.parametrize(
    ("kind", "seen", "done"),
    [
        ("failed", "InternalFailure", 0),
        ("throttled", "RequestThrottled", 0),
        ("timeout", "ReadTimeoutError", 0),
        ("reset", "ConnectionClosedError", 0),
        ("slow", "ReadTimeoutError", 1),
        ("lost answer", "ReadTimeoutError", 1),
    ],
)
def test_each_kind_as_boto3_sees_it(account: Account, kind: Kind, seen: str, done: int) -> None:
    account.cloud.services.sqs.ask("CreateQueue", QueueName="q")
    account.cloud.faults.add(Fault(kind, remote="sqs", operation="SendMessage"))

    assert account.run(with_boto3).payload == seen
    assert len(account.cloud.services.messages("arn:aws:sqs:us-east-1:123456789012:q")) == done


def test_a_clients_own_retries_wait_in_virtual_time(account: Account) -> None:
    account.cloud.services.sqs.ask("CreateQueue", QueueName="q")
    account.cloud.faults.add(Fault("failed", remote="sqs", times=2))

    def handler(_event: Any, _context: Any) -> None:
        client = boto3.client("sqs", config=Config(retries={"total_max_attempts": 5, "mode": "legacy"}))
        client.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/q", MessageBody="x")

    assert account.run(handler).error is None
    assert [call.ok for call in account.cloud.network.calls] == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "error", "ran"),
    [
        ("failed", "Lambda.ServiceException", 0),
        ("unavailable", "Lambda.ServiceException", 0),
        ("throttled", "Lambda.TooManyRequestsException", 0),
        ("reset", "Lambda.SdkClientException", 0),
        ("lost answer", "Lambda.SdkClientException", 1),
        ("slow", None, 1),
    ],
)
def test_a_functions_own_answer_can_fail(account: Account, kind: Kind, error: str | None, ran: int) -> None:
    runs: list[Any] = []
    account.cloud.faults.add(Fault(kind, remote=LAMBDA, function="work"))

    assert account.run(lambda event, _context: runs.append(event)).error == error
    assert len(runs) == ran


def strikes(faults: Faults, count: int, operation: str = "Get", function: str = "app-reader") -> list[bool]:
    caller = Caller(function, state="Read")
    return [faults.strike("store", operation, caller) is not None for _ in range(count)]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("failed"), [True, False, False, False]),
        (Fault("failed", times=2), [True, True, False, False]),
        (Fault("failed", times=None), [True, True, True, True]),
        (Fault("failed", nth=3), [False, False, True, False]),
        (Fault("failed", operation="Put", times=None), [False] * 4),
        (Fault("failed", remote="other", times=None), [False] * 4),
        (Fault("failed", function="reader"), [True, False, False, False]),
        (Fault("failed", function="app-reader"), [True, False, False, False]),
        (Fault("failed", function="eader"), [False] * 4),
        (Fault("failed", state="Write"), [False] * 4),
    ],
    ids=lambda value: "" if isinstance(value, list) else repr(value),
)
def test_which_calls_a_fault_strikes(fault: Fault, struck: list[bool]) -> None:
    faults = Faults()
    faults.add(fault)

    assert strikes(faults, 4) == struck


def test_the_nth_call_of_each_run_fails_until_healed() -> None:
    faults = Faults()
    faults.add(Fault("failed", nth=2, times=None))

    runs = [[faults.strike("store", "Get", Caller("reader", run)) is not None for _ in range(3)] for run in "ab"]

    assert runs == [[False, True, False]] * 2


def test_one_fault_can_follow_another() -> None:
    faults = Faults()
    faults.add(Fault("lost answer", operation="Get", then=Fault("unavailable", times=None)))
    caller = Caller("reader")

    kinds = [faults.strike("store", operation, caller) for operation in ("Put", "Get", "Get", "Put")]

    assert [fault and fault.kind for fault in kinds] == [None, "lost answer", "unavailable", "unavailable"]


def test_a_rate_is_seeded() -> None:
    def run(seed: int) -> list[bool]:
        faults = Faults(seed=seed)
        faults.add(Fault("failed", times=None, rate=0.3))
        return strikes(faults, 200)

    assert run(1) == run(1) != run(2)
    assert 30 < sum(run(1)) < 90


def test_healing_ends_faults_of_one_remote_or_all() -> None:
    faults = Faults()
    faults.add(Fault("failed", remote="store", times=None))
    faults.heal("other")
    assert strikes(faults, 1) == [True]
    faults.heal("store")
    assert strikes(faults, 1) == [False]

    faults.add(Fault("failed", times=None))
    faults.heal()
    assert strikes(faults, 1) == [False]


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no fault is called 'exploded'; there are: failed, throttled"):
        Fault("exploded")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "remote", "words"),
    [
        ("locked", "dynamodb", "only hubspot can be locked, not dynamodb"),
        ("moving", "partner_central", "only hubspot can be moving, not partner_central"),
        ("moving", LAMBDA, "only hubspot can be moving, not lambda"),
        ("locked", None, "only hubspot can be locked, not every remote"),
    ],
)
def test_hubspots_own_reasons_are_no_other_remotes(kind: Kind, remote: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault(kind, remote=remote)


def test_the_nth_call_is_counted_with_those_that_another_fault_struck() -> None:
    faults = Faults()
    faults.add(Fault("failed", "r"))
    faults.add(Fault("timeout", "r", nth=2))

    struck = [faults.strike("r", "Get", Caller("f", "one")) for _ in range(3)]

    assert [fault and fault.kind for fault in struck] == ["failed", "timeout", None]
