"""Both sides of an opportunity that exists, field by field: what goes to AWS, what comes back, and what is said of it.

The merge itself knows values only (`merge.py`). Here it is told who has an opinion, and what AWS would refuse of its
outcome is kept back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any, NamedTuple

from lambdas.domain import (
    adoption,
    associations,
    bodies,
    companies,
    fields,
    involvement,
    launching,
    locks,
    preflight,
    spend,
    stages,
    telling,
    transforms,
)
from lambdas.domain.fields import Wanted
from lambdas.domain.launching import Launch
from lambdas.domain.mapping import Row
from lambdas.domain.merge import Agreed, Merge, Rule, merge
from lambdas.domain.plan import Change
from lambdas.domain.records import Opportunity, Problem
from lambdas.domain.rules import STAGE
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import Context, Unfit


@dataclass(frozen=True)
class Comparison:
    """What becomes of the fields in a round."""

    to_aws: tuple[Change, ...]
    update: dict[str, Any] | None
    """UpdateOpportunity's members; None where nothing goes to AWS."""
    afterwards: dict[str, Any]
    """What AWS has then, by path."""
    deal_changes: dict[str, str]
    company_changes: dict[str, str]
    launch: Launch
    problems: tuple[Problem, ...]
    """What keeps a field from being said to AWS."""
    questions: tuple[Problem, ...]
    """What a person has to decide because AWS has moved the opportunity."""
    notices: tuple[str, ...]
    held: tuple[str, ...]
    """Paths of edits that go out by themselves once AWS's review is through."""
    lost: tuple[Change, ...]
    agreed: dict[str, Any]
    """The agreement as `merge` leaves it."""


def compare(now: Situation, opportunity: Opportunity, standing: Sequence[object]) -> Comparison:
    """`standing`: the solutions, or what stands for one, that AWS has after this round."""
    sides = _sides(now, opportunity, standing)
    said, seen, unfit = sides.said, sides.seen, _unfit_for_hubspot(now, sides.seen)
    merged = _merged(now, opportunity, sides, unfit)
    to_aws, too_late = preflight.sift(now, seen, merged.to_aws, said.problems, standing=standing)
    too_early = stages.too_early(now, merged, seen, standing)
    to_aws = tuple(change for change in to_aws if change.path not in too_early.paths)
    to_aws += stages.reopened(to_aws, seen)
    move = stages.after_merge(now, said.fields.get(STAGE), seen.get(STAGE), merged)
    still_open = _still_open(said.problems, opportunity)
    fixed = _edited(now, (problem.path for problem in said.problems if problem not in still_open))
    return Comparison(
        to_aws=to_aws,
        update=bodies.update_body(opportunity.body, to_aws, now.mapping, unechoed=sides.unechoed) if to_aws else None,
        afterwards=seen | {change.path: change.after for change in to_aws},
        deal_changes=_taken_over(now, merged) | move.properties,
        company_changes=companies.filled(now, merged),
        launch=sides.launch,
        problems=(*still_open, *too_late, *too_early.problems),
        questions=move.problems,
        notices=(
            *telling.waiting(now.deal, opportunity, (*merged.held, *fixed), now.mapping),
            *_left_apart(unfit, said, seen, to_aws),
            *telling.rejected(opportunity),
            *telling.unkept(now.deal, opportunity, said.fields, now.mapping),
            *spend.dropped_estimate(now, said.fields, seen, to_aws),
            *preflight.left_out(now, said.idle),
        ),
        held=_held(opportunity, merged),
        lost=_lost(merged, to_aws),
        agreed=merged.base,
    )


# What each side says


class _Sides(NamedTuple):
    """Both sides, without what is no opinion of anybody's."""

    said: Wanted
    seen: dict[str, Any]
    unechoed: dict[str, Any]
    """What AWS has and does not show."""
    launch: Launch
    over: frozenset[str]
    """Paths whose last agreement no longer counts."""


def _sides(now: Situation, opportunity: Opportunity, standing: Sequence[object]) -> _Sides:
    said, shown = fields.wanted(now.deal, now.mapping, now.portal), fields.seen(opportunity, now.mapping)
    unechoed = fields.unechoed(shown, now.base)
    seen = shown | unechoed | associations.undescribed(said.fields, shown, now)
    launch = launching.launch(now, said.fields, standing)
    said = companies.speak(now, stages.speak(said, seen, launches=launch.goes), seen)
    said = adoption.without_fixed_id(said, opportunity)
    asked_again = involvement.asked_again(opportunity)
    seen |= asked_again
    return _Sides(said, seen, unechoed, launch, said.idle | stages.unsettled(seen) | asked_again.keys())


def _merged(now: Situation, opportunity: Opportunity, sides: _Sides, unfit: Container[str]) -> Merge:
    agreed = {path: value for path, value in now.base.fields.items() if path not in sides.over}
    return merge(
        now.base.model_copy(update={"fields": agreed}),
        sides.said.fields,
        sides.seen,
        locks.locked_in(opportunity.review_status),
        _rules(now, unfit, sides.said, sides.seen),
    )


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


# What becomes of it


def _still_open(problems: Iterable[Problem], opportunity: Opportunity) -> list[Problem]:
    """Without those of fields that AWS has fixed for good: nobody needs to mend them."""
    status = opportunity.review_status
    if status not in {locks.APPROVED, locks.REJECTED}:
        return list(problems)
    is_locked = locks.locked_in(status)
    return [problem for problem in problems if problem.path is None or not is_locked(problem.path)]


def _edited(now: Situation, paths: Iterable[str | None]) -> tuple[str, ...]:
    """The fields among them that HubSpot once had another value of: what it has now is somebody's edit."""
    had = {path: Agreed.read(value).hubspot for path, value in now.base.fields.items()}
    return tuple(path for path in paths if path is not None and had.get(path) is not None)


def _taken_over(now: Situation, merged: Merge) -> dict[str, str]:
    """The deal properties that take AWS's value."""
    rows = {field.path: fields.taker(field, now.deal, now.mapping) for field in now.mapping.fields}
    changes = [(rows[change.path], change.after) for change in merged.to_hubspot]
    return {
        row.property: transforms.to_hubspot(value, Context(now.mapping, row, now.deal, portal=now.portal))
        for row, value in changes
        if row is not None
    }


def _lost(merged: Merge, to_aws: Iterable[Change]) -> tuple[Change, ...]:
    """Without AWS's values that a seller's edit would have replaced, had it not been kept back."""
    kept_back = {change.path for change in merged.to_aws} - {change.path for change in to_aws}
    return tuple(change for change in merged.lost if change.path not in kept_back)


def _left_apart(unfit: Dict[str, Row], said: Wanted, seen: Dict[str, Any], to_aws: Iterable[Change]) -> tuple[str, ...]:
    sent = {change.path for change in to_aws}
    apart = [row for path, row in unfit.items() if path not in sent and said.fields.get(path) != seen[path]]
    return tuple(f"{row.label}: AWS has a value that this property has no option for; it stays there." for row in apart)


def _held(opportunity: Opportunity, merged: Merge) -> tuple[str, ...]:
    """Edits that go out by themselves once AWS's review is through."""
    if opportunity.review_status in {locks.APPROVED, locks.REJECTED}:
        return ()
    return merged.held
