"""The deal's owner at AWS, and AWS's owner on a deal that has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain import status
from lambdas.domain.associated import Assignee
from lambdas.domain.lookups import Known, Lookup, Owner
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import make_plan
from tests.lambdas.domain.builders import MAPPING, NOW, SETTINGS, World, a_deal, linked

SAM = Owner(id="12", email="Sam.Seller@example.com", first_name="Sam", last_name="Seller")
GONE = SAM.model_copy(update={"archived": True})
LEAD = {"BusinessTitle": "OpportunityOwner", "Email": "alliance.lead@partner.example"}
FIRST = LEAD | {"Email": "first@partner.example"}
ASKS = Lookup(kind="owner", key="12")


def _plan(world: World, mapping: Mapping = MAPPING, **answers: Owner | None) -> Plan:
    lookups = {"owner": ASKS, "owner_of": Lookup(kind="owner_of", key=LEAD["Email"])}
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=world.deal,
        opportunity=world.opportunity,
        base=world.base,
        submission=None,
        settings=SETTINGS,
        mapping=mapping,
        now=NOW,
        known=Known({lookups[name]: owner for name, owner in answers.items()}),
    )


def _linked(**properties: str | None) -> World:
    """In step, with an opportunity whose owner is AWS's choice."""
    world = linked(aws_solutions="S-1234567", **properties)
    return world.aws_edits(OpportunityTeam=[FIRST], CreatedDate="2026-11-24T03:00:00.000000Z").round()


def _with_table(table: dict[str, str | None]) -> Mapping:
    return Mapping.model_validate(MAPPING.model_dump() | {"owners": table})


def _after(world: World, plan: Plan, results: Results) -> World:
    base = status.base_after(plan, results) or world.base
    properties = world.deal.properties | status.present(plan, results)
    return replace(world, base=base, deal=world.deal.model_copy(update={"properties": properties}))


def test_an_owner_is_looked_up_when_the_deal_has_another_one() -> None:
    world = _linked()
    assert _plan(world).lookups == ()

    plan = _plan(world.seller_edits(hubspot_owner_id="12"))

    assert plan.lookups == (ASKS,)
    assert plan.assign is None


def test_the_owner_is_assigned_and_then_left_alone() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")

    plan = _plan(world, owner=SAM)

    assert plan.assign == Assignee(email="sam.seller@example.com", first_name="Sam", last_name="Seller")
    assert plan.steps() == (Step.ASSIGN_OPPORTUNITY,)
    later = _plan(_after(world, plan, Results(assigned="")))
    assert (later.lookups, later.assign, later.base_changed) == ((), None, True)  # AWS's side is as it was here


def test_the_owner_of_a_new_opportunity_is_looked_up_only_when_it_can_be_made() -> None:
    assert _plan(World(deal=a_deal(hubspot_owner_id="12", aws_use_case=None))).lookups == ()

    plan = _plan(World(deal=a_deal(hubspot_owner_id="12")), owner=SAM)

    assert Step.ASSIGN_OPPORTUNITY in plan.steps()


@pytest.mark.parametrize(
    ("table", "email"),
    [
        ({"12": "Sam@Partner.example"}, "sam@partner.example"),
        ({"sam.seller@example.com": "sam@partner.example"}, "sam@partner.example"),
        ({"13": "else@partner.example"}, "sam.seller@example.com"),
        ({"12": None}, None),
        ({"sam.seller@example.com": None}, None),
    ],
)
def test_the_table_says_who_is_who_at_partner_central(table: dict[str, str | None], email: str | None) -> None:
    plan = _plan(_linked().seller_edits(hubspot_owner_id="12"), _with_table(table), owner=SAM)

    assert (plan.assign.email if plan.assign else None) == email
    assert plan.notices == ()


def test_another_entry_in_the_table_is_tried() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    world = _after(world, _plan(world, owner=SAM), Results(assigned="Deal owner: AWS knows no user."))
    assert _plan(world).lookups == ()

    assert _plan(world, _with_table({"12": "sam@partner.example"})).lookups == (ASKS,)


def test_another_entry_by_email_in_the_table_is_tried() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    world = _after(world, _plan(world, owner=SAM), Results(assigned="Deal owner: AWS knows no user."))
    table = _with_table({"sam.seller@example.com": "sam@partner.example"})

    plan = _plan(world, table, owner=SAM)

    assert _plan(world, table).lookups == (ASKS,)
    assert plan.assign is not None
    assert plan.assign.email == "sam@partner.example"
    assert _plan(_after(world, plan, Results(assigned="")), table).lookups == ()


def test_somebody_aws_does_not_know_is_said_and_tried_again_on_a_refresh_only() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    plan = _plan(world, owner=SAM)

    results = Results(assigned="Deal owner: AWS knows no user.")

    assert status.message(plan, results) == "Deal owner: AWS knows no user."
    assert status.status(plan, results) == "in_step"
    world = _after(world, plan, results)
    assert _plan(world).notices == ("Deal owner: AWS knows no user.",)
    assert _plan(world).lookups == ()
    assert _plan(world.seller_edits(aws_action="refresh")).lookups == (ASKS,)


@pytest.mark.parametrize("owner", [GONE, None])
def test_an_owner_who_left_is_said_and_stands_in_the_way_of_nothing(owner: Owner | None) -> None:
    plan = _plan(_linked().seller_edits(hubspot_owner_id="12", aws_monthly_spend="20000"), owner=owner)

    assert plan.steps() == (Step.UPDATE_OPPORTUNITY,)
    assert "Deal owner: no longer active in HubSpot" in status.message(plan, Results())


@pytest.mark.parametrize(("review", "held"), [("In review", ("OpportunityTeam",)), ("Rejected", ())])
def test_an_owner_waits_for_the_review(review: str, held: tuple[str, ...]) -> None:
    world = _linked().reviewed(review).seller_edits(hubspot_owner_id="12")

    plan = _plan(world)

    assert (plan.lookups, plan.assign, plan.held) == ((), None, held)
    assert _plan(world.reviewed("Approved")).lookups == (ASKS,)


# AWS's owner


def _with_owner(world: World, **member: Any) -> World:
    return world.aws_edits(OpportunityTeam=[LEAD | member])


def test_a_deal_without_an_owner_gets_the_one_that_aws_changed_to() -> None:
    world = _with_owner(_linked())
    assert _plan(world).lookups == (Lookup(kind="owner_of", key=LEAD["Email"]),)

    plan = _plan(world, owner_of=SAM)

    assert plan.deal_changes == {"hubspot_owner_id": "12"}
    assert plan.steps() == ()
    assert _plan(_after(world, plan, Results())).lookups == ()


def test_aws_s_first_choice_is_no_news_to_a_deal_of_the_seller_s() -> None:
    world = linked(aws_solutions="S-1234567").aws_edits(OpportunityTeam=[LEAD])

    assert _plan(world).lookups == ()


def test_aws_s_owner_is_news_to_a_deal_that_was_made_from_the_opportunity() -> None:
    world = linked(aws_solutions="S-1234567").aws_edits(
        OpportunityTeam=[LEAD], CreatedDate="2026-11-24T03:00:00.000000Z"
    )
    world = world.seller_edits(aws_origin="partner_central")

    assert _plan(world, owner_of=SAM).deal_changes["hubspot_owner_id"] == "12"


def test_the_table_is_read_backwards() -> None:
    world = _linked()

    plan = _plan(_with_owner(world), _with_table({"12": LEAD["Email"]}))

    assert plan.deal_changes == {"hubspot_owner_id": "12"}


def test_an_owner_whom_the_seller_took_off_does_not_come_back() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    world = _after(world, _plan(world, owner=SAM), Results(assigned=""))

    world = _with_owner(world.seller_edits(hubspot_owner_id=None), Email="sam.seller@example.com")

    assert (_plan(world).lookups, _plan(world).deal_changes) == ((), {})
    assert _plan(_after(world, _plan(world), Results())).deal_changes == {}


def test_an_owner_whom_the_seller_took_off_does_not_come_back_when_aws_shows_them_late() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    world = _after(world, _plan(world, owner=SAM), Results(assigned=""))
    world = world.seller_edits(hubspot_owner_id=None)
    world = _after(world, _plan(world), Results())  # AWS still shows the owner before

    world = _with_owner(world, Email="sam.seller@example.com")

    assert (_plan(world).lookups, _plan(world, owner_of=SAM).deal_changes) == ((), {})
    assert _plan(_after(world, _plan(world), Results())).base_changed is False


def test_who_is_put_on_after_that_is_assigned() -> None:
    world = _linked().seller_edits(hubspot_owner_id="12")
    world = _after(world, _plan(world, owner=SAM), Results(assigned="")).seller_edits(hubspot_owner_id=None)
    world = _after(world, _plan(world), Results())

    plan = _plan(world.seller_edits(hubspot_owner_id="12"), owner=SAM)

    assert plan.assign is not None


def test_an_owner_whose_assigning_came_to_no_end_does_not_come_back() -> None:
    world = _linked()
    about_to = world.base.model_copy(update={"linking": {"hubspot_owner_id": ("sam.seller@example.com",)}})

    world = _with_owner(replace(world, base=about_to), Email="sam.seller@example.com")

    assert (_plan(world).lookups, _plan(world, owner_of=SAM).deal_changes) == ((), {})
    assert _plan(_after(world, _plan(world), Results())).lookups == ()


def test_an_owner_whom_hubspot_does_not_have_is_looked_for_once() -> None:
    world = _with_owner(_linked())

    plan = _plan(world, owner_of=None)

    assert plan.deal_changes == {}
    assert _plan(_after(world, plan, Results())).lookups == ()
