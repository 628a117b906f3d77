"""How answers are written."""

from __future__ import annotations

import json

from tests.cosell.sandbox.partner_central.partner import complete, partner, refused, with_value
from tests.support.rules import Source, rule


@rule("By switch, members without a value are left out.", Source.PC_SAMPLES, switch="nulls")
def test_nulls_are_left_out_by_switch() -> None:
    us = partner(nulls=False)
    body = us.raw(us.create({}))
    assert "null" not in json.dumps(body)
    assert "SoftwareRevenue" not in body
    assert "NextToken" not in us.post("ListOpportunities", Catalog="AWS").json()


@rule(
    "By switch, company, problem, use case and next steps come with `&` and `:` escaped.",
    Source.PC_SAMPLES,
    switch="html_escapes",
)
def test_some_texts_are_escaped_by_switch() -> None:
    use_case = "Business Applications: Mainframe Modernization"
    body = with_value(complete(), "Project.CustomerUseCase", use_case)
    body = with_value(body, "Customer.Account.CompanyName", "Smith & Sons: Tools")
    body = with_value(body, "Project.Title", "This & that: fine")
    us = partner(html_escapes=True)
    identifier = us.create(body)
    read = us.get(identifier)
    assert read["Customer"]["Account"]["CompanyName"] == "Smith &amp; Sons&amp;colon; Tools"
    assert read["Project"]["CustomerUseCase"] == "Business Applications&amp;colon; Mainframe Modernization"
    assert read["Project"]["Title"] == "This & that: fine"
    with refused() as refusal:
        us.update(identifier)
    assert refusal.errors == [("INVALID_ENUM_VALUE", "project.customerUseCase")]


@rule("`&` and `:` come back as they were sent.", Source.PC_SAMPLES, switch="html_escapes")
def test_texts_are_not_escaped_otherwise() -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Customer.Account.CompanyName", "Smith & Sons: Tools"))
    assert us.get(identifier)["Customer"]["Account"]["CompanyName"] == "Smith & Sons: Tools"


@rule(
    "By switch, structures in lists have a `__type`, which can be sent back.", Source.PC_SAMPLES, switch="nested_types"
)
def test_structures_in_lists_name_their_type_by_switch() -> None:
    us = partner(nested_types=True)
    identifier = us.create()
    entries = us.raw(identifier)["Project"]["ExpectedCustomerSpend"]
    assert entries[0].pop("__type") == "partnercentral-selling#ExpectedCustomerSpend"
    us.update(identifier)


@rule("What was escaped and is sent back is escaped again.", Source.PC_SAMPLES, switch="html_escapes")
def test_an_escaped_text_is_another_text() -> None:
    us = partner(html_escapes=True)
    identifier = us.create(with_value(complete(), "Customer.Account.CompanyName", "Smith & Sons"))
    us.update(identifier)
    assert us.get(identifier)["Customer"]["Account"]["CompanyName"] == "Smith &amp;amp; Sons"


@rule("The partner's own identifier comes back.", Source.PC_MODEL, Source.PC_SAMPLES, switch="echo_partner_identifier")
def test_the_partner_identifier_is_null_by_switch() -> None:
    us = partner(echo_partner_identifier=False)
    answer = us.post("CreateOpportunity", Catalog="AWS", ClientToken="t", **complete()).json()
    assert answer["PartnerOpportunityIdentifier"] is None
    assert us.raw(answer["Id"])["PartnerOpportunityIdentifier"] is None
    assert us.central.opportunity(answer["Id"]).partner_id == "310001"


@rule(
    "By switch, LastModifiedDate has whole seconds, and writes within one share it.",
    Source.PC_SAMPLES,
    switch="whole_seconds",
)
def test_dates_have_whole_seconds_by_switch() -> None:
    us = partner(whole_seconds=True)
    us.clock.advance(0.4)
    identifier = us.create()
    assert us.raw(identifier)["LastModifiedDate"] == "2026-11-24T09:00:00Z"
    us.update(identifier)
    assert us.raw(identifier)["LastModifiedDate"] == "2026-11-24T09:00:00Z"
    us.clock.advance(1)
    us.update(identifier)
    assert us.raw(identifier)["LastModifiedDate"] == "2026-11-24T09:00:01Z"


@rule("Texts have letters of any alphabet.", Source.PC_MODEL)
def test_letters_of_all_alphabets_survive() -> None:
    us = partner()
    title = "Übergröße 東京 🚀"
    response = us.post(
        "GetOpportunity", Catalog="AWS", Identifier=us.create(with_value(complete(), "Project.Title", title))
    )
    assert title in response.body.decode()
