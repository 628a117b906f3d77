"""Which values the fields of an opportunity can have together, at creation and at each update."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central.vocabulary import NO_SUPPORT_NEEDED
from tests.cosell.sandbox.partner_central.partner import Document, complete, monthly, partner, refused, with_value
from tests.support.rules import Source, rule

ACTIVITY = {"Source": "Marketing Activity", "AwsFundingUsed": "Yes"}
Errors = list[tuple[str, str | None]]


def problems(path: str, value: Any) -> Errors:
    """What is wrong with a complete opportunity that has this value, whether it is created or updated with it."""
    us = partner()
    body = with_value(complete(), path, value)
    with refused() as at_creation:
        us.create(body)
    identifier = us.create()
    with refused() as at_update:
        us.sets(identifier, path, value)
    assert at_creation.reason == at_update.reason == "BUSINESS_VALIDATION_FAILED"
    assert at_creation.errors == at_update.errors
    return at_creation.errors


def takes(path: str, value: Any, **switches: Any) -> None:
    """A complete opportunity with this value can be created and updated."""
    us = partner(**switches)
    response = us.post("CreateOpportunity", Catalog="AWS", ClientToken="t", **with_value(complete(), path, value))
    assert response.status == 200, response.body
    us.update(response.json()["Id"])


def government(**members: Any) -> Document:
    return with_value(complete(**members), "Customer.Account.Industry", "Government")


@rule("A need for support is named once.", Source.PC_MODEL)
def test_needs_are_named_once() -> None:
    needs = ["Co-Sell - Deal Support"] * 2
    assert problems("PrimaryNeedsFromAws", needs) == [("DUPLICATE_KEY_VALUE", "primaryNeedsFromAws")]


@rule("Co-sell needs and the value for no support exclude each other.", Source.PC_FIELD_SHEET)
def test_no_support_stands_alone() -> None:
    needs = ["Co-Sell - Deal Support", NO_SUPPORT_NEEDED]
    assert problems("PrimaryNeedsFromAws", needs) == [("INVALID_VALUE", "primaryNeedsFromAws")]
    takes("PrimaryNeedsFromAws", [NO_SUPPORT_NEEDED])


@rule("National security is for the industry Government only.", Source.PC_FIELD_SHEET)
def test_national_security_is_for_government() -> None:
    assert problems("NationalSecurity", "Yes") == [("INVALID_VALUE", "nationalSecurity")]


@rule(
    "For national security AWS keeps neither company, website, state nor postal code, and makes the country US.",
    Source.PC_FIELD_SHEET,
)
def test_national_security_is_redacted() -> None:
    us = partner()
    account = us.raw(us.create(government(NationalSecurity="Yes")))["Customer"]["Account"]
    assert account["CompanyName"] == "Redacted"
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


@rule("What concerns national security is submitted with full visibility.", Source.PC_FIELD_SHEET)
def test_national_security_has_full_visibility() -> None:
    us = partner()
    identifier = us.create(government(NationalSecurity="Yes"))
    us.associate(identifier)
    limited = {"InvolvementType": "Co-Sell", "Visibility": "Limited"}
    for operation, submission in (
        ("StartEngagementFromOpportunityTask", {"ClientToken": "t", "AwsSubmission": limited}),
        ("SubmitOpportunity", limited),
    ):
        answer = us.post(operation, Catalog="AWS", Identifier=identifier, **submission).json()
        assert [(one["Code"], one["FieldName"]) for one in answer["ErrorList"]] == [("INVALID_VALUE", "visibility")]


@rule("The industry Other needs OtherIndustry.", Source.PC_FIELD_SHEET)
def test_another_industry_has_a_name() -> None:
    missing = [("REQUIRED_FIELD_MISSING", "customer.account.otherIndustry")]
    assert problems("Customer.Account.Industry", "Other") == missing


@rule(
    "OtherCompetitorNames goes with the competitor `*Other`, and neither without the other.",
    Source.PC_MODEL,
    Source.PC_FIELD_SHEET,
)
def test_other_competitors_have_names() -> None:
    field = "project.otherCompetitorNames"
    assert problems("Project.OtherCompetitorNames", "Someone") == [("ACTION_NOT_PERMITTED", field)]
    assert problems("Project.CompetitorName", "*Other") == [("REQUIRED_FIELD_MISSING", field)]


@rule("Without a marketing activity there is no campaign, channel, use case or funding.", Source.PC_FIELD_SHEET)
@pytest.mark.parametrize(
    ("name", "value"),
    [("CampaignName", "Spring"), ("Channels", ["Email"]), ("UseCases", ["Storage"]), ("AwsFundingUsed", "No")],
)
def test_no_marketing_has_no_details(name: str, value: Any) -> None:
    field = f"marketing.{name[0].lower()}{name[1:]}"
    assert problems(f"Marketing.{name}", value) == [("ACTION_NOT_PERMITTED", field)]


@rule("A marketing activity says whether AWS funded it.", Source.PC_FIELD_SHEET)
def test_a_marketing_activity_says_whether_aws_funded_it() -> None:
    missing = [("REQUIRED_FIELD_MISSING", "marketing.awsFundingUsed")]
    assert problems("Marketing", {"Source": "Marketing Activity"}) == missing


@rule("A marketing activity has use cases only when AWS funded it.", Source.PC_MODEL)
def test_use_cases_are_of_funded_activities() -> None:
    not_funded = {**ACTIVITY, "AwsFundingUsed": "No", "UseCases": ["Storage"]}
    assert problems("Marketing", not_funded) == [("ACTION_NOT_PERMITTED", "marketing.useCases")]
    takes("Marketing", {**ACTIVITY, "UseCases": ["Storage"]})


@rule("An update needs a marketing source.", switch="marketing_source_required")
def test_an_update_needs_the_marketing_source() -> None:
    us = partner()
    identifier = us.create({})
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "marketing.source")]
    free = partner(marketing_source_required=False)
    free.update(free.create({}))


@rule("A Flat Renewal names its parent.", Source.PC_FIELD_SHEET)
def test_a_renewal_has_a_parent() -> None:
    missing = [("REQUIRED_FIELD_MISSING", "project.relatedOpportunityIdentifier")]
    assert problems("OpportunityType", "Flat Renewal") == missing


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


@rule(
    "A close date is today at the earliest, by the day in UTC, and 60 years ahead at the latest.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
)
def test_a_close_date_is_ahead() -> None:
    path, refusal = "LifeCycle.TargetCloseDate", [("VALUE_OUT_OF_RANGE", "lifeCycle.targetCloseDate")]
    assert problems(path, "2026-11-23") == refusal
    assert problems(path, "2087-01-01") == refusal
    takes(path, "2026-11-24")
    takes(path, "2086-12-31")
    us = partner()
    us.clock.advance(15 * 3600 - 1)  # to one second before midnight
    us.create(with_value(complete(), path, "2026-11-24"))
    us.clock.advance(1)
    with refused() as too_late:
        us.create(with_value(complete(), path, "2026-11-24"))
    assert too_late.errors == refusal


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


@rule("A date is a day of the calendar, although the model's pattern has a 30th of February.", Source.PC_MODEL)
@pytest.mark.parametrize(
    ("path", "text"), [("LifeCycle.TargetCloseDate", "2027-02-30"), ("SoftwareRevenue.EffectiveDate", "2027-02-29")]
)
def test_a_date_is_a_day(path: str, text: str) -> None:
    ((code, field),) = problems(path, text)
    assert (code, str(field).lower()) == ("INVALID_VALUE", path.lower())


@rule("A software contract ends on the day on which it begins, or later.", Source.PC_FIELD_SHEET)
def test_a_contract_does_not_end_before_it_begins() -> None:
    reversed_days = {"EffectiveDate": "2027-02-02", "ExpirationDate": "2027-02-01"}
    assert problems("SoftwareRevenue", reversed_days) == [("VALUE_OUT_OF_RANGE", "softwareRevenue.effectiveDate")]
    takes("SoftwareRevenue", {"EffectiveDate": "2027-02-01", "ExpirationDate": "2027-02-01"})


@rule("A state of the US is one of the published list; elsewhere any text is a state.", Source.PC_FIELD_SHEET)
def test_states_of_the_us_are_listed() -> None:
    field = "customer.account.address.stateOrRegion"
    assert problems("Customer.Account.Address.StateOrRegion", "NY") == [("INVALID_VALUE", field)]
    takes("Customer.Account.Address", {"CountryCode": "DE", "StateOrRegion": "Bayern", "PostalCode": "80331"})


@rule(
    "A postal code has a format of its country; the refusal names the country and its formats.",
    Source.PC_FIELD_SHEET,
    switch="postal_code_formats",
)
def test_a_postal_code_has_the_format_of_its_country() -> None:
    path = "Customer.Account.Address.PostalCode"
    assert problems(path, "1000") == [("INVALID_VALUE", "customer.account.address.postalCode")]
    with refused() as refusal:
        partner().create(with_value(complete(), path, "1000"))
    start = "The postal code is invalid for country United States, United States postal code must be in "
    assert refusal.messages == [f"{start}99999 OR 99999-9999 format."]
    takes("Customer.Account.Address", {"CountryCode": "AE", "PostalCode": "anything"})
    takes(path, "D02 AF30", postal_code_formats=False)


@rule("A contact has first name, last name and e-mail together.", switch="contacts_complete")
def test_contacts_are_complete() -> None:
    path, contacts = "Customer.Contacts", [{"Email": "a@b.co", "FirstName": "A"}]
    assert problems(path, contacts) == [("REQUIRED_FIELD_MISSING", "customer.contacts.lastName")]
    takes(path, contacts, contacts_complete=False)


@rule("Sales activities are absent, or at least one.", switch="activities_not_empty")
def test_sales_activities_are_not_empty() -> None:
    path = "Project.SalesActivities"
    assert problems(path, []) == [("NOT_ENOUGH_VALUES", "project.salesActivities")]
    takes(path, None)
    takes(path, [], activities_not_empty=False)


@rule("Currencies are USD and EUR, of spend and of revenue.", Source.PC_MODEL)
def test_there_are_two_currencies() -> None:
    spend, revenue = "project.expectedCustomerSpend.currencyCode", "softwareRevenue.value.currencyCode"
    entries = [monthly("5", CurrencyCode="GBP")]
    assert problems("Project.ExpectedCustomerSpend", entries) == [("INVALID_VALUE", spend)]
    value = {"Amount": "1", "CurrencyCode": "GBP"}
    assert problems("SoftwareRevenue.Value", value) == [("INVALID_VALUE", revenue)]
    takes("Project.ExpectedCustomerSpend", [monthly("5", CurrencyCode="EUR")])


@rule("In the European Sovereign Cloud spend is in EUR.", Source.PC_MODEL)
def test_the_sovereign_cloud_is_paid_in_euro() -> None:
    field = "project.expectedCustomerSpend.currencyCode"
    assert problems("Project.AwsPartition", "aws-eusc") == [("INVALID_VALUE", field)]


@rule("All business rules that are broken come in one answer.", Source.PC_RELEASE_NOTES)
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
