"""Make the deal of the pair's opportunity at HubSpot, with its company and contacts, exactly once."""

from __future__ import annotations

from typing import Literal

from lambdas.adapters import hubspot_making, links, sync_state, turns
from lambdas.domain.plan import NewDeal, Step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["CREATED"] = "CREATED"
    next: Step = Step.FINISH_TURN
    deal: str


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    The opportunity's id is a unique property of the deal and part of the call that makes it: a second run finds the
    deal, and at it the company and the contacts that the first one got to. So nothing of the deal has to be stored
    before, and what HubSpot refused is made as the newest plan says. The pair is linked last, so that a run that takes
    over after a failure comes here again; until then an edit of the deal finds its pair by the same id. The wish has
    this execution go round once more, which brings both sides in step.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, _ = sync_state.planned(pair, fence)
    if plan.new_deal is None or plan.opportunity is None:
        raise Conflict("the plan has no deal to make")
    deal = _make(pair, fence, plan.opportunity, plan.new_deal)
    links.join_deal(pair, deal)
    turns.wish(pair, "cosell")
    return Result(deal=deal)


def _make(pair: str, fence: int, opportunity: str, new: NewDeal) -> str:
    made = hubspot_making.find_deal(opportunity)
    domain = new.company.get("domain")
    company = made.company if made else hubspot_making.find_company(domain) if domain else None
    if made is None:
        is_asked = company is not None and hubspot_making.has_open_deal_of_its_own(company)
        properties = new.properties | ({"aws_share": ""} if is_asked else {})
        sync_state.audit(pair, fence, "create deal", target=opportunity, properties=sorted(properties))
        deal = hubspot_making.make_deal(opportunity, properties)
    else:
        deal = made.deal
        company = company or (hubspot_making.find_company(domain) if domain else None)
    if company is None and new.company:
        sync_state.audit(pair, fence, "create company", target=deal, properties=sorted(new.company))
        company = hubspot_making.make_company(pair, new.company, deal)
    elif company is not None and (made is None or made.company is None):
        sync_state.audit(pair, fence, "associate company", target=deal)
        hubspot_making.associate(deal, "companies", company)
    for number, contact in enumerate(new.contacts, 1):
        sync_state.audit(pair, fence, f"create contact {number}", target=deal, properties=sorted(contact))
        hubspot_making.make_contact(contact, deal, company)
    return deal
