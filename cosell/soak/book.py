"""What everybody wrote, kept beside the two worlds: what they must be able to show at any time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

UNIQUE = ("aws_opportunity", "external_reference")
"""Custom properties of deals; no two may hold the same value."""
WRITTEN = frozenset(
    {
        "dealname",
        "amount",
        "closedate",
        "pipeline",
        "dealstage",
        "hubspot_owner_id",
        "hs_priority",
        "hs_next_step",
        "description",
        "aws_review",
        "num_associated_contacts",
        *UNIQUE,
    }
)
"""All properties of deals that anybody here writes, and the one that HubSpot counts."""


class Broken(Exception):
    """Something does not hold that must always hold; the message is the sentence that says what."""


@dataclass
class DealEntry:
    """A deal as it was written. Properties that were never set are missing."""

    properties: dict[str, str]
    contacts: set[str] = field(default_factory=set)
    archived: bool = False


class Deals:
    """All deals that are there, deleted ones included, and the ids that were merged away."""

    def __init__(self) -> None:
        self.entries: dict[str, DealEntry] = {}
        self.merged: dict[str, str] = {}
        self.born: set[str] = set()
        """Ids of the deals that somebody created, as opposed to what a merge leaves."""
        self._live: list[str] = []
        self._places: dict[str, int] = {}
        self._of_contact: dict[str, set[str]] = {}

    @property
    def live(self) -> int:
        return len(self._live)

    def is_live(self, deal: str) -> bool:
        return deal in self._places

    def pick(self, chance: random.Random) -> str:
        """Any deal that is not deleted."""
        return chance.choice(self._live)

    def sample(self, chance: random.Random, most: int) -> list[str]:
        return chance.sample(self._live, min(most, len(self._live)))

    def created(self, deal: str, properties: Mapping[str, str], contacts: Iterable[str] = ()) -> None:
        """Raises ValueError for an id that was given out before."""
        self.born.add(deal)
        self._enter(deal, properties, contacts)

    def wrote(self, deal: str, properties: Mapping[str, str]) -> None:
        self.entries[deal].properties.update(properties)

    def associated(self, deal: str, contact: str) -> None:
        self.entries[deal].contacts.add(contact)
        self._of_contact.setdefault(contact, set()).add(deal)

    def dissociated(self, deal: str, contact: str) -> None:
        self.entries[deal].contacts.discard(contact)
        self._of_contact[contact].discard(deal)

    def archived(self, deal: str) -> None:
        self.entries[deal].archived = True
        self._bury(deal)

    def restored(self, deal: str) -> None:
        self.entries[deal].archived = False
        self._revive(deal)

    def merged_into(self, result: str, winner: str, loser: str) -> None:
        """The winner's values, the loser's where the winner has none, the contacts of both, under a new id."""
        gone = [self.entries.pop(deal) for deal in (winner, loser)]
        for deal, entry in zip((winner, loser), gone, strict=True):
            self._bury(deal)
            self.merged[deal] = result
            for contact in entry.contacts:
                self._of_contact[contact].discard(deal)
        values = {**gone[1].properties, **{name: value for name, value in gone[0].properties.items() if value}}
        self._enter(result, values, gone[0].contacts | gone[1].contacts)

    def contact_merged(self, result: str, *gone: str) -> None:
        for contact in gone:
            for deal in list(self._of_contact.pop(contact, ())):
                self.entries[deal].contacts.discard(contact)
                self.associated(deal, result)

    def check(self, record: Mapping[str, Any]) -> None:
        """Raises Broken when a deal that the API shows is not what was written last."""
        deal, shown = str(record["id"]), record["properties"]
        entry = self.entries.get(deal)
        if entry is None:
            raise Broken(f"HubSpot shows deal {deal}, which nobody created or which was merged away.")
        if record["archived"] != entry.archived:
            raise Broken(f"HubSpot shows deal {deal} {'deleted' if record['archived'] else 'alive'}, which it is not.")
        written = {**entry.properties, "num_associated_contacts": str(len(entry.contacts))}
        for name in shown.keys() & WRITTEN:
            if shown[name] != written.get(name):
                raise Broken(f"Deal {deal} shows {name} as {shown[name]!r}; last written was {written.get(name)!r}.")

    def in_stage(self, stage: str) -> int:
        """How many live deals stand in a stage."""
        return sum(self.entries[deal].properties["dealstage"] == stage for deal in self._live)

    def _enter(self, deal: str, properties: Mapping[str, str], contacts: Iterable[str]) -> None:
        if deal in self.entries or deal in self.merged:
            raise Broken(f"The id {deal} was given to two deals.")
        self.entries[deal] = DealEntry(dict(properties))
        self._revive(deal)
        for contact in contacts:
            self.associated(deal, contact)

    def _revive(self, deal: str) -> None:
        self._places[deal] = len(self._live)
        self._live.append(deal)

    def _bury(self, deal: str) -> None:
        place, last = self._places.pop(deal), self._live.pop()
        if last != deal:
            self._live[place], self._places[last] = last, place


_NEVER = datetime.min.replace(tzinfo=UTC)
_LEGAL: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"Pending Submission", "Approved"}),
    "Pending Submission": frozenset({"Submitted"}),
    "Submitted": frozenset({"In review", "Action Required", "Approved", "Rejected"}),
    "In review": frozenset({"Action Required", "Approved", "Rejected"}),
    "Action Required": frozenset({"Submitted"}),
    "Approved": frozenset(),
    "Rejected": frozenset(),
}
"""Review statuses by the one before; a referral begins as Approved."""


@dataclass
class OpportunityEntry:
    """An opportunity as either side wrote it last, and as it was read last."""

    deal: str | None
    title: str
    stage: str
    amount: str
    aws_next_steps: str | None = None
    """On AWS's own side."""
    status: str | None = None
    modified: datetime = _NEVER


class Opportunities:
    """All opportunities by their ids."""

    def __init__(self) -> None:
        self.entries: dict[str, OpportunityEntry] = {}

    def created(self, identifier: str, entry: OpportunityEntry) -> None:
        if identifier in self.entries:
            raise Broken(f"The id {identifier} was given to two opportunities.")
        self.entries[identifier] = entry

    def check(self, body: Mapping[str, Any]) -> None:
        """Raises Broken when GetOpportunity shows what nobody wrote, a status out of order, or an older date."""
        identifier, lifecycle, project = body["Id"], body["LifeCycle"], body["Project"]
        entry = self.entries[identifier]
        shown = (project["Title"], lifecycle["Stage"], project["ExpectedCustomerSpend"][0]["Amount"])
        written = (entry.title, entry.stage, entry.amount)
        if shown != written:
            raise Broken(f"Opportunity {identifier} shows {shown}; last written was {written}.")
        status, modified = lifecycle["ReviewStatus"], datetime.fromisoformat(body["LastModifiedDate"])
        if status != entry.status and status not in _LEGAL[entry.status]:
            raise Broken(f"Opportunity {identifier} went from {entry.status} to {status}.")
        if modified < entry.modified or (status != entry.status and modified == entry.modified):
            raise Broken(f"LastModifiedDate of {identifier} does not increase: {entry.modified}, then {modified}.")
        entry.status, entry.modified = status, modified
