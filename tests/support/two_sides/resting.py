"""Pairs at rest in every review status and late stage, and what must be said of a pair at rest."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from functools import cache
from typing import Any, Final

from lambdas.domain import fields, locks, rules, stages
from lambdas.domain.associations import OTHER_SOLUTION
from lambdas.domain.fields import Wanted
from lambdas.domain.mapping import FieldRule, Mapping
from lambdas.domain.merge import Agreed
from lambdas.domain.plan import Plan, Results
from lambdas.domain.records import Opportunity, named
from lambdas.domain.status import message
from tests.lambdas.domain.builders import MAPPING
from tests.support.edits import EVERYTHING, STATUSES
from tests.support.two_sides.pair import TwoSides, a_pair


def _mapped(**changes: Any) -> Mapping:
    return Mapping.model_validate(EVERYTHING.model_dump() | changes)


MAPPINGS: Final = {
    "everything": EVERYTHING,
    "standard": MAPPING,
    "AWS wins": _mapped(rows=[row.model_dump() | {"policy": "aws"} for row in EVERYTHING.rows]),
    "spend by ratio": _mapped(spend={"mode": "ratio", "ratio": "0.02", "back": True}),
    "contracts": _mapped(spend={"mode": "contract"}),
}
PLACES: Final = {where.name: where for where in STATUSES}
_VERDICTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    locks.IN_REVIEW: ("starts_review", {}),
    locks.ACTION_REQUIRED: ("asks_for_changes", {"comments": "Which region?"}),
    locks.APPROVED: ("approves", {}),
    locks.REJECTED: ("rejects", {"reason": "Duplicate"}),
}


def at_rest(place: str, mapping: str = "everything") -> TwoSides:
    """A pair in step, whose opportunity has this review status, or this late stage."""
    return _at_rest(place, mapping).copied()


@cache
def _at_rest(place: str, mapping: str) -> TwoSides:
    where = PLACES[place]
    sides = a_pair(MAPPINGS[mapping], aws_lost_reason="Price")
    sides.syncs()
    if where.review == locks.PENDING:
        return sides
    sides.seller.submits(sides.deal)
    sides.syncs()
    if where.review in _VERDICTS:
        verb, members = _VERDICTS[where.review]
        getattr(sides.central.aws, verb)(sides.opportunity, **members)
        sides.syncs()
    if where.dealstage != sides.deal.now["dealstage"]:
        sides.seller.moves(sides.deal, where.dealstage)
        sides.syncs()
    if where.stage == stages.LAUNCHED:
        sides.seller.edits(sides.deal, aws_action="launch")
        sides.syncs()
    assert (sides.stored.review_status, sides.stored.stage) == (where.review, where.stage), where
    return sides


def unexplained(sides: TwoSides, plan: Plan) -> Iterator[str]:
    """The fields in which a deal at rest differs from what AWS shows, and nobody says so."""
    opportunity = sides.read_opportunity()
    if plan.paused or plan.hands_off or plan.abandoned or opportunity is None:
        return
    if opportunity.review_status == locks.REJECTED:
        return  # all that there is to say
    said, shown = fields.wanted(sides.read_deal(), sides.mapping, sides.facts), fields.seen(opportunity, sides.mapping)
    # No business of an opportunity like this, by what either side says it is like: that difference is another field's.
    idle = said.idle | fields.idle(shown, sides.mapping)
    words = message(plan, Results())
    for field in sides.mapping.fields:
        ours, theirs = said.fields.get(field.path), shown.get(field.path)
        if field.path == stages.STAGE:
            ours = stages.spoken(ours, theirs)
        if ours == theirs or field.path in idle or _is_awss_own(field, opportunity, shown):
            continue
        is_said = _is_named(field.path, plan) or any(named(row.object, row.label) in words for row in field.rows)
        agreed = Agreed.read(sides.base.fields.get(field.path))
        if is_said or agreed == (ours, theirs) or _is_no_news(field, opportunity, said, agreed):
            continue
        yield f"{field.path}: {ours!r} at HubSpot, {theirs!r} at AWS, {agreed}"


def _is_awss_own(field: FieldRule, opportunity: Opportunity, shown: Dict[str, Any]) -> bool:
    """AWS has rewritten the field by itself."""
    is_undescribed = field.path == OTHER_SOLUTION and shown.get(OTHER_SOLUTION) is None and bool(opportunity.solutions)
    return field.path not in shown or is_undescribed


def _is_named(path: str, plan: Plan) -> bool:
    """By a problem with the field, with the whole that it is part of, or with a field that AWS takes it with."""
    named = {problem.path for problem in plan.problems if problem.path}
    named |= {other for rule in rules.WRITE if rule.path in named for other in rule.beside}
    return path in plan.held or any(one.startswith(path) or path.startswith(f"{one}.") for one in named)


def _is_no_news(field: FieldRule, opportunity: Opportunity, said: Wanted, agreed: Agreed) -> bool:
    """AWS has fixed the field, and what HubSpot has lives its own life there, or was never said to AWS."""
    is_fixed = opportunity.review_status == locks.APPROVED and locks.locked_in(locks.APPROVED)(field.path)
    was_never_said = agreed.hubspot is None and field.path in {problem.path for problem in said.problems}
    return is_fixed and (was_never_said or any(row.quiet for row in field.rows))
