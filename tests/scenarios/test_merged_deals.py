"""HubSpot makes one deal of two: one pair is left, and it goes on with the opportunity that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.hubspot import Switches
from cosell.sandbox.people import Deal


def _deal(sandbox: Sandbox, name: str, *, shared: bool = True, **properties: str) -> Deal:
    deal = sandbox.hubspot.seller.creates_deal(name=name, shared_with_aws=shared, **properties)
    sandbox.run_until_quiet()
    return deal


def _ids(sandbox: Sandbox) -> list[str]:
    return [one.id for one in sandbox.partner_central.opportunities]


def _spend(sandbox: Sandbox, opportunity: str) -> str:
    found = {one.id: one.body for one in sandbox.partner_central.opportunities}[opportunity]
    amount: str = found["Project"]["ExpectedCustomerSpend"][0]["Amount"]
    return amount


@pytest.mark.parametrize("new_record", [True, False], ids=["under a new id", "under the winner's id"])
@pytest.mark.parametrize("winner_is_shared", [True, False], ids=["the winner is shared", "the loser is shared"])
def test_the_one_opportunity_goes_on_with_the_deal_that_is_left(
    assembly: Path, *, new_record: bool, winner_is_shared: bool
) -> None:
    with Sandbox(assembly, hubspot=Switches(merge_makes_new_record=new_record)) as sandbox:
        first, second = (_deal(sandbox, name, shared=name == "First") for name in ("First", "Second"))
        (opportunity,) = _ids(sandbox)

        winner, loser = (first, second) if winner_is_shared else (second, first)
        left = sandbox.hubspot.seller.merges(winner, loser)
        sandbox.run_until_quiet()
        sandbox.hubspot.seller.edits(left, aws_monthly_spend="20000")
        sandbox.run_until_quiet()

        assert _ids(sandbox) == [opportunity]
        assert left.now["aws_opportunity_id"] == opportunity
        assert _spend(sandbox, opportunity) == "20000"
        assert sandbox.executions.failed == []


def test_of_two_opportunities_the_deal_asks_until_one_is_closed(sandbox: Sandbox) -> None:
    first, second = (_deal(sandbox, name, aws_action="submit") for name in ("First", "Second"))
    own, other = first.now["aws_opportunity_id"] or "", second.now["aws_opportunity_id"] or ""
    for opportunity in (own, other):
        sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()

    left = sandbox.hubspot.seller.merges(first, second)
    sandbox.run_until_quiet()

    assert left.now["aws_opportunity_id"] == own
    assert left.now["aws_sync_status"] == "needs_you"
    assert f"close {other} as lost in Partner Central" in (left.now["aws_sync_message"] or "")
    assert _ids(sandbox) == [own, other]

    sandbox.partner_central.aws.edits(other, "LifeCycle.ClosedLostReason", "Other")
    sandbox.partner_central.aws.edits(other, "LifeCycle.Stage", "Closed Lost")
    sandbox.run_until_quiet()

    assert left.now["aws_sync_status"] == "in_step"
    assert left.now["aws_sync_message"] is None


def test_a_merge_that_is_told_late_makes_no_second_opportunity(sandbox: Sandbox) -> None:
    first, second = _deal(sandbox, "First"), _deal(sandbox, "Second", shared=False)
    webhooks = sandbox.hubspot.simulator.webhooks
    webhooks.pause()
    left = sandbox.hubspot.seller.merges(first, second)
    sandbox.hubspot.seller.edits(left, aws_monthly_spend="20000")
    webhooks.deliver_now(only=lambda message: not message["subscriptionType"].endswith(".merge"))
    sandbox.run_until_quiet()
    webhooks.resume()
    sandbox.run_until_quiet()

    (opportunity,) = _ids(sandbox)
    assert _spend(sandbox, opportunity) == "20000"
    assert sandbox.pair(left) is not None
