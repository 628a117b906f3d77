"""Quotas (developer guide, "quotas"): so many requests a second and in any 24 hours, for reads and for writes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from cosell.sandbox.partner_central.switches import Switches

_DAY = 24 * 3600.0
_TOLERANCE = 1e-5  # seconds: a float of today's date has no more than seven decimals

READS = frozenset(
    {
        "GetOpportunity",
        "GetAwsOpportunitySummary",
        "ListOpportunities",
        "ListSolutions",
    }
)
WRITES = frozenset(
    {
        "CreateOpportunity",
        "UpdateOpportunity",
        "AssociateOpportunity",
        "DisassociateOpportunity",
        "AssignOpportunity",
        "StartEngagementFromOpportunityTask",
    }
)
"""Operations in neither set have no published quota, SubmitOpportunity among them."""


@dataclass
class Bucket:
    """A token bucket that holds one second's worth, and the moments of the last 24 hours.

    `empty_until`: the moment at which the bucket would be full again, were nothing more taken.
    """

    per_second: int
    per_day: int
    empty_until: float = 0.0
    day: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> bool:
        """False when there is nothing to take; refused requests do not count."""
        while self.day and self.day[0] <= now - _DAY:
            self.day.popleft()
        full_at = max(self.empty_until, now) + 1 / self.per_second
        if len(self.day) >= self.per_day or full_at - now > 1 + _TOLERANCE:
            return False
        self.empty_until = full_at
        self.day.append(now)
        return True


def allows(buckets: dict[str, Bucket], operation: str, catalog: object, switches: Switches, now: float) -> bool:
    """Takes from the bucket of the operation, if it has one. By default all operations of a group and both catalogs
    take from one bucket (not documented, the careful reading)."""
    if operation in READS:
        group, limits = "read", (10, 100_000)
    elif operation in WRITES:
        group, limits = "write", (1, 10_000)
    else:
        return True
    name = operation if switches.quota_per_operation else group
    if switches.quota_per_catalog:
        name = f"{catalog}/{name}"
    return buckets.setdefault(name, Bucket(*limits)).take(now)
