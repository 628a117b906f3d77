"""Things to do at known moments, kept as data beside their timers: what is pending can be saved and arranged again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from cosell.sandbox.stepfunctions.clock import Clock

T = TypeVar("T")


class Agenda(Generic[T]):
    """Hands each entry to `do` when it is due. `standing` says which entries do not keep the world from being quiet."""

    def __init__(
        self, clock: Clock, do: Callable[[T], None], *, standing: Callable[[T], bool] = lambda _: False
    ) -> None:
        self._clock, self._do, self._standing = clock, do, standing
        self._numbers = itertools.count()
        self._pending: dict[int, tuple[float, T]] = {}

    @property
    def pending(self) -> list[tuple[float, T]]:
        """What is not done yet and when it is due, in that order."""
        return sorted(self._pending.values(), key=lambda one: one[0])

    def at(self, when: float, entry: T) -> None:
        """Arranges an entry for that moment, or for now where it is past."""
        number = next(self._numbers)
        self._pending[number] = (when, entry)
        self._clock.at(when, lambda: self._fall_due(number), standing=self._standing(entry))

    def after(self, seconds: float, entry: T) -> None:
        self.at(self._clock.now + seconds, entry)

    def restore(self, pending: Iterable[tuple[float, T]]) -> None:
        """Arranges what was `pending`; what is past is due now, in the same order."""
        for when, entry in pending:
            self.at(when, entry)

    def _fall_due(self, number: int) -> None:
        self._do(self._pending.pop(number)[1])
