"""What AWS does."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import NotPossible
from tests.cosell.sandbox.partner_central.partner import partner


def test_a_review_from_start_to_approval() -> None:
    us = partner()
    identifier = us.submitted()
    us.central.aws.starts_review(identifier)
    assert us.get(identifier)["LifeCycle"]["ReviewStatus"] == "In review"
    us.central.aws.approves(identifier)
    assert us.get(identifier)["LifeCycle"]["ReviewStatus"] == "Approved"


def test_aws_says_what_it_wants_and_why_it_declines() -> None:
    us = partner()
    identifier = us.submitted()
    us.central.aws.asks_for_changes(identifier, "Which region?", "MissingInformation")
    lifecycle = us.get(identifier)["LifeCycle"]
    assert (lifecycle["ReviewComments"], lifecycle["ReviewStatusReason"]) == ("Which region?", "MissingInformation")
    us.update(identifier)
    us.central.aws.rejects(identifier, "Duplicate", "Known from another partner")
    lifecycle = us.get(identifier)["LifeCycle"]
    assert lifecycle["ReviewStatus"] == "Rejected"
    assert (lifecycle["ReviewComments"], lifecycle["ReviewStatusReason"]) == ("Known from another partner", "Duplicate")


@pytest.mark.parametrize("verb", ["starts_review", "approves", "asks_for_changes", "rejects"])
def test_a_review_needs_a_submission_and_ends_once(verb: str) -> None:
    us = partner()
    words = ("why",) if verb in ("asks_for_changes", "rejects") else ()
    draft, done = us.create(), us.approved()
    for identifier in (draft, done, "O1"):
        before = us.central.opportunities
        with pytest.raises(NotPossible):
            getattr(us.central.aws, verb)(identifier, *words)
        assert us.central.opportunities == before


def test_nothing_is_reviewed_by_itself() -> None:
    us = partner()
    identifier = us.submitted()
    us.clock.advance(30 * 86_400)
    assert us.central.opportunity(identifier).review_status == "Submitted"


def test_aws_edits_a_field() -> None:
    us = partner()
    identifier = us.approved()
    before = us.get(identifier)["LastModifiedDate"]
    us.told()
    us.central.aws.edits(identifier, "Project.Title", "A better title")
    us.central.aws.edits(identifier, "SoftwareRevenue.DeliveryModel", "Something the model does not know yet")
    us.central.aws.edits(identifier, "LifeCycle.ReviewComments", "Thank you")
    us.central.aws.edits(identifier, "LifeCycle.NextSteps", "Meet")
    body = us.get(identifier)
    assert body["Project"]["Title"] == "A better title"
    assert body["SoftwareRevenue"]["DeliveryModel"] == "Something the model does not know yet"
    assert body["LifeCycle"]["ReviewComments"] == "Thank you"
    assert body["LifeCycle"]["NextStepsHistory"][0]["Value"] == "Meet"
    assert body["LastModifiedDate"] > before
    assert us.told().count("Opportunity Updated") == 4


@pytest.mark.parametrize(
    "path", ["Project.Colour", "Title", "Id", "Customer.Contacts.Email", "RelatedEntityIdentifiers.Solutions"]
)
def test_aws_edits_only_what_there_is(path: str) -> None:
    us = partner()
    identifier = us.create()
    with pytest.raises(ValueError, match=path):
        us.central.aws.edits(identifier, path, "x")


def test_the_summary_is_mostly_empty_at_first() -> None:
    us = partner()
    identifier = us.create()
    summary = us.post("GetAwsOpportunitySummary", Catalog="AWS", RelatedOpportunityIdentifier=identifier).json()
    assert (summary["RelatedOpportunityId"], summary["Origin"]) == (identifier, "Partner Referral")
    assert [summary[name] for name in ("InvolvementType", "Visibility", "LifeCycle", "Insights")] == [None] * 4


def test_the_summary_knows_the_submission_and_has_a_life_cycle_after_approval() -> None:
    us = partner()
    identifier = us.submitted()

    def summary() -> dict[str, object]:
        answer: dict[str, object] = us.post(
            "GetAwsOpportunitySummary", Catalog="AWS", RelatedOpportunityIdentifier=identifier
        ).json()
        return answer

    before = summary()
    assert (before["InvolvementType"], before["Visibility"], before["LifeCycle"]) == ("Co-Sell", "Full", None)
    us.central.aws.approves(identifier)
    after = summary()["LifeCycle"]
    assert isinstance(after, dict)
    assert set(after.values()) == {None}


def test_aws_sets_its_summary_and_the_opportunity_stays() -> None:
    us = partner()
    identifier = us.approved()
    before = us.raw(identifier)
    us.told()
    us.central.aws.sets_summary(identifier, LifeCycle={"Stage": "Qualified"}, InvolvementType="For Visibility Only")
    us.central.aws.sets_summary(identifier, InvolvementTypeChangeReason="Customer Requested")
    summary = us.client.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier)
    assert (summary["LifeCycle"]["Stage"], summary["InvolvementType"]) == ("Qualified", "For Visibility Only")
    assert summary["InvolvementTypeChangeReason"] == "Customer Requested"
    assert us.central.opportunity(identifier).involvement == "For Visibility Only"
    assert us.raw(identifier) == before
    us.clock.run_until_quiet()
    snapshots = [event for event in us.events if event["detail-type"].startswith("Engagement")]
    names = [event["detail"]["resourceSnapshot"]["resourceSnapshotTemplateName"] for event in snapshots]
    assert names == ["AwsOpportunitySummaryFullView"] * 2


def test_the_summary_has_the_members_of_the_model_only() -> None:
    us = partner()
    identifier = us.create()
    with pytest.raises(ValueError, match="Mood"):
        us.central.aws.sets_summary(identifier, Mood="good")
