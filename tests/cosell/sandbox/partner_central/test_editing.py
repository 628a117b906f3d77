"""Which fields can change in which review status."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cosell.sandbox.partner_central.model import service
from tests.cosell.sandbox.partner_central.partner import Partner, complete, monthly, partner, refused, with_value
from tests.support.rules import Source, rule

CHANGES: dict[str, Any] = {
    "PrimaryNeedsFromAws": ["Co-Sell - Pricing Assistance"],
    "PartnerOpportunityIdentifier": "310002",
    "OpportunityType": "Expansion",
    "Customer.Account.CompanyName": "Example Ltd",
    "Customer.Account.Industry": "Gaming",
    "Customer.Account.OtherIndustry": "Games",
    "Customer.Account.WebsiteUrl": "https://example.org",
    "Customer.Account.AwsAccountId": "111122223333",
    "Customer.Account.Duns": "123456789",
    "Customer.Account.Address.CountryCode": "PR",
    "Customer.Account.Address.PostalCode": "10002",
    "Customer.Account.Address.StateOrRegion": "Texas",
    "Customer.Account.Address.City": "Austin",
    "Customer.Account.Address.StreetAddress": "1 Main Street",
    "Customer.Contacts": [],
    "Project.Title": "Another title",
    "Project.CustomerBusinessProblem": "Another problem of twenty characters.",
    "Project.CustomerUseCase": "Networking",
    "Project.DeliveryModels": ["Resell"],
    "Project.SalesActivities": ["SOW Signed"],
    "Project.CompetitorName": "On-Prem",
    "Project.AdditionalComments": "Urgent",
    "Project.ApnPrograms": ["P3"],
    "Project.ExpectedCustomerSpend": [monthly("99")],
    "LifeCycle.Stage": "Technical Validation",
    "LifeCycle.NextSteps": "Visit",
    "LifeCycle.TargetCloseDate": "2027-06-01",
    "Marketing": {"Source": "Marketing Activity", "AwsFundingUsed": "No"},
    "SoftwareRevenue": {"DeliveryModel": "Contract"},
}
ALWAYS_OPEN_UNDER_ACTION_REQUIRED = {
    "PartnerOpportunityIdentifier",
    "Customer.Account.WebsiteUrl",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.Address.StateOrRegion",
    "Customer.Account.Address.City",
    "Customer.Account.Address.StreetAddress",
    "Project.CustomerBusinessProblem",
    "Project.ExpectedCustomerSpend",
    "LifeCycle.TargetCloseDate",
}
LOCKED_AFTER_APPROVAL = {
    "PartnerOpportunityIdentifier",
    "Customer.Account.Industry",
    "Customer.Account.WebsiteUrl",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Project.Title",
    "Project.CustomerBusinessProblem",
}
SHEET = {"Customer.Account.CompanyName", "Customer.Account.Address.StateOrRegion", "Customer.Account.OtherIndustry"}


def locked(us: Partner, identifier: str) -> set[str]:
    """Tries each change by itself and names those that were refused as locked; what goes through stays."""
    refusals = set()
    for path, value in CHANGES.items():
        response = _try(us, identifier, path, value)
        if response is not None:
            field = ".".join(part[0].lower() + part[1:] for part in path.split("."))
            assert any(
                name is not None and name.startswith(field) for code, name in response if code == "ACTION_NOT_PERMITTED"
            )
            refusals.add(path)
    return refusals


def _try(us: Partner, identifier: str, path: str, value: Any) -> list[tuple[str, str | None]] | None:
    before = us.central.opportunity(identifier).review_status
    try:
        with refused() as refusal:
            us.sets(identifier, path, value)
    except pytest.fail.Exception:
        if us.central.opportunity(identifier).review_status != before:
            us.central.aws.edits(identifier, "LifeCycle.ReviewStatus", before)
        return None
    return refusal.errors


@rule("Of a draft everything can be edited but the stage.", Source.PC_UPDATES, switch="draft_may_move_stage")
def test_a_draft_is_open_but_for_its_stage() -> None:
    us = partner()
    assert locked(us, us.create()) == {"LifeCycle.Stage"}


@rule("By switch, the stage of a draft can be edited too.", Source.PC_UPDATES, switch="draft_may_move_stage")
def test_a_draft_may_move_its_stage_by_switch() -> None:
    us = partner(draft_may_move_stage=True)
    assert locked(us, us.create()) == set()


@rule(
    "Under Action Required only address, website, close date, spend, problem and the partner's identifier can change.",
    Source.PC_UPDATES,
)
def test_what_is_open_when_aws_asks_for_changes() -> None:
    us = partner()
    identifier = us.submitted()
    us.central.aws.asks_for_changes(identifier, "Please give the postal code")
    assert locked(us, identifier) == CHANGES.keys() - ALWAYS_OPEN_UNDER_ACTION_REQUIRED


@rule(
    "After approval country, postal code, industry, website, problem, title and the partner's identifier are locked, "
    "at every stage.",
    Source.PC_UPDATES,
)
@pytest.mark.parametrize("stage", service().shape_for("Stage").enum)
def test_what_is_locked_after_approval(stage: str) -> None:
    us = partner()
    identifier = us.approved()
    reason = {"ClosedLostReason": "Price"} if stage == "Closed Lost" else {}
    us.sets(identifier, "LifeCycle", {**us.get(identifier)["LifeCycle"], "Stage": stage, **reason})
    assert locked(us, identifier) == LOCKED_AFTER_APPROVAL


@rule(
    "By switch, company, state, other industry and national security are locked, too; the partner's identifier is not.",
    Source.PC_FIELD_SHEET,
    switch="sheet_locks",
)
def test_the_older_field_sheet_locks_more_by_switch() -> None:
    us = partner(sheet_locks=True)
    assert locked(us, us.approved()) == (LOCKED_AFTER_APPROVAL | SHEET) - {"PartnerOpportunityIdentifier"}
    of_government = us.approved(with_value(complete(), "Customer.Account.Industry", "Government"))
    with refused() as refusal:
        us.sets(of_government, "NationalSecurity", "Yes")
    assert ("ACTION_NOT_PERMITTED", "nationalSecurity") in refusal.errors


@rule("Submitted, In review and Rejected are closed to every update.", Source.PC_UPDATES, Source.PC_MODEL)
@pytest.mark.parametrize("verb", ["none", "starts_review", "rejects"])
def test_nothing_can_be_written_while_aws_reviews_or_after_it_declined(verb: str) -> None:
    us = partner()
    identifier = us.submitted()
    if verb == "starts_review":
        us.central.aws.starts_review(identifier)
    if verb == "rejects":
        us.central.aws.rejects(identifier, "Duplicate")
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    assert refusal.message.startswith("Record is not editable.")


@rule("A write to a closed record is a ValidationException.", switch="locked_record")
def test_a_locked_record_is_a_conflict_by_switch() -> None:
    us = partner(locked_record="ConflictException")
    identifier = us.submitted()
    with refused() as refusal:
        us.update(identifier)
    assert refusal.code == "ConflictException"
    with refused() as refusal:
        us.disassociate(identifier)
    assert refusal.code == "ConflictException"


@rule("A locked field can be sent as it was.", Source.PC_MODEL, Source.PC_UPDATES)
def test_a_locked_field_may_be_there_if_it_is_as_before() -> None:
    us = partner()
    identifier = us.approved()
    us.sets(identifier, "LifeCycle.NextSteps", "Visit")
    assert us.get(identifier)["LifeCycle"]["NextSteps"] == "Visit"


@rule("To leave a locked field out is to change it, and is refused by its name.", Source.PC_MODEL, Source.PC_UPDATES)
def test_leaving_a_locked_field_out_is_a_change() -> None:
    us = partner()
    identifier = us.approved()
    with refused() as refusal:
        us.update(
            identifier, lambda body: {name: one for name, one in body.items() if name != "PartnerOpportunityIdentifier"}
        )
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "partnerOpportunityIdentifier")]
    assert refusal.messages == ["PartnerOpportunityIdentifier is not editable if status is Approved"]


@rule("What submission required stays required.", Source.PC_FIELD_SHEET)
def test_after_approval_required_fields_stay_required() -> None:
    us = partner()
    identifier = us.approved()
    with refused() as refusal:
        us.update(
            identifier,
            lambda body: {**body, "PrimaryNeedsFromAws": [], "Project": {**body["Project"], "DeliveryModels": []}},
        )
    assert sorted(refusal.errors) == [
        ("REQUIRED_FIELD_MISSING", "primaryNeedsFromAws"),
        ("REQUIRED_FIELD_MISSING", "project.deliveryModels"),
    ]


@rule(
    "An update under Action Required brings the opportunity back to AWS, and takes comments and reason away.",
    Source.PC_UPDATES,
    switch="after_changes",
)
@pytest.mark.parametrize("status", ["Submitted", "In review"])
def test_an_update_after_asked_for_changes_goes_back_to_aws(status: str) -> None:
    us = partner(after_changes=status)
    identifier = us.submitted()
    us.central.aws.asks_for_changes(identifier, "Postal code?", "MissingInformation")
    assert us.get(identifier)["LifeCycle"]["ReviewComments"] == "Postal code?"
    us.sets(identifier, "Customer.Account.Address.PostalCode", "10002")
    lifecycle = us.raw(identifier)["LifeCycle"]
    assert (lifecycle["ReviewStatus"], lifecycle["ReviewComments"], lifecycle["ReviewStatusReason"]) == (
        status,
        None,
        None,
    )


@rule("In the Sandbox an update sets the review status, and comments.", Source.PC_SANDBOX_FLOW, Source.PC_SAMPLES)
def test_in_the_sandbox_the_partner_plays_aws() -> None:
    us = partner("Sandbox")
    identifier = us.submitted()
    us.update(identifier, lambda body: _with_status(body, "Action Required", ReviewComments="Postal code?"))
    assert us.get(identifier)["LifeCycle"]["ReviewComments"] == "Postal code?"
    us.sets(identifier, "Customer.Account.Address.PostalCode", "10002")
    assert us.central.opportunity(identifier).review_status == "Submitted"
    us.update(identifier, lambda body: _with_status(body, "Approved"))
    assert us.central.opportunity(identifier).review_status == "Approved"


@rule("In the Sandbox an update can reject, with a reason.", Source.PC_SANDBOX_FLOW, Source.PC_FIELD_SHEET)
def test_in_the_sandbox_the_partner_can_reject() -> None:
    us = partner("Sandbox")
    identifier = us.submitted()
    us.update(identifier, lambda body: _with_status(body, "Rejected", ReviewStatusReason="Duplicate"))
    lifecycle = us.get(identifier)["LifeCycle"]
    assert (lifecycle["ReviewStatus"], lifecycle["ReviewStatusReason"]) == ("Rejected", "Duplicate")


@rule("In the Sandbox nothing follows an approval.", Source.PC_FIELD_SHEET, switch="sandbox_reviews_freely")
@pytest.mark.parametrize("status", ["Submitted", "Pending Submission", "Action Required", "Rejected"])
def test_in_the_sandbox_an_approval_is_final(status: str) -> None:
    us = partner("Sandbox")
    identifier = us.approved()
    with refused() as refusal:
        us.update(identifier, lambda body: _with_status(body, status))
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "lifeCycle.reviewStatus")]
    assert refusal.message == "reviewStatus is not editable if status is Approved"


@rule("In the Sandbox nobody sets In review.", Source.PC_FIELD_SHEET, switch="sandbox_reviews_freely")
def test_in_the_sandbox_in_review_cannot_be_set() -> None:
    us = partner("Sandbox")
    identifier = us.submitted()
    with refused() as refusal:
        us.update(identifier, lambda body: _with_status(body, "In review"))
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "lifeCycle.reviewStatus")]


@rule(
    "In the Sandbox what needs changes becomes Submitted again before it is approved.",
    Source.PC_FIELD_SHEET,
    switch="sandbox_reviews_freely",
)
def test_in_the_sandbox_what_needs_changes_goes_back_before_it_is_approved() -> None:
    us = partner("Sandbox")
    identifier = us.submitted()
    us.update(identifier, lambda body: _with_status(body, "Action Required"))
    with refused() as refusal:
        us.update(identifier, lambda body: _with_status(body, "Approved"))
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "lifeCycle.reviewStatus")]
    us.update(identifier, lambda body: _with_status(body, "Submitted"))
    us.update(identifier, lambda body: _with_status(body, "Approved"))
    assert us.central.opportunity(identifier).review_status == "Approved"


@rule(
    "By switch, any review status can be set in the Sandbox.", Source.PC_SANDBOX_FLOW, switch="sandbox_reviews_freely"
)
def test_in_the_sandbox_any_status_can_be_set_by_switch() -> None:
    us = partner("Sandbox", sandbox_reviews_freely=True)
    identifier = us.submitted()
    for status in ("In review", "Action Required", "Approved", "Pending Submission"):
        us.update(identifier, partial(_with_status, status=status))
        assert us.central.opportunity(identifier).review_status == status


@rule("In the catalog AWS a review status in an update is ignored.", Source.PC_MODEL, Source.PC_SAMPLES)
@pytest.mark.parametrize("status", ["Approved", "Action Required", "Rejected", "In review"])
def test_the_catalog_aws_ignores_a_review_status(status: str) -> None:
    us = partner()
    identifier = us.approved()
    us.update(identifier, lambda body: _with_status(body, status, ReviewComments="Mine", ReviewStatusReason="Mine"))
    lifecycle = us.raw(identifier)["LifeCycle"]
    assert (lifecycle["ReviewStatus"], lifecycle["ReviewComments"]) == ("Approved", None)


@rule(
    "By switch, an update at Launched changes delivery models, comments and revenue, and drops the rest.",
    Source.PC_FIELD_SHEET,
    switch="launched_keeps_the_rest",
)
def test_little_can_change_at_launched_by_switch() -> None:
    us = partner(launched_keeps_the_rest=True)
    identifier = us.approved()
    us.sets(identifier, "LifeCycle.Stage", "Launched")
    project = {"DeliveryModels": ["Resell"], "AdditionalComments": "Live", "CompetitorName": "On-Prem"}
    us.update(
        identifier,
        lambda body: {
            **body,
            "Project": {**body["Project"], **project},
            "LifeCycle": {**body["LifeCycle"], "Stage": "Qualified", "NextSteps": "None"},
            "SoftwareRevenue": {"DeliveryModel": "Contract"},
        },
    )
    body = us.raw(identifier)
    assert (body["Project"]["DeliveryModels"], body["Project"]["AdditionalComments"]) == (["Resell"], "Live")
    assert body["SoftwareRevenue"]["DeliveryModel"] == "Contract"
    assert body["Project"]["CompetitorName"] is None
    assert (body["LifeCycle"]["Stage"], body["LifeCycle"]["NextSteps"]) == ("Launched", "Call the customer")


@rule(
    "In the Sandbox, too, submission comes before a review.",
    Source.PC_SAMPLES,
    switch="sandbox_review_needs_submission",
)
def test_in_the_sandbox_submission_comes_first_unless_switched() -> None:
    us = partner("Sandbox")
    identifier = us.create()
    with refused() as refusal:
        us.update(identifier, lambda body: _with_status(body, "Approved"))
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "lifeCycle.reviewStatus")]
    free = partner("Sandbox", sandbox_review_needs_submission=False)
    identifier = free.create()
    free.update(identifier, lambda body: _with_status(body, "Approved"))
    assert free.central.opportunity(identifier).review_status == "Approved"


@rule(
    "An update in the Sandbox that sets the review status cannot change anything else that is locked.",
    Source.PC_UPDATES,
)
def test_a_verdict_changes_nothing_else() -> None:
    us = partner("Sandbox")
    identifier = us.submitted()
    with refused() as refusal:
        us.update(identifier, lambda body: {**_with_status(body, "Approved"), "OpportunityType": "Expansion"})
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "opportunityType")]


def _with_status(body: dict[str, Any], status: str, **more: str) -> dict[str, Any]:
    return {**body, "LifeCycle": {**body["LifeCycle"], "ReviewStatus": status, **more}}
