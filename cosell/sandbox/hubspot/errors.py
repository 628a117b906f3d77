"""HubSpot's refusals, in the shapes its service sends. Of the body, only `status` and `message` are always there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cosell.sandbox.wire import Response

SCOPES_PAGE = "https://developers.hubspot.com/scopes"


class Refused(Exception):
    """A request that HubSpot answers with an error.

    `errors` are details as they stand in the body; `context` has lists of strings. Inside a 207 the same body stands
    without correlation id.
    """

    def __init__(
        self,
        status: int,
        message: str,
        category: str | None = None,
        *,
        sub_category: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        context: Mapping[str, Sequence[str]] | None = None,
        links: Mapping[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.context = {name: list(values) for name, values in (context or {}).items()}
        self.details = {
            "category": category,
            "subCategory": sub_category,
            "errors": [dict(error) for error in errors],
            "context": self.context,
            "links": dict(links or {}),
            **(extra or {}),
        }

    def body(self, correlation_id: str | None = None) -> dict[str, Any]:
        """The JSON body; without correlation id it is an item of a 207's `errors`."""
        correlated = {"correlationId": correlation_id} if correlation_id else {}
        details = {name: value for name, value in self.details.items() if value}
        return {"status": "error", "message": self.message, **correlated, **details}

    def with_context(self, name: str, value: str) -> Refused:
        self.context[name] = [value]
        return self


class Unrouted(Exception):
    """Raised for a path that this version does not have: it is answered like any unknown one."""


def invalid(
    message: str, *, context: Mapping[str, Sequence[str]] | None = None, sub_category: str | None = None
) -> Refused:
    return Refused(400, message, "VALIDATION_ERROR", context=context, sub_category=sub_category)


def invalid_json(found: str) -> Refused:
    return invalid(f"Invalid input JSON on {found}")


def missing_fields(names: Iterable[str]) -> Refused:
    return invalid(f"Some required fields were not set: [{', '.join(names)}]")


def unknown_type(name: str) -> Refused:
    return Refused(400, f"Unable to infer object type from: {name}")


def not_found(key: str) -> Refused:
    """A numeric id that is not there has no category; anything else is told that ids are numbers."""
    if key.isdigit():
        return Refused(404, "resource not found")
    return Refused(404, "Object not found.  objectId are usually numeric.", "OBJECT_NOT_FOUND", context={"id": [key]})


def some_not_found(legacy_name: str, ids: Sequence[str]) -> Refused:
    """The item of a batch answer that lists which ids are missing."""
    message = f"Could not get some {legacy_name} objects, they may be deleted or not exist. Check that ids are valid."
    return Refused(404, message, "OBJECT_NOT_FOUND", context={"ids": ids})


def unauthenticated() -> Refused:
    return Refused(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        "INVALID_AUTHENTICATION",
    )


def missing_scopes(scopes: Sequence[str]) -> Refused:
    return Refused(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {SCOPES_PAGE}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": list(scopes)},
            }
        ],
        links={"scopes": SCOPES_PAGE},
    )


def page(status: int, title: str) -> Response:
    """What the edge answers for itself is a page, not JSON: unknown routes, long URLs, a service that is down."""
    text = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(status, {"content-type": "text/html;charset=utf-8"}, text.encode())


def failed() -> Response:
    """A gateway that got no answer says nothing at all."""
    return Response(502, {"content-length": "0"})


def locked() -> Refused:
    """Too many writes at once lock a record for two seconds."""
    return Refused(423, "This object is locked. Please try again in at least 2 seconds.")


def moving(seconds: int) -> Refused:
    """The account is on its way to another data centre."""
    message = "This account is being migrated between data hosting locations."
    return Refused(477, message, headers={"retry-after": str(seconds)})
