"""Whatever fails, wherever: the execution says where, a redrive goes on from there, and the end is the same."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import LAMBDA, Fault, Kind
from tests.support.matrix import HOW, LIVES, Spot, all_spots, undisturbed
from tests.support.synth import synthesized


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "spot" in metafunc.fixturenames:
        metafunc.parametrize("spot", all_spots(), ids=str)


@pytest.mark.exhaustive
def test_a_redrive_mends_it(spot: Spot) -> None:
    """First the call fails. Once that is mended the work is done and its answer lost, in the same life if it comes to
    this call again, else in a life of its own. The end is that of an undisturbed life."""
    if _live_with(spot, *HOW) < len(HOW):
        assert _live_with(spot, HOW[-1]) == 1


def _live_with(spot: Spot, *how: Kind) -> int:
    """Lives with these faults, one after the other, redrives what fails, and says how many of them struck.

    Each time the function stays down until somebody mends it: a retry would make the one failure good before.
    """
    down = Fault("failed", LAMBDA, state=spot.state, times=None)
    to_come = [Fault(kind, spot.remote, spot.operation, state=spot.state, nth=spot.nth, then=down) for kind in how]
    failures = 0
    life = LIVES[spot.life]
    with Sandbox(life.assembly()) as sandbox:

        def mend() -> None:
            nonlocal failures
            while failed := sandbox.executions.failed:
                assert {execution.state for execution in failed} == {spot.state}
                failures += 1
                sandbox.heal()
                if to_come:
                    sandbox.cloud.faults.add(to_come.pop(0))
                for execution in failed:
                    execution.redrive()
                sandbox.run_until_quiet()

        sandbox.cloud.faults.add(to_come.pop(0))
        ending = life.ending(sandbox, life.live(sandbox, mend))

    assert failures > 0, "the fault never struck"
    assert ending == undisturbed(spot.life)[1]
    return failures


def test_the_matrix_visits_every_task_state() -> None:
    visited = {spot.state for spot in all_spots()}

    tasks = {
        name
        for definition in synthesized().definitions().values()
        for name, state in definition["States"].items()
        if state["Type"] == "Task"
    }

    assert visited == tasks
