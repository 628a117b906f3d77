"""One pair, one writer: whoever comes late, again, or back after days, finds the pair protected by its turn."""

from __future__ import annotations

from cosell.sandbox import Sandbox
from cosell.sandbox.executions import ExecutionView

DAY = 24 * 3600


def _errors(execution: ExecutionView) -> list[str]:
    details = (event.get("taskFailedEventDetails") for event in execution.history)
    return [detail["error"] for detail in details if detail]


def test_a_redrive_days_later_does_not_apply_an_old_plan(sandbox: Sandbox) -> None:
    """It fails before its update; another run takes over; days later somebody redrives the failed one."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.partner_central.fail("UpdateOpportunity", until_healed=True)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    assert failed.state == "Update opportunity"

    sandbox.heal()
    sandbox.advance(3600)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="30000")
    sandbox.run_until_quiet()
    sandbox.advance(5 * DAY)
    calls_before = len(sandbox.calls)
    failed.redrive()
    sandbox.run_until_quiet()

    assert failed.outcome == "IN_STEP"
    assert "LeaseLost" in _errors(failed)
    written = {"UpdateOpportunity", "CreateOpportunity", "AssociateOpportunity", "deals.update"}
    assert written.isdisjoint(call.operation for call in sandbox.calls[calls_before:])
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "30000"
    assert deal.now["aws_monthly_spend"] == "30000"


def test_edits_while_a_run_holds_the_turn_are_not_lost(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()

    for spend in range(20_000, 30_000, 1_000):
        sandbox.hubspot.seller.edits(deal, aws_monthly_spend=str(spend))
        sandbox.advance(3)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "29000"
    assert sandbox.executions.failed == []
    assert "COALESCED" in sandbox.executions.outcomes


def test_a_pair_that_never_rests_is_handed_on_to_a_fresh_execution(sandbox: Sandbox) -> None:
    """AWS changes the opportunity faster than anybody can plan: every update is a conflict, round after round."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities

    sandbox.dynamodb.fail("PutItem", state="Plan sync", with_="slow", seconds=2, until_healed=True)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    for edit in range(200):
        sandbox.partner_central.aws.edits(opportunity.id, "Project.AdditionalComments", f"Comment {edit}")
        sandbox.advance(0.9)
    sandbox.heal()
    sandbox.run_until_quiet()

    assert "HANDED_ON" in sandbox.executions.outcomes
    assert sandbox.executions.failed == []
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
    assert max(execution.transitions for execution in sandbox.executions.all) < 200


def test_aws_and_the_seller_change_different_fields_at_once(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.approves(opportunity.id)
    sandbox.run_until_quiet()

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.partner_central.aws.edits(opportunity.id, "LifeCycle.TargetCloseDate", "2027-06-30")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
    assert opportunity.body["LifeCycle"]["TargetCloseDate"] == "2027-06-30"
    assert deal.now["aws_golive_date"] == "2027-06-30", "AWS's date is the start of billing, not the signature"
    assert deal.now["aws_sync_status"] == "in_step"
