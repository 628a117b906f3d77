"""Create the pair's opportunity at Partner Central, exactly once."""

from __future__ import annotations

from typing import Literal, NoReturn

from lambdas import mapping, runtime
from lambdas.adapters import links, partner_central, sync_state, turns
from lambdas.adapters.erasure import ERASED
from lambdas.domain.intents import CREATE_OPPORTUNITY, Intent, likeness
from lambdas.domain.plan import Step
from lambdas.domain.records import Base
from lambdas.domain.refusals import Refusal, problems_of
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["CREATED", "REFUSED"]
    next: Step
    opportunity: str | None = None


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    Token and body are stored before the first call and sent unchanged ever after: a retry, a redrive or a run after
    a lost answer gets the opportunity that the first call made. AWS forgets tokens after an unknown time, so an old
    intent is looked up before it is sent again.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    if plan.create is None:
        raise Conflict("the plan has nothing to create")
    intent = sync_state.write_ahead(pair, CREATE_OPPORTUNITY, plan.create)
    # An earlier run's body, which is sent unchanged, is in the trail already, under that run's fence.
    changes = plan.changes if intent.body == plan.create else ()
    sync_state.audit(pair, fence, "create opportunity", target=plan.deal, changes=changes)
    sync_state.announce(pair, likeness(intent.body))
    is_uncertain = intent.erased or intent.is_old(runtime.now())
    found = partner_central.find_created_by(intent) if is_uncertain else None
    if intent.erased:
        _plan_without(pair, intent, found)
    answer = found or partner_central.create_opportunity(intent)
    if isinstance(answer, Refusal):
        # A definite no: the next body is another request, so it gets another token.
        sync_state.close_intent(pair, CREATE_OPPORTUNITY, intent.generation)
        results = sync_state.record(pair, fence, results, refused=problems_of(answer, mapping.load()))
        return Result(outcome="REFUSED", next=next_step(plan, results, after=Step.CREATE_OPPORTUNITY))
    links.join(pair, answer)
    results = sync_state.record(pair, fence, results, created=answer, refused=())
    return Result(outcome="CREATED", next=next_step(plan, results, after=Step.CREATE_OPPORTUNITY), opportunity=answer)


def _plan_without(pair: str, intent: Intent, found: str | None) -> NoReturn:
    """Raises Conflict: a person was forgotten since this body was stored, so it is not sent again.

    What it made still has that person, and an agreement that says so, or else nobody would take them off there.
    """
    if found:
        personal = [field.path for field in mapping.load().fields if field.personal]
        sync_state.save_base(pair, Base(known=True, fields=dict.fromkeys(personal, ERASED)))
        links.join(pair, found)
    else:
        sync_state.close_intent(pair, CREATE_OPPORTUNITY, intent.generation)
    raise Conflict("a person was forgotten in what was to be created: it has to be planned anew")
