"""What is told to the partner's bus, and when."""

from __future__ import annotations

import pytest

from tests.cosell.sandbox.partner_central.partner import complete, partner, with_value
from tests.support.rules import Source, rule

SUBMISSION = [
    "Opportunity Updated",
    "Engagement Created",
    "Engagement Resource Snapshot Created",
    "Engagement Member Added",
    "Engagement Invitation Created",
]


@rule("Each action of the partner or of AWS has its documented events.", Source.PC_EVENTS)
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


@rule("A snapshot is made only when what its template shows has changed.", Source.PC_MODEL, Source.PC_EVENTS)
def test_a_snapshot_is_made_only_when_its_template_shows_the_change() -> None:
    us = partner()
    identifier = us.approved()
    us.told()
    us.sets(identifier, "Marketing", {"Source": "Marketing Activity", "AwsFundingUsed": "No"})
    assert us.told() == ["Opportunity Updated"]
    us.sets(identifier, "LifeCycle.Stage", "Committed")
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]


@rule(
    "A rejection comes with Engagement Invitation Rejected, for the invitation that the partner sent.", Source.PC_EVENTS
)
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


@rule(
    "Opportunity events have the id and the catalog, version 0 and no resources.",
    Source.PC_SAMPLES,
    switch="event_form",
)
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


@rule(
    "Engagement events name engagement, invitation, member and snapshot; an invitation is for 15 days.",
    Source.PC_EVENTS,
    Source.PC_PARTNERS,
)
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


@rule(
    "By switch, events are as in the guide: version 1, other spellings, no resources beside an opportunity.",
    Source.PC_EVENTS,
    switch="event_form",
)
def test_events_have_the_form_of_the_guide_by_switch() -> None:
    us = partner(event_form="documented")
    us.submitted()
    assert {event["version"] for event in us.events} == {"1"}
    assert not any("schemaVersion" in event["detail"] for event in us.events)
    assert not any("resources" in event for event in us.events if "opportunity" in event["detail"])
    by_kind = {event["detail-type"]: event for event in us.events}
    snapshot = by_kind["Engagement Resource Snapshot Created"]["detail"]["resourceSnapshot"]
    assert snapshot["arn"].startswith("arn:aws:partnercentral-selling:us-east-1::catalog/AWS/engagement/eng-")
    invitation = by_kind["Engagement Invitation Created"]["detail"]["engagementInvitation"]
    assert invitation["participantType"] == "Sender"


@rule("Associating a private offer makes no snapshot.", Source.PC_EVENTS)
def test_an_offer_makes_no_snapshot() -> None:
    us = partner()
    identifier = us.approved()
    us.told()
    us.associate(
        identifier,
        "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/Offer/offer-abcdefghijklm",
        "AwsMarketplaceOffers",
    )
    assert us.told() == ["Opportunity Updated"]


@rule("An invitation that AWS does not answer for 15 days expires.", Source.PC_EVENTS, Source.PC_PARTNERS)
def test_an_unanswered_invitation_expires() -> None:
    us = partner()
    late, answered = us.submitted(), us.submitted()
    us.clock.advance(86_400)
    later = us.submitted()
    us.central.aws.approves(answered)
    us.told()
    us.clock.advance(14 * 86_400 - 60)
    assert us.told() == []
    us.clock.advance(60)
    (event,) = us.events
    assert event["detail-type"] == "Engagement Invitation Expired"
    assert event["detail"]["engagementInvitation"]["engagementId"] == us.central.opportunity(late).engagement
    us.events.clear()
    us.clock.advance(86_400)
    (event,) = us.events
    assert event["detail"]["engagementInvitation"]["engagementId"] == us.central.opportunity(later).engagement
    us.events.clear()
    us.central.aws.approves(late)
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]


@rule(
    "A review that the partner plays in the Sandbox sends no events of an answer to the invitation.",
    switch="sandbox_review_answers_invitation",
)
@pytest.mark.parametrize(
    ("status", "answers", "kinds"),
    [
        ("Approved", False, []),
        ("Rejected", False, []),
        ("Approved", True, ["Engagement Invitation Accepted", "Engagement Member Added"]),
        ("Rejected", True, ["Engagement Invitation Rejected"]),
    ],
)
def test_a_played_review_may_answer_the_invitation(status: str, answers: bool, kinds: list[str]) -> None:
    us = partner("Sandbox", sandbox_review_answers_invitation=answers)
    identifier = us.submitted()
    us.told()
    us.sets(identifier, "LifeCycle.ReviewStatus", status)
    assert us.told() == [*kinds, "Opportunity Updated", "Engagement Resource Snapshot Created"]
    us.clock.advance(16 * 86_400)
    assert us.told() == []


@rule(
    "By switch, a job makes only its first snapshot while the catalog's settings have no role.",
    Source.PC_PARTNERS,
    switch="snapshots_need_role",
)
def test_snapshots_need_a_role_by_switch() -> None:
    us = partner(snapshots_need_role=True)
    identifier = us.submitted()
    assert "Engagement Resource Snapshot Created" in us.told()
    us.central.aws.starts_review(identifier)
    assert us.told() == ["Opportunity Updated"]
    us.client.put_selling_system_settings(Catalog="AWS", ResourceSnapshotJobRoleIdentifier="snapshots")
    us.central.aws.edits(identifier, "Project.AdditionalComments", "Soon")
    assert us.told() == ["Opportunity Updated", "Engagement Resource Snapshot Created"]


@rule("An event comes some time after the answer to the request that caused it.", switch="event_delay")
def test_events_come_after_the_answer() -> None:
    us = partner(event_delay=2.0)
    us.create()
    us.clock.advance(1.9)
    assert us.events == []
    us.clock.advance(0.1)
    assert [event["detail-type"] for event in us.events] == ["Opportunity Created"]


@rule("Events carry no values of fields.", Source.PC_EVENTS)
def test_events_carry_no_field_values() -> None:
    us = partner()
    secret = "Confidential Customer"
    us.approved(with_value(complete(), "Customer.Account.CompanyName", secret))
    assert secret not in str(us.events)


@rule("By switch, an event is delivered twice, with the same id.", Source.PC_BEST_PRACTICES, switch="events_twice")
def test_events_come_twice_by_switch() -> None:
    us = partner(events_twice=True)
    us.create()
    us.clock.run_until_quiet()
    first, second = us.events
    assert first == second


@rule(
    "By switch, an update has two events with ids of their own, two seconds apart.",
    Source.PC_SAMPLES,
    switch="updates_in_pairs",
)
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


@rule("By switch, events come late and out of order.", Source.PC_EVENTS, switch="event_scatter")
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
