"""An opportunity is submitted, and AWS's review comes back to the deal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.assembly import synthesized
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.people import Deal

HOUR = 3600
SUBMIT = "StartEngagementFromOpportunityTask"


def _submitted(sandbox: Sandbox, **properties: str) -> tuple[Deal, str]:
    """A deal that AWS reviews, and its opportunity's id."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit", **properties)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    return deal, opportunity.id


@pytest.fixture(scope="module")
def direct() -> Path:
    """A deployment that submits with SubmitOpportunity, and at a stage."""
    block = {"catalog": "Sandbox", "submission": "direct", "submit_stages": ["contractsent"]}
    return synthesized({"cosell": {"cosell-sandbox": block}})


def test_the_seller_submits_and_aws_reviews(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)

    assert sandbox.partner_central.opportunities[0].review_status == "Submitted"
    assert deal.now["aws_action"] is None
    assert deal.now["aws_sync_status"] == "in_review"
    assert deal.now["aws_review_status"] == "Submitted"
    assert deal.now["aws_involvement"] == "Co-Sell"
    assert deal.now["aws_visibility"] == "Full"
    assert (deal.now["aws_engagement_id"] or "").startswith("eng-")

    sandbox.partner_central.aws.starts_review(opportunity)
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "In review"

    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Approved"
    assert deal.now["aws_sync_status"] == "in_step"
    assert sandbox.executions.failed == []


def test_a_deal_for_visibility_only_is_submitted_as_that(sandbox: Sandbox) -> None:
    deal, _ = _submitted(sandbox, aws_involvement="For Visibility Only", aws_visibility="Limited")

    assert deal.now["aws_review_status"] == "Submitted"
    assert deal.now["aws_involvement"] == "For Visibility Only"
    assert deal.now["aws_visibility"] == "Limited"


def test_a_deal_without_a_solution_is_not_submitted_and_says_why(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, solution=None, aws_action="submit")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert not opportunity.submitted
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "solution" in (deal.now["aws_sync_message"] or "")
    assert deal.now["aws_action"] is None

    sandbox.hubspot.seller.edits(deal, aws_solutions="S-1234567", aws_action="submit")
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.review_status == "Submitted"
    assert deal.now["aws_sync_message"] is None


def test_action_required_shows_the_comments_and_the_mended_deal_goes_back(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)

    sandbox.partner_central.aws.asks_for_changes(opportunity, "Please say which systems are involved.")
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Action Required"
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "Please say which systems are involved." in (deal.now["aws_sync_message"] or "")
    assert deal.now["aws_review_comments"] == "Please say which systems are involved."

    sandbox.hubspot.seller.edits(deal, aws_customer_problem="Reports from SAP and Oracle take two days to make.")
    sandbox.run_until_quiet()
    (now,) = sandbox.partner_central.opportunities
    assert now.body["Project"]["CustomerBusinessProblem"] == "Reports from SAP and Oracle take two days to make."
    assert now.review_status == "Submitted"
    assert deal.now["aws_sync_status"] == "in_review"


def test_a_rejection_is_said_on_the_deal(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)

    sandbox.partner_central.aws.rejects(opportunity, "Duplicate", comments="Another partner has registered it.")
    sandbox.run_until_quiet()

    assert deal.now["aws_sync_status"] == "rejected"
    assert "Another partner has registered it." in (deal.now["aws_sync_message"] or "")


def test_edits_during_review_are_held_and_sent_after_approval(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    (now,) = sandbox.partner_central.opportunities
    assert now.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "12500"
    assert deal.now["aws_sync_status"] == "on_hold"

    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    (now,) = sandbox.partner_central.opportunities
    assert now.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
    assert deal.now["aws_sync_status"] == "in_step"


def test_a_deal_that_is_won_already_is_submitted_and_reaches_its_stage_with_the_approval(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox, dealstage="closedwon")

    assert sandbox.partner_central.opportunities[0].stage == "Business Validation"
    assert deal.now["aws_sync_status"] == "on_hold"
    assert deal.now["aws_sync_message"] == "Waits until AWS has reviewed the deal: Deal stage."

    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()

    assert sandbox.partner_central.opportunities[0].stage == "Committed"
    assert deal.now["aws_opportunity_stage"] == "Committed"
    assert deal.now["aws_sync_status"] == "in_step"


def test_a_failed_submission_is_said_and_can_be_repeated(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.fails_task(opportunity.id, "OpportunityValidationFailed", "The use case is unclear.")

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "The use case is unclear" in (deal.now["aws_sync_message"] or "")

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Submitted"
    assert deal.now["aws_sync_message"] is None


def test_a_submission_that_takes_hours_is_followed_by_one_execution(assembly: Path) -> None:
    switches = replace(Switches(), task_seconds=3 * HOUR)
    with Sandbox(assembly, partner_central=switches) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
        sandbox.advance(600)
        assert deal.now["aws_sync_status"] == "sending"
        sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
        sandbox.advance(600)
        assert len(sandbox.executions.running) == 1

        sandbox.advance(HOUR)
        assert deal.now["aws_sync_status"] == "delayed"
        assert "more than an hour" in (deal.now["aws_sync_message"] or "")

        sandbox.run_until_quiet()
        assert deal.now["aws_review_status"] == "Submitted"
        assert sandbox.executions.failed == []


def test_a_stage_submits_and_so_does_the_direct_way(direct: Path) -> None:
    with Sandbox(direct) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
        sandbox.run_until_quiet()
        assert not sandbox.partner_central.opportunities[0].submitted

        sandbox.hubspot.seller.moves(deal, "contractsent")
        sandbox.run_until_quiet()

        assert deal.now["aws_review_status"] == "Submitted"
        operations = {call.operation for call in sandbox.partner_central.calls}
        assert "SubmitOpportunity" in operations
        assert SUBMIT not in operations


def test_a_redrive_after_a_submission_does_not_take_the_old_wish_for_a_new_one(sandbox: Sandbox) -> None:
    """The deal still says "submit", because the write that clears it is what failed; its turn is long over."""
    sandbox.hubspot.fail("deals.update", until_healed=True)
    deal, _ = _submitted(sandbox)
    (failed,) = sandbox.executions.failed
    assert deal.now["aws_action"] == "submit"

    sandbox.heal()
    sandbox.advance(HOUR)
    failed.redrive()
    sandbox.run_until_quiet()
    assert deal.now["aws_action"] is None
    assert deal.now["aws_sync_status"] == "in_review"
    assert deal.now["aws_sync_message"] is None

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    assert "has been submitted already" in (deal.now["aws_sync_message"] or "")


def test_a_failed_submission_is_told_whoever_follows_it(assembly: Path) -> None:
    """A run that AWS woke took the following over. All that AWS shows of the opportunity is as it was."""
    with Sandbox(assembly, partner_central=Switches(task_seconds=None)) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
        sandbox.advance(60)
        (follower,) = sandbox.executions.running
        follower.stop()
        sandbox.advance(900)
        (opportunity,) = sandbox.partner_central.opportunities
        sandbox.partner_central.aws.edits(opportunity.id, "Project.AdditionalComments", "Which database?")
        sandbox.advance(60)
        (successor,) = sandbox.executions.running

        sandbox.partner_central.aws.fails_task(opportunity.id, "InternalError")
        sandbox.run_until_quiet()

        assert successor.outcome == "NEEDS_YOU"
        assert deal.now["aws_sync_status"] == "needs_you"
        assert 'Then choose "Submit to AWS" again.' in (deal.now["aws_sync_message"] or "")


def test_a_new_deal_whose_submission_fails_at_once_is_not_submitted_again_unasked(assembly: Path) -> None:
    """The round that creates and submits leaves the deal, and with it the wish, to the next one."""
    with Sandbox(assembly, partner_central=Switches(task_seconds=None)) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
        sandbox.clock.run_while(lambda: not any(call.operation == SUBMIT for call in sandbox.partner_central.calls))
        sandbox.advance(8)
        (opportunity,) = sandbox.partner_central.opportunities
        assert deal.now["aws_action"] == "submit"
        called = len(sandbox.partner_central.calls)
        sandbox.partner_central.aws.fails_task(opportunity.id, "InternalError")
        sandbox.advance(120)

        assert SUBMIT not in {call.operation for call in sandbox.partner_central.calls[called:]}
        assert deal.now["aws_action"] is None
        assert deal.now["aws_sync_status"] == "needs_you"
        assert 'Then choose "Submit to AWS" again.' in (deal.now["aws_sync_message"] or "")

        sandbox.hubspot.seller.submits(deal)
        sandbox.advance(60)
        sandbox.partner_central.aws.finishes_task(opportunity.id)
        sandbox.run_until_quiet()
        assert deal.now["aws_review_status"] == "Submitted"
