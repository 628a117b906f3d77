"""AWS's word on the customer goes into a company's empty properties, and over nothing that a person wrote."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambdas.domain.builders import World, linked


def at_aws(world: World, *, address: dict[str, str] | None = None, **account: str) -> World:
    """AWS's side with these members of the customer's account."""
    now: dict[str, Any] = world.body["Customer"]["Account"]
    changed = now | account | {"Address": now.get("Address", {}) | (address or {})}
    return world.aws_edits(Customer={"Account": changed})


@pytest.mark.parametrize(
    ("members", "filled"),
    [
        ({"AwsAccountId": "123456789012"}, {"aws_account_id": "123456789012"}),
        ({"Duns": "123456789"}, {"aws_duns": "123456789"}),
        ({"address": {"StreetAddress": "Main Street 1"}}, {"address": "Main Street 1"}),
        ({"address": {"StateOrRegion": "Berlin"}}, {"state": "Berlin"}),
    ],
)
def test_what_the_company_lacks_is_filled_once(members: dict[str, Any], filled: dict[str, str]) -> None:
    world = at_aws(linked(), **members)

    assert world.plan().company_changes == filled
    after = world.round()
    assert after.plan().company_changes == {}
    assert after.plan().update is None


def test_a_country_is_written_by_its_name() -> None:
    world = at_aws(linked().forgets().company_changes(country=None), address={"CountryCode": "FR"})

    assert world.plan().company_changes == {"country": "France"}


def test_what_a_person_wrote_stays() -> None:
    world = at_aws(linked(), address={"City": "Potsdam"}, CompanyName="Vandelay Industries")

    assert world.plan().company_changes == {}
    assert world.plan().update is None, "AWS's own edit stays at AWS"


def test_hubspots_industry_counts_as_written_and_the_domain_as_a_website() -> None:
    world = at_aws(linked(), Industry="Retail", WebsiteUrl="https://other.example.com")

    assert world.plan().company_changes == {}


def test_what_was_emptied_on_purpose_is_not_filled_again() -> None:
    world = linked().company_changes(city=None)

    plan = world.plan()

    assert plan.company_changes == {}
    assert [(change.path, change.after) for change in plan.changes] == [("Customer.Account.Address.City", None)]


def test_a_required_property_that_was_emptied_is_asked_for() -> None:
    plan = linked().company_changes(country=None, zip=None).plan()

    assert plan.company_changes == {}
    assert "Customer.Account.Address.CountryCode" in {problem.path for problem in plan.problems}


def test_two_records_that_meet_complete_each_other() -> None:
    """A deal that is linked by hand, or made from AWS's side, to a company that has only a name and a domain."""
    bare = {"country": None, "zip": None, "city": None, "industry": None}
    world = linked().forgets().company_changes(**bare)

    plan = world.plan()

    assert plan.company_changes == {
        "country": "Germany",
        "zip": "10115",
        "city": "Berlin",
        "aws_industry": "Software and Internet",
    }
    assert plan.problems == ()
    assert world.round().plan().update is None


def test_an_industry_brings_its_other_name_along() -> None:
    world = at_aws(linked().forgets().company_changes(industry=None), Industry="Other", OtherIndustry="Space tourism")

    assert world.plan().company_changes == {"aws_industry": "Other", "aws_industry_other": "Space tourism"}


def test_an_option_that_the_property_has_not_is_left_at_aws() -> None:
    world = at_aws(linked().forgets().company_changes(industry=None), Industry="Asteroid Mining")

    assert world.plan().company_changes == {}
    assert [problem.path for problem in world.plan().problems] == ["Customer.Account.Industry"]


def test_a_customer_that_aws_hides_is_not_written() -> None:
    bare = {"country": None, "zip": None}
    world = linked().forgets().company_changes(**bare).aws_edits(NationalSecurity="Yes")

    assert world.plan().company_changes == {}


def test_a_default_does_not_overrule_what_aws_has() -> None:
    world = linked(aws_delivery_models=None, aws_spend_currency=None).forgets()
    world = world.seller_edits(aws_delivery_models=None, aws_spend_currency=None)
    spend = world.body["Project"]["ExpectedCustomerSpend"][0] | {"CurrencyCode": "EUR"}
    world = world.aws_edits(Project={"DeliveryModels": ["Managed Services"], "ExpectedCustomerSpend": [spend]})

    after = world.round()

    assert after.plan().update is None
    assert after.body["Project"]["DeliveryModels"] == ["Managed Services"]
    assert after.deal.get("aws_delivery_models") == "Managed Services"
    assert after.deal.get("aws_spend_currency") == "EUR"
    assert world.plan().lost == (), "nobody wrote the default"
