"""The simulator as a part of the sandbox."""

from __future__ import annotations

import ast
import copy
import inspect
import json
from dataclasses import fields

import pytest

from cosell.sandbox import partner_central
from cosell.sandbox.partner_central import PartnerCentral, Switches, switches
from cosell.sandbox.partner_central.model import operation_names
from cosell.sandbox.partner_central.simulator import OPERATIONS
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Remote, Request
from tests.cosell.sandbox.partner_central.partner import URL, partner


def test_the_example_of_the_package_runs() -> None:
    """The indented lines of the docstring assert their own outcome."""
    lines = (inspect.getdoc(partner_central) or "").splitlines()
    source = "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    ") or not line)
    assert "assert heard ==" in source
    names = {"Clock": Clock, "PartnerCentral": PartnerCentral, "Switches": Switches, "Request": Request, "json": json}
    exec(source, names)  # noqa: S102


def test_is_a_remote() -> None:
    remote: Remote = PartnerCentral(Clock())
    request = Request("POST", URL, {"x-amz-target": "AWSPartnerCentralSelling.GetOpportunity"}, b"{}")
    assert remote.operation(request) == "GetOpportunity"
    answers = [remote.refuse(request, how) for how in ("throttled", "failed", "unavailable")]
    assert [(answer.status, answer.json()["__type"].rpartition("#")[2]) for answer in answers] == [
        (400, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailable"),
    ]


@pytest.mark.parametrize("name", sorted(operation_names() - OPERATIONS.keys()))
def test_names_the_operation_that_it_does_not_have(name: str) -> None:
    response = partner().post(name, Catalog="AWS")
    assert response.status == 404
    assert response.json()["__type"].endswith("#UnknownOperationException")
    assert name in response.json()["Message"]


def test_every_listener_hears_everything() -> None:
    us = partner()
    heard: list[object] = []
    us.central.on_event.append(lambda event: heard.append(copy.deepcopy(event)))
    us.approved()
    us.clock.run_until_quiet()
    assert heard == us.events
    assert heard


def test_the_same_seed_gives_the_same_world() -> None:
    def run(seed: int) -> tuple[object, list[object]]:
        us = partner(seed=seed, event_scatter=5.0)
        identifier = us.approved()
        return us.raw(identifier), list(us.events)

    assert run(1) == run(1)
    assert run(1) != run(2)


@pytest.mark.parametrize("name", [field.name for field in fields(Switches)])
def test_every_switch_says_where_it_comes_from(name: str) -> None:
    body = next(
        node for node in ast.walk(ast.parse(inspect.getsource(switches))) if isinstance(node, ast.ClassDef)
    ).body
    position = next(
        index
        for index, node in enumerate(body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name
    )
    following = body[position + 1]
    assert isinstance(following, ast.Expr)
    assert isinstance(following.value, ast.Constant)
    text = " ".join(str(following.value.value).split()).lower()
    assert any(
        source in text for source in ("dg", "samples", "not documented", "documented as", "eventbridge", "reference")
    )
