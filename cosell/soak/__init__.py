"""`make soak`: the simulated services under load, Cosell in every order of events, and what must hold all the time."""

from cosell.soak import interleaved
from cosell.soak.report import SOAKS, run

__all__ = ["SOAKS", "interleaved", "run"]
