"""Countries, states and postal codes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lambdas.domain.tables import Country
from lambdas.domain.transforms.common import Context, Unfit, for_example, short
from lambdas.domain.transforms.text import text


def country(raw: str, context: Context) -> str:
    found = context.mapping.tables.country(raw)
    if found is None:
        raise Unfit(
            f'AWS knows no country "{short(raw)}"; write its English name or its code{for_example(context.row)}'
        )
    return found.code


def country_name(value: Any, context: Context) -> str:
    found = context.mapping.tables.country(str(value))
    if found is None:
        raise Unfit(f'"{short(str(value))}" is no country code')
    return found.name


def state(raw: str, context: Context) -> str:
    """The full name in the United States, where AWS has a list; free text elsewhere."""
    if context.country != "US":
        return text(raw, context)
    found = context.mapping.tables.state(raw)
    if found is None:
        raise Unfit(f'the United States have no state "{short(raw)}"{for_example(context.row)}')
    return found


def postal_code(raw: str, context: Context) -> str:
    """In a format of its country, where AWS has one for it; blanks and hyphens are put where they belong."""
    said = text(raw.upper(), context)
    known = context.mapping.tables.country(context.country) if context.country else None
    formats = known.postal_formats if known else ()
    if known is None or not formats:
        return said
    found = _fitted(said, formats) or _fitted(_without_country(said, known), formats)
    if found is None:
        raise Unfit(f"in {known.name} it looks like {_examples(formats)}; it says {short(said)}")
    return found


def fits(code: str, known: Country | None) -> bool:
    """Whether AWS takes a code in this country as it stands."""
    formats = known.postal_formats if known else ()
    return not formats or any(_pattern(form).fullmatch(code) for form in formats)


def _fitted(said: str, formats: tuple[str, ...]) -> str | None:
    if any(_pattern(form).fullmatch(said) for form in formats):
        return said
    signs = _signs(said)
    for form in formats:
        if _pattern(_signs(form, keep="#")).fullmatch(signs):
            rest = iter(signs)
            return "".join(next(rest) if sign.isalnum() or sign == "#" else sign for sign in form)
    return None


def _without_country(said: str, known: Country) -> str:
    """`D-10115` and `DE-10115` are 10115 in Germany."""
    return re.sub(rf"^(?:{known.code}|{known.code[0]})[\s-]+", "", said)


def _signs(text: str, keep: str = "") -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign in keep)


def _examples(formats: tuple[str, ...]) -> str:
    return " or ".join(_example(form) for form in formats[:2])


def _example(form: str) -> str:
    digits, letters = iter("123456789"), iter("ABCDEFGH")
    return "".join(next(digits) if c == "#" else next(letters) if c == "A" else c for c in form)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    signs = {"#": "[0-9]", "A": "[A-Z]"}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in form))
