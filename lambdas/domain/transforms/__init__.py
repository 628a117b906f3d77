"""Named conversions between what HubSpot holds and what AWS takes.

    to_aws      HubSpot's text -> AWS's value in its canonical form; raises Unfit with a sentence for the seller
    to_hubspot  AWS's value -> HubSpot's text; raises Unfit where HubSpot could not hold it
    canonical   AWS's value as it may come back -> the form in which two values are compared

Every conversion is pure and total: any text ends in a value or in Unfit.
"""

from __future__ import annotations

from typing import Any, Final

from lambdas.domain import told
from lambdas.domain.mapping import TransformName
from lambdas.domain.transforms import dates, numbers, options, phones, places, text
from lambdas.domain.transforms.common import (
    Context,
    Transform,
    Unfit,
    canonical_text,
    clean,
    for_example,
    one_line,
    same,
    unescaped,
)

__all__ = [
    "TRANSFORMS",
    "Context",
    "Transform",
    "Unfit",
    "canonical",
    "clean",
    "default",
    "for_example",
    "one_line",
    "to_aws",
    "to_hubspot",
    "unescaped",
]

TRANSFORMS: Final[dict[TransformName, Transform]] = {
    "text": Transform(text.text, same, canonical_text),
    "email": Transform(text.email, same, canonical_text),
    "phone": Transform(phones.phone, same, canonical_text),
    "option": Transform(options.option, options.option, options.canonical_option),
    "options": Transform(options.options, options.options_to_hubspot, options.canonical_options),
    "lookup": Transform(options.lookup, same, canonical_text),
    "industry": Transform(options.industry, same, canonical_text),
    "lost_reason": Transform(options.lost_reason, same, canonical_text),
    "stage": Transform(options.stage, same, canonical_text),
    "amount": Transform(numbers.amount, same, numbers.canonical_amount),
    "spend": Transform(numbers.spend, numbers.spend_to_hubspot, numbers.canonical_amount),
    "contract_value": Transform(numbers.contract_value, same, numbers.canonical_amount),
    "months": Transform(numbers.months, same, numbers.canonical_amount),
    "currency": Transform(numbers.currency, options.option, options.canonical_option),
    "date": Transform(dates.day, same, canonical_text),
    "day": Transform(dates.day_of_instant, dates.instant_of_day, canonical_text),
    "country": Transform(places.country, places.country_name, canonical_text),
    "state": Transform(places.state, same, canonical_text),
    "postal_code": Transform(places.postal_code, same, canonical_text),
    "website": Transform(text.website, same, canonical_text),
    "record_id": Transform(text.record_id, same, canonical_text),
    "people": Transform(same, same, told.people),
    "next_steps": Transform(same, same, told.next_steps),
    "insights": Transform(same, same, told.insights),
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


def default(context: Context) -> str | tuple[str, ...] | None:
    """AWS's value where HubSpot has none: the row's default, but for a currency, which the deal or the portal names."""
    return numbers.own_currency(context) if context.row.transform == "currency" else context.row.default
