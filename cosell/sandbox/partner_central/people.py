"""What people at AWS do. Nothing here happens by itself: AWS reviews on command only."""

from __future__ import annotations

import copy
from typing import Any

from botocore.model import ListShape, StructureShape

from cosell.sandbox.partner_central import changes, model, referrals, snapshots, submissions, vocabulary
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
    """AWS's side of the partner's opportunities.

    All raise NotPossible for an opportunity that does not exist or is not in the status that the verb needs. What is
    written on the opportunity moves its LastModifiedDate; what AWS writes about it on its own side does not, and shows
    in GetAwsOpportunitySummary. Both send Opportunity Updated.
    """

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
        self._decides(opportunity_id, ACTION_REQUIRED, comments, reason)

    def rejects(self, opportunity_id: str, reason: str, comments: str | None = None) -> None:
        """Submitted or In review becomes Rejected, which has no way out; AWS turns the invitation down."""
        self._decides(opportunity_id, REJECTED, comments, reason)

    def refers(self, *, catalog: str = "AWS", days_ago: float = 1.0, **members: Any) -> str:
        """AWS brings a customer and the partner has accepted: the id of a new opportunity that is Approved, at
        Prospect, with origin AWS Referral. CreatedDate lies `days_ago`, when AWS made it.

        `members` replace those of a believable example (`Customer={"Account": {...}}`), by the names of
        GetOpportunity. Raises ValueError for a member that no partner could write, or an unknown catalog.
        """
        if unknown := members.keys() - set(WRITABLE):
            raise ValueError(f"a referral has no {', '.join(sorted(unknown))}")
        if catalog not in vocabulary.CATALOGS:
            raise ValueError(f"{catalog} is not a catalog: {', '.join(vocabulary.CATALOGS)}")
        return referrals.accept(self._world, catalog, members, days_ago=days_ago).id

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

    def moves_stage(self, opportunity_id: str, stage: str, *, lost_reason: str | None = None) -> None:
        """Moves the opportunity itself to a stage; AWS's own stage is another matter, see `moves_own_stage`.

        Raises ValueError for a stage or a reason that the model does not have, and for Closed Lost without a reason.
        """
        opportunity = self._find(opportunity_id)
        _check_value("Stage", stage)
        if lost_reason is not None:
            _check_value("ClosedLostReason", lost_reason)
        elif stage == "Closed Lost":
            raise ValueError("Closed Lost needs a lost_reason")
        _put(opportunity.fields, ["LifeCycle", "Stage"], stage)
        _put(opportunity.fields, ["LifeCycle", "ClosedLostReason"], lost_reason)
        changes.record(self._world, opportunity)

    # AWS's own side

    def sets_summary(self, opportunity_id: str, **members: Any) -> None:
        """Replaces members of AWS's own view, as GetAwsOpportunitySummary names them.

        Raises ValueError for a member that the view does not have.
        """
        opportunity = self._find(opportunity_id)
        unknown = members.keys() - model.operation("GetAwsOpportunitySummary").output_shape.members.keys()
        if unknown:
            raise ValueError(f"GetAwsOpportunitySummary has no {', '.join(sorted(unknown))}")
        opportunity.summary.update(copy.deepcopy(members))
        self._world.events.opportunity_updated(opportunity)
        snapshots.take_for_owner(self._world, opportunity)

    def moves_own_stage(
        self,
        opportunity_id: str,
        stage: str,
        *,
        closes_on: str | None = None,
        lost_reason: str | None = None,
        next_steps: str | None = None,
    ) -> None:
        """AWS's seller moves AWS's own record: `stage` and `lost_reason` have more values than the partner's,
        `closes_on` is a day such as `2027-03-01`. What is not said stays; next steps also go into AWS's history.

        Raises ValueError for a stage or a reason that the model does not have.
        """
        _check_value("AwsOpportunityStage", stage)
        if lost_reason is not None:
            _check_value("AwsClosedLostReason", lost_reason)
        said = {"TargetCloseDate": closes_on, "ClosedLostReason": lost_reason, "NextSteps": next_steps}
        before = self._find(opportunity_id).summary.get("LifeCycle") or {}
        after = {**before, "Stage": stage, **{name: value for name, value in said.items() if value is not None}}
        kept = before.get("NextStepsHistory") or []
        after["NextStepsHistory"] = changes.history(self._world, kept, before.get("NextSteps"), after.get("NextSteps"))
        self.sets_summary(opportunity_id, LifeCycle=after)

    def staffs(self, opportunity_id: str, *people: tuple[str, str, str, str]) -> None:
        """These people of AWS work on it from now on, and no others: first name, last name, e-mail and role.

        Raises ValueError for a role that the model does not have.
        """
        names = ("FirstName", "LastName", "Email", "BusinessTitle")
        for person in people:
            _check_value("AwsMemberBusinessTitle", person[-1])
        team = [dict(zip(names, person, strict=True)) for person in people]
        self.sets_summary(opportunity_id, OpportunityTeam=team)

    def scores(
        self, opportunity_id: str, engagement: str, *, quality: int | None = None, next_best_actions: str | None = None
    ) -> None:
        """AWS's insights: an engagement score of High, Medium or Low, and a quality of 0 to 100 with its trend since
        the last one. What is not said stays.

        Raises ValueError for another score or quality.
        """
        _check_value("EngagementScore", engagement)
        insights = dict(self._find(opportunity_id).summary.get("Insights") or {})
        insights["EngagementScore"] = engagement
        if next_best_actions is not None:
            insights["NextBestActions"] = next_best_actions
        if quality is not None:
            insights["OpportunityQuality"] = _quality(quality, insights.get("OpportunityQuality"))
        self.sets_summary(opportunity_id, Insights=insights)

    def turns_to_co_sell(self, opportunity_id: str, reason: str) -> None:
        """What was for visibility only is co-sold from now on. There is no way back (field sheet).

        Raises ValueError for a reason that is not an InvolvementTypeChangeReason of the model.
        """
        _check_value("InvolvementTypeChangeReason", reason)
        if self._find(opportunity_id).in_effect != "For Visibility Only":
            raise NotPossible(f"Opportunity {opportunity_id} is not for visibility only")
        self.sets_summary(opportunity_id, InvolvementType="Co-Sell", InvolvementTypeChangeReason=reason)

    # The submission task

    def finishes_task(self, opportunity_id: str) -> None:
        """The submission task that is under way ends now."""
        submissions.finish(self._world, self._task(opportunity_id))

    def fails_task(self, opportunity_id: str, reason_code: str, message: str = "The task failed.") -> None:
        """The submission task that is under way fails now; when none is, the next one fails in its time.

        Raises ValueError for a reason code that the model does not have.
        """
        _check_value("ReasonCode", reason_code)
        task = submissions.under_way(self._world, self._find(opportunity_id))
        if task is None:
            self._world.state.failures[opportunity_id] = (reason_code, message)
        else:
            submissions.fail(task, reason_code, message)

    def _decides(self, opportunity_id: str, status: str, comments: str | None, reason: str | None) -> None:
        opportunity = self._find(opportunity_id, SUBMITTED, IN_REVIEW)
        changes.decide(self._world, opportunity, status, comments, reason)
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
        task = submissions.under_way(self._world, self._find(opportunity_id))
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


def _check_value(shape: str, value: str) -> None:
    known = model.service().shape_for(shape).enum
    if value not in known:
        raise ValueError(f"{value!r} is not a {shape}: {', '.join(known)}")


def _quality(score: int, before: dict[str, Any] | None) -> dict[str, Any]:
    if not 0 <= score <= 100:
        raise ValueError(f"{score} is not a quality from 0 to 100")
    change = score - before["Score"] if before else 0
    return {"Score": score, "Trend": "Improving" if change > 0 else "Declining" if change < 0 else "No Change"}


def _put(document: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        if document.get(name) is None:
            document[name] = {}
        document = document[name]
    document[names[-1]] = value
