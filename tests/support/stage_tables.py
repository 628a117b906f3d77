"""The tables of `docs/stages.md`: what the rules of `lambdas/domain/stages.py` do, asked of the rules themselves."""

from __future__ import annotations

from functools import cache

from lambdas.domain import locks, stages
from lambdas.domain.plan import Plan
from lambdas.mapping import load
from tests.lambdas.domain.builders import World, linked

STAGES = (*stages.OPEN, stages.COMMITTED, stages.LAUNCHED, stages.LOST)
_MAPPING = load()
_REVIEWS = (locks.PENDING, locks.SUBMITTED, locks.IN_REVIEW, locks.ACTION_REQUIRED, locks.APPROVED, locks.REJECTED)


@cache
def in_review(review_status: str, dealstage: str = "qualifiedtobuy") -> World:
    """A deal in this stage, in step with an opportunity of this status."""
    approved = linked(aws_lost_reason="Price").reviewed(locks.APPROVED).round()
    at_stage = approved.seller_edits(dealstage=dealstage).round().round()
    return at_stage.reviewed(review_status).round().round()


def default_stages() -> str:
    """HubSpot's stages of the default pipeline and AWS's."""
    rows = [f"| `{stage}` | {value or 'not told'} |" for stage, value in _MAPPING.stages["default"].items()]
    return "\n".join(["| stage in HubSpot | stage at AWS |", "|---|---|", *rows, ""])


def moves_by_sellers() -> str:
    """What becomes of a seller's move, by review status."""
    header = "| the deal moves to a stage that is | " + " | ".join(_REVIEWS) + " |"
    rows = [
        f"| {kind} | " + " | ".join(_outcome_of(review, stage) for review in _REVIEWS) + " |"
        for kind, stage in (("open", "presentationscheduled"), ("won", "closedwon"), ("lost", "closedlost"))
    ]
    return "\n".join([header, "|---" * (len(_REVIEWS) + 1) + "|", *rows, ""])


def moves_by_aws() -> str:
    """What becomes of a move of AWS's record, by the stage that the deal says."""
    header = "| the deal says | " + " | ".join(f"AWS: {stage}" for stage in STAGES) + " |"
    rows = [
        f"| {_MAPPING.stages['default'][ours]} | " + " | ".join(_effect(ours, theirs) for theirs in STAGES) + " |"
        for ours in _one_of_each()
    ]
    return "\n".join([header, "|---" * (len(STAGES) + 1) + "|", *rows, ""])


def _one_of_each() -> list[str]:
    """The first stage of the default pipeline for each of AWS's."""
    first: dict[str | None, str] = {}
    for stage, value in _MAPPING.stages["default"].items():
        first.setdefault(value, stage)
    return list(first.values())


def _outcome_of(review: str, dealstage: str) -> str:
    plan = in_review(review).seller_edits(dealstage=dealstage).plan()
    if plan.abandoned:
        return "the draft is left"
    if any(change.path == stages.STAGE for change in plan.changes):
        return "sent"
    return "waits" if stages.STAGE in plan.held else "stays in HubSpot"


def _effect(ours: str, theirs: str) -> str:
    before = in_review(locks.APPROVED, ours)
    plan = before.reviewed(locks.APPROVED, Stage=theirs, ClosedLostReason="Price").plan()
    if "dealstage" in plan.deal_changes:
        return "the deal moves"
    return "asks" if _asks(plan) else "-"


def _asks(plan: Plan) -> bool:
    return any(problem.path == stages.STAGE for problem in plan.problems)
