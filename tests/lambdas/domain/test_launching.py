"""A won deal is launched when its seller says so, and never by a stage."""

from __future__ import annotations

import pytest

from lambdas.domain import status
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan, Results
from lambdas.domain.records import Problem
from lambdas.settings import Settings
from tests.lambdas.domain.builders import MAPPING, World, a_deal, linked, plan_for
from tests.lambdas.domain.test_stages import approved

REFUSAL = Problem(record="deal", label="AWS: software value", what="AWS wants a value")


def won() -> World:
    return approved("closedwon")


def launching(world: World) -> World:
    return world.seller_edits(aws_action="launch")


def strict(**required: str) -> Mapping:
    """The mapping of a partner in a program that wants these properties at launch."""
    rows = tuple(
        row.model_copy(update={"required": "launch"}) if row.property in required else row for row in MAPPING.rows
    )
    return Mapping.model_validate({**MAPPING.model_dump(), "rows": [row.model_dump() for row in rows]})


def planned(world: World, mapping: Mapping = MAPPING) -> Plan:
    return plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping)


def test_a_won_deal_is_launched_once_and_stays_won() -> None:
    launched = launching(won()).round()

    assert launched.body["LifeCycle"]["Stage"] == "Launched"
    assert launched.deal.get("aws_action") is None
    assert launched.deal.get("dealstage") == "closedwon"
    assert launched.base.launching is False
    after = launched.round()
    assert after.deal.get("aws_sync_status") == "closed"
    assert after.deal.get("aws_opportunity_stage") == "Launched"
    assert after.deal.get("aws_launched_on") == "2026-11-24T03:00:00Z"
    assert after.deal.get("aws_sync_message") is None
    assert after.plan().steps() == ()


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (linked(dealstage="closedwon"), "not possible before AWS has approved the deal; nothing was sent."),
        (
            approved(),
            "not possible before the deal is won. Move it to the stage for won deals, then choose this again.",
        ),
        (won().reviewed("Approved", Stage="Launched").round(), "the deal is launched already."),
    ],
    ids=["not approved", "not won", "launched"],
)
def test_a_launch_that_is_not_possible_is_said_and_forgotten(world: World, why: str) -> None:
    plan = launching(world).plan()

    assert plan.steps() == ()
    assert plan.clear_action
    assert f"Launch: {why}" in status.message(plan, Results())
    assert not plan.launching


def test_a_deal_without_an_opportunity_cannot_be_launched() -> None:
    plan = plan_for(a_deal(aws_action="launch"))

    assert plan.create is not None
    assert "Launch: not possible before AWS has approved the deal" in status.message(plan, Results())


def test_what_a_program_wants_at_launch_is_asked_for_and_the_launch_goes_by_itself_then() -> None:
    mapping = strict(aws_account_id="")
    asked = launching(won())

    plan = planned(asked, mapping)
    assert plan.steps() == ()
    assert status.message(plan, Results()) == (
        "Company AWS: account ID: it is empty, and AWS wants it at launch, for example 123456789012.\n"
        "Launch: waits for what is said here, and is done then."
    )
    base = status.base_after(plan, Results())
    assert base is not None
    assert base.launching

    given = won().company_changes(aws_account_id="123456789012")
    goes = plan_for(given.deal, given.opportunity, base=base, mapping=mapping)
    assert ("LifeCycle.Stage", "Launched") in {(change.path, change.after) for change in goes.changes}
    assert goes.problems == ()


def test_nobody_is_asked_before_the_launch() -> None:
    assert planned(won(), strict(aws_account_id="")).problems == ()


def test_a_launch_that_aws_refuses_stands_until_it_takes_it() -> None:
    plan = launching(won()).plan()
    refused = Results(refused=(REFUSAL,))

    assert "Launch: waits for what is said here, and is done then." in status.message(plan, refused)
    base = status.base_after(plan, refused)
    assert base is not None
    assert base.launching
    again = plan_for(won().deal, won().opportunity, base=base)
    assert [change.after for change in again.changes] == ["Launched"]


def test_a_launch_is_called_off_by_moving_the_deal_back() -> None:
    base = won().base.model_copy(update={"launching": True})
    back = won().seller_edits(dealstage="contractsent")

    plan = plan_for(back.deal, back.opportunity, base=base)

    assert [change.after for change in plan.changes] == ["Business Validation"]
    assert not plan.launching


def test_a_launch_needs_a_solution_that_aws_lists() -> None:
    bare = launching(won().aws_edits(RelatedEntityIdentifiers={"Solutions": []}))

    plan = plan_for(bare.deal, bare.opportunity, base=bare.base, settings=Settings(catalog="Sandbox"))

    assert plan.update is None
    assert "AWS: our solutions: AWS wants at least one before a deal is Launched" in status.message(plan, Results())
    assert plan.launching


def test_a_launch_whose_answer_was_lost_is_no_news() -> None:
    arrived = launching(won()).reviewed("Approved", Stage="Launched")
    base = arrived.base.model_copy(update={"pending": {"LifeCycle.Stage": "Launched"}})

    plan = plan_for(arrived.deal, arrived.opportunity, base=base)

    assert plan.steps() == ()
    assert status.message(plan, Results()) == ""


def test_a_launch_that_waits_outlives_what_goes_to_aws_meanwhile() -> None:
    mapping = strict(aws_account_id="")
    edited = launching(won()).seller_edits(aws_next_step="Workshop on 12 March")

    plan = planned(edited, mapping)

    assert [change.path for change in plan.changes] == ["LifeCycle.NextSteps"]
    base = status.base_after(plan, Results())
    assert base is not None
    assert base.launching
