"""Business rules at create, update and submission."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central import vocabulary
from tests.cosell.sandbox.partner_central.partner import Document, complete, monthly, partner, refused, with_value

Error = tuple[str, str]
NO_SUPPORT = vocabulary.NO_SUPPORT_NEEDED


def government(**members: Any) -> Document:
    return with_value(complete(**members), "Customer.Account.Industry", "Government")


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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("PrimaryNeedsFromAws", [NO_SUPPORT]),
        ("Project.SalesActivities", None),
        ("LifeCycle.TargetCloseDate", "2026-11-24"),
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


def test_a_renewal_names_an_own_opportunity() -> None:
    us = partner()
    renewal = with_value(complete(OpportunityType="Flat Renewal"), "Project.RelatedOpportunityIdentifier", "O1")
    with refused() as refusal:
        us.create(renewal)
    assert refusal.errors == [("INVALID_VALUE", "project.relatedOpportunityIdentifier")]
    us.create(with_value(renewal, "Project.RelatedOpportunityIdentifier", us.create()))


def test_nothing_begins_lost() -> None:
    us = partner()
    with refused() as refusal:
        us.create(complete(LifeCycle={"Stage": "Closed Lost", "ClosedLostReason": "Price"}))
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


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


def test_a_services_partner_names_the_account_at_launch() -> None:
    us = partner(services_partner=True)
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Launched")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "customer.account.awsAccountId")]
    us.sets(identifier, "Customer.Account.AwsAccountId", "111122223333")
    us.sets(identifier, "LifeCycle.Stage", "Launched")


def test_a_close_date_that_has_passed_may_stay() -> None:
    us = partner()
    identifier = us.approved(with_value(complete(), "LifeCycle.TargetCloseDate", "2026-11-25"))
    us.clock.advance(3 * 86_400)
    us.sets(identifier, "LifeCycle.NextSteps", "Close at last")
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.TargetCloseDate", "2026-11-26")
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")]


def test_a_close_date_that_has_passed_may_not_stay_by_switch() -> None:
    us = partner(old_close_date_stays=False)
    identifier = us.create(with_value(complete(), "LifeCycle.TargetCloseDate", "2026-11-25"))
    us.clock.advance(3 * 86_400)
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")]


def test_an_update_needs_the_marketing_source() -> None:
    us = partner()
    identifier = us.create({})
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "marketing.source")]
    free = partner(marketing_source_required=False)
    free.update(free.create({}))


def test_contacts_may_be_incomplete_by_switch() -> None:
    us = partner(contacts_complete=False)
    us.create({"Customer": {"Contacts": [{"FirstName": "Ada"}]}})


def test_postal_codes_may_be_anything_by_switch() -> None:
    us = partner(postal_code_formats=False)
    us.create(with_value(complete(), "Customer.Account.Address.PostalCode", "D02 AF30"))


def test_the_complaint_about_a_postal_code_is_aws_s() -> None:
    us = partner()
    with refused() as refusal:
        us.create(with_value(complete(), "Customer.Account.Address.PostalCode", "1000"))
    start = "The postal code is invalid for country United States, United States postal code must be in "
    assert refusal.messages == [f"{start}99999 OR 99999-9999 format."]


def test_national_security_is_redacted() -> None:
    us = partner(redacted_company_name="Undisclosed")
    account = us.raw(us.create(government(NationalSecurity="Yes")))["Customer"]["Account"]
    assert account["CompanyName"] == "Undisclosed"
    assert account["WebsiteUrl"] is None
    assert account["Address"]["CountryCode"] == "US"
    assert (account["Address"]["PostalCode"], account["Address"]["StateOrRegion"]) == (None, None)


def test_national_security_is_not_for_visibility_only() -> None:
    us = partner()
    identifier = us.create(government(NationalSecurity="Yes"))
    us.associate(identifier)
    with refused() as refusal:
        us.start(identifier, "For Visibility Only")
    assert refusal.errors == [("INVALID_VALUE", "involvementType")]
    us.start(identifier, "Co-Sell")


REQUIRED = [
    "Customer.Account.Industry",
    "Customer.Account.WebsiteUrl",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.Address.StateOrRegion",
    "Project.DeliveryModels",
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "Project.CustomerUseCase",
    "Project.ExpectedCustomerSpend",
    "LifeCycle.TargetCloseDate",
    "Marketing.Source",
    "PrimaryNeedsFromAws",
    "Project.SalesActivities",
]


@pytest.mark.parametrize("path", REQUIRED)
def test_submission_needs_each_required_field(path: str) -> None:
    us = partner()
    identifier = us.client.create_opportunity(Catalog="AWS", ClientToken="t", **_without(complete(), path))["Id"]
    us.associate(identifier)
    field = ".".join(part[0].lower() + part[1:] for part in path.split("."))
    for submit in (
        us.start,
        lambda one: us.client.submit_opportunity(Catalog="AWS", Identifier=one, InvolvementType="Co-Sell"),
    ):
        with refused() as refusal:
            submit(identifier)
        assert (refusal.reason, refusal.errors) == ("BUSINESS_VALIDATION_FAILED", [("REQUIRED_FIELD_MISSING", field)])


def test_visibility_only_needs_neither_needs_nor_activities() -> None:
    us = partner()
    identifier = us.create(_without(_without(complete(), "PrimaryNeedsFromAws"), "Project.SalesActivities"))
    us.associate(identifier)
    us.start(identifier, "For Visibility Only")


def test_countries_without_postal_codes_need_none() -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Customer.Account.Address", {"CountryCode": "AE"}))
    us.associate(identifier)
    us.start(identifier)


def test_strict_creation_asks_for_everything_by_switch() -> None:
    us = partner(strict_create=True)
    us.create()
    with refused() as refusal:
        us.create(_without(complete(), "Project.Title"))
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "project.title")]


def test_submission_needs_a_solution_or_its_description() -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "relatedEntityIdentifiers.solutions")]
    us.sets(identifier, "Project.OtherSolutionDescription", "Our own")
    us.start(identifier)


def test_the_description_replaces_no_solution_by_switch() -> None:
    us = partner(description_replaces_solution=False)
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "relatedEntityIdentifiers.solutions")]


@pytest.mark.parametrize(("stage", "taken"), [("Prospect", False), ("Qualified", True), ("Business Validation", True)])
def test_submission_needs_a_qualified_stage_by_switch(stage: str, taken: bool) -> None:
    body = with_value(complete(), "LifeCycle.Stage", stage)
    relaxed = partner()
    relaxed.submitted(body=body)
    strict = partner(submission_needs_qualified=True)
    identifier = strict.create(body)
    strict.associate(identifier)
    if taken:
        strict.start(identifier)
        return
    with refused() as refusal:
        strict.start(identifier)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


def test_a_lost_draft_cannot_be_submitted() -> None:
    us = partner(draft_may_move_stage=True)
    identifier = us.create()
    us.associate(identifier)
    us.update(
        identifier,
        lambda body: with_value(
            body, "LifeCycle", {**body["LifeCycle"], "Stage": "Closed Lost", "ClosedLostReason": "Price"}
        ),
    )
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


def _without(body: Document, path: str) -> Document:
    name, _, rest = path.partition(".")
    if not rest:
        return {key: value for key, value in body.items() if key != name}
    return {**body, name: _without(body[name], rest)}
