"""What every operation works on: the state, the clock, the switches, and the few things that all of them need."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import date

from cosell.sandbox.agenda import Agenda
from cosell.sandbox.partner_central import arns, instants
from cosell.sandbox.partner_central.chance import Dice
from cosell.sandbox.partner_central.errors import not_found
from cosell.sandbox.partner_central.events import Events
from cosell.sandbox.partner_central.state import Due, Engagement, Opportunity, State
from cosell.sandbox.partner_central.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock

_ALPHABET = string.digits + string.ascii_lowercase


@dataclass
class World:
    """One partner's account at Partner Central."""

    clock: Clock
    account: str
    switches: Switches
    state: State
    dice: Dice
    agenda: Agenda[Due]
    events: Events

    @property
    def moment(self) -> int:
        """Now, in nanoseconds since the epoch; the last three digits are chance, as a real clock's would be to us."""
        return instants.from_seconds(self.clock.now) + self.dice.roll("moment").randrange(1000)

    @property
    def today(self) -> date:
        return instants.day(instants.from_seconds(self.clock.now))

    def new_id(self, prefix: str, length: int) -> str:
        """`prefix-` and `length` characters of `[0-9a-z]`."""
        chance = self.dice.roll(prefix)
        return f"{prefix}-{''.join(chance.choices(_ALPHABET, k=length))}"

    def new_opportunity_id(self) -> str:
        number = 10_000_000 + self.dice.of("base", 0).randrange(1_000_000) + self.dice.count("O")
        return f"O{number}"

    def arn(self, catalog: str, kind: str, identifier: str) -> str:
        """Of what is the partner's own."""
        return arns.own(self.account, catalog, kind, identifier)

    def opportunity(self, catalog: str, identifier: str) -> Opportunity:
        """Raises ServiceError (ResourceNotFoundException): catalogs do not see each other's opportunities."""
        found = self.state.opportunities.get(identifier)
        if found is None or found.catalog != catalog:
            raise not_found("Opportunity", identifier)
        return found

    def readable_opportunity(self, catalog: str, identifier: str) -> Opportunity:
        """As `opportunity`, for reads: one that was created just now may not be found yet (switch `read_lag`)."""
        found = self.opportunity(catalog, identifier)
        if not self.is_readable(found):
            raise not_found("Opportunity", identifier)
        return found

    def is_readable(self, opportunity: Opportunity) -> bool:
        return instants.from_seconds(self.clock.now) >= opportunity.readable_from

    def engagement_of(self, opportunity: Opportunity) -> Engagement | None:
        return self.state.engagements.get(opportunity.engagement or "")

    def touch(self, opportunity: Opportunity) -> None:
        """Moves LastModifiedDate: always forward, by at least a millisecond, unless the switch `whole_seconds` says
        otherwise."""
        now = instants.from_seconds(self.clock.now)
        if self.switches.whole_seconds:
            opportunity.modified = now // instants.SECOND * instants.SECOND
            return
        now = now // instants.MILLISECOND * instants.MILLISECOND
        opportunity.modified = max(now, opportunity.modified + instants.MILLISECOND)
