"""Submit the pair's opportunity for AWS's review."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping, runtime
from lambdas.adapters import partner_central, sync_state, turns
from lambdas.domain.intents import Intent
from lambdas.domain.plan import Step, Submit
from lambdas.domain.records import Submission, SubmissionTask
from lambdas.domain.refusals import Refusal, problems_of
from lambdas.domain.status import next_step
from lambdas.errors import Conflict
from lambdas.runtime import Message, task
from lambdas.settings import settings

PURPOSE = "submit_opportunity"


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["SUBMITTED", "REFUSED"]
    next: Step


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    The task that AWS starts is asynchronous; later rounds follow it. Its token is stored before the first call, so a
    second run gets the same task; only after a definite failure does the plan ask for a new generation.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    opportunity = plan.opportunity or results.created
    if plan.submit is None or opportunity is None:
        raise Conflict("the plan has nothing to submit")
    sync_state.audit(pair, fence, "submit opportunity", target=opportunity)
    generation, started, answer = _submit(pair, opportunity, plan.submit)
    refused = problems_of(answer, mapping.load()) if isinstance(answer, Refusal) else ()
    task_now = SubmissionTask(id=None, status="FAILED") if isinstance(answer, Refusal) else answer
    submission = Submission(generation=generation, started=started, task=task_now, refused=refused)
    sync_state.record_submission(pair, submission)
    if refused:
        # After it is on record: the plan asks for the generation after the one that it knows to have failed.
        sync_state.close_intent(pair, PURPOSE, generation)
    results = sync_state.record(pair, fence, results, refused=refused, submitted=not refused)
    next_ = next_step(plan, results, after=Step.SUBMIT_OPPORTUNITY)
    return Result(outcome="REFUSED" if refused else "SUBMITTED", next=next_)


def _submit(pair: str, opportunity: str, submit: Submit) -> tuple[int, float, SubmissionTask | Refusal]:
    """The generation that was sent, since when, and what AWS says."""
    if settings().submission == "direct":
        return submit.generation, runtime.now(), partner_central.submit_directly(opportunity, submit)
    body = {"Identifier": opportunity, "AwsSubmission": _terms(submit)}
    intent = sync_state.write_ahead(pair, PURPOSE, body, generation=submit.generation)
    return intent.generation, intent.written, _start(opportunity, intent)


def _terms(submit: Submit) -> dict[str, str]:
    return {"InvolvementType": submit.involvement, "Visibility": submit.visibility}


def _start(opportunity: str, intent: Intent) -> SubmissionTask | Refusal:
    """AWS forgets tokens after an unknown time: an old intent's task is looked for before it is started again."""
    found = partner_central.submission_task(opportunity, None) if intent.is_old(runtime.now()) else None
    if found is not None and found.status != "FAILED":
        return found
    return partner_central.start_submission(intent)
