"""Strict checks of one state: its fields, their values, and the expressions in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .expressions import is_expression
from .fields import (
    CATCHER_FIELDS,
    ERROR_NAMES,
    REFUSED_RESOURCES,
    RETRIER_FIELDS,
    RULE_FIELDS,
    STATE_TYPES,
    StateType,
    unknown_fields,
)
from .states import MOST_SECONDS, parse_timestamp
from .templates import EVERYWHERE, problems_in_template

_RETRIER_NUMBERS = {
    "IntervalSeconds": (1, MOST_SECONDS),
    "MaxAttempts": (0, MOST_SECONDS),
    "MaxDelaySeconds": (1, 31_622_400),
}
_STATE_NUMBERS = {"MaxConcurrency": 0, "Seconds": 0, "TimeoutSeconds": 1}


class StateChecks:
    """One state under check; `where` is its place in the definition, with which every sentence begins."""

    def __init__(self, state: dict[str, Any], where: str) -> None:
        self._state, self._where = state, where

    def problems(self) -> Iterator[str]:
        kind = self._state.get("Type")
        if not isinstance(kind, str) or kind not in STATE_TYPES:
            yield f"{self._where}/Type: there is no state type {kind!r}"
            return
        state_type = STATE_TYPES[kind]
        yield from unknown_fields(self._state, state_type.allowed, self._where)
        for field in sorted(state_type.required - self._state.keys()):
            yield f"{self._where}: a {kind} state needs {field}"
        if self._state.get("QueryLanguage", "JSONata") != "JSONata":
            yield f"{self._where}/QueryLanguage: a machine in JSONata has no states in another language"
        yield from self._leading_on(kind, state_type)
        yield from self._values(kind)
        yield from self._templates(state_type)
        yield from self._rules("Choices", RULE_FIELDS, EVERYWHERE)
        yield from self._rules("Catch", CATCHER_FIELDS, EVERYWHERE | {"errorOutput"})
        yield from self._rules("Retry", RETRIER_FIELDS, EVERYWHERE)

    def assigned(self) -> set[str]:
        """Names of the variables this state may assign, on whatever way it is left."""
        names: set[str] = set()
        for rule in [self._state, *self._list("Choices"), *self._list("Catch")]:
            if isinstance(rule, dict) and isinstance(rule.get("Assign"), dict):
                names |= rule["Assign"].keys()
        return names

    def _list(self, field: str) -> list[Any]:
        value = self._state.get(field)
        return value if isinstance(value, list) else []

    def _leading_on(self, kind: str, state_type: StateType) -> Iterator[str]:
        if state_type.leads_on and ("Next" in self._state) == ("End" in self._state):
            yield f'{self._where}: a {kind} state needs either Next or "End": true'
        if self._state.get("End", True) is not True:
            yield f"{self._where}/End: can only be true"

    def _values(self, kind: str) -> Iterator[str]:
        for field, least in _STATE_NUMBERS.items():
            value = self._state.get(field, least)
            if not is_expression(value) and not _whole(value, least, MOST_SECONDS):
                yield f"{self._where}/{field}: must be a whole number of at least {least}, or an expression"
        if kind == "Task":
            yield from self._resource(self._state.get("Resource", ""))
        if kind == "Wait":
            yield from self._wait()
        for field, what in (("Items", list), ("ItemSelector", dict), ("Error", str), ("Cause", str)):
            value = self._state.get(field, what())
            if not isinstance(value, what) and not is_expression(value):
                yield f"{self._where}/{field}: must be {_A[what]}, or an expression"
        for field, what in (
            ("Choices", list),
            ("Catch", list),
            ("Retry", list),
            ("Branches", list),
            ("ItemProcessor", dict),
        ):
            value = self._state.get(field, what())
            if not isinstance(value, what):
                yield f"{self._where}/{field}: must be {_A[what]}"
        if self._state.get("Choices") == []:
            yield f"{self._where}/Choices: must have at least one rule"

    def _resource(self, resource: Any) -> Iterator[str]:
        if not isinstance(resource, str) or not resource.startswith(("arn:aws:states:", "arn:aws:lambda:")):
            yield f"{self._where}/Resource: {resource!r} is not the ARN of an integration or a function"
            return
        for part, why in REFUSED_RESOURCES.items():
            if resource.endswith(part) or (part.endswith(":") and part in resource):
                yield f"{self._where}/Resource: {resource} {why}"

    def _wait(self) -> Iterator[str]:
        if ("Seconds" in self._state) == ("Timestamp" in self._state):
            yield f"{self._where}: a Wait state needs either Seconds or Timestamp"
        timestamp = self._state.get("Timestamp")
        if timestamp is None or is_expression(timestamp):
            return
        try:
            parse_timestamp(timestamp)
        except ValueError as error:
            yield f"{self._where}/Timestamp: {error}"

    def _templates(self, state_type: StateType) -> Iterator[str]:
        for field in sorted(state_type.templates & self._state.keys()):
            yield from problems_in_template(self._state[field], f"{self._where}/{field}")
        members = EVERYWHERE | {"result"} if state_type.has_result else EVERYWHERE
        yield from self._data(self._state, self._where, members)

    def _data(self, rule: dict[str, Any], where: str, members: frozenset[str]) -> Iterator[str]:
        """`Output` and `Assign`, of the state or of one of its rules."""
        if "Output" in rule:
            yield from problems_in_template(rule["Output"], f"{where}/Output", members)
        assign = rule.get("Assign", {})
        if not isinstance(assign, dict):
            yield f"{where}/Assign: must be an object"
            return
        for name in assign:
            if not name.isidentifier() or len(name) > 80 or name == "states":
                yield f"{where}/Assign: {name!r} cannot be the name of a variable"
        yield from problems_in_template(assign, f"{where}/Assign", members)

    def _rules(self, field: str, allowed: frozenset[str], members: frozenset[str]) -> Iterator[str]:
        rules = self._list(field)
        for index, rule in enumerate(rules):
            where = f"{self._where}/{field}[{index}]"
            if not isinstance(rule, dict):
                yield f"{where}: must be an object"
                continue
            yield from unknown_fields(rule, allowed, where)
            if "Next" in allowed and "Next" not in rule:
                yield f"{where}: needs Next"
            if "Condition" in allowed:
                yield from _condition(rule, where)
            if "ErrorEquals" in allowed:
                yield from _error_equals(rule, where, is_last=index == len(rules) - 1)
            if field == "Retry":
                yield from _retrier(rule, where)
            yield from self._data(rule, where, members)


_A: dict[type, str] = {list: "an array", dict: "an object", str: "a string"}


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _condition(rule: dict[str, Any], where: str) -> Iterator[str]:
    condition = rule.get("Condition")
    if not isinstance(condition, bool) and not is_expression(condition):
        yield f"{where}/Condition: must be true, false or an expression"
    yield from problems_in_template(condition, f"{where}/Condition")


def _error_equals(rule: dict[str, Any], where: str, *, is_last: bool) -> Iterator[str]:
    names = rule.get("ErrorEquals")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        yield f"{where}/ErrorEquals: must be an array with at least one error name"
        return
    if "States.ALL" in names and (len(names) > 1 or not is_last):
        yield f"{where}/ErrorEquals: States.ALL stands alone, and in the last entry"
    for name in names:
        if name.startswith("States.") and name not in ERROR_NAMES and not name.startswith("States.Http."):
            yield f"{where}/ErrorEquals: Step Functions has no error {name}"


def _retrier(rule: dict[str, Any], where: str) -> Iterator[str]:
    for field, (least, most) in _RETRIER_NUMBERS.items():
        if not _whole(rule.get(field, least), least, most):
            yield f"{where}/{field}: must be a whole number from {least} to {most}"
    rate = rule.get("BackoffRate", 1)
    if not isinstance(rate, int | float) or isinstance(rate, bool) or rate < 1:
        yield f"{where}/BackoffRate: must be a number of at least 1"
    if rule.get("JitterStrategy", "NONE") not in ("NONE", "FULL"):
        yield f"{where}/JitterStrategy: must be NONE or FULL"
    interval, longest = rule.get("IntervalSeconds", 1), rule.get("MaxDelaySeconds")
    if _whole(longest, 1, MOST_SECONDS * 10) and _whole(interval, 1, MOST_SECONDS) and longest <= interval:
        yield f"{where}/MaxDelaySeconds: must be more than IntervalSeconds"
