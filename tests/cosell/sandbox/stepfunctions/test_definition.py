"""What a definition may say, and what is refused, by name and place."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.stepfunctions import InvalidDefinition, StepFunctions
from cosell.sandbox.stepfunctions.definition import problems_in
from tests.cosell.sandbox.stepfunctions.definitions import PASS, map_of, one, task
from tests.support.asl import World, flow, machine

VALID: dict[str, dict[str, Any]] = {
    "every field of a task": task(
        Comment="does it",
        QueryLanguage="JSONata",
        TimeoutSeconds="{% $states.input.patience %}",
        Assign={"x": "{% $states.result.StatusCode %}"},
        Retry=[
            {"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 2}
        ],
        Catch=[
            {
                "ErrorEquals": ["States.ALL"],
                "Next": "A",
                "Output": "{% $states.errorOutput.Cause %}",
                "Assign": {"x": 1},
            }
        ],
    ),
    "a function by its own ARN": task(Resource="arn:aws:lambda:us-east-1:123456789012:function:f"),
    "a machine's own fields": machine({"A": PASS}, Comment="c", TimeoutSeconds=60, Version="1.0"),
    "an inline map": machine(
        {
            "A": map_of(
                {"B": PASS}, Items=[1], ItemSelector={"i": "{% $states.context.Map.Item.Index %}"}, MaxConcurrency=2
            )
        }
    ),
    "a processor config": machine(
        {"A": {**map_of({"B": PASS}), "ItemProcessor": {**flow({"B": PASS}), "ProcessorConfig": {"Mode": "INLINE"}}}}
    ),
    "a name with one meaning in two branches": machine(
        {
            "A": {
                "Type": "Parallel",
                "End": True,
                "Branches": [flow({"B": {**PASS, "Assign": {"x": 1}}}), flow({"C": {**PASS, "Assign": {"x": 2}}})],
            }
        }
    ),
    "names inside of a path": one(Output="{% $states.input.items[kind = 'x'].(name & $.id) %}"),
    "a retrier for any HTTP status": task(Retry=[{"ErrorEquals": ["States.Http.StatusCode.429"]}]),
}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "JSONPath",
        {**machine({"A": PASS}), "QueryLanguage": "JSONPath"},
        "QueryLanguage: this engine runs \"JSONata\" only, not 'JSONPath'",
    ),
    ("no language", flow({"A": PASS}), "QueryLanguage: this engine runs \"JSONata\" only, not 'JSONPath'"),
    ("version", machine({"A": PASS}, Version="2.0"), "Version: there is only 1.0"),
    ("timeout", machine({"A": PASS}, TimeoutSeconds=0), "TimeoutSeconds: must be a whole number from 1 to 99999999"),
    ("unknown top field", machine({"A": PASS}, Timeout=1), "the definition: unknown field Timeout"),
    (
        "no states",
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {}},
        "States: must be an object with at least one state",
    ),
    ("no start", {"QueryLanguage": "JSONata", "States": {"A": PASS}}, "StartAt: is missing"),
    ("dangling start", {**machine({"A": PASS}), "StartAt": "B"}, "StartAt: there is no state 'B' here"),
    ("strange start", {**machine({"A": PASS}), "StartAt": ["A"]}, "StartAt: there is no state ['A'] here"),
    ("dangling next", machine({"A": {"Type": "Pass", "Next": "B"}}), "States/A/Next: there is no state 'B' here"),
    (
        "next out of a branch",
        machine({"A": map_of({"B": {"Type": "Pass", "Next": "A"}})}),
        "States/A/ItemProcessor/States/B/Next: there is no state 'A' here",
    ),
    (
        "dangling default",
        one(Type="Choice", Choices=[{"Condition": True, "Next": "A"}], Default="B"),
        "States/A/Default: there is no state 'B' here",
    ),
    (
        "dangling rule",
        one(Type="Choice", Choices=[{"Condition": True, "Next": "B"}]),
        "States/A/Choices[0]/Next: there is no state 'B' here",
    ),
    (
        "dangling catch",
        task(Catch=[{"ErrorEquals": ["X"], "Next": "B"}]),
        "States/A/Catch[0]/Next: there is no state 'B' here",
    ),
    ("unreachable", machine({"A": PASS, "B": PASS}), "States/B: no other state leads here"),
    (
        "no end",
        machine({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}),
        'States: no state ends it; at least one needs "End": true, or to be a Succeed or a Fail',
    ),
    (
        "twice the same name",
        machine({"A": map_of({"A": PASS})}),
        "States/A/ItemProcessor/States/A: the name is used twice",
    ),
    ("a long name", machine({"A" * 81: PASS}), f"States/{'A' * 81}: the name has more than 80 characters"),
    ("unknown type", one(Type="Pause"), "States/A/Type: there is no state type 'Pause'"),
    ("no type", machine({"A": {"End": True}}), "States/A/Type: there is no state type None"),
    ("unknown field", one(Wait=1), "States/A: unknown field Wait"),
    ("field of another type", one(Arguments={}), "States/A: unknown field Arguments"),
    ("no resource", machine({"A": {"Type": "Task", "End": True}}), "States/A: a Task state needs Resource"),
    (
        "state in JSONPath",
        one(QueryLanguage="JSONPath"),
        "States/A/QueryLanguage: a machine in JSONata has no states in another language",
    ),
    (
        "neither next nor end",
        machine({"A": {"Type": "Pass"}}),
        'States/A: a Pass state needs either Next or "End": true',
    ),
    (
        "next and end",
        machine({"A": {"Type": "Pass", "Next": "A", "End": True}}),
        'States/A: a Pass state needs either Next or "End": true',
    ),
    ("end false", machine({"A": {"Type": "Pass", "End": False}}), "States/A/End: can only be true"),
    (
        "next on a choice",
        one(Type="Choice", Choices=[{"Condition": True, "Next": "A"}], Next="A"),
        "States/A: unknown field Next",
    ),
    ("assign on succeed", one(Type="Succeed", Assign={}), "States/A: unknown field Assign"),
    ("output on fail", one(Type="Fail", Output={}), "States/A: unknown field Output"),
    # Parts of the language this engine refuses by name.
    (
        "parameters",
        task(Parameters={}),
        "States/A: Parameters belongs to JSONPath; a JSONata state has Arguments and Output",
    ),
    (
        "result path",
        one(ResultPath="$"),
        "States/A: ResultPath belongs to JSONPath; a JSONata state has Arguments and Output",
    ),
    (
        "result path of a catch",
        task(Catch=[{"ErrorEquals": ["X"], "Next": "A", "ResultPath": "$"}]),
        "States/A/Catch[0]: ResultPath belongs to JSONPath; a JSONata state has Arguments and Output",
    ),
    (
        "heartbeat",
        task(HeartbeatSeconds=5),
        "States/A: HeartbeatSeconds needs task tokens or activities, which this engine does not have",
    ),
    (
        "credentials",
        task(Credentials={}),
        "States/A: Credentials needs roles of other accounts, which this engine does not have",
    ),
    (
        "task token",
        task(Resource="arn:aws:states:::lambda:invoke.waitForTaskToken"),
        "States/A/Resource: arn:aws:states:::lambda:invoke.waitForTaskToken waits for a task token",
    ),
    (
        "job",
        task(Resource="arn:aws:states:::states:startExecution.sync:2"),
        "States/A/Resource: arn:aws:states:::states:startExecution.sync:2 waits for a job",
    ),
    (
        "activity",
        task(Resource="arn:aws:states:us-east-1:123456789012:activity:a"),
        "States/A/Resource: arn:aws:states:us-east-1:123456789012:activity:a is an activity",
    ),
    (
        "not an ARN",
        task(Resource="lambda"),
        "States/A/Resource: 'lambda' is not the ARN of an integration or a function",
    ),
    (
        "item reader",
        machine({"A": map_of({"B": PASS}, ItemReader={})}),
        "States/A: ItemReader belongs to the Distributed Map, which this engine does not have",
    ),
    (
        "item batcher",
        machine({"A": map_of({"B": PASS}, ItemBatcher={})}),
        "States/A: ItemBatcher belongs to the Distributed Map, which this engine does not have",
    ),
    (
        "old iterator",
        machine({"A": map_of({"B": PASS}, Iterator={})}),
        "States/A: Iterator is the old name of ItemProcessor",
    ),
    (
        "distributed map",
        machine(
            {
                "A": {
                    **map_of({"B": PASS}),
                    "ItemProcessor": {**flow({"B": PASS}), "ProcessorConfig": {"Mode": "DISTRIBUTED"}},
                }
            }
        ),
        "States/A/ItemProcessor/ProcessorConfig: this engine does not have the Distributed Map; use Mode INLINE",
    ),
    (
        "odd processor config",
        machine({"A": {**map_of({"B": PASS}), "ItemProcessor": {**flow({"B": PASS}), "ProcessorConfig": {}}}}),
        'States/A/ItemProcessor/ProcessorConfig: must be {"Mode": "INLINE"}',
    ),
]


@pytest.mark.parametrize("definition", VALID.values(), ids=VALID)
def test_a_valid_definition_has_no_problems(definition: dict[str, Any]) -> None:
    assert problems_in(definition) == []


@pytest.mark.parametrize(("definition", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_wrong_or_missing_here_is_refused_with_its_place(definition: dict[str, Any], sentence: str) -> None:
    assert [problem for problem in problems_in(definition) if problem.startswith(sentence)]


def test_something_that_is_no_object_is_refused() -> None:
    assert problems_in([]) == ["the definition is not a JSON object"]


def test_a_machine_is_not_created_from_a_bad_definition_and_all_problems_are_told(world: World) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        world.create(machine({"A": {"Type": "Pass", "Next": "B", "Result": 1}, "C": PASS}))

    assert len(refused.value.problems) == 4
    assert refused.value.message.startswith("Invalid State Machine Definition: States/A: Result belongs to JSONPath")
    assert isinstance(world.sfn, StepFunctions)
    assert world.sfn.machines == {}
