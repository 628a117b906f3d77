from __future__ import annotations

from typing import Any

import pytest

from lambdas.domain.plan import Step
from tests.support.synth import synthesized

TURN = {"pair": "{% $pair %}", "fence": "{% $fence %}"}
OWNER = "{% $states.context.Execution.Id %}"


@pytest.fixture
def states() -> dict[str, Any]:
    states: dict[str, Any] = synthesized().definitions()["cosell-sandbox-deal-lifecycle"]["States"]
    return states


def test_the_event_is_read_once_and_the_turn_is_all_that_is_handed_on(states: dict[str, Any]) -> None:
    payloads = {name: state["Arguments"]["Payload"] for name, state in states.items() if state["Type"] == "Task"}

    assert payloads.pop("Take turn") == {"event": "{% $states.context.Execution.Input %}", "owner": OWNER}
    assert payloads.pop("Finish turn") == {**TURN, "owner": OWNER}
    assert payloads == dict.fromkeys(payloads, TURN)


def test_only_a_taken_turn_leads_to_work(states: dict[str, Any]) -> None:
    assert states["Our turn?"]["Choices"] == [{"Condition": "{% $turn = 'TAKEN' %}", "Next": "Settle"}]
    assert states["Our turn?"]["Default"] == "Set aside"
    assert states["Set aside"]["Output"] == {"outcome": "{% $turn %}", "pair": "{% $pair %}"}


def test_every_step_of_a_plan_has_its_state_and_comes_back_to_the_router(states: dict[str, Any]) -> None:
    router = {choice["Condition"]: choice["Next"] for choice in states["What next?"]["Choices"]}

    assert states["What next?"]["Default"] == "Finish turn"
    expected = {step: step.value.capitalize().replace("_", " ") for step in Step if step is not Step.FINISH_TURN}
    assert router == {f"{{% $next = '{step}' %}}": name for step, name in expected.items()}
    for name in expected.values():
        assert states[name]["Next"] == "What next?"
        assert states[name]["Assign"] == {"next": "{% $states.result.Payload.next %}"}


def test_whoever_lost_the_turn_or_wrote_on_an_old_read_takes_the_turn_again(states: dict[str, Any]) -> None:
    caught = {name: state.get("Catch") for name, state in states.items() if state["Type"] == "Task"}

    assert caught.pop("Take turn") is None
    back = [{"ErrorEquals": ["LeaseLost", "Conflict"], "Next": "Take turn"}]
    assert caught == dict.fromkeys(caught, back)


def test_a_finished_turn_goes_round_again_waits_or_is_done(states: dict[str, Any]) -> None:
    left = {choice["Condition"]: choice["Next"] for choice in states["Anything left?"]["Choices"]}

    assert left == {"{% $finished = 'AGAIN' %}": "Take turn", "{% $finished = 'WAIT' %}": "Wait until due"}
    assert states["Anything left?"]["Default"] == "Done"
    assert states["Wait until due"]["Seconds"] == "{% $wait_seconds %}"
    assert states["Wait until due"]["Next"] == "Take turn"
    assert states["Done"]["Output"] == {"outcome": "{% $outcome %}", "pair": "{% $pair %}"}
