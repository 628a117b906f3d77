"""What runs used, and what that costs at list prices."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.views import prices, usage
from cosell.views.usage import Usage


def test_what_runs_used_adds_up_to_all_that_was_used(sandbox: Sandbox) -> None:
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    runs = sandbox.executions.all

    together = usage.of_executions(sandbox, runs) + usage.of_receiver(sandbox)

    assert together.hubspot == len(sandbox.hubspot.calls)
    assert together.partner_central == len(sandbox.partner_central.calls)
    assert together.dynamodb == len(sandbox.dynamodb.calls)
    assert together.transitions == sum(run.transitions for run in runs)
    assert together.invocations == len(sandbox.cloud.functions.invocations)
    assert together == sum((usage.of_executions(sandbox, [run]) for run in runs), usage.of_receiver(sandbox))


@pytest.mark.parametrize(
    ("used", "dollars"),
    [
        (Usage(transitions=1_000), 0.025),
        (Usage(invocations=1_000_000), 0.20),
        (Usage(gb_seconds=1_000), 0.0133334),
        (Usage(reads=500_000), 0.125),
        (Usage(writes=500_000), 0.625),
        (Usage(transactions=250_000), 0.625),
        (Usage(hubspot=1_000, partner_central=1_000), 0.0),
    ],
)
def test_the_cost_of_what_was_used(used: Usage, dollars: float) -> None:
    assert used.cost == pytest.approx(dollars)


def test_prices_read_as_people_write_them() -> None:
    assert prices.TRANSITIONS.tag == "$0.025 per 1,000 transitions"
    assert prices.GB_SECONDS.tag == "$0.0000133334 per GB-second"
    assert prices.WRITES.tag == "$0.625 per million write units"
