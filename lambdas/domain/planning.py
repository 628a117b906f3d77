"""The one decision: both sides as they are now, what they agreed on last, and what is to be done about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Dict
from typing import Any, Final

from lambdas.domain import (
    adoption,
    beside,
    bodies,
    comparison,
    fields,
    involvement,
    launching,
    milestones,
    notes,
    paths,
    preflight,
    stages,
    team,
    telling,
    todos,
    wishes,
)
from lambdas.domain import deletion as deletions
from lambdas.domain import submission as submissions
from lambdas.domain.lookups import NOTHING, Known
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Change, Plan
from lambdas.domain.records import ORDINARY, Base, Deal, Deletion, Opportunity, PortalFacts, Submission
from lambdas.domain.rules import STAGE
from lambdas.domain.situation import Situation
from lambdas.settings import Settings

STATUS_AND_MESSAGE: Final = ("aws_sync_status", "aws_sync_message")


def make_plan(  # noqa: PLR0913 - what a decision looks at, each by name
    *,
    pair: str,
    fence: int,
    deal: Deal,
    opportunity: Opportunity | None,
    base: Base,
    submission: Submission | None,
    settings: Settings,
    mapping: Mapping,
    now: float,
    portal: PortalFacts = ORDINARY,
    deletion: Deletion | None = None,
    rivals: tuple[str, ...] = (),
    known: Known = NOTHING,
) -> Plan:
    """Decides everything about one round; pure. `now` is in seconds since the epoch.

    A plan without steps, for which `status.present` has nothing to write, means that both sides are in step.
    """
    situation = Situation(
        pair, fence, deal, opportunity, base, submission, settings, mapping, now, portal, deletion, rivals, known
    )
    is_shared = deal.get("aws_share") == "yes"
    if deal.archived or (opportunity is None and not is_shared):
        return _hands_off(situation)
    if not is_shared:
        return _paused(situation)
    if stages.is_abandoned(situation):
        return _abandoned(situation)
    return _to_create(situation) if opportunity is None else _in_step_with(situation, opportunity)


def digest(opportunity: Opportunity, submission: Submission | None) -> str:
    """Of all that AWS shows, but for the date of the last write: the same again, and AWS has nothing new to say."""
    body = {name: value for name, value in opportunity.body.items() if name != "LastModifiedDate"}
    is_over = submission is not None and not submissions.is_following(submission)
    ended = [submission.generation, submission.task.status] if submission is not None and is_over else []
    shown = json.dumps([body, opportunity.summary, *ended], sort_keys=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()


# The four situations


def _hands_off(now: Situation) -> Plan:
    left_over = {} if now.deal.archived else {name: "" for name in STATUS_AND_MESSAGE if now.deal.get(name)}
    deleted = deletions.judge(now)
    return _plan(
        now,
        hands_off=True,
        deal_changes=left_over,
        clear_action=False,
        base_fields=now.base.fields,
        update=deleted.update,
        changes=deleted.changes,
        look_again=deleted.look_again,
        in_mass=deleted.in_mass,
    )


def _paused(now: Situation) -> Plan:
    """Nothing is sent; what AWS decides is still shown. Edits on either side keep until the deal is shared again."""
    notices = (
        ()
        if now.action in {None, "refresh"}
        else (f"{now.action_label(now.action)}: not done, because the deal is paused.",)
    )
    return _plan(
        now,
        paused=True,
        deal_changes=_shown(now),
        problems=adoption.question(now.deal, now.base),
        notes=adoption.news(now),
        notices=notices,
        base_fields=now.base.fields,
    )


def _abandoned(now: Situation) -> Plan:
    """Nothing is sent to a draft whose deal is lost. Edits keep, in case the deal is opened again."""
    return _plan(
        now,
        abandoned=True,
        deal_changes=_shown(now),
        notices=stages.about_abandoned(now),
        base_fields=now.base.fields,
    )


def _to_create(now: Situation) -> Plan:
    said = fields.wanted(now.deal, now.mapping, now.portal)
    values = {path: value for path, value in said.fields.items() if value is not None}
    if STAGE in values:
        values[STAGE] = stages.at_creation(values[STAGE])
    other = beside.decide(now)
    problems = [*said.problems, *preflight.problems(now, values, but=said.problems), *other.problems]
    problems += stages.silent(now)
    wish = wishes.submission(now, other.standing, problems, values)
    early = launching.launch(now, values, ())
    news = (*preflight.left_out(now, said.idle), *other.notices)
    can_create = not problems
    return _plan(
        now,
        create=bodies.create_body(values, now.mapping) if can_create else None,
        **(other.steps if can_create else {}),
        **other.facts,
        changes=_created(now, values) if can_create else (),
        submit=wish.submit,
        asked=wish.asked,
        deal_changes=fields.undisclosed_defaults(now.deal, now.mapping, now.portal),
        problems=(*problems, *wish.problems, *other.aside),
        notices=(*wish.notices, *early.notices, *news),
        notices_if_refused=(*(wish.not_done or wish.notices), *early.notices, *news),
    )


def _in_step_with(now: Situation, opportunity: Opportunity) -> Plan:
    other = beside.decide(now)
    both = comparison.compare(now, opportunity, other.standing)
    problems = (*both.problems, *other.problems)
    wish = wishes.submission(now, other.standing, problems, both.afterwards)
    launch, news = both.launch, (*both.notices, *other.notices, *involvement.told(now))
    return _plan(
        now,
        **other.steps,
        **other.facts,
        update=both.update,
        changes=both.to_aws,
        submit=wish.submit,
        asked=wish.asked,
        launching=launch.stands,
        deal_changes=fields.undisclosed_defaults(now.deal, now.mapping, now.portal)
        | both.deal_changes
        | other.deal_changes
        | adoption.origin(now)
        | _shown(now),
        company_changes=both.company_changes,
        contact_roles=team.contact_roles(now.deal, opportunity, now.mapping),
        new_contacts=team.new_contacts(now),
        problems=(
            *problems,
            *wish.problems,
            *other.aside,
            *launch.problems,
            *both.questions,
            *telling.asked_by_aws(opportunity, both.to_aws),
            *deletions.rivals(opportunity.id, now.rivals),
        ),
        held=(*both.held, *other.held),
        notes=(*adoption.news(now), *involvement.decision(now)),
        notices=(*wish.notices, *launch.notices, *news),
        notices_if_refused=(*(wish.not_done or wish.notices), *(launch.not_done or launch.notices), *news),
        lost=both.lost,
        base_fields=both.agreed,
    )


def _plan(now: Situation, **decided: Any) -> Plan:
    """The plan with what every plan says."""
    opportunity = now.opportunity
    changes: dict[str, str] = {
        name: value
        for name, value in decided.pop("deal_changes", {}).items()
        if (now.deal.get(name) or "") != value.strip()
    }
    is_left_alone = decided.get("paused") or decided.get("hands_off") or decided.get("abandoned")
    agreed = _agreement(now, decided)
    news = () if now.deal.archived else (*notes.news(now, decided.get("lost", ())), *decided.pop("notes", ()))
    facts: dict[str, Any] = {
        "pair": now.pair,
        "fence": now.fence,
        "deal": now.deal.id,
        "company": now.deal.company.id if now.deal.company else None,
        "opportunity": opportunity.id if opportunity else None,
        "last_modified": opportunity.last_modified if opportunity else None,
        "review_status": opportunity.review_status if opportunity else None,
        "digest": agreed.digest,
        "stage": paths.get(opportunity.body, STAGE) if opportunity else None,
        "following": submissions.is_following(now.submission),
        "overdue": submissions.is_overdue(now.submission, now.now),
        "clear_action": now.action is not None,
        "deal_changes": changes,
        "base_changed": not is_left_alone and agreed != now.base,
        "told": agreed.told,
        "beside": agreed.beside,
        "timeline": notes.owing(now, news),
        "addressee": todos.addressee(now),
        "shown": {name: now.deal.get(name) for name in (*_written_names(now.mapping), *changes)},
    }
    return Plan.model_validate(facts | decided)


def _agreement(now: Situation, decided: Dict[str, Any]) -> Base:
    """What will be remembered: the same as before, and it need not be saved."""
    opportunity = now.opportunity
    return Base(
        fields=decided.get("base_fields", {}) if opportunity else {},
        known=opportunity is not None,
        digest=digest(opportunity, now.submission) if opportunity else "",
        asked=decided.get("asked", False),
        launching=decided.get("launching", False),
        told=now.submission.generation if now.submission else 0,
        timeline=now.base.timeline,
        beside=decided.get("beside", now.base.beside),
        linking=decided.get("linking", {}),
    )


def _written_names(mapping: Mapping) -> list[str]:
    """Deal properties that Cosell may write without having been asked by a merge."""
    return [row.property for row in mapping.active if row.object == "deal" and row.writer != "seller"] + ["aws_action"]


def _created(now: Situation, values: dict[str, Any]) -> tuple[Change, ...]:
    personal = {field.path for field in now.mapping.fields if field.personal}
    return tuple(Change(path=path, after=value, personal=path in personal) for path, value in values.items())


def _shown(now: Situation) -> dict[str, str]:
    if now.opportunity is None:
        return {}
    return telling.shown_by_aws(now.deal, now.opportunity, now.submission, now.mapping) | milestones.dates(now)
