"""Link the pair's opportunity with what it lacks: solutions, AWS products, a private offer."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain import associations
from lambdas.domain.associated import Association
from lambdas.domain.plan import Step
from lambdas.domain.records import Problem
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["ASSOCIATED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    AWS gives no token for an association, so what is there already is read first: a second run adds only what the
    first did not get to. What is about to be linked is noted before, so that after a lost answer the seller's taking it
    off the deal is not taken for AWS's adding it. Where AWS's quota is used up, one that is to go makes room first.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    identifier = plan.opportunity or results.created
    if identifier is None:
        raise Conflict("the plan has nothing to associate with")
    opportunity = partner_central.must_see(identifier)
    sync_state.write_linking(pair, plan.linking)
    present = {kind: [*ids] for kind, ids in opportunity.related.items()}
    refused: tuple[Problem, ...] = ()
    for one in plan.associate:
        sync_state.audit(pair, fence, f"associate {one.words}", target=opportunity.id)
        if one.id in present.get(one.kind, ()):
            continue
        old = associations.room_for(one, present, plan.disassociate)
        refused += (_dissociate(pair, fence, opportunity.id, old) if old else ()) or _associate(opportunity.id, one)
        if old:
            present[old.kind].remove(old.id)
        present.setdefault(one.kind, []).append(one.id)
    results = sync_state.record(pair, fence, results, refused=refused)
    next_ = next_step(plan, results, after=Step.ASSOCIATE_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "ASSOCIATED", next=next_)


def _associate(opportunity: str, one: Association) -> tuple[Problem, ...]:
    refusal = partner_central.associate(opportunity, one)
    return associations.refused(refusal, one, mapping.load()) if refusal else ()


def _dissociate(pair: str, fence: int, opportunity: str, old: Association) -> tuple[Problem, ...]:
    sync_state.audit(pair, fence, f"disassociate {old.words}", target=opportunity)
    refusal = partner_central.disassociate(opportunity, old)
    return associations.refused(refusal, old, mapping.load()) if refusal else ()
