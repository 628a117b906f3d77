"""AWS clients that never retry on their own, and the one table from AWS's error codes to Cosell's errors."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which has nothing to do with the built-in one
    HTTPClientError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from lambdas.errors import CosellError, Misconfigured, NotPermitted, RateLimited, RemoteUnavailable

PARTNER_CENTRAL: Final = "partnercentral-selling"
USER_AGENT: Final = "Cosell|HubSpot"
"""Partner Central asks integrations to name themselves, as integrator and product."""

# A retry inside the SDK could overlap the one of the state machine, outside the time for which a turn is held. The
# timeouts leave a function of thirty seconds room for several calls.
_QUICK = {"connect_timeout": 2, "read_timeout": 5}
_PATIENT = {"connect_timeout": 3, "read_timeout": 10}
_ONCE = {"total_max_attempts": 1, "mode": "standard"}

_ERRORS: Final[dict[type[CosellError], tuple[str, ...]]] = {
    RateLimited: (
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    ),
    RemoteUnavailable: (
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "InternalServiceError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "TransactionConflictException",
        "TransactionInProgressException",
    ),
    NotPermitted: (
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "NotAuthorized",
        "UnrecognizedClientException",
    ),
}
_ERROR_OF = {code: error for error, codes in _ERRORS.items() for code in codes}
_PARAMETER = re.compile(r'^[A-Z][a-z ]+ parameter (?:in )?([\w.\[\]]+)(?:: "(\w+)")?', re.MULTILINE)


@cache
def client(service: str) -> Any:
    """The client of a service, made once. Partner Central lives in us-east-1 alone, wherever Cosell runs."""
    if service != PARTNER_CENTRAL:
        return boto3.client(service, config=Config(retries=_ONCE, **_QUICK))
    partner_central = boto3.client(service, region_name="us-east-1", config=Config(retries=_ONCE, **_PATIENT))
    partner_central.meta.events.register(f"before-call.{PARTNER_CENTRAL}", _introduce)
    return partner_central


def call(service: str, operation: str, *, expected: Collection[str] = (), **arguments: Any) -> dict[str, Any]:
    """Calls an operation once, by its name in boto3.

    `expected` are error codes that the caller understands: those are raised as botocore's ClientError. All others
    become errors of Cosell's, which name service, operation and code and never what was sent or answered: a message
    ends up in an execution's history.
    """
    what = f"{service} {operation}"
    try:
        answer: dict[str, Any] = getattr(client(service), operation)(**arguments)
    except ClientError as error:
        if code_of(error) in expected:
            raise
        raise _translated(error, what) from None
    except (ConnectionError, HTTPClientError, ResponseParserError) as error:
        raise RemoteUnavailable(f"{what}: {type(error).__name__}") from None
    except ParamValidationError as error:
        raise Misconfigured(f"{what}: {_parameters(error)} do not fit the API") from None
    except BotoCoreError as error:
        raise Misconfigured(f"{what}: {type(error).__name__}") from None
    return answer


def _introduce(params: dict[str, Any], **_: Any) -> None:
    params["headers"]["X-Amzn-User-Agent"] = USER_AGENT


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _translated(error: ClientError, what: str) -> CosellError:
    """The error for a code; the HTTP status decides for a code nobody has seen, and a missing thing is our setting."""
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    if kind := _ERROR_OF.get(code):
        return kind(f"{what}: {code}")
    if status == 429:
        return RateLimited(f"{what}: {code}")
    if status >= 500:
        return RemoteUnavailable(f"{what}: {code}")
    return Misconfigured(f"{what}: {code}")


def _parameters(error: ParamValidationError) -> str:
    """The names in botocore's report, without the values that it quotes beside them."""
    found = _PARAMETER.findall(str(error.kwargs.get("report", "")))
    return ", ".join(".".join(filter(None, names)) for names in found) or "parameters"
