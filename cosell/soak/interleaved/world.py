"""One world in which a schedule is lived: its deals, and a record of everything that somebody changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, Final, Literal

from cosell.sandbox import Deal, Sandbox
from cosell.sandbox.partner_central import OpportunityView
from cosell.soak.interleaved import sides
from lambdas.domain.mapping import Mapping
from lambdas.mapping import HERE, parse

SILENT: Final = "(no opinion)"
"""Stands where a side says nothing about a field, or nothing that can be said to AWS."""
REDRIVES: Final = 8
"""Rounds of redriving after everything is mended; one is enough for a failure, more for failures in between."""
MOST_STEPS: Final = 100_000
"""Things that may happen until a world is quiet; a few thousand do."""
EXTRAS: Final = ("aws_tags", "aws_products")


@cache
def mapping() -> Mapping:
    """The default mapping with some of the properties that are switched off in it."""
    text = (HERE / "default.yaml").read_text(encoding="utf-8")
    return parse(f"{text}\nalso: [{', '.join(EXTRAS)}]\n", "default.yaml")


@dataclass(frozen=True)
class Edit:
    """Somebody gave a field another value, in AWS's paths and values."""

    number: int
    at: float
    side: Literal["seller", "aws"]
    deal: str
    path: str
    value: Any
    before: Any = SILENT


@dataclass
class World:
    """A sandbox with the deals that were made in it, in the order in which they came."""

    sandbox: Sandbox
    chance: Random
    """For what nobody schedules: the order of redrives."""
    deals: list[Deal] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    erased: bool = False
    """Somebody was forgotten: what is kept of people is emptied."""
    merged: set[str] = field(default_factory=set)
    """Ids of deals that went into another, and of those that came of it."""
    redriven: int = 0
    done: int = 0
    """How many acts were possible when their time came."""
    began: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.sandbox.clock.now
        self.sandbox.use_mapping(mapping())

    # Looking

    def opportunity(self, deal: Deal) -> OpportunityView | None:
        """The one that the deal is linked with; where the link is not made yet, the one that carries the deal's id."""
        return self.opportunities().get(deal.id)

    def opportunities(self) -> dict[str, OpportunityView]:
        """By the deal's id."""
        everything = {one.id: one for one in self.sandbox.partner_central.opportunities}
        carried = {one.partner_id: one for one in everything.values() if one.partner_id}
        pairs = [item for item in self.sandbox.items("links") if item["pk"].startswith("pair#")]
        linked = {item["deal"]: everything.get(item.get("opportunity", "")) for item in pairs if item.get("deal")}
        return carried | {deal: view for deal, view in linked.items() if view is not None}

    def is_there(self, deal: Deal) -> bool:
        try:
            return not self.sandbox.hubspot.simulator.record("deals", deal.id).archived
        except LookupError:
            return False

    def values(self) -> dict[tuple[Literal["seller", "aws"], str], dict[str, Any]]:
        """What each side says of each deal that is there."""
        found: dict[tuple[Literal["seller", "aws"], str], dict[str, Any]] = {}
        opportunities = self.opportunities()
        for deal in self.deals:
            if self.is_there(deal):
                found["seller", deal.id] = sides.wanted(self.sandbox, deal, mapping()).fields
                view = opportunities.get(deal.id)
                found["aws", deal.id] = sides.seen(view, mapping()) if view else {}
        return found

    # Living

    def goes_to(self, seconds: float) -> None:
        """Lets everything happen until so many seconds after the world's beginning."""
        self.sandbox.advance(max(0.0, self.began + seconds - self.sandbox.clock.now))
        self.meets_deals()

    def meets_deals(self) -> None:
        """Deals that Cosell made, of opportunities that began at AWS, count from when they are there."""
        known = {deal.id for deal in self.deals} | self.merged
        for record in self.sandbox.hubspot.simulator.records("deals"):
            if record.id not in known:
                self.deals.append(self.sandbox.hubspot.deal(record.id))

    def notes(self, before: dict[tuple[Literal["seller", "aws"], str], dict[str, Any]]) -> None:
        """Remembers what was changed since `before`, of the deals that were there then, too."""
        now = self.sandbox.clock.now
        for (side, deal), values in self.values().items():
            if (side, deal) in before:
                for path, was, value in _changes(before[side, deal], values):
                    self.edits.append(Edit(len(self.edits), now, side, deal, path, value, was))

    def redrives(self) -> int:
        """Redrives everything that failed, in some order; says how many."""
        failed = self.sandbox.executions.failed
        self.chance.shuffle(failed)
        for execution in failed:
            execution.redrive()
        self.redriven += len(failed)
        return len(failed)

    def comes_to_rest(self) -> None:
        """Mends everything and redrives until nothing fails any more, or all patience is over. Raises RunsForever.

        What HubSpot has given up telling of, after ten attempts, nobody hears of: its pair is looked at again by hand.
        """
        self.sandbox.heal()
        self._becomes_quiet()
        if self.sandbox.hubspot.simulator.webhooks.lost:
            self.pokes()
        for _ in range(REDRIVES):
            if not self.redrives():
                break
            self._becomes_quiet()
        self.meets_deals()

    def pokes(self) -> None:
        """Has every pair looked at once more. Raises RunsForever."""
        events = self.sandbox.cloud.events
        for item in self.sandbox.items("links"):
            if item["pk"].startswith("pair#"):
                pair = item["pk"].removeprefix("pair#")
                events.put(events.event("cosell", "Pair Touched", {"pair": pair}), self.bus)
        self._becomes_quiet()

    def _becomes_quiet(self) -> None:
        self.sandbox.clock.run_until_quiet(limit=MOST_STEPS)

    @property
    def bus(self) -> str:
        (bus,) = (made.ref for _, made in self.sandbox.deployment.of_type("AWS::Events::EventBus"))
        return str(bus)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for path in dict.fromkeys([*before, *after]):
        was, value = before.get(path, SILENT), after.get(path, SILENT)
        if was != value:
            yield path, was, value
