"""What becomes of the opportunity of a deal that was deleted, and of one that was merged into another.

AWS has no way to delete an opportunity. After a time in which the deal can be restored, it is closed as lost, where AWS
lets it: an approved one that is still open. A draft stays a draft, and one under review waits for the review's event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from lambdas.domain import bodies, fields, locks, paths, stages
from lambdas.domain.plan import Change
from lambdas.domain.records import Opportunity, Problem
from lambdas.domain.situation import Situation

HOUR: Final = 3600.0
DEAD: Final = frozenset({locks.PENDING, locks.REJECTED})
"""Review statuses in which AWS takes no other stage, and will not by itself."""


@dataclass(frozen=True)
class Verdict:
    """What a round does about a deleted deal."""

    look_again: float | None = None
    in_mass: bool = False
    changes: tuple[Change, ...] = ()
    update: dict[str, Any] | None = None


def judge(now: Situation) -> Verdict:
    """Nothing where nobody deleted the deal, or there is nothing left to close."""
    deletion, opportunity = now.deletion, now.opportunity
    if deletion is None or opportunity is None or is_over(opportunity) or opportunity.review_status in DEAD:
        return Verdict()
    due = deletion.at + now.settings.deletion_grace * HOUR
    if now.now < due:
        return Verdict(look_again=due)
    if deletion.in_mass:
        return Verdict(in_mass=True)
    if opportunity.review_status != locks.APPROVED:
        return Verdict()
    wanted = ((stages.STAGE, stages.LOST), (stages.REASON, now.settings.deletion_reason))
    changes = tuple(Change(path=path, before=paths.get(opportunity.body, path), after=to) for path, to in wanted)
    hidden = fields.unechoed(fields.seen(opportunity, now.mapping), now.base)
    return Verdict(changes=changes, update=bodies.update_body(opportunity.body, changes, now.mapping, unechoed=hidden))


def is_over(opportunity: Opportunity) -> bool:
    return opportunity.stage in stages.OVER


def rivals(own: str, others: Iterable[str]) -> tuple[Problem, ...]:
    """The question that a merge of two shared deals leaves. It stands on the deal until only one is open."""
    return tuple(
        Problem(
            record="aws",
            label="Two opportunities",
            what=f"the deal that was merged into this one has {other} at AWS, which Cosell leaves alone. If it is the "
            f"same business as {own}, close {other} as lost in Partner Central; if not, make a deal for it again",
            path="Id",
        )
        for other in sorted(others)
    )
