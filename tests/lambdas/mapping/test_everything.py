"""Every property of the mapping at once: what a deal says with all of them is AWS's to take, and comes to rest."""

from __future__ import annotations

from typing import Any

import botocore.session
import botocore.validate
import pytest

from lambdas.domain import paths, status
from lambdas.domain.mapping import PROFILES
from lambdas.domain.plan import Results
from lambdas.domain.records import Base, Deal, Opportunity
from stacks.mapping import read
from tests.lambdas.domain.builders import a_contact, a_deal, plan_for

EVERYTHING = read("extends: default\nprofile: extra\n", "own.yaml")
SAID: dict[str, str | None] = {
    "aws_next_step": "Workshop",
    "aws_comments": "The customer decides in March.",
    "aws_competitor": "*Other",
    "aws_other_competitors": "Example Hosting",
    "aws_programs": "Windows;P3",
    "aws_marketing_source": "Marketing Activity",
    "aws_funding_used": "Yes",
    "aws_campaign": "Cloud days",
    "aws_marketing_channels": "TV;Email",
    "aws_marketing_use_cases": "Analytics",
    "aws_national_security": "No",
    "aws_opportunity_type": "Flat Renewal",
    "aws_renewed_opportunity": "O1234567",
    "aws_other_solution": "A platform of our own make",
    "aws_software_value": "120000",
    "aws_software_model": "Subscription",
    "aws_contract_start": "2027-04-01",
    "aws_contract_end": "2028-03-31",
}
COMPANY: dict[str, str | None] = {
    "aws_industry": "Other",
    "aws_industry_other": "Space tourism",
    "aws_account_id": "123456789012",
    "aws_duns": "123456789",
}


def everything(company: dict[str, str | None] | None = None, **properties: str | None) -> Deal:
    """A deal that says all it can, but for what is given."""
    deal = a_deal(company=COMPANY | (company or {}), contacts=(a_contact(),))
    return deal.model_copy(update={"properties": deal.properties | SAID | properties})


DEAL = everything()


def created(deal: Deal = DEAL) -> dict[str, Any]:
    plan = plan_for(deal, mapping=EVERYTHING)
    assert plan.problems == ()
    assert plan.create is not None
    return plan.create


def test_a_deal_that_says_everything_is_valid_for_aws_model() -> None:
    service = botocore.session.get_session().get_service_model("partnercentral-selling")
    request = {"Catalog": "Sandbox", "ClientToken": "t"} | created()

    report = botocore.validate.ParamValidator().validate(
        request, service.operation_model("CreateOpportunity").input_shape
    )

    assert not report.has_errors(), report.generate_report()


def test_all_that_can_be_said_is_sent() -> None:
    sent = created()
    unsaid = {
        field.path for field in EVERYTHING.fields if field.object != "contact" and paths.get(sent, field.path) is None
    }

    # An estimate would take the amount's place, the deal is not lost, and the company has no street and no state.
    assert unsaid == {
        "Project.ExpectedCustomerSpend[].EstimationUrl",
        "LifeCycle.ClosedLostReason",
        "Customer.Account.Address.StateOrRegion",
        "Customer.Account.Address.StreetAddress",
    }


def test_it_comes_to_rest() -> None:
    body = created()
    life_cycle = body["LifeCycle"] | {"ReviewStatus": "Pending Submission"}
    shown = Opportunity(
        id="O1",
        last_modified="2026-11-24T03:00:00.000000Z",
        body=body | {"Id": "O1", "LifeCycle": life_cycle, "RelatedEntityIdentifiers": {"Solutions": ["S-1234567"]}},
    )

    plan = plan_for(DEAL, shown, base=Base(), mapping=EVERYTHING)

    assert plan.problems == ()
    assert plan.changes == ()
    assert plan.company_changes == {}


@pytest.mark.parametrize(
    ("company", "said", "sentence"),
    [
        ({"aws_account_id": "1234"}, {}, "Company AWS: account ID: it must be 12 digits, for example 123456789012"),
        ({"aws_duns": "12-345-6789"}, {}, "Company AWS: DUNS: it must be 9 digits, for example 123456789"),
        (
            {},
            {"aws_renewed_opportunity": "the old one"},
            "AWS: renewed opportunity: it must be an opportunity's ID, an O and digits, for example O1234567",
        ),
        ({}, {"aws_other_competitors": None}, "AWS: other competitors: it is empty, for example Example Hosting"),
        ({}, {"aws_funding_used": None}, "AWS: AWS funding: it is empty, for example No"),
    ],
)
def test_what_is_wrong_is_said_with_an_example(
    company: dict[str, str | None], said: dict[str, str | None], sentence: str
) -> None:
    plan = plan_for(everything(company, **said), mapping=EVERYTHING)

    assert sentence in {problem.sentence for problem in plan.problems}


def test_without_a_source_nothing_of_marketing_is_said() -> None:
    sent = created(everything(aws_marketing_source=None))

    assert sent["Marketing"] == {"Source": "None"}


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_written_to_a_property_that_is_switched_off(profile: str) -> None:
    mapping = read(f"extends: default\nprofile: {profile}\n", "own.yaml")
    there = {(row.object, row.property) for row in mapping.active}
    deal = a_deal(company={"city": None})
    body = plan_for(deal, mapping=mapping).create or {}
    summary = {
        "InvolvementType": "Co-Sell",
        "Visibility": "Full",
        "Insights": {"EngagementScore": "High", "NextBestActions": "Call"},
        "OpportunityTeam": [{"FirstName": "Ada", "LastName": "L", "BusinessTitle": "PDM", "Email": "ada@example.com"}],
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-03-31", "NextSteps": "Call"},
    }
    body |= {"Id": "O1", "LifeCycle": body["LifeCycle"] | {"ReviewStatus": "Approved", "ReviewComments": "Fine"}}
    body["Customer"]["Account"]["Address"]["City"] = "Potsdam"
    body["Customer"]["Account"]["Duns"] = "123456789"
    shown = Opportunity(id="O1", last_modified="2026-11-24T03:00:00.000000Z", body=body, summary=summary)

    plan = plan_for(deal, shown, mapping=mapping)

    assert {("deal", name) for name in status.present(plan, Results())} <= there
    assert {("company", name) for name in plan.company_changes} <= there
    assert "city" in plan.company_changes
