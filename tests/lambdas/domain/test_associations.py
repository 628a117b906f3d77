"""Solutions, products and offers: sets that both sides edit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import status
from lambdas.domain.associated import Association
from lambdas.domain.lookups import Known, Lookup
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Record
from lambdas.settings import Settings
from tests.lambdas.domain.builders import NOW, World, linked, replace_body
from tests.support.beside_life import with_extras

NONE_CONFIGURED = Settings(catalog="Sandbox")
OFFER = "arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-abc123"
SHOWN = {
    "Arn": "arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/opportunity/O1",
    "CreatedDate": "2026-11-24T03:00:00.000000Z",
}
TEN = [f"S-{number}" for number in range(10)]


def _linked(**properties: str | None) -> World:
    """A shared deal with its opportunity, in step, in a portal with all properties of this subject."""
    return _round(_round(World().seller_edits(**properties)))


def _plan(world: World, *options: str, settings: Settings = NONE_CONFIGURED) -> Plan:
    """`options` are those of `aws_solutions` in the portal, where they are asked for."""
    known = Known({Lookup(kind="options", key="aws_solutions"): frozenset(options)}) if options else Known()
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=world.deal,
        opportunity=world.opportunity,
        base=world.base,
        submission=None,
        settings=settings,
        mapping=with_extras(),
        now=NOW,
        known=known,
    )


def _round(world: World, *options: str) -> World:
    plan = _plan(world, *options)
    after = world.applied(plan)
    if after.opportunity is not None and "Arn" not in after.body:
        after = replace(after, opportunity=replace_body(after.opportunity, after.body | SHOWN))
    return after


def _aws_has(world: World, **kinds: list[str]) -> World:
    return world.aws_edits(RelatedEntityIdentifiers=kinds)


def _ids(associations: Any) -> list[str]:
    return [one.id for one in associations]


def test_a_replacement_links_the_new_before_the_old_goes() -> None:
    plan = _plan(_linked(aws_solutions="S-1").seller_edits(aws_solutions="S-2"))

    assert _ids(plan.associate) == ["S-2"]
    assert _ids(plan.disassociate) == ["S-1"]
    assert plan.steps() == (Step.ASSOCIATE_OPPORTUNITY, Step.DISASSOCIATE_OPPORTUNITY)


def test_what_aws_links_and_unlinks_shows_on_the_deal() -> None:
    world = _aws_has(_linked(aws_solutions="S-1;S-2"), Solutions=["S-2", "S-3"])

    assert _plan(world).lookups == (Lookup(kind="options", key="aws_solutions"),)
    plan = _plan(world, "S-1", "S-2", "S-3")

    assert plan.deal_changes["aws_solutions"] == "S-2;S-3"
    assert plan.steps() == ()


def test_edits_of_both_sides_are_joined() -> None:
    world = _linked(aws_solutions="S-1;S-2").seller_edits(aws_solutions="S-2;S-4")

    plan = _plan(_aws_has(world, Solutions=["S-1", "S-2", "S-3"]), "S-3")

    assert (_ids(plan.associate), _ids(plan.disassociate)) == (["S-4"], ["S-1"])
    assert plan.deal_changes["aws_solutions"] == "S-2;S-4;S-3"


def test_what_the_property_has_no_option_for_stays_at_aws_and_is_named() -> None:
    world = _aws_has(_linked(aws_solutions="S-1"), Solutions=["S-1", "S-9"])

    plan = _plan(world, "S-1")

    assert "aws_solutions" not in plan.deal_changes
    assert plan.steps() == ()
    assert "AWS: our solutions: AWS also has S-9, which this property has no option for yet." in plan.notices
    later = _plan(_round(world, "S-1"), "S-1", "S-9")
    assert later.deal_changes["aws_solutions"] == "S-1;S-9"


def test_a_configured_default_is_shown_on_the_deal_once_aws_has_it() -> None:
    world = linked()

    plan = _plan(world, "S-1234567", settings=Settings(catalog="Sandbox", solutions="S-1234567"))

    assert plan.deal_changes["aws_solutions"] == "S-1234567"
    assert plan.steps() == ()


def test_a_default_that_is_configured_no_longer_takes_nothing_off_aws() -> None:
    assert _plan(linked()).disassociate == ()


def test_a_lost_answer_is_not_taken_for_an_edit_of_aws() -> None:
    """The seller takes off what a round linked that never ended."""
    world = _linked(aws_solutions="S-1")
    sent = _aws_has(world, Solutions=["S-1", "S-2"])
    lost = replace(sent, base=sent.base.model_copy(update={"linking": {"aws_solutions": ("S-2",)}}))

    plan = _plan(lost)

    assert _ids(plan.disassociate) == ["S-2"]
    assert "aws_solutions" not in plan.deal_changes


@pytest.mark.parametrize(
    ("review", "stage", "described", "removes"),
    [
        ("Pending Submission", "Qualified", False, True),
        ("Approved", "Qualified", False, False),
        ("Approved", "Qualified", True, True),
        ("Approved", "Committed", True, False),
    ],
)
def test_the_last_solution_stays_where_aws_needs_one(review: str, stage: str, described: bool, removes: bool) -> None:
    world = _linked(aws_solutions="S-1").reviewed(review, Stage=stage)
    world = world.aws_edits(Project={"OtherSolutionDescription": "Our own"}) if described else world

    plan = _plan(world.seller_edits(aws_solutions=None))

    assert bool(plan.disassociate) == removes
    says = status.message(plan, Results())
    assert ("AWS keeps at least one solution" in says) == (not removes)


def test_what_is_blocked_stays_the_seller_s_edit() -> None:
    world = _round(_linked(aws_solutions="S-1").reviewed("Approved").seller_edits(aws_solutions=None))

    plan = _plan(world.seller_edits(aws_solutions="S-2"))

    assert (_ids(plan.associate), _ids(plan.disassociate)) == (["S-2"], ["S-1"])


@pytest.mark.parametrize(("review", "waits"), [("In review", True), ("Submitted", True), ("Action Required", False)])
def test_edits_wait_for_the_review(review: str, waits: bool) -> None:
    world = _linked(aws_solutions="S-1").reviewed(review).seller_edits(aws_solutions="S-2")

    plan = _plan(world)

    assert (not plan.associate and not plan.disassociate) == waits
    if waits:
        assert plan.held == ("RelatedEntityIdentifiers.Solutions",)
        assert "Waits until AWS has reviewed the deal: AWS: our solutions." in plan.notices
        plan = _plan(_round(world).reviewed("Approved"))
        assert (_ids(plan.associate), _ids(plan.disassociate)) == (["S-2"], ["S-1"])


def test_products_have_a_quota_of_their_own() -> None:
    twenty = [f"Product{number}" for number in range(20)]
    assert len(_plan(_linked().seller_edits(aws_products=";".join(twenty))).associate) == 20

    plan = _plan(_linked().seller_edits(aws_products=";".join([*twenty, "Another"])))

    assert plan.associate == ()
    assert plan.problems[-1].sentence == ("AWS: AWS products: with these the opportunity would have 21; AWS takes 20")


def test_at_the_quota_the_old_goes_and_the_new_comes() -> None:
    plan = _plan(_linked(aws_solutions=";".join(TEN)).seller_edits(aws_solutions=";".join([*TEN[1:], "S-10"])))

    assert plan.associate == (Association(kind="Solutions", id="S-10"),)
    assert plan.disassociate == (Association(kind="Solutions", id="S-0"),)


def test_an_offer_goes_out_after_the_submission_as_an_arn() -> None:
    draft = _linked(aws_solutions="S-1").seller_edits(aws_offer="offer-abc123")
    plan = _plan(draft)
    assert plan.associate == ()
    assert "Waits until the deal is submitted: AWS: Marketplace private offer." in plan.notices

    approved = _plan(draft.reviewed("Approved"))

    assert approved.associate == (Association(kind="AwsMarketplaceOffers", id=OFFER),)


def test_another_offer_replaces_the_one_at_aws_whoever_made_it() -> None:
    world = _aws_has(_linked(aws_solutions="S-1").reviewed("Approved"), Solutions=["S-1"], AwsMarketplaceOffers=[OFFER])
    world = _round(world)
    assert world.deal.get("aws_offer") == OFFER

    offer_set = OFFER.replace("Offer/offer", "OfferSet/offerset")
    plan = _plan(world.seller_edits(aws_offer=offer_set))

    assert plan.associate == (Association(kind="AwsMarketplaceOfferSets", id=offer_set),)
    assert plan.disassociate == (Association(kind="AwsMarketplaceOffers", id=OFFER),)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("aws_solutions", "Data Lake", '"Data Lake" is no solution of AWS, which look like S-0012345'),
        ("aws_products", "Redshift!", '"Redshift!" is no AWS product, which look like AmazonRedshift'),
        ("aws_offer", "my offer", '"my offer" is no private offer of AWS Marketplace'),
        ("aws_offer", "offer-1, offer-2", "AWS takes one"),
    ],
)
def test_what_cannot_be_linked_is_a_problem_of_its_property(name: str, value: str, says: str) -> None:
    plan = _plan(_linked(aws_solutions="S-1").seller_edits(**{name: value}))

    assert plan.associate == plan.disassociate == ()
    assert any(says in problem.sentence for problem in plan.problems)


def test_the_description_that_aws_empties_is_no_edit_of_its() -> None:
    world = _linked(aws_other_solution="Our own make", aws_solutions="S-1")
    assert world.body["Project"].get("OtherSolutionDescription") is None

    plan = _plan(world)

    assert plan.steps() == ()
    assert world.deal.get("aws_other_solution") == "Our own make"
    edited = _plan(world.seller_edits(aws_other_solution="Another"))
    assert [(change.path, change.after) for change in edited.changes] == [
        ("Project.OtherSolutionDescription", "Another")
    ]


# Line items, of deals that Cosell made


def _items(world: World, *skus: str) -> World:
    items = tuple(Record(id=sku, properties={"hs_sku": sku}) for sku in skus)
    return replace(world, deal=world.deal.model_copy(update={"line_items": items}))


def _made_by_us() -> World:
    """With S-1 at AWS, on the deal, and in a line item."""
    return _round(_items(_linked(aws_origin="partner_central", aws_solutions="S-1"), "S-1"))


def test_a_deal_of_our_own_gets_a_line_item_for_each_solution_once() -> None:
    world = _linked(aws_origin="aws_referral", aws_solutions="S-1")
    fresh = replace(world, base=world.base.model_copy(update={"beside": type(world.base.beside)()}))

    assert _plan(fresh).line_items == ("S-1",)
    assert _plan(_round(fresh)).line_items == ()
    assert _plan(_linked(aws_origin="partner_referral", aws_solutions="S-1")).line_items == ()


def test_a_line_item_that_the_seller_adds_is_a_solution_of_the_deal() -> None:
    plan = _plan(_items(_made_by_us(), "S-1", "S-2", "CONSULTING"))

    assert _ids(plan.associate) == ["S-2"]


def test_a_line_item_that_the_seller_removes_takes_its_solution_along() -> None:
    world = _round(_items(_made_by_us(), "S-1", "S-2"))
    world = _round(_items(world, "S-1", "S-2"), "S-1", "S-2")
    assert world.deal.get("aws_solutions") == "S-1;S-2"

    plan = _plan(_items(world, "S-1"))

    assert _ids(plan.disassociate) == ["S-2"]
    assert plan.deal_changes["aws_solutions"] == "S-1"


def test_a_solution_taken_off_the_property_stays_off_although_its_line_item_is_left() -> None:
    world = _round(_items(_made_by_us(), "S-1", "S-2"))
    world = _round(_items(world, "S-1", "S-2"), "S-1", "S-2")

    world = _round(world.seller_edits(aws_solutions="S-1"))

    assert _plan(world).steps() == ()
    assert world.opportunity is not None
    assert world.opportunity.solutions == ("S-1",)


# Whatever both sides do


SOME = st.sets(st.sampled_from([f"S-{number}" for number in range(1, 6)]), min_size=1)


@given(before=SOME, seller=SOME, aws=SOME)
def test_after_a_round_both_sides_have_the_same_and_nothing_moves_any_more(
    before: set[str], seller: set[str], aws: set[str]
) -> None:
    options = [f"S-{number}" for number in range(1, 6)]
    world = _linked(aws_solutions=";".join(sorted(before))).seller_edits(aws_solutions=";".join(sorted(seller)))
    world = _aws_has(world, Solutions=sorted(aws))

    world = _round(world, *options)

    joined = (before & seller & aws) | (seller - before) | (aws - before)
    assert world.opportunity is not None
    assert {*world.opportunity.solutions} == joined
    assert {*filter(None, (world.deal.get("aws_solutions") or "").split(";"))} == joined
    plan = _plan(_round(world, *options), *options)
    assert plan.steps() == ()
    assert status.present(plan, Results()) == {}
