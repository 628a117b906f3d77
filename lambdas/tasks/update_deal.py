"""Show on the deal what AWS has and what the seller should know, and remember what both sides agree on."""

from __future__ import annotations

from typing import Literal

from lambdas.adapters import (
    hubspot,
    hubspot_labels,
    hubspot_line_items,
    hubspot_making,
    overwriting,
    sync_state,
    turns,
)
from lambdas.domain import team
from lambdas.domain.plan import Plan, Step
from lambdas.domain.records import Timeline
from lambdas.domain.status import base_after, lost_after, next_step, present, tells, timeline_after
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
    if plan.look_after is not None:
        overwriting.give_back_of(pair, plan.look_after, plan.deal)
        return Result(outcome="UPDATED", next=Step.FINISH_TURN)
    properties = present(plan, results)
    is_at_stake = overwriting.note(plan, results)
    if properties:
        lost, names = lost_after(plan, results), sorted(properties)
        sync_state.audit(pair, fence, "update deal", target=plan.deal, changes=lost, properties=names)
        hubspot.update_deal(plan.deal, properties)
    if plan.company and plan.company_changes:
        names = sorted(plan.company_changes)
        sync_state.audit(pair, fence, "fill company", target=plan.company, properties=names)
        hubspot.update_company(plan.company, plan.company_changes)
    if is_at_stake:
        overwriting.give_back(plan, results)
    _write_people(plan)
    if plan.line_items:
        action = f"add line items of {', '.join(plan.line_items)}"
        sync_state.audit(pair, fence, action, target=plan.deal)
        hubspot_line_items.add_solutions(pair, plan.deal, plan.line_items)
    # What is owed to the seller is remembered with the agreement: the next plan finds no news any more.
    owing = timeline_after(plan, results).model_copy(update={"unfinished": True}) if tells(plan, results) else None
    if base := base_after(plan, results):
        sync_state.save_base(pair, base, owing)
    else:
        _agree_on_nothing(pair, owing, is_at_stake=is_at_stake)
    next_ = next_step(plan, results, after=Step.UPDATE_DEAL)
    is_written = properties or plan.company_changes or plan.writes_people() or plan.line_items
    return Result(outcome="UPDATED" if is_written else "UNCHANGED", next=next_)


def _agree_on_nothing(pair: str, owing: Timeline | None, *, is_at_stake: bool) -> None:
    if is_at_stake:
        sync_state.overwriting_is_over(pair)
    if owing:
        sync_state.save_timeline(pair, owing)


def _write_people(plan: Plan) -> None:
    """AWS's people among the deal's contacts: their role, those who are new, and the portal's label."""
    for contact, role in plan.contact_roles.items():
        sync_state.audit(plan.pair, plan.fence, f"fill contact#{contact}", target=contact, properties=[team.ROLE])
        hubspot.update_contact(contact, {team.ROLE: role})
    new = []
    for number, person in enumerate(plan.new_contacts, 1):
        action = f"create contact {number}"
        sync_state.audit(plan.pair, plan.fence, action, target=plan.deal, properties=sorted(person))
        new.append(hubspot_making.make_contact(person, plan.deal, company=None))
    new = new if plan.labels_new else []
    if plan.to_label or new:
        sync_state.audit(plan.pair, plan.fence, "label contacts", target=plan.deal)
        hubspot_labels.add(plan.deal, plan.to_label, new)
