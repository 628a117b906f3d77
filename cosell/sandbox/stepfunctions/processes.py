"""Cooperative processes on the virtual clock: generators that wait for something and go on when it has happened.

A process yields a `Wait`: a function that arranges for `resume` to be called once, and returns how to call it off.
Every step of a process is a timer of its own at the present moment, so that the steps of many processes interleave in
the order in which they became due. Aborting a process calls off what it waits for: nothing is left on the clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from .clock import Clock
from .errors import StateFailed

Resume: TypeAlias = Callable[[Any, StateFailed | None], None]
CallOff: TypeAlias = Callable[[], None]
Wait: TypeAlias = Callable[[Resume], CallOff]
Process: TypeAlias = Generator[Wait, Any, Any]


def _nothing() -> None:
    """There is nothing to call off."""


class Running:
    """A process under way. `done(result, failure)` is called once, unless it is aborted first.

    Only `StateFailed` counts as a failure; any other exception is a bug of the engine and surfaces where time is moved.
    """

    def __init__(self, clock: Clock, process: Process, done: Resume) -> None:
        self._clock, self._process, self._done = clock, process, done
        self._call_off: CallOff = _nothing
        self._aborted = False
        self._resume(None, None)

    def _resume(self, value: Any, failure: StateFailed | None) -> None:
        self._call_off = self._clock.at(self._clock.now, lambda: self._step(value, failure)).cancel

    def _step(self, value: Any, failure: StateFailed | None) -> None:
        self._call_off = _nothing
        try:
            wait = self._process.throw(failure) if failure else self._process.send(value)
        except StopIteration as stop:
            self._done(stop.value, None)
        except StateFailed as error:
            self._done(None, error)
        else:
            self._wait(wait)

    def _wait(self, wait: Wait) -> None:
        resumed = False

        def once(value: Any, failure: StateFailed | None) -> None:
            nonlocal resumed
            if not resumed and not self._aborted:
                resumed = True
                self._resume(value, failure)

        call_off = wait(once)
        if self._aborted:
            call_off()  # what it began to wait for had it aborted at once
        elif not resumed:
            self._call_off = call_off

    def abort(self) -> None:
        """Stops it where it stands; `done` is not called."""
        self._aborted = True
        self._call_off()
        self._process.close()


def pause(resume: Resume) -> CallOff:
    """Waits for nothing, but lets others have their turn."""
    resume(None, None)
    return _nothing


def sleep_until(clock: Clock, when: float) -> Wait:
    return lambda resume: clock.at(when, lambda: resume(None, None)).cancel


@dataclass(frozen=True)
class Joined:
    """How processes that ran side by side ended. `failed` is the index of the one whose `failure` ended the others."""

    failed: int | None = None
    failure: StateFailed | None = None
    aborted: tuple[int, ...] = ()


def join(clock: Clock, processes: dict[int, Process], limit: int) -> Wait:
    """Runs processes side by side, at most `limit` at a time, started in order; resumes with a `Joined`.

    The first failure aborts the others: those under way and those that had not begun are its `aborted`.
    """

    def wait(resume: Resume) -> CallOff:
        pending, running = deque(processes.items()), dict[int, Running]()

        def start() -> None:
            while pending and len(running) < limit:
                index, process = pending.popleft()
                running[index] = Running(clock, process, partial(ended, index))

        def ended(index: int, _: Any, failure: StateFailed | None) -> None:
            del running[index]
            if failure:
                aborted = (*running, *(waiting for waiting, _ in pending))
                stop()
                resume(Joined(index, failure, aborted), None)
            elif running or pending:
                start()
            else:
                resume(Joined(), None)

        def stop() -> None:
            for process in running.values():
                process.abort()
            running.clear()
            pending.clear()

        start()
        if not running:
            resume(Joined(), None)
        return stop

    return wait
