"""Taking turns, while AWS has a task under way: in every interleaving exactly one execution looks again until it ends.

The task may end without any event, so an execution that gives the turn back while the task is under way must be the one
that follows, or leave one behind that does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from lambdas.adapters import tables, turns

pytestmark = [pytest.mark.usefixtures("cloud"), pytest.mark.exhaustive]

TABLE, PAIR = "cosell-test-sync-state", "a-pair"
CURRENT, LATER = 9, 2e9
ROUND = ("wish", "take", "mark", "look", "finish")
ABANDONED = "nobody looks again although the task was under way when last seen"
TWICE = "two executions follow one task"


class Run(NamedTuple):
    """One execution: what it does next, its fence, and whether it saw the task under way."""

    at: str
    fence: int = 0
    saw: bool = False


class World(NamedTuple):
    under_way: bool = True
    seen: bool = False
    """The last look at the task found it under way."""
    item: frozenset[tuple[str, Any]] = frozenset()
    runs: tuple[Run, ...] = ()

    def with_run(self, index: int, run: Run, **changes: Any) -> World:
        return self._replace(runs=(*self.runs[:index], run, *self.runs[index + 1 :]), **changes)


class Exploration:
    """Events start executions, at most three; the task ends at any time, or never."""

    def __init__(self) -> None:
        self.remembered: dict[Any, tuple[Any, tables.Item]] = {}

    def violations(self) -> dict[str, list[str]]:
        """Each kind of violation, with the shortest story that leads there."""
        before: dict[World, tuple[World, str] | None] = {World(): None}
        queue, found = deque(before), dict[str, list[str]]()
        while queue:
            world = queue.popleft()
            for kind in _violated(world) - found.keys():
                found[kind] = _story(before, world)
            for label, following in self.steps(world):
                if following not in before:
                    before[following] = (world, label)
                    queue.append(following)
        return found

    def steps(self, world: World) -> Iterator[tuple[str, World]]:
        if len(world.runs) < 3:
            yield f"event for run {len(world.runs)}", world._replace(runs=(*world.runs, Run("wish")))
        if world.under_way:
            yield "the task ends", world._replace(under_way=False)
        for index, run in enumerate(world.runs):
            if run.at == "waiting":
                yield f"run {index} comes back", world.with_run(index, Run("wish"))
            elif run.at == "look":
                looked = Run("finish", run.fence, saw=world.under_way)
                yield f"run {index} looks", world.with_run(index, looked, seen=world.under_way)
            elif run.at in ROUND:
                following = self.called(world, index, run)
                yield f"run {index} {run.at}: {following.runs[index].at}", following

    def called(self, world: World, index: int, run: Run) -> World:
        owner = f"run-{index}"
        arguments: dict[str, tuple[Any, ...]] = {
            "wish": ("hubspot",),
            "take": (owner,),
            "mark": (run.fence,),
            "finish": (run.fence, (owner, LATER) if run.saw else None),
        }
        key = (run.at, arguments[run.at], world.item)
        if key not in self.remembered:
            tables.put(TABLE, {"pk": PAIR, "sk": "turn", **dict(world.item)})
            result = getattr(turns, run.at)(PAIR, *arguments[run.at])
            self.remembered[key] = (result, tables.get(TABLE, pk=PAIR, sk="turn") or {})
        result, item = self.remembered[key]
        match result:
            case turns.Taken():
                run = Run("mark", CURRENT)
            case turns.Finished(released=False):
                run = Run("wish")
            case turns.Finished():
                run = Run("waiting" if result.following else "done")
            case None if run.at == "take":
                run = Run("done")
            case _:
                run = run._replace(at=ROUND[ROUND.index(run.at) + 1])
        return world.with_run(index, run, item=_essence(item))


def _essence(item: tables.Item) -> frozenset[tuple[str, Any]]:
    """The item without how often things have happened; an old fence is in nobody's hands here."""
    pending = min(item["wanted"] - item.get("seen", 0), 1)
    same = {"fence": CURRENT, "rounds": 1, "wanted": pending, "seen": 0}
    return frozenset((item | {name: value for name, value in same.items() if name in item}).items())


def _violated(world: World) -> set[str]:
    waiting = [run.at for run in world.runs].count("waiting")
    ended = all(run.at == "done" for run in world.runs)
    return {kind for kind, is_so in ((TWICE, waiting > 1), (ABANDONED, ended and world.seen)) if is_so}


def _story(before: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    story: list[str] = []
    while step := before[world]:
        world, label = step
        story.append(label)
    return story[::-1]


def test_in_every_interleaving_one_execution_follows() -> None:
    assert Exploration().violations() == {}


@pytest.mark.parametrize(
    ("name", "broken", "violation"),
    [
        ("LEAVE", "SET #follower = :owner", ABANDONED),
        ("FOLLOWABLE", "attribute_exists(#owner)", TWICE),
    ],
    ids=["nobody leaves", "everybody follows"],
)
def test_a_broken_rule_is_found_out(name: str, broken: str, violation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, name, broken)

    assert violation in Exploration().violations()
