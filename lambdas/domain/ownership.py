"""Who owns the opportunity: the deal's owner, as a user of Partner Central; and AWS's owner on a deal that has none.

AWS has no list of the partner's users, so the mapping's table says who is who, else the owner's own e-mail address is
tried. An owner whom AWS does not know stands in the way of nothing: the deal says so, and it is not tried again until
the deal has another owner, the table another entry, or the seller asks for a refresh.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lambdas.domain import locks, telling
from lambdas.domain.associated import Assignee
from lambdas.domain.associations import is_our_own
from lambdas.domain.lookups import Lookup, Owner
from lambdas.domain.mapping import Mapping
from lambdas.domain.records import Opportunity
from lambdas.domain.refusals import Refusal
from lambdas.domain.situation import Situation

OWNER: Final = "hubspot_owner_id"
PATH: Final = "OpportunityTeam"
TITLE: Final = "OpportunityOwner"
"""AWS's role of the member of the team who owns the opportunity."""
TAKEN_OFF: Final = "-"
"""Stands for the owner of a deal whose seller took the owner off: such a deal has none until it is given one again."""


@dataclass(frozen=True)
class Ownership:
    assign: Assignee | None = None
    owner: str = ""
    """What the deal's owner was when it was dealt with last (`_sign`), before anything of this is done."""
    owner_next: str = ""
    """The same, after it."""
    said: str = ""
    """What there is to say about that owner."""
    aws_owner: str = ""
    """E-mail address of the owner that AWS shows."""
    linking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`Base.linking` of the owner who is about to be assigned."""
    deal_changes: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    lookups: tuple[Lookup, ...] = ()


def decide(now: Situation) -> Ownership:
    """Whom to assign, or whom the deal gets; nothing where neither side changed."""
    last, theirs = now.base.beside, owner_at_aws(now.opportunity)
    as_it_was = Ownership(
        owner=last.owner, owner_next=last.owner, said=last.owner_said, aws_owner=theirs or last.aws_owner
    )
    if not now.mapping.has(OWNER):
        return as_it_was
    owner = now.deal.get(OWNER)
    if owner is None:
        return _back(now, theirs)
    is_tried_again = bool(last.owner_said) and now.action == "refresh"
    if _sign(owner, now.mapping) == last.owner and not is_tried_again:
        return replace(as_it_was, notices=_listed(last.owner_said))
    if now.opportunity is not None and now.opportunity.review_status not in locks.ASSOCIABLE:
        return _held(as_it_was, now)
    return _assign(now, owner, theirs)


def owner_at_aws(opportunity: Opportunity | None) -> str:
    """The e-mail address of the opportunity's owner, empty where AWS shows none."""
    team = (opportunity.body.get("OpportunityTeam") if opportunity else None) or ()
    emails = (member.get("Email") for member in team if member.get("BusinessTitle") == TITLE)
    return str(next(emails, None) or "").lower()


def refused(refusal: Refusal, label: str) -> str:
    """AWS's "no" as a sentence for the deal; the seller's operator can mend it."""
    unknown = any("email" in (error.field or "").lower() for error in refusal.errors)
    if unknown:
        return (
            f"{label}: AWS knows no user of yours with the owner's e-mail address, and keeps its own owner. "
            "The operator adds the user in Partner Central, or names another in the mapping's owners."
        )
    return f"{label}: AWS did not take the owner and keeps its own."


def label(mapping: Mapping) -> str:
    row = mapping.row(OWNER)
    return row.label if row else "Deal owner"


def _assign(now: Situation, owner: str, theirs: str) -> Ownership:
    asks = Lookup(kind="owner", key=owner)
    sign, last = _sign(owner, now.mapping), now.base.beside
    if not now.known.has(asks):
        return Ownership(
            owner=last.owner,
            owner_next=last.owner,
            said=last.owner_said,
            aws_owner=theirs or last.aws_owner,
            lookups=(asks,),
        )
    found = now.known.owner(asks)
    email = _email(owner, found, now.mapping)
    said = _not_assignable(found, email, label(now.mapping))
    if said is not None or email is None or found is None:
        return Ownership(owner=sign, owner_next=sign, said=said or "", aws_owner=theirs, notices=_listed(said or ""))
    if email == theirs:
        return Ownership(owner=sign, owner_next=sign, aws_owner=theirs)
    first, last_name = _names(found)
    assignee = Assignee(email=email, first_name=first, last_name=last_name)
    return Ownership(
        assign=assignee,
        owner=last.owner,
        owner_next=sign,
        aws_owner=theirs or last.aws_owner,
        linking={OWNER: (email,)},
    )


def _not_assignable(found: Owner | None, email: str | None, who: str) -> str | None:
    """Why the owner cannot be the opportunity's. Empty: there is nothing to say, the table wants it so."""
    if found is None or found.archived:
        return f"{who}: no longer active in HubSpot, so AWS keeps its owner. Give the deal to somebody who is."
    return "" if email is None else None


def _back(now: Situation, theirs: str) -> Ownership:
    """AWS's owner onto a deal without one: where AWS changed it, or the deal was made from the opportunity.

    To a deal of Cosell's making AWS's owner is news when it is seen first. One who was put on the deal, and may have
    become AWS's only now, does not come back.
    """
    last = now.base.beside
    was_ours = bool(last.owner) or theirs in now.base.linking.get(OWNER, ())
    off = TAKEN_OFF if was_ours else ""
    kept = Ownership(owner=off, owner_next=off, aws_owner=theirs or last.aws_owner)
    is_news = theirs != last.aws_owner and bool(last.aws_owner or is_our_own(now.deal))
    if not theirs or not is_news or was_ours:
        return kept
    ids = [key for key, email in now.mapping.owners.items() if (email or "").lower() == theirs]
    known = next((key for key in ids if key.isdigit()), None)
    asks = Lookup(kind="owner_of", key=next(iter(ids), theirs))
    if known is None and not now.known.has(asks):
        return Ownership(aws_owner=last.aws_owner, lookups=(asks,))
    found = now.known.owner(asks)
    owner = known or (found.id if found else None)
    if owner is None:
        return kept
    sign = _sign(owner, now.mapping)
    return Ownership(owner=sign, owner_next=sign, aws_owner=theirs, deal_changes={OWNER: owner})


def _held(as_it_was: Ownership, now: Situation) -> Ownership:
    status = now.opportunity.review_status if now.opportunity else locks.PENDING
    if status not in telling.WAITS:
        return as_it_was
    return replace(as_it_was, notices=(f"{telling.WAITS[status]}: {label(now.mapping)}.",), held=(PATH,))


def _sign(owner: str, mapping: Mapping) -> str:
    """The owner as the table has them: with another entry there they are dealt with anew.

    An entry by e-mail may be anybody's until the owner is looked up, so all of these count.
    """
    if owner in mapping.owners:
        return f"{owner} {mapping.owners[owner] or '-'}"
    by_email = sorted((key.lower(), value) for key, value in mapping.owners.items() if "@" in key)
    return f"{owner} {hashlib.sha256(json.dumps(by_email).encode()).hexdigest()[:12]}" if by_email else owner


def _email(owner: str, found: Owner | None, mapping: Mapping) -> str | None:
    """The e-mail address at Partner Central; None: never assigned."""
    table: dict[str, Any] = {key.lower(): value for key, value in mapping.owners.items()}
    own = found.email.lower() if found else ""
    named = next((table[key] for key in (owner, own) if key in table), own)
    return named.lower() if named else None


def _names(found: Owner) -> tuple[str, str]:
    """First and last name, both of which AWS wants; the e-mail address stands in for those HubSpot does not have."""
    local = found.email.partition("@")[0]
    return found.first_name or local, found.last_name or local


def _listed(sentence: str) -> tuple[str, ...]:
    return (sentence,) if sentence else ()
