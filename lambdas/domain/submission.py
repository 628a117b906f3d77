"""Whether a deal is submitted now, and what became of the last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from lambdas.domain import locks
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Involvement, Submit, Visibility
from lambdas.domain.records import Deal, Opportunity, Problem, Submission
from lambdas.domain.transforms import one_line
from lambdas.settings import Settings

SOLUTIONS: Final = "RelatedEntityIdentifiers.Solutions"
OVERDUE: Final = 3600.0
"""Seconds after which a submission that AWS still works on is worth a word."""

# AWS's reason codes of a failed task, as far as a person at the partner can do something about them.
REASONS: Final[dict[str, str]] = {
    "OpportunityValidationFailed": "AWS found something missing or wrong in it; check the AWS fields of this deal",
    "OpportunitySubmissionFailed": "AWS could not take the submission in the opportunity's present state",
    "OpportunityConflict": "the opportunity changed while it was submitted",
    "OpportunityAccessDenied": "Cosell may not read or submit the opportunity; the operator checks its permissions",
    "EngagementValidationFailed": "AWS could not form an engagement from this opportunity",
    "EngagementConflict": "another engagement is in the way",
    "EngagementAccessDenied": "Cosell may not create engagements; the operator checks its permissions",
    "EngagementInvitationConflict": "AWS has already been invited to this engagement",
    "InvitationValidationFailed": "the invitation to AWS is closed or has expired",
    "InvitationAccessDenied": "Cosell may not invite AWS; the operator checks its permissions",
    "ServiceQuotaExceeded": "the partner account has reached a limit at AWS; the operator asks AWS to raise it",
    "RequestThrottled": "AWS was too busy",
    "InternalError": "AWS had a fault of its own",
}


def is_following(submission: Submission | None) -> bool:
    return submission is not None and submission.task.status == "IN_PROGRESS"


def is_overdue(submission: Submission | None, now: float) -> bool:
    return submission is not None and is_following(submission) and now - submission.started > OVERDUE


def is_due(deal: Deal, submission: Submission | None, settings: Settings) -> bool:
    """Whether the stage submits the deal. It does so once: after a failure only the action does, or it never ends."""
    stages = {stage.strip() for stage in settings.submit_stages.split(",") if stage.strip()}
    return deal.get("dealstage") in stages and not _has_failed(submission)


def obstacle(opportunity: Opportunity | None, submission: Submission | None) -> str | None:
    """Why a wish to submit is past: what there is to say about it, None where nothing is in the way."""
    status = opportunity.review_status if opportunity else locks.PENDING
    if status != locks.PENDING:
        return f"the deal has been submitted already; AWS's review says {status}."
    if is_following(submission):
        return "the submission is under way."
    if submission is not None and submission.task.status == "COMPLETE":
        return "the deal has been submitted; AWS's review has not begun yet."
    return None


def lacks_solution(standing: Sequence[object], mapping: Mapping) -> Problem | None:
    """AWS takes no submission without a solution; `standing`: what the opportunity has after this round."""
    if standing:
        return None
    return no_solution(mapping, "AWS wants at least one before a deal is submitted; choose what this deal is about")


def choose(deal: Deal, submission: Submission | None, settings: Settings) -> Submit:
    """How to submit, where nothing is in the way: for the first time, or again after a definite failure."""
    involvement, visibility = deal.get("aws_involvement"), deal.get("aws_visibility")
    return Submit.model_validate(
        {
            "involvement": involvement if involvement in get_args(Involvement) else settings.involvement,
            "visibility": visibility if visibility in get_args(Visibility) else settings.visibility,
            "generation": submission.generation + 1 if submission else 1,
        }
    )


def failures(opportunity: Opportunity | None, submission: Submission | None, action: str) -> tuple[Problem, ...]:
    """What the last submission failed of, as long as it has not been made good. `action` is the label of submitting."""
    if submission is None or not _has_failed(submission):
        return ()
    if opportunity is not None and opportunity.review_status != locks.PENDING:
        return ()
    if submission.refused:
        return submission.refused
    task = submission.task
    why = REASONS.get(task.reason or "", f"AWS's reason is {task.reason}" if task.reason else "AWS gave no reason")
    words = one_line(task.message or "").rstrip(".")
    said = f' (AWS says: "{words}")' if words else ""
    what = f'{why}{said}. Then choose "{action}" again'
    return (Problem(record="aws", label="Submission to AWS", what=what, path="Submission"),)


def _has_failed(submission: Submission | None) -> bool:
    return submission is not None and submission.task.status == "FAILED"


def no_solution(mapping: Mapping, what: str) -> Problem:
    """That a deal names no solution, said of the property that names them."""
    row = mapping.row("aws_solutions")
    return Problem(record="deal", label=row.label if row else "AWS: our solutions", what=what, path=SOLUTIONS)
