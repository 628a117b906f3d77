"""Give the pair's opportunity the tags that the seller wrote on the deal, and take away those that they took off."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain import tagging
from lambdas.domain.plan import Step
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["TAGGED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    What is there is read first, and only what differs is written: a second run finds nothing left to do. Keys that are
    new are noted before, so that the seller can take them off even if this round comes to no end. A refusal stands in
    the way of no other step.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    identifier = plan.opportunity or results.created
    if plan.tags is None or identifier is None:
        raise Conflict("the plan has nothing to tag")
    arn = str(partner_central.must_see(identifier).body["Arn"])
    present = partner_central.tags_of(arn)
    put = {key: value for key, value in plan.tags.put.items() if present.get(key) != value}
    remove = [key for key in plan.tags.remove if key in present]
    if new := put.keys() - present.keys():
        noted = sorted(new.union(plan.linking.get(tagging.TAGS, ())))
        sync_state.write_linking(pair, {**plan.linking, tagging.TAGS: noted})
    if put or remove:
        sync_state.audit(pair, fence, "tag opportunity", target=identifier, properties=sorted([*put, *remove]))
    # Removed first: together with the new ones they may be more than AWS takes.
    refusal = (partner_central.untag(arn, remove) if remove else None) or (
        partner_central.tag(arn, put) if put else None
    )
    aside = tagging.refused(refusal, mapping.load()) if refusal else ()
    results = sync_state.record(pair, fence, results, tagged=not refusal, refused_aside=aside)
    next_ = next_step(plan, results, after=Step.TAG_OPPORTUNITY)
    return Result(outcome="REFUSED" if refusal else "TAGGED", next=next_)
