"""Our engine against independent judges: every way through every machine, happy, caught, retried and failed.

A script says what each Task state answers, time after time; the ways to fail are generated from the definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.oracles import Handler, lint, run_on_engine, run_on_moto
from tests.support.synth import synthesized

DEAL_LIFECYCLE = "cosell-sandbox-deal-lifecycle"
RECORDS_AROUND = "cosell-sandbox-records-around"
CATALOG_SYNC = "cosell-sandbox-catalog-sync"

Answers = dict[str, list[Any]]
"""What each state's function answers; the last answer is repeated."""

_HELD = {"pair": "p-1", "fence": 1}
_TAKEN = {"turn": "TAKEN", **_HELD}
_DONE = {"finished": "DONE", "outcome": "IN_STEP", "wait_seconds": 0}

SCRIPTS: dict[str, dict[str, Answers]] = {
    DEAL_LIFECYCLE: {
        "all steps, another round, a wait": {
            "Take turn": [_TAKEN],
            "Plan sync": [{"next": "CREATE_OPPORTUNITY"}, {"next": "FINISH_TURN"}],
            "Create opportunity": [{"next": "ASSOCIATE_OPPORTUNITY"}],
            "Associate opportunity": [{"next": "UPDATE_OPPORTUNITY"}],
            "Update opportunity": [{"next": "DISASSOCIATE_OPPORTUNITY"}],
            "Disassociate opportunity": [{"next": "ASSIGN_OPPORTUNITY"}],
            "Assign opportunity": [{"next": "TAG_OPPORTUNITY"}],
            "Tag opportunity": [{"next": "SUBMIT_OPPORTUNITY"}],
            "Submit opportunity": [{"next": "UPDATE_DEAL"}],
            "Update deal": [{"next": "TELL_SELLER"}],
            "Tell seller": [{"next": "FINISH_TURN"}],
            "Finish turn": [
                {"finished": "AGAIN", "outcome": "IN_STEP", "wait_seconds": 0},
                {"finished": "WAIT", "outcome": "WAITING", "wait_seconds": 10},
                _DONE,
            ],
        },
        "made at AWS": {
            "Take turn": [_TAKEN],
            "Plan sync": [{"next": "CREATE_DEAL"}, {"next": "FINISH_TURN"}],
            "Create deal": [{"next": "FINISH_TURN"}],
            "Finish turn": [{"finished": "AGAIN", "outcome": "IN_STEP", "wait_seconds": 0}, _DONE],
        },
        "nothing to do": {"Take turn": [_TAKEN], "Plan sync": [{"next": "FINISH_TURN"}], "Finish turn": [_DONE]},
        "another run has the turn": {"Take turn": [{"turn": "COALESCED", "pair": "p-1", "fence": None}]},
        "not shared": {"Take turn": [{"turn": "NOT_SHARED", "pair": None, "fence": None}]},
        "handed on": {"Take turn": [{"turn": "HANDED_ON", "pair": "p-1", "fence": None}]},
    },
    RECORDS_AROUND: {
        "pairs told": {"Resolve pairs": [{"outcome": "TOLD", "pairs": 2, "started": 1}]},
        "no pairs": {"Resolve pairs": [{"outcome": "NO_PAIRS", "pairs": 0, "started": 0}]},
    },
    CATALOG_SYNC: {
        "products and options": {
            "List solutions": [{"outcome": "IN_STEP", "next": "UPDATE_PRODUCTS"}],
            "Update products": [{"next": "UPDATE_OPTIONS"}],
            "Update options": [{"next": "DONE"}],
        },
        "nothing listed": {"List solutions": [{"outcome": "NOTHING_LISTED", "next": "DONE"}]},
    },
}
"""Machine -> name of a way through it -> answers. Together the ways must enter every state."""


def _definitions() -> dict[str, dict[str, Any]]:
    return synthesized().definitions()


def _function(definition: Mapping[str, Any], state: str) -> str:
    arn: str = definition["States"][state]["Arguments"]["FunctionName"]
    return arn.rpartition(":")[2]


def _handlers(definition: Mapping[str, Any], answers: Answers) -> dict[str, Handler]:
    """Functions that answer by the script; an exception in it is raised."""

    def scripted(left: list[Any]) -> Handler:
        def handler(_payload: Any) -> Any:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return handler

    return {_function(definition, state): scripted(list(given)) for state, given in answers.items()}


def _error(name: str) -> Exception:
    """An error as Lambda reports it: by the name of its class."""
    kind: type[Exception] = type(name, (Exception,), {})
    return kind("scripted")


def _failures(state: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Each error that the state retries or catches, once; the retried ones also oftener than it retries; an unknown."""
    for retrier in state.get("Retry", []):
        for name in retrier["ErrorEquals"]:
            if not name.startswith("States."):  # the service's own: no function can raise it
                yield name, 1
        yield retrier["ErrorEquals"][0], retrier["MaxAttempts"] + 1
    for catcher in state.get("Catch", []):
        for name in catcher["ErrorEquals"]:
            yield name, 1
    yield "Unforeseen", 1


def _ways() -> Iterator[Any]:
    for machine, scripts in SCRIPTS.items():
        definition = _definitions()[machine]
        for way, answers in scripts.items():
            yield pytest.param(machine, answers, id=f"{machine}: {way}")
        longest = max(scripts.values(), key=len)
        for state in longest:
            for error, times in _failures(definition["States"][state]):
                answers = longest | {state: [*([_error(error)] * times), *longest[state]]}
                yield pytest.param(machine, answers, id=f"{machine}: {state} {error} x{times}")


@pytest.mark.parametrize(("machine", "answers"), list(_ways()))
def test_both_engines_go_the_same_way(machine: str, answers: Answers) -> None:
    definition = _definitions()[machine]
    event = {"detail": {"portal": "1", "type": "deal", "id": "2"}}

    ours = run_on_engine(definition, _handlers(definition, answers), event)
    theirs = run_on_moto(definition, _handlers(definition, answers), event)

    assert ours == theirs


def test_the_scripts_enter_every_state_of_every_machine() -> None:
    for machine, definition in _definitions().items():
        entered: set[str] = set()
        for answers in SCRIPTS[machine].values():
            entered.update(run_on_engine(definition, _handlers(definition, answers), {}).states)

        assert entered == set(definition["States"]), machine


def test_cfn_lint_finds_nothing() -> None:
    for machine, definition in _definitions().items():
        assert lint(definition) == [], machine
