"""Read both sides as they are now, and decide what this round does."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping, runtime
from lambdas.adapters import hubspot, links, partner_central, sync_state, turns
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import digest, make_plan
from lambdas.domain.records import Base, Deal, Opportunity, Submission
from lambdas.domain.status import next_step
from lambdas.domain.submission import is_following
from lambdas.runtime import Message, task
from lambdas.settings import settings


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["PLANNED"] = "PLANNED"
    next: Step
    changed: tuple[str, ...]
    """Names of the fields that will change at AWS and of the properties that will change at HubSpot; never values."""


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    The turn is marked before the first read. Whatever arrives after the mark finds the turn taken and leaves a wish
    that the mark does not cover, so finishing sees it.
    """
    pair, fence = request.pair, request.fence
    woken_by = turns.mark(pair, fence)
    link, base = links.of(pair), sync_state.base(pair)
    opportunity = partner_central.read(link.opportunity) if link.opportunity else None
    submission = _submission(pair, link.opportunity)
    if woken_by == {"aws"} and _nothing_new(opportunity, base, submission):
        plan = Plan(pair=pair, fence=fence, deal=link.deal, opportunity=link.opportunity)
    else:
        plan = make_plan(
            pair=pair,
            fence=fence,
            deal=_deal(link),
            opportunity=opportunity,
            base=base,
            submission=submission,
            settings=settings(),
            mapping=mapping.load(),
            now=runtime.now(),
        )
    sync_state.put_plan(plan)
    names = [change.path for change in plan.changes] + list(plan.deal_changes)
    return Result(next=next_step(plan, Results(), after=None), changed=tuple(names))


def _deal(link: links.Link) -> Deal:
    """The deal as it is now; one that is gone stays linked and is left alone."""
    found = hubspot.read_deal(link.portal, link.deal, mapping.load())
    return found or Deal(id=link.deal, portal=link.portal, properties={}, archived=True)


def _submission(pair: str, opportunity: str | None) -> Submission | None:
    """The submission of this opportunity, with its task as AWS has it now while that is under way."""
    known = sync_state.submission(pair)
    if known is None or opportunity is None or not is_following(known):
        return known
    task_now = partner_central.submission_task(opportunity, known.task.id)
    return known.model_copy(update={"task": task_now or known.task})


def _nothing_new(opportunity: Opportunity | None, base: Base, submission: Submission | None) -> bool:
    """AWS woke us, and shows what it showed when both sides last agreed: HubSpot need not be read at all."""
    return opportunity is not None and not is_following(submission) and base.digest == digest(opportunity)
