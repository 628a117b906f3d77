"""The last touch on an answer: which members are there, and how texts are written."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.partner_central import model
from cosell.sandbox.partner_central.state import Document
from cosell.sandbox.partner_central.switches import Switches

_ESCAPED = ("CustomerUseCase", "CustomerBusinessProblem", "CompanyName", "NextSteps")


def word(operation: str, answer: Document, switches: Switches) -> Document:
    """The answer as it goes over the wire, by the switches `nested_types`, `html_escapes` and `nulls`."""
    worded: Any = model.complete(operation, answer, nested_types=switches.nested_types)
    if switches.html_escapes:
        worded = _escape(worded, None)
    if not switches.nulls:
        worded = _without_nulls(worded)
    return dict(worded)


def _escape(value: Any, name: str | None) -> Any:
    if isinstance(value, dict):
        return {key: _escape(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_escape(item, name) for item in value]
    if isinstance(value, str) and name in _ESCAPED:
        return value.replace("&", "&amp;").replace(":", "&amp;colon;")
    return value


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
