"""Refusals, as the service words and wraps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

REQUEST = "REQUEST_VALIDATION_FAILED"
BUSINESS = "BUSINESS_VALIDATION_FAILED"

_SERVICE = "com.amazon.partnerintegrationapi.common"
"""As in the header that AWS's samples have recorded; the prefix of `__type` follows from it."""
_FRONT_END = "com.amazon.coral.service"


@dataclass(frozen=True)
class Problem:
    """One entry of a ValidationException's ErrorList. `field` is the lower-camel path without list indexes, or None."""

    code: str
    message: str
    field: str | None = None

    def wire(self) -> dict[str, Any]:
        return {"FieldName": self.field, "Message": self.message, "Code": self.code}


class ServiceError(Exception):
    """An answer other than 200. `code` is what clients switch on, `status` the HTTP status, `namespace` whose error
    it is: the service's, or the front end's that all of AWS's services have."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        namespace: str = _SERVICE,
        reason: str | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.namespace = namespace
        self.reason = reason
        self.problems = tuple(problems)

    def headers(self) -> dict[str, str]:
        return {"x-amzn-errortype": f"{self.code}:http://internal.amazon.com/coral/{self.namespace}/"}

    def body(self) -> bytes:
        answer: dict[str, Any] = {"__type": f"{self.namespace}#{self.code}", "Message": self.message}
        if self.reason is not None:
            answer["Reason"] = self.reason
        if self.code == "ValidationException":
            answer["ErrorList"] = [problem.wire() for problem in self.problems]
        return json.dumps(answer, ensure_ascii=False).encode()


def malformed_request(problems: Sequence[Problem]) -> ServiceError:
    """The request does not have the shape of the service model: first phase, before any business rule is looked at."""
    return ServiceError(
        "ValidationException",
        f"{len(problems)} validation error(s) detected in the request.",
        reason=REQUEST,
        problems=problems,
    )


def broken_rules(problems: Sequence[Problem], message: str | None = None, *, reason: str = BUSINESS) -> ServiceError:
    """Business rules are broken; all of them come in one answer."""
    summary = message or f"{len(problems)} business validation error(s) detected."
    return ServiceError("ValidationException", summary, reason=reason, problems=problems)


def broken_rule(code: str, message: str, field: str | None = None) -> ServiceError:
    return broken_rules([Problem(code, message, field)], message)


def conflict(message: str) -> ServiceError:
    return ServiceError("ConflictException", message)


def not_found(what: str, identifier: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"{what} {identifier} was not found.")


def no_permission(operation: str) -> ServiceError:
    """IAM's refusal, which the front end gives before the service sees the request."""
    message = f"User is not authorized to perform: partnercentral:{operation}"
    return _of_front_end("AccessDeniedException", message, 403)


def wrong_partner_state() -> ServiceError:
    """The service's own refusal: the partner's standing with AWS does not allow it."""
    message = "The partner account is not in a state that allows this operation."
    return ServiceError("AccessDeniedException", message, reason="INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE")


def throttled() -> ServiceError:
    return ServiceError("ThrottlingException", "Rate exceeded")


def internal() -> ServiceError:
    """A fault of the service's own; the same request may succeed later."""
    return ServiceError("InternalServerException", "An internal error occurred.", status=500)


def unavailable() -> ServiceError:
    return _of_front_end("ServiceUnavailable", "The service cannot handle the request.", 503)


def unknown_operation(name: str) -> ServiceError:
    """Also the answer for what the API has and this simulator does not: visible, and named."""
    return _of_front_end("UnknownOperationException", f"{name} is not an operation of this simulator.", 404)


def unreadable(why: str) -> ServiceError:
    return _of_front_end("SerializationException", why, 400)


def _of_front_end(code: str, message: str, status: int) -> ServiceError:
    return ServiceError(code, message, status=status, namespace=_FRONT_END)
