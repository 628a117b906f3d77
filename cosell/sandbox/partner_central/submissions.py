"""Submitting to AWS: the task that does all of it, and SubmitOpportunity, which only submits.

The task gives AWS an engagement with a snapshot, a running snapshot job and an invitation. Documented as asynchronous;
there is no call that reads one task, so it is followed with the list, or by starting it again with the same token.
"""

from __future__ import annotations

from cosell.sandbox.partner_central import arns, changes, engagements, instants, opportunities, rules
from cosell.sandbox.partner_central.errors import Problem, ServiceError, broken_rule, conflict
from cosell.sandbox.partner_central.listing import paged
from cosell.sandbox.partner_central.state import PENDING, Document, Due, Opportunity, SubmissionTask
from cosell.sandbox.partner_central.world import World

_DEFAULT_VISIBILITY = "Full"
_DEFAULT_PAGE = 50  # not documented for tasks; snapshot jobs have it
_LISTED_LATER = 7 * instants.MILLISECOND
_FILTERS = {
    "TaskStatus": "status",
    "OpportunityIdentifier": "opportunity",
    "EngagementIdentifier": "engagement",
    "TaskIdentifier": "id",
}
"""The request's member and the task's."""


def start_task(world: World, request: Document) -> Document:
    """Raises ServiceError: not a draft, not complete, or a task under way already (ConflictException)."""
    opportunity = world.opportunity(request["Catalog"], request["Identifier"])
    submission = request["AwsSubmission"]
    visibility = submission.get("Visibility") or _DEFAULT_VISIBILITY
    if under_way(world, opportunity) is not None:
        raise conflict(f"A submission of opportunity {opportunity.id} is under way.")
    if world.switches.incomplete_submission == "refused":
        _check(world, opportunity, submission["InvolvementType"], visibility)
    task = SubmissionTask(
        id=world.new_id("task", 13),
        catalog=opportunity.catalog,
        opportunity=opportunity.id,
        involvement=submission["InvolvementType"],
        visibility=visibility,
        tags=request.get("Tags") or [],
        started=world.moment,
    )
    world.state.tasks[task.id] = task
    opportunity.task = task.id
    if world.switches.task_seconds == 0:
        finish(world, task)
    elif world.switches.task_seconds is not None:
        world.agenda.after(world.switches.task_seconds, Due("task", task.id))
    return describe(task)


def list_tasks(world: World, request: Document) -> Document:
    """TaskSummaries, the latest first unless asked otherwise. StartTime is a little later than the start's answer had
    it (recorded)."""
    found = [task for task in world.state.tasks.values() if task.catalog == request["Catalog"]]
    for name, member in _FILTERS.items():
        if request.get(name):
            wanted = {text.rsplit("/", 1)[-1] for text in request[name]}
            found = [task for task in found if getattr(task, member) in wanted]
    ascending = (request.get("Sort") or {}).get("SortOrder") == "ASCENDING"
    found.sort(key=lambda task: (task.started, task.id), reverse=not ascending)
    empty_end = world.switches.token_past_the_end
    page, token = paged(found, request, of="tasks", default=_DEFAULT_PAGE, empty_end=empty_end)
    rows = [{**describe(task), "StartTime": instants.write(task.started + _LISTED_LATER)} for task in page]
    return {"TaskSummaries": rows, "NextToken": token}


def submit(world: World, request: Document) -> None:
    """SubmitOpportunity: no engagement, no task. Raises ServiceError when the opportunity is not a complete draft."""
    opportunity = world.opportunity(request["Catalog"], request["Identifier"])
    involvement, visibility = request["InvolvementType"], request.get("Visibility") or _DEFAULT_VISIBILITY
    _check(world, opportunity, involvement, visibility)
    changes.submit(opportunity, involvement, visibility)
    changes.record(world, opportunity)


def finish(world: World, task: SubmissionTask) -> None:
    """Brings a task to its end: COMPLETE, or FAILED when it was told to fail or the opportunity is not (or no
    longer) fit."""
    if task.status != "IN_PROGRESS":
        return
    opportunity = world.state.opportunities[task.opportunity]
    told = world.state.failures.pop(opportunity.id, None)
    if told is not None:
        fail(task, *told)
        return
    try:
        _check(world, opportunity, task.involvement, task.visibility)
    except ServiceError as refusal:
        wrong_status = opportunity.review_status != PENDING
        fail(task, "OpportunitySubmissionFailed" if wrong_status else "OpportunityValidationFailed", _sentence(refusal))
        return
    changes.submit(opportunity, task.involvement, task.visibility)
    world.touch(opportunity)
    world.events.opportunity_updated(opportunity)
    engagement = engagements.open_for(world, opportunity)
    task.engagement, task.invitation, task.job = engagement.id, engagement.invitation, engagement.job
    task.status = "COMPLETE"
    _tag(world, task)


def fail(task: SubmissionTask, reason_code: str, message: str) -> None:
    task.status, task.reason_code, task.message = "FAILED", reason_code, message


def under_way(world: World, opportunity: Opportunity) -> SubmissionTask | None:
    task = world.state.tasks.get(opportunity.task or "")
    return task if task is not None and task.status == "IN_PROGRESS" else None


def describe(task: SubmissionTask) -> Document:
    """A task as its start and the list show it; result ids only when it is COMPLETE."""
    return {
        "TaskId": task.id,
        "TaskArn": arns.shared(task.catalog, "engagement-from-opportunity-task", task.id),
        "StartTime": instants.write(task.started),
        "TaskStatus": task.status,
        "Message": task.message,
        "ReasonCode": task.reason_code,
        "OpportunityId": task.opportunity,
        "EngagementId": task.engagement,
        "EngagementInvitationId": task.invitation,
        "ResourceSnapshotJobId": task.job,
    }


def _check(world: World, opportunity: Opportunity, involvement: str, visibility: str) -> None:
    if opportunity.review_status != PENDING:
        message = f"Opportunity {opportunity.id} cannot be submitted in review status {opportunity.review_status}"
        raise broken_rule("INVALID_RESOURCE_STATE", message, "lifeCycle.reviewStatus")
    case = opportunities.case_of(world, opportunity)
    problems = rules.problems_of_submission(case, involvement, visibility, has_solution=opportunity.has_solution)
    problems += _retired_solutions(world, opportunity)
    if problems:
        raise rules.refuse(problems, world.switches)


def _retired_solutions(world: World, opportunity: Opportunity) -> list[Problem]:
    """A solution may have been Active when it was associated, and not be any more."""
    return [
        Problem(
            "INVALID_RESOURCE_STATE",
            f"Solution {solution.id} is {solution.status}: only an active solution can be submitted",
            "relatedEntityIdentifiers.solutions",
        )
        for solution in world.state.solutions
        if solution.catalog == opportunity.catalog
        and solution.id in opportunity.related["Solutions"]
        and solution.status != "Active"
    ]


def _sentence(refusal: ServiceError) -> str:
    return "; ".join(problem.message for problem in refusal.problems) or refusal.message


def _tag(world: World, task: SubmissionTask) -> None:
    """Tags of the task go to the snapshot job that it makes."""
    if task.tags and task.job:
        arn = world.arn(task.catalog, "resource-snapshot-job", task.job)
        world.state.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in task.tags})
