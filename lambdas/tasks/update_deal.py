"""Show on the deal what AWS has and what the seller should know, and remember what both sides agree on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lambdas import mapping
from lambdas.adapters import hubspot, hubspot_line_items, hubspot_making, sync_state, turns
from lambdas.domain import team
from lambdas.domain.plan import Plan, Step
from lambdas.domain.status import base_after, next_step, present, tells
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["UPDATED", "UNCHANGED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    HubSpot has no lock: holding the turn is what keeps two runs apart, and what a person edits in the seconds between
    the plan's read and this write is given back after it, for another round. The agreed values are saved after the
    write: were they saved before it, a lost write would look like an edit by the seller.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    properties = present(plan, results)
    if properties:
        sync_state.audit(pair, fence, "update deal", target=plan.deal, changes=plan.lost, properties=sorted(properties))
        hubspot.update_deal(plan.deal, properties)
        _give_back_to_deal(plan, properties)
    if plan.company and plan.company_changes:
        names = sorted(plan.company_changes)
        sync_state.audit(pair, fence, "fill company", target=plan.company, properties=names)
        hubspot.update_company(plan.company, plan.company_changes)
        _give_back_to_company(plan, plan.company)
    for contact, role in plan.contact_roles.items():
        sync_state.audit(pair, fence, f"fill contact#{contact}", target=contact, properties=[team.ROLE])
        hubspot.update_contact(contact, {team.ROLE: role})
    for number, person in enumerate(plan.new_contacts, 1):
        sync_state.audit(pair, fence, f"create contact {number}", target=plan.deal, properties=sorted(person))
        hubspot_making.make_contact(person, plan.deal, company=None)
    if plan.line_items:
        action = f"add line items of {', '.join(plan.line_items)}"
        sync_state.audit(pair, fence, action, target=plan.deal)
        hubspot_line_items.add_solutions(pair, plan.deal, plan.line_items)
    # What is owed to the seller is remembered with the agreement: the next plan finds no news any more.
    owing = plan.timeline.model_copy(update={"unfinished": True}) if tells(plan, results) else None
    if base := base_after(plan, results):
        sync_state.save_base(pair, base, owing)
    elif owing:
        sync_state.save_timeline(pair, owing)
    next_ = next_step(plan, results, after=Step.UPDATE_DEAL)
    is_written = properties or plan.company_changes or plan.contact_roles or plan.new_contacts or plan.line_items
    return Result(outcome="UPDATED" if is_written else "UNCHANGED", next=next_)


def _give_back_to_deal(plan: Plan, written: Iterable[str]) -> None:
    rows = ((name, mapping.load().row(name)) for name in written)
    seen = {name: plan.shown.get(name) for name, row in rows if row is not None and row.writer == "seller"}
    if seen and (theirs := hubspot.overwritten("deals", plan.deal, seen, _read_at(plan))):
        _goes_round_again(plan, plan.deal, theirs)
        hubspot.update_deal(plan.deal, theirs)


def _give_back_to_company(plan: Plan, company: str) -> None:
    seen = dict.fromkeys(plan.company_changes)  # they were empty, or they would not be filled
    if theirs := hubspot.overwritten("companies", company, seen, _read_at(plan)):
        _goes_round_again(plan, company, theirs)
        hubspot.update_company(company, theirs)


def _goes_round_again(plan: Plan, target: str, theirs: Iterable[str]) -> None:
    sync_state.audit(plan.pair, plan.fence, f"give back edits of {target}", target=target, properties=sorted(theirs))
    turns.wish(plan.pair, "hubspot")


def _read_at(plan: Plan) -> float:
    return plan.addressee.now if plan.addressee else 0.0
