"""`make bench`: what a deal takes, in calls, transitions, dollars and import time, against budgets."""

from cosell.bench.report import run

__all__ = ["run"]
