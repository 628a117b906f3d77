"""How HubSpot signs what it sends: v1, v2 and v3 (developers.hubspot.com, "Validating requests from HubSpot")."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_DECODED = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
_ENCODED = re.compile("|".join(_DECODED), re.IGNORECASE)


def v1(secret: str, body: bytes) -> str:
    """Lower-case hex SHA-256 of secret and body: says nothing of when or where to."""
    return hashlib.sha256(secret.encode() + body).hexdigest()


def v2(secret: str, method: str, url: str, body: bytes) -> str:
    """Lower-case hex SHA-256 of secret, method, URL and body; sent by workflows, not by subscriptions."""
    return hashlib.sha256(secret.encode() + method.encode() + url.encode() + body).hexdigest()


def v3(secret: str, method: str, url: str, body: bytes, timestamp_ms: int) -> str:
    """Base64 HMAC-SHA-256 of method, URL, body and timestamp, twelve escapes of the URL decoded before."""
    decoded = _ENCODED.sub(lambda found: _DECODED[found.group().upper()], url)
    message = method.encode() + decoded.encode() + body + str(timestamp_ms).encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def sign(secret: str, method: str, url: str, body: bytes, timestamp_ms: int) -> dict[str, str]:
    """The headers of a webhook delivery, lower-case: v1 and v3 together, as subscriptions carry them."""
    return {
        "x-hubspot-signature": v1(secret, body),
        "x-hubspot-signature-version": "v1",
        "x-hubspot-signature-v3": v3(secret, method, url, body, timestamp_ms),
        "x-hubspot-request-timestamp": str(timestamp_ms),
    }
