"""Postal codes by country."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import postal
from cosell.sandbox.partner_central.model import service
from tests.support.rules import Source, rule


@rule("A country can have several formats of postal codes.", Source.PC_FIELD_SHEET)
@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "10001"),
        ("US", "10001-1234"),
        ("DE", "80331"),
        ("GB", "SW1A 1AA"),
        ("GB", "M11AE"),
        ("NL", "1012 AB"),
        ("CA", "K1A 0B1"),
        ("JP", "100-0001"),
        ("GP", "97100"),
    ],
)
def test_right_codes(country: str, code: str) -> None:
    assert postal.complaint(country, code) is None


@rule("A postal code fits one of the formats as a whole.", Source.PC_FIELD_SHEET)
@pytest.mark.parametrize(
    ("country", "code"),
    [("US", "1000"), ("US", "10001-12"), ("DE", "8033"), ("GB", "12345"), ("GP", "75001"), ("IE", "12345")],
)
def test_wrong_codes(country: str, code: str) -> None:
    assert postal.complaint(country, code) is not None


@rule("Countries without a published format take any code.", Source.PC_FIELD_SHEET)
@pytest.mark.parametrize("country", ["AE", "HK", "XX", None])
def test_countries_that_are_not_checked(country: str | None) -> None:
    assert postal.complaint(country, "anything") is None


@rule("Some countries have no postal codes.", Source.PC_FIELD_SHEET)
def test_who_has_postal_codes() -> None:
    assert [postal.has_postal_codes(one) for one in ("US", "XX", None, "AE", "HK")] == [True, True, True, False, False]


@rule("Countries with published formats are among those of the model.", Source.PC_MODEL)
def test_countries_are_the_models() -> None:
    known = set(service().shape_for("CountryCode").enum)
    assert set(postal.countries()) - known == set()
