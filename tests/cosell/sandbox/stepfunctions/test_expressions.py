from random import Random
from typing import Any

import pytest

from cosell.sandbox.stepfunctions.expressions import Evaluator, QueryFailed, is_expression

NOON = 1_795_521_600.0  # 2026-11-24T12:00:00Z


def evaluate(template: Any, states: dict[str, Any] | None = None, seed: int = 0, **variables: Any) -> Any:
    return Evaluator(Random(seed), lambda: NOON).evaluate(template, "Output", variables, states or {})


def test_expressions_are_replaced_wherever_they_stand_and_all_else_is_kept() -> None:
    template = {"a": ["{% $x + 1 %}", "plain", 3, None], "b": {"c": "{% $states.input.name %}"}}
    assert evaluate(template, {"input": {"name": "Ada"}}, x=1) == {"a": [2, "plain", 3, None], "b": {"c": "Ada"}}


@pytest.mark.parametrize(
    "value", ['say "hi"', "it's", "back\\slash", "\n", "{% $x %}", "😀", None, True, 1.5, [], {}, [[1]]]
)
def test_values_are_bound_not_pasted_into_the_expression(value: Any) -> None:
    assert evaluate("{% $x %}", x=value) == value
    assert evaluate("{% {'v': $states.input} %}", {"input": value}) == {"v": value}


def test_a_whole_number_is_one_however_it_was_computed() -> None:
    result = evaluate("{% [4 / 2, 1 / 4] %}")
    assert [str(number) for number in result] == ["2", "0.25"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(1, 7, 3)", [1, 4, 7]),
        ("$range(5, 1, -2)", [5, 3, 1]),
        ("$hash('cosell', 'SHA-256')", "02b80ee934e252d39a6031916fd467b4ba9f5ffc18bd595a0dfcb72e855eebf6"),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$now()", "2026-11-24T12:00:00.000Z"),
        ("$now('[Y]')", "2026"),
        ("$millis()", 1_795_521_600_000),
        ("$random(5) = $random(5)", True),
        ("$count($distinct([$uuid(), $uuid()]))", 2),
        ("$sort($shuffle([1..5]))", [1, 2, 3, 4, 5]),
        ("$map([1,2], function($v) { $v * 10 })", [10, 20]),
        ("$exists($missing) ? $missing : 'none'", "none"),
        ("[1..3]", [1, 2, 3]),
        ("$lookup($states, 'input')", "whole"),
        ("$states.*", "whole"),
        ("$states[$x = 1].input", "whole"),
    ],
)
def test_functions(expression: str, value: Any) -> None:
    assert evaluate("{% " + expression + " %}", {"input": "whole"}, x=1) == value


def test_chance_depends_on_the_seed_only() -> None:
    template = "{% [$uuid(), $random(), $shuffle([1..9])] %}"
    assert evaluate(template, seed=3) == evaluate(template, seed=3)
    assert evaluate(template, seed=3) != evaluate(template, seed=4)


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        (
            "$missing",
            "The JSONata expression '$missing' specified for the field 'Output' returned nothing (undefined).",
        ),
        ("$states.input.nope", "returned nothing (undefined)"),
        ("$sum", "returned an unsupported result type."),
        ("1 / 0", "threw an error during evaluation."),
        ("'a' + 1", "threw an error during evaluation. T2001"),
        ("$uppercase(1)", "threw an error during evaluation. T0410"),
        ("$parse('{')", "threw an error during evaluation."),
        ("$hash('x', 'CRC')", "$hash knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, not 'CRC'"),
        ("$partition([1], 0)", "$partition takes a whole number of at least 1"),
        ("$range(1, 3, 0)", "$range takes whole numbers and a step that is not 0"),
        ("$range(1, 5000, 1)", "$range makes at most 1000 numbers"),
    ],
)
def test_an_expression_without_a_usable_value_fails(expression: str, cause: str) -> None:
    with pytest.raises(QueryFailed) as failed:
        evaluate("{% " + expression + " %}", {"input": {}})
    assert cause in failed.value.cause


def test_the_place_of_a_failure_is_named() -> None:
    with pytest.raises(QueryFailed) as failed:
        evaluate({"Payload": ["fine", "{% $missing %}"]})
    assert failed.value.field == "Output/Payload[1]"


def test_a_local_variable_does_not_leak_into_the_next_evaluation() -> None:
    evaluator = Evaluator(Random(0), lambda: NOON)
    template = "{% $exists($y) ? 'leaked' : ($y := 1; 'clean') %}"
    assert [evaluator.evaluate(template, "Output", {}, {}) for _ in range(2)] == ["clean", "clean"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{% 1 %}", True), ("{%1%}", True), (" {% 1 %}", False), ("{% 1", False), ("{%}", False), (1, False)],
)
def test_what_is_an_expression(text: Any, expected: bool) -> None:
    assert is_expression(text) is expected
