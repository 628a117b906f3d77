"""The one open task of a deal: what its seller has to do so that AWS can have it, and until when.

The deal's message says the same for whoever looks at the deal; the task is what reaches a seller who does not. It is
the same task as long as something is left to do, and completed once nothing is.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final, Literal

from lambdas.domain import rules
from lambdas.domain.plan import Addressee, Plan, Results
from lambdas.domain.records import Frozen, KnownTodo, Problem, zone_of
from lambdas.domain.situation import Situation

TYPED: Final = "AWS: "
"""How every subject begins."""
OURS: Final = "Cosell keeps this task up to date, and completes it once nothing is left to do."
"""The last words of every task, by which one of ours is known."""
LEFT_ALONE: Final = 7 * 24 * 3600.0
"""Seconds for which a task is not made again that a person completed although nothing was solved."""
END_OF_WORK: Final = time(17)

Kind = Literal["review_comments", "lost_reason", "fix"]
Step = Literal["create", "update", "complete"]

WORKING_DAYS: Final[dict[Kind, int]] = {"review_comments": 2, "fix": 2, "lost_reason": 5}
"""Working days a seller has. A lost deal is in nobody's way."""
_KINDS: Final[dict[str, Kind]] = {
    "LifeCycle.ReviewComments": "review_comments",
    rules.LOST_REASON: "lost_reason",
}


class Todo(Frozen):
    """A task as it should be."""

    kind: Kind
    subject: str
    body: str
    """HTML."""
    due: float
    """Seconds since the epoch."""
    owner: str | None
    """HubSpot's id of the deal's owner."""

    @property
    def digest(self) -> str:
        """Of what a person is told, and who: not of the due date, which is set once."""
        said = json.dumps([self.kind, self.subject, self.body, self.owner])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def addressee(now: Situation) -> Addressee | None:
    """Whom the deal's task would be for; None for a deal that is not there any more."""
    if now.deal.archived:
        return None
    return Addressee(owner=now.deal.get("hubspot_owner_id"), now=now.now, time_zone=now.portal.time_zone)


def wanted(plan: Plan, results: Results) -> Todo | None:
    """The task that the deal should have now; None where nothing is to be done by its seller."""
    problems = plan.unsolved(results)
    if plan.addressee is None or plan.hands_off or not problems:
        return None
    kinds = {_KINDS.get(problem.path or "", "fix") for problem in problems}
    kind = next(kind for kind in WORKING_DAYS if kind in kinds)
    return Todo(
        kind=kind,
        subject=TYPED + _subject(kind, problems),
        body=_body(problems),
        due=_due(WORKING_DAYS[kind], plan.addressee),
        owner=plan.addressee.owner,
    )


def step(known: KnownTodo | None, todo: Todo | None, now: float) -> Step | None:
    """What has to be done about the task that was made last, so that `todo` is the deal's task."""
    if todo is None:
        return "complete" if known else None
    if known is None:
        return "create"
    if known.ticked is not None:
        return "create" if now - known.ticked >= LEFT_ALONE else None
    if known.id is None:
        return "create"  # it may be there: it is looked for first
    return None if known.digest == todo.digest else "update"


def changes(plan: Plan, results: Results) -> bool:
    """Whether the deal's task is to be made, rewritten or completed."""
    if plan.addressee is None:
        return False
    return step(plan.timeline.todo, wanted(plan, results), plan.addressee.now) is not None


def _subject(kind: Kind, problems: Sequence[Problem]) -> str:
    match kind:
        case "review_comments":
            return "answer the review comments"
        case "lost_reason":
            return "say why the deal was lost"
        case "fix":
            return "1 thing to fix" if len(problems) == 1 else f"{len(problems)} things to fix"


def _body(problems: Sequence[Problem]) -> str:
    sentences = dict.fromkeys(html.escape(problem.sentence) for problem in problems)
    listed = "".join(f"<li>{sentence}</li>" for sentence in sentences)
    return f"<ul>{listed}</ul><p>{OURS}</p>"


def _due(days: int, addressee: Addressee) -> float:
    """The end of work after so many working days, Monday to Friday, in the portal's time zone."""
    zone = zone_of(addressee.time_zone)
    day = datetime.fromtimestamp(addressee.now, zone).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime.combine(day, END_OF_WORK, zone).timestamp()
