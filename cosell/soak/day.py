"""One simulated day: a HubSpot and a Partner Central on one clock, everybody who works with them, and no Cosell.

Sellers, an integration, AWS and a webhook receiver live in it; all that is counted is counted at the receiving end.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

from cosell.sandbox.hubspot import HubSpot, Refused
from cosell.sandbox.partner_central import NotPossible, PartnerCentral
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.soak import checks, hubspot_client, partner_client
from cosell.soak.alliance import Alliance
from cosell.soak.aws import AwsPeople
from cosell.soak.book import UNIQUE, Broken, Deals, Opportunities
from cosell.soak.counted import Counted
from cosell.soak.figures import Report, peak_memory_mb
from cosell.soak.hubspot_client import HubSpotClient
from cosell.soak.integration import Integration
from cosell.soak.partner_client import PartnerClient
from cosell.soak.processes import Process, spawn
from cosell.soak.receiver import URL, Receiver
from cosell.soak.sellers import STAGES, Sellers

NAME = "day"
HOURS = 24
_HOUR = 3600.0
_CALM_HOURS = 1.5
"""At the end of the day nothing new is created and nothing deleted; what is there is still worked on."""
_EARLY = 5
"""Deals that are there when the day begins."""
_OUTAGE = (7.0, 8.0)
_BUSY = range(4, 14)
"""Hours of the day in which sellers in New York are at work; the clock starts at four in the morning there."""
_IMPORTED, _REFERRED, _SHARED, _VISITED = 0.10, 0.02, 0.18, 0.6
_MOST_SHARED = 1_800
"""Five writes each keep within AWS's 10,000 a day."""
_SAMPLE = 100
_OWNERS = 30
_SUBSCRIBED = {
    "deal": ("dealname", "amount", "closedate", "dealstage", "hubspot_owner_id", "hs_priority", *UNIQUE),
    "contact": ("email", "lastname"),
    "company": ("name", "domain", "industry"),
}


class Day:
    """The two worlds and their people. `hubspot`, `receiver` and `deals` are there to be tampered with by tests."""

    def __init__(self, *, deals: int, seed: int) -> None:
        self.target, self.seed = deals, seed
        self.clock = Clock()
        self._began = self.clock.now
        self._chance = random.Random(f"day {seed}")
        self.hubspot = HubSpot(self.clock, seed=seed)
        self.central = PartnerCentral(self.clock, seed=seed)
        self.deals, self.opportunities = Deals(), Opportunities()
        self._furnish()
        self._connect()
        self.checks = 0

    def _furnish(self) -> None:
        """The portal's properties, owners and subscriptions, and the receiver at the other end."""
        hubspot = self.hubspot
        for name in UNIQUE:
            hubspot.define("deals", name, unique=True)
        hubspot.define("deals", "aws_review")
        self._owners = [hubspot.add_owner(f"seller-{n}@partner.example", "Sam", f"{n}") for n in range(_OWNERS)]
        for kind, names in _SUBSCRIBED.items():
            for event in ("creation", "deletion", "restore", "merge", "associationChange"):
                hubspot.app.subscribe(f"{kind}.{event}")
            hubspot.app.subscribe(f"{kind}.propertyChange", *names)
        outage = (self._at(_OUTAGE[0]), self._at(_OUTAGE[1]))
        self.receiver = Receiver(self.clock, hubspot.app.client_secret, self._stream("receiver"), outage=outage)
        hubspot.app.target_url = URL
        hubspot.deliver = self.receiver.deliver

    def _connect(self) -> None:
        """The people, and the clients with their wires."""
        clock = self.clock
        self.to_hubspot = Counted(clock, self.hubspot, hubspot_client.quotas(), hubspot_client.refusal)
        self.to_central = Counted(clock, self.central, partner_client.quotas(), partner_client.refusal)
        client = HubSpotClient(self.to_hubspot, self.hubspot.app.token, self._stream("hubspot client"))
        partner = PartnerClient(clock, self.to_central, self._stream("partner client"))
        people, closing = self.hubspot.people, self._at(HOURS - _CALM_HOURS)
        self.sellers = Sellers(
            clock, people, self._owners, self.deals, self._stream("sellers"), closing=closing, gone=self._replaces
        )
        self.integration = Integration(client, self.deals, self.sellers, self._stream("integration"))
        self.alliance = Alliance(
            clock, self.central, partner, self.integration, self.opportunities, chance=self._stream("alliance")
        )
        self._aws = AwsPeople(clock, self.central, self.opportunities, self._stream("aws"))

    def _stream(self, name: str) -> random.Random:
        return random.Random(f"{name} {self.seed}")

    def _at(self, hour: float) -> float:
        return self._began + hour * _HOUR

    # Living

    def live(self) -> Iterator[int]:
        """Yields after each simulated hour, how many are over. Raises Broken."""
        self._plan()
        for hour in range(1, HOURS + 1):
            self.clock.advance(self._at(hour) - self.clock.now)
            checks.counts(self)
            self._run(self.integration.reads_sample(_SAMPLE))
            self.checks += 1
            if hour == HOURS:
                self._run(checks.everything(self))
            yield hour

    def _run(self, process: Process[None]) -> None:
        """Does it now, while everything else goes on, and waits for its end."""
        ended: list[bool] = []

        def to_its_end() -> Process[None]:
            yield from process
            ended.append(True)

        spawn(self.clock, to_its_end())
        self.clock.run_while(lambda: not ended)

    def _plan(self) -> None:
        """When which deals come into the world, and when the integration looks after all of them."""
        size = max(2, self.target // 500)
        batches, referred = int(self.target * _IMPORTED) // size, int(self.target * _REFERRED)
        by_hand = self.target - batches * size - referred
        for number in range(by_hand):
            self.clock.at(self._some_time(0.0) if number >= _EARLY else self.clock.now, self.sellers.creates_deal)
        for _ in range(batches):
            self.clock.at(self._some_time(1.0), lambda: spawn(self.clock, self.integration.imports(size)))
        for _ in range(referred):
            self.clock.at(self._some_time(1.0), self._aws.refers)
        shared = min(int(self.target * _SHARED), _MOST_SHARED)
        for _ in range(shared):
            self.clock.at(self._some_time(2.0), self._shares_deal)
        for _ in range(int(self.target * _VISITED)):
            self.clock.at(self._some_time(1.0), self._visits_deal)
        for hour in range(1, HOURS):
            self.clock.at(self._at(hour + 0.25), self._looks_after_all)

    def _some_time(self, earliest: float) -> float:
        """A moment of the day, more likely one at which people are at work."""
        hours = [hour for hour in range(HOURS - 2) if hour >= earliest]
        hour = self._chance.choices(hours, [3 if hour in _BUSY else 1 for hour in hours])[0]
        return self._at(hour + self._chance.random())

    def _replaces(self) -> None:
        """A deal is gone: somebody creates another one soon."""
        self.clock.after(self._chance.uniform(10, 600), self.sellers.creates_deal)

    def _visits_deal(self) -> None:
        spawn(self.clock, self.integration.visits(self.deals.pick(self._chance)))

    def _shares_deal(self) -> None:
        spawn(self.clock, self._co_sells(self.deals.pick(self._chance)))

    def _co_sells(self, deal: str) -> Process[None]:
        identifier = yield from self.alliance.submits(deal)
        spawn(self.clock, self._aws.reviews(identifier))
        yield from self.alliance.keeps_up(identifier)

    def _looks_after_all(self) -> None:
        """At once, so that the limits are felt."""
        spawn(self.clock, self.integration.follows_changes(self.clock.now - _HOUR))
        for stage in STAGES:
            spawn(self.clock, self.integration.counts_stage(stage))
        for deal in self.deals.sample(self._chance, self.target // 60):
            spawn(self.clock, self.integration.reads(deal))

    # Telling

    def report(self, *, hours: int, wall_seconds: float, broken: str | None = None) -> Report:
        """The numbers as they stand."""
        webhooks, receiver = self.hubspot.webhooks, self.receiver
        refusals = Counter({f"HubSpot {kind}": count for kind, count in self.to_hubspot.refusals.items()})
        refusals.update({f"Partner Central {kind}": count for kind, count in self.to_central.refusals.items()})
        return Report(
            NAME,
            self.seed,
            self.target,
            hours,
            deals=self.deals.live,
            events={"webhook messages": receiver.accepted, "Partner Central events": self.alliance.events.total()},
            fates={
                "delivered": webhooks.delivered,
                "lost": webhooks.lost,
                "pending": webhooks.queued - webhooks.delivered - webhooks.lost,
            },
            requests=dict(receiver.requests),
            calls={"HubSpot": self.to_hubspot.calls.total(), "Partner Central": self.to_central.calls.total()},
            refusals=dict(refusals),
            checks=self.checks,
            wall_seconds=wall_seconds,
            peak_memory_mb=peak_memory_mb(),
            broken=broken,
        )


def live(deals: int, seed: int) -> Iterator[Report]:
    """The soak: `lived` of a new day."""
    return lived(Day(deals=deals, seed=seed))


def lived(day: Day) -> Iterator[Report]:
    """Lives a day and reports after each hour; the last report is the result. It ends early when something breaks."""
    began, hours = time.perf_counter(), 0
    try:
        for hours in day.live():
            yield day.report(hours=hours, wall_seconds=time.perf_counter() - began)
    except (Broken, NotPossible, Refused) as broken:
        yield day.report(hours=hours, wall_seconds=time.perf_counter() - began, broken=str(broken))
