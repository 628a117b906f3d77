"""Bring the pair's opportunity to what the plan says, unless it moved since the plan read it."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain.plan import Step
from lambdas.domain.refusals import problems_of
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["UPDATED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    UpdateOpportunity replaces the whole record and takes the date the plan read as its lock. The date of a fresh read
    would pass, and overwrite what AWS changed since. What is sent is noted as pending first: after a lost answer the
    next plan finds its own values at AWS and does not take them for somebody's edit.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    if plan.update is None or plan.opportunity is None or plan.last_modified is None:
        raise Conflict("the plan has no update")
    sync_state.write_pending(pair, {change.path: change.after for change in plan.changes})
    sync_state.audit(pair, fence, "update opportunity", target=plan.opportunity, changes=plan.changes)
    refusal = partner_central.update_opportunity(plan.opportunity, plan.last_modified, plan.update)
    if refusal:
        sync_state.write_pending(pair, {})
    refused = problems_of(refusal, mapping.load()) if refusal else ()
    results = sync_state.record(pair, fence, results, refused=refused, updated=not refusal)
    next_ = next_step(plan, results, after=Step.UPDATE_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "UPDATED", next=next_)
