"""The redrive matrix: every remote call of every Task state, and the function's own answer, gone wrong in two ways.

Nothing here names a state or a call. One undisturbed life tells which calls there are; the synthesized definition
tells which Task states there must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from cosell.sandbox import Sandbox
from cosell.sandbox.assembly import synthesized
from cosell.sandbox.faults import LAMBDA
from tests.support.life import Ending, calls_of_tasks, ending, live

_NAMES = {
    "dynamodb": "DynamoDB",
    "hubspot": "HubSpot",
    "partner_central": "Partner Central",
    "secretsmanager": "Secrets Manager",
}

HOW: tuple[Literal["failed", "lost answer"], ...] = ("failed", "lost answer")


@dataclass(frozen=True)
class Spot:
    """One call of one state; the function's own answer is the call `Invoke` of the remote `lambda`."""

    state: str
    remote: str
    operation: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.state}: {self.call}"

    @property
    def call(self) -> str:
        if self.remote == LAMBDA:
            return "its own answer"
        name = f"{_NAMES.get(self.remote, self.remote)} {self.operation}"
        return f"{name} #{self.nth}" if self.nth > 1 else name


@cache
def undisturbed() -> tuple[tuple[Spot, ...], Ending]:
    """Every spot of a life in which nothing goes wrong, and how that life ends."""
    with Sandbox(synthesized()) as sandbox:
        deal = live(sandbox)
        assert not sandbox.executions.failed
        spots = [Spot(*call) for call in calls_of_tasks(sandbox)]
        states = dict.fromkeys(spot.state for spot in spots)
        ordered = [spot for state in states for spot in (*_of(state, spots), Spot(state, LAMBDA, "Invoke"))]
        return tuple(ordered), ending(sandbox, deal)


def _of(state: str, spots: list[Spot]) -> Iterator[Spot]:
    return (spot for spot in spots if spot.state == state)


def table() -> str:
    """The matrix as it stands in the README: a row per state, the calls that were made to fail in both ways."""
    spots, _ = undisturbed()
    rows = ["| state | each of these, failed and done with the answer lost |", "|---|---|"]
    for state, group in groupby(spots, key=lambda spot: spot.state):
        rows.append(f"| {state} | {', '.join(_counted(list(group)))} |")
    return "\n".join(rows) + f"\n\n{len(spots) * len(HOW)} failures, each mended by a redrive.\n"


def _counted(spots: list[Spot]) -> list[str]:
    names = [spot.call.split(" #")[0] for spot in spots]
    return [name if names.count(name) == 1 else f"{name} ({names.count(name)})" for name in dict.fromkeys(names)]
