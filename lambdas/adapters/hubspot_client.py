"""The request layer of HubSpot's API, on httpx: paths of either family, the token, and what went wrong in words.

HubSpot quotes values in its messages, so no message of its ever becomes one of ours: errors name status, category,
properties and scopes.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import httpx

from lambdas import runtime
from lambdas.adapters import secrets
from lambdas.errors import CosellError, Misconfigured, NotPermitted, RateLimited, RemoteUnavailable
from lambdas.settings import settings

BASE_URL: Final = "https://api.hubapi.com"
LOCKED: Final = 2.0
"""Seconds that HubSpot locks a record when too much is written at once (error handling guide)."""

SHOWN: Final = 60.0
"""Seconds after which HubSpot is trusted to show a new record in searches, and a new association at both its ends."""

_GONE: Final = "OBJECT_NOT_FOUND"
_ALONE: Final = {
    "VALIDATION_ERROR": 400,
    "INVALID_AUTHENTICATION": 401,
    "MISSING_SCOPES": 403,
    "OBJECT_ALREADY_EXISTS": 409,
    "CONFLICT": 409,
    "RATE_LIMITS": 429,
}
"""The status that a part of a batch would have failed with by itself, by its category; others are HubSpot's faults."""

_EXISTING = re.compile(r"Existing ID: (\d+)")
_SCOPES = re.compile(r"[a-z][a-z0-9_.-]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAMES_IN_TEXT = re.compile(
    r'"name":"([a-z][a-z0-9_]*)"|Property \\?"([a-z][a-z0-9_]*)\\?"|propertyName=([a-z][a-z0-9_]*)'
)


class Created(NamedTuple):
    id: str
    existed: bool


def objects(*parts: str) -> str:
    """The path of records: `objects("deals", "1")`."""
    return path("crm/objects", "v3", *parts)


def associations(*parts: str) -> str:
    """The path of associations, whose old family is v4."""
    return path("crm/associations", "v4", *parts)


def path(area: str, old_version: str, *parts: str) -> str:
    """`crm/objects` is `/crm/v3/objects/...` in the old family and `/crm/objects/2026-09/...` in the dated ones."""
    version = settings().hubspot_api
    api, _, rest = area.partition("/")
    root = (api, old_version, rest) if version == "v3" else (area, version)
    return "/".join(("", *filter(None, root), *(quote(part) for part in parts)))


def request(method: str, path: str, *, query: Mapping[str, str] | None = None, json: Any = None) -> Any:
    """What HubSpot answered; None for an answer without content, and where it says that there is no such record.

    A 404 in any other words comes for a path that HubSpot does not have: an error, or every deal would seem gone. A
    batch of which a part fails is an error too, but for records that are not there: they are left out.

    Raises Misconfigured, NotPermitted, RateLimited, RemoteUnavailable.
    """
    answer = _answer(method, path, query, json)
    if answer.status_code == 404 and _body(answer):
        return None
    return _content(method, path, answer)


def create(path: str, record: Mapping[str, Any]) -> Created:
    """Makes a record. One that HubSpot has already, as it has a contact of that e-mail address, stays as it is.

    Raises what `request` raises.
    """
    answer = _answer("POST", path, None, record)
    known = _EXISTING.search(str(_body(answer).get("message"))) if answer.status_code == 409 else None
    if known is not None:
        return Created(known[1], existed=True)
    return Created(str(_content("POST", path, answer)["id"]), existed=False)


def is_shown(begun: float) -> bool:
    """Whether all that a try at that time may have made would be seen by now, in seconds since the epoch."""
    return runtime.now() - begun >= SHOWN


def await_shown(begun: float, what: str) -> None:
    """Raises RemoteUnavailable while looking for what a try at that time may have made would prove nothing."""
    if not is_shown(begun):
        raise RemoteUnavailable(f"{what} may be there without being seen yet")


def _answer(method: str, path: str, query: Mapping[str, str] | None, json: Any) -> httpx.Response:
    """What HubSpot answers, whatever it is, once token and locks are out of the way."""
    answer = _send(method, path, query, json, secrets.read().hubspot_token)
    if answer.status_code == 401:
        # The token was rotated since the secret was read.
        return _send(method, path, query, json, secrets.read(fresh=True).hubspot_token)
    if answer.status_code == 423:
        time.sleep(LOCKED)
        return _send(method, path, query, json, secrets.read().hubspot_token)
    return answer


def _content(method: str, path: str, answer: httpx.Response) -> Any:
    what = f"HubSpot {method} {path}"
    if not answer.is_success:
        raise _error(what, answer.status_code, _body(answer), answer.headers.get("retry-after", ""))
    if answer.status_code == 207 and (failed := _failed_parts(_body(answer))):
        raise _error(what, *failed)
    if answer.status_code == 204:
        return None
    try:
        return answer.json()
    except ValueError:
        raise RemoteUnavailable(f"{what}: the answer is not JSON") from None


def _send(method: str, path: str, query: Mapping[str, str] | None, json: Any, token: str) -> httpx.Response:
    try:
        return http().request(method, path, params=query, json=json, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        raise RemoteUnavailable(f"HubSpot {method} {path}: {type(error).__name__}") from None


@cache
def http() -> httpx.Client:
    """The one client of this execution environment: its connections are kept."""
    # It logs every request with its whole URL, and Lambda sets the level of all loggers to INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.Client(base_url=BASE_URL, timeout=httpx.Timeout(10, connect=3))


def _failed_parts(body: Mapping[str, Any]) -> tuple[int, dict[str, Any]] | None:
    """What the failures in a batch come to, as if it had failed whole; None where nothing failed.

    What passes by itself comes first: once it has passed, the rest is an error of its own.
    """
    listed = [error for error in body.get("errors") or () if isinstance(error, dict)]
    if not listed:
        return (500, {}) if body.get("numErrors") else None
    statuses = {_ALONE.get(str(error.get("category")), 500) for error in listed if error.get("category") != _GONE}
    if not statuses:
        return None
    nested = [inner for error in listed for inner in error.get("errors") or ()]
    return max(statuses), {
        "errors": [*nested, *listed],
        "message": " ".join(str(error.get("message")) for error in listed),
    }


def _error(what: str, status: int, body: Mapping[str, Any], wait: str = "") -> CosellError:
    policy = body.get("policyName")
    if status in {423, 429}:
        return RateLimited(f"{what}: {status} {policy if _is_word(policy) else ''}".rstrip())
    if status == 477 or status >= 500:
        # 477: the account moves to another data centre, which may take a day; the operator should know until when.
        later = f", to be tried again in {wait} s" if re.fullmatch("[0-9]{1,6}", wait) else ""
        return RemoteUnavailable(f"{what}: {status}{later}")
    if status == 401:
        return Misconfigured(f"{what}: 401, the secret's hubspot_token is not valid")
    if status == 403:
        scopes = ", ".join(_contexts(body, "requiredGranularScopes", _SCOPES))
        return NotPermitted(f"{what}: 403, the app lacks scopes: {scopes or 'unnamed'}")
    refused = _refused_properties(body)
    listed = ", ".join(refused)
    names = tuple(name.partition(" ")[0] for name in refused)
    return Misconfigured(f"{what}: {status}{', properties: ' if listed else ''}{listed}", properties=names)


def _body(answer: httpx.Response) -> dict[str, Any]:
    """An error's body, every field of which is optional; unknown routes are answered in HTML."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refused_properties(body: Mapping[str, Any]) -> list[str]:
    """`name (CODE)` of each property; where HubSpot gives no structure, the names in its text."""
    errors = [error for error in body.get("errors") or () if isinstance(error, dict)]
    refused = []
    for error in errors:
        code = error.get("code")
        names = _contexts({"errors": [error]}, "propertyName", _NAME)
        refused += [f"{name} ({code})" if _is_word(code) else name for name in names]
    text = str(body.get("message"))
    return refused or sorted({"".join(names) for names in _NAMES_IN_TEXT.findall(text)})


def _contexts(body: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> list[str]:
    """The texts under a key of the errors' contexts, those that are names."""
    errors = [error for error in body.get("errors") or () if isinstance(error, dict)]
    found = [(error.get("context") or {}).get(key) or () for error in errors]
    return [str(text) for texts in found for text in texts if pattern.fullmatch(str(text))]


def _is_word(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z_]+", value) is not None
