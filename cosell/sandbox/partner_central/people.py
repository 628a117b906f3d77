"""What people at AWS do. Nothing here happens by itself: AWS reviews on command only."""

from __future__ import annotations

import copy
from typing import Any

from botocore.model import ListShape, StructureShape

from cosell.sandbox.partner_central import changes, engagements, model, submissions
from cosell.sandbox.partner_central.opportunities import WRITABLE
from cosell.sandbox.partner_central.state import (
    ACTION_REQUIRED,
    APPROVED,
    IN_REVIEW,
    REJECTED,
    SUBMITTED,
    Opportunity,
    SubmissionTask,
)
from cosell.sandbox.partner_central.world import World

_READ_ONLY_ATTRIBUTES = {
    "LifeCycle.ReviewStatus": "review_status",
    "LifeCycle.ReviewComments": "review_comments",
    "LifeCycle.ReviewStatusReason": "review_reason",
    "LifeCycle.NextStepsHistory": "next_steps",
    "OpportunityTeam": "team",
}


class NotPossible(RuntimeError):
    """AWS cannot do this now: it has not been submitted, or was decided already."""


class Aws:
    """AWS's side of the partner's opportunities."""

    def __init__(self, world: World) -> None:
        self._world = world

    def starts_review(self, opportunity_id: str) -> None:
        """Submitted becomes In review."""
        opportunity = self._find(opportunity_id, SUBMITTED)
        changes.review(opportunity, IN_REVIEW, None, None)
        changes.record(self._world, opportunity)

    def approves(self, opportunity_id: str) -> None:
        """Submitted or In review becomes Approved; AWS accepts the invitation that came with the submission."""
        self._decides(opportunity_id, APPROVED, None, None)

    def asks_for_changes(self, opportunity_id: str, comments: str, reason: str | None = None) -> None:
        """Submitted or In review becomes Action Required; `comments` are for people, `reason` is a code."""
        opportunity = self._find(opportunity_id, SUBMITTED, IN_REVIEW)
        changes.review(opportunity, ACTION_REQUIRED, comments, reason)
        changes.record(self._world, opportunity)

    def rejects(self, opportunity_id: str, reason: str, comments: str | None = None) -> None:
        """Submitted or In review becomes Rejected, which has no way out; AWS turns the invitation down."""
        self._decides(opportunity_id, REJECTED, comments, reason)

    def edits(self, opportunity_id: str, path: str, value: Any) -> None:
        """Changes one field of the opportunity itself, such as `Project.Title`. The value is not checked: AWS may know
        newer ones.

        Raises ValueError for a path that the opportunity does not have, or that leads into a list.
        """
        opportunity = self._find(opportunity_id)
        _check_path(path)
        attribute = _READ_ONLY_ATTRIBUTES.get(path)
        if attribute is not None:
            setattr(opportunity, attribute, copy.deepcopy(value))
        else:
            before = (opportunity.fields.get("LifeCycle") or {}).get("NextSteps")
            _put(opportunity.fields, path.split("."), copy.deepcopy(value))
            changes.remember_next_steps(self._world, opportunity, before)
        changes.record(self._world, opportunity)

    def sets_summary(self, opportunity_id: str, **members: Any) -> None:
        """Replaces members of AWS's own view, as GetAwsOpportunitySummary names them. The opportunity's date does not
        move.

        Raises ValueError for a member that the view does not have.
        """
        opportunity = self._find(opportunity_id)
        unknown = members.keys() - model.operation("GetAwsOpportunitySummary").output_shape.members.keys()
        if unknown:
            raise ValueError(f"GetAwsOpportunitySummary has no {', '.join(sorted(unknown))}")
        opportunity.summary.update(copy.deepcopy(members))
        self._world.events.opportunity_updated(opportunity)
        engagements.take_owner_snapshot(self._world, opportunity)

    def finishes_task(self, opportunity_id: str) -> None:
        """The submission task that is under way ends now."""
        submissions.finish(self._world, self._task(opportunity_id))

    def fails_task(self, opportunity_id: str, reason_code: str, message: str = "The task failed.") -> None:
        """The submission task that is under way fails now; when none is, the next one fails in its time.

        Raises ValueError for a reason code that the model does not have.
        """
        codes = model.service().shape_for("ReasonCode").enum
        if reason_code not in codes:
            raise ValueError(f"{reason_code} is not a ReasonCode: {', '.join(codes)}")
        self._find(opportunity_id)
        task = submissions.under_way(self._world, opportunity_id)
        if task is None:
            self._world.state.failures[opportunity_id] = (reason_code, message)
        else:
            submissions.fail(task, reason_code, message)

    def _decides(self, opportunity_id: str, status: str, comments: str | None, reason: str | None) -> None:
        opportunity = self._find(opportunity_id, SUBMITTED, IN_REVIEW)
        engagements.answer(self._world, opportunity, accepted=status == APPROVED)
        changes.review(opportunity, status, comments, reason)
        changes.record(self._world, opportunity)

    def _find(self, opportunity_id: str, *statuses: str) -> Opportunity:
        opportunity = self._world.state.opportunities.get(opportunity_id)
        if opportunity is None:
            raise NotPossible(f"There is no opportunity {opportunity_id}")
        if statuses and opportunity.review_status not in statuses:
            wanted = " or ".join(statuses)
            raise NotPossible(f"Opportunity {opportunity_id} is {opportunity.review_status}, not {wanted}")
        return opportunity

    def _task(self, opportunity_id: str) -> SubmissionTask:
        task = submissions.under_way(self._world, opportunity_id)
        if task is None:
            raise NotPossible(f"No submission of {opportunity_id} is under way")
        return task


def _check_path(path: str) -> None:
    if path.split(".", maxsplit=1)[0] not in WRITABLE and path not in _READ_ONLY_ATTRIBUTES:
        raise ValueError(f"{path} is not a field that AWS edits")
    shape = model.operation("GetOpportunity").output_shape
    for name in path.split("."):
        if not isinstance(shape, StructureShape) or name not in shape.members:
            inside = " inside a list" if isinstance(shape, ListShape) else ""
            raise ValueError(f"An opportunity has no {path}{inside}")
        shape = shape.members[name]


def _put(document: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        if document.get(name) is None:
            document[name] = {}
        document = document[name]
    document[names[-1]] = value
