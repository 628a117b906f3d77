"""JSONata as Step Functions uses it: `{% … %}` inside JSON, native bindings, and an error where there is no value."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from .functions import functions
from .references import STATES, References, references

OPENING, CLOSING = "{%", "%}"

_Lambda: Any = Jsonata.JLambda  # a class without types


class QueryFailed(Exception):
    """An expression has no usable value. `field` is where it stands in the state, such as `Arguments/Payload/pair`."""

    def __init__(self, cause: str, field: str) -> None:
        super().__init__(cause)
        self.cause, self.field = cause, field


@dataclass(frozen=True)
class Expression:
    """A parsed expression. Parsing is slow and evaluating leaves no trace in it, so each source is parsed once."""

    source: str
    query: Jsonata
    references: References


def is_expression(value: Any) -> bool:
    """Whether this is a string that Step Functions evaluates; one with spaces outside of the marks is plain text."""
    return isinstance(value, str) and value.startswith(OPENING) and value.endswith(CLOSING) and len(value) >= 4


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parses `{% … %}`. Raises `ValueError` with JSONata's own words when that is not JSONata."""
    source = text[len(OPENING) : -len(CLOSING)].strip()
    try:
        query = Jsonata(source)
    except JException as error:
        raise ValueError(f"'{source}' is not JSONata: {_words(error)}") from error
    query.set_output_convert_nulls(False)  # tells null from "nothing"
    return Expression(source, query, references(query.ast))


class Evaluator:
    """Evaluates templates: JSON in which strings of the form `{% … %}` stand for values."""

    def __init__(self, random: Random, now: Callable[[], float]) -> None:
        self._functions = {name: _native(function) for name, function in functions(random, now).items()}

    def evaluate(self, template: Any, field: str, variables: Mapping[str, Any], states: Mapping[str, Any]) -> Any:
        """The template with every expression replaced by its value.

        `states` is what `$states` holds at this point. Raises `QueryFailed` if an expression yields nothing, fails, or
        yields something that is not JSON.
        """
        if isinstance(template, dict):
            return {k: self.evaluate(v, f"{field}/{k}", variables, states) for k, v in template.items()}
        if isinstance(template, list):
            return [self.evaluate(item, f"{field}[{i}]", variables, states) for i, item in enumerate(template)]
        if not is_expression(template):
            return template
        return self._value(parse(template), field, variables, states)

    def _value(
        self, expression: Expression, field: str, variables: Mapping[str, Any], states: Mapping[str, Any]
    ) -> Any:
        about = f"The JSONata expression '{expression.source}' specified for the field '{field}'"
        Jsonata.CURRENT.jsonata = expression.query  # built-in functions look for their evaluator there, per thread
        try:
            result = expression.query.evaluate(None, self._bindings(expression.references, variables, states))
        except (
            JException,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
            RecursionError,
        ) as error:
            raise QueryFailed(f"{about} threw an error during evaluation. {_words(error)}", field) from error
        if result is None:
            raise QueryFailed(f"{about} returned nothing (undefined).", field)
        try:
            return _to_json(result)
        except TypeError:
            raise QueryFailed(f"{about} returned an unsupported result type.", field) from None

    def _bindings(self, wanted: References, variables: Mapping[str, Any], states: Mapping[str, Any]) -> dict[str, Any]:
        bindings: dict[str, Any] = {}
        for name in wanted.variables:
            if name in self._functions:
                bindings[name] = self._functions[name]
            elif name in variables:
                bindings[name] = _from_json(variables[name])
        if STATES in wanted.variables:
            members = states if wanted.all_members else {k: v for k, v in states.items() if k in wanted.members}
            bindings[STATES] = _from_json(dict(members))
        return bindings


def unexpected(template: Any, field: str, expected: str, value: Any) -> QueryFailed:
    """The error of a field whose expression yields a value of the wrong type."""
    source = parse(template).source if is_expression(template) else json.dumps(template)
    return QueryFailed(
        f"The JSONata expression '{source}' specified for the field '{field}' returned an unexpected result type. "
        f"Expected '{expected}', but was '{_type_name(value)}' for value: {json.dumps(value)}",
        field,
    )


def _native(function: Callable[..., Any]) -> Any:
    def call(*arguments: Any) -> Any:
        return _from_json(function(*[_to_json(argument) for argument in arguments]))

    return _Lambda(call)


def _from_json(value: Any) -> Any:
    """JSON as the evaluator wants it: Python's None is its "nothing", so null is an object of its own."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _from_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    return value


def _to_json(value: Any) -> Any:
    if value is Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {key: _to_json(member) for key, member in value.items()}
    if isinstance(value, list | range):
        return [_to_json(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError("not a number of JSON")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, bool | int | str):
        return value
    raise TypeError(f"not JSON: {type(value).__name__}")


def _words(error: Exception) -> str:
    return f"{error.get_error()}: {error}" if isinstance(error, JException) else str(error)


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]
