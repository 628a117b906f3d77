"""What AWS tells, as a seller reads it on the deal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import status, told
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan, Results
from tests.lambdas.domain.builders import MAPPING, World, a_submission, linked, plan_for

SUMMARY: dict[str, Any] = {
    "InvolvementType": "Co-Sell",
    "Visibility": "Full",
    "LifeCycle": {
        "Stage": "Seller Engaged",
        "TargetCloseDate": "2027-02-28",
        "NextStepsHistory": [
            {"Value": "Call on Monday", "Time": "2026-11-20T08:00:00.000000Z"},
            {"Value": "Sent the\nproposal", "Time": "2026-11-23T22:00:00.000000Z"},
            {"Value": "Met the architect", "Time": "2026-11-21T08:00:00.000000Z"},
            {"Value": "First contact", "Time": "2026-11-02T08:00:00.000000Z"},
        ],
    },
    "OpportunityTeam": [
        {"FirstName": "Jane", "LastName": "Roe", "Email": "jane@example.com", "BusinessTitle": "AWSSalesRep"},
        {"FirstName": "Max", "Email": "max@example.com", "BusinessTitle": "NewRole"},
    ],
    "Insights": {
        "EngagementScore": "High",
        "NextBestActions": "Add a solution",
        "OpportunityQuality": {"Score": 72, "Trend": "Improving"},
    },
    "Project": {"ExpectedCustomerSpend": [{"TargetCompany": "AWS", "Amount": "9000.00", "CurrencyCode": "USD"}]},
}


def told_to(world: World, **members: Any) -> Plan:
    assert world.opportunity is not None
    opportunity = world.opportunity.model_copy(update={"summary": SUMMARY | members})
    return plan_for(world.deal, opportunity, base=world.base, submission=a_submission("COMPLETE"))


def test_what_aws_has_in_its_own_records_has_properties_of_its_own() -> None:
    plan = told_to(linked().reviewed("Approved").round())

    assert plan.steps() == ()
    assert plan.deal_changes == {
        "aws_involvement": "Co-Sell",
        "aws_visibility": "Full",
        "aws_seller_stage": "Seller Engaged",
        "aws_seller_close_date": "2027-02-28",
        "aws_seller_spend": "9000",
        "aws_engagement_score": "High",
        "aws_team": "AWS sales rep, Jane Roe, jane@example.com\nNewRole, Max, max@example.com",
        "aws_next_steps_from_aws": (
            "23 Nov 2026: Sent the proposal\n21 Nov 2026: Met the architect\n20 Nov 2026: Call on Monday"
        ),
    }


def test_the_score_with_its_reasons_is_one_text() -> None:
    assert told.insights(SUMMARY["Insights"]) == (
        "Engagement: High\nQuality: 72 of 100, Improving\nNext best actions: Add a solution"
    )


def test_what_aws_takes_back_is_cleared() -> None:
    world = linked().reviewed("Approved").round().seller_edits(aws_seller_stage="Qualified", aws_team="AWS sales rep")

    plan = told_to(world, LifeCycle={}, OpportunityTeam=[])

    assert (plan.deal_changes["aws_seller_stage"], plan.deal_changes["aws_team"]) == ("", "")


ANYTHING = st.recursive(
    st.none() | st.text() | st.integers() | st.booleans(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["Value", "Time", "BusinessTitle", "OpportunityQuality", "Score"]), inner)
    ),
)


@pytest.mark.parametrize("show", [told.people, told.next_steps, told.insights])
@given(value=ANYTHING)
def test_whatever_comes_is_text_or_nothing(show: Any, value: Any) -> None:
    assert show(value) is None or show(value).strip()


def test_a_deal_for_visibility_only_that_aws_co_sells_says_so_and_has_a_note_of_it() -> None:
    world = linked(aws_involvement="For Visibility Only").reviewed("Approved").round()

    plan = told_to(world, InvolvementTypeChangeReason="Expansion Opportunity")

    assert plan.deal_changes["aws_involvement"] == "Co-Sell"
    assert status.message(plan, Results()) == (
        "AWS co-sells this deal from now on. It was for visibility only. AWS's reason: Expansion Opportunity."
    )
    (note,) = [note for note in plan.timeline.owed if note.key.startswith("involvement")]
    assert "Expansion Opportunity" in note.body


def test_the_help_wanted_is_asked_for_once_aws_co_sells_the_deal() -> None:
    world = linked(aws_involvement="For Visibility Only").reviewed("Approved").round()
    world = world.aws_edits(PrimaryNeedsFromAws=["Do Not Need Support from AWS Sales Rep"])

    assert told_to(world, InvolvementType="For Visibility Only").changes == ()
    plan = told_to(world, InvolvementTypeChangeReason="Expansion Opportunity")

    assert [(change.path, change.after) for change in plan.changes] == [
        ("PrimaryNeedsFromAws", ["Co-Sell - Deal Support"])
    ]
    assert plan.lost == ()


@pytest.mark.parametrize(
    ("name", "value", "label", "theirs"),
    [
        ("aws_involvement", "For Visibility Only", "AWS: involvement", "Co-Sell"),
        ("aws_visibility", "Limited", "AWS: visibility", "Full"),
    ],
)
def test_an_edit_of_what_the_submission_fixed_is_undone_with_a_sentence(
    name: str, value: str, label: str, theirs: str
) -> None:
    world = linked().reviewed("Approved").round().seller_edits(**{name: value})

    plan = told_to(world)

    assert plan.deal_changes[name] == theirs
    said = status.message(plan, Results())
    assert said == f"{label}: fixed when the deal was submitted; it shows what AWS has again."


def test_the_dates_of_a_deals_life_are_written_when_they_happen() -> None:
    submitted = linked().reviewed("Submitted").round()
    assert submitted.deal.get("aws_submitted_on") == "2026-11-24T03:00:00Z"
    assert submitted.deal.get("aws_reviewed_on") is None

    approved = submitted.reviewed("Approved").round()
    assert approved.deal.get("aws_reviewed_on") == "2026-11-24T03:00:00Z"
    assert approved.deal.get("aws_launched_on") is None


@pytest.mark.parametrize("answer", ["Approved", "Action Required", "Rejected"])
def test_a_review_is_dated_where_the_deal_shows_no_review(answer: str) -> None:
    rows = [row | {"disabled": row["property"] == "aws_review_status"} for row in MAPPING.model_dump()["rows"]]
    mapping = Mapping.model_validate(MAPPING.model_dump() | {"rows": rows})

    def plan_of(world: World) -> Plan:
        return plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping)

    submitted = linked().seller_edits(aws_review_status=None).reviewed("Submitted")
    assert "aws_submitted_on" in plan_of(submitted).deal_changes
    submitted = submitted.applied(plan_of(submitted))

    reviewed = submitted.reviewed(answer)
    assert plan_of(reviewed).deal_changes["aws_reviewed_on"] == "2026-11-24T03:00:00Z"
    assert "aws_submitted_on" not in plan_of(reviewed).deal_changes
    moved = reviewed.applied(plan_of(reviewed)).aws_edits(Project={"Title": "Another"})
    assert "aws_reviewed_on" not in plan_of(moved).deal_changes


def test_nobody_can_say_when_a_step_was_taken_that_the_deal_never_showed() -> None:
    world = linked().reviewed("Approved").seller_edits(aws_review_status=None)

    assert not {"aws_submitted_on", "aws_reviewed_on"} & world.plan().deal_changes.keys()
