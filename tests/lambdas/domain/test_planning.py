"""What is done about a pair: the decisions a seller would notice."""

from __future__ import annotations

import pytest

from lambdas.domain import status
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Results, Step
from lambdas.domain.records import Base, Deal
from lambdas.settings import Settings
from tests.lambdas.domain.builders import MAPPING, SETTINGS, a_contact, a_deal, linked, plan_for


def test_a_deal_that_was_never_shared_is_left_alone() -> None:
    plan = plan_for(a_deal(aws_share=None, aws_action="submit"))

    assert plan.steps() == ()
    assert status.present(plan, Results()) == {}
    assert status.next_step(plan, Results()) is Step.FINISH_TURN


def test_a_deal_no_longer_shared_before_it_was_created_loses_its_status() -> None:
    plan = plan_for(a_deal(aws_share=None, aws_sync_status="needs_you", aws_sync_message="Company: ..."))

    assert status.present(plan, Results()) == {"aws_sync_status": "", "aws_sync_message": ""}


def test_a_deleted_deal_is_left_alone() -> None:
    world = linked()

    plan = plan_for(world.deal.model_copy(update={"archived": True}), world.opportunity, base=world.base)

    assert plan.steps() == ()
    assert status.present(plan, Results()) == {}


def test_a_complete_deal_becomes_an_opportunity() -> None:
    plan = plan_for(a_deal(contacts=(a_contact(), a_contact(aws_share_contact=None))))

    assert plan.steps() == (Step.CREATE_OPPORTUNITY, Step.ASSOCIATE_OPPORTUNITY)
    assert [one.id for one in plan.associate] == ["S-1234567"]
    assert plan.create == {
        "Origin": "Partner Referral",
        "NationalSecurity": "No",
        "Marketing": {"Source": "None"},
        "OpportunityType": "Net New Business",
        "PartnerOpportunityIdentifier": "310",
        "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
        "Project": {
            "Title": "Data platform",
            "CustomerBusinessProblem": "Reports take two days, because the data lies in five systems.",
            "CustomerUseCase": "Database",
            "DeliveryModels": ["SaaS or PaaS"],
            "SalesActivities": ["Initialized discussions with customer"],
            "ExpectedCustomerSpend": [
                {"Amount": "12500", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
            ],
        },
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-01-31"},
        "Customer": {
            "Account": {
                "CompanyName": "Vandelay",
                "Industry": "Software and Internet",
                "WebsiteUrl": "https://vandelay.example.com",
                "Address": {"City": "Berlin", "CountryCode": "DE", "PostalCode": "10115"},
            },
            "Contacts": [
                {
                    "Email": "ada@vandelay.example.com",
                    "FirstName": "Ada",
                    "LastName": "Lovelace",
                    "Phone": "+49301234567",
                }
            ],
        },
    }


def test_defaults_that_are_sent_are_shown_on_the_deal() -> None:
    plan = plan_for(a_deal(aws_primary_needs="Co-Sell - Pricing Assistance"))

    assert plan.deal_changes == {
        "aws_delivery_models": "SaaS or PaaS",
        "aws_sales_activities": "Initialized discussions with customer",
        "aws_spend_currency": "USD",
    }


@pytest.mark.parametrize(
    ("deal", "message"),
    [
        (a_deal(aws_use_case=None), "AWS: use case: it is empty, for example Migration / Database Migration."),
        (a_deal(aws_use_case="Databases"), 'AWS: use case: AWS has no option "Databases", for example Migration'),
        (
            a_deal(aws_customer_problem="Slow."),
            "AWS: customer's business problem: it has 5 characters; AWS wants at least",
        ),
        (a_deal(aws_monthly_spend="0"), "AWS: expected monthly AWS spend: it must be more than zero"),
        (a_deal(closedate="2026-11-23T12:00:00Z"), "Close date: 2026-11-23 is past; AWS takes today or a later day."),
        (a_deal(closedate=None), "AWS: go-live (AWS billing starts): it is empty"),
        (
            a_deal(dealstage="closedlost", aws_lost_reason="Price"),
            "Deal stage: AWS takes no deal that is already lost.",
        ),
        (
            a_deal(dealstage="148309412"),
            "Deal stage: this stage is not mapped to a stage of AWS; the operator of Cosell",
        ),
        (a_deal(company={"zip": "12"}), "Company postal code: in Germany it looks like 12345; it says 12."),
        (
            a_deal(company={"country": "Germny"}),
            'Company country/Region: AWS knows no country "Germny"; write its English',
        ),
        (a_deal(company={"country": "USA", "state": None}), "Company state/Region: it is empty, for example New York."),
        (a_deal(company={"industry": "SPACE_TOURISM"}), 'Company industry: AWS has no industry for "SPACE_TOURISM"'),
        (
            a_deal(company={"aws_industry": "Other"}),
            "Company AWS: other industry: it is empty, for example Space tourism.",
        ),
        (a_deal(company={"domain": None}), "Company domain name: it is empty, for example example.com."),
        (
            a_deal(contacts=(a_contact(phone="12"),)),
            "Contact phone number: Ada Lovelace: write it with the country code",
        ),
        (
            a_deal(contacts=(a_contact(email=None),)),
            "Contact email: Ada Lovelace: it is empty, for example ada@example.com.",
        ),
        (
            a_deal().model_copy(update={"company": None, "companies": 0}),
            "Company: the deal has none; add the customer's",
        ),
        (
            a_deal().model_copy(update={"company": None, "companies": 3}),
            "Company: the deal has 3 companies and none is the",
        ),
        (
            a_deal(aws_solutions="Data Lake"),
            'AWS: our solutions: "Data Lake" is no solution of AWS, which look like S-',
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_created(deal: Deal, message: str) -> None:
    plan = plan_for(deal)

    assert plan.steps() == ()
    said = status.present(plan, Results())
    assert said["aws_sync_status"] == "needs_you"
    assert said["aws_sync_message"].startswith(message)
    assert status.outcome(plan, Results()) == "NEEDS_YOU"


def test_a_pair_in_step_needs_nothing() -> None:
    world = linked()

    plan = world.plan()

    assert plan.steps() == ()
    assert status.present(plan, Results()) == {}
    assert status.next_step(plan, Results()) is Step.FINISH_TURN
    assert status.outcome(plan, Results()) == "IN_STEP"
    assert world.deal.get("aws_opportunity_id") == "O1"
    assert world.deal.get("aws_review_status") == "Pending Submission"
    assert world.deal.get("aws_opportunity_stage") == "Qualified"
    assert world.deal.get("aws_sync_status") == "in_step"


def test_an_edited_field_goes_to_aws_with_everything_else_that_aws_has() -> None:
    world = linked().aws_edits(
        SoftwareRevenue={"DeliveryModel": "Contract"}, OpportunityTeam=[{"Email": "a@b.example"}]
    )

    plan = world.seller_edits(aws_use_case="SAP").plan()

    assert plan.steps() == (Step.UPDATE_OPPORTUNITY,)
    assert [(change.path, change.before, change.after) for change in plan.changes] == [
        ("Project.CustomerUseCase", "Database", "SAP")
    ]
    assert plan.update is not None
    assert plan.update["Project"] == world.body["Project"] | {"CustomerUseCase": "SAP"}
    assert plan.update["SoftwareRevenue"] == {"DeliveryModel": "Contract"}
    assert plan.update["Marketing"] == {"Source": "None"}
    assert plan.update["LifeCycle"] == {"Stage": "Qualified", "TargetCloseDate": "2027-01-31"}
    assert not plan.update.keys() & {"Id", "OpportunityTeam", "RelatedEntityIdentifiers"}


def test_an_edit_at_aws_comes_to_the_deal() -> None:
    world = linked().aws_edits(Project={"CustomerUseCase": "Migration / Database Migration"}).round()

    assert world.deal.get("aws_use_case") == "Migration / Database Migration"
    assert world.plan().steps() == ()


def test_a_spend_edited_at_aws_comes_to_the_deal() -> None:
    entry = {"Amount": "800.50", "CurrencyCode": "EUR", "Frequency": "Monthly", "TargetCompany": "AWS"}

    world = linked().aws_edits(Project={"ExpectedCustomerSpend": [entry]}).round()

    assert world.deal.get("aws_monthly_spend") == "800.5"
    assert world.deal.get("aws_spend_currency") == "EUR"
    assert world.plan().steps() == ()


def test_an_edit_on_both_sides_is_the_sellers_and_the_other_is_on_record() -> None:
    world = linked().seller_edits(aws_use_case="SAP").aws_edits(Project={"CustomerUseCase": "Energy"})

    plan = world.plan()

    assert [(change.path, change.after) for change in plan.changes] == [("Project.CustomerUseCase", "SAP")]
    assert [(change.path, change.before, change.after) for change in plan.lost] == [
        ("Project.CustomerUseCase", "Energy", "SAP")
    ]


def test_an_edit_at_aws_of_what_does_not_flow_back_is_left_as_it_is() -> None:
    world = linked().aws_edits(PartnerOpportunityIdentifier="by hand").round()

    assert world.plan().steps() == ()
    assert world.body["PartnerOpportunityIdentifier"] == "by hand"
    assert world.seller_edits(aws_use_case="SAP").round().body["PartnerOpportunityIdentifier"] == "by hand"


def test_an_identifier_that_aws_keeps_to_itself_is_neither_missed_nor_erased() -> None:
    world = linked().aws_edits(PartnerOpportunityIdentifier=None).reviewed("Approved").round()

    assert world.plan().steps() == ()
    plan = world.seller_edits(aws_use_case="SAP").plan()
    assert [change.path for change in plan.changes] == ["Project.CustomerUseCase"]
    assert plan.update is not None
    assert plan.update["PartnerOpportunityIdentifier"] == "310"


def test_a_value_the_property_has_no_option_for_stays_at_aws() -> None:
    world = linked().aws_edits(Project={"CustomerUseCase": "Quantum"})

    plan = world.plan()

    assert "aws_use_case" not in plan.deal_changes
    assert plan.notices == ("AWS: use case: AWS has a value that this property has no option for; it stays there.",)
    assert world.round().plan().steps() == ()


def test_aws_asking_for_no_support_does_not_overwrite_the_help_wanted() -> None:
    world = linked().aws_edits(PrimaryNeedsFromAws=["Do Not Need Support from AWS Sales Rep"])

    plan = world.plan()

    assert plan.steps() == ()
    assert plan.deal_changes == {}


def test_the_other_industry_comes_and_goes_with_the_industry() -> None:
    world = linked().company_changes(aws_industry="Other", aws_industry_other="Space tourism").round()
    account = world.body["Customer"]["Account"]
    assert (account["Industry"], account["OtherIndustry"]) == ("Other", "Space tourism")

    retail = world.company_changes(aws_industry="Retail").round()
    assert "OtherIndustry" not in retail.body["Customer"]["Account"]
    assert retail.plan().steps() == ()

    again = retail.company_changes(aws_industry="Other").round()
    assert again.body["Customer"]["Account"]["OtherIndustry"] == "Space tourism"


def test_a_problem_holds_back_its_own_field_only() -> None:
    plan = linked().seller_edits(aws_use_case="SAP", aws_monthly_spend="much").plan()

    assert [change.path for change in plan.changes] == ["Project.CustomerUseCase"]
    assert [problem.path for problem in plan.problems] == ["Project.ExpectedCustomerSpend[].Amount"]


def test_a_past_close_date_is_not_sent() -> None:
    plan = linked().seller_edits(closedate="2026-11-01T12:00:00Z", aws_use_case="SAP").plan()

    assert [change.path for change in plan.changes] == ["Project.CustomerUseCase"]
    assert status.message(plan, Results()) == "Close date: 2026-11-01 is past; AWS takes today or a later day."


@pytest.mark.parametrize("share", ["paused", None])
def test_a_paused_deal_sends_nothing_and_still_shows_the_review(share: str | None) -> None:
    world = linked().seller_edits(aws_share=share, aws_use_case="SAP", aws_action="submit").reviewed("Approved")

    plan = world.plan()

    assert plan.steps() == ()
    assert status.present(plan, Results()) == {
        "aws_action": "",
        "aws_review_status": "Approved",
        "aws_submitted_on": "2026-11-24T03:00:00Z",
        "aws_reviewed_on": "2026-11-24T03:00:00Z",
        "aws_sync_status": "paused",
        "aws_sync_message": "Submit to AWS: not done, because the deal is paused.",
    }
    assert status.outcome(plan, Results()) == "ON_HOLD"
    assert status.base_after(plan, Results()) is None


def test_what_changed_during_a_pause_goes_out_after_it() -> None:
    paused = linked().seller_edits(aws_share="paused", aws_use_case="SAP").round()

    assert paused.seller_edits(aws_share="yes").round().body["Project"]["CustomerUseCase"] == "SAP"


def test_two_records_that_meet_complete_each_other() -> None:
    strangers = (
        linked()
        .seller_edits(aws_golive_date=None, aws_renewed_opportunity=None)
        .aws_edits(
            Project={"CustomerUseCase": "Energy"},
            Customer={"Account": linked().body["Customer"]["Account"] | {"Duns": "123456789"}},
        )
    )

    world = strangers.forgets().round()

    assert world.body["Project"]["CustomerUseCase"] == "Database"
    assert world.body["Customer"]["Account"]["Duns"] == "123456789"
    assert world.plan().steps() == ()


def test_a_lost_write_of_our_own_is_no_edit_of_aws() -> None:
    world = linked().seller_edits(aws_use_case="SAP")
    sent = {change.path: change.after for change in world.plan().changes}
    arrived = world.aws_edits(Project={"CustomerUseCase": "SAP"}).seller_edits(aws_use_case="Energy")

    plan = plan_for(arrived.deal, arrived.opportunity, base=arrived.base.model_copy(update={"pending": sent}))

    assert [(change.before, change.after) for change in plan.changes] == [("SAP", "Energy")]
    assert plan.lost == ()


def test_an_agreement_is_saved_once() -> None:
    world = linked().aws_edits(SoftwareRevenue={"DeliveryModel": "Contract"})

    plan = world.plan()

    assert status.present(plan, Results()) == {}
    assert status.next_step(plan, Results()) is Step.UPDATE_DEAL
    assert status.next_step(world.round().plan(), Results()) is Step.FINISH_TURN


def test_a_smaller_profile_uses_the_defaults_of_what_it_lacks() -> None:
    core = Mapping.model_validate(MAPPING.model_dump() | {"profile": "core"})

    names = {row.property for row in core.active if row.object == "deal" and not row.standard}
    rules = {field.path: field for field in core.fields}

    assert len(names) == 10
    assert rules["Project.DeliveryModels"].rows[0].default == ("SaaS or PaaS",)
    assert rules["Project.DeliveryModels"].back is None
    assert rules["LifeCycle.TargetCloseDate"].required == ("always",)
    assert [row.property for row in rules["Project.Title"].rows] == ["dealname"]


def test_settings_without_solutions_associate_nothing() -> None:
    bare = Settings(catalog="Sandbox")

    assert plan_for(a_deal(), settings=bare).associate == ()
    plan = plan_for(a_deal(aws_solutions="S-2;S-3"), settings=SETTINGS)
    assert [one.id for one in plan.associate] == ["S-2", "S-3"]


def test_base_of_a_plan_survives_json() -> None:
    world = linked().aws_edits(PartnerOpportunityIdentifier="by hand").round()

    assert Base.model_validate_json(world.base.model_dump_json()) == world.base
