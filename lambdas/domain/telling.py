"""What a plan has the deal say of AWS: the values AWS shows, and sentences about its review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from typing import Any, Final

from lambdas.domain import fields, locks, paths, rewrites, transforms
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Change
from lambdas.domain.records import Deal, Opportunity, Problem, Submission, named
from lambdas.domain.transforms import Context, Unfit

# What is said of an edit that is not sent, by review status. After approval it is not sent later either.
WAITS: Final = {
    locks.PENDING: "Waits until AWS has approved the deal, because a draft keeps its stage",
    locks.SUBMITTED: "Waits until AWS has reviewed the deal",
    locks.IN_REVIEW: "Waits until AWS has reviewed the deal",
    locks.ACTION_REQUIRED: "Waits until AWS has approved the deal",
    locks.APPROVED: "Fixed by AWS since it approved the deal; your change stays in HubSpot",
}


def shown_by_aws(
    deal: Deal, opportunity: Opportunity, submission: Submission | None, mapping: Mapping
) -> dict[str, str]:
    """The deal properties that repeat what AWS says."""
    sources = {"opportunity": {"Id": opportunity.id} | opportunity.body, "summary": opportunity.summary}
    found: dict[str, str] = {}
    for row in mapping.shown:
        body, context = sources[row.of], Context(mapping, row, deal)
        value = transforms.canonical(paths.get(body, row.path or ""), context) if body is not None else None
        if body is None or (value is None and row.writer != "cosell"):
            continue
        try:
            found[row.property] = transforms.to_hubspot(value, context)
        except Unfit:  # a value newer than our list: HubSpot would refuse it, and the rest of the deal with it
            continue
    engagement = submission.task.engagement if submission else None
    if engagement and mapping.has("aws_engagement_id"):
        found["aws_engagement_id"] = engagement
    return found


def waiting(deal: Deal, opportunity: Opportunity, held: Iterable[str], mapping: Mapping) -> tuple[str, ...]:
    """A sentence on the edits that are not sent."""
    why = WAITS.get(opportunity.review_status)
    rows = [fields.source(path, deal, mapping) for path in held]
    if opportunity.review_status == locks.APPROVED:
        rows = [row for row in rows if not row.quiet]
    labels = dict.fromkeys(named(row.object, row.label) for row in rows)
    return (f"{why}: {', '.join(labels)}.",) if why and labels else ()


def unkept(deal: Deal, opportunity: Opportunity, wanted: Dict[str, Any], mapping: Mapping) -> tuple[str, ...]:
    """A sentence on each value that AWS does not keep."""
    found = rewrites.unkept(opportunity, wanted)
    return tuple(f"{fields.source(path, deal, mapping).label}: {because}." for path, because in found.items())


def asked_by_aws(opportunity: Opportunity, to_aws: Sequence[Change]) -> tuple[Problem, ...]:
    """AWS's request for changes, until changes go out."""
    if opportunity.review_status != locks.ACTION_REQUIRED or to_aws:
        return ()
    what = _comments(opportunity)
    return (Problem(record="aws", label="AWS asks for changes", what=what, path="LifeCycle.ReviewComments"),)


def rejected(opportunity: Opportunity) -> tuple[str, ...]:
    if opportunity.review_status != locks.REJECTED:
        return ()
    return (f"AWS has rejected the deal: {_comments(opportunity)}",)


def _comments(opportunity: Opportunity) -> str:
    life_cycle = opportunity.body.get("LifeCycle", {})
    comments = life_cycle.get("ReviewComments") or life_cycle.get("ReviewStatusReason")
    return transforms.one_line(str(comments)) if comments else "it gave no reason"
