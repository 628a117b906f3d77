"""The redrive matrix: every remote call of every Task state, and the function's own answer, gone wrong in two ways.

Nothing here names a state or a call. Undisturbed lives tell which calls there are; the synthesized definitions tell
which Task states there must be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from cosell.sandbox import Sandbox
from cosell.sandbox.assembly import synthesized
from cosell.sandbox.faults import LAMBDA
from tests.support import (
    adoption_life,
    around_life,
    beside_life,
    busy_life,
    catalog_life,
    known_customer_life,
    life,
    told_life,
)
from tests.support.life import calls_of_tasks

_NAMES = {
    "dynamodb": "DynamoDB",
    "hubspot": "HubSpot",
    "partner_central": "Partner Central",
    "secretsmanager": "Secrets Manager",
}

HOW: tuple[Literal["failed", "lost answer"], ...] = ("failed", "lost answer")


@dataclass(frozen=True)
class Life:
    """A story that goes through some of the Task states, and what is left of it."""

    live: Callable[[Sandbox, Callable[[], None]], Any]
    """Lives it, calling back whenever the world has become quiet; returns what `ending` asks for."""
    ending: Callable[[Sandbox, Any], Any]
    """Equal for two lives that ended the same."""
    context: Mapping[str, object] | None = None
    """The CDK context of the deployment that it is lived in."""

    def assembly(self) -> Path:
        return synthesized(self.context)


LIVES = {
    "deal": Life(life.live, life.ending),
    "catalog": Life(catalog_life.live, catalog_life.ending),
    "beside its fields": Life(beside_life.live, life.ending),
    "with an offer": Life(beside_life.live_with_offers, life.ending),
    "busy": Life(busy_life.live, busy_life.ending),
    "around the deal": Life(around_life.live, life.ending),
    "made at AWS": Life(adoption_life.live, adoption_life.ending),
    "of a known customer": Life(known_customer_life.live, adoption_life.ending),
    "told what is missing": Life(told_life.live, told_life.ending, told_life.DIRECTLY),
}
"""Each Task state is in one of them. A spot is tried in the first one that has it, which keeps the matrix quick."""


@dataclass(frozen=True)
class Spot:
    """One call of one state; the function's own answer is the call `Invoke` of the remote `lambda`."""

    state: str
    remote: str
    operation: str
    nth: int = 1
    life: str = "deal"
    """By its name in `LIVES`."""

    def __str__(self) -> str:
        return f"{self.state}: {self.call}"

    @property
    def call(self) -> str:
        if self.remote == LAMBDA:
            return "its own answer"
        name = f"{_NAMES.get(self.remote, self.remote)} {self.operation}"
        return f"{name} #{self.nth}" if self.nth > 1 else name


@cache
def undisturbed(name: str) -> tuple[tuple[Spot, ...], Any]:
    """Every spot of a life in which nothing goes wrong, and how that life ends."""
    with Sandbox(LIVES[name].assembly()) as sandbox:
        lived = LIVES[name].live(sandbox, lambda: None)
        assert not sandbox.executions.failed
        spots = [Spot(*call, life=name) for call in calls_of_tasks(sandbox)]
        states = dict.fromkeys(spot.state for spot in spots)
        answers = {state: Spot(state, LAMBDA, "Invoke", life=name) for state in states}
        ordered = [spot for state in states for spot in (*_of(state, spots), answers[state])]
        return tuple(ordered), LIVES[name].ending(sandbox, lived)


def all_spots() -> tuple[Spot, ...]:
    """Those of all lives, each call in the first life that makes it."""
    first: dict[tuple[str, str, str, int], Spot] = {}
    for name in LIVES:
        for spot in undisturbed(name)[0]:
            first.setdefault((spot.state, spot.remote, spot.operation, spot.nth), spot)
    states = list(dict.fromkeys(spot.state for spot in first.values()))
    return tuple(sorted(first.values(), key=lambda spot: states.index(spot.state)))


def _of(state: str, spots: list[Spot]) -> Iterator[Spot]:
    return (spot for spot in spots if spot.state == state)


def table() -> str:
    """The matrix as it stands in the README: a row per state, the calls that were made to fail in both ways."""
    spots = all_spots()
    rows = ["| state | each of these, failed and done with the answer lost |", "|---|---|"]
    for state, group in groupby(spots, key=lambda spot: spot.state):
        rows.append(f"| {state} | {', '.join(_counted(list(group)))} |")
    return "\n".join(rows) + f"\n\n{len(spots) * len(HOW)} failures, each mended by a redrive.\n"


def _counted(spots: list[Spot]) -> list[str]:
    names = [spot.call.split(" #")[0] for spot in spots]
    return [name if names.count(name) == 1 else f"{name} ({names.count(name)})" for name in dict.fromkeys(names)]
