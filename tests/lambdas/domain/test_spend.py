"""Where the spend that AWS is told comes from, and where AWS's change of it goes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import bodies, fields, status, transforms
from lambdas.domain.mapping import Mapping, Spend
from lambdas.domain.plan import Change, Plan, Results
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Opportunity, PortalFacts
from lambdas.domain.transforms import Context
from lambdas.errors import Misconfigured
from lambdas.mapping import HERE, parse
from tests.cosell.sandbox.partner_central.partner import partner
from tests.lambdas.domain.builders import NOW, SETTINGS, World, a_deal, linked

TEXT = (HERE / "default.yaml").read_text(encoding="utf-8")
MONTHLY = "Project.ExpectedCustomerSpend[].Amount"
LINK = "https://calculator.aws/#/estimate?id=" + "ab" * 20


def mapped(spend: str, profile: str = "extra") -> Mapping:
    text = TEXT.replace("\n  mode: property", "\n  " + spend.replace("; ", "\n  "), 1)
    return parse(text.replace("\nprofile: standard", f"\nprofile: {profile}", 1), "spend.yaml")


PLAIN, RATIO, TERM = mapped("mode: property"), mapped("mode: ratio; ratio: 0.2"), mapped("mode: term; term: 36")
BACK, CONTRACT = mapped("mode: ratio; ratio: 0.2; back: true"), mapped("mode: contract")


def planned(
    mapping: Mapping,
    world: World | None = None,
    currency: str = "USD",
    edits: dict[str, str | None] | None = None,
    **properties: str | None,
) -> Plan:
    here = (world or World()).seller_edits(**{**(edits or {}), **properties})
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=here.deal,
        opportunity=here.opportunity,
        base=here.base,
        submission=None,
        settings=SETTINGS,
        mapping=mapping,
        now=NOW,
        portal=PortalFacts(currency=currency),
    )


def spends(plan: Plan) -> list[dict[str, str]]:
    assert plan.create is not None, status.message(plan, Results())
    entries: list[dict[str, str]] = plan.create["Project"]["ExpectedCustomerSpend"]
    return entries


@pytest.mark.parametrize(
    ("mapping", "properties", "amount"),
    [
        (PLAIN, {"aws_monthly_spend": "700", "amount": "60000"}, "700"),
        (RATIO, {"aws_monthly_spend": "700", "amount": "60000"}, "700"),
        (RATIO, {"aws_monthly_spend": None, "amount": "60000"}, "12000"),
        (RATIO, {"aws_monthly_spend": None, "amount": "0.07"}, "0.01"),
        (TERM, {"aws_monthly_spend": None, "amount": "60000"}, "1666.67"),
    ],
)
def test_the_sellers_own_figure_comes_before_what_the_amount_says(
    mapping: Mapping, properties: dict[str, str | None], amount: str
) -> None:
    assert [entry["Amount"] for entry in spends(planned(mapping, edits=properties))] == [amount]


@pytest.mark.parametrize(
    ("mapping", "properties", "line"),
    [
        (PLAIN, {"amount": "60000"}, "AWS: expected monthly AWS spend: it is empty, for example 5000."),
        (RATIO, {"amount": None}, "AWS: expected monthly AWS spend: it is empty, for example 5000."),
        (RATIO, {"amount": "0"}, "Amount: it must be more than zero, for example 5000."),
        (
            RATIO,
            {"amount": "60000", "deal_currency_code": "GBP"},
            'Amount: it is in GBP and AWS is told USD; fill in "AWS: expected monthly AWS spend" in USD',
        ),
        (
            CONTRACT,
            {"aws_contract_months": "36", "amount": "60000", "deal_currency_code": "GBP"},
            'Amount: it is in GBP and AWS is told USD; empty "AWS: contract months", and fill in "AWS: expected',
        ),
        (
            CONTRACT,
            {"aws_contract_months": "36", "amount": None},
            "Amount: it is empty, for example 180000.",
        ),
        (
            CONTRACT,
            {"aws_contract_months": "145", "amount": "60000"},
            "AWS: contract months: it must be a whole number from 1 to 144, for example 36.",
        ),
    ],
)
def test_what_is_missing_or_cannot_be_counted_is_said(
    mapping: Mapping, properties: dict[str, str | None], line: str
) -> None:
    plan = planned(mapping, edits={"aws_monthly_spend": None, **properties})

    assert plan.create is None
    assert status.message(plan, Results()).startswith(line)


def test_the_advice_for_a_contract_in_another_currency_helps() -> None:
    advised = {"aws_contract_months": None, "aws_monthly_spend": "1500"}

    plan = planned(CONTRACT, amount="60000", deal_currency_code="GBP", edits=advised)

    assert [(entry["Amount"], entry["CurrencyCode"]) for entry in spends(plan)] == [("1500", "USD")]


@pytest.mark.parametrize(
    ("portal", "deal_currency", "own", "told"),
    [
        ("EUR", None, None, "EUR"),
        ("USD", "EUR", None, "EUR"),
        ("EUR", "USD", None, "USD"),
        ("EUR", "USD", "EUR", "EUR"),
        ("GBP", None, None, "USD"),
        ("EUR", "GBP", None, "USD"),
    ],
)
def test_the_currency_is_the_deals_where_aws_knows_it(
    portal: str, deal_currency: str | None, own: str | None, told: str
) -> None:
    """And shown on the deal, because nobody typed it."""
    plan = planned(PLAIN, currency=portal, deal_currency_code=deal_currency, aws_spend_currency=own)

    assert [entry["CurrencyCode"] for entry in spends(plan)] == [told]
    assert plan.deal_changes.get("aws_spend_currency") == (None if own else told)


def after_aws_says(mapping: Mapping, **properties: str | None) -> dict[str, str]:
    """The deal's properties that change when AWS makes the spend of a deal in step 9,000."""
    world = linked(**properties)
    first = planned(mapping, world)
    in_step = World(world.deal, world.opportunity, status.base_after(first, Results()) or world.base)
    edited = in_step.aws_edits(
        Project={"ExpectedCustomerSpend": [{"Amount": "9000", "CurrencyCode": "USD", "TargetCompany": "AWS"}]}
    )
    return planned(mapping, edited).deal_changes


def test_aws_change_goes_into_the_property_of_its_own_unless_configured() -> None:
    before = {"aws_monthly_spend": "12000", "amount": "60000"}
    assert after_aws_says(RATIO, **before) == {"aws_monthly_spend": "9000"}
    assert after_aws_says(BACK, **before) == {"aws_monthly_spend": "9000"}


def made_of_the_amount(mapping: Mapping) -> World:
    world = linked(aws_monthly_spend="12000", amount="60000").seller_edits(aws_monthly_spend=None)
    plan = planned(mapping, world)
    assert plan.update is None
    return World(world.deal, world.opportunity, status.base_after(plan, Results()) or world.base)


@pytest.mark.parametrize(
    ("mapping", "changes"), [(RATIO, {"aws_monthly_spend": "9000"}), (BACK, {"amount": "45000"})], ids=["own", "back"]
)
def test_aws_change_of_a_spend_made_of_the_amount(mapping: Mapping, changes: dict[str, str]) -> None:
    edited = made_of_the_amount(mapping).aws_edits(
        Project={"ExpectedCustomerSpend": [{"Amount": "9000", "CurrencyCode": "USD", "TargetCompany": "AWS"}]}
    )
    plan = planned(mapping, edited)
    settled = edited.seller_edits(**plan.deal_changes)

    assert plan.deal_changes == changes
    assert (
        planned(
            mapping, World(settled.deal, settled.opportunity, status.base_after(plan, Results()) or settled.base)
        ).update
        is None
    )


@given(
    cents=st.integers(1, 10**11),
    spend=st.one_of(
        st.decimals("0.0001", 1, places=4).map(lambda ratio: Spend(mode="ratio", ratio=ratio)),
        st.integers(1, 144).map(lambda months: Spend(mode="term", term=months)),
    ),
)
def test_a_spend_comes_out_of_the_amount_that_was_made_of_it(cents: int, spend: Spend) -> None:
    row = next(row for row in RATIO.active if row.transform == "spend")
    here = Context(RATIO.model_copy(update={"spend": spend}), row, a_deal(aws_spend_currency="USD"))
    monthly = transforms.canonical(str(Decimal(cents) / 100), here)

    amount = transforms.to_hubspot(monthly, here)

    if Decimal(amount) < Decimal(10) ** 15:
        assert transforms.to_aws(amount, here) == monthly


# Total value of a contract, and estimates, as Partner Central settles them


def shown(answer: dict[str, Any]) -> Opportunity:
    body = {name: value for name, value in answer.items() if value is not None and name != "LastModifiedDate"}
    return Opportunity(id=answer["Id"], last_modified="2026-11-24T03:00:00.000000Z", body=body)


def test_a_contract_is_sent_as_its_total_and_aws_makes_the_months_of_it() -> None:
    aws = partner()
    plan = planned(CONTRACT, aws_contract_months="36", amount="60000", aws_monthly_spend=None)
    identifier = aws.create(plan.create)
    entries = aws.get(identifier)["Project"]["ExpectedCustomerSpend"]
    assert [(entry["TargetCompany"], entry["Frequency"], entry["Amount"]) for entry in entries] == [
        ("AWS", "Monthly", "1666.67"),
        ("Self", "None", "60000"),
    ]

    in_step = World(opportunity=shown(aws.get(identifier))).seller_edits(
        aws_contract_months="36", amount="60000", aws_monthly_spend=None
    )
    again = planned(CONTRACT, in_step)
    assert (again.update, again.problems) == (None, ())

    edited = planned(
        CONTRACT,
        World(in_step.deal, in_step.opportunity, status.base_after(again, Results()) or Base()),
        amount="72000",
        aws_spend_currency="EUR",
        deal_currency_code="EUR",
    )
    assert edited.update is not None
    modified = aws.get(identifier)["LastModifiedDate"]
    aws.client.update_opportunity(Catalog="AWS", Identifier=identifier, LastModifiedDate=modified, **edited.update)
    project = aws.get(identifier)["Project"]
    assert project["ExpectedContractDuration"] == {"Term": "Months", "Value": "36"}
    assert [(entry["Amount"], entry["CurrencyCode"]) for entry in project["ExpectedCustomerSpend"]] == [
        ("2000", "EUR"),
        ("72000", "EUR"),
    ]


def test_a_contract_of_no_length_is_not_sent_and_aws_keeps_its_own() -> None:
    body = bodies.update_body(
        {"Project": {"ExpectedContractDuration": {"Term": "Months", "Value": "36"}}},
        [Change(path=fields.MONTHS, before="36", after=None)],
        CONTRACT,
    )

    assert "Project" not in body


def test_an_estimate_does_without_a_spend() -> None:
    plan = planned(PLAIN, aws_monthly_spend=None, aws_calculator_url=LINK)

    assert spends(plan) == [
        {"CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS", "EstimationUrl": LINK}
    ]


def test_an_estimate_that_aws_dropped_is_said_and_stays_on_the_deal() -> None:
    world = linked().seller_edits(aws_calculator_url=LINK)
    sent = planned(PLAIN, world)
    assert sent.update is not None
    base = status.base_after(sent, Results())
    assert base is not None

    plan = planned(PLAIN, World(world.deal, world.opportunity, base))

    assert (plan.update, plan.deal_changes) == (None, {})
    (notice,) = plan.notices
    assert notice.startswith("AWS: pricing calculator link: AWS did not keep it")


def test_the_amount_is_no_business_of_a_mapping_that_does_not_ask_for_it() -> None:
    assert not any(row.property == "amount" for row in PLAIN.active)
    assert any(row.property == "amount" for row in RATIO.active)


def test_a_mapping_that_counts_contracts_has_their_property_in_any_profile() -> None:
    assert mapped("mode: contract", profile="core").has("aws_contract_months")
    assert not mapped("mode: property", profile="extra").has("aws_contract_months")


@pytest.mark.parametrize(
    ("spend", "what"),
    [
        ("mode: ratio", "ratio and mode: ratio go together"),
        ("mode: term; ratio: 0.5", "ratio and mode: ratio go together"),
        ("mode: property; back: true", "back needs mode: ratio or mode: term"),
        ("mode: ratio; ratio: 2", "less than or equal to 1"),
        ("mode: term; term: 0", "greater than or equal to 1"),
    ],
)
def test_a_spend_that_does_not_go_together_is_named(spend: str, what: str) -> None:
    with pytest.raises(Misconfigured, match=r"spend.yaml:\d+: spend") as caught:
        mapped(spend)
    assert what in str(caught.value)
