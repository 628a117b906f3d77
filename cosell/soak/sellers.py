"""The people in HubSpot: they create deals with companies and contacts all day, and work on them afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from cosell.sandbox.hubspot import People
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.soak.book import Broken, Deals
from cosell.soak.processes import Process, spawn

STAGES = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
    "closedwon",
    "closedlost",
)
_SECTORS = ("RETAIL", "BANKING", "INSURANCE", "COMPUTER_SOFTWARE", "TELECOMMUNICATIONS", "UTILITIES")
_TOWNS = (("New York", "NY", "10001"), ("Chicago", "IL", "60601"), ("Austin", "TX", "73301"), ("Boston", "MA", "02108"))
_COLLEAGUES = 40
_NEW_COMPANY, _NEW_CONTACT = 0.5, 0.7
_ACTS_ON_A_DEAL = (2, 6)
_HOURS_BETWEEN = 1.5
_LONGEST_REGRET = 3600.0

Act = Callable[[str], None]


class Sellers:
    """`gone` is called whenever there is one deal less: deleted for good, or merged. From the moment `closing` on,
    nothing goes any more."""

    def __init__(
        self,
        clock: Clock,
        people: People,
        owners: list[str],
        deals: Deals,
        chance: random.Random,
        *,
        closing: float,
        gone: Callable[[], None],
    ) -> None:
        self._clock, self._owners, self._deals, self._chance = clock, owners, deals, chance
        self._closing, self._gone = closing, gone
        self._people = [people.as_user(people.user_id + number) for number in range(_COLLEAGUES)]
        self.companies: list[str] = []
        self.contacts: list[str] = []
        self.emails: list[str] = []
        self._acts: dict[Act, int] = {
            self._edits: 50,
            self._moves_stage: 28,
            self._adds_contact: 8,
            self._removes_contact: 3,
            self._merges_contacts: 1,
            self._edits_in_bulk: 1,
            self._deletes_for_a_while: 5,
            self._deletes: 1,
            self._merges: 2,
        }

    def creates_deal(self) -> None:
        """A deal with a company and a contact, either of them new or known; its sellers come back to it."""
        people, chance = self._somebody(), self._chance
        company = self._company(people)
        contact = self._contact(people, company)
        written = self.new_deal(len(self._deals.born))
        deal = people.creates("deals", written, [("companies", company), ("contacts", contact)])
        self._deals.created(deal, written, [contact])
        spawn(self._clock, self.works_on(deal), after=chance.expovariate(1 / 1800))

    def new_deal(self, number: int) -> dict[str, str]:
        """What is written into the form of a new deal."""
        chance = self._chance
        return {
            "dealname": f"Migration {number}",
            "amount": str(chance.randrange(1_000, 90_000)),
            "closedate": self._day(),
            "pipeline": "default",
            "dealstage": chance.choice(STAGES[:3]),
            "hubspot_owner_id": chance.choice(self._owners),
            "hs_priority": chance.choice(("low", "medium", "high")),
        }

    def works_on(self, deal: str) -> Process[None]:
        """A few acts, hours apart, until the deal is gone. Raises Broken when something is not there."""
        for _ in range(self._chance.randint(*_ACTS_ON_A_DEAL)):
            if self._deals.is_live(deal):
                acts = {act: weight for act, weight in self._acts.items() if not self._too_late_for(act)}
                act = self._chance.choices(list(acts), list(acts.values()))[0]
                try:
                    act(deal)
                except LookupError as missing:
                    raise Broken(f"A seller cannot work on deal {deal}: {missing}.") from missing
            yield self._chance.expovariate(1 / (_HOURS_BETWEEN * 3600))

    def _too_late_for(self, act: Act) -> bool:
        takes_away = act in (self._deletes_for_a_while, self._deletes, self._merges, self._merges_contacts)
        return takes_away and self._clock.now >= self._closing

    # Acts

    def _edits(self, deal: str) -> None:
        chance = self._chance
        changes = {
            "amount": str(chance.randrange(1_000, 90_000)),
            "closedate": self._day(),
            "hs_next_step": f"Call on {chance.randrange(1, 29)} December",
            "description": f"As discussed, {chance.randrange(2, 400)} servers in {chance.choice(_TOWNS)[0]}. " * 3,
        }
        self._writes(deal, {name: changes[name] for name in chance.sample(list(changes), chance.randint(1, 2))})

    def _moves_stage(self, deal: str) -> None:
        at = STAGES.index(self._deals.entries[deal].properties["dealstage"])
        self._writes(deal, {"dealstage": STAGES[min(at + 1, len(STAGES) - 1 - self._chance.randint(0, 1))]})

    def _edits_in_bulk(self, deal: str) -> None:
        others = self._deals.sample(self._chance, 20)
        owner = self._chance.choice(self._owners)
        for one in dict.fromkeys([deal, *others]):
            self._writes(one, {"hubspot_owner_id": owner}, self._somebody().in_bulk())

    def _writes(self, deal: str, properties: Mapping[str, str], people: People | None = None) -> None:
        (people or self._somebody()).edits("deals", deal, properties)
        self._deals.wrote(deal, properties)

    def _adds_contact(self, deal: str) -> None:
        contact = self._chance.choice(self.contacts)
        self._somebody().associates("deals", deal, "contacts", contact)
        self._deals.associated(deal, contact)

    def _removes_contact(self, deal: str) -> None:
        contacts = self._deals.entries[deal].contacts
        if contacts:
            contact = min(contacts)
            self._somebody().dissociates("deals", deal, "contacts", contact)
            self._deals.dissociated(deal, contact)

    def _deletes(self, deal: str) -> None:
        self._somebody().deletes("deals", deal)
        self._deals.archived(deal)
        self._gone()

    def _deletes_for_a_while(self, deal: str) -> None:
        self._somebody().deletes("deals", deal)
        self._deals.archived(deal)
        self._clock.after(self._chance.uniform(60, _LONGEST_REGRET), lambda: self._restores(deal))

    def _restores(self, deal: str) -> None:
        self._somebody().restores("deals", deal)
        self._deals.restored(deal)

    def _merges(self, deal: str) -> None:
        other = self._deals.pick(self._chance)
        if other != deal:
            result = self._somebody().merges("deals", deal, other)
            self._deals.merged_into(result, deal, other)
            self._gone()

    def _merges_contacts(self, deal: str) -> None:
        known = self._deals.entries[deal].contacts
        other = self._chance.choice(self.contacts)
        if not known or other in known:
            return
        contact = min(known)
        result = self._somebody().merges("contacts", contact, other)
        self._deals.contact_merged(result, contact, other)
        self.contacts[:] = [one for one in self.contacts if one not in {contact, other}] + [result]

    # Companies and contacts

    def _company(self, people: People) -> str:
        if self.companies and self._chance.random() > _NEW_COMPANY:
            return self._chance.choice(self.companies)
        city, state, code = self._chance.choice(_TOWNS)
        number = len(self.companies)
        properties = {
            "name": f"Company {number}",
            "domain": f"company-{number}.example",
            "industry": self._chance.choice(_SECTORS),
            "city": city,
            "state": state,
            "zip": code,
            "country": "United States",
        }
        self.companies.append(people.creates("companies", properties))
        return self.companies[-1]

    def _contact(self, people: People, company: str) -> str:
        if self.contacts and self._chance.random() > _NEW_CONTACT:
            return self._chance.choice(self.contacts)
        email = f"person-{len(self.emails)}@company.example"
        properties = {"email": email, "firstname": "Ada", "lastname": f"Person {len(self.emails)}", "jobtitle": "CTO"}
        self.contacts.append(people.creates("contacts", properties, [("companies", company)]))
        self.emails.append(email)
        return self.contacts[-1]

    def _somebody(self) -> People:
        return self._chance.choice(self._people)

    def _day(self) -> str:
        return f"2027-{self._chance.randint(1, 12):02}-{self._chance.randint(1, 28):02}T00:00:00Z"
