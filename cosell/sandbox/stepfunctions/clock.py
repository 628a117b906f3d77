"""Time as one heap of things to do: the same calls in the same order give the same run, days pass in milliseconds."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()


class RunsForever(RuntimeError):
    """So much happened without the world becoming quiet that something must be going in circles."""


class Timer:
    """One thing to do at one moment; `cancel` before that moment and it never happens."""

    __slots__ = ("cancelled", "do", "standing", "when")

    def __init__(self, when: float, do: Callable[[], None], *, standing: bool) -> None:
        self.when, self.do, self.standing, self.cancelled = when, do, standing, False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Virtual time, in seconds since the epoch.

    A *standing* timer (a schedule) does not keep the world from being quiet: it fires only when time is moved past it.
    Everything else does: a wait, a retry, a webhook under way.
    """

    def __init__(self, now: float = MORNING) -> None:
        self.now = now
        self.done = 0
        """How many timers have fired, standing ones left out: while it stays the same, nothing happens by itself."""
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def at(self, when: float, do: Callable[[], None], *, standing: bool = False) -> Timer:
        """Arranges for `do` at `when`, or now if that is past. What is due at one moment is done as it was arranged."""
        timer = Timer(max(when, self.now), do, standing=standing)
        heapq.heappush(self._heap, (timer.when, next(self._order), timer))
        return timer

    def after(self, seconds: float, do: Callable[[], None], *, standing: bool = False) -> Timer:
        return self.at(self.now + seconds, do, standing=standing)

    def next_due(self) -> float | None:
        """When the next timer is due, standing ones included; None when there is none."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Moves time to the next timer and does it."""
        if self.next_due() is None:
            return
        self._fire(heapq.heappop(self._heap)[2])

    @property
    def quiet(self) -> bool:
        return all(timer.standing or timer.cancelled for _, _, timer in self._heap)

    def run_until_quiet(self, *, limit: int = 1_000_000) -> None:
        """Does everything that is due, in order, until only schedules are left. Time stops at the last thing done."""
        held: list[tuple[float, int, Timer]] = []
        try:
            for _ in range(limit):
                if self.next_due() is None:
                    return
                entry = heapq.heappop(self._heap)
                if entry[2].standing:
                    held.append(entry)
                    continue
                self._fire(entry[2])
            raise RunsForever(f"{limit} things happened and more are due: something goes in circles")
        finally:
            for entry in held:
                heapq.heappush(self._heap, entry)

    def _fire(self, timer: Timer) -> None:
        self.now = max(self.now, timer.when)
        self.done += not timer.standing
        timer.do()

    def run_while(self, condition: Callable[[], bool]) -> None:
        """Does what is due, in order, as long as `condition` holds and anything is due."""
        while condition() and self.next_due() is not None:
            self.step()

    def skip_to(self, when: float) -> None:
        """Moves time and does nothing on the way, as for a machine that was off: what fell due is due now, in order."""
        self.now = max(self.now, when)

    def advance(self, seconds: float) -> None:
        """Moves time by `seconds`, doing all that falls due on the way, schedules included."""
        until = self.now + seconds
        while (due := self.next_due()) is not None and due <= until:
            self.step()
        self.now = until
