"""EventBridge's event patterns: keys are ANDed, the values of a list are ORed.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATORS = ("prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "wildcard")
_MISSING = object()


class BadPattern(ValueError):
    """The pattern is not one, or uses what the sandbox does not know; the message names it."""


def check(pattern: Any, path: str = "") -> None:
    """Raises BadPattern for what `matches` would not understand."""
    if not isinstance(pattern, dict) or not pattern:
        raise BadPattern(f"{path or 'a pattern'} must be an object with keys, not {pattern!r}")
    for key, value in pattern.items():
        where = f"{path}.{key}".lstrip(".")
        if key == "$or":
            if not isinstance(value, list) or len(value) < 2:
                raise BadPattern(f"{where} must list two patterns or more")
            for each in value:
                check(each, where)
        elif isinstance(value, dict):
            check(value, where)
        elif isinstance(value, list) and value:
            for condition in value:
                _check_condition(condition, where)
        else:
            raise BadPattern(f"{where} must be a list of values, or an object, not {value!r}")


def _check_condition(condition: Any, where: str) -> None:
    if isinstance(condition, list):
        raise BadPattern(f"{where} holds a list in a list")
    if not isinstance(condition, dict):
        return
    if len(condition) != 1 or not set(condition) <= set(_OPERATORS):
        raise BadPattern(
            f"{where}: {', '.join(map(repr, condition))} is no operator the sandbox knows: {', '.join(_OPERATORS)}"
        )
    ((name, argument),) = condition.items()
    if name == "numeric":
        signs = argument[::2] if isinstance(argument, list) else ["?"]
        if not set(signs) <= set(_COMPARE) or len(argument) % 2:
            raise BadPattern(f"{where}: numeric wants pairs of a sign and a number, not {argument!r}")
    elif name == "anything-but" and isinstance(argument, dict):
        if len(argument) != 1 or not set(argument) <= {"prefix", "suffix", "wildcard", "equals-ignore-case"}:
            raise BadPattern(f"{where}: anything-but does not take {', '.join(map(repr, argument))}")
    elif name == "exists" and not isinstance(argument, bool):
        raise BadPattern(f"{where}: exists wants true or false, not {argument!r}")


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether the event, or a part of it, fits a pattern that was checked."""
    if isinstance(event, list):
        return any(matches(pattern, each) for each in event)
    return all(
        any(matches(each, event) for each in condition) if key == "$or" else _fits(condition, _member(event, key))
        for key, condition in pattern.items()
    )


def _member(event: Any, key: str) -> Any:
    return event.get(key, _MISSING) if isinstance(event, dict) else _MISSING


def _fits(condition: Any, value: Any) -> bool:
    if isinstance(condition, dict):
        # An absent object still fits a pattern that asks for the absence of a member.
        return matches(condition, {} if value is _MISSING else value)
    values = value if isinstance(value, list) and value else [_MISSING if value == [] else value]
    return any(_holds(each, one) for each in condition for one in values)


def _holds(condition: Any, value: Any) -> bool:
    if not isinstance(condition, dict):
        return value is not _MISSING and not isinstance(value, dict) and _same(condition, value)
    ((name, argument),) = condition.items()
    if name == "exists":
        return bool(argument) == (value is not _MISSING and not isinstance(value, dict))
    if value is _MISSING:
        return False
    if name == "anything-but":
        return not _is_one_of(argument, value)
    if name == "numeric":
        return _is_number(value) and all(
            _COMPARE[sign](value, number) for sign, number in zip(argument[::2], argument[1::2], strict=True)
        )
    return isinstance(value, str) and _text(name, argument, value)


def _is_one_of(argument: Any, value: Any) -> bool:
    if isinstance(argument, dict):
        ((name, texts),) = argument.items()
        listed = texts if isinstance(texts, list) else [texts]
        return isinstance(value, str) and any(_text(name, text, value) for text in listed)
    return any(_same(each, value) for each in (argument if isinstance(argument, list) else [argument]))


def _text(name: str, argument: Any, value: str) -> bool:
    if isinstance(argument, dict):  # {"prefix": {"equals-ignore-case": "x"}}
        argument, value = argument["equals-ignore-case"].casefold(), value.casefold()
    if name == "prefix":
        return value.startswith(str(argument))
    if name == "suffix":
        return value.endswith(str(argument))
    if name == "equals-ignore-case":
        return value.casefold() == str(argument).casefold()
    return re.fullmatch(".*".join(re.escape(part) for part in argument.split("*")), value, re.DOTALL) is not None


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) and (type(a) is type(b) or (_is_number(a) and _is_number(b)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
