"""HubSpot's API as set-up uses it: who answers, and what went wrong in words for the person at the terminal.

Paths are of the dated family only: set-up talks to a portal as it is today, whatever a deployment's functions use.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

import httpx
from rich.console import Console

from cosell.terminal import Trouble

VERSION: Final = "2026-09"
_URL: Final = "https://api.hubapi.com"
_BUSY: Final = frozenset({423, 429, 477})
"""A record is locked, a quota is used up, the account moves to another data centre."""
_PATIENCE: Final = httpx.Timeout(30, connect=5)
_WINDOW: Final = 10
"""Seconds over which HubSpot counts calls: what to wait where it does not say how long (its usage guidelines)."""
_LONGEST: Final = 60
"""Seconds that one call waits, in all."""


class Answer(NamedTuple):
    status: int
    says: Any
    """The JSON; an empty dict where it is none."""
    retry_after: str = ""
    """The header, which HubSpot need not send."""


Send = Callable[[str, str, Any], Answer]
"""Method, path with query, JSON body."""
Wait = Callable[[float], object]
"""Lets so many seconds pass."""


def shown(out: Console, wait: Wait = time.sleep) -> Wait:
    """Waits, and says so."""

    def wait_and_say(seconds: float) -> None:
        out.print(f"HubSpot asks for patience: going on in {seconds:.0f} seconds.")
        wait(seconds)

    return wait_and_say


class LacksScopes(Exception):
    """The token is not good for a call. HubSpot names scopes of which one, or all, would do."""


class Refused(Trouble):
    """HubSpot does not do what was asked, and would not later either."""


class Api:
    """One portal. Everything here raises Trouble, and LacksScopes."""

    def __init__(self, send: Send, wait: Wait | None = None) -> None:
        self._send = send
        self.wait = wait
        """How it waits while a quota is used up; None: it does not."""

    def answer(self, method: str, path: str, body: Any) -> Answer:
        """Asks, again where HubSpot wants that later, and judges nothing else."""
        answer, waited = self._send(method, path, body), 0.0
        while answer.status == 429:
            seconds = _seconds(answer)
            waited += seconds
            if self.wait is None or _is_for_the_day(answer) or waited > _LONGEST:
                break
            self.wait(seconds)
            answer = self._send(method, path, body)
        return answer

    def get(self, area: str, *parts: str, **query: str) -> Any:
        """`get("crm/owners", limit="100")`: what the answer's JSON says."""
        return self.call("GET", path(area, *parts) + (f"?{urlencode(query)}" if query else ""))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.answer(method, path, body)
        if answer.status >= 300:
            raise _wrong(method, path, answer)
        return answer.says

    def permits(self, method: str, path: str, body: Any = None) -> bool:
        """Whether the token is good for this call, which need not make sense to HubSpot."""
        answer = self.answer(method, path, body)
        if answer.status in {401, *_BUSY} or answer.status >= 500:
            raise _wrong(method, path, answer)
        return answer.status != 403


def path(area: str, *parts: str) -> str:
    """`/crm/properties/2026-09/deals/groups`."""
    return "/".join(("", area, VERSION, *(quote(part) for part in parts)))


def _seconds(answer: Answer) -> float:
    """How long HubSpot wants to be left alone."""
    # ascii: other digits are digits to Python as well
    is_number = answer.retry_after.isascii() and answer.retry_after.isdecimal()
    return max(1.0, float(answer.retry_after)) if is_number else _WINDOW


def _is_for_the_day(answer: Answer) -> bool:
    return isinstance(answer.says, dict) and answer.says.get("policyName") == "DAILY"


def _wrong(method: str, path: str, answer: Answer) -> Exception:
    status = answer.status
    said = answer.says.get("message") if isinstance(answer.says, dict) else None
    if status == 401:
        return Trouble(
            "HubSpot does not know this token. Copy it from the app's Auth tab into COSELL_HUBSPOT_TOKEN; "
            "docs/setup.md shows where that is."
        )
    if status == 403:
        return LacksScopes(said or path)
    if status == 429 and _is_for_the_day(answer):
        return Trouble(
            "The account's calls of this day are used up (429). Run this again after midnight in the account's time "
            "zone: what is done stays done."
        )
    if status == 429 and _seconds(answer) > _LONGEST:
        return Trouble(
            f"HubSpot asks for patience (429, {_seconds(answer):.0f} seconds). Run this again then: what is done stays "
            "done."
        )
    if status in _BUSY or status >= 500:
        return Trouble(f"HubSpot asks for patience ({status}). Run this again in a minute: what is done stays done.")
    return Refused(f"HubSpot refuses {method} {path} ({status}): {said or 'it does not say why'}")


@contextmanager
def hubspot(token: str, wait: Wait) -> Iterator[Api]:
    """The portal that this token is of. Raises Trouble for what cannot be a token."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Trouble("This is no access token: one looks like pat-na1-..., and has no spaces.")
    with httpx.Client(base_url=_URL, timeout=_PATIENCE, headers={"Authorization": f"Bearer {token}"}) as client:
        yield Api(_over(client, "HubSpot"), wait)


@contextmanager
def running_sandbox(port: int, wait: Wait | None = None) -> Iterator[Api | None]:
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
        yield Api(_over(client, "The sandbox"), wait)


def _over(client: httpx.Client, whose: str) -> Send:
    def send(method: str, path: str, body: Any) -> Answer:
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError as error:
            raise Trouble(f"{whose} cannot be reached ({type(error).__name__}). Is this machine online?") from None
        return Answer(answer.status_code, _json(answer.content), answer.headers.get("retry-after", ""))

    return send


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else {}
    except ValueError:
        return {}
