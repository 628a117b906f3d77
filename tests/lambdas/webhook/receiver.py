"""The receiver as API Gateway calls it: HubSpot's messages, signed requests, and what came of them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cosell.sandbox.hubspot import sign
from lambdas import webhook

CURRENT, PREVIOUS, APP = "current-secret", "previous-secret", 9000001
HOST = "https://abc123.execute-api.us-east-1.amazonaws.com"
URL = HOST + "/prod/webhooks/hubspot"
NOW = 1_790_000_000.0


@dataclass
class Context:
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:cosell-test-webhook"


class World:
    """The receiver, what it put on the bus, and what it logged."""

    def __init__(self, log: io.StringIO) -> None:
        self._log = log
        self.batches: list[list[dict[str, Any]]] = []
        self.fails = False

    def receives(self, event: dict[str, Any]) -> int:
        return int(webhook.handler(event, Context())["statusCode"])

    @property
    def details(self) -> list[dict[str, Any]]:
        return [json.loads(entry["Detail"]) for batch in self.batches for entry in batch]

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.getvalue().splitlines()]

    @property
    def logged(self) -> str:
        return self._log.getvalue()

    def heard(self, params: dict[str, Any], **_: Any) -> None:
        self.batches.append(params["Entries"])

    def answered(self, parsed: dict[str, Any], **_: Any) -> None:
        if self.fails:
            parsed["FailedEntryCount"], parsed["Entries"] = 1, [{"ErrorCode": "InternalFailure"}]


def a_message(kind: str = "deal.propertyChange", **members: Any) -> dict[str, Any]:
    message = {
        "eventId": 100,
        "subscriptionId": 200,
        "portalId": 44000001,
        "appId": APP,
        "occurredAt": 1_789_999_999_000,
        "subscriptionType": kind,
        "attemptNumber": 0,
        "objectId": 31000000001,
        "changeSource": "CRM_UI",
        "sourceId": "userId:900",
    }
    if kind.endswith("propertyChange"):
        message |= {"propertyName": "dealstage", "propertyValue": "Zoë — café ☕"}
    return message | members


def a_request(
    body: Any, *, url: str = URL, secret: str = CURRENT, at: float = NOW, spelled: str | None = None, **changes: Any
) -> dict[str, Any]:
    """A signed request as API Gateway's REST proxy hands it over; `spelled` is the URL as HubSpot wrote it."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    signed = sign(secret, "POST", spelled or url, text.encode(errors="surrogatepass"), round(at * 1000))
    names = {
        "x-hubspot-signature": "X-HubSpot-Signature",
        "x-hubspot-signature-version": "X-HubSpot-Signature-Version",
        "x-hubspot-signature-v3": "X-HubSpot-Signature-v3",
        "x-hubspot-request-timestamp": "X-HubSpot-Request-Timestamp",
    }
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl((spelled or url).partition("?")[2], keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return {
        "httpMethod": "POST",
        "path": "/webhooks/hubspot",
        "headers": {names[name]: value for name, value in signed.items()},
        "multiValueQueryStringParameters": query or None,
        "body": text,
        "isBase64Encoded": False,
        "requestContext": {"apiId": "abc123", "stage": "prod", "requestId": "request-1"},
        **changes,
    }


def with_headers(event: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    names = {"signature": "X-HubSpot-Signature-v3", "timestamp": "X-HubSpot-Request-Timestamp"}
    changed = event["headers"] | {names[name]: value for name, value in headers.items()}
    return event | {"headers": {name: value for name, value in changed.items() if value is not None}}
