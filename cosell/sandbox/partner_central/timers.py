"""What happens by itself later, as data: it can be saved while it waits, and goes on waiting after it was loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from cosell.sandbox.partner_central.chance import Dice
from cosell.sandbox.partner_central.state import Document, Due, State
from cosell.sandbox.stepfunctions.clock import Clock


class Timers:
    """Does what is due, when it is due. `handlers`, by the kind of what is due, must be there before time moves."""

    def __init__(self, clock: Clock, state: State, dice: Dice) -> None:
        self.handlers: dict[str, Callable[[Any], None]] = {}
        self._clock, self._state, self._dice = clock, state, dice

    def after(self, seconds: float, kind: Literal["event", "task"], what: Document | str) -> None:
        self._arrange(Due(self._clock.now + seconds, kind, what))

    def at(self, when: float, kind: Literal["expiry"]) -> None:
        """A standing one: it does not keep the world from being quiet."""
        self._arrange(Due(when, kind, "", standing=True))

    def rearm(self) -> None:
        """After loading: what was due earlier is due at once, in the order in which it was due."""
        for key, due in sorted(self._state.due.items(), key=lambda entry: entry[1].when):
            self._arm(key, due)

    def _arrange(self, due: Due) -> None:
        key = str(self._dice.count("due"))
        self._state.due[key] = due
        self._arm(key, due)

    def _arm(self, key: str, due: Due) -> None:
        self._clock.at(due.when, lambda: self._fire(key), standing=due.standing)

    def _fire(self, key: str) -> None:
        due = self._state.due.pop(key)
        self.handlers[due.kind](due.what)
