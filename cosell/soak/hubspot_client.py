"""A client of HubSpot's API, over the wire, in both path families; it waits as HubSpot's usage guidelines ask for."""

from __future__ import annotations

import json
import random
from typing import Any

from cosell.sandbox.wire import Request, Response
from cosell.soak.book import Broken
from cosell.soak.counted import Counted, Quota
from cosell.soak.processes import Process

HOST = "https://api.hubapi.com"
DATED = "2026-09"
_PATIENCE = 60

Json = dict[str, Any]


def quotas() -> list[Quota]:
    """Those of HubSpot's Free and Starter tiers."""
    return [
        Quota("HubSpot's 100 calls in ten seconds", 100, 10.0, lambda operation: not operation.endswith(".search")),
        Quota("HubSpot's five searches a second", 5, 1.0, lambda operation: operation.endswith(".search")),
        Quota("HubSpot's 250,000 calls a day", 250_000, 24 * 3600.0, lambda _: True),
    ]


def refusal(response: Response) -> str | None:
    """`429 TEN_SECONDLY_ROLLING`, `429 search`, `409`...; None for an answer that does all that was asked."""
    if response.status == 429:
        return f"429 {response.json().get('policyName', 'search')}"
    return str(response.status) if response.status == 207 or response.status >= 400 else None


class HubSpotClient:
    """Makes calls with the app's token. After a 429 it waits and asks again; all other answers go to the caller."""

    def __init__(self, wire: Counted, token: str, chance: random.Random) -> None:
        self._wire, self._chance = wire, chance
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def call(self, method: str, path: str, body: Json | None = None, *, undated: str = "v3") -> Process[Response]:
        """One call of `/objects/deals/...` in either family; `undated` is the version in the older one.

        Raises Broken when the answer stays 429.
        """
        for _ in range(_PATIENCE):
            response = self.once(method, path, body, undated=undated)
            if response.status != 429:
                return response
            yield self._wait(response)
        raise Broken(f"HubSpot refused {method} {path} {_PATIENCE} times in a row.")

    def once(self, method: str, path: str, body: Json | None = None, *, undated: str = "v3") -> Response:
        """As `call`, but a 429 is the caller's."""
        return self._wire.handle(self._request(method, path, body, undated))

    def expect(self, status: int, method: str, path: str, body: Json | None = None) -> Process[Any]:
        """The body of the answer. Raises Broken when its status is another one."""
        response = yield from self.call(method, path, body)
        if response.status != status:
            raise Broken(f"HubSpot answered {response.status} to {method} {path}: {response.body.decode()[:300]}")
        return response.json()

    def _request(self, method: str, path: str, body: Json | None, undated: str) -> Request:
        _, area, rest = path.split("/", 2)
        family = f"{undated}/{area}" if self._chance.random() < 0.5 else f"{area}/{DATED}"
        content = b"" if body is None else json.dumps(body).encode()
        return Request(method, f"{HOST}/crm/{family}/{rest}", self._headers, content)

    def _wait(self, response: Response) -> float:
        """A search waits for the next second, all else for the window that the headers name, each a little longer."""
        window = float(response.headers.get("x-hubspot-ratelimit-interval-milliseconds", 1000)) / 1000
        return window * self._chance.uniform(0.5, 1.5)
