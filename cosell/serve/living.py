"""A believable portal, made by living it: sellers and AWS do what they do, Cosell does what it does, weeks pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from cosell.sandbox import Sandbox
from cosell.sandbox.hubspot.people import People
from cosell.sandbox.partner_central.simulator import DEFAULT_SOLUTION
from cosell.serve.portfolio import Company, Portfolio, Sale, Step

DAY = 86_400.0
_AFTER_A_DEAL = 1.1 * DAY
_AFTER_A_STEP = 0.15 * DAY

SPAN = 60 * DAY
"""Seconds within which all of it has happened."""

_WISHES: Mapping[Step, Mapping[str, str]] = {
    "share": {"aws_share": "yes"},
    "submit": {"aws_share": "yes", "aws_action": "submit"},
}
"""What a seller ticks already while creating a deal."""


def lives(world: Sandbox, portfolio: Portfolio) -> Iterator[int]:
    """Plays the deals one after the other in a new world, in virtual time; yields how many there are by now.

    No schedule fires. The same seed gives the same portal.
    """
    player = _Player(world, portfolio)
    for number, sale in enumerate(portfolio.sales, start=1):
        player.plays(sale)
        yield number


class _Player:
    """Everybody who has a part in it."""

    def __init__(self, world: Sandbox, portfolio: Portfolio) -> None:
        self._world = world
        self._hubspot = world.hubspot.simulator
        self._owners = {
            name: self._hubspot.add_owner(seller.email, seller.first, seller.last)
            for name, seller in portfolio.sellers.items()
        }
        self._companies = {company.name: company for company in portfolio.companies}
        self._customers: dict[str, tuple[str, str]] = {}
        """Ids of company and contact, by the company's name."""
        aws = world.partner_central.aws
        self._at_aws: Mapping[Step, Callable[[str, Sale], None]] = {
            "review": lambda opportunity, _: aws.starts_review(opportunity),
            "approve": lambda opportunity, _: aws.approves(opportunity),
            "ask for changes": lambda opportunity, sale: aws.asks_for_changes(opportunity, sale.says),
            "reject": lambda opportunity, sale: aws.rejects(opportunity, sale.says),
            "launch": lambda opportunity, _: aws.edits(opportunity, "LifeCycle.Stage", "Launched"),
        }

    def plays(self, sale: Sale) -> None:
        """One deal, as far as it has come."""
        owner = self._hubspot.portal.owners[self._owners[sale.seller]]
        seller = self._hubspot.people.as_user(owner.user_id)
        deal = self._creates(seller, sale, owner.id)
        self._passes(_AFTER_A_STEP)
        for step in sale.steps:
            if step not in _WISHES:
                self._takes(step, seller, deal, sale)
                self._passes(_AFTER_A_STEP)
        self._passes(_AFTER_A_DEAL)

    def _takes(self, step: Step, seller: People, deal: str, sale: Sale) -> None:
        edits: Mapping[Step, Mapping[str, str]] = {
            "edit": {"aws_monthly_spend": str(sale.spend * 2)},
            "pause": {"aws_share": "paused"},
            "validate": {"dealstage": "presentationscheduled"},
            "propose": {"dealstage": "contractsent"},
            "win": {"dealstage": "closedwon"},
            "lose": {"dealstage": "closedlost", **sale.closing},
        }
        if step in edits:
            seller.edits("deals", deal, edits[step])
        else:
            self._at_aws[step](str(self._hubspot.record("deals", deal).properties["aws_opportunity_id"]), sale)

    def _creates(self, seller: People, sale: Sale, owner_id: str) -> str:
        if sale.company not in self._customers:
            self._customers[sale.company] = _meets(seller, self._companies[sale.company], owner_id)
        company, contact = self._customers[sale.company]
        wishes = _WISHES[sale.steps[0]] if sale.steps else {}
        properties = {**self._usual(sale), "hubspot_owner_id": owner_id, **wishes, **sale.properties}
        deal = seller.creates("deals", _filled(properties), [("companies", company), ("contacts", contact)])
        if sale.note:
            seller.creates("notes", {"hs_note_body": sale.note, "hubspot_owner_id": owner_id}, [("deals", deal)])
        if sale.task:
            task = {"hs_task_subject": sale.task, "hs_task_status": "NOT_STARTED", "hubspot_owner_id": owner_id}
            seller.creates("tasks", task, [("deals", deal)])
        return deal

    def _usual(self, sale: Sale) -> dict[str, str]:
        """What all deals have; the larger one is, the later it closes."""
        closes = datetime.fromtimestamp(self._world.clock.now, UTC) + timedelta(days=90 + sale.amount // 10_000)
        return {
            "dealname": sale.name,
            "pipeline": "default",
            "dealstage": "qualifiedtobuy",
            "dealtype": "newbusiness",
            "amount": str(sale.amount),
            "closedate": closes.strftime("%Y-%m-%dT17:00:00.000Z"),
            "aws_customer_problem": sale.problem,
            "aws_use_case": sale.use_case,
            "aws_monthly_spend": str(sale.spend),
            "aws_solutions": DEFAULT_SOLUTION,
        }

    def _passes(self, seconds: float) -> None:
        """What is under way ends, then time passes."""
        self._world.run_until_quiet()
        self._world.clock.skip_to(self._world.clock.now + seconds)


def _meets(seller: People, company: Company, owner_id: str) -> tuple[str, str]:
    """A customer becomes known to the portal, and so does the person there, who may be named to AWS."""
    name, address = company.person.name, dict(company.address)
    first, _, last = name.partition(" ")
    company_id = seller.creates(
        "companies",
        {
            "name": company.name,
            "domain": company.domain,
            "industry": company.industry,
            "numberofemployees": str(company.employees),
            "address": address.pop("street"),
            **address,
            "hubspot_owner_id": owner_id,
        },
    )
    person = {
        "firstname": first,
        "lastname": last,
        "email": f"{_mailbox(name)}@{company.domain}",
        "phone": company.person.phone or "",
        "jobtitle": company.person.title,
        "company": company.name,
        "aws_share_contact": "true",
    }
    return company_id, seller.creates("contacts", _filled(person), [("companies", company_id)])


def _mailbox(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


def _filled(properties: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in properties.items() if value}
