"""HubSpot's API as set-up uses it: who answers, and what went wrong in words for the person at the terminal.

Paths are of the dated family only: set-up talks to a portal as it is today, whatever a deployment's functions use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from cosell.terminal import Trouble

VERSION: Final = "2026-09"
_URL: Final = "https://api.hubapi.com"
_BUSY: Final = frozenset({423, 429, 477})
"""A record is locked, a quota is used up, the account moves to another data centre."""
_PATIENCE: Final = httpx.Timeout(30, connect=5)

Send = Callable[[str, str, Any], tuple[int, Any]]
"""Method, path with query, JSON body -> status, and what the answer's JSON says; an empty dict where it is none."""


class LacksScopes(Exception):
    """The token is not good for a call. HubSpot names scopes of which one, or all, would do."""


class Refused(Trouble):
    """HubSpot does not do what was asked, and would not later either."""


class Api:
    """One portal. Everything here raises Trouble, and LacksScopes."""

    def __init__(self, send: Send) -> None:
        self.answer = send
        """Asks, and judges nothing."""

    def get(self, area: str, *parts: str, **query: str) -> Any:
        """`get("crm/owners", limit="100")`: what the answer's JSON says."""
        return self.call("GET", path(area, *parts) + (f"?{urlencode(query)}" if query else ""))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.answer(method, path, body)
        if status >= 300:
            raise _wrong(method, path, status, answer)
        return answer

    def permits(self, method: str, path: str, body: Any = None) -> bool:
        """Whether the token is good for this call, which need not make sense to HubSpot."""
        status, answer = self.answer(method, path, body)
        if status in {401, *_BUSY} or status >= 500:
            raise _wrong(method, path, status, answer)
        return status != 403


def path(area: str, *parts: str) -> str:
    """`/crm/properties/2026-09/deals/groups`."""
    return "/".join(("", area, VERSION, *(quote(part) for part in parts)))


def _wrong(method: str, path: str, status: int, answer: Any) -> Exception:
    said = answer.get("message") if isinstance(answer, dict) else None
    if status == 401:
        return Trouble(
            "HubSpot does not know this token. Copy it from the app's Auth tab into COSELL_HUBSPOT_TOKEN; "
            "docs/setup.md shows where that is."
        )
    if status == 403:
        return LacksScopes(said or path)
    if status in _BUSY or status >= 500:
        return Trouble(f"HubSpot asks for patience ({status}). Run this again in a minute: what is done stays done.")
    return Refused(f"HubSpot refuses {method} {path} ({status}): {said or 'it does not say why'}")


@contextmanager
def hubspot(token: str) -> Iterator[Api]:
    """The portal that this token is of. Raises Trouble for what cannot be a token."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Trouble("This is no access token: one looks like pat-na1-..., and has no spaces.")
    with httpx.Client(base_url=_URL, timeout=_PATIENCE, headers={"Authorization": f"Bearer {token}"}) as client:
        yield Api(_over(client, "HubSpot"))


@contextmanager
def running_sandbox(port: int) -> Iterator[Api | None]:
    """The portal of the sandbox that runs on this port; None where nothing does."""
    from cosell.sandbox.hubspot.app import App  # noqa: PLC0415 - only for those who ask for it

    url, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {App().token}"}
    with httpx.Client(base_url=url, timeout=_PATIENCE, headers=headers, trust_env=False) as client:
        try:
            found = client.get(path("account-info", "details"))
        except httpx.TransportError:
            yield None
            return
        if found.status_code != 200:
            raise Trouble(f"Port {port} is no sandbox: start one with `make sandbox`, and name its port with --port.")
        yield Api(_over(client, "The sandbox"))


def _over(client: httpx.Client, whose: str) -> Send:
    def send(method: str, path: str, body: Any) -> tuple[int, Any]:
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError as error:
            raise Trouble(f"{whose} cannot be reached ({type(error).__name__}). Is this machine online?") from None
        return answer.status_code, _json(answer.content)

    return send


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else {}
    except ValueError:
        return {}
