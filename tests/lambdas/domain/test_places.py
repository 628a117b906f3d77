"""Countries, states, postal codes and phone numbers: what people write, as AWS takes it."""

from __future__ import annotations

import re

import pytest

from cosell.sandbox.partner_central import postal
from lambdas.domain import transforms
from lambdas.domain.records import PortalFacts, Record
from lambdas.domain.transforms import Context, Unfit, places
from tests.lambdas.domain.builders import MAPPING

ROWS = {f"{row.object}.{row.property}": row for row in MAPPING.rows}


def context(row: str, country: str | None = None) -> Context:
    return Context(MAPPING, ROWS[row], Record(id="1", properties={}), country, PortalFacts())


@pytest.mark.parametrize("name", ["North Korea", "Korea (North)", "Congo, Dem. Rep.", "Germany, France", "日本"])
def test_a_country_that_is_not_certain_is_asked_for(name: str) -> None:
    with pytest.raises(Unfit, match="AWS knows no country"):
        transforms.to_aws(name, context("company.country"))


@pytest.mark.parametrize(
    ("country", "raw", "value"),
    [
        ("DE", "030 1234567", "+49301234567"),
        ("IT", "06 1234567", "+39061234567"),
        ("US", "(212) 555-0123", "+12125550123"),
        ("US", "1-212-555-0123 ext. 12", "+12125550123"),
        ("GB", "020 7946 0123", "+442079460123"),
        ("GB", "tel:020 7946 0123;ext=12", "+442079460123"),
        ("CI", "07 08 09 10 11", "+2250708091011"),
        ("HU", "06 1 234 5678", "+3612345678"),
        ("RU", "8 (495) 123-45-67", "+74951234567"),
        ("BS", "242-322-1234", "+12423221234"),
        ("BS", "322-1234", "+12423221234"),
        ("BS", "1-242-322-1234", "+12423221234"),
        ("US", "011 49 30 1234567", "+49301234567"),
        ("AU", "0011 49 30 1234567", "+49301234567"),
        ("DE", "(+49) 30 1234567 x12", "+49301234567"),
    ],
)
def test_phone_numbers_by_country(country: str, raw: str, value: str) -> None:
    assert transforms.to_aws(raw, context("contact.phone", country)) == value


@pytest.mark.parametrize(
    ("country", "raw", "value"),
    [
        ("DE", "D-10115", "10115"),
        ("DE", "de 10115", "10115"),
        ("PL", "00950", "00-950"),
        ("GB", "sw1a1aa", "SW1A1AA"),
        ("NL", "1012-ab", "1012 AB"),
        ("CA", "k1a0b1", "K1A0B1"),
        ("SE", "S-11122", "S-11122"),
        ("US", "10001 1234", "10001-1234"),
        ("HK", "999077", "999077"),
    ],
)
def test_postal_codes_are_put_into_their_countrys_form(country: str, raw: str, value: str) -> None:
    assert transforms.to_aws(raw, context("company.zip", country)) == value


def test_postal_codes_are_as_aws_sees_them() -> None:
    """Every form of every country, in every country."""
    codes = {
        re.sub("A", "Q", form).replace("#", "1") for known in postal.countries().values() for form in known.formats
    }

    for country in MAPPING.tables.countries:
        assert MAPPING.tables.has_postal_codes(country.code) == postal.has_postal_codes(country.code)
        for code in codes:
            assert places.fits(code, country) == (postal.complaint(country.code, code) is None), (country.code, code)


def test_no_name_means_two_countries() -> None:
    names = {
        (re.sub(r"\W", "", name.casefold()), country.code)
        for country in MAPPING.tables.countries
        for name in (country.code, country.name, *country.aliases)
    }

    assert len({name for name, _ in names}) == len(names)


@pytest.mark.parametrize(
    ("country", "raw", "value"),
    [("US", "ny", "New York"), ("US", "Washington, DC", "Dist. of Columbia"), ("DE", "Berlin", "Berlin")],
)
def test_states_have_full_names_in_the_united_states_only(country: str, raw: str, value: str) -> None:
    assert transforms.to_aws(raw, context("company.state", country)) == value


@pytest.mark.parametrize(
    ("country", "raw"),
    [("US", "10001"), ("US", "10001-1234"), ("DE", "10115"), ("GB", "SW1A 1AA"), ("BR", "01310-100"), ("AE", "any")],
)
def test_postal_codes_that_a_country_has(country: str, raw: str) -> None:
    assert transforms.to_aws(raw, context("company.zip", country)) == raw.upper()
