"""The retriers of a state, for one visit to it: which one takes an error, and for how long it waits."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from .errors import StateFailed, matches


class Retries:
    """Counts attempts per retrier in `used`. A state visited anew, or redriven, starts with new counts."""

    def __init__(self, retriers: list[dict[str, Any]], used: Counter[int], random: Random) -> None:
        self._retriers, self._used, self._random = retriers, used, random

    @property
    def count(self) -> int:
        """How often the state was retried, by whichever retrier."""
        return self._used.total()

    def delay(self, failure: StateFailed) -> float | None:
        """Seconds until the next attempt, or None if there is none: the first retrier that takes the error decides."""
        for index, retrier in enumerate(self._retriers):
            if not matches(failure.error, retrier["ErrorEquals"]):
                continue
            used = self._used[index]
            if used >= retrier.get("MaxAttempts", 3):
                return None
            self._used[index] += 1
            seconds = float(retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** used)
            seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
            return self._random.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds
        return None
