"""The rules can fail: each is shown a definition that breaks it, made from one that keeps to all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import asl_lint
from tests.support.synth import synthesized

Asl = dict[str, Any]


@pytest.fixture
def asl() -> Asl:
    return copy.deepcopy(synthesized().definitions()["cosell-sandbox-deal-lifecycle"])


def _branch(states: Asl) -> None:
    states["Settle"] |= {"Type": "Parallel", "Branches": []}


def _catch_everything(states: Asl) -> None:
    states["Update deal"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Take turn"}]


def _catch_an_outage(states: Asl) -> None:
    states["Update deal"]["Catch"] = [{"ErrorEquals": ["RemoteUnavailable"], "Next": "Take turn"}]


def _catch_into_fail(states: Asl) -> None:
    states["Give up"] = {"Type": "Fail", "Comment": "A friendly word instead of a redrive."}
    states["Breathe"] = {"Type": "Wait", "Seconds": 1, "Next": "Give up", "Comment": "Not yet, but nearly there."}
    states["Update deal"]["Catch"] = [{"ErrorEquals": ["Conflict"], "Next": "Breathe"}]


def _catch_into_success(states: Asl) -> None:
    states["Update deal"]["Catch"] = [{"ErrorEquals": ["Conflict"], "Next": "Done"}]


def _go_round_unasked(states: Asl) -> None:
    states["Plan sync"]["Next"] = "Settle"


def _ask_the_clock(states: Asl) -> None:
    states["Anything left?"]["Choices"][0]["Condition"] = "{% $weather = 'FINE' %}"
    states["Our turn?"] = {"Type": "Pass", "Next": "Settle"}
    states["What next?"] = {"Type": "Pass", "Next": "Finish turn"}


def _lose_a_state(states: Asl) -> None:
    states["What next?"]["Choices"].pop(0)


def _go_nowhere(states: Asl) -> None:
    states["Settle"]["Next"] = "Plan the sync"


def _never_end(states: Asl) -> None:
    states["Wait until due"]["Next"] = "Wait until due"


def _read_input(states: Asl) -> None:
    states["Settle"]["Output"] = "{% $states.input %}"


def _think(states: Asl) -> None:
    states["Wait until due"]["Seconds"] = "{% $wait_seconds * 2 %}"


def _forget_to_assign(states: Asl) -> None:
    del states["Take turn"]["Assign"]["pair"]


def _assign_too_late(states: Asl) -> None:
    states["Set aside"]["Output"]["outcome"] = "{% $outcome %}"


def _say_nothing(states: Asl) -> None:
    del states["Settle"]["Comment"]


def _wait_for_ever(states: Asl) -> None:
    del states["Plan sync"]["TimeoutSeconds"]


def _retry_differently(states: Asl) -> None:
    states["Plan sync"]["Retry"].pop()


def _retry_after_the_turn(states: Asl) -> None:
    states["Plan sync"]["Retry"][0]["MaxDelaySeconds"] = 600


def _misspell(states: Asl) -> None:
    states["Plan sync"]["Catch"][0]["ErrorEquals"] = ["LostLease"]


@pytest.mark.parametrize(
    ("rule", "breaks"),
    [
        (asl_lint.nothing_is_nested, _branch),
        (asl_lint.only_what_is_out_of_date_is_caught, _catch_everything),
        (asl_lint.only_what_is_out_of_date_is_caught, _catch_an_outage),
        (asl_lint.what_is_caught_goes_back_to_work, _catch_into_fail),
        (asl_lint.what_is_caught_goes_back_to_work, _catch_into_success),
        (asl_lint.every_cycle_asks, _go_round_unasked),
        (asl_lint.every_cycle_asks, _ask_the_clock),
        (asl_lint.every_state_is_wired, _lose_a_state),
        (asl_lint.every_state_is_wired, _go_nowhere),
        (asl_lint.every_state_is_wired, _never_end),
        (asl_lint.nothing_reads_its_input, _read_input),
        (asl_lint.expressions_are_plain, _think),
        (asl_lint.variables_are_assigned_first, _forget_to_assign),
        (asl_lint.variables_are_assigned_first, _assign_too_late),
        (asl_lint.every_state_says_what_it_is, _say_nothing),
        (asl_lint.every_task_is_made_alike, _wait_for_ever),
        (asl_lint.every_task_is_made_alike, _retry_differently),
        (asl_lint.every_task_is_made_alike, _retry_after_the_turn),
        (asl_lint.every_error_has_a_class, _misspell),
    ],
)
def test_a_broken_definition_is_found(asl: Asl, rule: asl_lint.Rule, breaks: Callable[[Asl], None]) -> None:
    assert list(rule(asl)) == []

    breaks(asl["States"])

    assert list(rule(asl)) != []
