"""What holds of every plan, whatever was edited where: tried at random, between the simulators themselves.

A few hundred examples run in the suite. `make soak`, or this file alone with HYPOTHESIS_PROFILE=thorough, tries
thousands, others each time.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lambdas.domain import fields, locks, paths
from lambdas.domain.mapping import FieldRule
from lambdas.domain.plan import Plan
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Record
from tests.lambdas.domain.builders import NOW, SETTINGS
from tests.support.two_sides import drawn
from tests.support.two_sides.drawn import Act
from tests.support.two_sides.groups import groups
from tests.support.two_sides.pair import TwoSides, a_pair
from tests.support.two_sides.resting import MAPPINGS, PLACES, at_rest, unexplained
from tests.support.two_sides.services import without_nulls

SOME = settings(max_examples=settings().max_examples * 45 // 100)
EVERYTHING = MAPPINGS["everything"]
GROUPS = groups(EVERYTHING)
PLACE = st.sampled_from(sorted(PLACES))
STORIES = {name: st.lists(drawn.acts(mapping), min_size=1, max_size=6) for name, mapping in MAPPINGS.items()}
STORY = st.sampled_from(sorted(MAPPINGS)).flatmap(lambda name: st.tuples(st.just(name), STORIES[name]))
ONE_EDIT = st.sampled_from(EVERYTHING.fields).flatmap(lambda rule: drawn.edits_of(rule, EVERYTHING))


def holds(sides: TwoSides) -> None:
    """The pair comes to rest, says what differs, and was never refused or told to change what is locked."""
    plan = sides.syncs()

    assert list(unexplained(sides, plan)) == []
    assert sides.refusals == []
    for write in sides.writes:
        is_locked = locks.locked_in(write.status)
        assert [path for path in write.paths if is_locked(path)] == []


@SOME
@given(place=PLACE, story=STORY)
def test_whatever_happens_the_pair_comes_to_rest_and_every_difference_has_a_name(
    place: str, story: tuple[str, list[Act]]
) -> None:
    mapping, acts = story
    sides = at_rest(place, mapping)

    for act in acts:
        act.do(sides)

    holds(sides)


@SOME
@given(story=STORY)
def test_whatever_a_deal_says_it_is_shared_or_says_why_not(story: tuple[str, list[Act]]) -> None:
    mapping, acts = story
    sides = a_pair(MAPPINGS[mapping])

    for act in acts:
        act.do(sides)

    holds(sides)
    is_shared = sides.read_deal().get("aws_share") == "yes"
    assert not is_shared or sides.opportunity or sides.decide().problems


# Edits of fields that have nothing to do with each other


@st.composite
def unrelated(draw: st.DrawFn) -> tuple[Act, Act]:
    """Two edits, on either side, in two groups of fields."""
    one, other = draw(st.lists(st.sampled_from(range(len(GROUPS))), min_size=2, max_size=2, unique=True))
    first, second = (draw(st.sampled_from(GROUPS[number])) for number in (one, other))
    return draw(drawn.edits_of(first, EVERYTHING)), draw(drawn.edits_of(second, EVERYTHING))


@SOME
@given(place=PLACE, edits=unrelated(), between=st.booleans())
def test_edits_of_unrelated_fields_commute(place: str, edits: tuple[Act, Act], between: bool) -> None:
    # AWS takes one update of what it asks for and is back at its review then: what comes after that waits.
    assume(not (between and place == locks.ACTION_REQUIRED))
    ends = []
    for ordered in (edits, edits[::-1]):
        sides = at_rest(place)
        for act in ordered:
            act.do(sides)
            if between:
                sides.syncs()
        sides.syncs()
        ends.append(_end(sides))

    assert ends[0] == ends[1]


def _end(sides: TwoSides) -> dict[str, Any]:
    """All that people see on both sides, and what is agreed on; times apart."""
    deal, base = sides.read_deal(), sides.base
    records = [deal, *([deal.company] if deal.company else []), *deal.contacts]
    return {
        "aws": without_nulls(sides.stored.fields),
        "hubspot": [
            {name: value for name, value in record.properties.items() if not name.endswith("_on")} for record in records
        ],
        "agreed": base.model_copy(update={"timeline": Base().timeline, "digest": ""}),
    }


# Nothing gets lost


@SOME
@given(place=PLACE, mapping=st.sampled_from(["everything", "AWS wins"]), data=st.data())
def test_of_two_edits_of_one_field_none_is_lost_without_a_trace(place: str, mapping: str, data: st.DataObject) -> None:
    sides = at_rest(place, mapping)
    rule = data.draw(st.sampled_from(sides.mapping.fields))
    before = _both(sides, rule)
    for _ in range(2):
        data.draw(drawn.edits_of(rule, sides.mapping)).do(sides)
    after, typed = _both(sides, rule), _typed(sides, rule)

    holds(sides)

    trail = [change.before for change in sides.lost if change.path == rule.path]
    ours, theirs = after
    if ours not in (before[0], None):  # an empty property is nothing to lose
        assert _typed(sides, rule) == typed or ours in trail
    if theirs != before[1]:
        assert _both(sides, rule)[1] == theirs or theirs in trail


def _both(sides: TwoSides, rule: FieldRule) -> tuple[Any, Any]:
    opportunity = sides.read_opportunity()
    assert opportunity is not None
    said = fields.wanted(sides.read_deal(), sides.mapping, sides.facts).fields
    return said.get(rule.path), fields.seen(opportunity, sides.mapping).get(rule.path)


def _typed(sides: TwoSides, rule: FieldRule) -> list[str | None]:
    """What stands in the field's properties, of whoever it is."""
    deal = sides.read_deal()
    records = {"deal": (deal,), "company": (deal.company,), "contact": deal.contacts}
    return [record.get(row.property) for row in rule.rows for record in records[rule.object] if record is not None]


@SOME
@given(place=PLACE, acts=st.lists(st.one_of(drawn.seller_edits(EVERYTHING), drawn.reviews()), max_size=5))
def test_what_aws_rewrites_is_no_edit_of_what_a_seller_has_typed(place: str, acts: list[Act]) -> None:
    sides = at_rest(place)
    for act in acts:
        act.do(sides)
        before = _seller_says(sides)

        sides.syncs()

        after = _seller_says(sides)
        assert {name: after[name] for name in before} == before


def _seller_says(sides: TwoSides) -> dict[tuple[str, str], str]:
    deal = sides.read_deal()
    records: dict[str, list[Record]] = {"deal": [deal], "contact": [*deal.contacts]}
    records["company"] = [deal.company] if deal.company else []
    return {
        (record.id, row.property): value
        for row in sides.mapping.active
        if row.writer == "seller" and row.property != "aws_action"
        for record in records.get(row.object, [])
        if (value := record.get(row.property)) is not None
    }


# Totality

TEXTS = st.one_of(st.none(), st.sampled_from([*drawn.ODD, *drawn.WORDS]), st.text(max_size=8))
VALUES: st.SearchStrategy[Any] = st.one_of(
    TEXTS, st.integers(), st.lists(TEXTS, max_size=2), st.fixed_dictionaries({"hubspot": TEXTS, "aws": TEXTS})
)


@SOME
@given(
    place=PLACE,
    typed=st.dictionaries(st.sampled_from(sorted({row.property for row in EVERYTHING.active})), TEXTS, max_size=6),
    shown=st.dictionaries(st.sampled_from([rule.path for rule in EVERYTHING.fields]), TEXTS, max_size=4),
    agreed=st.dictionaries(st.sampled_from([rule.path for rule in EVERYTHING.fields]), VALUES, max_size=6),
    known=st.booleans(),
)
def test_a_plan_comes_of_anything_and_is_the_same_each_time(
    place: str, typed: dict[str, Any], shown: dict[str, Any], agreed: dict[str, Any], known: bool
) -> None:
    """Whatever HubSpot or AWS may hold one day, and whatever an older version has agreed on."""
    sides = at_rest(place)
    deal, opportunity = sides.read_deal(), sides.read_opportunity()
    assert opportunity is not None
    assert deal.company is not None
    company = deal.company.model_copy(update={"properties": deal.company.properties | typed})
    contacts = [one.model_copy(update={"properties": one.properties | typed}) for one in deal.contacts]
    changed = {"properties": deal.properties | typed | {"aws_share": "yes"}, "company": company}
    body = opportunity.model_copy(deep=True).body
    for path, value in shown.items():
        if path != "Customer.Contacts":
            paths.put(body, path, value)

    def planned() -> Plan:
        return make_plan(
            pair="pair-1",
            fence=1,
            deal=deal.model_copy(update={**changed, "contacts": tuple(contacts)}),
            opportunity=opportunity.model_copy(update={"body": body}),
            base=Base(fields=agreed, known=known),
            submission=sides.submission,
            settings=SETTINGS,
            mapping=EVERYTHING,
            now=NOW,
        )

    plan = planned()

    assert plan == planned()
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
