"""The simulators on a loopback port of their own, for clients that are used as their users use them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from hubspot import HubSpot as Client

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.hubspot.routes import ENDPOINTS, Endpoint, route
from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.router import Router
from cosell.sandbox.server import Server
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request

FAMILIES: Final = {"v3", "v4"}
"""Versions that HubSpot's client speaks."""
RECORDS: Final = {*KINDS, "associations"}
"""The tours of records; all others are of the account around them."""
_WITH = {
    "association_labels": "associations",
    "property_groups": "properties",
    "pipeline_stages": "pipelines",
    "webhook_settings": "webhooks",
    "subscriptions": "webhooks",
    "limits": "account",
}
"""What is toured together."""


@dataclass(frozen=True)
class Served:
    """Where the simulators listen, and what they were asked so far."""

    url: str
    asked: list[Request]


@contextmanager
def served(
    clock: Clock,
    *,
    hubspot: HubSpot | None = None,
    partner_central: PartnerCentral | None = None,
    cloud: Cloud | None = None,
) -> Iterator[Served]:
    """Serves from a thread of its own, in which the world stands still between two requests.

    A test may move time and act as a person whenever none of its clients waits for an answer.
    """
    cloud = cloud or Cloud(clock)
    if partner_central is not None:
        cloud.network.add("partner_central", partner_central, "partnercentral-selling.us-east-1.api.aws")
    router, asked = Router(cloud, hubspot or HubSpot(clock)), list[Request]()
    router.pages.append(asked.append)  # asked first, and answers nothing
    server, ended = Server(clock, router), threading.Event()
    world = threading.Thread(target=server.serve_while, args=(lambda: not ended.is_set(),), name="world")
    world.start()
    try:
        yield Served(server.url, asked)
    finally:
        ended.set()
        world.join()
        server.close()


@dataclass
class Portal:
    """A HubSpot on a loopback port, and HubSpot's own client of it."""

    hubspot: HubSpot
    clock: Clock
    at: Served
    client: Any

    def ask(self, path: str, method: str = "GET") -> Any:
        """The JSON of a path for which the client has no method, as its users get it; None for no content."""
        with self.client.api_request({"path": path, "method": method}) as answer:
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def missed(self, area: str) -> set[str]:
        """The operations of an area that nobody asked for yet in the client's families of paths."""
        found = [route(request.method, request.url) for request in self.at.asked]
        return operations()[area] - {one.operation for one in found if one and one.version in FAMILIES}


@contextmanager
def toured(**switches: Any) -> Iterator[Portal]:
    """A portal of its own for each tour, with these switches."""
    clock = Clock()
    hubspot = HubSpot(clock, switches=Switches(**switches))
    with served(clock, hubspot=hubspot) as at:
        # `host` is where typed calls go, `base_url` where `api_request` goes.
        client = Client(access_token=hubspot.app.token, host=at.url, base_url=at.url)
        yield Portal(hubspot, clock, at, client)


def operations() -> dict[str, set[str]]:
    """Every operation that the client's families of paths have, by the tour that must call it: for records, one for
    each type."""
    found: dict[str, set[str]] = {}
    for endpoint in ENDPOINTS:
        if FAMILIES & set(endpoint.versions):
            for name in _names(endpoint):
                area = name.partition(".")[0]
                found.setdefault(_WITH.get(area, area), set()).add(name)
    return found


def _names(endpoint: Endpoint) -> list[str]:
    if "{type}" not in endpoint.name:
        return [endpoint.name]
    kinds = [kind for kind in KINDS.values() if kind.mergeable or not endpoint.name.endswith(".merge")]
    return [endpoint.name.format(type=kind.name) for kind in kinds]
