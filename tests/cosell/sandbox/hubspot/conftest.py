"""A portal of its own for each test, and a client that talks to it without sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request

DATED, V3 = "/crm/objects/2026-09", "/crm/v3/objects"
DEAL = {"dealname": "Data platform", "dealstage": "qualifiedtobuy", "amount": "1500.00"}
Portal = Callable[..., tuple[HubSpot, httpx.Client]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hubspot(clock: Clock) -> HubSpot:
    return HubSpot(clock)


@pytest.fixture
def client_of() -> Iterator[Callable[[HubSpot], httpx.Client]]:
    """Makes authorised clients of a portal, and closes them."""
    with ExitStack() as clients:

        def client(hubspot: HubSpot) -> httpx.Client:
            def answer(request: httpx.Request) -> httpx.Response:
                headers = {name.lower(): value for name, value in request.headers.items()}
                response = hubspot.handle(Request(request.method, str(request.url), headers, request.content))
                return httpx.Response(response.status, headers=dict(response.headers), content=response.body)

            return clients.enter_context(
                httpx.Client(
                    base_url="https://api.hubapi.com",
                    headers={"Authorization": f"Bearer {hubspot.app.token}"},
                    transport=httpx.MockTransport(answer),
                )
            )

        yield client


@pytest.fixture
def api(hubspot: HubSpot, client_of: Callable[[HubSpot], httpx.Client]) -> httpx.Client:
    return client_of(hubspot)


@pytest.fixture
def deal(api: httpx.Client) -> str:
    """The id of a deal that the app made."""
    return str(api.post(f"{DATED}/deals", json={"properties": DEAL}).json()["id"])


@pytest.fixture
def portal(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> Portal:
    """Makes portals with some switches turned, each with a client: `portal(search_lag=30)`."""

    def make(**switches: object) -> tuple[HubSpot, httpx.Client]:
        hubspot = HubSpot(clock, switches=Switches(**switches))  # type: ignore[arg-type]
        return hubspot, client_of(hubspot)

    return make
