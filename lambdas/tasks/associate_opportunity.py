"""Link the pair's opportunity with the solutions it lacks."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain.plan import Step
from lambdas.domain.records import Problem
from lambdas.domain.refusals import problems_of
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
    first did not get to.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    identifier = plan.opportunity or results.created
    if identifier is None:
        raise Conflict("the plan has nothing to associate with")
    opportunity = partner_central.must_see(identifier)
    refused: tuple[Problem, ...] = ()
    for solution in plan.associate:
        sync_state.audit(pair, fence, f"associate solution {solution}", target=opportunity.id)
        if solution in opportunity.solutions:
            continue
        if refusal := partner_central.associate_solution(opportunity.id, solution):
            refused += problems_of(refusal, mapping.load())
    results = sync_state.record(pair, fence, results, refused=refused)
    next_ = next_step(plan, results, after=Step.ASSOCIATE_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "ASSOCIATED", next=next_)
