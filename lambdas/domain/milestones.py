"""When a deal was submitted, reviewed and launched: AWS keeps no such dates, so the deal does, for reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from lambdas.domain import locks, notes, paths, stages
from lambdas.domain.situation import Situation

DECIDED: Final = frozenset({locks.APPROVED, locks.REJECTED, locks.ACTION_REQUIRED})


def dates(now: Situation) -> dict[str, str]:
    """The deal properties of dates that are news in this round, as ISO instants.

    A date is news when the deal shows the step before: it is written together with the step itself. Of a step that was
    taken before the deal knew of it nobody can say when it was, but for a submission of our own.
    """
    opportunity = now.opportunity
    if opportunity is None:
        return {}
    changed = _text(datetime.fromisoformat(opportunity.last_modified).timestamp())
    review = _step(_review_before(now), opportunity.review_status)
    stage = _step(now.deal.get("aws_opportunity_stage"), paths.get(opportunity.body, stages.STAGE))
    is_submitted = opportunity.review_status != locks.PENDING
    submitted = None
    if now.submission is not None and is_submitted and not now.deal.get("aws_submitted_on"):
        submitted = _text(now.submission.started)
    elif review.before == locks.PENDING:
        submitted = changed
    news = {
        "aws_submitted_on": submitted,
        "aws_reviewed_on": changed if review.after in DECIDED else None,
        "aws_launched_on": changed if stage.after == stages.LAUNCHED else None,
    }
    return {name: when for name, when in news.items() if when is not None and now.mapping.has(name)}


def _review_before(now: Situation) -> str | None:
    """As the deal shows it; where it shows none, as it was noted on its timeline."""
    if now.mapping.has("aws_review_status"):
        return now.deal.get("aws_review_status")
    return notes.noted(now.base.timeline) or (locks.PENDING if now.base.known else None)


class _Step(NamedTuple):
    before: str | None = None
    after: str | None = None


def _step(shown: str | None, now: str | None) -> _Step:
    return _Step() if shown in {None, now} else _Step(shown, now)


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
