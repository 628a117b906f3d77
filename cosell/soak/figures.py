"""What a soak has come to, as numbers."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_MEMORY_MB = 1_500
MOST_SECONDS = 600
FEWEST_EVENTS_A_DEAL = 10
"""What a day of 10,000 deals with 100,000 events comes to."""


@dataclass(frozen=True)
class Report:
    """How far a soak has got. Counts are of what happened, not of what was planned."""

    soak: str
    seed: int
    target: int
    """How many deals there are to be in the end."""
    hours: int = 0
    """Simulated hours that are over."""
    deals: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    """What reached the other end, by kind: webhook messages accepted in time, events on the bus."""
    fates: Mapping[str, int] = field(default_factory=dict)
    """Webhook messages by what became of them."""
    requests: Mapping[str, int] = field(default_factory=dict)
    """Webhook requests by what the receiver did."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """API calls by service."""
    refusals: Mapping[str, int] = field(default_factory=dict)
    checks: int = 0
    """How often it was looked whether all is as it must be."""
    wall_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    broken: str | None = None
    """The sentence that says what does not hold."""

    @property
    def all_events(self) -> int:
        return sum(self.events.values())

    @property
    def shortcoming(self) -> str | None:
        """The sentence that says why the soak fails, None when it does not."""
        if self.broken is not None:
            return self.broken
        if self.peak_memory_mb > MOST_MEMORY_MB:
            return f"It took {self.peak_memory_mb:,.0f} MB of memory; at most {MOST_MEMORY_MB:,} are allowed."
        if self.wall_seconds > MOST_SECONDS:
            return f"It took {self.wall_seconds:,.0f} seconds; at most {MOST_SECONDS} are allowed."
        if self.all_events < FEWEST_EVENTS_A_DEAL * self.target:
            return f"There were {self.all_events:,} events only; {FEWEST_EVENTS_A_DEAL} a deal are wanted."
        return None


def peak_memory_mb() -> float:
    """The most that this process ever held, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
