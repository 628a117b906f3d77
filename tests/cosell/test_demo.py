"""`make demo`: what it tells is checked while it is told."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cosell.demo import run


def _told(assembly: Path, *, heals: bool = True) -> tuple[int, str]:
    """Exit code and text, as in a pipe."""
    out = StringIO()
    return run(Console(file=out, width=80), assembly, heals=heals), out.getvalue()


@pytest.fixture(scope="module")
def told(assembly: Path) -> tuple[int, str]:
    return _told(assembly)


def test_a_deal_becomes_an_opportunity_and_survives_an_outage(told: tuple[int, str]) -> None:
    code, text = told

    assert code == 0
    for line in (
        "A deal becomes an opportunity",
        "CreateOpportunity → O10280086",
        "the signature no longer fits",
        "AWS: review           Approved",
        "The console shows FAILED at Update deal:",
        "Exactly one opportunity, O10280087: nothing was done twice, nothing was lost.",
        "All of this was checked while it was told.",
        "make sandbox",
    ):
        assert line in text


def test_the_runs_and_what_they_took_are_listed(told: tuple[int, str]) -> None:
    rows = [line.split("│") for line in told[1].splitlines() if line.startswith("│")]
    taken = {cells[1].strip(): [float(cell) for cell in cells[2:-1]] for cells in rows}

    *runs, together = taken.values()

    assert list(taken)[:3] == ["Created and submitted", "AWS approves", "Created, failed, redriven"]
    assert [round(sum(column), 2) for column in zip(*runs, strict=True)] == pytest.approx(together, abs=0.02)


def test_the_same_seed_tells_the_same(assembly: Path, told: tuple[int, str]) -> None:
    assert _told(assembly) == told


def test_a_pipe_gets_plain_text_of_80_columns(told: tuple[int, str]) -> None:
    text = told[1]

    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert max(map(len, text.splitlines())) <= 80


def test_a_world_that_stays_broken_is_not_as_told(assembly: Path) -> None:
    code, text = _told(assembly, heals=False)

    said = " ".join(text.split())
    assert code == 1
    assert "Not as told: the redriven execution should succeed, but it is FAILED at Update deal: HubSpot PATCH" in said
    assert "Exactly one opportunity" not in text
