"""The submission task, and SubmitOpportunity."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import NotPossible
from cosell.sandbox.partner_central.model import service
from cosell.sandbox.partner_central.vocabulary import NO_SUPPORT_NEEDED
from tests.cosell.sandbox.partner_central.partner import Partner, complete, partner, refused, with_value

RESULTS = ("EngagementId", "EngagementInvitationId", "ResourceSnapshotJobId")


def ready(us: Partner) -> str:
    identifier = us.create()
    us.associate(identifier)
    return identifier


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


def test_a_submission_moves_the_date() -> None:
    us = partner()
    identifier = ready(us)
    before = us.get(identifier)["LastModifiedDate"]
    us.start(identifier)
    us.clock.run_until_quiet()
    assert us.get(identifier)["LastModifiedDate"] > before


def test_moments_of_a_task_have_more_digits_than_those_of_an_opportunity() -> None:
    us = partner()
    us.start(ready(us))
    summaries = us.post("ListEngagementFromOpportunityTasks", Catalog="AWS").json()["TaskSummaries"]
    digits = summaries[0]["StartTime"].partition(".")[2].removesuffix("Z")
    assert 6 < len(digits) <= 9
    assert not digits.endswith("0")


def test_a_task_is_complete_at_once_by_switch() -> None:
    us = partner(task_seconds=0)
    assert us.start(ready(us))["TaskStatus"] == "COMPLETE"


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


def test_aws_fails_the_next_task() -> None:
    us = partner()
    identifier = ready(us)
    us.central.aws.fails_task(identifier, "InternalError")
    assert us.start(identifier)["TaskStatus"] == "IN_PROGRESS"
    us.clock.run_until_quiet()
    assert us.task(identifier)["ReasonCode"] == "InternalError"
    with pytest.raises(ValueError, match="ReasonCode"):
        us.central.aws.fails_task(identifier, "BadLuck")


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


def test_what_became_incomplete_while_the_task_ran_fails_it() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier)
    us.disassociate(identifier)
    us.clock.run_until_quiet()
    assert us.task(identifier)["ReasonCode"] == "OpportunityValidationFailed"


def test_one_task_at_a_time() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier)
    with refused() as refusal:
        us.start(identifier, again="-2")
    assert refusal.code == "ConflictException"


def test_an_opportunity_is_submitted_once() -> None:
    us = partner()
    identifier = us.submitted()
    with refused() as refusal:
        us.start(identifier, again="-2")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    with refused() as refusal:
        us.client.submit_opportunity(Catalog="AWS", Identifier=identifier, InvolvementType="Co-Sell")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]


def test_starting_again_with_the_token_tells_how_the_task_stands() -> None:
    us = partner()
    identifier = ready(us)
    first = us.start(identifier)
    us.clock.run_until_quiet()
    again = us.start(identifier)
    assert (again["TaskId"], again["TaskStatus"]) == (first["TaskId"], "COMPLETE")
    assert len(us.central.state.tasks) == 1


def test_visibility_only_replaces_the_needs_and_drops_the_next_steps() -> None:
    us = partner()
    identifier = us.submitted("For Visibility Only")
    body = us.raw(identifier)
    assert body["PrimaryNeedsFromAws"] == [NO_SUPPORT_NEEDED]
    assert body["LifeCycle"]["NextSteps"] is None
    us.central.aws.approves(identifier)
    us.sets(identifier, "LifeCycle.Stage", "Committed")


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


def test_tags_of_the_task_go_to_the_snapshot_job() -> None:
    us = partner()
    identifier = ready(us)
    us.start(identifier, Tags=[{"Key": "team", "Value": "north"}])
    us.clock.run_until_quiet()
    job = us.task(identifier)["ResourceSnapshotJobId"]
    arn = f"arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/resource-snapshot-job/{job}"
    assert us.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "north"}]
