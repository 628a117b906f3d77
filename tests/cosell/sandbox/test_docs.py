"""`docs/sandbox.md` is true: its example runs, and what it says of the engine is what the engine says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cosell.sandbox import faults, hubspot, stepfunctions
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from tests.support import pages, rule_tables

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")

ABOUT_OURSELVES = {"test_people", "test_dump", "test_stateful", "test_simulator"}


@pytest.mark.usefixtures("assembly")
def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(example, "docs/sandbox.md", "exec"), {})  # noqa: S102 - its assertions are the test


def test_the_example_of_the_hubspot_package_runs() -> None:
    """The indented lines of its docstring assert their own outcome."""
    example = "\n".join(re.findall(r"^(?:    (.*))?$", hubspot.__doc__ or "", re.MULTILINE))

    names = {"Clock": Clock, "HubSpot": hubspot.HubSpot, "Request": Request, "Response": Response}
    exec(compile(example, "cosell/sandbox/hubspot", "exec"), names)  # noqa: S102 - its assertions are the test
    assert "assert hubspot.webhooks.delivered == 1" in example


def test_it_lists_the_engines_known_differences() -> None:
    listed = (stepfunctions.__doc__ or "").partition("Known differences to AWS:")[2]
    differences = re.findall(r"^- (.*?)(?=^- |\Z)", listed, re.MULTILINE | re.DOTALL)
    said = " ".join(PAGE.split())

    assert len(differences) >= 10
    assert [each for each in differences if " ".join(each.split()) not in said] == []


def test_it_lists_every_kind_of_fault() -> None:
    (table,) = re.findall(r"\| `with_` \|.*?\n\n", PAGE, re.DOTALL)

    assert set(re.findall(r"`([a-z ]+)`(?=,| \|)", table)) == set(get_args(faults.Kind))


def test_the_rules_and_switches_are_those_of_the_tests() -> None:
    assert pages.sandbox() == PAGE, "run: .venv/bin/python -m tests.support.pages"


@pytest.mark.parametrize("simulator", rule_tables.SIMULATORS)
def test_each_switch_says_what_it_settles_and_has_a_test(simulator: str) -> None:
    tested = {row.switch for module in rule_tables.modules(simulator) for row in module.rows} - {None}
    switches = rule_tables.switches_of(simulator)

    assert {switch.name for switch in switches} == tested
    assert [switch.name for switch in switches if not switch.about] == []


@pytest.mark.parametrize(("simulator", "prefix"), [("partner_central", "PC_"), ("hubspot", "HS_")])
def test_each_rule_has_a_source_of_its_own_service(simulator: str, prefix: str) -> None:
    rows = [row for module in rule_tables.modules(simulator) for row in module.rows]

    assert len(rows) > 100
    assert [row.test for row in rows if not row.sources and row.switch is None] == []
    assert [row.test for row in rows if any(not source.name.startswith(prefix) for source in row.sources)] == []


@pytest.mark.parametrize("simulator", rule_tables.SIMULATORS)
def test_what_a_test_of_a_simulator_proves_is_a_rule(simulator: str) -> None:
    """Whole modules about our own side of a simulator, its verbs and its saved state, have none."""
    modules = rule_tables.modules(simulator)

    assert {f"{module.path.name}: {test}" for module in modules if module.rows for test in module.others} == set()
    assert {module.path.stem for module in modules if not module.rows} <= ABOUT_OURSELVES
