"""A HubSpot account at the end of the client's line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import httpx

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request


class Wire:
    """Carries requests to a HubSpot account; `instead` answers in its place."""

    def __init__(self, switches: Switches | None = None) -> None:
        self.hubspot = HubSpot(Clock(), switches=switches or Switches(limits=False))
        self.instead: Callable[[httpx.Request], httpx.Response] | None = None
        self.sent: list[tuple[str, str]] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((request.method, request.url.path))
        if self.instead:
            return self.instead(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.hubspot.handle(Request(request.method, str(request.url), headers, request.content))
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def answers(self, status: int, body: dict[str, Any] | str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.instead = lambda _: httpx.Response(status, text=text)

    def deal(self, properties: dict[str, Any] | None = None, **associations: list[str]) -> str:
        ends = [(kind, identifier) for kind, identifiers in associations.items() for identifier in identifiers]
        return self.hubspot.people.creates("deals", properties or {"dealname": "Warehouse"}, associations=ends)


def set_token(token: str) -> None:
    secret = json.dumps({"hubspot_token": token, "hubspot_client_secret": "c"})
    boto3.client("secretsmanager").put_secret_value(SecretId="cosell-test/hubspot", SecretString=secret)
