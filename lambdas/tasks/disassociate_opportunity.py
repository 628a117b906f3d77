"""Unlink from the pair's opportunity what the seller took off the deal."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain import associations
from lambdas.domain.plan import Step
from lambdas.domain.records import Problem
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["DISASSOCIATED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    It comes after all that is new is linked, so that the opportunity is never without a solution. What is gone already
    is read first: a second run finds nothing left to do.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    if plan.opportunity is None:
        raise Conflict("the plan has nothing to disassociate from")
    opportunity = partner_central.must_see(plan.opportunity)
    refused: tuple[Problem, ...] = ()
    for one in plan.disassociate:
        sync_state.audit(pair, fence, f"disassociate {one.words}", target=opportunity.id)
        if one.id not in opportunity.related.get(one.kind, ()):
            continue
        if refusal := partner_central.disassociate(opportunity.id, one):
            refused += associations.refused(refusal, one, mapping.load())
    results = sync_state.record(pair, fence, results, refused=refused)
    next_ = next_step(plan, results, after=Step.DISASSOCIATE_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "DISASSOCIATED", next=next_)
