"""What is measured, what it may be at most, and what it is meant to become. The one place for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """`limit` is enforced: a figure above it fails the bench. `goal` is where it should go, where it is not there yet.

    Without a limit the figure is there to be seen.
    """

    name: str
    limit: float | None = None
    goal: float | None = None


MAIN = "Created and submitted: the run itself"
QUIET = "Created and submitted: all runs until quiet"
NOTHING_NEW = "AWS reports twice that nothing changed"
EDIT = "One edited field: all runs until quiet"
TEN_EDITS = "Ten edits within the settle time, against one"
ECHO = "Echo of what Cosell wrote to HubSpot"
IMPORTS = "Import of a task, against `import boto3` and one client"
SANDBOX = "The sandbox on this machine"

BUDGETS: Mapping[str, tuple[Budget, ...]] = {
    MAIN: (
        Budget("HubSpot calls", limit=11, goal=9),
        Budget("Partner Central calls", limit=13, goal=8),
        Budget("DynamoDB calls", limit=80),
        Budget("State transitions", limit=29, goal=26),
        Budget("Dollars for 1,000"),
    ),
    QUIET: (
        Budget("HubSpot calls", limit=12),
        Budget("Partner Central calls", limit=14),
        Budget("DynamoDB calls", limit=93),
        Budget("State transitions", limit=52),
        Budget("Executions", limit=9),
        Budget("Day's quota of writes, %", limit=0.08),
        Budget("Day's quota of reads, %", limit=0.02),
        Budget("Dollars for 1,000"),
    ),
    NOTHING_NEW: (
        Budget("State transitions", limit=12),
        Budget("HubSpot and Partner Central reads", limit=4),
        Budget("HubSpot and Partner Central writes", limit=0),
    ),
    EDIT: (
        Budget("HubSpot calls", limit=7),
        Budget("Partner Central calls", limit=6),
        Budget("DynamoDB calls"),
        Budget("State transitions", limit=26),
        Budget("Dollars for 1,000"),
    ),
    TEN_EDITS: (
        Budget("HubSpot and Partner Central calls more", limit=0),
        Budget("Transitions for each further edit", limit=3),
    ),
    ECHO: (Budget("Executions", limit=0),),
    IMPORTS: (Budget("Slowest", limit=3.2, goal=2.5),),
    SANDBOX: (Budget("Events per second"), Budget("Transitions per second")),
}
"""By what is measured; the numbers are those of the worst deal. The enforced ones hold with the default seed."""


@dataclass(frozen=True)
class Judged:
    """A figure beside its budget."""

    section: str
    budget: Budget
    figure: float

    @property
    def broken(self) -> bool:
        return self.budget.limit is not None and self.figure > self.budget.limit


def judge(
    figures: Mapping[str, Mapping[str, float]], budgets: Mapping[str, tuple[Budget, ...]] = BUDGETS
) -> list[Judged]:
    """Every budget with its figure. Raises KeyError for a budget that nothing was measured for."""
    return [
        Judged(section, budget, figures[section][budget.name])
        for section, listed in budgets.items()
        for budget in listed
    ]
