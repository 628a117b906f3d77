"""What runs used: remote calls, transitions, Lambda time, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Self

from cosell.sandbox import Sandbox
from cosell.sandbox.executions import ExecutionView
from cosell.sandbox.functions import Invocation
from cosell.sandbox.network import Call
from cosell.sandbox.partner_central.quotas import WRITES
from cosell.views import prices

_TRANSACTION = "TransactWriteItems"
_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True)
class Usage:
    """Calls are counted as they were sent, those that failed or were retried too."""

    hubspot: int = 0
    partner_central: int = 0
    partner_central_writes: int = 0
    """Those that count against the quota of writes; among `partner_central`."""
    reads: int = 0
    """Of DynamoDB."""
    writes: int = 0
    transactions: int = 0
    transitions: int = 0
    invocations: int = 0
    gb_seconds: float = 0.0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def dynamodb(self) -> int:
        return self.reads + self.writes + self.transactions

    @property
    def cost(self) -> float:
        """Dollars."""
        write_units = prices.UNITS_PER_CALL * self.writes + prices.UNITS_PER_TRANSACTION * self.transactions
        return (
            prices.TRANSITIONS.of(self.transitions)
            + prices.INVOCATIONS.of(self.invocations)
            + prices.GB_SECONDS.of(self.gb_seconds)
            + prices.READS.of(prices.UNITS_PER_CALL * self.reads)
            + prices.WRITES.of(write_units)
        )


def of_executions(world: Sandbox, executions: Iterable[ExecutionView]) -> Usage:
    """All that these executions used, so far."""
    chosen = {execution.arn: execution for execution in executions}
    return _usage(
        world,
        [call for call in world.calls if call.execution in chosen],
        [one for one in world.cloud.functions.invocations if one.caller.execution in chosen],
        transitions=sum(execution.transitions for execution in chosen.values()),
    )


def of_receiver(world: Sandbox) -> Usage:
    """All that functions used which no state machine invoked: the receiver of webhooks."""
    calls = [call for call in world.calls if call.caller.request and not call.execution]
    return _usage(world, calls, [one for one in world.cloud.functions.invocations if not one.caller.execution])


def _usage(world: Sandbox, calls: Sequence[Call], ran: Sequence[Invocation], *, transitions: int = 0) -> Usage:
    ours = [call for call in calls if call.remote == "partner_central"]
    asked = [call.operation for call in calls if call.remote == "dynamodb"]
    memory = {name: function.memory / 1024 for name, function in world.cloud.functions.deployed.items()}
    return Usage(
        hubspot=sum(call.remote == "hubspot" for call in calls),
        partner_central=len(ours),
        partner_central_writes=sum(call.operation in WRITES for call in ours),
        reads=sum(operation in _READS for operation in asked),
        writes=sum(operation not in _READS and operation != _TRANSACTION for operation in asked),
        transactions=asked.count(_TRANSACTION),
        transitions=transitions,
        invocations=len(ran),
        gb_seconds=sum(one.seconds * memory[one.caller.function] for one in ran),
    )
