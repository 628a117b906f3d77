"""Stages, both ways: who moves whom, and what is said where nobody moves."""

from __future__ import annotations

from functools import cache

import pytest

from lambdas.domain import stages, status
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Results
from lambdas.settings import Settings
from tests.lambdas.domain.builders import MAPPING, World, a_deal, linked, plan_for

SOLUTION = {"Solutions": ["S-1234567"]}
ALL = ("Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed", "Launched", "Closed Lost")
LABEL = "Deal stage: "


@cache
def approved(dealstage: str = "qualifiedtobuy", **properties: str | None) -> World:
    """A deal in this stage, in step with an opportunity that AWS has approved."""
    world = linked(aws_lost_reason="Price", **properties).aws_edits(RelatedEntityIdentifiers=SOLUTION)
    return world.reviewed("Approved").seller_edits(dealstage=dealstage).round().round()


def said(world: World) -> str:
    return status.message(world.plan(), Results())


@pytest.mark.parametrize("stage", sorted(MAPPING.stages["default"]))
def test_the_sellers_stage_goes_to_aws(stage: str) -> None:
    world = approved().seller_edits(dealstage=stage).round()

    assert world.body["LifeCycle"]["Stage"] == MAPPING.stages["default"][stage]
    assert world.plan().steps() == ()


@pytest.mark.parametrize("stage", sorted(MAPPING.stages["default"]))
def test_the_sellers_stage_wins_over_any_of_aws(stage: str) -> None:
    for theirs in ALL:
        world = approved().seller_edits(dealstage=stage).reviewed("Approved", Stage=theirs, ClosedLostReason="Price")
        ours = MAPPING.stages["default"][stage]
        moved = stage != "qualifiedtobuy" and not (ours == "Committed" and theirs == "Launched")

        after = world.round()

        assert after.deal.get("dealstage") == stage or not moved
        assert after.body["LifeCycle"]["Stage"] == (ours if moved else theirs)
        assert after.round().plan().steps() == ()


@pytest.mark.parametrize(
    ("stage", "theirs", "moves_to"),
    [
        ("appointmentscheduled", "Qualified", "qualifiedtobuy"),
        ("appointmentscheduled", "Business Validation", "decisionmakerboughtin"),
        ("qualifiedtobuy", "Technical Validation", "presentationscheduled"),
    ],
)
def test_aws_moves_a_deal_forward_between_open_stages(stage: str, theirs: str, moves_to: str) -> None:
    world = approved(stage).reviewed("Approved", Stage=theirs).round()

    assert world.deal.get("dealstage") == moves_to
    assert world.deal.get("aws_sync_status") == "in_step"
    assert world.plan().steps() == ()
    assert status.present(world.round().plan(), Results()) == {}
    assert world.seller_edits(dealstage=stage).round().body["LifeCycle"]["Stage"] == MAPPING.stages["default"][stage]


@pytest.mark.parametrize(
    ("stage", "theirs", "sentence"),
    [
        (
            "presentationscheduled",
            "Qualified",
            "AWS has Qualified. Move the deal there; if that is wrong, its next stage",
        ),
        ("qualifiedtobuy", "Committed", "at AWS the deal is Committed. Move it to the stage for won deals"),
        ("qualifiedtobuy", "Launched", "at AWS the deal is Launched. Move it to the stage for won deals"),
        ("qualifiedtobuy", "Closed Lost", "at AWS the deal is Closed Lost. Move it to a lost stage"),
        ("closedwon", "Business Validation", "AWS has Business Validation. Move the deal there"),
        ("closedwon", "Closed Lost", "at AWS the deal is Closed Lost."),
        ("closedlost", "Qualified", "AWS has Qualified. Move the deal there"),
    ],
)
def test_any_other_move_at_aws_is_a_persons_to_decide(stage: str, theirs: str, sentence: str) -> None:
    world = approved(stage).reviewed("Approved", Stage=theirs, ClosedLostReason="Price").round()

    assert world.deal.get("dealstage") == stage
    assert world.body["LifeCycle"]["Stage"] == theirs
    assert world.deal.get("aws_sync_status") == "needs_you"
    assert (world.deal.get("aws_sync_message") or "").startswith(LABEL + sentence)

    edited = world.seller_edits(aws_use_case="SAP").round()
    assert edited.body["LifeCycle"]["Stage"] == theirs
    assert sentence in said(edited.round())


def test_whoever_follows_aws_is_in_step_again_and_has_its_reason() -> None:
    asked = approved().seller_edits(aws_lost_reason=None)
    asked = asked.round().reviewed("Approved", Stage="Closed Lost", ClosedLostReason="Partner Gap").round()

    lost = asked.seller_edits(dealstage="closedlost").round().round()

    assert lost.deal.get("aws_sync_message") is None
    assert lost.deal.get("aws_sync_status") == "closed"
    assert lost.deal.get("aws_lost_reason") == "Partner Gap"
    assert lost.body["LifeCycle"]["Stage"] == "Closed Lost"
    assert lost.plan().steps() == ()


def test_a_lost_deal_is_opened_again_by_its_seller() -> None:
    lost = approved().seller_edits(dealstage="closedlost").round().round()
    assert lost.body["LifeCycle"]["ClosedLostReason"] == "Price"

    open_again = lost.seller_edits(dealstage="presentationscheduled").round().round()

    assert open_again.body["LifeCycle"]["Stage"] == "Technical Validation"
    assert "ClosedLostReason" not in open_again.body["LifeCycle"]
    assert open_again.deal.get("aws_sync_status") == "in_step"


def test_a_won_deal_that_aws_launches_is_in_step() -> None:
    world = approved("closedwon").reviewed("Approved", Stage="Launched").round()

    assert world.deal.get("dealstage") == "closedwon"
    assert world.deal.get("aws_sync_status") == "closed"
    assert world.deal.get("aws_sync_message") is None
    assert world.seller_edits(aws_use_case="SAP").round().body["LifeCycle"]["Stage"] == "Launched"
    assert world.seller_edits(dealstage="contractsent").round().body["LifeCycle"]["Stage"] == "Business Validation"


def test_a_won_deal_without_a_listed_solution_waits_for_one() -> None:
    bare = approved().aws_edits(RelatedEntityIdentifiers={"Solutions": []}).seller_edits(dealstage="closedwon")

    plan = plan_for(bare.deal, bare.opportunity, base=bare.base, settings=Settings(catalog="Sandbox"))

    assert plan.steps() == ()
    assert status.message(plan, Results()) == (
        "AWS: our solutions: AWS wants at least one before a deal is Committed; choose what this deal is about."
    )


def test_a_draft_of_a_lost_deal_stays_as_it_is() -> None:
    world = linked().seller_edits(dealstage="closedlost", aws_use_case="SAP", aws_action="submit").round()

    assert world.body["LifeCycle"]["Stage"] == "Qualified"
    assert world.body["Project"]["CustomerUseCase"] == "Database"
    assert world.deal.get("aws_sync_status") == "closed"
    assert world.deal.get("aws_action") in {None, ""}
    assert world.deal.get("aws_sync_message") == (
        "Deal stage: the deal is lost, and was never submitted. The draft stays at AWS as it is; move the deal to an "
        "open stage to go on with it.\nSubmit to AWS: not done, because the deal is lost."
    )
    assert world.round().plan().steps() == ()

    again = world.seller_edits(dealstage="qualifiedtobuy").round().round()
    assert again.body["Project"]["CustomerUseCase"] == "SAP"
    assert again.deal.get("aws_sync_status") == "in_step"
    assert again.deal.get("aws_sync_message") is None


def test_a_deal_lost_during_the_review_is_lost_at_aws_after_it() -> None:
    reviewed = linked(aws_lost_reason="Price").reviewed("In review").round()

    lost = reviewed.seller_edits(dealstage="closedlost").round()
    assert lost.deal.get("aws_sync_status") == "on_hold"

    after = lost.reviewed("Approved").round()
    assert after.body["LifeCycle"]["Stage"] == "Closed Lost"
    assert after.body["LifeCycle"]["ClosedLostReason"] == "Price"


def test_a_stage_that_says_nothing_to_aws_is_none_to_begin_with() -> None:
    silent = with_stages({"default": {"early": None, "qualifiedtobuy": "Qualified"}})

    plan = plan_for(a_deal(dealstage="early"), mapping=silent)

    assert plan.steps() == ()
    assert "a deal in this stage is not told to AWS yet" in status.message(plan, Results())


def test_a_stage_that_says_nothing_later_on_leaves_aws_stage_alone() -> None:
    silent = with_stages({"default": {"parked": None, "qualifiedtobuy": "Qualified", "closedlost": "Closed Lost"}})
    world = approved().seller_edits(dealstage="parked", aws_use_case="SAP")

    plan = plan_for(world.deal, world.opportunity, base=world.base, mapping=silent)

    assert [change.path for change in plan.changes] == ["Project.CustomerUseCase"]
    assert plan.problems == ()
    lost = world.reviewed("Approved", Stage="Closed Lost", ClosedLostReason="Price")
    told = plan_for(lost.deal, lost.opportunity, base=lost.base, mapping=silent)
    assert "at AWS the deal is Closed Lost" in status.message(told, Results())


def test_an_unmapped_stage_is_said_and_the_rest_of_the_deal_goes() -> None:
    plan = approved().seller_edits(dealstage="148309412", aws_use_case="SAP").plan()

    assert [change.path for change in plan.changes] == ["Project.CustomerUseCase"]
    assert "this stage is not mapped to a stage of AWS" in status.message(plan, Results())


@pytest.mark.parametrize(("stage", "begins_as"), [("Committed", "Business Validation"), ("Prospect", "Prospect")])
def test_where_an_opportunity_begins(stage: str, begins_as: str) -> None:
    assert stages.at_creation(stage) == begins_as


def with_stages(pipelines: dict[str, dict[str, str | None]]) -> Mapping:
    return MAPPING.model_copy(update={"stages": pipelines})


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"aws_lost_reason": "Customer Experience"}, "Customer Experience"),
        ({"closed_lost_reason": "Too expensive"}, "Price"),
        ({"closed_lost_reason": "lost to microsoft "}, "Lost to Competitor - Microsoft"),
        ({"aws_lost_reason": "Price", "closed_lost_reason": "They went dark"}, "Price"),
    ],
)
def test_why_a_deal_was_lost_is_said_or_found_in_a_table(properties: dict[str, str], reason: str) -> None:
    world = linked().aws_edits(RelatedEntityIdentifiers=SOLUTION).reviewed("Approved").round()

    lost = world.seller_edits(dealstage="closedlost", **properties).round()

    assert lost.body["LifeCycle"]["Stage"] == "Closed Lost"
    assert lost.body["LifeCycle"]["ClosedLostReason"] == reason
    assert lost.plan().steps() == ()


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({}, "AWS: why lost: it is empty, for example Price."),
        (
            {"closed_lost_reason": "Fate"},
            'Closed lost reason: AWS has no reason like "Fate"; choose one in "AWS: why lost", for example Price.',
        ),
    ],
)
def test_a_deal_lost_for_no_reason_that_aws_knows_waits_for_one(properties: dict[str, str], sentence: str) -> None:
    world = linked().aws_edits(RelatedEntityIdentifiers=SOLUTION).reviewed("Approved").round()

    lost = world.seller_edits(dealstage="closedlost", aws_use_case="SAP", **properties).round()

    assert lost.body["LifeCycle"]["Stage"] == "Qualified"
    assert lost.body["Project"]["CustomerUseCase"] == "SAP"
    assert lost.deal.get("aws_sync_message") == sentence
    assert lost.deal.get("aws_sync_status") == "needs_you"
