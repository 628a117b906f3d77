"""How many deals were deleted within an hour, and what an operator's word changes about it."""

from __future__ import annotations

import pytest

from lambdas.adapters import deletions
from tests.lambdas.adapters.conftest import Now

pytestmark = pytest.mark.usefixtures("cloud")

MINUTE = 60.0


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_MOST_DELETIONS", "2")


def _note(now: Now, *minutes: float) -> list[float]:
    times = [now.seconds + minute * MINUTE for minute in minutes]
    for number, at in enumerate(times):
        deletions.note(f"pair-{number}", at)
    return times


@pytest.mark.parametrize(
    ("minutes", "many"),
    [
        ((0, 1), [False, False]),
        ((0, 1, 2), [True, True, True]),
        ((0, 59, 60), [True, True, True]),
        ((0, 31, 61), [False, False, False]),
        ((0, 61, 121), [False, False, False]),
        ((0, 70, 71, 72), [False, True, True, True]),
    ],
)
def test_many_are_more_than_the_setting_in_any_hour(now: Now, minutes: tuple[float, ...], many: list[bool]) -> None:
    assert [deletions.are_many(at) for at in _note(now, *minutes)] == many


def test_one_deletion_told_often_is_one(now: Now) -> None:
    for _ in range(5):
        (at,) = _note(now, 0)

    assert not deletions.are_many(at)


def test_an_operator_s_word_covers_what_was_deleted_before_it(now: Now) -> None:
    times = _note(now, -3, -2, -1)
    deletions.hold("pair-0")
    deletions.hold("pair-1")

    assert deletions.confirm(now.seconds) == {"pair-0", "pair-1"}
    assert not any(deletions.are_many(at) for at in times)
    assert deletions.confirm(now.seconds) == {"pair-0", "pair-1"}, "until they were told"
    deletions.release(frozenset({"pair-0", "pair-1"}))
    assert deletions.confirm(now.seconds) == frozenset()


def test_later_ones_are_counted_anew(now: Now) -> None:
    _note(now, -3, -2, -1)
    deletions.confirm(now.seconds)

    assert [deletions.are_many(at) for at in _note(now, 1, 2, 3)] == [True, True, True]


def test_an_older_word_takes_nothing_back_from_a_newer_one(now: Now) -> None:
    times = _note(now, -3, -2, -1)
    deletions.confirm(now.seconds)
    deletions.confirm(now.seconds - 10 * MINUTE)

    assert not any(deletions.are_many(at) for at in times)


def test_an_earlier_deletion_of_the_same_deal_is_another_one(now: Now) -> None:
    deletions.note("pair", now.seconds)

    assert deletions.is_noted("pair", now.seconds)
    assert not deletions.is_noted("pair", now.seconds + 1)
    assert not deletions.is_noted("another", now.seconds)
