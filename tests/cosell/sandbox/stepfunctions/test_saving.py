"""An engine that was saved, thrown away and loaded goes on as if nothing had happened."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cosell.sandbox.stepfunctions import Execution
from tests.support.asl import SILENCE, After, Error, World, flow, function, kinds, machine

ITEM = flow({"I": function("item", "{% $states.input %}", Next="J"), "J": function("finish", "{% $states.input %}")})
BRANCHES = [
    flow({"M": {"Type": "Map", "Items": [1, 2, 3], "MaxConcurrency": 2, "ItemProcessor": ITEM, "End": True}}),
    flow({"W": {"Type": "Wait", "Seconds": 3, "Assign": {"waited": True}, "Next": "B"}, "B": function("other")}),
]
BUSY = {"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "JitterStrategy": "FULL", "MaxAttempts": 3}
NESTED = machine(
    {
        "A": function("first", Retry=[BUSY], Assign={"made": "{% $states.result.Payload %}"}, Next="P"),
        "P": {"Type": "Parallel", "Branches": BRANCHES, "Next": "Z"},
        "Z": {"Type": "Succeed", "Output": {"made": "{% $made %}", "both": "{% $states.input %}"}},
    },
    TimeoutSeconds=600,
)
OUTPUT = {"made": "a", "both": [["f", "f", "f"], "o"]}


def script() -> dict[str, list[Any]]:
    return {
        "first": [Error("Busy"), Error("Busy"), After(1, "a")],
        "item": [After(2, "i")],
        "finish": [After(1, "f")],
        "other": [After(4, "o")],
    }


def moved(world: World, **machines: dict[str, Any]) -> World:
    """Another world into which this one was loaded; `machines` are deployed there."""
    saved = json.loads(json.dumps(world.sfn.dump()))
    other = World(script=world.script)
    other.clock.now = world.clock.now
    for name, definition in machines.items():
        other.create(definition, name)
    other.sfn.load(saved)
    assert _executions(other.sfn.dump()) == _executions(saved)
    return other


def _executions(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The executions with the texts of their definitions."""
    texts = [machine["text"] for machine in document["machines"]]
    found = [{**one, "machine": texts[one["machine"]]} for one in document["executions"]]
    plain: list[dict[str, Any]] = json.loads(json.dumps(found))
    return plain


def only(world: World) -> Execution:
    (execution,) = world.sfn.executions.values()
    return execution


def lasting(execution: Execution) -> list[str]:
    """The events but for attempts: an answer that came at the moment of the cut is lost, and the Task asked again."""
    attempts = {"TaskScheduled", "TaskStarted", "TaskFailed"}
    return sorted(kind for kind in kinds(execution) if kind not in attempts)


def test_wherever_it_is_cut_it_ends_the_same() -> None:
    whole = World(script=script())
    undisturbed = whole.run(NESTED)
    assert undisturbed.output == OUTPUT

    for steps in range(200):
        world = World(script=script())
        world.start(NESTED)
        for _ in range(steps):
            world.clock.step()
        if only(world).status != "RUNNING":
            break
        world = moved(world, machine=NESTED)
        world.clock.run_until_quiet()
        execution = only(world)
        assert (execution.status, execution.output) == ("SUCCEEDED", OUTPUT)
        assert lasting(execution) == lasting(undisturbed), f"cut after {steps} steps"
    assert steps > 30


def test_a_wait_a_retry_and_the_machines_timeout_end_when_they_would_have() -> None:
    waits = machine({"W": {"Type": "Wait", "Seconds": 100, "End": True}})
    retries = machine({"A": function("f", Retry=[{"ErrorEquals": ["Busy"], "IntervalSeconds": 70}])})
    times_out = machine({"A": function("silent")}, TimeoutSeconds=90)
    ended = []
    for definition in (waits, retries, times_out):
        world = World(script={"f": [Error("Busy"), "done"], "silent": [SILENCE]})
        began = world.start(definition).started
        world.clock.advance(60)
        world = moved(world, machine=definition)
        world.clock.run_until_quiet()
        ended.append((only(world).status, world.clock.now - began))
    assert ended == [("SUCCEEDED", 100), ("SUCCEEDED", 70), ("TIMED_OUT", 90)]


def test_what_was_due_while_nobody_ran_it_is_due_at_once() -> None:
    definition = machine(
        {"W": {"Type": "Wait", "Seconds": 100, "Next": "V"}, "V": {"Type": "Wait", "Seconds": 50, "End": True}}
    )
    world = World()
    began = world.start(definition).started
    world.clock.advance(1)
    world = moved(world, machine=definition)
    world.clock.skip_to(began + 1000)

    world.clock.run_until_quiet()

    assert (only(world).status, world.clock.now) == ("SUCCEEDED", began + 1050)


def test_one_that_failed_is_redriven_with_the_definition_it_began_with() -> None:
    before = machine(
        {"A": function("a", Assign={"x": "{% $states.result.Payload %}"}, Next="B"), "B": function("b", "{% $x %}")}
    )
    after = machine({"A": function("b")})
    world = World(script={"a": ["made once"], "b": [Error("Down"), "done"]})
    world.run(before)

    world = moved(world, machine=after)
    assert (only(world).status, only(world).failed_state) == ("FAILED", "B")
    world.redrive(only(world))

    assert (only(world).status, only(world).output, world.calls) == ("SUCCEEDED", "done", [("b", "made once")])
    assert world.start(after).machine.definition == after, "a new one takes the new definition"


def test_the_same_machine_keeps_its_date_and_new_executions_get_new_names() -> None:
    definition = machine({"A": {"Type": "Succeed"}})
    world = World()
    names = {world.run(definition).name}
    created = only(world).machine.created
    world.clock.advance(500)
    world = moved(world, machine=definition)

    names.add(world.run(definition).name)

    assert len(names) == 2
    assert {machine.created for machine in world.sfn.machines.values()} == {created}


def test_only_an_engine_that_ran_nothing_can_be_loaded() -> None:
    world = World()
    world.run(machine({"A": {"Type": "Succeed"}}))
    with pytest.raises(ValueError, match="only where none was started yet"):
        world.sfn.load(world.sfn.dump())
