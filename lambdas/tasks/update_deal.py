"""Show on the deal what AWS has and what the seller should know, and remember what both sides agree on."""

from __future__ import annotations

from typing import Literal

from lambdas.adapters import hubspot, sync_state, turns
from lambdas.domain.plan import Step
from lambdas.domain.status import base_after, present
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["UPDATED", "UNCHANGED"]
    next: Step = Step.FINISH_TURN


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    HubSpot has no lock: holding the turn is what keeps two runs apart, and an edit that a person makes in the seconds
    between the plan's read and this write is theirs only if it touches another property. The agreed values are saved
    after the write: were they saved before it, a lost write would look like an edit by the seller.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    properties = present(plan, results)
    if properties:
        sync_state.audit(pair, fence, "update deal", target=plan.deal, changes=plan.lost, properties=sorted(properties))
        hubspot.update_deal(plan.deal, properties)
    if base := base_after(plan, results):
        sync_state.save_base(pair, base)
    return Result(outcome="UPDATED" if properties else "UNCHANGED")
