"""AWS's people of an opportunity, as contacts of its deal: role and label, and, where the partner wants it, themselves.

A contact is known by e-mail address. None of them is marked as shared, so nobody of AWS's is sent back to AWS.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from lambdas.domain import told
from lambdas.domain.lookups import Lookup
from lambdas.domain.mapping import Mapping
from lambdas.domain.records import Deal, Opportunity
from lambdas.domain.situation import Situation

ROLE: Final = "aws_contact_role"
LIFECYCLE: Final = {"lifecyclestage": "other"}
"""HubSpot's stage of those who are no customers and will be none; without it a portal may make leads of them."""


def contact_roles(deal: Deal, opportunity: Opportunity, mapping: Mapping) -> dict[str, str]:
    """By id of a contact who is one of AWS's people here: their role, where the contact does not say so yet.

    Who has left the team keeps the role: another deal of theirs may be why they have it.
    """
    if not _has_roles(mapping):
        return {}
    team = told.roles(_team(opportunity))
    known = ((contact, team.get(_address(contact.get("email")))) for contact in deal.contacts)
    return {contact.id: role for contact, role in known if role is not None and contact.get(ROLE) != role}


def new_contacts(now: Situation) -> tuple[dict[str, str], ...]:
    """Those who become contacts of the deal, each once: whom the seller takes off the deal stays off."""
    there = {_address(contact.get("email")) for contact in now.deal.contacts}
    met = {*now.base.beside.people}
    roles = told.roles(_team(now.opportunity)) if _has_roles(now.mapping) else {}
    found = {}
    for person in _people(now):
        email = _address(person.get("Email"))
        if email not in there and _sign(now.pair, email) not in met:
            said = {"email": email, "firstname": person.get("FirstName"), "lastname": person.get("LastName")}
            said |= {ROLE: roles.get(email)} | LIFECYCLE
            found[email] = {name: str(value) for name, value in said.items() if value}
    return tuple(found.values())


def met(now: Situation) -> tuple[str, ...]:
    """Signs of all who were contacts of the deal or became some, which do not say who they are."""
    signs = {_sign(now.pair, _address(person.get("Email"))) for person in _people(now)}
    return tuple(sorted(signs | {*now.base.beside.people}))


@dataclass(frozen=True)
class Labelling:
    """Who gets the portal's label for AWS's people."""

    contacts: tuple[str, ...] = ()
    """HubSpot's ids of those who are contacts of the deal."""
    has_label: bool = False
    """The portal has one, for new contacts too."""
    labelled: tuple[str, ...] = ()
    """Signs of all who got it."""
    lookups: tuple[Lookup, ...] = ()


def labelling(now: Situation) -> Labelling:
    """Each of them gets it once: whom the seller takes it from stays without."""
    last = now.base.beside.labelled
    team = {_address(person.get("Email")) for person in _team(now.opportunity)} - {""}
    there = {contact.id: _address(contact.get("email")) for contact in now.deal.contacts} if team else {}
    signs = {contact: _sign(now.pair, email) for contact, email in there.items() if email in team}
    due = {contact: sign for contact, sign in signs.items() if sign not in last}
    new = {_sign(now.pair, person["email"]) for person in new_contacts(now)}
    if not due and not new:
        return Labelling(labelled=last)
    has_label = now.known.has_label(now.deal.portal)
    if has_label is None:
        return Labelling(labelled=last, lookups=(Lookup(kind="label", key=now.deal.portal),))
    if not has_label:
        return Labelling(labelled=last)  # its admin may make one later
    return Labelling(tuple(sorted(due)), has_label=True, labelled=tuple(sorted({*last, *due.values(), *new})))


def _people(now: Situation) -> list[dict[str, Any]]:
    """Nobody, unless the mapping wants people of AWS's as contacts."""
    return [person for person in _team(now.opportunity) if person.get("Email")] if _are_wanted(now.mapping) else []


def _are_wanted(mapping: Mapping) -> bool:
    return mapping.aws_people == "contacts"


def _has_roles(mapping: Mapping) -> bool:
    return any(row.property == ROLE and row.object == "contact" for row in mapping.active)


def _team(opportunity: Opportunity | None) -> list[dict[str, Any]]:
    summary = (opportunity.summary if opportunity else None) or {}
    return list(told.structures(summary.get("OpportunityTeam")))


def _address(text: str | None) -> str:
    return (text or "").strip().lower()


def _sign(pair: str, email: str) -> str:
    return hmac.digest(pair.encode(), email.encode(), hashlib.sha256).hex()[:16]
