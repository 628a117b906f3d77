"""Postal codes by country, as AWS publishes them for partners.

Source: `opportunity-samples/PostalCodeValidations.csv` and `CountriesWithoutPostalCode.csv` in
github.com/aws-samples/partner-crm-integration-samples. In `postal_codes.csv`, `#` is a digit, `A` a letter, the rest
stands for itself; a country without formats has no postal codes; a country that is not in the file is not checked.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Country:
    """What is known of one country's postal codes; no formats: it has none."""

    name: str
    formats: tuple[str, ...]

    def accepts(self, code: str) -> bool:
        return any(_pattern(notation).fullmatch(code) for notation in self.formats)


@cache
def countries() -> dict[str, Country]:
    """The published countries by ISO 3166 code."""
    with Path(__file__).with_name("postal_codes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["country"]: Country(row["name"], tuple(filter(None, row["formats"].split("; "))))
            for row in csv.DictReader(file)
        }


def has_postal_codes(country: str | None) -> bool:
    known = countries().get(country or "")
    return known is None or bool(known.formats)


def complaint(country: str | None, code: str) -> str | None:
    """AWS's sentence about a code that the country cannot have; None when there is nothing to say."""
    known = countries().get(country or "")
    if known is None or not known.formats or known.accepts(code):
        return None
    formats = " OR ".join(known.formats).replace("#", "9")
    return f"The postal code is invalid for country {known.name}, {known.name} postal code must be in {formats} format."


@cache
def _pattern(notation: str) -> re.Pattern[str]:
    signs = {"#": "[0-9]", "A": "[A-Za-z]"}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in notation))
