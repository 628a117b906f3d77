"""A client of Partner Central's API, over the wire, that keeps to the quotas: one write a second, ten reads."""

from __future__ import annotations

import json
import random
from typing import Any

from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from cosell.soak.book import Broken
from cosell.soak.counted import Counted, Quota
from cosell.soak.processes import Process

URL = "https://partnercentral-selling.us-east-1.api.aws/"
CATALOG = "AWS"
_READS = frozenset({"GetOpportunity", "GetAwsOpportunitySummary", "ListOpportunities", "ListSolutions"})
_WRITES = frozenset(
    {"CreateOpportunity", "UpdateOpportunity", "AssociateOpportunity", "StartEngagementFromOpportunityTask"}
)
_PATIENCE = 60
_IMPATIENT = 0.02
_DAY = 24 * 3600.0

Json = dict[str, Any]


def quotas() -> list[Quota]:
    """Those of the developer guide. A second's worth may be taken at once, so that ten seconds have eleven."""
    return [
        Quota("AWS's one write a second", 11, 10.0, _WRITES.__contains__),
        Quota("AWS's ten reads a second", 110, 10.0, _READS.__contains__),
        Quota("AWS's 10,000 writes a day", 10_000, _DAY, _WRITES.__contains__),
        Quota("AWS's 100,000 reads a day", 100_000, _DAY, _READS.__contains__),
    ]


def refusal(response: Response) -> str | None:
    """The error's name, None for an answer that is none."""
    return None if response.status == 200 else str(response.json()["__type"]).rpartition("#")[2]


class PartnerClient:
    """Writes wait for their turn, apart from a few impatient ones; what is throttled is sent again."""

    def __init__(self, clock: Clock, wire: Counted, chance: random.Random) -> None:
        self._clock, self._wire, self._chance = clock, wire, chance
        self._free_at = clock.now

    def call(self, operation: str, **members: Any) -> Process[Response]:
        """Raises Broken when the answer stays a ThrottlingException."""
        headers = {
            "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
            "content-type": "application/x-amz-json-1.0",
        }
        request = Request("POST", URL, headers, json.dumps({"Catalog": CATALOG, **members}).encode())
        for attempt in range(_PATIENCE):
            if operation in _WRITES and self._chance.random() > _IMPATIENT:
                yield self._turn()
            response = self._wire.handle(request)
            if refusal(response) != "ThrottlingException":
                return response
            yield self._chance.uniform(0.1, 1.0) * 2 ** min(attempt, 5)
        raise Broken(f"Partner Central throttled {operation} {_PATIENCE} times in a row.")

    def expect(self, operation: str, **members: Any) -> Process[Json]:
        """The answer's body. Raises Broken for a refusal."""
        response = yield from self.call(operation, **members)
        if response.status != 200:
            raise Broken(f"Partner Central refused {operation}: {response.body.decode()[:300]}")
        return dict(response.json()) if response.body else {}

    def _turn(self) -> float:
        """Seconds until the next write may leave."""
        turn = max(self._clock.now, self._free_at)
        self._free_at = turn + 1.0
        return turn - self._clock.now
