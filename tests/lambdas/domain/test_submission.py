"""When a deal is submitted, and what is said when it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambdas.domain import status
from lambdas.domain.plan import Results, Step, Submit
from lambdas.domain.records import Base, Opportunity, Problem, Submission
from lambdas.domain.submission import REASONS
from lambdas.settings import Settings
from tests.lambdas.domain.builders import NOW, SETTINGS, World, a_deal, a_submission, linked, plan_for

BY_STAGE = SETTINGS.model_copy(update={"submit_stages": "presentationscheduled, qualifiedtobuy"})
BARE = Settings(catalog="Sandbox")


def drafted(**properties: str | None) -> tuple[World, Opportunity]:
    world = linked().seller_edits(**properties)
    assert world.opportunity is not None
    return world, world.opportunity


def test_one_round_creates_associates_and_submits() -> None:
    plan = plan_for(a_deal(aws_action="submit"))

    assert plan.steps() == (Step.CREATE_OPPORTUNITY, Step.ASSOCIATE_OPPORTUNITY, Step.SUBMIT_OPPORTUNITY)
    assert plan.submit == Submit(involvement="Co-Sell", visibility="Full", generation=1)
    done = Results(created="O1", submitted=True)
    assert status.present(plan, done)["aws_action"] == ""
    assert status.present(plan, done)["aws_sync_status"] == "sending"
    assert status.outcome(plan, done) == "WAITING"


def test_the_deal_says_how_it_is_submitted() -> None:
    plan = plan_for(a_deal(aws_action="submit", aws_involvement="For Visibility Only", aws_visibility="Limited"))

    assert plan.submit == Submit(involvement="For Visibility Only", visibility="Limited", generation=1)


@pytest.mark.parametrize(("stage", "submits"), [("qualifiedtobuy", True), ("contractsent", False)])
def test_a_configured_stage_submits(stage: str, submits: bool) -> None:
    plan = plan_for(a_deal(dealstage=stage), settings=BY_STAGE)

    assert (plan.submit is not None) == submits


@pytest.mark.parametrize("settings", [SETTINGS, BARE])
def test_a_submission_needs_a_solution(settings: Settings) -> None:
    plan = plan_for(a_deal(aws_action="submit"), settings=settings)

    assert (plan.submit is not None) == bool(settings.solutions)
    if plan.submit is None:
        assert plan.create is not None
        assert status.message(plan, Results(created="O1")).splitlines() == [
            "AWS: our solutions: AWS wants at least one before a deal is submitted; choose what this deal is about.",
            "Submit to AWS: not done yet. Mend what is said here, then choose it again.",
        ]
        assert status.present(plan, Results(created="O1"))["aws_action"] == ""


def test_a_solution_that_is_there_already_is_enough() -> None:
    world, opportunity = drafted(aws_action="submit")

    assert plan_for(world.deal, opportunity, base=world.base, settings=BARE).submit is not None


def test_a_wish_to_submit_what_is_incomplete_is_answered_and_cleared() -> None:
    plan = plan_for(a_deal(aws_action="submit", aws_use_case=None))

    assert plan.steps() == ()
    assert status.present(plan, Results())["aws_action"] == ""
    assert status.message(plan, Results()).splitlines()[-1].startswith("Submit to AWS: not done yet.")


REFUSED = Results(refused=(Problem(record="company", label="Postal code", what="AWS does not take this value"),))
NOT_DONE = "Submit to AWS: not done yet. Mend what is said here, then choose it again."


def test_a_wish_that_a_refusal_ended_is_answered_and_not_forgotten() -> None:
    plan = plan_for(a_deal(aws_action="submit"))

    assert status.present(plan, REFUSED)["aws_action"] == ""
    assert status.message(plan, REFUSED).splitlines() == [
        "Company postal code: AWS does not take this value.",
        NOT_DONE,
    ]
    assert status.base_after(plan, REFUSED) == Base(asked=True)


def test_after_a_refusal_the_way_is_free_only_if_aws_refuses_nothing_any_more() -> None:
    plan = plan_for(a_deal(), base=Base(asked=True))

    assert plan.submit is None
    assert status.message(plan, Results(created="O1")).endswith("nothing is in the way any more. Choose it again.")
    assert status.message(plan, REFUSED).splitlines()[1:] == [NOT_DONE]


def test_a_submission_refused_at_once_is_said_with_what_to_do_until_it_is_made_again() -> None:
    world, opportunity = drafted()
    refused = a_submission("FAILED").model_copy(update={"refused": REFUSED.refused})
    base = world.base.model_copy(update={"asked": True})

    later = plan_for(world.deal, opportunity, base=base, submission=refused)
    again = plan_for(a_deal(aws_action="submit"), opportunity, base=base, submission=refused)

    assert later.problems == REFUSED.refused
    assert later.notices == (NOT_DONE,)
    assert later.asked
    assert again.submit is not None
    assert not again.problems
    assert not again.notices


@pytest.mark.parametrize(
    ("review", "submission", "says"),
    [
        ("Approved", a_submission("COMPLETE"), "the deal has been submitted already; AWS's review says Approved."),
        ("Pending Submission", a_submission("IN_PROGRESS"), "the submission is under way."),
        (
            "Pending Submission",
            a_submission("COMPLETE"),
            "the deal has been submitted; AWS's review has not begun yet.",
        ),
    ],
)
def test_a_second_wish_to_submit_sends_nothing(review: str, submission: Submission, says: str) -> None:
    world, _ = drafted(aws_action="submit")

    base = world.base.model_copy(update={"told": submission.generation})
    plan = plan_for(world.deal, world.reviewed(review).opportunity, base=base, submission=submission)

    assert plan.submit is None
    assert plan.problems == ()
    assert plan.clear_action
    assert plan.notices == (f"Submit to AWS: {says}",)


def test_a_stage_that_submits_says_nothing_once_it_has() -> None:
    world, opportunity = drafted()

    plan = plan_for(world.deal, opportunity, base=world.base, submission=a_submission("COMPLETE"), settings=BY_STAGE)

    assert (plan.submit, plan.notices) == (None, ())


@pytest.mark.parametrize(("age", "overdue", "word"), [(10, False, "sending"), (3601, True, "delayed")])
def test_a_submission_under_way_is_followed(age: int, overdue: bool, word: str) -> None:
    world, opportunity = drafted()

    plan = plan_for(world.deal, opportunity, base=world.base, submission=a_submission("IN_PROGRESS", started=NOW - age))

    assert (plan.following, plan.overdue) == (True, overdue)
    assert status.outcome(plan, Results()) == "WAITING"
    assert status.status(plan, Results()) == word
    assert ("more than an hour" in status.message(plan, Results())) == overdue


@pytest.mark.parametrize(
    ("reason", "message", "what"),
    [
        ("OpportunityValidationFailed", "Industry is missing.", REASONS["OpportunityValidationFailed"]),
        ("SomethingNew", None, "AWS's reason is SomethingNew"),
        (None, None, "AWS gave no reason"),
    ],
)
def test_a_failed_submission_says_why(reason: str | None, message: str | None, what: str) -> None:
    world, opportunity = drafted()
    failed = a_submission("FAILED", reason=reason, message=message)

    plan = plan_for(world.deal, opportunity, base=world.base, submission=failed)

    said = ' (AWS says: "Industry is missing")' if message else ""
    assert status.message(plan, Results()) == f'Submission to AWS: {what}{said}. Then choose "Submit to AWS" again.'
    assert status.status(plan, Results()) == "needs_you"


def test_after_a_failure_only_the_seller_submits_again_as_a_new_request() -> None:
    world, opportunity = drafted()
    failed = a_submission("FAILED", reason="InternalError", generation=3)

    told = world.base.model_copy(update={"told": 3})

    by_stage = plan_for(world.deal, opportunity, base=told, submission=failed, settings=BY_STAGE)
    asked = replace(world, deal=world.seller_edits(aws_action="submit").deal)
    by_seller = plan_for(asked.deal, opportunity, base=told, submission=failed, settings=BY_STAGE)

    assert by_stage.submit is None
    assert by_seller.submit is not None
    assert by_seller.submit.generation == 4
    assert by_seller.problems == ()


def test_the_wish_that_a_failed_submission_came_of_is_no_new_one() -> None:
    """The round that submitted did not write the deal: the wish stands there still."""
    world, opportunity = drafted(aws_action="submit")
    failed = a_submission("FAILED", reason="InternalError")

    plan = plan_for(world.deal, opportunity, base=world.base, submission=failed)

    assert (plan.submit, plan.clear_action) == (None, True)
    assert status.message(plan, Results()).endswith('Then choose "Submit to AWS" again.')
    agreed = status.base_after(plan, Results())
    assert agreed is not None
    assert plan_for(world.deal, opportunity, base=agreed, submission=failed).submit is not None


def test_a_failure_made_good_is_forgotten() -> None:
    world = linked().reviewed("Approved").round()

    assert plan_for(world.deal, world.opportunity, base=world.base, submission=a_submission("FAILED")).problems == ()


def test_an_action_nobody_knows_is_answered_and_cleared() -> None:
    world, _ = drafted(aws_action="qualify_lead")

    plan = world.plan()

    assert status.present(plan, Results()) == {
        "aws_action": "",
        "aws_sync_message": '"Qualify the lead" is not possible now; nothing was sent.',
    }


def test_an_action_that_is_not_possible_is_answered_in_a_stage_that_submits_as_well() -> None:
    world = linked(aws_solutions="S-1234567").reviewed("Approved").round().seller_edits(aws_action="snapshot_now")

    plan = plan_for(world.deal, world.opportunity, base=world.base, settings=BY_STAGE)

    assert status.message(plan, Results()) == '"Share a snapshot now" is not possible now; nothing was sent.'


def test_a_refresh_reads_and_says_nothing() -> None:
    world, _ = drafted(aws_action="refresh")

    assert status.present(world.plan(), Results()) == {"aws_action": ""}


@pytest.mark.parametrize(
    ("review", "associates", "held"),
    [
        ("Pending Submission", ("S-2",), ()),
        ("In review", (), ("RelatedEntityIdentifiers.Solutions",)),
        ("Action Required", ("S-2",), ()),
        ("Approved", ("S-2",), ()),
        ("Rejected", (), ()),
    ],
)
def test_solutions_are_added_while_the_opportunity_is_open(
    review: str, associates: tuple[str, ...], held: tuple[str, ...]
) -> None:
    plan = linked().reviewed(review).seller_edits(aws_solutions="S-1234567;S-2").plan()

    assert tuple(one.id for one in plan.associate) == associates
    assert plan.held == held


def test_more_than_ten_solutions_are_a_problem() -> None:
    plan = plan_for(a_deal(aws_solutions=";".join(f"S-{n}" for n in range(11))))

    assert plan.create is None
    assert status.message(plan, Results()) == (
        "AWS: our solutions: with these the opportunity would have 11; AWS takes 10."
    )
