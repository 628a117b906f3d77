"""Taking turns: every interleaving of the steps with all that can happen to an execution.

Edits with their events, expiry at any time, one failure (a call not made, or made and its answer lost), one redrive,
one sweep. Nothing here is a model of the protocol: the calls are the adapter's own. That the exploration would notice a
mistake is shown by breaking the protocol, one rule at a time; the stories it logs are worth reading
(`--log-cli-level=INFO`).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import boto3
import pytest

from lambdas.adapters import tables, turns
from lambdas.errors import LeaseLost

pytestmark = [pytest.mark.usefixtures("cloud"), pytest.mark.exhaustive]

TABLE, PAIR = "cosell-test-sync-state", "a-pair"
KEY = {"pk": PAIR, "sk": "turn"}
SIDES = ("hubspot", "aws")
EXPIRED = -1.0
CURRENT = 9
"""The fence that was given out last; those before it are 0."""
STALE = "a write overwrote a newer one"
LATE = "a plan was applied after its turn had expired"
UNAPPLIED = "quiet with an edit unapplied"
UNNOTED = "quiet with an edit unapplied, whose execution FAILED before its wish"
log = logging.getLogger(__name__)

Values = tuple[int | None, ...]
"""How many edits there were on HubSpot's side and on AWS's; None: not read."""
NOTHING: Values = (None, None)

ROUND = ("wish", "take", "mark", "read", "hold", "write", "finish")
TASKS = (("call",), ("wish", "take"), ("mark", "read"), ("hold", "write"), ("finish",))
"""The calls of each task: a redrive starts again with the first of them in the order of the round."""
CALLED = ("call", *ROUND)
"""An event of a record around the deal: who hears of it calls, and starts a run where the call says so."""


class Run(NamedTuple):
    """One execution: the call it makes next, and what it knows."""

    at: str
    woken_by: str
    fence: int = 0
    woken: frozenset[str] = frozenset()
    plan: Values = NOTHING
    lapsed: bool = False
    """Its turn expired since it read what it plans to write."""


class Turn(NamedTuple):
    """The turn's item, without how often things have happened.

    The protocol compares `wanted` with `seen`, and a fence with a fence; so only whether they differ is kept.
    """

    attributes: frozenset[tuple[str, Any]] = frozenset()
    owner: int | None = None
    live: bool = False
    open: bool = False
    caller: int | None = None

    @classmethod
    def of(cls, item: tables.Item) -> Turn:
        pending = min(item.get("wanted", 0) - item.get("seen", 0), 1)
        same: dict[str, Any] = {"fence": CURRENT, "rounds": 1, "wanted": pending, "seen": 0}
        kept = item | {name: value for name, value in same.items() if name in item}
        owner, caller = (
            int(kept.pop(name).removeprefix("run-")) if name in kept else None for name in ("owner", "caller")
        )
        if "called" in kept:
            kept["called"] = kept.get("fence", 0) if item["called"] == item.get("fence", 0) else -1
        is_live = item.get("expires", EXPIRED) != EXPIRED
        return cls(frozenset(kept.items()), owner, is_live, "open" in item, caller)

    def expired(self) -> Turn:
        kept = dict(self.attributes) | {"expires": EXPIRED}
        return self._replace(attributes=frozenset(kept.items()), live=False)


class World(NamedTuple):
    edits: Values = (0, 0)
    applied: Values = (0, 0)
    turn: Turn = Turn()
    runs: tuple[Run, ...] = ()
    failures: int = 0
    redrives: int = 0
    expiries: int = 0
    sweeps: int = 0

    def with_run(self, index: int, run: Run, **changes: Any) -> World:
        return self._replace(runs=(*self.runs[:index], run, *self.runs[index + 1 :]), **changes)


Calls = dict[tuple[Any, ...], tuple[Any, Turn]]


@dataclass
class Exploration:
    """All that can happen, from nothing: `script` are the sides on which edits are made, in this order.

    The calls are those of the adapter, on moto; each is made once per state of the turn and remembered.
    """

    script: tuple[str, ...]
    order: tuple[str, ...] = ROUND
    sweeps: int = 1
    remembered: Calls = field(default_factory=dict)
    worlds: int = 0

    def violations(self, until: str = "") -> dict[str, list[str]]:
        """Each kind of violation with the shortest story that leads there; those up to a kind, if it is named."""
        before: dict[World, tuple[World, str] | None] = {World(): None}
        queue, found = deque(before), dict[str, World]()
        while queue and until not in found:
            world = queue.popleft()
            for label, following, violation in self.steps(world):
                if following not in before:
                    before[following] = (world, label)
                    queue.append(following)
                    if violation:
                        found.setdefault(violation, following)
            if violation := self.stuck(world):
                found.setdefault(violation, world)
        self.worlds = len(before)
        return {violation: _story(before, world) for violation, world in found.items()}

    def steps(self, world: World) -> Iterator[tuple[str, World, str]]:
        yield from self.outside(world)
        for index, run in enumerate(world.runs):
            if run.at in self.order:
                yield from self.progress(world, index, run)
            elif run.at.startswith("FAILED ") and world.redrives < 1:
                again = run._replace(at=run.at.removeprefix("FAILED "))
                yield f"run {index} is redriven", world.with_run(index, again, redrives=1), ""

    def outside(self, world: World) -> Iterator[tuple[str, World, str]]:
        """Edits with their events, the passing of time, and the sweep."""
        if (edited := self.edited(world)) < len(self.script):
            side = self.script[edited]
            edits = tuple((edit or 0) + (name == side) for name, edit in zip(SIDES, world.edits, strict=True))
            woken = (*world.runs, Run(self.order[0], side))
            yield f"{side} edit {edited + 1}", world._replace(edits=edits, runs=woken), ""
        # A function that writes ends before the turn that it held runs out: TTL is longer than its timeout.
        owner = world.turn.owner
        if owner is not None and world.turn.live and world.expiries < 2 and all(r.at != "write" for r in world.runs):
            run = world.runs[owner]
            late, expiries = run._replace(lapsed=run.plan != NOTHING), world.expiries + 1
            expired = world.with_run(owner, late, turn=world.turn.expired(), expiries=expiries)
            yield f"run {owner}'s turn expires", expired, ""
        if self.sweep_is_due(world):
            woken = (*world.runs, Run("wish", "cosell"))
            yield f"sweep starts run {len(world.runs)}", world._replace(runs=woken, sweeps=world.sweeps + 1), ""

    def progress(self, world: World, index: int, run: Run) -> Iterator[tuple[str, World, str]]:
        """The run's next call: answered; or once in a world not done, or done and the answer lost, and FAILED."""
        violation = ""
        if run.at == "write":
            pairs = [(plan, done) for plan, done in zip(run.plan, world.applied, strict=True) if plan is not None]
            older = any(plan < (done or 0) for plan, done in pairs)
            violation = STALE if older else LATE if run.lapsed else ""
        done = self.answered(world, index, run)
        yield f"run {index} {run.at}: {done.runs[index].at}", done, violation
        if world.failures < 1:
            (task,) = (calls for calls in TASKS if run.at in calls)
            failed = run._replace(at=f"FAILED {min(task, key=self.order.index)}", woken=frozenset())
            yield f"run {index} {run.at} FAILED", world.with_run(index, failed, failures=1), ""
            lost = done.with_run(index, failed, failures=1)
            yield f"run {index} {run.at}, answer lost, FAILED", lost, violation

    def answered(self, world: World, index: int, run: Run) -> World:
        if run.at == "read":
            sides = SIDES if run.woken != {"aws"} else ("aws",)
            plan = tuple(edit if side in sides else None for side, edit in zip(SIDES, world.edits, strict=True))
            return world.with_run(index, run._replace(at=self.after("read"), woken=frozenset(), plan=plan))
        if run.at == "write":
            new = tuple(done if plan is None else plan for plan, done in zip(run.plan, world.applied, strict=True))
            written = run._replace(at=self.after("write"), plan=NOTHING, lapsed=False)
            return world.with_run(index, written, applied=new)
        result, turn = self.call(run.at, index, run, world.turn)
        if isinstance(result, turns.Taken) and result.fence != CURRENT:
            others = tuple(other._replace(fence=0) if other.fence else other for other in world.runs)
            world = world._replace(runs=others)
        return world.with_run(index, self.went_on(run, result), turn=turn)

    def went_on(self, run: Run, result: Any) -> Run:
        match result:
            case LeaseLost():
                return Run("wish", run.woken_by)
            case turns.Taken():
                return run._replace(at=self.after(run.at), fence=CURRENT)
            case turns.Finished():
                return Run("done", "") if result.released else Run("wish", run.woken_by)
            case bool():
                return run._replace(at="wish") if result else Run("done", "")
            case frozenset():
                return run._replace(at=self.after(run.at), woken=result)
        return Run("done", "") if run.at == "take" else run._replace(at=self.after(run.at))

    def after(self, call: str) -> str:
        return self.order[self.order.index(call) + 1]

    def call(self, name: str, index: int, run: Run, turn: Turn) -> tuple[Any, Turn]:
        """Makes the call on this state of the turn, in which the caller is run 0 and any other run is run 1."""
        given = {"call": ("run-0", run.woken_by), "wish": (run.woken_by,), "take": ("run-0",)}
        arguments: tuple[Any, ...] = given.get(name, (run.fence,))
        role, call_role = (None if who is None else int(who != index) for who in (turn.owner, turn.caller))
        key = (name, arguments, turn._replace(owner=role, caller=call_role))
        if key not in self.remembered:
            if turn.attributes:
                roles = {"owner": role, "caller": call_role}
                named = {who: f"run-{one}" for who, one in roles.items() if one is not None}
                tables.put(TABLE, dict(turn.attributes) | named)
            else:
                boto3.client("dynamodb").delete_item(TableName=TABLE, Key=tables.encode(KEY))
            try:
                result = getattr(turns, name)(PAIR, *arguments)
            except LeaseLost as error:
                result = error
            self.remembered[key] = (result, Turn.of(tables.get(TABLE, **KEY) or {}))
        result, changed = self.remembered[key]
        if changed.owner is not None:
            changed = changed._replace(owner=(index, turn.owner)[changed.owner])
        if changed.caller is not None:
            changed = changed._replace(caller=(index, turn.caller)[changed.caller])
        return result, changed

    def edited(self, world: World) -> int:
        return sum(edit or 0 for edit in world.edits)

    def sweep_is_due(self, world: World) -> bool:
        """It comes every few minutes, so whoever works has come to an end."""
        left_open = world.turn.open and not world.turn.live and world.sweeps < self.sweeps
        return left_open and all(run.at not in self.order for run in world.runs)

    def stuck(self, world: World) -> str:
        """Nothing runs, nothing will, and an edit has not reached the other side."""
        if world.applied == world.edits or world.turn.live or any(run.at in self.order for run in world.runs):
            return ""
        if self.edited(world) < len(self.script) or self.sweep_is_due(world):
            return ""
        failed = {run.at for run in world.runs if run.at.startswith("FAILED ")}
        if not world.turn.open and f"FAILED {self.order[0]}" in failed:
            return UNNOTED
        return f"{UNAPPLIED}, after a failure" if failed else UNAPPLIED


def _story(before: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    story: list[str] = []
    while step := before[world]:
        world, label = step
        story.append(label)
    return story[::-1]


SCRIPTS = [("hubspot", "hubspot"), ("hubspot", "aws"), ("aws", "hubspot")]


@pytest.fixture(scope="module")
def calls() -> Calls:
    """What the protocol as it is answered, for all explorations of it."""
    return {}


@pytest.mark.parametrize("script", SCRIPTS, ids="-".join)
def test_no_interleaving_loses_an_edit_or_writes_an_old_one(script: tuple[str, ...], calls: Calls) -> None:
    """But for an execution that failed before its wish: only it can know of its edit, and it is there to redrive."""
    exploration = Exploration(script, remembered=calls)

    assert exploration.violations().keys() == {UNNOTED}
    log.info("%d worlds, %d calls", exploration.worlds, len(exploration.remembered))


@pytest.mark.parametrize("script", SCRIPTS, ids="-".join)
def test_without_a_sweep_only_a_failure_can_leave_an_edit_behind(script: tuple[str, ...], calls: Calls) -> None:
    exploration = Exploration(script, sweeps=0, remembered=calls)

    assert exploration.violations().keys() == {UNNOTED, f"{UNAPPLIED}, after a failure"}


def test_no_interleaving_of_calls_loses_an_edit() -> None:
    """Most calls start nothing: whoever has the turn, or is on his way to it, covers them."""
    exploration = Exploration(("hubspot", "hubspot"), order=CALLED)

    assert exploration.violations().keys() == {UNNOTED}


def test_a_call_that_trusts_a_run_which_took_its_turn_already_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "CALLABLE", turns.CALLABLE.replace(" OR #called <> :fence", ""))

    assert UNAPPLIED in Exploration(("hubspot", "hubspot"), order=CALLED).violations(until=UNAPPLIED)


AFTER_READS = ("wish", "take", "read", "mark", "hold", "write", "finish")


@pytest.mark.parametrize(
    ("name", "broken", "script", "violation"),
    [
        ("HELD", turns.HELD.replace("> :now", "<> :now"), SCRIPTS[0], LATE),
        ("QUIET", "#wanted >= #seen", SCRIPTS[0], UNAPPLIED),
        (
            "TAKE",
            "SET #owner = :owner, #expires = :expires, #fence = if_not_exists(#fence, :one) ADD #rounds :one",
            SCRIPTS[0],
            STALE,
        ),
        (
            "WISH",
            turns.WISH.replace("ADD #wanted :one, #woken :by", ", #woken = :by ADD #wanted :one"),
            SCRIPTS[1],
            UNAPPLIED,
        ),
        ("ROUND", "", SCRIPTS[0], UNAPPLIED),
    ],
    ids=[
        "no expiry in hold",
        "finish ignores wishes",
        "take without a fence",
        "wish forgets other sides",
        "mark after reads",
    ],
)
def test_a_broken_protocol_is_found_out(
    name: str, broken: str, script: tuple[str, ...], violation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken:
        monkeypatch.setattr(turns, name, broken)

    found = Exploration(script, order=ROUND if broken else AFTER_READS).violations(until=violation)

    assert violation in found
    log.info("%s: %s", violation, " | ".join(found[violation]))
