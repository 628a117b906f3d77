"""What AWS's review means for a pair: what waits, what is fixed, what is said."""

from __future__ import annotations

import pytest

from lambdas.domain import status
from lambdas.domain.plan import Results
from tests.lambdas.domain.builders import a_submission, linked, plan_for

PROBLEM = "Project.CustomerBusinessProblem"


@pytest.mark.parametrize("review", ["Submitted", "In review"])
def test_edits_during_review_wait_and_then_go_out_by_themselves(review: str) -> None:
    during = linked().seller_edits(aws_use_case="SAP").reviewed(review)

    plan = during.plan()

    assert plan.steps() == ()
    assert plan.held == ("Project.CustomerUseCase",)
    said = status.present(plan, Results())
    assert said["aws_sync_status"] == "on_hold"
    assert said["aws_sync_message"] == "Waits until AWS has reviewed the deal: AWS: use case."
    assert status.outcome(plan, Results()) == "ON_HOLD"
    after = during.round().reviewed("Approved").round()
    assert after.body["Project"]["CustomerUseCase"] == "SAP"
    assert after.plan().steps() == ()
    assert after.round().deal.get("aws_sync_status") == "in_step"


def test_a_drafts_stage_waits_for_the_approval() -> None:
    world = linked().seller_edits(dealstage="presentationscheduled").round()

    assert world.body["LifeCycle"]["Stage"] == "Qualified"
    assert world.deal.get("aws_sync_status") == "on_hold"
    assert world.reviewed("Approved").round().body["LifeCycle"]["Stage"] == "Technical Validation"


def test_when_aws_asks_for_changes_only_the_open_fields_go() -> None:
    asked = linked().reviewed("Action Required", ReviewComments="Say more about\nthe problem.").round()
    assert asked.deal.get("aws_sync_status") == "needs_you"
    assert asked.deal.get("aws_sync_message") == "AWS asks for changes: Say more about the problem."
    assert asked.deal.get("aws_review_comments") == "Say more about\nthe problem."

    plan = asked.seller_edits(aws_customer_problem="The warehouse is at its limit.", aws_use_case="SAP").plan()

    assert [change.path for change in plan.changes] == [PROBLEM]
    assert plan.held == ("Project.CustomerUseCase",)
    assert plan.problems == ()


def test_what_approval_fixed_stays_in_hubspot_and_is_said() -> None:
    approved = linked().reviewed("Approved").round()

    plan = approved.seller_edits(aws_customer_problem="The warehouse is at its limit.").plan()

    assert plan.steps() == ()
    assert plan.held == ()
    assert status.message(plan, Results()) == (
        "Fixed by AWS since it approved the deal; your change stays in HubSpot: AWS: customer's business problem."
    )
    assert status.status(plan, Results()) == "in_step"


@pytest.mark.parametrize("text", [None, "Too short"])
def test_what_approval_fixed_and_cannot_be_said_to_aws_is_said_as_well(text: str | None) -> None:
    approved = linked().reviewed("Approved").round()

    plan = approved.seller_edits(aws_customer_problem=text).plan()

    assert plan.problems == ()
    assert status.message(plan, Results()) == (
        "Fixed by AWS since it approved the deal; your change stays in HubSpot: AWS: customer's business problem."
    )


def test_renaming_an_approved_deal_is_not_worth_a_word() -> None:
    plan = linked().reviewed("Approved").round().seller_edits(dealname="Data platform, phase 1").plan()

    assert plan.steps() == ()
    assert status.present(plan, Results()) == {}


def test_a_problem_with_what_approval_fixed_bothers_nobody() -> None:
    plan = linked().reviewed("Approved").round().company_changes(zip="1").plan()

    assert plan.problems == ()


def test_a_rejected_deal_says_why() -> None:
    world = linked().reviewed("Rejected", ReviewStatusReason="Duplicate").round()

    assert world.deal.get("aws_sync_status") == "rejected"
    assert world.deal.get("aws_sync_message") == "AWS has rejected the deal: Duplicate"


def test_a_lost_deal_goes_with_its_reason() -> None:
    world = linked().reviewed("Approved").round()

    unexplained = world.seller_edits(dealstage="closedlost").plan()
    lost = world.seller_edits(dealstage="closedlost", aws_lost_reason="Price").round()

    assert "AWS: why lost: it is empty, for example Price." in status.message(unexplained, Results())
    assert lost.body["LifeCycle"]["Stage"] == "Closed Lost"
    assert lost.body["LifeCycle"]["ClosedLostReason"] == "Price"
    assert lost.round().deal.get("aws_sync_status") == "closed"


def test_a_reason_at_aws_stays_while_the_deal_is_not_lost() -> None:
    world = linked().reviewed("Approved", Stage="Closed Lost", ClosedLostReason="Price").round().round()

    edited = world.seller_edits(aws_use_case="SAP").round()

    assert edited.body["LifeCycle"]["ClosedLostReason"] == "Price"
    assert edited.plan().steps() == ()


def test_what_aws_shows_is_written_once() -> None:
    world = linked().reviewed("Submitted")
    summary = {"InvolvementType": "Co-Sell", "Visibility": "Limited"}
    opportunity = world.opportunity
    assert opportunity is not None

    plan = plan_for(
        world.deal,
        opportunity.model_copy(update={"summary": summary}),
        base=world.base,
        submission=a_submission("COMPLETE", engagement="eng-0123456789abcd"),
    )

    assert plan.deal_changes == {
        "aws_review_status": "Submitted",
        "aws_involvement": "Co-Sell",
        "aws_visibility": "Limited",
        "aws_engagement_id": "eng-0123456789abcd",
        "aws_submitted_on": "2026-11-24T04:00:00Z",
    }


def test_a_review_status_newer_than_our_list_is_not_written() -> None:
    plan = linked().reviewed("On the moon").plan()

    assert "aws_review_status" not in plan.deal_changes
    assert plan.steps() == ()
