"""The one decision: both sides as they are now, what they agreed on last, and what is to be done about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable
from typing import Any, Final

from lambdas.domain import bodies, fields, locks, paths, telling, transforms, wishes
from lambdas.domain import submission as submissions
from lambdas.domain.fields import Wanted
from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.merge import Merge, Rule, merge
from lambdas.domain.plan import Change, Plan
from lambdas.domain.records import ORDINARY, Base, Deal, Opportunity, PortalFacts, Problem, Submission
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import Context, Unfit
from lambdas.settings import Settings

CLOSE_DATE: Final = "LifeCycle.TargetCloseDate"
STAGE: Final = "LifeCycle.Stage"
STATUS_AND_MESSAGE: Final = ("aws_sync_status", "aws_sync_message")
LATE_STAGES: Final = frozenset({"Committed", "Launched"})
LAST_BEFORE_LATE: Final = "Business Validation"
"""A late stage needs a solution, and a solution an opportunity to be linked to: a draft begins one stage earlier, and
the deal's own stage waits until AWS has approved it, as every stage of a draft does."""


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
) -> Plan:
    """Decides everything about one round; pure. `now` is in seconds since the epoch.

    A plan without steps, for which `status.present` has nothing to write, means that both sides are in step.
    """
    situation = Situation(pair, fence, deal, opportunity, base, submission, settings, mapping, now, portal)
    is_shared = deal.get("aws_share") == "yes"
    if deal.archived or (opportunity is None and not is_shared):
        return _hands_off(situation)
    if not is_shared:
        return _paused(situation)
    return _to_create(situation) if opportunity is None else _in_step_with(situation, opportunity)


def digest(opportunity: Opportunity) -> str:
    """Of all that AWS shows, but for the date of the last write: the same again, and AWS has nothing new to say."""
    body = {name: value for name, value in opportunity.body.items() if name != "LastModifiedDate"}
    shown = json.dumps([body, opportunity.summary], sort_keys=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()


# The four situations


def _hands_off(now: Situation) -> Plan:
    left_over = {} if now.deal.archived else {name: "" for name in STATUS_AND_MESSAGE if now.deal.get(name)}
    return _plan(now, hands_off=True, deal_changes=left_over, clear_action=False, base_fields=now.base.fields)


def _paused(now: Situation) -> Plan:
    """Nothing is sent; what AWS decides is still shown. Edits on either side keep until the deal is shared again."""
    notices = (
        ()
        if now.action in {None, "refresh"}
        else (f"{now.action_label(now.action)}: not done, because the deal is paused.",)
    )
    return _plan(now, paused=True, deal_changes=_shown(now), notices=notices, base_fields=now.base.fields)


def _to_create(now: Situation) -> Plan:
    said = fields.wanted(now.deal, now.mapping)
    values = {path: value for path, value in said.fields.items() if value is not None}
    if values.get(STAGE) in LATE_STAGES:
        values[STAGE] = LAST_BEFORE_LATE
    solutions = submissions.solutions(now.deal, None, now.settings, now.mapping)
    problems = [*said.problems, *_unfit_for_aws(now, values), *_lost_before_shared(now, values), *solutions.problems]
    wish = wishes.submission(now, solutions.associate, problems)
    can_create = not problems
    return _plan(
        now,
        create=bodies.create_body(values, now.mapping) if can_create else None,
        associate=solutions.associate if can_create else (),
        changes=_created(now, values) if can_create else (),
        submit=wish.submit,
        asked=wish.asked,
        deal_changes=fields.undisclosed_defaults(now.deal, now.mapping),
        problems=(*problems, *wish.problems),
        notices=wish.notices,
        notices_if_refused=wish.not_done or wish.notices,
    )


def _in_step_with(now: Situation, opportunity: Opportunity) -> Plan:
    said, shown = fields.wanted(now.deal, now.mapping), fields.seen(opportunity, now.mapping)
    unechoed = fields.unechoed(shown, now.base)
    seen = shown | unechoed
    unfit = _unfit_for_hubspot(now, seen)
    agreed = {path: value for path, value in now.base.fields.items() if path not in said.idle}
    merged = merge(
        now.base.model_copy(update={"fields": agreed}),
        said.fields,
        seen,
        locks.locked_in(opportunity.review_status),
        _rules(now, unfit),
    )
    too_late = _unfit_for_aws(now, {change.path: change.after for change in merged.to_aws})
    to_aws = tuple(change for change in merged.to_aws if change.path not in {problem.path for problem in too_late})
    solutions = submissions.solutions(now.deal, opportunity, now.settings, now.mapping)
    problems = [*_still_open(said.problems, opportunity), *too_late, *solutions.problems]
    wish = wishes.submission(now, solutions.associate, problems)
    news = (
        *telling.waiting(now.deal, opportunity, merged.held, now.mapping),
        *_left_apart(unfit, said, seen, to_aws),
        *telling.rejected(opportunity),
    )
    return _plan(
        now,
        associate=solutions.associate,
        update=bodies.update_body(opportunity.body, to_aws, now.mapping, unechoed=unechoed) if to_aws else None,
        changes=to_aws,
        submit=wish.submit,
        asked=wish.asked,
        deal_changes=fields.undisclosed_defaults(now.deal, now.mapping) | _taken_over(now, merged) | _shown(now),
        problems=(*problems, *wish.problems, *telling.asked_by_aws(opportunity, to_aws)),
        held=_held(opportunity, merged, solutions_wait=solutions.held),
        notices=(*wish.notices, *news),
        notices_if_refused=(*(wish.not_done or wish.notices), *news),
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
    is_left_alone = decided.get("paused") or decided.get("hands_off")
    agreed = Base(
        fields=base_fields if opportunity else {},
        known=opportunity is not None,
        digest=shows,
        asked=decided.get("asked", False),
        told=now.submission.generation if now.submission else 0,
    )
    facts: dict[str, Any] = {
        "pair": now.pair,
        "fence": now.fence,
        "deal": now.deal.id,
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
        "shown": {name: now.deal.get(name) for name in (*_written_names(now.mapping), *changes)},
    }
    return Plan.model_validate(facts | decided)


def _written_names(mapping: Mapping) -> list[str]:
    """Deal properties that Cosell may write without having been asked by a merge."""
    return [row.property for row in mapping.active if row.object == "deal" and row.writer != "seller"] + ["aws_action"]


# Fields


def _rules(now: Situation, unfit: Container[str]) -> dict[str, Rule]:
    return {
        field.path: Rule(
            policy=field.policy,
            flows_back=field.back is not None and field.path not in unfit,
            personal=field.personal,
        )
        for field in now.mapping.fields
    }


def _unfit_for_hubspot(now: Situation, seen: dict[str, Any]) -> dict[str, Row]:
    """Fields that have a value at AWS that their property could not hold, with the property."""
    found = {}
    for field in now.mapping.fields:
        row = field.back
        try:
            if row is not None:
                transforms.to_hubspot(seen.get(field.path), Context(now.mapping, row, now.deal))
        except Unfit:
            found[field.path] = field.rows[0]
    return found


def _created(now: Situation, values: dict[str, Any]) -> tuple[Change, ...]:
    personal = {field.path for field in now.mapping.fields if field.personal}
    return tuple(Change(path=path, after=value, personal=path in personal) for path, value in values.items())


def _unfit_for_aws(now: Situation, values: dict[str, Any]) -> list[Problem]:
    """What a value is refused for although it is well-formed."""
    close_date = values.get(CLOSE_DATE)
    if close_date is None or close_date >= now.today:
        return []
    row = now.source(CLOSE_DATE)
    return [
        Problem(
            record="deal",
            label=row.label,
            what=f"{close_date} is past; AWS takes today or a later day",
            path=CLOSE_DATE,
        )
    ]


def _lost_before_shared(now: Situation, values: dict[str, Any]) -> list[Problem]:
    if values.get(STAGE) != "Closed Lost":
        return []
    return [
        Problem(record="deal", label=now.source(STAGE).label, what="AWS takes no deal that is already lost", path=STAGE)
    ]


def _still_open(problems: Iterable[Problem], opportunity: Opportunity) -> list[Problem]:
    """Without those of fields that AWS has fixed for good: nobody needs to mend them."""
    status = opportunity.review_status
    if status not in {locks.APPROVED, locks.REJECTED}:
        return list(problems)
    is_locked = locks.locked_in(status)
    return [problem for problem in problems if problem.path is None or not is_locked(problem.path)]


def _taken_over(now: Situation, merged: Merge) -> dict[str, str]:
    """The deal properties that take AWS's value."""
    rows = {field.path: field.back for field in now.mapping.fields}
    changes = [(rows[change.path], change.after) for change in merged.to_hubspot]
    return {
        row.property: transforms.to_hubspot(value, Context(now.mapping, row, now.deal))
        for row, value in changes
        if row is not None
    }


def _left_apart(unfit: dict[str, Row], said: Wanted, seen: dict[str, Any], to_aws: Iterable[Change]) -> tuple[str, ...]:
    sent = {change.path for change in to_aws}
    apart = [row for path, row in unfit.items() if path not in sent and said.fields.get(path) != seen[path]]
    return tuple(f"{row.label}: AWS has a value that this property has no option for; it stays there." for row in apart)


def _held(opportunity: Opportunity, merged: Merge, *, solutions_wait: bool) -> tuple[str, ...]:
    """Edits that go out by themselves once AWS's review is through."""
    if opportunity.review_status in {locks.APPROVED, locks.REJECTED}:
        return ()
    return (*merged.held, *((submissions.SOLUTIONS,) if solutions_wait else ()))


def _shown(now: Situation) -> dict[str, str]:
    if now.opportunity is None:
        return {}
    return telling.shown_by_aws(now.deal, now.opportunity, now.submission, now.mapping)
