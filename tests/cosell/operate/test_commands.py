"""The commands of an operator: what reaches the bus, what they say, and what a user can mend."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.cloud import Cloud
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from tests.support.terminal import Terminal
from tests.support.touring import served


def _put(asked: list[Request]) -> list[dict[str, Any]]:
    """The entries that were sent."""
    bodies = [json.loads(one.body) for one in asked if one.aws_operation == "PutEvents"]
    return [entry for body in bodies for entry in body["Entries"]]


VERBS = ("confirm-deletions", "sync-catalog")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """Without anything of AWS's in the environment."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def logged_in(terminal: Terminal) -> Terminal:
    """With credentials, which open only a simulated account."""
    terminal.environment.setenv("AWS_ACCESS_KEY_ID", "operator")
    terminal.environment.setenv("AWS_SECRET_ACCESS_KEY", "operator")
    return terminal


def test_a_catalog_sync_is_asked_for(logged_in: Terminal, sandbox: Sandbox) -> None:
    code, said = logged_in("sync-catalog", "--deployment", "cosell-sandbox")
    sandbox.run_until_quiet()

    assert code == 0
    assert said.startswith("Asked of cosell-sandbox. cosell-sandbox-catalog-sync starts in a moment,")
    assert [(one.machine, one.status) for one in sandbox.executions.all] == [
        ("cosell-sandbox-catalog-sync", "SUCCEEDED")
    ]


def test_deletions_are_confirmed(logged_in: Terminal, sandbox: Sandbox) -> None:
    code, said = logged_in("confirm-deletions", "--deployment", "cosell-sandbox")
    sandbox.run_until_quiet()

    assert code == 0
    assert said.startswith("Confirmed for cosell-sandbox. What was deleted until now is looked at again:")
    assert sandbox.items("sync-state", pk="deletions", sk="confirmed")


@pytest.mark.parametrize("verb", VERBS)
def test_a_deployment_that_is_not_there_is_said(logged_in: Terminal, sandbox: Sandbox, verb: str) -> None:
    code, said = logged_in(verb, "--deployment", "cosell")
    sandbox.run_until_quiet()

    assert code == 1
    assert said.startswith("No bus is called cosell-events in us-east-1 of this account: is the deployment's name ")
    assert sandbox.executions.all == []


@pytest.mark.parametrize("verb", VERBS)
def test_without_credentials_it_says_what_to_do(terminal: Terminal, verb: str) -> None:
    code, said = terminal(verb, "--deployment", "cosell")

    assert code == 1
    assert said == (
        "AWS cannot be asked: Unable to locate credentials. Log in to the account that the deployment is in, or "
        "name a profile of it with AWS_PROFILE."
    )


def test_a_profile_that_is_not_there_is_said(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "partner")

    code, said = terminal("sync-catalog", "--deployment", "cosell")

    assert code == 1
    assert "The config profile (partner) could not be found. Log in to the account" in said


def test_what_eventbridge_refuses_is_said(logged_in: Terminal, sandbox: Sandbox) -> None:
    sandbox.cloud.events_api.refuse_entries = 1

    code, said = logged_in("sync-catalog", "--deployment", "cosell-sandbox")

    assert code == 1
    assert said.startswith("AWS refuses it (InternalFailure): ")


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_deployment_both_ways_are_named(terminal: Terminal, verb: str) -> None:
    code, said = terminal(verb)

    assert code == 1
    assert "--deployment" in said
    assert "--sandbox" in said


@pytest.mark.parametrize("verb", VERBS)
def test_a_running_sandbox_is_asked_without_credentials(terminal: Terminal, verb: str) -> None:
    cloud = Cloud(Clock())
    cloud.events.add_bus("cosell-sandbox-events")

    with served(cloud.clock, cloud=cloud) as at:
        code, said = terminal(verb, "--sandbox", "--port", str(urlsplit(at.url).port))

    assert code == 0
    assert " cosell-sandbox. " in said
    assert [(entry["EventBusName"], entry["Source"]) for entry in _put(at.asked)] == [
        ("cosell-sandbox-events", "cosell")
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_a_deployment_that_the_sandbox_has_not_is_said_without_a_word_on_accounts(
    terminal: Terminal, verb: str
) -> None:
    cloud = Cloud(Clock())
    cloud.events.add_bus("cosell-sandbox-events")

    with served(cloud.clock, cloud=cloud) as at:
        port = str(urlsplit(at.url).port)
        code, said = terminal(verb, "--sandbox", "--deployment", "cosell", "--port", port)

    assert code == 1
    assert said == (
        f"No bus is called cosell-events in the sandbox on port {port}: leave --deployment out, it has only one."
    )
    assert _put(at.asked) == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_sandbox_that_does_not_run_is_said(terminal: Terminal, verb: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])

    code, said = terminal(verb, "--sandbox", "--port", port)

    assert code == 1
    assert said.startswith(f"No sandbox answers on port {port}: start one with `make sandbox`")
