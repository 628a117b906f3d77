"""The last touch on an answer: which members are there, and how texts are written."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.partner_central import model
from cosell.sandbox.partner_central.state import Document
from cosell.sandbox.partner_central.switches import Switches

_NOT_YET_IN_2025 = ("ExpectedContractDuration", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")
_NOT_YET_IN_2024 = (*_NOT_YET_IN_2025, "AwsMarketplaceOfferSets")
_NULL_IN_2024 = ("Arn", "TaskArn", "TaskId", "EngagementId")
_WITH_ARN_IN_2024 = ("ListSolutions",)

_ESCAPED = ("CustomerUseCase", "CustomerBusinessProblem", "CompanyName", "NextSteps")


def word(operation: str, answer: Document, switches: Switches) -> Document:
    """The answer as it goes over the wire, by the switches `answers_as_of`, `nested_types`, `html_escapes` and
    `nulls`."""
    worded: Any = model.complete(operation, answer, nested_types=switches.nested_types)
    if switches.answers_as_of != "model":
        worded = _without(worded, _NOT_YET_IN_2025 if switches.answers_as_of == "2025" else _NOT_YET_IN_2024)
    if switches.answers_as_of == "2024" and operation not in _WITH_ARN_IN_2024:
        worded = _as_in_2024(worded)
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


def _without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    return value


def _as_in_2024(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_in_2024(item) for item in value]
    if not isinstance(value, dict):
        return value
    worded = {key: None if key in _NULL_IN_2024 else _as_in_2024(item) for key, item in value.items()}
    if "ReasonCode" in worded and worded["ReasonCode"] is None:
        worded["ReasonCode"] = "null"  # the text, as recorded
    return worded


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
