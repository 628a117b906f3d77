"""Read both sides as they are now, and decide what this round does."""

from __future__ import annotations

from functools import partial
from typing import Literal

from lambdas import mapping, runtime
from lambdas.adapters import (
    deletions,
    erasure,
    hubspot,
    hubspot_account,
    links,
    lookups,
    merges,
    partner_central,
    surroundings,
    sync_state,
    turns,
)
from lambdas.adapters.observing import observed
from lambdas.adapters.partner_central import Made
from lambdas.domain import adoption, events, fields, stages
from lambdas.domain.intents import CREATE_OPPORTUNITY, Intent
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.planning import digest, make_plan
from lambdas.domain.records import Base, Deal, Deletion, Opportunity, Submission
from lambdas.domain.status import next_step
from lambdas.domain.submission import is_following
from lambdas.errors import Misconfigured
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
    if events.PRIVACY in woken_by:
        sync_state.audit(pair, fence, "forget a person", target=pair)
        erasure.erase(pair, _personal())
    link = links.of(pair)
    plan = _retired(pair, fence, link) if link.merged_into else _decided(pair, fence, link, woken_by)
    if events.PRIVACY in woken_by:
        plan = erasure.without_before(plan)
    if plan.in_mass:
        deletions.hold(pair)
        runtime.count("HeldDeletions", "many deals deleted at once: opportunities stay until it is confirmed")
    if settings().mode == "observe":
        plan = observed(plan)
    sync_state.put_plan(plan)
    names = [change.path for change in plan.changes] + list(plan.deal_changes)
    return Result(next=next_step(plan, Results(), after=None), changed=tuple(names))


def _retired(pair: str, fence: int, link: links.Link) -> Plan:
    """The deal was merged into one that has another pair: nothing is left to do for this one."""
    surroundings.surround(pair, link.around, frozenset())
    return Plan(pair=pair, fence=fence, deal=link.deal or "", hands_off=True)


def _decided(pair: str, fence: int, link: links.Link, woken_by: frozenset[str]) -> Plan:
    intent = sync_state.intent(pair, CREATE_OPPORTUNITY) if link.opportunity is None else None
    made = _made_before(pair, intent) if intent else Made(link.opportunity)
    if intent and made.alike:
        return _asks_aws(pair, fence, link.deal or "", intent)
    opportunity = partner_central.read(made.id) if made.id else None
    base = _base(pair, opportunity)
    if base.overwriting and link.deal and settings().mode == "live":
        return Plan(pair=pair, fence=fence, deal=link.deal, opportunity=made.id, look_after=base.overwriting)
    submission = _submission(pair, made.id)
    if link.deal is None:
        return _first_deal(pair, fence, link.portal, opportunity)
    if woken_by == {"aws"} and not link.rivals and _nothing_new(opportunity, base, submission):
        return Plan(pair=pair, fence=fence, deal=link.deal, opportunity=made.id)
    deal = _deal(link.portal, link.deal)
    if stage := stages.unmapped(deal, mapping.load()):
        runtime.count("UnmappedStages", f"{stage} is not in the field mapping")
    if not deal.archived:
        surroundings.surround(pair, link.around, surroundings.of_deal(deal))
    decide = partial(
        make_plan,
        pair=pair,
        fence=fence,
        deal=deal,
        opportunity=opportunity,
        base=base,
        submission=submission,
        settings=settings(),
        mapping=mapping.load(),
        now=runtime.now(),
        portal=hubspot_account.facts(link.portal),
        deletion=_deletion(pair, fence, deal, woken_by) if opportunity else None,
        rivals=merges.open_rivals(pair, link),
    )
    plan = decide()
    return decide(known=lookups.answer(plan.lookups)) if plan.lookups else plan


def _made_before(pair: str, intent: Intent) -> Made:
    """The opportunity that an earlier run made and did not get to linking, or those among which it may be.

    What stands in the way of creating it now (an edit, a pause, a deletion) must not leave it an orphan.
    """
    made = partner_central.look_for(intent)
    if made.id:
        links.join(pair, made.id)
        return made
    can_ask = settings().mode == "live" and not intent.is_old(runtime.now())
    catalog = settings().catalog
    return Made(alike=tuple(one for one in made.alike if can_ask and links.pair_of_opportunity(catalog, one) is None))


def _asks_aws(pair: str, fence: int, deal: str, intent: Intent) -> Plan:
    """AWS does not show whose they are. The same request under the same token tells, and another round goes on."""
    turns.wish(pair, "cosell")
    return Plan(pair=pair, fence=fence, deal=deal, create=intent.body)


def _base(pair: str, opportunity: Opportunity | None) -> Base:
    """What both sides agreed on last; at first, what Cosell made the opportunity of: whatever differs is an edit."""
    base = sync_state.base(pair)
    if opportunity is None or base.known:
        return base
    intent = sync_state.intent(pair, CREATE_OPPORTUNITY)
    if intent is None:
        return base
    told = fields.sent(intent.body, mapping.load())
    return base.model_copy(update={"known": True, "fields": told | (_forgotten() if intent.erased else {})})


def _forgotten() -> dict[str, str]:
    return dict.fromkeys(_personal(), erasure.ERASED)


def _personal() -> list[str]:
    return [field.path for field in mapping.load().fields if field.personal]


def _deletion(pair: str, fence: int, deal: Deal, woken_by: frozenset[str]) -> Deletion | None:
    """That somebody deleted the deal, noted once its event has come; None where it came to its end otherwise."""
    at = deal.archived_at
    if at is None:
        return None
    if events.DELETION in woken_by:
        sync_state.audit(pair, fence, "deal deleted", target=deal.id)
        deletions.note(pair, at)
    elif not deletions.is_noted(pair, at):
        return None
    is_due = runtime.now() >= at + settings().deletion_grace * deletions.HOUR
    return Deletion(at=at, in_mass=is_due and deletions.are_many(at))


def _first_deal(pair: str, fence: int, portal: str, opportunity: Opportunity | None) -> Plan:
    """The plan that makes the deal of an opportunity that was made at AWS."""
    if opportunity is None:
        raise Misconfigured(f"pair {pair} has neither deal nor opportunity")
    new_deal = adoption.new_deal(opportunity, portal, settings(), mapping.load())
    return Plan(pair=pair, fence=fence, deal="", opportunity=opportunity.id, new_deal=new_deal)


def _deal(portal: str, deal: str) -> Deal:
    """The deal as it is now; one that is gone stays linked and is left alone."""
    found = hubspot.read_deal(portal, deal, mapping.load())
    return found or Deal(id=deal, portal=portal, properties={}, archived=True)


def _submission(pair: str, opportunity: str | None) -> Submission | None:
    """The submission of this opportunity, with its task as AWS has it now while that is under way.

    What has come to its end is remembered: nobody needs to ask for it again.
    """
    known = sync_state.submission(pair)
    if known is None or opportunity is None or not is_following(known):
        return known
    task_now = partner_central.submission_task(opportunity, known.task.id)
    now = known.model_copy(update={"task": task_now or known.task})
    if not is_following(now):
        sync_state.record_submission(pair, now)
    return now


def _nothing_new(opportunity: Opportunity | None, base: Base, submission: Submission | None) -> bool:
    """AWS woke us, and shows what it showed when both sides last agreed: HubSpot need not be read at all.

    Unless an earlier round got there, and did not get to telling the seller.
    """
    if base.timeline.unfinished:
        return False
    return opportunity is not None and not is_following(submission) and base.digest == digest(opportunity, submission)
