"""Both sides in one form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import fields
from lambdas.domain.records import Deal, Opportunity, Record
from tests.lambdas.domain.builders import MAPPING, a_contact, a_deal

PROPERTIES = {
    kind: sorted({row.property for row in MAPPING.rows if row.object == kind})
    for kind in ("deal", "company", "contact")
}


def an_opportunity(**body: Any) -> Opportunity:
    return Opportunity(id="O1", last_modified="1", body=body)


@pytest.mark.parametrize(
    ("deal", "path", "value"),
    [
        (a_deal(), "Project.Title", "Data platform"),
        (a_deal(aws_project_title="Platform"), "Project.Title", "Platform"),
        (a_deal(), "LifeCycle.TargetCloseDate", "2027-01-31"),
        (a_deal(aws_golive_date="2027-03-31"), "LifeCycle.TargetCloseDate", "2027-03-31"),
        (a_deal(), "OpportunityType", "Net New Business"),
        (a_deal(aws_opportunity_type="Expansion"), "OpportunityType", "Expansion"),
        (a_deal(dealtype=None), "OpportunityType", None),
        (a_deal(), "Customer.Account.Industry", "Software and Internet"),
        (a_deal(company={"aws_industry": "Retail"}), "Customer.Account.Industry", "Retail"),
        (
            a_deal(company={"domain": None, "website": "shop.example"}),
            "Customer.Account.WebsiteUrl",
            "https://shop.example",
        ),
        (a_deal(company={"country": "Hong Kong", "zip": None}), "Customer.Account.Address.PostalCode", None),
        (a_deal(), "Customer.Contacts", None),
    ],
)
def test_the_first_property_with_a_value_counts(deal: Deal, path: str, value: Any) -> None:
    said = fields.wanted(deal, MAPPING)

    assert said.fields[path] == value
    assert said.problems == ()


def test_people_are_ordered_and_only_those_marked_leave() -> None:
    contacts = (
        a_contact(email="Zoe@example.com", phone=None),
        a_contact(email="bob@example.com", phone="020 7946 0123", country="United Kingdom", jobtitle="CTO"),
        a_contact(email="eve@example.com", aws_share_contact="false"),
    )

    assert fields.wanted(a_deal(contacts=contacts), MAPPING).fields["Customer.Contacts"] == [
        {
            "Email": "bob@example.com",
            "FirstName": "Ada",
            "LastName": "Lovelace",
            "Phone": "+442079460123",
            "BusinessTitle": "CTO",
        },
        {"Email": "zoe@example.com", "FirstName": "Ada", "LastName": "Lovelace"},
    ]


def test_a_field_with_a_problem_is_no_opinion() -> None:
    said = fields.wanted(a_deal(aws_use_case="Databases", contacts=(a_contact(email="x"),)), MAPPING)

    assert "Project.CustomerUseCase" not in said.fields
    assert "Customer.Contacts" not in said.fields
    assert [problem.path for problem in said.problems] == ["Project.CustomerUseCase", "Customer.Contacts[].Email"]


def test_a_stage_that_says_nothing_is_no_opinion() -> None:
    silent = MAPPING.model_copy(update={"stages": {"default": {"qualifiedtobuy": None}}})

    said = fields.wanted(a_deal(), silent)

    assert "LifeCycle.Stage" not in said.fields
    assert said.problems == ()


def test_what_aws_shows_has_one_form() -> None:
    seen = fields.seen(
        an_opportunity(
            Project={"Title": "R&amp;D", "DeliveryModels": ["Other", "Resell"], "ExpectedCustomerSpend": []},
            Customer={"Contacts": [{"Email": "b@x.example", "Phone": None}, {"Email": "a@x.example"}, {}]},
        ),
        MAPPING,
    )

    assert seen["Project.Title"] == "R&D"
    assert seen["Project.DeliveryModels"] == ["Resell", "Other"]
    assert seen["Project.ExpectedCustomerSpend[].Amount"] is None
    assert seen["Customer.Contacts"] == [{"Email": "a@x.example"}, {"Email": "b@x.example"}]
    assert seen["LifeCycle.Stage"] is None


def test_what_aws_rewrites_by_itself_is_no_opinion() -> None:
    seen = fields.seen(an_opportunity(NationalSecurity="Yes", Customer={"Account": {"CompanyName": "****"}}), MAPPING)

    assert "Customer.Account.CompanyName" not in seen
    assert "Customer.Account.Industry" in seen


def records(kind: str) -> st.SearchStrategy[dict[str, str | None]]:
    known = [value for row in MAPPING.rows for value in (*MAPPING.options(row), *row.values)]
    values = st.one_of(st.none(), st.just(""), st.text(max_size=20), st.sampled_from(known))
    return st.dictionaries(st.sampled_from(PROPERTIES[kind]), values)


@given(records("deal"), st.none() | records("company"), st.lists(records("contact"), max_size=2))
def test_whatever_hubspot_holds_ends_in_values_and_sentences(
    properties: dict[str, str | None], company: dict[str, str | None] | None, people: list[dict[str, str | None]]
) -> None:
    deal = Deal(
        id="3",
        portal="4",
        properties=properties,
        company=None if company is None else Record(id="9", properties=company),
        contacts=tuple(Record(id="7", properties=person | {"aws_share_contact": "true"}) for person in people),
    )

    said = fields.wanted(deal, MAPPING)

    assert all(problem.what for problem in said.problems)
    assert said.fields.keys() <= {field.path for field in MAPPING.fields}
