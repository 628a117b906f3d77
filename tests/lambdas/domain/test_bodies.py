"""The whole opportunity goes back with every update, and nothing that AWS would not take."""

from __future__ import annotations

from lambdas.domain.bodies import update_body
from lambdas.domain.plan import Change
from tests.lambdas.domain.builders import MAPPING, linked
from tests.support.edits import EVERYTHING

READ = {
    "Id": "O1",
    "Arn": "arn:aws:partnercentral:us-east-1:111122223333:catalog/Sandbox/opportunity/O1",
    "Catalog": "Sandbox",
    "CreatedDate": "2026-11-24T04:00:00Z",
    "LastModifiedDate": "2026-11-24T04:00:00.591Z",
    "OpportunityTeam": [{"Email": "owner@partner.example"}],
    "RelatedEntityIdentifiers": {"Solutions": ["S-1"]},
    "Customer": {"Account": {"CompanyName": "Ben & Sons", "Address": {"City": None}}, "Contacts": []},
    "LifeCycle": {
        "Stage": "Prospect",
        "ReviewStatus": "Approved",
        "ReviewComments": "Fine",
        "ReviewStatusReason": None,
        "NextStepsHistory": [{"Value": "Call", "Time": "2026-11-24T04:00:00Z"}],
    },
    "Project": {
        "Title": "a",
        "CustomerUseCase": "Business Applications: Mainframe Modernization",
        "ExpectedContractDuration": {"Term": "Months", "Value": "36"},
        "ExpectedCustomerSpend": [
            {"TargetCompany": "AWS", "Frequency": "Monthly", "Amount": "5", "CurrencyCode": "USD"},
            {"TargetCompany": "Self", "Frequency": "None", "Amount": "9", "CurrencyCode": "USD"},
        ],
        "SalesActivities": None,
    },
}


def test_the_opportunity_goes_back_as_aws_takes_it() -> None:
    body = update_body(READ, [Change(path="Project.Title", before="a", after="b")], MAPPING)

    assert body == {
        "Customer": {"Account": {"CompanyName": "Ben & Sons"}},
        "LifeCycle": {"Stage": "Prospect"},
        "Marketing": {"Source": "None"},
        "Project": {
            "Title": "b",
            "CustomerUseCase": "Business Applications: Mainframe Modernization",
            "ExpectedContractDuration": {"Term": "Months", "Value": "36"},
            "ExpectedCustomerSpend": [
                {"TargetCompany": "AWS", "Frequency": "Monthly", "Amount": "5", "CurrencyCode": "USD"},
                {"TargetCompany": "Self", "Frequency": "None", "Amount": "9", "CurrencyCode": "USD"},
            ],
        },
    }


def test_what_was_read_is_left_as_it_was() -> None:
    before = str(READ)

    update_body(READ, [Change(path="Project.ExpectedCustomerSpend[].Amount", after="7")], MAPPING)

    assert str(READ) == before


def test_a_marketing_source_that_aws_has_stays() -> None:
    body = update_body(READ | {"Marketing": {"Source": "Marketing Activity", "AwsFundingUsed": "No"}}, [], MAPPING)

    assert body["Marketing"] == {"Source": "Marketing Activity", "AwsFundingUsed": "No"}


def test_what_belongs_to_a_member_whose_property_is_switched_off_goes_back_too() -> None:
    """The software's value is none of HubSpot's business in the standard profile, its currency is the spend's."""
    revenue = {"DeliveryModel": "Contract", "Value": {"Amount": "1000", "CurrencyCode": "EUR"}}
    current = linked().body | {"SoftwareRevenue": revenue}

    body = update_body(current, [Change(path="Project.CustomerUseCase", after="SAP")], MAPPING)

    assert body["SoftwareRevenue"] == revenue


def test_what_a_change_makes_pointless_goes_with_it() -> None:
    project = {"CompetitorName": "*Other", "OtherCompetitorNames": "Globex"}

    body = update_body({"Project": project}, [Change(path="Project.CompetitorName", after="Akamai")], EVERYTHING)

    assert body["Project"] == {"CompetitorName": "Akamai"}


def test_what_was_pointless_before_is_left_to_whoever_wrote_it() -> None:
    """Emptying it would lose AWS's value without a trace, and after approval have the whole update refused."""
    account, revenue = {"Industry": "Retail", "OtherIndustry": "Space tourism"}, {"DeliveryModel": "Contract"}
    current = {"Customer": {"Account": account}, "SoftwareRevenue": revenue}

    body = update_body(current, [Change(path="Project.CustomerUseCase", after="SAP")], MAPPING)

    assert body["Customer"]["Account"] == account
    assert body["SoftwareRevenue"] == revenue
