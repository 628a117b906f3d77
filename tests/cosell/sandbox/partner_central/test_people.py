"""What AWS does."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central import NotPossible
from tests.cosell.sandbox.partner_central.partner import Partner, partner


def summary_of(us: Partner, identifier: str) -> dict[str, Any]:
    """As boto3 has it, without nulls."""
    answer: dict[str, Any] = us.client.get_aws_opportunity_summary(
        Catalog=us.catalog, RelatedOpportunityIdentifier=identifier
    )
    return answer


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


@pytest.mark.parametrize("catalog", ["AWS", "Sandbox"])
def test_aws_refers_a_customer(catalog: str) -> None:
    us = partner(catalog)
    identifier = us.central.aws.refers(catalog=catalog)
    assert us.told() == [
        "Engagement Invitation Accepted",
        "Engagement Member Added",
        "Opportunity Created",
        "Opportunity Updated",
        "Engagement Resource Snapshot Created",
    ]
    body = us.get(identifier)
    assert (body["LifeCycle"]["ReviewStatus"], body["LifeCycle"]["Stage"]) == ("Approved", "Prospect")
    assert body["Customer"]["Account"]["AwsAccountId"]
    assert body["Customer"]["Contacts"]
    assert (body["LastModifiedDate"] - body["CreatedDate"]).days == 1
    assert body["OpportunityTeam"][0]["BusinessTitle"] == "OpportunityOwner"
    summary = us.client.get_aws_opportunity_summary(Catalog=catalog, RelatedOpportunityIdentifier=identifier)
    assert (summary["Origin"], summary["InvolvementType"]) == ("AWS Referral", "Co-Sell")


def test_the_partner_works_on_a_referral_as_on_its_own() -> None:
    us = partner()
    identifier = us.central.aws.refers(Customer={"Account": {"CompanyName": "Monks Diner", "Industry": "Retail"}})
    assert us.get(identifier)["Customer"]["Account"]["CompanyName"] == "Monks Diner"
    identifier = us.central.aws.refers()
    us.associate(identifier)
    us.sets(identifier, "LifeCycle.Stage", "Committed")
    us.told()
    us.clock.advance(30 * 86_400)
    assert us.told() == []
    with pytest.raises(NotPossible):
        us.central.aws.approves(identifier)


def test_an_invitation_to_a_referral_is_one_that_the_partner_received() -> None:
    us = partner()
    identifier = us.central.aws.refers(days_ago=3)
    us.clock.run_until_quiet()
    invitation = us.events[0]["detail"]["engagementInvitation"]
    assert (invitation["senderAccountId"], invitation["participantType"]) == ("aws", "RECEIVER")
    assert invitation["engagementId"] == us.central.opportunity(identifier).engagement
    assert us.events[1]["detail"]["engagementMember"]["accountId"] == "111122223333"


@pytest.mark.parametrize("members", [{"OpportunityTeam": []}, {"catalog": "Nowhere"}])
def test_a_referral_has_what_an_opportunity_has(members: dict[str, Any]) -> None:
    us = partner()
    with pytest.raises(ValueError, match=r"OpportunityTeam|Nowhere"):
        us.central.aws.refers(**members)
    assert us.central.opportunities == []


def test_aws_moves_the_stage() -> None:
    us = partner()
    identifier = us.approved()
    us.told()
    us.central.aws.moves_stage(identifier, "Business Validation")
    assert us.central.opportunity(identifier).stage == "Business Validation"
    us.central.aws.moves_stage(identifier, "Closed Lost", lost_reason="Price")
    assert us.get(identifier)["LifeCycle"]["ClosedLostReason"] == "Price"
    us.central.aws.moves_stage(identifier, "Qualified")
    assert us.raw(identifier)["LifeCycle"]["ClosedLostReason"] is None
    assert us.told().count("Opportunity Updated") == 3


@pytest.mark.parametrize("said", [("Closed Won", None), ("Closed Lost", None), ("Closed Lost", "Bad luck")])
def test_a_stage_and_a_reason_are_those_of_the_model(said: tuple[str, str | None]) -> None:
    us = partner()
    identifier = us.approved()
    before = us.raw(identifier)
    stage, reason = said
    with pytest.raises(ValueError, match=r"Closed Won|lost_reason|Bad luck"):
        us.central.aws.moves_stage(identifier, stage, lost_reason=reason)
    assert us.raw(identifier) == before


def test_aws_keeps_a_stage_of_its_own() -> None:
    us = partner()
    identifier = us.approved()
    us.central.aws.moves_own_stage(identifier, "Qualify", closes_on="2027-02-01", next_steps="Call")
    us.clock.advance(60)
    us.central.aws.moves_own_stage(identifier, "Deferred to Partner", next_steps="Wait")
    us.central.aws.moves_own_stage(identifier, "Closed Lost", lost_reason="Term Sheet Impasse")
    lifecycle = summary_of(us, identifier)["LifeCycle"]
    assert [entry["Value"] for entry in lifecycle.pop("NextStepsHistory")] == ["Wait", "Call"]
    assert lifecycle == {
        "Stage": "Closed Lost",
        "ClosedLostReason": "Term Sheet Impasse",
        "TargetCloseDate": "2027-02-01",
        "NextSteps": "Wait",
    }
    assert us.central.opportunity(identifier).stage == "Qualified"
    with pytest.raises(ValueError, match="Won"):
        us.central.aws.moves_own_stage(identifier, "Won")
    with pytest.raises(ValueError, match="Bad luck"):
        us.central.aws.moves_own_stage(identifier, "Closed Lost", lost_reason="Bad luck")


def test_aws_puts_people_on_it() -> None:
    us = partner()
    identifier = us.approved()
    us.central.aws.staffs(identifier, ("Elaine", "Benes", "benes@amazon.example", "AWSSalesRep"))
    (member,) = summary_of(us, identifier)["OpportunityTeam"]
    assert (member["FirstName"], member["BusinessTitle"]) == ("Elaine", "AWSSalesRep")
    with pytest.raises(ValueError, match="Boss"):
        us.central.aws.staffs(identifier, ("Jacopo", "Peterman", "peterman@amazon.example", "Boss"))


def test_aws_scores_it() -> None:
    us = partner()
    identifier = us.approved()
    trends = []
    for quality in (50, 70, 70, 20):
        us.central.aws.scores(identifier, "High", quality=quality)
        trends.append(summary_of(us, identifier)["Insights"]["OpportunityQuality"]["Trend"])
    assert trends == ["No Change", "Improving", "No Change", "Declining"]
    us.central.aws.scores(identifier, "Low", next_best_actions="Meet")
    assert summary_of(us, identifier)["Insights"] == {
        "EngagementScore": "Low",
        "NextBestActions": "Meet",
        "OpportunityQuality": {"Score": 20, "Trend": "Declining"},
    }
    with pytest.raises(ValueError, match="101"):
        us.central.aws.scores(identifier, "Low", quality=101)
    with pytest.raises(ValueError, match="Great"):
        us.central.aws.scores(identifier, "Great")


def test_aws_co_sells_what_was_for_visibility_only() -> None:
    us = partner()
    identifier = us.submitted("For Visibility Only")
    us.central.aws.approves(identifier)
    with pytest.raises(ValueError, match="Because"):
        us.central.aws.turns_to_co_sell(identifier, "Because")
    us.central.aws.turns_to_co_sell(identifier, "Customer Requested")
    summary = summary_of(us, identifier)
    assert (summary["InvolvementType"], summary["InvolvementTypeChangeReason"]) == ("Co-Sell", "Customer Requested")
    with pytest.raises(NotPossible):
        us.central.aws.turns_to_co_sell(identifier, "Customer Requested")
