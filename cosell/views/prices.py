"""What AWS charges for what a run uses: list prices, before the free tier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    """`usd` for `per` units."""

    what: str
    unit: str
    usd: float
    per: int

    def of(self, units: float) -> float:
        """Dollars."""
        return units * self.usd / self.per

    @property
    def tag(self) -> str:
        """The price as a person writes it."""
        usd = f"{self.usd:.10f}".rstrip("0")
        per = {1: "", 1_000_000: "million "}.get(self.per, f"{self.per:,} ")
        return f"${usd} per {per}{self.unit}"


REGION = "us-east-1"
AS_OF = "2025-07"
"""Year and month in which these were the published prices."""
SOURCE = "aws.amazon.com/{step-functions,lambda,dynamodb}/pricing"

TRANSITIONS = Price("Step Functions", "transitions", 0.025, 1_000)
INVOCATIONS = Price("Lambda", "requests", 0.20, 1_000_000)
GB_SECONDS = Price("Lambda, arm64", "GB-second", 0.0000133334, 1)
READS = Price("DynamoDB", "read units", 0.125, 1_000_000)
WRITES = Price("DynamoDB", "write units", 0.625, 1_000_000)

PRICES = (TRANSITIONS, INVOCATIONS, GB_SECONDS, READS, WRITES)

UNITS_PER_CALL = 2
"""Of DynamoDB, read or written: a unit is 4 KB read or 1 KB written, and only plans are larger than two."""
UNITS_PER_TRANSACTION = 4
"""Two items of up to 1 KB, each counted twice."""

COUNTED = (
    "Counted: state transitions with every retry; Lambda requests, and GB-seconds as long as the simulated remotes "
    f"take to answer; DynamoDB calls at {UNITS_PER_CALL} units, transactions at {UNITS_PER_TRANSACTION}. "
    "Not counted: processor time, EventBridge, API Gateway, logs, traces, alarms."
)
