"""The one decision: both sides as they are now, what they agreed on last, and what is to be done about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable
from typing import Any, Final

from lambdas.domain import (
    adoption,
    associations,
    beside,
    bodies,
    companies,
    fields,
    involvement,
    launching,
    locks,
    milestones,
    notes,
    paths,
    preflight,
    spend,
    stages,
    telling,
    todos,
    transforms,
    wishes,
)
from lambdas.domain import deletion as deletions
from lambdas.domain import submission as submissions
from lambdas.domain.fields import Wanted
from lambdas.domain.lookups import NOTHING, Known
from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.merge import Agreed, Merge, Rule, merge
from lambdas.domain.plan import Change, Plan
from lambdas.domain.records import ORDINARY, Base, Deal, Deletion, Opportunity, PortalFacts, Problem, Submission
from lambdas.domain.situation import Situation
from lambdas.domain.stages import STAGE
from lambdas.domain.transforms import Context, Unfit
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


def digest(opportunity: Opportunity) -> str:
    """Of all that AWS shows, but for the date of the last write: the same again, and AWS has nothing new to say."""
    body = {name: value for name, value in opportunity.body.items() if name != "LastModifiedDate"}
    shown = json.dumps([body, opportunity.summary], sort_keys=True, default=str)
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
        problems=(*problems, *wish.problems),
        notices=(*wish.notices, *early.notices, *news),
        notices_if_refused=(*(wish.not_done or wish.notices), *early.notices, *news),
    )


def _in_step_with(now: Situation, opportunity: Opportunity) -> Plan:
    said, shown = fields.wanted(now.deal, now.mapping, now.portal), fields.seen(opportunity, now.mapping)
    unechoed = fields.unechoed(shown, now.base)
    seen = shown | unechoed | associations.undescribed(said.fields, shown, now)
    unfit = _unfit_for_hubspot(now, seen)
    other = beside.decide(now)
    launch = launching.launch(now, said.fields, other.standing)
    said = companies.speak(now, stages.speak(said, seen, launches=launch.goes), seen)
    said = adoption.without_fixed_id(said, opportunity)
    asked_again = involvement.asked_again(opportunity)
    seen |= asked_again
    over = said.idle | stages.unsettled(seen) | asked_again.keys()
    agreed = {path: value for path, value in now.base.fields.items() if path not in over}
    merged = merge(
        now.base.model_copy(update={"fields": agreed}),
        said.fields,
        seen,
        locks.locked_in(opportunity.review_status),
        _rules(now, unfit, said, seen),
    )
    to_aws, too_late = preflight.sift(now, seen, merged.to_aws, said.problems)
    too_early = stages.too_early(now, merged, seen, other.standing)
    to_aws = tuple(change for change in to_aws if change.path not in too_early.paths)
    move = stages.after_merge(now, said.fields.get(STAGE), seen.get(STAGE), merged)
    still_open = _still_open(said.problems, opportunity)
    closed = [problem.path for problem in said.problems if problem not in still_open]
    fixed = [path for path in closed if path is not None and _was_agreed(now, path)]
    problems = [*still_open, *too_late, *too_early.problems, *other.problems]
    wish = wishes.submission(now, other.standing, problems, seen | {change.path: change.after for change in to_aws})
    news = (
        *telling.waiting(now.deal, opportunity, (*merged.held, *fixed), now.mapping),
        *_left_apart(unfit, said, seen, to_aws),
        *telling.rejected(opportunity),
        *telling.unkept(now.deal, opportunity, said.fields, now.mapping),
        *spend.dropped_estimate(now, said.fields, seen, to_aws),
        *preflight.left_out(now, said.idle),
        *other.notices,
        *involvement.told(now),
    )
    return _plan(
        now,
        **other.steps,
        **other.facts,
        update=bodies.update_body(opportunity.body, to_aws, now.mapping, unechoed=unechoed) if to_aws else None,
        changes=to_aws,
        submit=wish.submit,
        asked=wish.asked,
        launching=launch.stands,
        deal_changes=fields.undisclosed_defaults(now.deal, now.mapping, now.portal)
        | _taken_over(now, merged)
        | other.deal_changes
        | move.properties
        | adoption.origin(now)
        | _shown(now),
        company_changes=companies.filled(now, merged),
        problems=(
            *problems,
            *wish.problems,
            *launch.problems,
            *move.problems,
            *telling.asked_by_aws(opportunity, to_aws),
            *deletions.rivals(opportunity.id, now.rivals),
        ),
        held=(*_held(opportunity, merged), *other.held),
        notes=(*adoption.news(now), *involvement.decision(now)),
        notices=(*wish.notices, *launch.notices, *news),
        notices_if_refused=(*(wish.not_done or wish.notices), *(launch.not_done or launch.notices), *news),
        lost=merged.lost,
        base_fields=merged.base,
    )


def _plan(now: Situation, **decided: Any) -> Plan:
    """The plan with what every plan says."""
    opportunity, base_fields = now.opportunity, decided.get("base_fields", {})
    changes: dict[str, str] = {
        name: value
        for name, value in decided.pop("deal_changes", {}).items()
        if (now.deal.get(name) or "") != value.strip()
    }
    shows = digest(opportunity) if opportunity else ""
    is_left_alone = decided.get("paused") or decided.get("hands_off") or decided.get("abandoned")
    agreed = Base(
        fields=base_fields if opportunity else {},
        known=opportunity is not None,
        digest=shows,
        asked=decided.get("asked", False),
        launching=decided.get("launching", False),
        told=now.submission.generation if now.submission else 0,
        timeline=now.base.timeline,
        beside=decided.get("beside", now.base.beside),
        linking=decided.get("linking", {}),
    )
    news = () if now.deal.archived else (*notes.news(now, decided.get("lost", ())), *decided.pop("notes", ()))
    facts: dict[str, Any] = {
        "pair": now.pair,
        "fence": now.fence,
        "deal": now.deal.id,
        "company": now.deal.company.id if now.deal.company else None,
        "opportunity": opportunity.id if opportunity else None,
        "last_modified": opportunity.last_modified if opportunity else None,
        "review_status": opportunity.review_status if opportunity else None,
        "digest": shows,
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


def _written_names(mapping: Mapping) -> list[str]:
    """Deal properties that Cosell may write without having been asked by a merge."""
    return [row.property for row in mapping.active if row.object == "deal" and row.writer != "seller"] + ["aws_action"]


# Fields


def _rules(now: Situation, unfit: Container[str], said: Wanted, seen: dict[str, Any]) -> dict[str, Rule]:
    follows = stages.may_follow(now, said.fields.get(STAGE), seen.get(STAGE))
    return {
        field.path: Rule(
            policy=field.policy,
            flows_back=follows
            if field.path == STAGE
            else (field.back is not None and field.path not in unfit and not spend.stays(field.path, seen))
            or field.path in said.fillable,
            personal=field.personal,
            is_default=field.path in said.defaults,
        )
        for field in now.mapping.fields
    }


def _unfit_for_hubspot(now: Situation, seen: dict[str, Any]) -> dict[str, Row]:
    """Fields that have a value at AWS that their property could not hold, with the property."""
    found = {}
    for field in now.mapping.fields:
        row = fields.taker(field, now.deal, now.mapping)
        try:
            if row is not None:
                transforms.to_hubspot(seen.get(field.path), Context(now.mapping, row, now.deal, portal=now.portal))
        except Unfit:
            found[field.path] = field.rows[0]
    return found


def _created(now: Situation, values: dict[str, Any]) -> tuple[Change, ...]:
    personal = {field.path for field in now.mapping.fields if field.personal}
    return tuple(Change(path=path, after=value, personal=path in personal) for path, value in values.items())


def _still_open(problems: Iterable[Problem], opportunity: Opportunity) -> list[Problem]:
    """Without those of fields that AWS has fixed for good: nobody needs to mend them."""
    status = opportunity.review_status
    if status not in {locks.APPROVED, locks.REJECTED}:
        return list(problems)
    is_locked = locks.locked_in(status)
    return [problem for problem in problems if problem.path is None or not is_locked(problem.path)]


def _was_agreed(now: Situation, path: str) -> bool:
    """Whether HubSpot has had a value of the field: what it has now instead is somebody's edit."""
    return Agreed.read(now.base.fields.get(path)).hubspot is not None


def _taken_over(now: Situation, merged: Merge) -> dict[str, str]:
    """The deal properties that take AWS's value."""
    rows = {field.path: fields.taker(field, now.deal, now.mapping) for field in now.mapping.fields}
    changes = [(rows[change.path], change.after) for change in merged.to_hubspot]
    return {
        row.property: transforms.to_hubspot(value, Context(now.mapping, row, now.deal, portal=now.portal))
        for row, value in changes
        if row is not None
    }


def _left_apart(unfit: dict[str, Row], said: Wanted, seen: dict[str, Any], to_aws: Iterable[Change]) -> tuple[str, ...]:
    sent = {change.path for change in to_aws}
    apart = [row for path, row in unfit.items() if path not in sent and said.fields.get(path) != seen[path]]
    return tuple(f"{row.label}: AWS has a value that this property has no option for; it stays there." for row in apart)


def _held(opportunity: Opportunity, merged: Merge) -> tuple[str, ...]:
    """Edits that go out by themselves once AWS's review is through."""
    if opportunity.review_status in {locks.APPROVED, locks.REJECTED}:
        return ()
    return merged.held


def _shown(now: Situation) -> dict[str, str]:
    if now.opportunity is None:
        return {}
    return telling.shown_by_aws(now.deal, now.opportunity, now.submission, now.mapping) | milestones.dates(now)
