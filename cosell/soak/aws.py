"""AWS's people at Partner Central: they review what is submitted, work on what they approve, and bring customers."""

from __future__ import annotations

import random

from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.soak.book import Opportunities, OpportunityEntry
from cosell.soak.processes import Process, spawn

_STAGES = ("Qualified", "Technical Validation", "Business Validation", "Committed", "Launched")
_COMMENTS = "Please say more about the customer's problem."
_APPROVED, _WANTS_CHANGES = 0.75, 0.15
_ACTS = (1, 4)


class AwsPeople:
    """They read the same book as everybody else, and write into it what they change."""

    def __init__(
        self, clock: Clock, central: PartnerCentral, opportunities: Opportunities, chance: random.Random
    ) -> None:
        self._clock, self._central, self._opportunities, self._chance = clock, central, opportunities, chance

    def refers(self) -> None:
        """A customer of AWS's own; the partner has accepted already."""
        identifier = self._central.aws.refers()
        body = self._central.opportunity(identifier).body
        spend = body["Project"]["ExpectedCustomerSpend"][0]
        entry = OpportunityEntry(None, body["Project"]["Title"], body["LifeCycle"]["Stage"], spend["Amount"])
        self._opportunities.created(identifier, entry)
        spawn(self._clock, self._works_on(identifier), after=self._chance.uniform(600, 7200))

    def reviews(self, identifier: str) -> Process[None]:
        """Until it is approved or rejected: looks whether it is submitted, reviews it, decides."""
        aws, chance = self._central.aws, self._chance
        while True:
            yield chance.uniform(300, 3600)
            if self._central.opportunity(identifier).review_status != "Submitted":
                continue
            aws.starts_review(identifier)
            yield chance.uniform(300, 7200)
            verdict = chance.random()
            if verdict < _APPROVED:
                aws.approves(identifier)
                yield from self._works_on(identifier)
                return
            if verdict > _APPROVED + _WANTS_CHANGES:
                aws.rejects(identifier, "Customer problem unclear", _COMMENTS)
                return
            aws.asks_for_changes(identifier, _COMMENTS)

    def _works_on(self, identifier: str) -> Process[None]:
        acts = (self._renames, self._moves_stage, self._says_next_steps, self._staffs)
        for _ in range(self._chance.randint(*_ACTS)):
            self._chance.choice(acts)(identifier)
            yield self._chance.expovariate(1 / 5400)

    def _renames(self, identifier: str) -> None:
        title = f"Migration, wave {self._chance.randrange(1_000)}"
        self._central.aws.edits(identifier, "Project.Title", title)
        self._opportunities.entries[identifier].title = title

    def _moves_stage(self, identifier: str) -> None:
        entry = self._opportunities.entries[identifier]
        later = _STAGES[_STAGES.index(entry.stage) + 1 :] if entry.stage in _STAGES else _STAGES
        if later:
            self._central.aws.moves_stage(identifier, later[0])
            entry.stage = later[0]

    def _says_next_steps(self, identifier: str) -> None:
        steps = f"Workshop number {self._chance.randrange(1_000)}"
        stage = self._chance.choice(("Engaged", "Qualified"))
        self._central.aws.moves_own_stage(identifier, stage, next_steps=steps)
        self._opportunities.entries[identifier].aws_next_steps = steps

    def _staffs(self, identifier: str) -> None:
        person = ("Jeff", "Barista", f"jeff-{self._chance.randrange(1_000)}@amazon.example", "AWSSalesRep")
        self._central.aws.staffs(identifier, person)
