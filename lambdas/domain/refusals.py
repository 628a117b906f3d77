"""AWS's "no": what it said about each field, and how that is said so that a seller can act on it."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Final

from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.records import Problem
from lambdas.domain.transforms import for_example, one_line

UNNAMED: Final = "AWS refused this"
NO_REASON: Final = "it gave no reason"

# ErrorList[].Code -> what it means for the property. The example of the mapping follows where a value is asked for.
_ASKS_FOR_A_VALUE: Final[dict[str, str]] = {
    "REQUIRED_FIELD_MISSING": "AWS needs it",
    "INVALID_ENUM_VALUE": "AWS does not have this option",
    "INVALID_STRING_FORMAT": "AWS does not take it in this form",
    "INVALID_VALUE": "AWS does not take this value",
    "NOT_ENOUGH_VALUES": "AWS wants more of them",
    "TOO_MANY_VALUES": "AWS takes fewer of them",
    "VALUE_OUT_OF_RANGE": "it is outside of what AWS takes",
}
_STATES_A_FACT: Final[dict[str, str]] = {
    "INVALID_RESOURCE_STATE": "AWS takes no changes while the opportunity is in its present state",
    "ACTION_NOT_PERMITTED": "AWS does not allow this change now",
    "DUPLICATE_KEY_VALUE": "AWS has it already",
}
# Members that no property of the merge stands for, but that a refusal can be about.
_OTHER_PATHS: Final = {
    "relatedentityidentifiers.solutions": "aws_solutions",
    "relatedentityidentifier": "aws_solutions",
    "involvementtype": "aws_involvement",
    "visibility": "aws_visibility",
    "awssubmission.involvementtype": "aws_involvement",
    "awssubmission.visibility": "aws_visibility",
}


@dataclass(frozen=True)
class FieldError:
    """An entry of a ValidationException's ErrorList."""

    field: str | None
    """AWS's path in lower camel case, without indexes: `project.expectedCustomerSpend.amount`. Not always given."""
    code: str
    """Such as `REQUIRED_FIELD_MISSING`."""
    message: str


@dataclass(frozen=True)
class Refusal:
    """A request that AWS understood and will not do as it stands. Messages may quote values: never log one."""

    errors: tuple[FieldError, ...] = ()
    message: str = ""

    def names(self, code: str) -> bool:
        """Whether one of the errors has this code."""
        return any(error.code == code for error in self.errors)


def problems_of(refusal: Refusal, mapping: Mapping, about: Dict[str, str] | None = None) -> tuple[Problem, ...]:
    """One problem per field error, each once; AWS's whole message where it names no field.

    `about`: deal properties by AWS's name of a field, in lower case, where this request's field has another meaning.
    """
    found = tuple(dict.fromkeys(_problem(error, mapping, about or {}) for error in refusal.errors))
    return found or (Problem(record="aws", label=UNNAMED, what=one_line(refusal.message) or NO_REASON),)


def _problem(error: FieldError, mapping: Mapping, about: Dict[str, str]) -> Problem:
    said = one_line(error.message)
    row = _row(error.field or "", mapping, about)
    if row is None:
        label = f"AWS refused {error.field}" if error.field else UNNAMED
        return Problem(record="aws", label=label, what=said or _plain(error.code), path=error.field)
    return Problem(record=row.object, label=row.label, what=_sentence(error.code, said, row), path=row.path)


def _sentence(code: str, said: str, row: Row) -> str:
    words = f' (AWS says: "{said}")' if said else ""
    if code in _ASKS_FOR_A_VALUE:
        return _ASKS_FOR_A_VALUE[code] + for_example(row) + words
    return _STATES_A_FACT[code] + words if code in _STATES_A_FACT else said or _plain(code)


def _plain(code: str) -> str:
    return code.replace("_", " ").lower() or NO_REASON


def _row(name: str, mapping: Mapping, about: Dict[str, str]) -> Row | None:
    """The row a seller edits for AWS's name of a field: lower camel case, with or without list positions."""
    wanted = _bare(name)
    if not wanted:
        return None
    if stands_for := about.get(wanted) or _OTHER_PATHS.get(wanted):
        return mapping.row(stands_for)
    rows = [row for field in mapping.fields for row in field.rows]
    exact = [row for row in rows if _bare(row.path or "") == wanted]
    below = [row for row in rows if _bare(row.path or "").startswith(f"{wanted}.")]
    return next(iter(exact or below), None)


def _bare(path: str) -> str:
    """`project.expectedCustomerSpend.1.member.amount` and `Project.ExpectedCustomerSpend[].Amount` are one field."""
    parts = re.sub(r"\[\d*\]", "", path).lower().split(".")
    return ".".join(part for part in parts if part and part != "member" and not part.isdigit())
