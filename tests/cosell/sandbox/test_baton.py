"""Handlers run concurrently in virtual time, one at a time in real time, and the same way each time."""

from __future__ import annotations

import threading

import pytest

from cosell.sandbox.baton import Baton, Caller, Killed
from cosell.sandbox.stepfunctions import Clock


class Bare:
    """No environment, no streams."""

    def on(self) -> None:
        """Nothing to put on."""

    def off(self) -> None:
        """Nothing to take off."""


def start(baton: Baton, name: str, work: object) -> list[object]:
    results: list[object] = []
    assert callable(work)
    baton.start(work, lambda get: results.append(get()), caller=Caller(name), costume=Bare())
    return results


def order_of_calls(seed: int) -> list[str]:
    clock = Clock()
    baton = Baton(clock, seed=seed)
    order: list[str] = []
    for name in ("a", "b", "c"):

        def work(name: str = name) -> None:
            for step in range(4):
                baton.call(lambda step=step: order.append(f"{name}{step}"))  # type: ignore[misc]

        start(baton, name, work)
    clock.run_until_quiet()
    return order


def test_the_same_seed_gives_the_same_order_and_another_seed_another() -> None:
    orders = [order_of_calls(seed) for seed in range(6)]

    assert orders == [order_of_calls(seed) for seed in range(6)]
    assert len({tuple(order) for order in orders}) > 1
    assert all([step for step in order if step[0] == "a"] == ["a0", "a1", "a2", "a3"] for order in orders)


def test_a_handler_that_does_not_yield_is_not_interrupted() -> None:
    clock = Clock()
    baton = Baton(clock)
    running: set[str] = set()
    overlaps: list[set[str]] = []

    def work(name: str) -> None:
        for _ in range(20):
            running.add(name)
            overlaps.append(set(running))
            running.discard(name)
            baton.call(lambda: None)

    for name in ("a", "b", "c"):
        start(baton, name, lambda name=name: work(name))
    clock.run_until_quiet()

    assert all(len(overlap) == 1 for overlap in overlaps)
    assert len(overlaps) == 60


def test_what_a_remote_raises_is_raised_in_the_handler() -> None:
    clock = Clock()
    baton = Baton(clock)

    def refuse() -> None:
        raise LookupError("no such thing")

    def work() -> str:
        try:
            baton.call(refuse)
        except LookupError as error:
            return str(error)
        return "nothing was raised"

    results = start(baton, "a", work)
    clock.run_until_quiet()

    assert results == ["no such thing"]


def test_sleeping_takes_virtual_time_only() -> None:
    clock = Clock()
    baton = Baton(clock)
    began = clock.now

    start(baton, "a", lambda: baton.sleep(86_400))
    clock.run_until_quiet()

    assert clock.now == began + 86_400


def test_a_killed_handler_ends_where_it_waits_and_what_it_sent_arrives() -> None:
    clock = Clock()
    baton = Baton(clock)
    happened: list[str] = []

    def work() -> None:
        try:
            baton.call(lambda: happened.append("arrived"))
            happened.append("went on")
        finally:
            with pytest.raises(Killed):
                baton.call(lambda: happened.append("called again"))
            happened.append("cleaned up")

    done: list[object] = []
    strand = baton.start(work, done.append, caller=Caller("a"), costume=Bare())
    baton.kill(strand)
    clock.run_until_quiet()

    assert happened == ["cleaned up", "arrived"]
    assert done == []
    assert baton.running == 0


def test_stopping_leaves_no_thread() -> None:
    clock = Clock()
    baton = Baton(clock)
    before = threading.active_count()
    for name in "abcdef":
        start(baton, name, lambda: baton.call(lambda: None))
    assert baton.running == 6

    baton.stop()

    for thread in threading.enumerate():
        if thread.name[0] in "abcdef" and thread.name[1] == " ":
            thread.join(1)
    assert baton.running == 0
    assert threading.active_count() == before


def test_only_a_handler_can_wait_for_a_remote() -> None:
    with pytest.raises(RuntimeError, match="not a handler's thread"):
        Baton(Clock()).call(lambda: None)
