"""Whatever fails, wherever: the execution says where, a redrive goes on from there, and the end is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import LAMBDA, Fault
from tests.support.life import ending, live
from tests.support.matrix import HOW, Spot, undisturbed
from tests.support.synth import synthesized


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "spot" in metafunc.fixturenames:
        spots, _ = undisturbed()
        metafunc.parametrize("spot", spots, ids=str)


@pytest.mark.exhaustive
@pytest.mark.parametrize("how", HOW)
def test_a_redrive_mends_it(assembly: Path, spot: Spot, how: Literal["failed", "lost answer"]) -> None:
    """Until somebody mends the cause; where a retry makes it good before, once more with no retry that could."""
    until_healed = Fault(how, spot.remote, spot.operation, state=spot.state, nth=spot.nth, times=None)
    down = Fault("failed", LAMBDA, state=spot.state, times=None)
    and_then_down = replace(until_healed, times=1, then=down)

    failed_at = _live_with(assembly, until_healed) or _live_with(assembly, and_then_down)

    assert failed_at == {spot.state}


def _live_with(assembly: Path, fault: Fault) -> set[str | None]:
    """Lives with a fault, redrives what fails, and says where that was. The end must be an undisturbed life's."""
    failed_at: set[str | None] = set()
    with Sandbox(assembly) as sandbox:
        sandbox.cloud.faults.add(fault)

        def mend() -> None:
            if failed := sandbox.executions.failed:
                failed_at.update(execution.state for execution in failed)
                sandbox.heal()
                for execution in failed:
                    execution.redrive()
                sandbox.run_until_quiet()
                assert sandbox.executions.failed == []

        deal = live(sandbox, after_each=mend)

        assert any(call.fault for call in sandbox.calls) or failed_at, "the fault never struck"
        _, expected = undisturbed()
        assert ending(sandbox, deal) == expected
    return failed_at


def test_the_matrix_visits_every_task_state() -> None:
    spots, _ = undisturbed()
    visited = {spot.state for spot in spots}

    tasks = {
        name
        for definition in synthesized().definitions().values()
        for name, state in definition["States"].items()
        if state["Type"] == "Task"
    }

    assert visited == tasks
