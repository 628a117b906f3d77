"""Make the deal's owner the owner of the pair's opportunity."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain import ownership
from lambdas.domain.plan import Change, Step
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["ASSIGNED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    AWS gives no token for it, so the owner is read first: a second run finds them there. Who it is, is noted before,
    so that the seller can take them off even if this round comes to no end. Somebody whom AWS does not know stands in
    the way of no other step: the deal says so, and goes on.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    identifier = plan.opportunity or results.created
    if plan.assign is None or identifier is None:
        raise Conflict("the plan has nobody to assign")
    opportunity = partner_central.must_see(identifier)
    owner = ownership.owner_at_aws(opportunity)
    refusal = None
    if owner != plan.assign.email:
        change = Change(path=ownership.PATH, before=owner or None, after=plan.assign.email, personal=True)
        sync_state.write_linking(pair, plan.linking)
        sync_state.audit(pair, fence, "assign opportunity", target=opportunity.id, changes=(change,))
        refusal = partner_central.assign(opportunity.id, plan.assign)
    said = ownership.refused(refusal, ownership.label(mapping.load())) if refusal else ""
    results = sync_state.record(pair, fence, results, assigned=said)
    next_ = next_step(plan, results, after=Step.ASSIGN_OPPORTUNITY)
    return Result(outcome="REFUSED" if refusal else "ASSIGNED", next=next_)
