"""Conversions between HubSpot's text and AWS's values: by table, and total for any text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import transforms
from lambdas.domain.mapping import Mapping, Row, TransformName
from lambdas.domain.records import PortalFacts, Record
from lambdas.domain.transforms import TRANSFORMS, Context, Unfit
from tests.lambdas.domain.builders import MAPPING

ROWS = {f"{row.object}.{row.property}": row for row in MAPPING.rows}


def context(row: str, country: str | None = None, zone: str = "UTC", **properties: str) -> Context:
    record, portal = Record(id="1", properties=dict(properties)), PortalFacts(time_zone=zone)
    return Context(MAPPING, ROWS[row], record, country, portal)


def test_every_named_transform_is_there_and_no_other() -> None:
    assert set(TRANSFORMS) == set(get_args(TransformName))


@pytest.mark.parametrize(
    ("row", "raw", "value"),
    [
        ("deal.dealname", "  Data\r\nplatform ", "Data\nplatform"),
        ("deal.dealname", "Research &amp; Development&amp;colon; phase 1", "Research & Development: phase 1"),
        ("deal.aws_use_case", "Business Applications &amp; SAP Production", "Business Applications & SAP Production"),
        ("deal.aws_delivery_models", "Resell;SaaS or PaaS;;Resell", ["SaaS or PaaS", "Resell"]),
        ("deal.aws_monthly_spend", "12500.00", "12500"),
        ("deal.aws_monthly_spend", "12500.5", "12500.5"),
        ("deal.aws_monthly_spend", "0.005", "0.01"),
        ("deal.aws_monthly_spend", "1.25E4", "12500"),
        ("deal.aws_golive_date", "2027-03-31", "2027-03-31"),
        ("deal.aws_golive_date", "1806451200000", "2027-03-31"),
        ("deal.closedate", "2027-03-31T23:30:00Z", "2027-03-31"),
        ("deal.closedate", "2027-03-31T23:30:00.123Z", "2027-03-31"),
        ("deal.closedate", "1806451200000", "2027-03-31"),
        ("deal.dealtype", "existingbusiness", "Expansion"),
        ("deal.dealstage", "contractsent", "Business Validation"),
        ("company.country", "germany", "DE"),
        ("company.country", "Deutschland", "DE"),
        ("company.country", "U.S.A.", "US"),
        ("company.country", "Côte d’Ivoire", "CI"),
        ("company.country", "gb", "GB"),
        ("company.country", "DEU", "DE"),
        ("company.country", "Korea, South", "KR"),
        ("company.country", "Korea (South)", "KR"),
        ("company.country", "Congo (Democratic Republic of the)", "CD"),
        ("company.country", "the Netherlands", "NL"),
        ("company.country", "Germany (DE)", "DE"),
        ("company.country", "England, UK", "GB"),
        ("company.country", "Untied States", "US"),
        ("company.country", "Swizerland", "CH"),
        ("company.country", "Phillipines", "PH"),
        ("company.country", "Tschechien", "CZ"),
        ("company.country", "Países Bajos", "NL"),
        ("deal.aws_use_case", "Migration/Database Migration", "Migration / Database Migration"),
        (
            "deal.aws_use_case",
            "Big Data: Data Warehouse/Data Integration/ETL/Data Lake/BI",
            "Big Data: Data Warehouse / Data Integration / ETL / Data Lake / BI",
        ),
        ("deal.aws_use_case", "SECURITY AND COMPLIANCE", "Security & Compliance"),
        ("deal.aws_lost_reason", "Lost to Competitor – Google", "Lost to Competitor - Google"),
        ("deal.aws_lost_reason", "too expensive", "Price"),
        ("deal.aws_delivery_models", "resell;SaaS", ["SaaS or PaaS", "Resell"]),
        ("company.industry", "COMPUTER_SOFTWARE", "Software and Internet"),
        ("company.industry", "Energy - Oil & Gas", "Energy - Oil and Gas"),
        ("company.domain", "Example.com", "https://example.com"),
        ("company.website", "HTTP://www.Example.com/Shop/", "http://www.example.com/Shop"),
        ("company.domain", "münchen.example", "https://xn--mnchen-3ya.example"),
        ("contact.email", " Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
        ("contact.phone", "+49 (0)30 / 123-4567", "+49301234567"),
        ("contact.phone", "0049 30 1234567", "+49301234567"),
    ],
)
def test_what_hubspot_holds_as_aws_takes_it(row: str, raw: str, value: Any) -> None:
    assert transforms.to_aws(raw, context(row)) == value


@pytest.mark.parametrize(
    ("zone", "raw", "day"),
    [
        ("America/New_York", "2027-04-01T03:30:00Z", "2027-03-31"),
        ("America/New_York", "2027-03-14T04:59:00Z", "2027-03-13"),  # the last night of winter time
        ("America/New_York", "2027-03-15T03:59:00Z", "2027-03-14"),
        ("Europe/Berlin", "2027-03-31T22:30:00Z", "2027-04-01"),
        ("Europe/Berlin", "2027-01-31T22:30:00Z", "2027-01-31"),
        ("Europe/Berlin", "1806526800000", "2027-03-31"),
        ("Europe/Berlin", "1806532200000", "2027-04-01"),
        ("Pacific/Kiritimati", "2027-03-31T10:00:00Z", "2027-04-01"),
        ("Asia/Kolkata", "2027-03-31T18:30:00.000Z", "2027-04-01"),
        ("Europe/Berlin", "2027-03-31", "2027-03-31"),
        ("Mars/Olympus", "2027-03-31T23:30:00Z", "2027-03-31"),
    ],
)
def test_a_close_date_is_the_day_that_the_portal_shows(zone: str, raw: str, day: str) -> None:
    assert transforms.to_aws(raw, context("deal.closedate", zone=zone)) == day


@given(
    day=st.dates(date(1970, 1, 2), date(2100, 1, 1)).map(str),
    zone=st.sampled_from(["Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Kathmandu", "Etc/GMT+12", "Europe/Berlin"]),
)
def test_a_day_of_aws_is_that_day_in_the_portal(day: str, zone: str) -> None:
    here = context("deal.closedate", zone=zone)

    assert transforms.to_aws(transforms.to_hubspot(day, here), here) == day


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_date_property_is_its_day_in_every_zone(zone: str) -> None:
    assert transforms.to_aws("1806451200000", context("deal.aws_golive_date", zone=zone)) == "2027-03-31"


def test_every_other_name_of_an_option_means_that_option() -> None:
    tables = MAPPING.tables

    for name, values in tables.aliases.items():
        for value, aliases in values.items():
            assert value in tables.options[name]
            assert {tables.option(name, other) for other in (*aliases, value.upper(), value.replace(" ", ""))} == {
                value
            }


@pytest.mark.parametrize(
    ("row", "country", "raw", "sentence"),
    [
        ("deal.dealname", None, "x" * 256, "it has 256 characters; AWS takes 255"),
        (
            "deal.aws_use_case",
            None,
            "databases of all kinds",
            'AWS has no option "databases of all kinds", for example Migration / Database Migration',
        ),
        ("deal.aws_monthly_spend", None, "12,500", "it must be a number, for example 5000"),
        ("deal.aws_monthly_spend", None, "NaN", "it must be a number, for example 5000"),
        ("deal.aws_monthly_spend", None, "-1", "it must be more than zero, for example 5000"),
        ("deal.aws_monthly_spend", None, "1e15", "it must be less than 1,000,000,000,000,000"),
        ("deal.closedate", None, "soon", "it must be a date, for example 2027-03-31"),
        (
            "deal.dealtype",
            None,
            "partner",
            'AWS knows nothing like "partner"; choose one in "AWS: new, expansion or renewal"',
        ),
        ("company.state", "US", "Bavaria", 'the United States have no state "Bavaria", for example New York'),
        ("company.zip", "DE", "12", "in Germany it looks like 12345; it says 12"),
        ("company.zip", "BR", "12", "in Brazil it looks like 12345 or 12345-678; it says 12"),
        ("company.domain", None, "see below", "it is no web address, for example example.com"),
        (
            "contact.email",
            None,
            "ada at example",
            "AWS does not take it as an e-mail address, for example ada@example.com",
        ),
        ("contact.phone", None, "+٤٩ ٣٠ ١٢٣٤٥٦٧", "write it with the country code, for example +49 30 1234567"),
        ("contact.phone", None, "030 1234567", "write it with the country code, for example +49 30 1234567"),
    ],
)
def test_what_cannot_cross_says_why(row: str, country: str | None, raw: str, sentence: str) -> None:
    with pytest.raises(Unfit, match=re.escape(sentence)):
        transforms.to_aws(raw, context(row, country))


def test_a_stage_counts_in_its_own_pipeline() -> None:
    with pytest.raises(Unfit, match="not mapped"):
        transforms.to_aws("closedwon", context("deal.dealstage", pipeline="148"))


def test_every_industry_of_hubspot_and_every_country_has_a_value() -> None:
    tables = MAPPING.tables

    for industry in tables.industries:
        assert transforms.to_aws(industry, context("company.industry")) in tables.options["industries"]
    for country in tables.countries:
        for name in (country.code, country.code.lower(), country.name, country.name.upper(), *country.aliases):
            assert transforms.to_aws(name, context("company.country")) == country.code


@pytest.mark.parametrize(
    ("row", "shown", "canonical"),
    [
        ("deal.aws_monthly_spend", "12500.00", "12500"),
        ("deal.aws_monthly_spend", "531.0", "531"),
        ("deal.aws_monthly_spend", "100", "100"),
        ("deal.aws_monthly_spend", "0", "0"),
        ("deal.aws_delivery_models", ["Resell", "SaaS or PaaS"], ["SaaS or PaaS", "Resell"]),
        ("deal.aws_delivery_models", [], None),
        (
            "deal.aws_use_case",
            "Business Applications&amp;colon; Mainframe Modernization",
            "Business Applications: Mainframe Modernization",
        ),
        ("deal.dealname", "", None),
        ("deal.dealname", None, None),
    ],
)
def test_what_aws_shows_in_the_form_that_is_compared(row: str, shown: Any, canonical: Any) -> None:
    assert transforms.canonical(shown, context(row)) == canonical


OPTION_ROWS = [row for row in MAPPING.rows if row.transform in {"option", "options"} and row.options]


@pytest.mark.parametrize("row", OPTION_ROWS, ids=lambda row: row.property)
def test_every_option_comes_back_as_it_went(row: Row) -> None:
    here = Context(MAPPING, row)
    for value in MAPPING.options(row):
        assert ";" not in value
        shown = [value] if row.transform == "options" else value
        assert transforms.to_aws(transforms.to_hubspot(shown, here), here) == transforms.canonical(shown, here)


def test_codes_of_aws_have_names_at_hubspot() -> None:
    assert transforms.to_hubspot("DE", context("company.country")) == "Germany"
    with pytest.raises(Unfit, match='"XX" is no country code'):
        transforms.to_hubspot("XX", context("company.country"))


def test_an_amount_that_is_none_is_compared_as_it_stands() -> None:
    assert transforms.canonical("plenty", context("deal.aws_monthly_spend")) == "plenty"


def test_a_web_address_has_an_end() -> None:
    with pytest.raises(Unfit, match="AWS takes 255"):
        transforms.to_aws("example.com/" + "x" * 255, context("company.website"))


def test_a_web_address_may_hold_another_one() -> None:
    url = "https://example.com/Shop?from=https://other.example/Page"

    assert transforms.to_aws(url, context("company.website")) == url


@pytest.mark.parametrize(
    ("row", "raw", "sentence"),
    [
        (
            "company.industry",
            "Alchemy",
            'AWS has no industry for "Alchemy"; choose one in "Our words", for example Retail',
        ),
        (
            "deal.closed_lost_reason",
            "Fate",
            'AWS has no reason like "Fate"; choose one in "Our words", for example Price',
        ),
        ("deal.dealtype", "partner", 'AWS knows nothing like "partner"; choose one in "Our words"'),
    ],
)
def test_a_sentence_names_the_property_that_the_portal_has_and_as_it_is_called_there(
    row: str, raw: str, sentence: str
) -> None:
    own = {"aws_industry", "aws_lost_reason", "aws_opportunity_type"}

    def refusal(change: dict[str, Any]) -> str:
        rows = [one.model_copy(update=change if one.property in own else {}) for one in MAPPING.rows]
        mapping = Mapping.model_validate(MAPPING.model_dump() | {"rows": [one.model_dump() for one in rows]})
        with pytest.raises(Unfit) as unfit:
            transforms.to_aws(raw, replace(context(row), mapping=mapping))
        return str(unfit.value)

    assert refusal({"label": "Our words"}) == sentence
    assert "Our words" not in refusal({"label": "Our words", "disabled": True})


@pytest.mark.parametrize("value", [None, "", []])
def test_nothing_clears_a_property(value: Any) -> None:
    assert transforms.to_hubspot(value, context("deal.aws_use_case")) == ""


ROUND_TRIPS = {
    "deal.aws_project_title": st.text(min_size=1, max_size=300),
    "deal.aws_monthly_spend": st.decimals(min_value="0.01", max_value="999999", places=2).map(str),
    "deal.aws_delivery_models": st.lists(st.sampled_from(MAPPING.tables.options["delivery_models"]), min_size=1).map(
        ";".join
    ),
    "deal.aws_golive_date": st.dates().map(str),
}


@pytest.mark.parametrize("row", ROUND_TRIPS)
@given(data=st.data())
def test_there_and_back_is_the_same(row: str, data: st.DataObject) -> None:
    raw = data.draw(ROUND_TRIPS[row])
    try:
        value = transforms.to_aws(raw, context(row))
    except Unfit:
        return

    assert transforms.canonical(value, context(row)) == (value or None)
    assert transforms.to_aws(transforms.to_hubspot(value, context(row)), context(row)) == value


ODD = ["1e999999", "NaN", "-Infinity", "9" * 40, "2027-02-30", "://", "xn--", "+", "..", "1" * 13]


@pytest.mark.parametrize("name", {row.transform: name for name, row in ROWS.items()}.values())
@given(raw=st.one_of(st.text(max_size=80), st.sampled_from(ODD)), country=st.sampled_from([None, "US", "DE", "XX"]))
def test_any_text_ends_in_a_value_or_a_sentence(name: str, raw: str, country: str | None) -> None:
    try:
        value = transforms.to_aws(raw, context(name, country))
    except Unfit as unfit:
        value = str(unfit) or 0

    assert value is None or isinstance(value, str | list)
