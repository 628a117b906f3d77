"""Named conversions between what HubSpot holds and what AWS takes.

    to_aws      HubSpot's text -> AWS's value in its canonical form; raises Unfit with a sentence for the seller
    to_hubspot  AWS's value -> HubSpot's text; raises Unfit where HubSpot could not hold it
    canonical   AWS's value as it may come back -> the form in which two values are compared

Every conversion is pure and total: any text ends in a value or in Unfit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from lambdas.domain.mapping import Mapping, Row, TransformName
from lambdas.domain.records import Record

CENT: Final = Decimal("0.01")
LARGEST_AMOUNT: Final = Decimal(10) ** 15
EMAIL: Final = re.compile(  # the service model's own pattern
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
)
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
WEBSITE: Final = re.compile(
    r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}(?::\d+)?(?:[/?#].*)?", re.IGNORECASE
)


class Unfit(ValueError):
    """The value cannot cross over; the message is a sentence that goes with the property's label."""


@dataclass(frozen=True)
class Context:
    """What a conversion may look at beside the value itself."""

    mapping: Mapping
    row: Row
    record: Record = field(default_factory=lambda: Record(id="", properties={}))
    country: str | None = None
    """ISO code of the record's country, where it is known."""


@dataclass(frozen=True)
class Transform:
    to_aws: Callable[[str, Context], Any]
    to_hubspot: Callable[[Any, Context], str]
    canonical: Callable[[Any, Context], Any]


def for_example(row: Row) -> str:
    return f", for example {row.example}" if row.example else ""


def unescaped(text: str) -> str:
    """Text without AWS's HTML escapes.

    Some of AWS's answers spell `&` and `:` as entities, the colon's own `&` included (its JavaScript sample shows it);
    sent back that way, text is refused.
    """
    return text.replace("&amp;colon;", ":").replace("&amp;", "&")


def clean(text: str) -> str:
    """Text without AWS's HTML escapes, Windows line ends and blanks around it."""
    return unescaped(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """Text that fits into a sentence."""
    return " ".join(text.split())


# Text


def _text(raw: str, context: Context) -> str:
    row, text = context.row, clean(raw)
    if len(text) > row.max_length:
        raise Unfit(f"it has {len(text):,} characters; AWS takes {row.max_length:,}")
    if len(text) < row.min_length:
        raise Unfit(f"it has {len(text)} characters; AWS wants at least {row.min_length}{for_example(row)}")
    return text


def _email(raw: str, context: Context) -> str:
    text = clean(raw).lower()
    if len(text) > context.row.max_length or not EMAIL.fullmatch(text):
        raise Unfit(f"AWS does not take it as an e-mail address{for_example(context.row)}")
    return text


def _phone(raw: str, context: Context) -> str:
    """E.164: as it stands with a plus, else by the country of the record."""
    text = re.sub(r"(?i)\s*(?:ext\.?|x)\s*\d+$", "", clean(raw)).replace("(0)", "")
    digits = re.sub(r"[^0-9]", "", text)
    country = context.mapping.tables.country(context.country) if context.country else None
    if text.startswith(("+", "00")):
        number = "+" + (digits if text.startswith("+") else digits[2:])
    elif country is not None and country.calling_code:
        # Italy and its neighbours keep the leading zero; in North America a leading 1 is the country code.
        local = digits if country.code in {"IT", "SM", "VA"} else digits.lstrip("0")
        number = f"+{local}" if country.calling_code == "1" and len(local) == 11 else f"+{country.calling_code}{local}"
    else:
        number = digits
    if not E164.fullmatch(number):
        raise Unfit(f"write it with the country code{for_example(context.row)}")
    return number


def _record_id(raw: str, _context: Context) -> str:
    return raw.strip()


def _same(value: Any, _context: Context) -> str:
    return clean(str(value))


# Options


def _option(raw: str, context: Context) -> str:
    text, known = clean(raw), context.mapping.options(context.row)
    if text not in known:
        raise Unfit(f'AWS has no option "{_short(text)}"{for_example(context.row)}')
    return text


def _options(raw: str, context: Context) -> list[str]:
    chosen = [part for part in (clean(part) for part in raw.split(";")) if part]
    return _in_order([_option(part, context) for part in chosen], context)


def _options_to_hubspot(value: Any, context: Context) -> str:
    return ";".join(_option(str(part), context) for part in _listed(value))


def _canonical_options(value: Any, context: Context) -> list[str] | None:
    return _in_order([clean(str(part)) for part in _listed(value)], context) or None


def _in_order(values: Sequence[str], context: Context) -> list[str]:
    """Each once, in the list's order: neither side promises one."""
    order = list(context.mapping.options(context.row))
    return sorted(set(values), key=lambda value: (order.index(value) if value in order else len(order), value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _lookup(raw: str, context: Context) -> str:
    value = context.row.values.get(raw.strip())
    if value is None:
        raise Unfit(f'AWS knows nothing like "{_short(raw)}"; it takes {_either(context.row.values)}')
    return value


def _industry(raw: str, context: Context) -> str:
    value = context.mapping.tables.industry(raw)
    if value is None:
        raise Unfit(f'AWS has no industry for "{_short(raw)}"; choose one in "AWS: industry"{for_example(context.row)}')
    return value


def _stage(raw: str, context: Context) -> str | None:
    mapped, value = context.mapping.stage(context.record.get("pipeline"), raw.strip())
    if not mapped:
        raise Unfit("this stage is not mapped to a stage of AWS; the operator of Cosell adds it to the field mapping")
    return value


# Numbers and dates


def _amount(raw: str, _context: Context) -> str:
    try:
        amount = Decimal(raw.strip()).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_nan():
        raise Unfit("it must be a number, for example 5000")
    if amount <= 0:
        raise Unfit("it must be more than zero, for example 5000")
    if amount >= LARGEST_AMOUNT:
        raise Unfit(f"it must be less than {LARGEST_AMOUNT:,f}")
    return _plain(amount)


def _canonical_amount(value: Any, _context: Context) -> str | None:
    """`12500.00`, `12500.0` and `12500` are one amount: AWS does not keep the format."""
    try:
        return _plain(Decimal(str(value)))
    except InvalidOperation:
        return str(value) or None


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _date(raw: str, context: Context) -> str:
    text = raw.strip()
    try:
        return (date.fromisoformat(text[:10]) if not text.isdigit() else _instant(text).date()).isoformat()
    except (ValueError, OverflowError, OSError):
        raise Unfit(f"it must be a date{for_example(context.row) or ', for example 2027-03-31'}") from None


def _day(raw: str, context: Context) -> str:
    """The day of an instant, in UTC."""
    try:
        return _instant(raw.strip()).astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return _date(raw, context)


def _instant(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text) / 1000, UTC)  # HubSpot's milliseconds
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# Places


def _country(raw: str, context: Context) -> str:
    country = context.mapping.tables.country(raw)
    if country is None:
        raise Unfit(
            f'AWS knows no country "{_short(raw)}"; write its English name or its code{for_example(context.row)}'
        )
    return country.code


def _country_name(value: Any, context: Context) -> str:
    country = context.mapping.tables.country(str(value))
    if country is None:
        raise Unfit(f'"{_short(str(value))}" is no country code')
    return country.name


def _state(raw: str, context: Context) -> str:
    """The full name in the United States, where AWS has a list; free text elsewhere."""
    if context.country != "US":
        return _text(raw, context)
    state = context.mapping.tables.state(raw)
    if state is None:
        raise Unfit(f'the United States have no state "{_short(raw)}"{for_example(context.row)}')
    return state


def _postal_code(raw: str, context: Context) -> str:
    """As it stands, where its country's format is known and met."""
    text = _text(raw.upper(), context)
    country = context.mapping.tables.country(context.country) if context.country else None
    formats = [form for form in country.postal_codes.split("|") if "9" in form] if country else []
    if (
        country
        and formats
        and not any(re.fullmatch(re.escape(form).replace("9", r"\d"), text, re.ASCII) for form in formats)
    ):
        example = " or ".join(
            "".join("1234567890"[i % 10] if c == "9" else c for i, c in enumerate(form)) for form in formats
        )
        raise Unfit(f"in {country.name} it looks like {example}; it says {_short(text)}")
    return text


def _website(raw: str, context: Context) -> str:
    text = clean(raw).rstrip("/")
    scheme, separator, rest = text.rpartition("://")
    host, slash, path = rest.partition("/")
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Unfit(f"it is no web address{for_example(context.row)}") from None
    url = f"{scheme.lower() if separator else 'https'}://{host}{slash}{path}"
    if not WEBSITE.fullmatch(url):
        raise Unfit(f"it is no web address{for_example(context.row)}")
    if len(url) > context.row.max_length:
        raise Unfit(f"it has {len(url)} characters; AWS takes {context.row.max_length}")
    return url


def _canonical_text(value: Any, _context: Context) -> str | None:
    return clean(str(value)) or None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _either(values: Sequence[str] | Any) -> str:
    return " or ".join(values)


TRANSFORMS: Final[dict[TransformName, Transform]] = {
    "text": Transform(_text, _same, _canonical_text),
    "email": Transform(_email, _same, _canonical_text),
    "phone": Transform(_phone, _same, _canonical_text),
    "option": Transform(_option, _option, _canonical_text),
    "options": Transform(_options, _options_to_hubspot, _canonical_options),
    "lookup": Transform(_lookup, _same, _canonical_text),
    "amount": Transform(_amount, _same, _canonical_amount),
    "date": Transform(_date, _same, _canonical_text),
    "day": Transform(_day, _same, _canonical_text),
    "country": Transform(_country, _country_name, _canonical_text),
    "state": Transform(_state, _same, _canonical_text),
    "postal_code": Transform(_postal_code, _same, _canonical_text),
    "industry": Transform(_industry, _same, _canonical_text),
    "website": Transform(_website, _same, _canonical_text),
    "stage": Transform(_stage, _same, _canonical_text),
    "record_id": Transform(_record_id, _same, _canonical_text),
}


def to_aws(raw: str, context: Context) -> Any:
    """Raises Unfit."""
    return TRANSFORMS[context.row.transform].to_aws(raw, context)


def to_hubspot(value: Any, context: Context) -> str:
    """Empty text clears the property. Raises Unfit."""
    return "" if value in (None, [], "") else TRANSFORMS[context.row.transform].to_hubspot(value, context)


def canonical(value: Any, context: Context) -> Any:
    """None where there is nothing."""
    return None if value in (None, [], "") else TRANSFORMS[context.row.transform].canonical(value, context)
