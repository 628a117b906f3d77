"""The engine against moto's interpreter and cfn-lint's rules, over small definitions; and what differs, as data."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.asl import flow, function, machine
from tests.support.oracles import Handler, Run, lint, run_on_engine, run_on_moto


class Busy(Exception): ...


class LeaseLost(Exception): ...


def scripted(*answers: Any) -> Handler:
    """A function that gives these answers in turn, the last one again and again; exceptions are raised."""
    left = list(answers)

    def handler(payload: Any) -> Any:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return payload if answer == "echo" else answer

    return handler


def handlers() -> dict[str, Handler]:
    """New for each run, because they remember what they answered."""
    return {
        "echo": scripted("echo"),
        "flaky": scripted(Busy("one"), Busy("two"), {"n": 3}),
        "down": scripted(Busy("always")),
        "lost": scripted(LeaseLost('it said "no"')),
        "lost once": scripted(LeaseLost("first"), {"n": 2}),
    }


RETRY = {"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60, "MaxAttempts": 3, "JitterStrategy": "FULL"}]}
OUT: dict[str, Any] = {"Type": "Succeed", "Output": {"in": "{% $states.input %}"}}


def catching(name: str, *names: str, **catcher: Any) -> dict[str, Any]:
    return machine(
        {"A": function(name, Catch=[{"ErrorEquals": list(names), "Next": "Z", **catcher}], Next="Z"), "Z": OUT}
    )


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    leads = {} if "Next" in fields else {"End": True}
    return {"Type": "Parallel", "Branches": [flow(branch) for branch in branches], **leads, **fields}


def mapping(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    leads = {} if "Next" in fields else {"End": True}
    return {"Type": "Map", "ItemProcessor": flow(states), **leads, **fields}


def taking(name: str, output: Any) -> dict[str, Any]:
    """A Catch of one error name, with an output of its own."""
    return {"Catch": [{"ErrorEquals": [name], "Next": "Z", "Output": output}], "Next": "Z"}


SAME: dict[str, tuple[dict[str, Any], Any]] = {
    "pass": (
        machine(
            {"A": {"Type": "Pass", "Output": {"a": "{% $states.input.n * 2 %}", "b": None, "c": [1.5]}, "End": True}}
        ),
        {"n": 2},
    ),
    "text with quotes, backslashes and an emoji": (
        machine(
            {
                "A": {"Type": "Pass", "Assign": {"t": 'it\'s "x" \\ 😀'}, "Next": "Z"},
                "Z": {**OUT, "Output": "{% $t & '!' %}"},
            }
        ),
        'say "hi" \\ \n',
    ),
    "context": (
        machine({"A": {"Type": "Pass", "Output": "{% $states.context.Execution.Input.n %}", "End": True}}),
        {"n": 2},
    ),
    **{
        f"choice {n}": (
            machine(
                {
                    "C": {
                        "Type": "Choice",
                        "Choices": [
                            {"Condition": "{% $states.input > 10 %}", "Next": "Big", "Assign": {"x": "big"}},
                            {"Condition": "{% $states.input > 5 %}", "Next": "Middle", "Output": "middle"},
                        ],
                        "Default": "Small",
                        "Assign": {"x": "small"},
                    },
                    "Big": {"Type": "Succeed", "Output": "{% $x %}"},
                    "Middle": {"Type": "Succeed"},
                    "Small": {"Type": "Succeed", "Output": "{% $x %}"},
                }
            ),
            n,
        )
        for n in (11, 6, 1)
    },
    "wait": (machine({"W": {"Type": "Wait", "Seconds": "{% $states.input %}", "Next": "Z"}, "Z": OUT}), 3600),
    "wait until": (machine({"W": {"Type": "Wait", "Timestamp": "2030-01-01T00:00:00Z", "Next": "Z"}, "Z": OUT}), 1),
    "fail": (machine({"A": {"Type": "Fail", "Error": "Bad", "Cause": "{% $states.input %}"}}), "why"),
    "task": (
        machine(
            {
                "A": function(
                    "echo", {"x": "{% $states.input %}"}, Assign={"s": "{% $states.result.StatusCode %}"}, Next="Z"
                ),
                "Z": {**OUT, "Output": {"s": "{% $s %}", "in": "{% $states.input %}"}},
            }
        ),
        'a "b"',
    ),
    "retry": (machine({"A": function("flaky", **RETRY)}), {}),
    "retries used up": (machine({"A": function("down", **RETRY)}), {}),
    "an error nobody takes": (machine({"A": function("lost", **RETRY)}), {}),
    "catch by name": (catching("lost", "Busy", "LeaseLost"), {}),
    "catch of everything": (catching("lost", "States.ALL"), {}),
    "catch of a task's failure": (catching("lost", "States.TaskFailed"), {}),
    "catch of another name": (catching("lost", "Busy"), {}),
    "catch after retries": (
        machine({"A": function("down", **RETRY, Catch=[{"ErrorEquals": ["Busy"], "Next": "Z"}]), "Z": OUT}),
        {},
    ),
    "catch with output and variables": (
        machine(
            {
                "A": function(
                    "lost",
                    Catch=[
                        {
                            "ErrorEquals": ["LeaseLost"],
                            "Next": "Z",
                            "Output": "{% $parse($states.errorOutput.Cause).errorMessage %}",
                            "Assign": {"e": "{% $states.errorOutput.Error %}"},
                        }
                    ],
                ),
                "Z": {**OUT, "Output": ["{% $e %}", "{% $states.input %}"]},
            }
        ),
        {},
    ),
    "catch that goes round": (
        machine(
            {
                "A": function("echo", Next="B"),
                "B": function("lost once", Catch=[{"ErrorEquals": ["LeaseLost"], "Next": "A"}]),
            }
        ),
        {},
    ),
    "an expression that yields nothing": (machine({"A": {"Type": "Pass", "Output": "{% $nope %}", "End": True}}), {}),
    "an expression that yields nothing, caught": (
        machine({"A": function("echo", "{% $nope %}", **taking("States.QueryEvaluationError", "caught")), "Z": OUT}),
        {},
    ),
    "map": (
        machine(
            {
                "M": mapping(
                    {"I": function("echo", "{% $states.input %}")},
                    Items="{% $states.input %}",
                    ItemSelector={
                        "v": "{% $states.context.Map.Item.Value %}",
                        "i": "{% $states.context.Map.Item.Index %}",
                    },
                    MaxConcurrency=1,
                )
            }
        ),
        [5, 6],
    ),
    "map of nothing": (machine({"M": mapping({"I": {"Type": "Succeed"}})}), []),
    "map with outer and inner variables": (
        machine(
            {
                "A": {"Type": "Pass", "Assign": {"factor": 10}, "Next": "M"},
                "M": mapping(
                    {
                        "I": {"Type": "Pass", "Assign": {"n": "{% $states.input * $factor %}"}, "Next": "J"},
                        "J": {"Type": "Pass", "Output": "{% $n %}", "End": True},
                    },
                    Assign={"all": "{% $sum($states.result) %}"},
                    Next="Z",
                ),
                "Z": {**OUT, "Output": {"each": "{% $states.input %}", "all": "{% $all %}"}},
            }
        ),
        [1, 2, 3],
    ),
    "parallel": (
        machine(
            {
                "P": parallel(
                    {"A": function("echo", "{% $states.input %}")},
                    {"B": {"Type": "Pass", "Output": "{% $states.input.n %}", "End": True}},
                    Arguments={"n": "{% $states.input %}"},
                    Output="{% $states.result[1] %}",
                )
            }
        ),
        7,
    ),
    "map in a parallel": (
        machine({"P": parallel({"M": mapping({"I": function("flaky", **RETRY)}, Items=[1, 2])})}),
        {},
    ),
    "a branch's error, caught": (
        machine(
            {"P": parallel({"A": function("lost")}, **taking("LeaseLost", "{% $states.errorOutput.Error %}")), "Z": OUT}
        ),
        {},
    ),
    "an iteration's error, caught": (
        machine(
            {
                "M": mapping(
                    {"A": function("lost")}, Items=[1], **taking("LeaseLost", "{% $states.errorOutput.Error %}")
                ),
                "Z": OUT,
            }
        ),
        {},
    ),
    "an evaluation's error out of a branch, caught": (
        machine(
            {
                "P": parallel(
                    {"A": {"Type": "Pass", "Output": "{% $nope %}", "End": True}},
                    **taking("States.QueryEvaluationError", "caught"),
                ),
                "Z": OUT,
            }
        ),
        {},
    ),
    "a parallel, retried": (
        machine({"P": parallel({"A": function("lost once")}, Retry=[{"ErrorEquals": ["LeaseLost"]}])}),
        {},
    ),
}


def both(definition: dict[str, Any], given: Any) -> tuple[Run, Run]:
    return run_on_engine(definition, handlers(), given), run_on_moto(definition, handlers(), given)


@dataclass(frozen=True)
class Difference:
    """A definition on which the two disagree: what each comes to, and why ours is AWS's way."""

    definition: dict[str, Any]
    given: Any
    ours: Run
    motos: Run
    why: str


DIFFERENT: dict[str, Difference] = {
    "Output beside Assign": Difference(
        machine(
            {
                "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                "B": {"Type": "Pass", "Assign": {"x": 2}, "Output": "{% $x %}", "End": True},
            }
        ),
        {},
        ours=Run("SUCCEEDED", 1, None, ["A", "B"]),
        motos=Run("SUCCEEDED", 2, None, ["A", "B"]),
        why="Output and Assign are evaluated side by side, with the values at the state's entry",
    ),
    "a rule that leads where the default does": Difference(
        machine(
            {
                "A": {
                    "Type": "Choice",
                    "Choices": [{"Condition": True, "Next": "Z"}],
                    "Default": "Z",
                    "Output": "default",
                },
                "Z": OUT,
            }
        ),
        "given",
        ours=Run("SUCCEEDED", {"in": "given"}, None, ["A", "Z"]),
        motos=Run("SUCCEEDED", {"in": "default"}, None, ["A", "Z"]),
        why="a rule's own Output and Assign count when it holds, not those of the state",
    ),
    "no rule holds": Difference(
        machine({"A": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "Z"}]}, "Z": OUT}),
        {},
        ours=Run("FAILED", None, "States.NoChoiceMatched", ["A"]),
        motos=Run("FAILED", None, "States.Runtime", ["A"]),
        why="Step Functions has an error name of its own for it",
    ),
    "a condition that is no boolean": Difference(
        machine(
            {"A": {"Type": "Choice", "Choices": [{"Condition": "{% 'yes' %}", "Next": "Z"}], "Default": "Z"}, "Z": OUT}
        ),
        {},
        ours=Run("FAILED", None, "States.QueryEvaluationError", ["A"]),
        motos=Run("FAILED", None, "States.Runtime", ["A"]),
        why="a result of the wrong type is an error of the query",
    ),
}


@pytest.mark.parametrize(("definition", "given"), SAME.values(), ids=SAME)
def test_moto_comes_to_the_same(definition: dict[str, Any], given: Any) -> None:
    ours, theirs = both(definition, given)

    assert (ours.status, ours.output, ours.error) == (theirs.status, theirs.output, theirs.error)
    assert Counter(ours.states) == Counter(theirs.states)


@pytest.mark.parametrize(("definition", "given"), SAME.values(), ids=SAME)
def test_cfn_lint_finds_nothing(definition: dict[str, Any], given: Any) -> None:
    assert lint(definition) == []


@pytest.mark.parametrize("known", DIFFERENT.values(), ids=DIFFERENT)
def test_known_differences_are_still_there(known: Difference) -> None:
    assert both(known.definition, known.given) == (known.ours, known.motos), known.why


def test_cfn_lint_finds_what_is_wrong() -> None:
    assert lint(machine({"A": {"Type": "Pass", "Parameters": {}, "End": True}})) == [
        "E3601: Additional properties are not allowed ('Parameters' was unexpected)"
    ]


def test_an_expression_in_the_place_of_a_number_is_no_finding() -> None:
    assert lint(machine({"A": function("f", TimeoutSeconds="{% $states.input.seconds %}")})) == []
