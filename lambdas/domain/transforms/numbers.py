"""Amounts of money, their currency, and the months of a contract."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from lambdas.domain.mapping import Row
from lambdas.domain.transforms.common import Context, Unfit, clean, for_example
from lambdas.domain.transforms.options import option

CENT: Final = Decimal("0.01")
LARGEST_AMOUNT: Final = Decimal(10) ** 15
MOST_DIGITS: Final = 40
"""AWS's amounts have 31 at most; what is longer is no amount."""
LONGEST_CONTRACT: Final = 144
DEAL_CURRENCY: Final = "deal_currency_code"
"""HubSpot's property, which only portals with several currencies fill."""


def amount(raw: str, _context: Context) -> str:
    return _checked(_decimal(raw))


def spend(raw: str, context: Context) -> str:
    """The monthly spend that the deal's amount stands for, by the mapping's ratio or term."""
    _one_currency(context)
    rules, total = context.mapping.spend, _decimal(raw)
    if rules.ratio is not None:
        return _checked(total * rules.ratio)
    return _checked(total / (rules.term or 1))


def spend_to_hubspot(value: Any, context: Context) -> str:
    """The amount that a monthly spend stands for, to the cent; the spend comes out of it again."""
    rules = context.mapping.spend
    try:
        monthly = Decimal(str(value))
        total = monthly / rules.ratio if rules.ratio is not None else monthly * (rules.term or 1)
        return plain(total.quantize(CENT, ROUND_HALF_UP))
    except InvalidOperation:
        raise Unfit("AWS's amount is no number") from None


def contract_value(raw: str, context: Context) -> str:
    """The deal's amount as the total value of the contract."""
    length = next((row for row in context.mapping.rows if row.transform == "months"), None)
    _one_currency(context, instead_of=length)
    return amount(raw, context)


def months(raw: str, context: Context) -> str:
    number = _decimal(raw)
    if number != number.to_integral_value() or not 1 <= number <= LONGEST_CONTRACT:
        raise Unfit(f"it must be a whole number from 1 to {LONGEST_CONTRACT}{for_example(context.row)}")
    return str(int(number))


def currency(raw: str, context: Context) -> str:
    return option(raw, context)


def own_currency(context: Context) -> str | None:
    """The deal's currency or the portal's, where AWS takes it; the mapping's default where not."""
    known = context.mapping.options(context.row)
    named = _deal_currency(context)
    return named if named in known else context.row.default if isinstance(context.row.default, str) else None


def canonical_amount(value: Any, _context: Context) -> str | None:
    """`12500.00`, `12500.0` and `12500` are one amount: AWS does not keep the format."""
    said = clean(str(value))
    try:
        number = Decimal(said)
    except InvalidOperation:
        return said or None
    return plain(number) if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else said


def plain(number: Decimal) -> str:
    """Without an exponent and zeros at the end."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _decimal(raw: str) -> Decimal:
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unfit("it must be a number, for example 5000")
    if abs(number) >= LARGEST_AMOUNT:
        raise Unfit(f"it must be less than {LARGEST_AMOUNT:,f}")
    return number


def _checked(number: Decimal) -> str:
    cents = number.quantize(CENT, ROUND_HALF_UP)
    if cents <= 0:
        raise Unfit("it must be more than zero, for example 5000")
    return plain(cents)


def _one_currency(context: Context, instead_of: Row | None = None) -> None:
    """What is made of the amount is in the amount's currency: nothing here knows a rate of exchange.

    `instead_of`: the property that has to be empty before the monthly spend's own one counts.
    """
    row = next((row for row in context.mapping.rows if row.transform == "currency"), None)
    if row is None:
        return
    told = context.record.get(row.property) or own_currency(replace(context, row=row))
    if told is not None and _deal_currency(context) != told:
        own = next((row for row in context.mapping.rows if row.transform == "amount" and row.object == "deal"), row)
        what = f"it is in {_deal_currency(context)} and AWS is told {told}"
        first = f'empty "{instead_of.label}", and ' if instead_of else ""
        raise Unfit(f'{what}; {first}fill in "{own.label}" in {told}{for_example(own)}')


def _deal_currency(context: Context) -> str:
    return context.record.get(DEAL_CURRENCY) or context.portal.currency
