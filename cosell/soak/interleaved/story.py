"""Lives the schedule of a seed, says what does not hold, and finds the fewest acts with which it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central.state import Solution, User
from cosell.sandbox.stepfunctions.clock import RunsForever
from cosell.soak.interleaved import acts as doings
from cosell.soak.interleaved import schedule
from cosell.soak.interleaved.acts import Act
from cosell.soak.interleaved.invariants import INVARIANTS, Check
from cosell.soak.interleaved.world import World

DAY: Final = 24 * 3600.0
SECOND_SOLUTION: Final = "S-7654321"


@dataclass(frozen=True)
class Story:
    """What became of a seed."""

    seed: int
    acts: tuple[Act, ...]
    broken: tuple[str, ...] = ()
    """Invariants that do not hold, by name, each with what is broken."""
    counts: Mapping[str, int] = field(default_factory=dict)


def told(assembly: Path, seed: int, acts: Sequence[Act] | None = None, checks: Sequence[Check] = INVARIANTS) -> Story:
    """Lives the seed's schedule, or these acts in its world."""
    chosen = tuple(schedule.schedule(seed) if acts is None else acts)
    hubspot, central = schedule.hubspot(seed), schedule.partner_central(seed)
    with Sandbox(assembly, seed=seed, hubspot=hubspot, partner_central=central) as sandbox:
        world = prepared(sandbox, seed)
        done = Counter(act.name for act in chosen if _lived(world, act))
        broken = tuple(_at_rest(world, seed, checks))
        return Story(seed, chosen, broken, _counts(world, len(chosen), done))


def prepared(sandbox: Sandbox, seed: int) -> World:
    """A world in which nothing has happened: a second solution, and a seller who is a user at Partner Central."""
    central = sandbox.partner_central.simulator
    central.solutions.append(Solution(SECOND_SOLUTION, "Data lake", catalog="Sandbox"))
    central.users.append(User("sam.seller@example.com", "Sam", "Seller"))
    sandbox.hubspot.simulator.admin.adds_option("deals", "aws_solutions", SECOND_SOLUTION, "Data lake")
    sandbox.cloud.events.duplicates = schedule.duplicates(seed)
    return World(sandbox, Random(f"world {seed}"))


def shortened(assembly: Path, story: Story, tries: int = 60) -> Story:
    """The story with acts left out, as long as the same invariant does not hold."""
    name = story.broken[0].partition(":")[0]
    for act in reversed(story.acts):
        if tries == 0:
            break
        tries -= 1
        shorter = told(assembly, story.seed, [one for one in story.acts if one is not act])
        if any(sentence.startswith(f"{name}:") for sentence in shorter.broken):
            story = shorter
    return story


def _lived(world: World, act: Act) -> bool:
    world.goes_to(act.at)
    return doings.do(world, act)


def _at_rest(world: World, seed: int, checks: Sequence[Check]) -> list[str]:
    days = schedule.days_late(seed)
    try:
        world.sandbox.advance(schedule.patience(seed))
        world.sandbox.heal()
        world.sandbox.advance(days * DAY)
        world.comes_to_rest()
        if days:
            world.pokes()  # a task is made again after a week, a problem can be one of time
        return [f"{check.__name__}: {sentence}" for check in checks for sentence in check(world)]
    except RunsForever as error:
        return [f"traffic_stops: {error}"]


def _counts(world: World, planned: int, done: Counter[str]) -> dict[str, int]:
    sandbox = world.sandbox
    return {
        "acts": done.total(),
        "acts that were not possible": planned - done.total(),
        "deals": len(world.deals),
        "edits": len(world.edits),
        "executions": len(sandbox.executions.all),
        "redrives": world.redriven,
        "remote calls": len(sandbox.calls),
        "faults that struck": sum(call.fault is not None for call in sandbox.calls),
    }
