from __future__ import annotations

from statemachines import task
from tests.support.synth import synthesized


def test_a_turn_outlives_the_longest_way_to_the_next_attempt() -> None:
    margin = 30

    assert max(task.FUNCTION_TIMEOUT, task.TASK_TIMEOUT) + task.MAX_RETRY_DELAY + margin <= task.TURN_TTL


def test_the_function_ends_before_its_task_state_gives_up() -> None:
    assert task.FUNCTION_TIMEOUT < task.TASK_TIMEOUT


def test_functions_are_told_how_long_a_turn_lasts() -> None:
    told = {
        function["FunctionName"]: function["Environment"]["Variables"].get("COSELL_TURN_TTL")
        for function in synthesized().resources("AWS::Lambda::Function").values()
    }

    assert {told[name] for name in _functions_of("cosell-sandbox-deal-lifecycle")} == {str(task.TURN_TTL)}
    assert set(told.values()) == {str(task.TURN_TTL), None}


def _functions_of(machine: str) -> set[str]:
    states = synthesized().definitions()[machine]["States"]
    return {
        f"cosell-sandbox-{name.lower().replace(' ', '-')}" for name, state in states.items() if state["Type"] == "Task"
    }


def test_retries_cover_outages_of_some_minutes_with_jitter() -> None:
    definition = synthesized().definitions()["cosell-sandbox-deal-lifecycle"]

    outage, timeout = definition["States"]["Plan sync"]["Retry"]
    assert outage["JitterStrategy"] == "FULL"
    assert 120 < _longest(outage) < 300
    assert timeout["MaxAttempts"] == 1


def _longest(retrier: dict[str, float]) -> float:
    delays = [retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n for n in range(int(retrier["MaxAttempts"]))]
    return sum(min(delay, retrier["MaxDelaySeconds"]) for delay in delays)
