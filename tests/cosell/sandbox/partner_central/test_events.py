"""What is told to the partner's bus, and when."""

from __future__ import annotations

import copy

from tests.cosell.sandbox.partner_central.partner import complete, partner, with_value

SUBMISSION = [
    "Opportunity Updated",
    "Engagement Created",
    "Engagement Resource Snapshot Created",
    "Engagement Member Added",
    "Engagement Invitation Created",
]


def test_each_action_has_its_events() -> None:
    us = partner()
    identifier = us.create()
    assert us.told() == ["Opportunity Created"]
    us.sets(identifier, "LifeCycle.NextSteps", "Visit")
    assert us.told() == ["Opportunity Updated"]
    us.associate(identifier)
    assert us.told() == ["Opportunity Updated"]
    us.start(identifier)
    assert us.told() == SUBMISSION
    us.central.aws.starts_review(identifier)
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]
    us.central.aws.approves(identifier)
    assert us.told() == [
        "Engagement Invitation Accepted",
        "Engagement Member Added",
        "Opportunity Updated",
        "Engagement Resource Snapshot Created",
    ]
    us.associate(identifier, "AmazonRedshift", "AwsProducts")
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]
    us.central.aws.sets_summary(identifier, CosellMotion="Partner-led")
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]


def test_a_snapshot_is_made_only_when_its_template_shows_the_change() -> None:
    us = partner()
    identifier = us.approved()
    us.told()
    us.sets(identifier, "Marketing", {"Source": "Marketing Activity", "AwsFundingUsed": "No"})
    assert us.told() == ["Opportunity Updated"]
    us.sets(identifier, "LifeCycle.Stage", "Committed")
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]


def test_a_rejection_turns_the_invitation_down() -> None:
    us = partner()
    identifier = us.submitted()
    us.told()
    us.central.aws.rejects(identifier, "Duplicate")
    assert us.told() == [
        "Engagement Invitation Rejected",
        "Opportunity Updated",
        "Engagement Resource Snapshot Created",
    ]


def test_opportunity_events_have_the_recorded_form() -> None:
    us = partner("Sandbox")
    identifier = us.create()
    us.clock.run_until_quiet()
    event = us.events[0]
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0",
        "detail-type": "Opportunity Created",
        "source": "aws.partnercentral-selling",
        "account": "111122223333",
        "time": "2026-11-24T09:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"schemaVersion": "1", "catalog": "Sandbox", "opportunity": {"identifier": identifier}},
    }


def test_engagement_events_have_the_documented_form() -> None:
    us = partner()
    identifier = us.submitted()
    task = us.task(identifier)
    by_kind = {event["detail-type"]: event for event in us.events}
    engagement_arn = f"arn:aws:partnercentral:us-east-1::catalog/AWS/engagement/{task['EngagementId']}"
    invitation = by_kind["Engagement Invitation Created"]["detail"]["engagementInvitation"]
    assert invitation.pop("expirationDate").startswith("2026-12-09T09:00:04.")
    assert invitation == {
        "arn": f"arn:aws:partnercentral:us-east-1::catalog/AWS/engagement-invitation/{task['EngagementInvitationId']}",
        "id": task["EngagementInvitationId"],
        "engagementId": task["EngagementId"],
        "senderAccountId": "111122223333",
        "receiverAccountId": "aws",
        "senderCompanyName": "Partner",
        "participantType": "SENDER",
        "payloadType": "OpportunityInvitation",
    }
    assert by_kind["Engagement Resource Snapshot Created"]["resources"] == [engagement_arn]
    assert by_kind["Engagement Resource Snapshot Created"]["detail"]["resourceSnapshot"] == {
        "arn": f"{engagement_arn}/resource/Opportunity/{identifier}/template/OpportunitySummaryView/snapshot/1",
        "engagementId": task["EngagementId"],
        "resourceType": "Opportunity",
        "resourceId": identifier,
        "createdBy": "111122223333",
        "targetMemberAccounts": ["111122223333", "aws"],
        "resourceSnapshotTemplateName": "OpportunitySummaryView",
    }
    assert by_kind["Engagement Member Added"]["detail"]["engagementMember"]["accountId"] == "111122223333"
    created = by_kind["Engagement Created"]["detail"]["engagement"]
    assert (created["engagementArn"], created["CreatedBy"]) == (engagement_arn, "111122223333")


def test_events_come_after_the_answer() -> None:
    us = partner(event_delay=2.0)
    us.create()
    us.clock.advance(1.9)
    assert us.events == []
    us.clock.advance(0.1)
    assert [event["detail-type"] for event in us.events] == ["Opportunity Created"]


def test_events_carry_no_field_values() -> None:
    us = partner()
    secret = "Confidential Customer"
    us.approved(with_value(complete(), "Customer.Account.CompanyName", secret))
    assert secret not in str(us.events)


def test_events_come_twice_by_switch() -> None:
    us = partner(events_twice=True)
    us.create()
    us.clock.run_until_quiet()
    first, second = us.events
    assert first == second


def test_updates_come_in_pairs_by_switch() -> None:
    us = partner(updates_in_pairs=True)
    identifier = us.create()
    us.told()
    us.update(identifier)
    us.clock.run_until_quiet()
    first, second = us.events
    assert first["id"] != second["id"]
    assert first["detail"] == second["detail"]
    assert (first["time"], second["time"]) == ("2026-11-24T09:00:00Z", "2026-11-24T09:00:02Z")


def test_events_come_late_and_out_of_order_by_switch() -> None:
    us = partner(event_scatter=60.0)
    identifier = us.create()
    for number in range(10):
        us.clock.advance(1)
        us.sets(identifier, "LifeCycle.NextSteps", f"Step {number}")
    us.clock.run_until_quiet()
    times = [event["time"] for event in us.events]
    assert len(times) == 11
    assert times != sorted(times)


def test_every_listener_hears_everything() -> None:
    us = partner()
    heard: list[object] = []
    us.central.on_event.append(lambda event: heard.append(copy.deepcopy(event)))
    us.approved()
    assert heard == us.events
