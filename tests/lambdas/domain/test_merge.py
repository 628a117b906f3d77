"""The three-way merge, as a table and as properties that hold for any fields and edits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.merge import Agreed, Merge, Rule, agree, merge
from lambdas.domain.records import Base

BOTH_WAYS = Rule(policy="hubspot", flows_back=True)
AWS_FIRST = Rule(policy="aws", flows_back=True)
ONE_WAY = Rule(policy="hubspot", flows_back=False)
ONE_WAY_AWS = Rule(policy="aws", flows_back=False)


def merged(base: Any, ours: Any, theirs: Any, rule: Rule = BOTH_WAYS, *, locked: bool = False, **state: Any) -> Merge:
    known = Base(fields={} if base is None else {"f": base}, known=True).model_copy(update=state)
    return merge(known, {"f": ours}, {"f": theirs}, lambda _path: locked, {"f": rule})


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "rule", "to_aws", "to_hubspot", "lost"),
    [
        pytest.param("a", "a", "a", BOTH_WAYS, None, None, None, id="nothing changed"),
        pytest.param("a", "b", "b", BOTH_WAYS, None, None, None, id="both made the same edit"),
        pytest.param("a", "b", "a", BOTH_WAYS, "b", None, None, id="the seller's edit"),
        pytest.param("a", None, "a", BOTH_WAYS, (None,), None, None, id="the seller cleared it"),
        pytest.param("a", "a", "b", BOTH_WAYS, None, "b", None, id="AWS's edit"),
        pytest.param("a", "a", None, BOTH_WAYS, None, (None,), None, id="AWS cleared it"),
        pytest.param("a", "b", "c", BOTH_WAYS, "b", None, "c", id="both, HubSpot wins"),
        pytest.param("a", "b", "c", AWS_FIRST, None, "c", "b", id="both, AWS wins"),
        pytest.param("a", "a", "b", ONE_WAY, None, None, None, id="AWS's edit that HubSpot cannot take"),
        pytest.param("a", "b", "c", ONE_WAY_AWS, None, None, "b", id="both, AWS wins, HubSpot cannot take it"),
        pytest.param({"hubspot": "a", "aws": "b"}, "a", "b", BOTH_WAYS, None, None, None, id="an agreed difference"),
        pytest.param(
            {"hubspot": "a", "aws": "b"}, "c", "b", BOTH_WAYS, "c", None, None, id="an edit after a difference"
        ),
        pytest.param(None, "a", None, BOTH_WAYS, "a", None, None, id="first value at HubSpot"),
        pytest.param(None, None, "a", BOTH_WAYS, None, "a", None, id="first value at AWS"),
    ],
)
def test_who_wins(  # noqa: PLR0917 - a row of the table
    base: Any, ours: Any, theirs: Any, rule: Rule, to_aws: Any, to_hubspot: Any, lost: Any
) -> None:
    result = merged(base, ours, theirs, rule)

    def after(value: Any) -> list[Any]:
        return [] if value is None else [value[0] if isinstance(value, tuple) else value]

    assert [change.after for change in result.to_aws] == after(to_aws)
    assert [change.after for change in result.to_hubspot] == after(to_hubspot)
    assert [change.before for change in result.lost] == after(lost)


@pytest.mark.parametrize(
    ("ours", "theirs", "rule", "to_aws", "to_hubspot"),
    [
        ("a", None, AWS_FIRST, ["a"], []),
        (None, "b", BOTH_WAYS, [], ["b"]),
        ("a", "b", BOTH_WAYS, ["a"], []),
        ("a", "b", AWS_FIRST, [], ["b"]),
        (None, "b", ONE_WAY, [], []),
        ("a", "a", BOTH_WAYS, [], []),
    ],
)
def test_records_that_meet_for_the_first_time(
    ours: str | None, theirs: str | None, rule: Rule, to_aws: list[str], to_hubspot: list[str]
) -> None:
    result = merged(None, ours, theirs, rule, known=False)

    assert [change.after for change in result.to_aws] == to_aws
    assert [change.after for change in result.to_hubspot] == to_hubspot


def test_a_locked_edit_is_held_and_goes_out_when_the_lock_opens() -> None:
    held = merged("a", "b", "a", locked=True)
    assert held.held == ("f",)
    assert held.to_aws == ()
    assert held.base == {"f": "a"}

    assert [change.after for change in merged(held.base["f"], "b", "a").to_aws] == ["b"]


def test_a_lock_does_not_stop_what_aws_says() -> None:
    assert [change.after for change in merged("a", "a", "b", locked=True).to_hubspot] == ["b"]


def test_our_own_lost_write_is_not_taken_for_an_edit() -> None:
    # We sent b and never heard; AWS shows b. Meanwhile the seller went on to c.
    arrived = merged("a", "c", "b", AWS_FIRST, pending={"f": "b"})

    assert [change.after for change in arrived.to_aws] == ["c"]
    assert arrived.lost == ()


def test_a_write_that_never_arrived_is_sent_again() -> None:
    assert [change.after for change in merged("a", "b", "a", pending={"f": "b"}).to_aws] == ["b"]


def test_an_edit_of_aws_after_our_lost_write_is_a_clash() -> None:
    clash = merged("a", "b", "c", AWS_FIRST, pending={"f": "b"})

    assert [change.after for change in clash.to_hubspot] == ["c"]
    assert [change.before for change in clash.lost] == ["b"]


@pytest.mark.parametrize(("wanted", "seen"), [({}, {"f": "x"}), ({"f": "x"}, {})])
def test_no_opinion_leaves_a_field_and_its_agreement_alone(wanted: dict[str, str], seen: dict[str, str]) -> None:
    result = merge(Base(fields={"f": "a"}, known=True), wanted, seen, lambda _path: False, {"f": BOTH_WAYS})

    assert (result.to_aws, result.to_hubspot, result.base) == ((), (), {"f": "a"})


def test_what_was_noted_before_anything_was_agreed_on_does_not_count() -> None:
    # A locked field of records that have just met is held, not given up.
    held = merged("a", "a", None, known=False, locked=True)

    assert (held.held, held.base) == (("f",), {})


def test_a_value_that_is_a_structure_is_not_taken_for_two_sides() -> None:
    people = [{"Email": "a@b.example"}]

    assert Agreed.read(people) == Agreed(people, people)
    assert Agreed.read({"hubspot": 1, "aws": 2}) == Agreed(1, 2)
    assert Agreed(1, 2).stored() == {"hubspot": 1, "aws": 2}


VALUES = st.sampled_from([None, "a", "b", "c", ["a"], ["a", "b"]])
PATHS = ("one", "two", "three")
SIDE = st.dictionaries(st.sampled_from(PATHS), VALUES)
STORED = st.dictionaries(
    st.sampled_from(PATHS),
    st.one_of(
        VALUES.filter(lambda value: value is not None), st.builds(lambda h, a: Agreed(h, a).stored(), VALUES, VALUES)
    ),
)
RULES = st.fixed_dictionaries({path: st.sampled_from([BOTH_WAYS, AWS_FIRST, ONE_WAY, ONE_WAY_AWS]) for path in PATHS})
BASES = st.builds(Base, fields=STORED, pending=SIDE, known=st.booleans())
LOCKS = st.sets(st.sampled_from(PATHS))


@given(BASES, SIDE, SIDE, LOCKS, RULES)
def test_a_merge_after_applying_a_merge_changes_nothing(
    base: Base, wanted: dict[str, Any], seen: dict[str, Any], locked: set[str], rules: dict[str, Rule]
) -> None:
    first = merge(base, wanted, seen, locked.__contains__, rules)
    seen_then = seen | {change.path: change.after for change in first.to_aws}
    wanted_then = wanted | {change.path: change.after for change in first.to_hubspot}
    base_then = Base(fields=agree(first.base, first.to_aws), known=True)

    second = merge(base_then, wanted_then, seen_then, locked.__contains__, rules)

    assert (second.to_aws, second.to_hubspot, second.lost) == ((), (), ())
    assert set(second.held) <= set(first.held)


@given(BASES, SIDE, SIDE, RULES)
def test_after_one_round_both_sides_agree_wherever_values_can_cross(
    base: Base, wanted: dict[str, Any], seen: dict[str, Any], rules: dict[str, Rule]
) -> None:
    first = merge(base.model_copy(update={"known": False}), wanted, seen, lambda _path: False, rules)
    seen_then = seen | {change.path: change.after for change in first.to_aws}
    wanted_then = wanted | {change.path: change.after for change in first.to_hubspot}

    for path in wanted.keys() & seen.keys():
        if rules[path].flows_back:
            assert wanted_then[path] == seen_then[path]


@given(BASES, SIDE, SIDE, LOCKS, RULES)
def test_locked_fields_are_never_sent_and_no_edit_vanishes(
    base: Base, wanted: dict[str, Any], seen: dict[str, Any], locked: set[str], rules: dict[str, Rule]
) -> None:
    result = merge(base, wanted, seen, locked.__contains__, rules)

    sent = {change.path for change in result.to_aws}
    taken = {change.path for change in result.to_hubspot}
    assert not sent & locked
    assert not sent & taken
    assert not (sent | taken) & set(result.held)
    for change in (*result.to_aws, *result.to_hubspot):
        if change.path in {lost.path for lost in result.lost}:
            continue
        last = Agreed.read(base.fields.get(change.path))
        unchanged_side = last.aws if change in result.to_aws else last.hubspot
        is_own_write = base.pending.get(change.path) == seen.get(change.path)
        # Overwritten without a record: only what the other side had not touched, or what nobody had written.
        assert change.before in (unchanged_side, None) or is_own_write


@given(BASES, SIDE, SIDE, LOCKS, RULES)
def test_what_is_stored_survives_json(
    base: Base, wanted: dict[str, Any], seen: dict[str, Any], locked: set[str], rules: dict[str, Rule]
) -> None:
    result = merge(base, wanted, seen, locked.__contains__, rules)

    assert Merge.model_validate_json(result.model_dump_json()) == result
