"""Whether a request was signed by HubSpot: the v3 signature, and the v1 signature for those who must.

https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MAX_AGE: Final = 300.0
"""Seconds: HubSpot's own limit."""
MAX_AHEAD: Final = 60.0
"""Seconds by which HubSpot's clock may be ahead of ours."""

# HubSpot hashes the URL with these characters plain, however they were sent; all others stay as they are.
_DECODED: Final = {f"%{ord(character):02X}": character for character in ":/?@!$'()*,;"}
_ENCODED: Final = re.compile("|".join(_DECODED), re.IGNORECASE)


@dataclass(frozen=True)
class Signed:
    """What a v3 signature covers, as it was received."""

    method: str
    urls: Sequence[str]
    """The URL that was called, in every spelling that it may have had."""
    body: bytes
    timestamp: str | None
    """Milliseconds since the epoch."""


def why_not_v3(request: Signed, *, signature: str | None, secrets: Iterable[str], now: float) -> str | None:
    """Why the request is not HubSpot's; None when it is. Never raises, whatever was sent.

    `secrets` are the client secrets in force, `now` is in seconds.
    """
    timestamp = request.timestamp
    if not signature:
        return "no signature"
    if not timestamp:
        return "no timestamp"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        return "malformed timestamp"
    age = now - int(timestamp) / 1000
    if age > MAX_AGE:
        return "too old"
    if age < -MAX_AHEAD:
        return "from the future"
    keys = [_bytes(secret) for secret in secrets]
    messages = [_bytes(request.method + _plain(url)) + request.body + _bytes(timestamp) for url in request.urls]
    expected = [base64.b64encode(hmac.digest(key, message, hashlib.sha256)) for key in keys for message in messages]
    return _why_none_is(signature, expected)


def why_not_v1(body: bytes, *, signature: str | None, secrets: Iterable[str]) -> str | None:
    """As `why_not_v3`. The v1 signature covers neither URL nor time: whoever has one request can send it for ever."""
    if not signature:
        return "no signature"
    expected = [hashlib.sha256(_bytes(secret) + body).hexdigest().encode() for secret in secrets]
    return _why_none_is(signature, expected)


def _why_none_is(signature: str, expected: Iterable[bytes]) -> str | None:
    """Compares with all that would do, each in constant time, so that the time taken tells nothing."""
    if not signature.isascii():
        return "malformed signature"
    given = signature.encode()
    matches = [hmac.compare_digest(given, candidate) for candidate in expected]
    return None if any(matches) else "wrong signature"


def _plain(url: str) -> str:
    """The URL as HubSpot hashes it. The `?` that starts the query is itself in either case."""
    return _ENCODED.sub(lambda found: _DECODED[found[0].upper()], url)


def _bytes(text: str) -> bytes:
    """What is no proper text cannot have been signed, and must not stop us from saying so."""
    return text.encode(errors="replace")
