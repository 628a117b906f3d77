"""Expected spend: amounts, calculator links, total contract value."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central import spend
from tests.cosell.sandbox.partner_central.partner import Document, Partner, complete, monthly, partner, refused
from tests.support.rules import Source, rule

URL = f"https://calculator.aws/#/estimate?id={'ab' * 16}"
OTHER_URL = f"https://calculator.aws/#/estimate?id={'cd' * 16}"
YEARS = {"Term": "Months", "Value": "36"}


def own(amount: str = "36000", **members: Any) -> Document:
    return {"Amount": amount, "CurrencyCode": "USD", "Frequency": "None", "TargetCompany": "Self", **members}


def project(*entries: Document, duration: Document | None = None) -> Document:
    body: Document = {**complete()["Project"], "ExpectedCustomerSpend": list(entries)}
    return body if duration is None else {**body, "ExpectedContractDuration": duration}


def created(us: Partner, *entries: Document, duration: Document | None = None) -> Document:
    body: Document = us.raw(us.create(complete(Project=project(*entries, duration=duration))))["Project"]
    return body


def entry(amount: str | None, url: str | None = None) -> Document:
    return {
        "Amount": amount,
        "CurrencyCode": "USD",
        "EstimationUrl": url,
        "Frequency": "Monthly",
        "TargetCompany": "AWS",
    }


@rule(
    "Amounts lose trailing zeros, and in lists have one decimal at least.", Source.PC_SAMPLES, switch="verbatim_amounts"
)
@pytest.mark.parametrize(
    ("sent", "read", "listed"),
    [
        ("12500.00", "12500", "12500.0"),
        ("531", "531", "531.0"),
        ("10.50", "10.5", "10.5"),
        ("7.", "7", "7.0"),
        ("1000000", "1000000", "1000000.0"),
        ("9" * 31, "9" * 31, f"{'9' * 31}.0"),
    ],
)
def test_amounts_come_back_in_another_format(sent: str, read: str, listed: str) -> None:
    us = partner()
    assert created(us, monthly(sent))["ExpectedCustomerSpend"] == [entry(read)]
    row = us.client.list_opportunities(Catalog="AWS")["OpportunitySummaries"][0]
    assert row["Project"]["ExpectedCustomerSpend"][0]["Amount"] == listed


@rule("By switch, amounts come back as they were sent.", Source.PC_SAMPLES, switch="verbatim_amounts")
def test_amounts_come_back_as_sent_by_switch() -> None:
    us = partner(verbatim_amounts=True)
    assert created(us, monthly("12500.00"))["ExpectedCustomerSpend"] == [entry("12500.00")]
    row = us.client.list_opportunities(Catalog="AWS")["OpportunitySummaries"][0]
    assert row["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "12500.00"


@rule("A link to the pricing calculator alone brings its amount.", Source.PC_DEAL_SIZE)
def test_a_link_alone_brings_its_amount() -> None:
    us = partner()
    us.central.estimates[URL] = "840.00"
    assert created(us, monthly(EstimationUrl=URL))["ExpectedCustomerSpend"] == [entry("840", URL)]


@rule(
    "An unknown link alone is refused, with a Reason that the model does not have.",
    Source.PC_DEAL_SIZE,
    switch="estimation_url_reason",
)
@pytest.mark.parametrize("reason", ["INVALID_VALUE", "BUSINESS_VALIDATION_FAILED"])
def test_an_unknown_link_alone_is_refused(reason: str) -> None:
    us = partner(estimation_url_reason=reason)
    with refused() as refusal:
        created(us, monthly(EstimationUrl=URL))
    assert refusal.message == "The provided Estimation URL is invalid"
    assert refusal.reason == reason
    assert refusal.errors == [("INVALID_VALUE", "project.expectedCustomerSpend.estimationUrl")]
    assert refusal.messages == [f"Invalid Estimation URL: {URL}"]


@rule("A link that is unknown or of another amount is dropped without an error.", Source.PC_DEAL_SIZE)
@pytest.mark.parametrize(
    ("amount", "url", "kept"),
    [("840", URL, URL), ("840.00", URL, URL), ("841", URL, None), ("840", OTHER_URL, None)],
)
def test_a_link_that_contradicts_the_amount_is_dropped(amount: str, url: str, kept: str | None) -> None:
    us = partner()
    us.central.estimates[URL] = "840.00"
    stored = created(us, monthly(amount, EstimationUrl=url))["ExpectedCustomerSpend"]
    assert stored == [entry(spend.trimmed(amount), kept)]


@rule("A stored link stays while it is sent with its amount.", Source.PC_DEAL_SIZE)
def test_what_was_stored_stays_although_the_calculator_forgot_it() -> None:
    us = partner()
    us.central.estimates[URL] = "840.00"
    identifier = us.create(complete(Project=project(monthly(EstimationUrl=URL))))
    us.central.estimates.clear()
    us.update(identifier)
    assert us.raw(identifier)["Project"]["ExpectedCustomerSpend"] == [entry("840", URL)]


@rule("Without a contract duration the target company becomes AWS, whatever was sent.", Source.PC_MODEL)
def test_without_a_duration_every_company_is_aws() -> None:
    assert created(partner(), monthly("5", TargetCompany="Acme"))["ExpectedCustomerSpend"] == [entry("5")]


@rule("An empty amount is none.", Source.PC_MODEL)
def test_an_empty_amount_is_none() -> None:
    assert created(partner(), monthly(""))["ExpectedCustomerSpend"] == [entry(None)]


@rule("An amount is greater than 0.", Source.PC_FIELD_SHEET)
@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_an_amount_is_more_than_nothing(amount: str) -> None:
    with refused() as refusal:
        created(partner(), monthly(amount))
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "project.expectedCustomerSpend.amount")]


@rule("From duration and the partner's own value AWS derives a monthly entry, which comes first.", Source.PC_DEAL_SIZE)
def test_total_contract_value_brings_the_monthly_entry_first() -> None:
    stored = created(partner(), own(), duration=YEARS)
    assert stored["ExpectedContractDuration"] == YEARS
    assert stored["ExpectedCustomerSpend"] == [entry("1000"), {**own(), "EstimationUrl": None}]


@rule("Total contract value is all the spend that a submission needs.", Source.PC_DEAL_SIZE)
def test_a_contract_can_be_submitted() -> None:
    us = partner()
    identifier = us.create(complete(Project=project(own(), duration=YEARS)))
    us.associate(identifier)
    us.start(identifier)


@rule(
    "Total contract value is one Self entry with a duration, in one currency, with nothing but AWS's entry beside it.",
    Source.PC_DEAL_SIZE,
)
@pytest.mark.parametrize(
    ("entries", "duration", "field", "message"),
    [
        (
            [own()],
            None,
            "project.expectedContractDuration",
            "ExpectedContractDuration is required when a Self entry is present",
        ),
        (
            [],
            YEARS,
            "project.expectedCustomerSpend",
            "A Self entry is required when ExpectedContractDuration is present",
        ),
        ([own(), own()], YEARS, "project.expectedCustomerSpend", "Only one Self entry is allowed"),
        (
            [own(), monthly("5", TargetCompany="Acme")],
            YEARS,
            "project.expectedCustomerSpend.targetCompany",
            "TargetCompany must be 'AWS' or 'Self'",
        ),
        (
            [own(), monthly("5", CurrencyCode="EUR")],
            YEARS,
            "project.expectedCustomerSpend.currencyCode",
            "CurrencyCode must match between entries",
        ),
        (
            [own(EstimationUrl=URL)],
            YEARS,
            "project.expectedCustomerSpend.estimationUrl",
            "Self entry and EstimationUrl cannot coexist",
        ),
        (
            [own(Frequency="Monthly")],
            YEARS,
            "project.expectedCustomerSpend.frequency",
            "Frequency must be None for TargetCompany Self",
        ),
        (
            [monthly("5", Frequency="None")],
            None,
            "project.expectedCustomerSpend.frequency",
            "Frequency must be Monthly for TargetCompany AWS",
        ),
    ],
)
def test_contract_rules(entries: list[Document], duration: Document | None, field: str, message: str) -> None:
    with refused() as refusal:
        created(partner(), *entries, duration=duration)
    assert refusal.reason == "BUSINESS_VALIDATION_FAILED"
    assert (refusal.errors, refusal.messages) == ([("INVALID_VALUE", field)], [message])


@rule("A contract lasts 1 to 144 months.", Source.PC_DEAL_SIZE)
@pytest.mark.parametrize(
    ("months", "right"),
    [("1", True), ("144", True), ("0", False), ("145", False), ("x", False), ("1.5", False), ("9" * 5000, False)],
)
def test_a_contract_has_one_to_144_months(months: str, right: bool) -> None:
    duration = {"Term": "Months", "Value": months}
    if right:
        assert created(partner(), own(), duration=duration)["ExpectedContractDuration"] == duration
        return
    with refused() as refusal:
        created(partner(), own(), duration=duration)
    assert refusal.errors == [("VALUE_OUT_OF_RANGE", "project.expectedContractDuration.value")]


def contract(us: Partner) -> str:
    return us.create(complete(Project=project(own(), duration=YEARS)))


@rule(
    "An update that leaves out the duration keeps the contract, and the partner's own value with it.",
    Source.PC_DEAL_SIZE,
)
@pytest.mark.parametrize("entries", [[own()], [monthly("1000"), own()], []])
def test_leaving_out_the_duration_keeps_it(entries: list[Document]) -> None:
    us = partner()
    identifier = contract(us)
    us.update(identifier, lambda body: {**body, "Project": project(*entries)})
    stored = us.raw(identifier)["Project"]
    assert stored["ExpectedContractDuration"] == YEARS
    assert stored["ExpectedCustomerSpend"] == [entry("1000"), {**own(), "EstimationUrl": None}]


@rule("An update without the whole Project keeps the contract, too.", Source.PC_DEAL_SIZE)
def test_leaving_out_the_whole_project_keeps_the_contract() -> None:
    us = partner()
    identifier = contract(us)
    us.update(identifier, lambda body: {name: value for name, value in body.items() if name != "Project"})
    stored = us.raw(identifier)["Project"]
    assert (stored["Title"], stored["ExpectedContractDuration"]) == (None, YEARS)


@rule("Another duration derives another monthly amount from the stored value.", Source.PC_DEAL_SIZE)
def test_another_duration_derives_another_monthly_amount() -> None:
    us = partner()
    identifier = contract(us)
    us.update(identifier, lambda body: {**body, "Project": project(duration={"Term": "Months", "Value": "12"})})
    assert us.raw(identifier)["Project"]["ExpectedCustomerSpend"][0] == entry("3000")


@rule("A duration of null, written out, ends the contract.", Source.PC_DEAL_SIZE)
def test_null_ends_the_contract() -> None:
    us = partner()
    identifier = contract(us)
    body = us.raw(identifier)
    response = us.post(
        "UpdateOpportunity",
        Catalog="AWS",
        Identifier=identifier,
        LastModifiedDate=body["LastModifiedDate"],
        LifeCycle=body["LifeCycle"],
        Marketing={"Source": "None"},
        Project={**project(monthly("5")), "ExpectedContractDuration": None},
    )
    assert response.status == 200
    stored = us.raw(identifier)["Project"]
    assert (stored["ExpectedContractDuration"], stored["ExpectedCustomerSpend"]) == (None, [entry("5")])
