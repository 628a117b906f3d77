"""What crosses the wire between a client and a world: plain requests, plain responses, and what a world can do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

REGION = "us-east-1"
ACCOUNT = "123456789012"

Refusal = Literal["throttled", "failed", "unavailable", "locked", "moving"]
"""throttled: over a quota. failed, unavailable: a fault of the service's own. locked, moving: HubSpot's own reasons, a
record locked by many writes, an account on its way to another data centre."""


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names are lower-case, `url` is complete, with its query."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent_headers: tuple[tuple[str, str], ...] = ()
    """Headers as they were spelled by the sender, where a receiver can tell (API Gateway keeps the spelling)."""

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.url).path) or "/"

    @property
    def query(self) -> str:
        return urlsplit(self.url).query

    @property
    def aws_operation(self) -> str | None:
        """The operation of AWS's JSON and query protocols; None for a REST protocol."""
        if target := self.headers.get("x-amz-target"):
            return target.rpartition(".")[2]
        if b"Action=" in self.body:
            return parse_qs(self.body.decode()).get("Action", [None])[0]
        return parse_qs(self.query).get("Action", [None])[0]


@dataclass(frozen=True)
class Response:
    """An HTTP response; header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


def json_response(status: int, body: Any, content_type: str = "application/json") -> Response:
    return Response(status, {"content-type": content_type}, json.dumps(body).encode())


class Remote(Protocol):
    """Something that answers requests: a simulator, or a service of moto's."""

    def operation(self, request: Request) -> str:
        """The name under which faults, counts and traces know this request."""

    def handle(self, request: Request) -> Response:
        """Does what is asked, or refuses as the real service would. Never raises for a bad request."""

    def refuse(self, request: Request, how: Refusal) -> Response:
        """The answer of the real service when it is throttled or broken; nothing is done."""
