"""AWS's "no": what it said about each field, before anybody translates it for the seller."""

from __future__ import annotations

from dataclasses import dataclass


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
    reason: str = ""
    """`REQUEST_VALIDATION_FAILED`, `BUSINESS_VALIDATION_FAILED`, or something newer."""

    def names(self, code: str) -> bool:
        """Whether one of the errors has this code."""
        return any(error.code == code for error in self.errors)
