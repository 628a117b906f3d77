"""A handler finds what Lambda gives it, and its end is reported as Lambda reports it."""

from __future__ import annotations

import functools
import json
import logging
import os
import sys
from types import ModuleType
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from cosell.sandbox.functions import PAYLOAD_LIMIT, Function, forget
from lambdas import runtime
from tests.cosell.sandbox.conftest import Account


class OutOfStock(Exception):
    """An error of the handler's own."""


def test_a_handler_sees_its_own_environment_and_only_while_it_runs(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-developers")
    monkeypatch.setenv("COSELL_CATALOG", "the-shell's")
    seen: dict[str, list[str | None]] = {"a": [], "b": []}

    def look(name: str, _context: Any) -> None:
        for _ in range(3):
            seen[name].append(os.environ.get("NAME"))
            account.cloud.baton.call(lambda: seen[name].append(os.environ.get("NAME")))

    for name in seen:
        account.deploy(name, look, environment={"NAME": name})
        account.invoke(name, name)
    answer = account.run(lambda _event, _context: dict(os.environ), environment={"OWN": "1"}).payload

    assert seen == {"a": ["a", None] * 3, "b": ["b", None] * 3}
    assert answer["AWS_REGION"] == answer["AWS_DEFAULT_REGION"] == "us-east-1"
    assert answer["AWS_LAMBDA_FUNCTION_NAME"] == "tiny-work"
    assert answer["OWN"] == "1"
    assert "AWS_PROFILE" not in answer
    assert "COSELL_CATALOG" not in answer
    assert os.environ["COSELL_CATALOG"] == "the-shell's"


def test_the_context_is_lambdas_and_its_ids_are_seeded(tiny: ModuleType) -> None:
    def handler(_event: Any, context: Any) -> Any:
        before = context.get_remaining_time_in_millis()
        account.cloud.baton.sleep(2)
        return {
            "name": context.function_name,
            "memory": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn,
            "request": context.aws_request_id,
            "left": [before, context.get_remaining_time_in_millis()],
        }

    answers = []
    for seed in (1, 1, 2):
        account = Account(tiny, seed)
        with account.cloud.running():
            answers.append(account.run(handler).payload)

    assert answers[0] == answers[1]
    assert answers[0]["request"] != answers[2]["request"]
    assert answers[0] | {"request": ""} == {
        "name": "tiny-work",
        "memory": "128",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:tiny-work",
        "request": "",
        "left": [30_000, 28_000],
    }


def test_an_error_is_its_class_name_and_a_cause_in_json(account: Account) -> None:
    def handler(_event: Any, _context: Any) -> None:
        raise OutOfStock("none left")

    answer = account.run(handler)

    assert answer.error == "OutOfStock"
    cause = json.loads(answer.cause)
    assert (cause["errorType"], cause["errorMessage"]) == ("OutOfStock", "none left")
    assert "raise OutOfStock" in cause["stackTrace"][-1]
    assert cause["requestId"] == account.cloud.functions.invocations[0].caller.request


def test_a_handler_that_takes_too_long_is_ended(account: Account) -> None:
    went_on: list[str] = []

    def handler(_event: Any, _context: Any) -> None:
        account.cloud.baton.sleep(5)
        went_on.append("after")

    answer = account.run(handler, timeout=3)

    assert answer.error == "Sandbox.Timedout"
    assert "Task timed out after 3.00 seconds" in answer.cause
    assert went_on == []
    assert account.cloud.baton.running == 0


def leave(_event: Any, _context: Any) -> None:
    sys.exit(3)


@pytest.mark.parametrize(
    ("handler", "error", "cause"),
    [
        (leave, "Runtime.ExitError", "exit status 3"),
        (lambda _event, _context: object(), "Runtime.MarshalError", "not JSON serializable"),
        (lambda _event, _context: "x" * PAYLOAD_LIMIT, "Function.ResponseSizeTooLarge", "exceeded maximum"),
    ],
)
def test_ends_that_are_no_answer(account: Account, handler: Any, error: str, cause: str) -> None:
    answer = account.run(handler)

    assert answer.error == error
    assert cause in answer.cause


@pytest.mark.parametrize(
    ("handler", "error"),
    [("nowhere.handler", "Runtime.ImportModuleError"), ("tiny.missing", "Runtime.HandlerNotFound")],
)
def test_a_handler_that_is_not_there(account: Account, handler: str, error: str) -> None:
    account.cloud.functions.add(Function("lost", handler))
    answers = account.invoke("lost")
    account.clock.run_until_quiet()

    assert answers[0].error == error


def test_a_request_that_is_too_large_is_refused(account: Account) -> None:
    ran: list[Any] = []

    answer = account.run(lambda event, _context: ran.append(event), "x" * PAYLOAD_LIMIT)

    assert answer.error == "Lambda.RequestTooLargeException"
    assert ran == []


def test_an_unknown_function_is_named(account: Account) -> None:
    with pytest.raises(KeyError, match="no function is called nobody"):
        account.invoke("nobody")


def test_payloads_are_copies(account: Account) -> None:
    sent: dict[str, Any] = {"list": [1]}

    def handler(event: Any, _context: Any) -> Any:
        event["list"].append(2)
        return event

    assert account.run(handler, sent).payload == {"list": [1, 2]}
    assert sent == {"list": [1]}


def test_what_functions_write_is_kept_line_by_line(account: Account, tiny: ModuleType) -> None:
    logger = Logger(service="tiny")
    vars(tiny)["logger"] = logger

    def handler(event: Any, _context: Any) -> None:
        logger.append_keys(deal=event)
        sys.stdout.write(f"printed {event}\n")
        account.cloud.baton.call(lambda: None)
        logger.info("logged")
        logging.getLogger("some.library").info("chatter")
        logging.getLogger("some.library").debug("too much")
        raise OutOfStock("none left")

    account.deploy("a-work", handler)
    account.invoke("a-work", "31")
    account.invoke("a-work", "32")
    account.clock.run_until_quiet()

    lines = account.cloud.functions.logs.of("work")
    request = next(line.request for line in lines if line.text == "printed 31")
    first = [line.text for line in lines if line.request == request]
    assert json.loads(first[1])["message"] == "logged"
    assert json.loads(first[1])["deal"] == "31"
    assert json.loads(first[2]) == {"level": "INFO", "logger": "some.library", "message": "chatter"}
    assert json.loads(first[3])["errorMessage"] == "none left"
    assert len(lines) == 8


def test_the_functions_time_is_the_worlds(account: Account) -> None:
    def handler(_event: Any, _context: Any) -> list[float]:
        first = runtime.now()
        account.cloud.baton.sleep(3600)
        return [first, runtime.now()]

    began = account.clock.now
    first, second = account.run(handler, timeout=7200).payload

    assert 0 < first - began < 1
    assert second == first + 3600


def test_the_real_time_comes_back(tiny: ModuleType) -> None:
    account = Account(tiny)
    with account.cloud.running():
        assert runtime.now() == account.clock.now
    assert runtime.now() != account.clock.now


def test_a_cold_start_forgets_what_was_cached(tiny: ModuleType) -> None:
    calls: list[int] = []

    @functools.cache
    def client() -> int:
        calls.append(1)
        return len(calls)

    vars(tiny)["client"] = client
    assert [client(), client()] == [1, 1]

    forget("tiny")

    assert client() == 2
