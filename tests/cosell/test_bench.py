"""`make bench` fails when a budget is broken, and says which."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cosell.bench import imports, run
from cosell.bench.budgets import BUDGETS, ECHO, EDIT, IMPORTS, MAIN, NOTHING_NEW, QUIET, TEN_EDITS, Budget, judge

OF_RUNS = {name: BUDGETS[name] for name in (MAIN, QUIET, NOTHING_NEW, EDIT, TEN_EDITS, ECHO)}
"""Without what depends on the machine."""


def _bench(assembly: Path, budgets: Mapping[str, tuple[Budget, ...]]) -> tuple[int, str]:
    out = StringIO()
    modules = ["lambdas.tasks.finish_turn"]
    code = run(Console(file=out, width=80), assembly, deals=1, repetitions=1, modules=modules, budgets=budgets)
    return code, out.getvalue()


def test_a_deal_stays_within_the_budgets(assembly: Path) -> None:
    code, text = _bench(assembly, {**OF_RUNS, IMPORTS: (Budget("Slowest"),)})

    assert code == 0
    assert "tasks.finish_turn" in text
    assert text.endswith("All within budget.\n")


def test_a_broken_budget_fails_the_bench_and_is_named(assembly: Path) -> None:
    code, text = _bench(assembly, {MAIN: (Budget("HubSpot calls", limit=2),), ECHO: BUDGETS[ECHO]})

    said = " ".join(text.split())
    assert code == 1
    assert f"Over budget: {MAIN}: HubSpot calls: 11, at most 2." in said
    assert ECHO not in said.partition("Over budget")[2]


@pytest.mark.parametrize(
    ("budget", "broken"),
    [
        (Budget("Calls", limit=9), False),
        (Budget("Calls", limit=8), True),
        (Budget("Calls", limit=10, goal=5), False),
        (Budget("Calls"), False),
    ],
)
def test_a_limit_is_enforced_and_a_goal_is_not(budget: Budget, broken: bool) -> None:
    (judged,) = judge({"A": {"Calls": 9.0}}, {"A": (budget,)})

    assert judged.broken is broken


def test_a_budget_for_what_nobody_measures_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="Clals"):
        judge({"A": {"Calls": 9.0}}, {"A": (Budget("Clals", limit=1),)})


def test_every_handler_is_imported() -> None:
    assert "lambdas.tasks.create_opportunity" in imports.modules()
    assert "lambdas.webhook" in imports.modules()
    assert "lambdas.tasks.__init__" not in imports.modules()
