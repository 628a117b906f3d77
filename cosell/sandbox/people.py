"""Sellers, and what they do in HubSpot. Nothing else in the sandbox knows what Cosell's properties mean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cosell.sandbox.hubspot import HubSpot, People
from cosell.sandbox.hubspot.views import RecordView
from cosell.sandbox.partner_central.simulator import DEFAULT_SOLUTION

_PROBLEM = "Reports take two days, because the data lies in five systems that do not talk to each other."
_COMPANY = {
    "country": "United States",
    "state": "New York",
    "zip": "10024",
    "city": "New York",
    "address": "129 West 81st Street",
    "industry": "RETAIL",
}
_DEAL = {
    "aws_customer_problem": _PROBLEM,
    "aws_use_case": "Migration / Database Migration",
    "aws_monthly_spend": "12500",
    "dealstage": "qualifiedtobuy",
    "pipeline": "default",
    "dealtype": "newbusiness",
}


@dataclass(frozen=True)
class Deal:
    """A deal in the portal, with the company and contact the seller made for it."""

    id: str
    company: str | None
    """Id of the company record."""
    contact: str | None
    """Id of the contact record."""
    hubspot: HubSpot

    @property
    def now(self) -> Mapping[str, str | None]:
        """All properties as they are; an empty one is None."""
        return self.hubspot.record("deals", self.id).properties

    @property
    def notes(self) -> list[str]:
        return [note.properties["hs_note_body"] or "" for note in self.hubspot.notes_of(self.id)]

    @property
    def tasks(self) -> list[str]:
        """Subjects of the deal's tasks."""
        return [task.properties["hs_task_subject"] or "" for task in self.hubspot.tasks_of(self.id)]

    @property
    def open_tasks(self) -> list[RecordView]:
        return [task for task in self.hubspot.tasks_of(self.id) if task.properties["hs_task_status"] != "COMPLETED"]


class Seller:
    """Somebody who sells, and knows HubSpot only. All verbs raise what `hubspot.people` raises."""

    def __init__(self, hubspot: HubSpot, people: People | None = None) -> None:
        self._hubspot = hubspot
        self._people = people or hubspot.people
        self._known: dict[str, str] | None = None

    def as_user(self, user_id: int) -> Seller:
        """A colleague."""
        return Seller(self._hubspot, self._people.as_user(user_id))

    def by_workflow(self, workflow_id: str = "enrollmentId:1") -> Seller:
        """A workflow that the seller set up, and which does things by itself."""
        return Seller(self._hubspot, self._people.by_workflow(workflow_id))

    def by_import(self, import_id: str = "1") -> Seller:
        """The import of a file of the seller's."""
        return Seller(self._hubspot, self._people.by_import(import_id))

    def creates_deal(
        self,
        *,
        name: str = "Data platform",
        company: str | None = "Vandelay",
        contact: str | None = "Art Vandelay",
        shared_with_aws: bool = False,
        solution: str | None = DEFAULT_SOLUTION,
        postal_code: str | None = None,
        country: str | None = None,
        **properties: str | None,
    ) -> Deal:
        """A deal with everything AWS asks for. `properties` are the deal's, by internal name; None leaves one empty.

        A company of the same name is used again. `postal_code` and `country` are the company's; with a country other
        than the default there is no state. The contact is one who may be shared with AWS.
        """
        address = {"zip": postal_code, "country": country}
        company_id = self._company(company, {key: value for key, value in address.items() if value is not None})
        contact_id = None if contact is None else self._new_contact(contact, at=company)
        wanted: dict[str, str | None] = {"dealname": name, **_DEAL, "closedate": self._in_days(120)}
        wanted |= {"aws_solutions": solution, "aws_share": "yes" if shared_with_aws else None, **properties}
        ends = [("companies", company_id), ("contacts", contact_id)]
        deal = self._people.creates(
            "deals",
            {key: value for key, value in wanted.items() if value is not None},
            [(kind, id_) for kind, id_ in ends if id_ is not None],
        )
        return Deal(deal, company_id, contact_id, self._hubspot)

    def shares(self, deal: Deal) -> None:
        self.edits(deal, aws_share="yes")

    def pauses(self, deal: Deal) -> None:
        self.edits(deal, aws_share="paused")

    def submits(self, deal: Deal) -> None:
        self.edits(deal, aws_action="submit")

    def moves(self, deal: Deal, stage: str, **properties: str) -> None:
        """Moves the deal to a stage, by id, as in a board; what the form asks for on the way comes as properties."""
        self.edits(deal, dealstage=stage, **properties)

    def edits(self, deal: Deal, **properties: str) -> None:
        """Changes properties of the deal; an empty text clears one."""
        self._people.edits("deals", deal.id, properties)

    def edits_all(self, deals: Iterable[Deal], **properties: str) -> None:
        """A bulk edit, from the list of deals."""
        self._people.edits_all("deals", [deal.id for deal in deals], properties)

    def assigns(self, deal: Deal, owner_id: str | None) -> None:
        """Gives the deal to another owner, or to nobody."""
        self._people.assigns("deals", deal.id, owner_id)

    def edits_company(self, deal: Deal, **properties: str) -> None:
        self._people.edits("companies", _company_of(deal), properties)

    def edits_contact(self, deal: Deal, **properties: str) -> None:
        self._people.edits("contacts", _contact_of(deal), properties)

    def adds_contact(self, deal: Deal, name: str) -> str:
        """A further contact of the deal, who may be shared with AWS; returns its id."""
        company = self._hubspot.record("companies", deal.company).properties["name"] if deal.company else None
        contact = self._new_contact(name, at=company)
        self._people.associates("deals", deal.id, "contacts", contact)
        return contact

    def removes_contact(self, deal: Deal, contact_id: str) -> None:
        """Takes a contact off the deal; the contact stays in the portal."""
        self._people.dissociates("deals", deal.id, "contacts", contact_id)

    def erases_contact(self, deal: Deal) -> None:
        """Somebody asked to be forgotten."""
        self._people.erases(_contact_of(deal))

    def merges(self, deal: Deal, other: Deal) -> Deal:
        """Merges another deal into this one. Returns the deal that is left, which may have a new id."""
        return replace(deal, id=self._people.merges("deals", deal.id, other.id))

    def merges_companies(self, deal: Deal, other: Deal) -> Deal:
        """Merges the company of another deal into this deal's. Returns this deal, with the company that is left."""
        company = self._people.merges("companies", _company_of(deal), _company_of(other))
        self._known = None
        return replace(deal, company=company)

    def merges_contacts(self, deal: Deal, other: Deal) -> Deal:
        """Merges the contact of another deal into this deal's. Returns this deal, with the contact that is left."""
        return replace(deal, contact=self._people.merges("contacts", _contact_of(deal), _contact_of(other)))

    def ticks_off(self, deal: Deal) -> None:
        """Marks the deal's open tasks as completed, whatever became of what they ask for."""
        for task in deal.open_tasks:
            self._people.edits("tasks", task.id, {"hs_task_status": "COMPLETED"})

    def throws_away_tasks(self, deal: Deal) -> None:
        """Deletes the deal's open tasks."""
        for task in deal.open_tasks:
            self._people.deletes("tasks", task.id)

    def deletes(self, deal: Deal) -> None:
        self._people.deletes("deals", deal.id)

    def restores(self, deal: Deal) -> None:
        self._people.restores("deals", deal.id)

    def _company(self, name: str | None, changes: Mapping[str, str]) -> str | None:
        if name is None:
            return None
        companies = self._companies()
        if name not in companies or changes:
            properties = {"name": name, **_COMPANY, "domain": _domain(name), **changes}
            if "country" in changes:
                del properties["state"]
            companies[name] = self._people.creates("companies", properties)
        return companies[name]

    def _companies(self) -> dict[str, str]:
        """Ids by name. Looked up once: a portal that was loaded has some already."""
        if self._known is None:
            there = [company for company in self._hubspot.records("companies") if not company.archived]
            self._known = {company.properties.get("name") or "": company.id for company in there}
        return self._known

    def _new_contact(self, name: str, *, at: str | None) -> str:
        first, _, last = name.partition(" ")
        return self._people.creates(
            "contacts",
            {
                "firstname": first,
                "lastname": last or "Unknown",
                "email": self._free_address(_slug(first), _domain(at or "Vandelay")),
                "phone": "+12125550100",
                "jobtitle": "Chief Architect",
                "aws_share_contact": "true",
            },
        )

    def _free_address(self, name: str, domain: str) -> str:
        taken = self._hubspot.portal.taken.get(("contacts", "email"), {})
        numbers = itertools.count(len(self._hubspot.portal.records["contacts"]) + 1)
        return next(address for n in numbers if (address := f"{name}.{n}@{domain}") not in taken)

    def _in_days(self, days: int) -> str:
        """A date of HubSpot's, as its API takes it."""
        day = datetime.fromtimestamp(self._hubspot.clock.now, UTC) + timedelta(days=days)
        return day.strftime("%Y-%m-%dT17:00:00.000Z")


def _company_of(deal: Deal) -> str:
    if deal.company is None:
        raise ValueError(f"deal {deal.id} has no company")
    return deal.company


def _contact_of(deal: Deal) -> str:
    if deal.contact is None:
        raise ValueError(f"deal {deal.id} has no contact")
    return deal.contact


def _domain(company: str) -> str:
    return f"{_slug(company)}.com"


def _slug(name: str) -> str:
    """A name as it may stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "somebody"
