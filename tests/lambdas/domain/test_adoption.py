"""An opportunity without a deal: which deal is made of it, and what it asks."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.domain import adoption
from lambdas.domain.plan import NewDeal, Plan, Results, Step
from lambdas.domain.records import Base, Opportunity
from lambdas.domain.status import next_step, outcome, present
from lambdas.settings import Settings
from tests.lambdas.domain.builders import MAPPING, SETTINGS, a_deal, plan_for

ACCOUNT: dict[str, Any] = {
    "CompanyName": "Kramerica",
    "WebsiteUrl": "https://www.kramerica.example/en",
    "Industry": "Consumer Goods",
    "Address": {"CountryCode": "DE", "PostalCode": "10115", "City": "Berlin"},
}
BODY: dict[str, Any] = {
    "Id": "O7654321",
    "CreatedDate": "2026-11-20T10:00:00.000000Z",
    "Project": {"Title": "Bottle\ntracking", "CustomerUseCase": "IOT"},
    "LifeCycle": {"ReviewStatus": "Approved", "Stage": "Technical Validation"},
    "Customer": {"Account": ACCOUNT, "Contacts": [{"Email": "d@kramerica.example"}, {"FirstName": "Nobody"}]},
}


def an_opportunity(summary: dict[str, Any] | None = None, **members: Any) -> Opportunity:
    return Opportunity(id="O7654321", last_modified="2026-11-24T03:00:00.000000Z", body=BODY | members, summary=summary)


def a_new_deal(opportunity: Opportunity, new_deals: str = "") -> NewDeal:
    settings = SETTINGS.model_copy(update={"new_deals": new_deals})
    return adoption.new_deal(opportunity, "44000001", settings, MAPPING)


def test_a_plan_that_makes_a_deal_does_nothing_else() -> None:
    plan = Plan(pair="pair-1", fence=1, deal="", opportunity="O7654321", new_deal=a_new_deal(an_opportunity()))

    assert next_step(plan, Results()) is Step.CREATE_DEAL
    assert next_step(plan, Results(), after=Step.CREATE_DEAL) is Step.FINISH_TURN
    assert present(plan, Results()) == {}


def test_the_deal_says_what_aws_says() -> None:
    properties = a_new_deal(an_opportunity()).properties

    assert properties["dealname"] == "Bottle tracking"
    assert (properties["aws_use_case"], properties["aws_review_status"]) == ("IOT", "Approved")
    assert (properties["aws_opportunity_id"], properties["aws_share"]) == ("O7654321", "yes")
    assert properties.keys().isdisjoint({"amount", "closedate"})
    assert "" not in properties.values()


@pytest.mark.parametrize(
    ("summary", "origin"),
    [
        (None, "partner_central"),
        ({"Origin": "Partner Referral"}, "partner_central"),
        ({"Origin": "AWS Referral"}, "aws_referral"),
    ],
)
def test_the_deal_says_where_it_began(summary: dict[str, Any] | None, origin: str) -> None:
    assert a_new_deal(an_opportunity(summary)).properties["aws_origin"] == origin


@pytest.mark.parametrize(
    ("project", "account", "name"),
    [
        ({}, ACCOUNT, "Kramerica"),
        ({}, {}, "AWS opportunity O7654321"),
        ({"Title": " "}, {}, "AWS opportunity O7654321"),
    ],
)
def test_a_deal_always_has_a_name(project: dict[str, str], account: dict[str, str], name: str) -> None:
    opportunity = an_opportunity(Project=project, Customer={"Account": account})

    assert a_new_deal(opportunity).properties["dealname"] == name


@pytest.mark.parametrize(
    ("at_aws", "new_deals", "place"),
    [
        ("Technical Validation", "", ("default", "presentationscheduled")),
        ("Business Validation", "", ("default", "decisionmakerboughtin")),
        ("Business Validation", "default/contractsent", ("default", "contractsent")),
        ("Launched", "default/qualifiedtobuy", ("default", "closedwon")),
        (None, "default/qualifiedtobuy", ("default", "qualifiedtobuy")),
        ("A stage of tomorrow", "", ("default", "appointmentscheduled")),
        ("Prospect", "partners/first", ("partners", "first")),
    ],
)
def test_the_deal_begins_where_it_says_what_aws_has(at_aws: str | None, new_deals: str, place: tuple[str, str]) -> None:
    properties = a_new_deal(an_opportunity(LifeCycle={"Stage": at_aws}), new_deals).properties

    assert (properties["pipeline"], properties["dealstage"]) == place


def test_company_and_contacts_come_with_it() -> None:
    new = a_new_deal(an_opportunity())

    assert (new.company["name"], new.company["domain"]) == ("Kramerica", "kramerica.example")
    assert (new.company["country"], new.company["aws_industry"]) == ("Germany", "Consumer Goods")
    assert new.contacts == ({"email": "d@kramerica.example"},)


def test_a_customer_that_aws_hides_is_not_made_up() -> None:
    assert a_new_deal(an_opportunity(Customer={"Account": {"CompanyName": ""}})).company == {}
    assert a_new_deal(an_opportunity(NationalSecurity="Yes")).company == {}


@pytest.mark.parametrize(("go_live", "is_ours"), [("", False), ("2026-11-20", True), ("2026-11-21", False)])
def test_the_go_live_day_decides(go_live: str, is_ours: bool) -> None:
    settings = Settings(catalog="Sandbox", go_live=go_live)

    assert adoption.is_after_go_live(an_opportunity(), settings) is is_ours


def test_a_linked_deal_that_was_never_shared_asks() -> None:
    asks = plan_for(a_deal(aws_share=None), an_opportunity())
    answered = plan_for(a_deal(aws_share="paused"), an_opportunity())
    known = plan_for(a_deal(aws_share=None), an_opportunity(), base=Base(known=True))

    assert (present(asks, Results())["aws_sync_status"], outcome(asks, Results())) == ("needs_you", "NEEDS_YOU")
    assert "merge the two" in present(asks, Results())["aws_sync_message"]
    for plan in (answered, known):
        assert (present(plan, Results())["aws_sync_status"], plan.problems) == ("paused", ())


def test_the_deal_s_id_is_no_edit_where_aws_takes_it_no_longer() -> None:
    plan = plan_for(a_deal(), an_opportunity())

    assert adoption.IDENTIFIER not in plan.held
    assert "Record ID" not in present(plan, Results())["aws_sync_message"]


def test_an_observed_plan_does_nothing_and_says_so() -> None:
    plan = plan_for(a_deal(aws_action="submit")).model_copy(update={"observed": True})

    assert plan.steps()
    assert (next_step(plan, Results()), outcome(plan, Results())) == (Step.FINISH_TURN, "OBSERVED")
