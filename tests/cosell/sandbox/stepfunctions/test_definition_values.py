"""Definitions whose values, variables or expressions are refused, by name and place."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.stepfunctions.definition import problems_in
from tests.cosell.sandbox.stepfunctions.definitions import PASS, map_of, one, task
from tests.support.asl import flow, machine

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    # Values.
    (
        "neither seconds nor timestamp",
        machine({"A": {"Type": "Wait", "End": True}}),
        "States/A: a Wait state needs either Seconds or Timestamp",
    ),
    (
        "seconds",
        machine({"A": {"Type": "Wait", "Seconds": "5", "End": True}}),
        "States/A/Seconds: must be a whole number of at least 0, or an expression",
    ),
    (
        "timestamp",
        machine({"A": {"Type": "Wait", "Timestamp": "2026-11-24", "End": True}}),
        "States/A/Timestamp: '2026-11-24' is not a timestamp such as 2026-11-24T09:00:00Z",
    ),
    (
        "local timestamp",
        machine({"A": {"Type": "Wait", "Timestamp": "2026-11-24T09:00:00", "End": True}}),
        "States/A/Timestamp: '2026-11-24T09:00:00' has no time zone",
    ),
    (
        "task timeout",
        task(TimeoutSeconds=0),
        "States/A/TimeoutSeconds: must be a whole number of at least 1, or an expression",
    ),
    (
        "concurrency",
        machine({"A": map_of({"B": PASS}, MaxConcurrency=True)}),
        "States/A/MaxConcurrency: must be a whole number of at least 0, or an expression",
    ),
    ("items", machine({"A": map_of({"B": PASS}, Items="all")}), "States/A/Items: must be an array, or an expression"),
    (
        "selector",
        machine({"A": map_of({"B": PASS}, ItemSelector=[])}),
        "States/A/ItemSelector: must be an object, or an expression",
    ),
    ("error", one(Type="Fail", Error=1), "States/A/Error: must be a string, or an expression"),
    ("no rules", one(Type="Choice", Choices=[]), "States/A/Choices: must have at least one rule"),
    ("rules", one(Type="Choice", Choices={}), "States/A/Choices: must be an array"),
    ("rule", task(Catch=["X"]), "States/A/Catch[0]: must be an object"),
    (
        "no branches",
        machine({"A": {"Type": "Parallel", "Branches": [], "End": True}}),
        "States/A/Branches: must have at least one branch",
    ),
    (
        "branch",
        machine({"A": {"Type": "Parallel", "Branches": [1], "End": True}}),
        "States/A/Branches[0]: must be an object",
    ),
    (
        "branch field",
        machine({"A": {"Type": "Parallel", "Branches": [{**flow({"B": PASS}), "Timeout": 1}], "End": True}}),
        "States/A/Branches[0]: unknown field Timeout",
    ),
    (
        "processor",
        machine({"A": {"Type": "Map", "ItemProcessor": [], "End": True}}),
        "States/A/ItemProcessor: must be an object",
    ),
    (
        "no condition",
        one(Type="Choice", Choices=[{"Next": "A"}]),
        "States/A/Choices[0]/Condition: must be true, false or an expression",
    ),
    ("rule without next", one(Type="Choice", Choices=[{"Condition": True}]), "States/A/Choices[0]: needs Next"),
    (
        "comparison",
        one(Type="Choice", Choices=[{"Condition": True, "Next": "A", "Variable": "$"}]),
        "States/A/Choices[0]: Variable belongs to JSONPath; a JSONata state has Arguments and Output",
    ),
    (
        "no error names",
        task(Retry=[{"ErrorEquals": []}]),
        "States/A/Retry[0]/ErrorEquals: must be an array with at least one error name",
    ),
    (
        "all with others",
        task(Retry=[{"ErrorEquals": ["States.ALL", "X"]}]),
        "States/A/Retry[0]/ErrorEquals: States.ALL stands alone, and in the last entry",
    ),
    (
        "all first",
        task(Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}]),
        "States/A/Retry[0]/ErrorEquals: States.ALL stands alone, and in the last entry",
    ),
    (
        "reserved error",
        task(Catch=[{"ErrorEquals": ["States.Timedout"], "Next": "A"}]),
        "States/A/Catch[0]/ErrorEquals: Step Functions has no error States.Timedout",
    ),
    (
        "interval",
        task(Retry=[{"ErrorEquals": ["X"], "IntervalSeconds": 0.5}]),
        "States/A/Retry[0]/IntervalSeconds: must be a whole number from 1 to 99999999",
    ),
    (
        "backoff",
        task(Retry=[{"ErrorEquals": ["X"], "BackoffRate": 0.5}]),
        "States/A/Retry[0]/BackoffRate: must be a number of at least 1",
    ),
    (
        "jitter",
        task(Retry=[{"ErrorEquals": ["X"], "JitterStrategy": "full"}]),
        "States/A/Retry[0]/JitterStrategy: must be NONE or FULL",
    ),
    (
        "delay",
        task(Retry=[{"ErrorEquals": ["X"], "IntervalSeconds": 5, "MaxDelaySeconds": 5}]),
        "States/A/Retry[0]/MaxDelaySeconds: must be more than IntervalSeconds",
    ),
    (
        "retrier field",
        task(Retry=[{"ErrorEquals": ["X"], "MaxAttempt": 1}]),
        "States/A/Retry[0]: unknown field MaxAttempt",
    ),
    # Variables.
    ("assign", one(Assign=[]), "States/A/Assign: must be an object"),
    ("part of a variable", one(Assign={"x.y": 1}), "States/A/Assign: 'x.y' cannot be the name of a variable"),
    ("reserved variable", one(Assign={"states": 1}), "States/A/Assign: 'states' cannot be the name of a variable"),
    (
        "outer variable",
        machine({"A": map_of({"B": {**PASS, "Assign": {"x": 1}}}, Assign={"x": 2})}),
        "States/A/ItemProcessor/States/B: the variable 'x' belongs to an outer scope: it can only be read",
    ),
    # Expressions.
    ("syntax", one(Output="{% $foo( %}"), "States/A/Output: '$foo(' is not JSONata: "),
    ("nested syntax", one(Output={"a": ["{% 1 + %}"]}), "States/A/Output/a[0]: '1 +' is not JSONata: "),
    (
        "syntax of a condition",
        one(Type="Choice", Choices=[{"Condition": "{% = %}", "Next": "A"}]),
        "States/A/Choices[0]/Condition: '=' is not JSONata: ",
    ),
    ("no closing mark", one(Output="{% $x"), "States/A/Output: '{% $x' has only one of {% and %}"),
    ("no opening mark", one(Output="$x %}"), "States/A/Output: '$x %}' has only one of {% and %}"),
    (
        "spaces around",
        one(Output=" {% $x %}"),
        "States/A/Output: ' {% $x %}' is plain text to Step Functions, because of the spaces around it",
    ),
    (
        "result of a pass",
        one(Output="{% $states.result %}"),
        "States/A/Output: $states.result exists only in Output and Assign of a Task, Parallel or Map",
    ),
    (
        "result in arguments",
        task(Arguments="{% $states.result.x %}"),
        "States/A/Arguments: $states.result exists only in Output and Assign of a Task, Parallel or Map",
    ),
    (
        "result in a catch",
        task(Catch=[{"ErrorEquals": ["X"], "Next": "A", "Output": "{% $states.result %}"}]),
        "States/A/Catch[0]/Output: $states.result exists only in Output and Assign of a Task, Parallel or Map",
    ),
    (
        "error output of a task",
        task(Assign={"e": "{% $states.errorOutput %}"}),
        "States/A/Assign/e: $states.errorOutput exists only in Output and Assign of a Catch",
    ),
    ("unknown member", one(Output="{% $states.inputs %}"), "States/A/Output: $states has no member 'inputs'"),
    (
        "unqualified name",
        one(Output="{% name & 'x' %}"),
        "States/A/Output: the name 'name' has no object to be read from: write $states.input.name",
    ),
    (
        "context value",
        one(Output="{% $.name %}"),
        "States/A/Output: $ means nothing here: Step Functions gives an expression no input document",
    ),
    (
        "root value",
        one(Output="{% $states.input.($$.name) %}"),
        "States/A/Output: $$ means nothing here: Step Functions gives an expression no input document",
    ),
    ("eval", one(Output="{% $eval('1') %}"), "States/A/Output: $eval does not exist in Step Functions"),
]


@pytest.mark.parametrize(("definition", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_wrong_value_is_refused_with_its_place(definition: dict[str, Any], sentence: str) -> None:
    assert [problem for problem in problems_in(definition) if problem.startswith(sentence)]
