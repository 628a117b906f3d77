"""Phone numbers in E.164.

AWS checks the form only (`+` and up to 15 digits), so no library of numbering plans is packed for it: `phonenumbers`
would be the largest package of the zip after boto3. What is needed of the plans is what people dial before a number.
"""

from __future__ import annotations

import re
from typing import Final

from lambdas.domain.tables import Country
from lambdas.domain.transforms.common import Context, Unfit, clean, for_example

E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION: Final = re.compile(r"(?i)[\s,;]*(?:ext(?:ension|n)?\.?|x|#|;\s*ext=)\s*:?\s*[0-9]{1,7}$")
_WRITTEN: Final = re.compile(r"[0-9\s().,/+\u00a0\u2010-\u2015-]+")

# Where the leading zero is part of the number and is dialled from abroad too.
_ZERO_STAYS: Final = frozenset({"BJ", "CG", "CI", "IT", "SM", "VA"})
# What is dialled before a national number where that is no 0, and how many digits there are with it; 0: any.
_TRUNKS: Final = {"BY": ("80", 11), "HU": ("06", 0), "KZ": ("8", 11), "LT": ("8", 9), "RU": ("8", 11), "TM": ("8", 9)}
# What is dialled before a country code where that is not 00; all of North America dials 011.
_ABROAD: Final = {"AU": "0011", "JP": "010", "RU": "810", "KZ": "810", "BY": "810"}
_NORTH_AMERICA: Final = "1"


def phone(raw: str, context: Context) -> str:
    """As it stands with a plus, else by the country of the record. An extension is left out: E.164 has none."""
    written = _EXTENSION.sub("", clean(raw).removeprefix("tel:")).replace("(0)", "")
    country = context.mapping.tables.country(context.country) if context.country else None
    number = _number(written, country) if _WRITTEN.fullmatch(written) else ""
    if not E164.fullmatch(number):
        raise Unfit(f"write it with the country code{for_example(context.row)}")
    return number


def _number(written: str, country: Country | None) -> str:
    digits = re.sub(r"[^0-9]", "", written)
    if written.lstrip("( ").startswith("+"):
        return f"+{digits}"
    for prefix in _prefixes(country):
        if digits.startswith(prefix):
            return f"+{digits.removeprefix(prefix)}"
    if country is None or not country.calling_code:
        return ""
    if country.calling_code.startswith(_NORTH_AMERICA):
        return _north_american(digits, country.calling_code)
    return f"+{country.calling_code}{_national(digits, country.code)}"


def _prefixes(country: Country | None) -> tuple[str, ...]:
    """What may stand before a country code here, the longest first."""
    if country is None:
        return ("00",)
    own = "011" if country.calling_code.startswith(_NORTH_AMERICA) else _ABROAD.get(country.code)
    return (own, "00") if own else ("00",)


def _north_american(digits: str, calling_code: str) -> str:
    """Ten digits, or eleven with the 1; seven where the whole country has one area code."""
    if len(digits) == 7 and len(calling_code) == 4:
        return f"+{calling_code}{digits}"
    return f"+{digits}" if len(digits) == 11 and digits.startswith(_NORTH_AMERICA) else f"+{_NORTH_AMERICA}{digits}"


def _national(digits: str, code: str) -> str:
    """The number without what is dialled before it inside the country."""
    if code in _ZERO_STAYS:
        return digits
    trunk, length = _TRUNKS.get(code, ("", 0))
    if trunk and digits.startswith(trunk) and length in {0, len(digits)}:
        return digits.removeprefix(trunk)
    return digits.lstrip("0")
