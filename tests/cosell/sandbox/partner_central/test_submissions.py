"""The submission task, and SubmitOpportunity."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import NotPossible
from cosell.sandbox.partner_central.model import service
from cosell.sandbox.partner_central.vocabulary import NO_SUPPORT_NEEDED
from tests.cosell.sandbox.partner_central.partner import Partner, complete, partner, refused, with_value
from tests.support.rules import Source, rule

RESULTS = ("EngagementId", "EngagementInvitationId", "ResourceSnapshotJobId")


def ready(us: Partner) -> str:
    identifier = us.create()
    us.associate(identifier)
    return identifier


@rule(
    "A task begins IN_PROGRESS; engagement, invitation and snapshot job are known once it is COMPLETE.",
    Source.PC_MODEL,
    Source.PC_PARTNERS,
    switch="task_seconds",
)
def test_a_task_runs_for_a_while_and_then_has_results() -> None:
    us = partner()
    identifier = ready(us)
    started = us.start(identifier)
    assert started["TaskStatus"] == "IN_PROGRESS"
    assert started["OpportunityId"] == identifier
    assert not any(name in started for name in RESULTS)
    us.clock.advance(3.9)
    assert us.central.opportunity(identifier).review_status == "Pending Submission"
    us.clock.advance(0.1)
    done = us.task(identifier)
    assert (done["TaskStatus"], done["TaskId"]) == ("COMPLETE", started["TaskId"])
    assert all(name in done for name in RESULTS)
    view = us.central.opportunity(identifier)
    assert (view.review_status, view.involvement, view.visibility) == ("Submitted", "Co-Sell", "Full")
    assert view.engagement == done["EngagementId"]


@rule("A submission moves LastModifiedDate.", Source.PC_SAMPLES)
def test_a_submission_moves_the_date() -> None:
    us = partner()
    identifier = ready(us)
    before = us.get(identifier)["LastModifiedDate"]
    us.start(identifier)
    us.clock.run_until_quiet()
    assert us.get(identifier)["LastModifiedDate"] > before


@rule("Moments of a task have up to nine decimals, without trailing zeros.", Source.PC_SAMPLES)
def test_moments_of_a_task_have_more_digits_than_those_of_an_opportunity() -> None:
    us = partner()
    us.start(ready(us))
    summaries = us.post("ListEngagementFromOpportunityTasks", Catalog="AWS").json()["TaskSummaries"]
    digits = summaries[0]["StartTime"].partition(".")[2].removesuffix("Z")
    assert 6 < len(digits) <= 9
    assert not digits.endswith("0")


@rule("By switch, a task is COMPLETE in the answer to its start.", Source.PC_SAMPLES, switch="task_seconds")
def test_a_task_is_complete_at_once_by_switch() -> None:
    us = partner(task_seconds=0)
    assert us.start(ready(us))["TaskStatus"] == "COMPLETE"


@rule("By switch, a task is IN_PROGRESS for as long as AWS likes.", Source.PC_MODEL, switch="task_seconds")
def test_a_task_waits_for_a_command_by_switch() -> None:
    us = partner(task_seconds=None)
    identifier = ready(us)
    us.start(identifier)
    us.clock.advance(86_400)
    assert us.task(identifier)["TaskStatus"] == "IN_PROGRESS"
    us.central.aws.finishes_task(identifier)
    assert us.task(identifier)["TaskStatus"] == "COMPLETE"
    with pytest.raises(NotPossible):
        us.central.aws.finishes_task(identifier)


@rule(
    "A task can fail with every reason code of the model, and the opportunity be submitted again.",
    Source.PC_MODEL,
)
@pytest.mark.parametrize("code", service().shape_for("ReasonCode").enum)
def test_aws_fails_the_task_that_is_under_way(code: str) -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier)
    us.central.aws.fails_task(identifier, code, "No")
    us.clock.run_until_quiet()
    task = us.task(identifier)
    assert (task["TaskStatus"], task["ReasonCode"], task["Message"]) == ("FAILED", code, "No")
    assert us.central.opportunity(identifier).review_status == "Pending Submission"
    us.start(identifier, again="-2")
    us.clock.run_until_quiet()
    assert us.task(identifier)["TaskStatus"] == "COMPLETE"


@rule("A task that fails is IN_PROGRESS first.", Source.PC_MODEL)
def test_aws_fails_the_next_task() -> None:
    us = partner()
    identifier = ready(us)
    us.central.aws.fails_task(identifier, "InternalError")
    assert us.start(identifier)["TaskStatus"] == "IN_PROGRESS"
    us.clock.run_until_quiet()
    assert us.task(identifier)["ReasonCode"] == "InternalError"
    us.start(identifier, again="-2")
    us.clock.run_until_quiet()
    assert us.task(identifier)["TaskStatus"] == "COMPLETE"
    with pytest.raises(ValueError, match="ReasonCode"):
        us.central.aws.fails_task(identifier, "BadLuck")


@rule(
    "An incomplete opportunity is refused; by switch, its task fails with OpportunityValidationFailed.",
    switch="incomplete_submission",
)
def test_an_incomplete_opportunity_is_a_failed_task_by_switch() -> None:
    us = partner(incomplete_submission="task fails")
    identifier = us.create()
    assert us.start(identifier)["TaskStatus"] == "IN_PROGRESS"
    us.clock.run_until_quiet()
    task = us.task(identifier)
    assert (task["TaskStatus"], task["ReasonCode"]) == ("FAILED", "OpportunityValidationFailed")
    assert "solution" in task["Message"]
    us.associate(identifier)
    us.start(identifier, again="-2")
    us.clock.run_until_quiet()
    us.start(identifier, again="-3")
    us.clock.run_until_quiet()
    assert us.task(identifier)["ReasonCode"] == "OpportunitySubmissionFailed"


@rule(
    "A task fails with OpportunityValidationFailed when the opportunity is not fit any more at its end.",
    Source.PC_MODEL,
)
def test_what_became_incomplete_while_the_task_ran_fails_it() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier)
    us.disassociate(identifier)
    us.clock.run_until_quiet()
    assert us.task(identifier)["ReasonCode"] == "OpportunityValidationFailed"


@rule("A second submission while a task is under way is a ConflictException.", Source.PC_API)
def test_one_task_at_a_time() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier)
    with refused() as refusal:
        us.start(identifier, again="-2")
    assert refusal.code == "ConflictException"


@rule("Only a draft can be submitted.", Source.PC_OPPORTUNITIES)
def test_an_opportunity_is_submitted_once() -> None:
    us = partner()
    identifier = us.submitted()
    with refused() as refusal:
        us.start(identifier, again="-2")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    with refused() as refusal:
        us.client.submit_opportunity(Catalog="AWS", Identifier=identifier, InvolvementType="Co-Sell")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]


@rule("Starting a task again with the same ClientToken and body tells how it stands.", Source.PC_FROM_AWS)
def test_starting_again_with_the_token_tells_how_the_task_stands() -> None:
    us = partner()
    identifier = ready(us)
    first = us.start(identifier)
    us.clock.run_until_quiet()
    again = us.start(identifier)
    assert (again["TaskId"], again["TaskStatus"]) == (first["TaskId"], "COMPLETE")
    assert len(us.central.state.tasks) == 1


@rule(
    "A submission for visibility only replaces PrimaryNeedsFromAws and drops NextSteps.",
    Source.PC_SAMPLES,
    Source.PC_FIELD_SHEET,
)
def test_visibility_only_replaces_the_needs_and_drops_the_next_steps() -> None:
    us = partner()
    identifier = us.submitted("For Visibility Only")
    body = us.raw(identifier)
    assert body["PrimaryNeedsFromAws"] == [NO_SUPPORT_NEEDED]
    assert body["LifeCycle"]["NextSteps"] is None
    us.central.aws.approves(identifier)
    us.sets(identifier, "LifeCycle.Stage", "Committed")


@rule(
    "SubmitOpportunity answers with nothing and makes neither engagement nor invitation.",
    Source.PC_MODEL,
    Source.PC_PARTNERS,
)
def test_submit_only_submits() -> None:
    us = partner()
    identifier = ready(us)
    response = us.post(
        "SubmitOpportunity", Catalog="AWS", Identifier=identifier, InvolvementType="Co-Sell", Visibility="Limited"
    )
    assert (response.status, response.body) == (200, b"")
    view = us.central.opportunity(identifier)
    assert (view.review_status, view.visibility, view.engagement) == ("Submitted", "Limited", None)
    us.central.aws.approves(identifier)
    assert us.told() == ["Opportunity Created", "Opportunity Updated", "Opportunity Updated", "Opportunity Updated"]


@rule(
    "Tasks are listed by status, task, opportunity and engagement, by id or ARN, and sorted by StartTime.",
    Source.PC_MODEL,
)
def test_tasks_are_listed_by_what_is_asked() -> None:
    us = partner()
    one, other = ready(us), us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    first = us.start(one)
    us.clock.run_until_quiet()
    second = us.start(other)

    def listed(**filters: object) -> list[str]:
        answer = us.client.list_engagement_from_opportunity_tasks(Catalog="AWS", **filters)
        return [task["TaskId"] for task in answer["TaskSummaries"]]

    assert listed() == [second["TaskId"], first["TaskId"]]
    assert listed(Sort={"SortBy": "StartTime", "SortOrder": "ASCENDING"}) == [first["TaskId"], second["TaskId"]]
    assert listed(OpportunityIdentifier=[one]) == [first["TaskId"]]
    assert listed(TaskStatus=["IN_PROGRESS"]) == [second["TaskId"]]
    assert listed(TaskIdentifier=[second["TaskArn"]]) == [second["TaskId"]]
    assert listed(EngagementIdentifier=[us.task(one)["EngagementId"]]) == [first["TaskId"]]
    assert listed(TaskStatus=["FAILED"]) == []
    assert us.client.list_engagement_from_opportunity_tasks(Catalog="Sandbox")["TaskSummaries"] == []


@rule("Tags of the submission go to the snapshot job that it makes.", Source.PC_MODEL)
def test_tags_of_the_task_go_to_the_snapshot_job() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier, Tags=[{"Key": "team", "Value": "north"}])
    us.clock.run_until_quiet()
    job = us.task(identifier)["ResourceSnapshotJobId"]
    arn = f"arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/resource-snapshot-job/{job}"
    assert us.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "north"}]


@rule(
    "The last page of a list of tasks has a NextToken, although nothing follows.",
    Source.PC_SAMPLES,
    switch="token_past_the_end",
)
def test_the_last_page_of_tasks_has_a_token_too() -> None:
    us = partner()
    us.start(ready(us))
    last = us.client.list_engagement_from_opportunity_tasks(Catalog="AWS")
    after = us.client.list_engagement_from_opportunity_tasks(Catalog="AWS", NextToken=last["NextToken"])
    assert (len(last["TaskSummaries"]), after["TaskSummaries"], "NextToken" in after) == (1, [], False)
    assert "NextToken" not in us.client.list_engagement_from_opportunity_tasks(Catalog="Sandbox")
    plain = partner(token_past_the_end=False)
    plain.start(ready(plain))
    assert "NextToken" not in plain.client.list_engagement_from_opportunity_tasks(Catalog="AWS")


@rule("A list of tasks is read page by page, with the same filters throughout.", Source.PC_MODEL)
@pytest.mark.parametrize("token_past_the_end", [True, False])
def test_tasks_come_in_pages(token_past_the_end: bool) -> None:
    us = partner(token_past_the_end=token_past_the_end)
    started = []
    for _ in range(5):
        started.append(us.start(ready(us))["TaskId"])
        us.clock.advance(1)
    pages = us.client.get_paginator("list_engagement_from_opportunity_tasks").paginate(
        Catalog="AWS",
        Sort={"SortBy": "StartTime", "SortOrder": "ASCENDING"},
        PaginationConfig={"PageSize": 2},
    )
    assert [task["TaskId"] for page in pages for task in page["TaskSummaries"]] == started
    first = us.client.list_engagement_from_opportunity_tasks(Catalog="AWS", MaxResults=2)
    with refused() as refusal:
        us.client.list_engagement_from_opportunity_tasks(
            Catalog="AWS", NextToken=first["NextToken"], TaskStatus=["FAILED"]
        )
    assert refusal.errors == [("INVALID_VALUE", "nextToken")]


@rule("A list has StartTime some milliseconds later than the answer to the start.", Source.PC_SAMPLES)
def test_a_list_has_another_start_time_than_the_start() -> None:
    us = partner()
    identifier = ready(us)
    started = us.start(identifier)["StartTime"]
    assert 0 < (us.task(identifier)["StartTime"] - started).total_seconds() < 0.1


@rule("A solution that is not Active any more cannot be submitted.", Source.PC_MODEL)
def test_a_retired_solution_cannot_be_submitted() -> None:
    us = partner()
    identifier = ready(us)
    us.central.solutions[0].status = "Inactive"
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "relatedEntityIdentifiers.solutions")]


@rule("Visibility is Full unless the submission says Limited.", Source.PC_MODEL)
def test_visibility_is_full_or_limited() -> None:
    us = partner()
    open_one, quiet_one = ready(us), ready(us)
    us.start(open_one)
    us.client.start_engagement_from_opportunity_task(
        Catalog="AWS",
        ClientToken="limited",
        Identifier=quiet_one,
        AwsSubmission={"InvolvementType": "Co-Sell", "Visibility": "Limited"},
    )
    us.clock.run_until_quiet()
    assert [us.central.opportunity(one).visibility for one in (open_one, quiet_one)] == ["Full", "Limited"]
