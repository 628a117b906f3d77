"""Link the pair's opportunity with what it lacks: solutions, AWS products, a private offer."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lambdas import mapping
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain import associations, linking
from lambdas.domain.associated import Association
from lambdas.domain.plan import Step
from lambdas.domain.records import Problem
from lambdas.domain.refusals import Refusal
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
    here = _Here(pair, fence, opportunity.id)
    refused = linking.link(
        plan.associate,
        opportunity.related,
        plan.disassociate,
        associate=here.associate,
        disassociate=here.disassociate,
    )
    results = sync_state.record(pair, fence, results, refused=refused)
    next_ = next_step(plan, results, after=Step.ASSOCIATE_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "ASSOCIATED", next=next_)


class _Here(NamedTuple):
    """Each verb returns why AWS refused, if it did."""

    pair: str
    fence: int
    opportunity: str

    def associate(self, one: Association) -> tuple[Problem, ...]:
        sync_state.audit(self.pair, self.fence, f"associate {one.words}", target=self.opportunity)
        return self._said(one, partner_central.associate(self.opportunity, one))

    def disassociate(self, old: Association) -> tuple[Problem, ...]:
        sync_state.audit(self.pair, self.fence, f"disassociate {old.words}", target=self.opportunity)
        return self._said(old, partner_central.disassociate(self.opportunity, old))

    def _said(self, one: Association, refusal: Refusal | None) -> tuple[Problem, ...]:
        return associations.refused(refusal, one, mapping.load()) if refusal else ()
