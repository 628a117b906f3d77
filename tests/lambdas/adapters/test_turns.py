"""Taking turns: what each step does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import boto3
import pytest

from lambdas.adapters import aws, tables, turns
from lambdas.errors import LeaseLost

TABLE, PAIR = "cosell-test-sync-state", "a-pair"
KEY = {"pk": PAIR, "sk": "turn"}
TTL = 180


class Now(Protocol):
    seconds: float


pytestmark = pytest.mark.usefixtures("cloud")


def _item() -> tables.Item:
    return tables.get(TABLE, **KEY) or {}


def _open() -> list[str]:
    rows = boto3.client("dynamodb").query(
        TableName=TABLE,
        IndexName="open",
        KeyConditionExpression="#open = :turn",
        ExpressionAttributeNames={"#open": "open"},
        ExpressionAttributeValues={":turn": {"S": "turn"}},
    )
    return [row["pk"]["S"] for row in rows["Items"]]


def _taken(owner: str = "run-0", woken_by: str = "hubspot") -> int:
    turns.wish(PAIR, woken_by)
    taken = turns.take(PAIR, owner)
    assert taken is not None
    return taken.fence


def test_a_turn_is_one_execution_s_at_a_time() -> None:
    fence = _taken("run-0")

    assert turns.take(PAIR, "run-1") is None
    assert turns.take(PAIR, "run-0") == (fence + 1, 2)


def test_an_expired_turn_is_free(now: Now) -> None:
    fence = _taken("run-0")
    now.seconds += TTL

    assert turns.take(PAIR, "run-1") == (fence + 1, 2)
    with pytest.raises(LeaseLost):
        turns.hold(PAIR, fence)


def test_holding_makes_the_turn_last_from_then_on(now: Now) -> None:
    fence = _taken()
    now.seconds += TTL - 1
    turns.hold(PAIR, fence)
    now.seconds += TTL - 1

    turns.hold(PAIR, fence)


@pytest.mark.parametrize("use", [turns.hold, turns.mark, turns.finish, turns.hand_on])
def test_a_turn_that_expired_is_lost_even_if_nobody_took_it(use: Callable[[str, int], Any], now: Now) -> None:
    fence = _taken()
    turns.mark(PAIR, fence)
    now.seconds += TTL

    with pytest.raises(LeaseLost):
        use(PAIR, fence)


@pytest.mark.parametrize("use", [turns.hold, turns.mark, turns.finish, turns.hand_on])
def test_nobody_holds_a_turn_that_was_never_taken(use: Callable[[str, int], Any]) -> None:
    with pytest.raises(LeaseLost):
        use(PAIR, 1)


def test_no_turn_is_good_for_writing_where_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that failed in a write before the switch is redriven: it has to plan anew, and may finish."""
    fence = _taken()
    turns.mark(PAIR, fence)
    monkeypatch.setenv("COSELL_MODE", "observe")

    with pytest.raises(LeaseLost, match="observe"):
        turns.hold(PAIR, fence)
    assert turns.finish(PAIR, fence).released


def test_finishing_gives_the_turn_back_and_closes_it() -> None:
    fence = _taken()
    assert _open() == [PAIR]
    turns.mark(PAIR, fence)

    assert turns.finish(PAIR, fence).released
    assert _open() == []
    assert turns.take(PAIR, "run-1") == (fence + 1, 1)


def test_a_wish_after_the_mark_keeps_the_turn_for_another_round() -> None:
    fence = _taken()
    turns.mark(PAIR, fence)
    turns.wish(PAIR, "aws")

    assert turns.finish(PAIR, fence) == (False, False)
    assert turns.take(PAIR, "run-0") == (fence + 1, 2)


def test_finishing_again_after_a_lost_answer_says_the_same() -> None:
    fence = _taken()
    turns.mark(PAIR, fence)
    turns.finish(PAIR, fence)
    turns.wish(PAIR, "aws")

    assert turns.finish(PAIR, fence).released


def test_handing_on_frees_the_turn_and_leaves_it_open() -> None:
    fence = _taken()
    turns.hand_on(PAIR, fence)

    assert _open() == [PAIR]
    assert turns.take(PAIR, "run-1") == (fence + 1, 1)


def test_the_sides_that_woke_are_known_until_a_round_is_over() -> None:
    fence = _taken("run-0", "hubspot")
    assert turns.mark(PAIR, fence) == {"hubspot"}
    turns.wish(PAIR, "aws")
    turns.finish(PAIR, fence)
    fence = _taken("run-0", "aws")
    assert turns.mark(PAIR, fence) == {"hubspot", "aws"}
    turns.finish(PAIR, fence)
    fence = _taken("run-1", "aws")

    assert turns.mark(PAIR, fence) == {"aws"}


def test_a_turn_is_never_deleted_by_time() -> None:
    _taken()

    assert "ttl" not in _item()


def _finish(owner: str, until: float | None) -> turns.Finished:
    fence = _taken(owner)
    turns.mark(PAIR, fence)
    return turns.finish(PAIR, fence, follow=None if until is None else (owner, until))


def test_only_one_execution_follows(now: Now) -> None:
    assert _finish("run-0", now.seconds + 130).following
    assert _finish("run-1", now.seconds + 130) == (True, False)
    assert _finish("run-0", now.seconds + 140).following


def test_following_is_taken_over_from_one_that_is_late(now: Now) -> None:
    _finish("run-0", now.seconds + 130)
    now.seconds += 130

    assert _finish("run-1", now.seconds + 130).following


def test_following_ends_when_a_round_has_nothing_to_follow(now: Now) -> None:
    _finish("run-0", now.seconds + 130)
    _finish("run-1", None)

    assert _finish("run-1", now.seconds + 130).following


def test_one_that_would_follow_goes_round_again_first_when_something_is_wanted(now: Now) -> None:
    _finish("run-0", now.seconds + 130)
    fence = _taken("run-1")
    turns.mark(PAIR, fence)
    turns.wish(PAIR, "aws")

    assert not turns.finish(PAIR, fence, follow=("run-1", now.seconds + 130)).released


def test_a_follower_that_finds_the_turn_taken_leaves_the_following_to_its_holder(now: Now) -> None:
    _finish("run-0", now.seconds + 130)
    fence = _taken("run-1")
    assert turns.take(PAIR, "run-0") is None
    turns.mark(PAIR, fence)

    assert turns.finish(PAIR, fence, follow=("run-1", now.seconds + 130)).following


def test_a_follower_that_finds_the_turn_given_back_meanwhile_takes_it(now: Now) -> None:
    _finish("run-0", now.seconds + 130)
    fence = _taken("run-1")
    turns.mark(PAIR, fence)
    given_back: list[turns.Finished] = []

    def give_back_first(params: dict[str, Any], **_: Any) -> None:
        if params["UpdateExpression"] == turns.LEAVE and not given_back:
            given_back.append(turns.finish(PAIR, fence, follow=("run-1", now.seconds + 130)))

    events = aws.client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb.UpdateItem", give_back_first)
    taken = turns.take(PAIR, "run-0")
    events.unregister("provide-client-params.dynamodb.UpdateItem", give_back_first)

    assert given_back == [(True, False)]
    assert taken == (fence + 1, 1)


def test_a_lost_answer_does_not_change_who_follows(now: Now) -> None:
    fence = _taken("run-0")
    turns.mark(PAIR, fence)
    first = turns.finish(PAIR, fence, follow=("run-0", now.seconds + 130))

    assert turns.finish(PAIR, fence, follow=("run-0", now.seconds + 130)) == first


def test_a_call_starts_one_run_for_a_burst() -> None:
    assert [turns.call(PAIR, caller, "hubspot") for caller in ("a", "b", "c")] == [True, False, False]
    assert _item()["wanted"] == 3
    assert _open() == [PAIR]


def test_a_call_leaves_it_to_whoever_has_the_turn() -> None:
    fence = _taken()
    turns.mark(PAIR, fence)

    assert not turns.call(PAIR, "a", "hubspot", "privacy")
    assert not turns.finish(PAIR, fence).released, "the holder sees it and goes round again"
    assert turns.mark(PAIR, fence) == {"hubspot", "privacy"}


def test_once_the_turn_was_taken_the_next_call_starts_a_run_again() -> None:
    turns.call(PAIR, "a", "hubspot")
    fence = _taken()
    turns.mark(PAIR, fence)
    turns.finish(PAIR, fence)

    assert turns.call(PAIR, "b", "hubspot")


def test_a_caller_that_is_tried_again_calls_again() -> None:
    """It may have failed before it started anything."""
    assert [turns.call(PAIR, "a", "hubspot") for _ in range(2)] == [True, True]


def test_a_run_that_never_came_is_called_for_again(now: Now) -> None:
    turns.call(PAIR, "a", "hubspot")
    now.seconds += TTL

    assert turns.call(PAIR, "b", "hubspot")


def test_a_holder_that_is_gone_does_not_answer_a_call(now: Now) -> None:
    _taken()
    now.seconds += TTL

    assert turns.call(PAIR, "a", "hubspot")
