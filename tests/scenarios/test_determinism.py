"""The same seed is the same run, byte for byte; another seed is another run with the same end."""

from __future__ import annotations

import json
from pathlib import Path

from cosell.sandbox import Sandbox
from tests.support.life import Ending, ending, live


def _run(assembly: Path, seed: int) -> tuple[str, list[tuple[float, str, str]], Ending]:
    """Histories, remote calls and the end of a life in a world of this seed."""
    with Sandbox(assembly, seed=seed) as sandbox:
        deal = live(sandbox)
        histories = json.dumps([execution.history for execution in sandbox.executions.all], default=str)
        calls = [(call.at, call.function, call.operation) for call in sandbox.calls]
        return histories, calls, ending(sandbox, deal)


def test_the_same_seed_gives_the_same_history(assembly: Path) -> None:
    histories, calls, end = _run(assembly, seed=7)

    assert (histories, calls, end) == _run(assembly, seed=7)


def test_another_seed_gives_another_history_and_the_same_end(assembly: Path) -> None:
    histories, _, end = _run(assembly, seed=7)
    other_histories, _, other_end = _run(assembly, seed=8)

    assert histories != other_histories
    assert end.deal["aws_sync_status"] == other_end.deal["aws_sync_status"] == "in_step"
    assert end.written_to_deal == other_end.written_to_deal
