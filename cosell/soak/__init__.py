"""`make soak`: the simulated services under load, and what must hold all the time."""

from cosell.soak.report import SOAKS, run

__all__ = ["SOAKS", "run"]
