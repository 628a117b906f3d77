"""Sellers, and what they do in HubSpot. Nothing else in the sandbox knows what Cosell's properties mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cosell.sandbox.hubspot import HubSpot
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


class Seller:
    """Somebody who sells, and knows HubSpot only."""

    def __init__(self, hubspot: HubSpot) -> None:
        self._hubspot = hubspot
        self._people = hubspot.people
        self._companies: dict[str, str] = {}

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
        contact_id = self._contact(contact, at=company)
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

    def edits_company(self, deal: Deal, **properties: str) -> None:
        if deal.company is None:
            raise ValueError(f"deal {deal.id} has no company")
        self._people.edits("companies", deal.company, properties)

    def edits_contact(self, deal: Deal, **properties: str) -> None:
        if deal.contact is None:
            raise ValueError(f"deal {deal.id} has no contact")
        self._people.edits("contacts", deal.contact, properties)

    def deletes(self, deal: Deal) -> None:
        self._people.deletes("deals", deal.id)

    def restores(self, deal: Deal) -> None:
        self._people.restores("deals", deal.id)

    def _company(self, name: str | None, changes: Mapping[str, str]) -> str | None:
        if name is None:
            return None
        if name not in self._companies or changes:
            properties = {"name": name, **_COMPANY, "domain": _domain(name), **changes}
            if "country" in changes:
                del properties["state"]
            self._companies[name] = self._people.creates("companies", properties)
        return self._companies[name]

    def _contact(self, name: str | None, *, at: str | None) -> str | None:
        if name is None:
            return None
        first, _, last = name.partition(" ")
        number = len(self._hubspot.records("contacts")) + 1
        return self._people.creates(
            "contacts",
            {
                "firstname": first,
                "lastname": last or "Unknown",
                "email": f"{_slug(first)}.{number}@{_domain(at or 'Vandelay')}",
                "phone": "+12125550100",
                "jobtitle": "Chief Architect",
                "aws_share_contact": "true",
            },
        )

    def _in_days(self, days: int) -> str:
        """A date of HubSpot's, as its API takes it."""
        day = datetime.fromtimestamp(self._hubspot.clock.now, UTC) + timedelta(days=days)
        return day.strftime("%Y-%m-%dT17:00:00.000Z")


def _domain(company: str) -> str:
    return f"{_slug(company)}.com"


def _slug(name: str) -> str:
    """A name as it may stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "somebody"
