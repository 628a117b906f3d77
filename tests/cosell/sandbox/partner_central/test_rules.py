"""Business rules at create, update and submission."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central import vocabulary
from cosell.sandbox.partner_central.model import service
from tests.cosell.sandbox.partner_central.partner import Document, complete, monthly, partner, refused, with_value
from tests.support.rules import Source, rule

Error = tuple[str, str]
NO_SUPPORT = vocabulary.NO_SUPPORT_NEEDED


def government(**members: Any) -> Document:
    return with_value(complete(**members), "Customer.Account.Industry", "Government")


@rule(
    "Fields that do not go together are refused at creation and at each update, with a code and the field.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
)
@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("PrimaryNeedsFromAws", ["Co-Sell - Deal Support"] * 2, ("DUPLICATE_KEY_VALUE", "primaryNeedsFromAws")),
        ("PrimaryNeedsFromAws", ["Co-Sell - Deal Support", NO_SUPPORT], ("INVALID_VALUE", "primaryNeedsFromAws")),
        ("NationalSecurity", "Yes", ("INVALID_VALUE", "nationalSecurity")),
        ("Customer.Account.Industry", "Other", ("REQUIRED_FIELD_MISSING", "customer.account.otherIndustry")),
        ("Project.OtherCompetitorNames", "Someone", ("ACTION_NOT_PERMITTED", "project.otherCompetitorNames")),
        ("Project.CompetitorName", "*Other", ("REQUIRED_FIELD_MISSING", "project.otherCompetitorNames")),
        ("Marketing", {"Source": "Marketing Activity"}, ("REQUIRED_FIELD_MISSING", "marketing.awsFundingUsed")),
        ("Marketing.CampaignName", "Spring", ("ACTION_NOT_PERMITTED", "marketing.campaignName")),
        ("Marketing.Channels", ["Email"], ("ACTION_NOT_PERMITTED", "marketing.channels")),
        ("Marketing.UseCases", ["Storage"], ("ACTION_NOT_PERMITTED", "marketing.useCases")),
        ("Marketing.AwsFundingUsed", "No", ("ACTION_NOT_PERMITTED", "marketing.awsFundingUsed")),
        (
            "Marketing",
            {"Source": "Marketing Activity", "AwsFundingUsed": "No", "UseCases": ["Storage"]},
            ("ACTION_NOT_PERMITTED", "marketing.useCases"),
        ),
        ("OpportunityType", "Flat Renewal", ("REQUIRED_FIELD_MISSING", "project.relatedOpportunityIdentifier")),
        ("LifeCycle.TargetCloseDate", "2026-11-23", ("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")),
        ("LifeCycle.TargetCloseDate", "2027-02-30", ("INVALID_VALUE", "lifeCycle.targetCloseDate")),
        ("LifeCycle.TargetCloseDate", "2087-01-01", ("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")),
        (
            "SoftwareRevenue",
            {"EffectiveDate": "2027-02-29"},
            ("INVALID_VALUE", "softwareRevenue.effectiveDate"),
        ),
        (
            "SoftwareRevenue",
            {"EffectiveDate": "2027-02-02", "ExpirationDate": "2027-02-01"},
            ("VALUE_OUT_OF_RANGE", "softwareRevenue.effectiveDate"),
        ),
        ("Customer.Account.Address.StateOrRegion", "NY", ("INVALID_VALUE", "customer.account.address.stateOrRegion")),
        ("Customer.Account.Address.PostalCode", "1000", ("INVALID_VALUE", "customer.account.address.postalCode")),
        (
            "Customer.Contacts",
            [{"Email": "a@b.co", "FirstName": "A"}],
            ("REQUIRED_FIELD_MISSING", "customer.contacts.lastName"),
        ),
        ("Project.SalesActivities", [], ("NOT_ENOUGH_VALUES", "project.salesActivities")),
        ("Project.AwsPartition", "aws-eusc", ("INVALID_VALUE", "project.expectedCustomerSpend.currencyCode")),
        (
            "Project.ExpectedCustomerSpend",
            [monthly("5", CurrencyCode="GBP")],
            ("INVALID_VALUE", "project.expectedCustomerSpend.currencyCode"),
        ),
        (
            "SoftwareRevenue",
            {"Value": {"Amount": "1", "CurrencyCode": "GBP"}},
            ("INVALID_VALUE", "softwareRevenue.value.currencyCode"),
        ),
    ],
)
def test_rules_hold_at_creation_and_at_update(path: str, value: Any, error: Error) -> None:
    us = partner()
    with refused() as refusal:
        us.create(with_value(complete(), path, value))
    assert (refusal.reason, refusal.errors) == ("BUSINESS_VALIDATION_FAILED", [error])
    identifier = us.create()
    with refused() as refusal:
        us.sets(identifier, path, value)
    assert (refusal.reason, refusal.errors) == ("BUSINESS_VALIDATION_FAILED", [error])


@rule(
    "What no rule names goes through: today as a close date, no sales activities, any state outside the US.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
)
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("PrimaryNeedsFromAws", [NO_SUPPORT]),
        ("Project.SalesActivities", None),
        ("LifeCycle.TargetCloseDate", "2026-11-24"),
        ("LifeCycle.TargetCloseDate", "2086-12-31"),
        ("SoftwareRevenue", {"EffectiveDate": "2027-02-01", "ExpirationDate": "2027-02-01"}),
        ("Customer.Account.Address", {"CountryCode": "DE", "StateOrRegion": "Bayern", "PostalCode": "80331"}),
        ("Customer.Account.Address", {"CountryCode": "AE", "PostalCode": "anything"}),
        ("Marketing", {"Source": "Marketing Activity", "AwsFundingUsed": "Yes", "UseCases": ["Storage"]}),
        ("Project.ExpectedCustomerSpend", [monthly("5", CurrencyCode="EUR")]),
    ],
)
def test_what_no_rule_forbids_is_taken(path: str, value: Any) -> None:
    us = partner()
    body = with_value(complete(), path, value)
    response = us.post("CreateOpportunity", Catalog="AWS", ClientToken="t", **body)
    assert response.status == 200


@rule("All business rules that are broken come in one answer.", Source.PC_API)
def test_all_broken_rules_come_in_one_answer() -> None:
    us = partner()
    with refused() as refusal:
        us.create(
            complete(NationalSecurity="Yes", OpportunityType="Flat Renewal", Marketing={"Source": "Marketing Activity"})
        )
    assert [field for _, field in refusal.errors] == [
        "nationalSecurity",
        "marketing.awsFundingUsed",
        "project.relatedOpportunityIdentifier",
    ]


@rule(
    "The parent of a renewal or expansion is an opportunity of the partner, in the same catalog.", Source.PC_FIELD_SHEET
)
@pytest.mark.parametrize("kind", ["Flat Renewal", "Expansion"])
def test_a_parent_is_an_own_opportunity(kind: str) -> None:
    us = partner()
    us.catalog = "Sandbox"
    of_the_sandbox = us.create()
    us.catalog = "AWS"
    for parent in ("O1", of_the_sandbox):
        with refused() as refusal:
            us.create(with_value(complete(OpportunityType=kind), "Project.RelatedOpportunityIdentifier", parent))
        assert refusal.errors == [("INVALID_VALUE", "project.relatedOpportunityIdentifier")]
    us.create(with_value(complete(OpportunityType=kind), "Project.RelatedOpportunityIdentifier", us.create()))


@rule("The parent of a new business is ignored.", Source.PC_FIELD_SHEET, switch="unused_parent_dropped")
@pytest.mark.parametrize(("dropped", "kept"), [(False, "O1"), (True, None)])
def test_new_business_needs_no_parent(dropped: bool, kept: str | None) -> None:
    us = partner(unused_parent_dropped=dropped)
    identifier = us.create(with_value(complete(), "Project.RelatedOpportunityIdentifier", "O1"))
    assert us.raw(identifier)["Project"]["RelatedOpportunityIdentifier"] == kept


@rule("An opportunity is not created as Closed Lost.", switch="may_begin_lost")
def test_nothing_begins_lost() -> None:
    lost = complete(LifeCycle={"Stage": "Closed Lost", "ClosedLostReason": "Price"})
    with refused() as refusal:
        partner().create(lost)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]
    free = partner(may_begin_lost=True)
    assert free.central.opportunity(free.create(lost)).stage == "Closed Lost"


@rule("An opportunity can be created at Committed or Launched.", switch="may_begin_late")
@pytest.mark.parametrize("stage", ["Committed", "Launched"])
def test_an_opportunity_can_begin_late(stage: str) -> None:
    body = with_value(complete(), "LifeCycle.Stage", stage)
    us = partner()
    us.submitted(body=body)
    with refused() as refusal:
        partner(may_begin_late=False).create(body)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


@rule(
    "Stages can be skipped and gone back; only Closed Lost asks for more, its reason.",
    Source.PC_SALES_STAGES,
    Source.PC_MODEL,
)
def test_every_stage_follows_every_other() -> None:
    us = partner()
    identifier = us.approved()
    stages = service().shape_for("Stage").enum
    for stage in (stage for before in stages for after in stages for stage in (before, after)):
        lifecycle = {name: one for name, one in us.get(identifier)["LifeCycle"].items() if name != "ClosedLostReason"}
        reason = {"ClosedLostReason": "Price"} if stage == "Closed Lost" else {}
        us.sets(identifier, "LifeCycle", {**lifecycle, "Stage": stage, **reason})
        assert us.central.opportunity(identifier).stage == stage


@rule("An update has a stage.", Source.PC_FIELD_SHEET, switch="stage_required")
def test_an_update_needs_the_stage() -> None:
    us = partner(draft_may_move_stage=True)
    identifier = us.create()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle", {"NextSteps": "Call"})
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "lifeCycle.stage")]
    free = partner(draft_may_move_stage=True, stage_required=False)
    identifier = free.create()
    free.sets(identifier, "LifeCycle", {"NextSteps": "Call"})
    assert free.raw(identifier)["LifeCycle"]["Stage"] is None


@rule("Closed Lost needs a reason.", Source.PC_FIELD_SHEET)
def test_a_lost_deal_has_a_reason() -> None:
    us = partner()
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Closed Lost")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "lifeCycle.closedLostReason")]
    us.update(
        identifier,
        lambda body: with_value(
            with_value(body, "LifeCycle.Stage", "Closed Lost"), "LifeCycle.ClosedLostReason", "Price"
        ),
    )
    assert us.central.opportunity(identifier).stage == "Closed Lost"


@rule(
    "Committed and Launched need an associated solution or product, which a description does not replace.",
    Source.PC_MODEL,
    Source.PC_SALES_UPDATING,
)
@pytest.mark.parametrize("stage", ["Committed", "Launched"])
def test_late_stages_need_a_solution_that_other_does_not_replace(stage: str) -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    us.start(identifier)
    us.clock.run_until_quiet()
    us.central.aws.approves(identifier)
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", stage)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]
    us.associate(identifier)
    us.sets(identifier, "LifeCycle.Stage", stage)


@rule(
    "A services partner gives the customer's AWS account at Launched.",
    Source.PC_FIELD_SHEET,
    Source.PC_SALES_UPDATING,
    switch="services_partner",
)
def test_a_services_partner_names_the_account_at_launch() -> None:
    us = partner(services_partner=True)
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Launched")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "customer.account.awsAccountId")]
    us.sets(identifier, "Customer.Account.AwsAccountId", "111122223333")
    us.sets(identifier, "LifeCycle.Stage", "Launched")


@rule(
    "Some programs need all of SoftwareRevenue at Launched.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
    switch="special_program",
)
def test_a_special_program_wants_the_revenue_at_launch() -> None:
    us = partner(special_program=True)
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Launched")
    names = ("deliveryModel", "value", "effectiveDate", "expirationDate")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", f"softwareRevenue.{name}") for name in names]
    revenue = {
        "DeliveryModel": "Contract",
        "Value": {"Amount": "5", "CurrencyCode": "USD"},
        "EffectiveDate": "2027-01-01",
        "ExpirationDate": "2027-12-31",
    }
    us.sets(identifier, "SoftwareRevenue", revenue)
    us.sets(identifier, "LifeCycle.Stage", "Launched")


@rule(
    "A close date is not in the past, unless it has been written before.",
    Source.PC_MODEL,
    Source.PC_FIELD_SHEET,
    switch="old_close_date_stays",
)
def test_a_close_date_that_has_passed_may_stay() -> None:
    us = partner()
    identifier = us.approved(with_value(complete(), "LifeCycle.TargetCloseDate", "2026-11-25"))
    us.clock.advance(3 * 86_400)
    us.sets(identifier, "LifeCycle.NextSteps", "Close at last")
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.TargetCloseDate", "2026-11-26")
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")]


@rule(
    "By switch, a close date that has passed has to be moved with the next update.",
    Source.PC_MODEL,
    switch="old_close_date_stays",
)
def test_a_close_date_that_has_passed_may_not_stay_by_switch() -> None:
    us = partner(old_close_date_stays=False)
    identifier = us.create(with_value(complete(), "LifeCycle.TargetCloseDate", "2026-11-25"))
    us.clock.advance(3 * 86_400)
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")]


@rule("An update has a marketing source.", switch="marketing_source_required")
def test_an_update_needs_the_marketing_source() -> None:
    us = partner()
    identifier = us.create({})
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "marketing.source")]
    free = partner(marketing_source_required=False)
    free.update(free.create({}))


@rule("A contact has first name, last name and e-mail together.", switch="contacts_complete")
def test_contacts_may_be_incomplete_by_switch() -> None:
    us = partner(contacts_complete=False)
    us.create({"Customer": {"Contacts": [{"FirstName": "Ada"}]}})


@rule("Sales activities are absent or at least one.", switch="activities_not_empty")
def test_sales_activities_may_be_empty_by_switch() -> None:
    us = partner(activities_not_empty=False)
    assert us.raw(us.create(with_value(complete(), "Project.SalesActivities", [])))["Project"]["SalesActivities"] == []


@rule("A postal code has the format of its country.", Source.PC_FIELD_SHEET, switch="postal_code_formats")
def test_postal_codes_may_be_anything_by_switch() -> None:
    us = partner(postal_code_formats=False)
    us.create(with_value(complete(), "Customer.Account.Address.PostalCode", "D02 AF30"))


@rule("The refusal of a postal code names the country and its formats.", Source.PC_FIELD_SHEET)
def test_the_complaint_about_a_postal_code_is_aws_s() -> None:
    us = partner()
    with refused() as refusal:
        us.create(with_value(complete(), "Customer.Account.Address.PostalCode", "1000"))
    start = "The postal code is invalid for country United States, United States postal code must be in "
    assert refusal.messages == [f"{start}99999 OR 99999-9999 format."]


@rule(
    "For national security AWS keeps neither company, website, state nor postal code, and makes the country US.",
    Source.PC_FIELD_SHEET,
    switch="redacted_company_name",
)
def test_national_security_is_redacted() -> None:
    us = partner(redacted_company_name="Undisclosed")
    account = us.raw(us.create(government(NationalSecurity="Yes")))["Customer"]["Account"]
    assert account["CompanyName"] == "Undisclosed"
    assert account["WebsiteUrl"] is None
    assert account["Address"]["CountryCode"] == "US"
    assert (account["Address"]["PostalCode"], account["Address"]["StateOrRegion"]) == (None, None)


@rule("What concerns national security is not submitted for visibility only.", Source.PC_FIELD_SHEET)
def test_national_security_is_not_for_visibility_only() -> None:
    us = partner()
    identifier = us.create(government(NationalSecurity="Yes"))
    us.associate(identifier)
    with refused() as refusal:
        us.start(identifier, "For Visibility Only")
    assert refusal.errors == [("INVALID_VALUE", "involvementType")]
    us.start(identifier, "Co-Sell")
