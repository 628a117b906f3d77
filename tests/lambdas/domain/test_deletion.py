"""What is decided about the opportunity of a deal that is gone."""

from __future__ import annotations

import pytest

from lambdas.domain import status
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Deletion
from tests.lambdas.domain.builders import MAPPING, NOW, SETTINGS, World, linked

HOUR = 3600.0
STATUSES = ("Pending Submission", "Submitted", "In review", "Action Required", "Approved", "Rejected")


def _plan(world: World, deletion: Deletion | None, *, rivals: tuple[str, ...] = (), is_archived: bool = True) -> Plan:
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=world.deal.model_copy(update={"archived": is_archived}),
        opportunity=world.opportunity,
        base=world.base,
        submission=None,
        settings=SETTINGS,
        mapping=MAPPING,
        now=NOW,
        deletion=deletion,
        rivals=rivals,
    )


def _gone(hours: float, *, in_mass: bool = False) -> Deletion:
    return Deletion(at=NOW - hours * HOUR, in_mass=in_mass)


@pytest.mark.parametrize(
    ("review_status", "closes", "looks_again"),
    [
        ("Pending Submission", False, False),
        ("Submitted", False, True),
        ("In review", False, True),
        ("Action Required", False, True),
        ("Approved", True, True),
        ("Rejected", False, False),
    ],
)
def test_by_review_status(review_status: str, *, closes: bool, looks_again: bool) -> None:
    world = linked().reviewed(review_status)

    early, late = _plan(world, _gone(23)), _plan(world, _gone(24))

    assert early.look_again == (NOW + HOUR if looks_again else None)
    assert early.steps() == ()
    assert late.look_again is None
    assert late.steps() == ((Step.UPDATE_OPPORTUNITY,) if closes else ())


def test_it_is_closed_as_lost_and_that_is_agreed_on() -> None:
    plan = _plan(linked().reviewed("Approved"), _gone(25))

    assert plan.update is not None
    assert (plan.update["LifeCycle"]["Stage"], plan.update["LifeCycle"]["ClosedLostReason"]) == ("Closed Lost", "Other")
    assert status.present(plan, Results()) == {}, "the deal is gone: nothing is written to it"
    agreed = status.base_after(plan, Results())
    assert agreed is not None
    assert agreed.fields["LifeCycle.Stage"] == "Closed Lost"


@pytest.mark.parametrize("stage", ["Closed Lost", "Launched"])
def test_what_is_over_stays(stage: str) -> None:
    world = linked().reviewed("Approved", Stage=stage)

    assert _plan(world, _gone(25)).steps() == ()
    assert _plan(world, _gone(1)).look_again is None


def test_a_deal_that_is_gone_without_having_been_deleted_closes_nothing() -> None:
    plan = _plan(linked().reviewed("Approved"), None)

    assert (plan.steps(), plan.look_again) == ((), None)


def test_one_of_many_waits_for_an_operator() -> None:
    plan = _plan(linked().reviewed("Approved"), _gone(25, in_mass=True))

    assert plan.in_mass
    assert plan.steps() == ()
    assert status.outcome(plan, Results()) == "ON_HOLD"


def test_a_merge_of_two_shared_deals_is_asked_about() -> None:
    plan = _plan(linked(), None, rivals=("O2",), is_archived=False)

    assert status.status(plan, Results()) == "needs_you"
    assert "has O2 at AWS, which Cosell leaves alone" in status.message(plan, Results())
