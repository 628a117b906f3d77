"""What every task has in common."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from lambdas import runtime
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int
    added_later: str | None = None


class Result(Message):
    outcome: str
    opportunity: str | None = None


@dataclass
class Context:
    function_name: str = "cosell-test-do-something"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:cosell-test-do-something"
    aws_request_id: str = "request-1"


@task
def handler(request: Request) -> Result:
    """Does something."""
    if request.fence == 0:
        raise LookupError("on purpose")
    return Result(outcome="DONE")


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    stream = io.StringIO()
    monkeypatch.setattr(runtime.logger.registered_handler, "stream", stream)
    return stream


def test_every_field_of_a_result_is_there_null_or_not() -> None:
    assert handler({"pair": "a-pair", "fence": 7}, Context()) == {"outcome": "DONE", "opportunity": None}


def test_a_payload_of_an_older_or_a_newer_definition_is_understood() -> None:
    assert handler({"pair": "a-pair", "fence": 7, "unheard_of": 1}, Context())["outcome"] == "DONE"


def test_a_payload_that_is_wrong_is_named_and_not_quoted() -> None:
    with pytest.raises(ValidationError, match="fence") as caught:
        handler({"pair": "a-pair", "fence": "Perpetua Oxenham"}, Context())
    assert "Perpetua" not in str(caught.value)


def test_a_line_in_the_log_says_for_which_turn_and_with_what_result(log: io.StringIO) -> None:
    handler({"pair": "a-pair", "fence": 7, "added_later": "Perpetua Oxenham"}, Context())

    (line,) = (json.loads(line) for line in log.getvalue().splitlines())
    assert (line["message"], line["pair"], line["fence"], line["result"]["outcome"]) == ("done", "a-pair", 7, "DONE")
    assert "Perpetua" not in log.getvalue()


def test_an_error_passes_as_it_is(log: io.StringIO) -> None:
    with pytest.raises(LookupError):
        handler({"pair": "a-pair", "fence": 0}, Context())
    assert log.getvalue() == ""
