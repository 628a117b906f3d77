"""Chance that can be saved: it depends on the seed, a name, and how often that name was asked, and on nothing else."""

from __future__ import annotations

from random import Random

from cosell.sandbox.partner_central.state import State


class Dice:
    """The same seed and the same rolls give the same chance; how often each was rolled is part of the state."""

    def __init__(self, seed: int, state: State) -> None:
        self.seed, self._state = seed, state

    def roll(self, name: str) -> Random:
        """A new source of chance each time."""
        return self.of(name, self.count(name))

    def of(self, name: str, turn: int) -> Random:
        return Random(f"{self.seed}/{name}/{turn}")

    def count(self, name: str) -> int:
        """One more than last time, from 1 on."""
        counters = self._state.counters
        counters[name] = counters.get(name, 0) + 1
        return counters[name]
