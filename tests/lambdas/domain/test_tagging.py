"""Tags that the seller writes on the deal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import status
from lambdas.domain.associated import TagChange
from lambdas.domain.lookups import Known, Lookup
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Problem
from lambdas.domain.tagging import Untaggable, parse, written
from tests.lambdas.domain.builders import NOW, SETTINGS, World, a_deal, linked
from tests.support.beside_life import with_extras

ARN = "arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/opportunity/O1"
DONE = Results(tagged=True)


def _plan(world: World, at_aws: dict[str, str] | None = None) -> Plan:
    known = {} if at_aws is None else {Lookup(kind="tags", key=ARN): at_aws}
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=world.deal,
        opportunity=world.opportunity,
        base=world.base,
        submission=None,
        settings=SETTINGS,
        mapping=with_extras(),
        now=NOW,
        known=Known(known),
    )


def _tagged(text: str, **tags: str) -> World:
    """A deal with this text, and an opportunity whose tags were set from it."""
    world = linked(aws_tags=text, aws_solutions="S-1234567").aws_edits(Arn=ARN)
    beside = world.base.beside.model_copy(update={"tags": tags})
    return World(world.deal, world.opportunity, world.base.model_copy(update={"beside": beside}))


def test_a_new_deal_is_tagged_in_the_round_that_makes_its_opportunity() -> None:
    plan = _plan(World(deal=a_deal(aws_tags="segment=enterprise")))

    assert plan.steps()[-1] is Step.TAG_OPPORTUNITY
    assert plan.tags == TagChange(put={"segment": "enterprise"})
    agreed = status.base_after(plan, DONE.model_copy(update={"created": "O1"}))
    assert agreed is not None
    assert agreed.beside.tags == {"segment": "enterprise"}


def test_only_what_was_set_from_the_deal_is_taken_away() -> None:
    plan = _plan(_tagged("tier=2", segment="enterprise", tier="1"))

    assert plan.tags == TagChange(put={"tier": "2"}, remove=("segment",))
    agreed = status.base_after(plan, DONE)
    assert agreed is not None
    assert agreed.beside.tags == {"tier": "2"}


def test_nothing_is_read_or_written_while_the_deal_says_the_same() -> None:
    plan = _plan(_tagged("tier = 1\n\nsegment=enterprise\n", segment="enterprise", tier="1"))

    assert (plan.tags, plan.lookups) == (None, ())


def test_a_refusal_stands_in_the_way_of_nothing_and_is_not_agreed_on() -> None:
    problem = Problem(record="deal", label="AWS: tags", what="AWS takes fewer of them")
    plan = _plan(_tagged("tier=1"))

    results = Results(refused_aside=(problem,))

    assert status.message(plan, results) == "AWS: tags: AWS takes fewer of them."
    assert status.next_step(plan, results, after=Step.TAG_OPPORTUNITY) is Step.UPDATE_DEAL
    agreed = status.base_after(plan, results)
    assert agreed is not None
    assert agreed.beside.tags == {}


def test_a_tag_of_a_round_without_an_end_is_remembered_until_tags_are_agreed_on() -> None:
    world = _tagged("tier=1")
    noted = world.base.model_copy(update={"linking": {"aws_tags": ("tier",)}})
    refused = Results(refused=(Problem(record="deal", label="Deal name", what="AWS does not take this value"),))

    before_it = status.base_after(_plan(replace(world, base=noted)), refused)
    assert before_it is not None
    taken_off = _plan(replace(world.seller_edits(aws_tags=""), base=before_it))

    assert taken_off.tags == TagChange(put={}, remove=("tier",))
    agreed = status.base_after(taken_off, DONE)
    assert agreed is not None
    assert agreed.linking == {}


def test_a_refresh_shows_what_became_of_our_tags_and_leaves_all_others() -> None:
    world = _tagged("segment=enterprise\ntier=1\nregion=eu", segment="enterprise", tier="1", region="eu")
    asks = world.seller_edits(aws_action="refresh")
    assert _plan(asks).lookups == (Lookup(kind="tags", key=ARN),)

    plan = _plan(asks, {"segment": "startup", "region": "eu", "cost-center": "42"})

    assert plan.deal_changes["aws_tags"] == "segment=startup\nregion=eu"
    assert plan.tags is None


def test_the_seller_s_edit_wins_over_aws_s_on_a_refresh() -> None:
    world = _tagged("tier=3", tier="1").seller_edits(aws_action="refresh")

    plan = _plan(world, {"tier": "2"})

    assert plan.tags == TagChange(put={"tier": "3"})
    assert "aws_tags" not in plan.deal_changes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("enterprise", '"enterprise" is not a key and a value'),
        ("=enterprise", "is not a key and a value"),
        ("AWS:owner=me", "begins with aws:, which AWS keeps for itself"),
        ("tier=1\ntier=2", '"tier" is there twice'),
        ("k" * 129 + "=1", "AWS takes 128 characters in a key"),
        ("k=" + "v" * 257, "256 after it"),
        ("tier=1;2", "and not ;"),
        ("\n".join(f"k{number}=1" for number in range(51)), "these are 51; AWS takes 50"),
    ],
)
def test_what_aws_does_not_take_is_a_problem(text: str, says: str) -> None:
    plan = _plan(_tagged(text, tier="1"))

    (problem,) = plan.problems
    assert says in problem.sentence
    assert problem.sentence.endswith("for example segment=enterprise")
    assert plan.tags is None


def test_a_portal_without_the_property_leaves_tags_alone() -> None:
    assert linked().plan().tags is None


@given(st.text(max_size=300))
def test_any_text_is_tags_or_a_sentence(text: str) -> None:
    try:
        tags = parse(text)
    except Untaggable:
        return
    assert parse(written(tags)) == tags
