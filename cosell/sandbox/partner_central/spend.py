"""Expected spend: monthly amounts, calculator links and total contract value (developer guide, "deal sizing
insights")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Context, Decimal

from cosell.sandbox.partner_central.errors import Problem
from cosell.sandbox.partner_central.state import Document

FIELD = "project.expectedCustomerSpend"
URL_FIELD = f"{FIELD}.estimationUrl"
UNKNOWN_URL = "Invalid Estimation URL: "
DURATION_FIELD = "project.expectedContractDuration"

_LONGEST_CONTRACT = 144  # months
_PRECISE = Context(prec=40)  # amounts have up to 31 digits before the point


def trimmed(amount: str | None) -> str | None:
    """`12500.00` reads back as `12500`."""
    if not amount:
        return None
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


def listed(amount: str | None) -> str | None:
    """As `trimmed`, with at least one decimal: what lists return."""
    text = trimmed(amount)
    return text if text is None or "." in text else f"{text}.0"


def same_amount(one: str | None, other: str | None) -> bool:
    return trimmed(one) == trimmed(other)


def settle(project: Document, stored: Document | None, estimates: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """The project as it will be stored, and what is wrong with its spend.

    `stored` is the project before the update, None at creation; `estimates` are the calculator's links and their
    monthly amounts. Omitting ExpectedContractDuration keeps the stored one, which is the only exception to "omitted
    means null"; null ends it.
    """
    before = stored or {}
    if "ExpectedContractDuration" in project:
        duration = project["ExpectedContractDuration"]
    else:
        duration = before.get("ExpectedContractDuration")
    entries = [dict(entry) for entry in project.get("ExpectedCustomerSpend") or []]
    known = before.get("ExpectedCustomerSpend") or []
    if duration is None:
        spend, problems = _monthly(entries, known, estimates)
    else:
        spend, problems = _contract(entries, known, duration)
    spend = spend if entries or spend else project.get("ExpectedCustomerSpend")
    problems += [problem for entry in spend or [] for problem in _amount(entry)]
    return {**project, "ExpectedContractDuration": duration, "ExpectedCustomerSpend": spend}, problems


def is_monthly(entry: Document) -> bool:
    return entry["TargetCompany"] == "AWS" and bool(entry.get("Amount"))


def _monthly(
    entries: list[Document], known: list[Document], estimates: Mapping[str, str]
) -> tuple[list[Document] | None, list[Problem]]:
    problems: list[Problem] = []
    if any(entry["TargetCompany"] == "Self" for entry in entries):
        message = "ExpectedContractDuration is required when a Self entry is present"
        return entries, [Problem("INVALID_VALUE", message, DURATION_FIELD)]
    spend: list[Document] = []
    for entry in entries:
        settled, more = _estimated({**entry, "TargetCompany": "AWS"}, known, estimates)
        spend.append(settled)
        problems += more + _frequency(settled)
    return spend, problems


def _estimated(entry: Document, known: list[Document], estimates: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """A link alone brings its amount; a link that contradicts the amount is dropped without a word."""
    url, amount = entry.get("EstimationUrl"), entry.get("Amount")
    if not url:
        return {**entry, "EstimationUrl": None}, []
    if not amount:
        if url not in estimates:
            return entry, [Problem("INVALID_VALUE", f"{UNKNOWN_URL}{url}", URL_FIELD)]
        return {**entry, "Amount": estimates[url]}, []
    unchanged = any(url == old.get("EstimationUrl") and same_amount(amount, old.get("Amount")) for old in known)
    agrees = unchanged or (url in estimates and same_amount(amount, estimates[url]))
    return {**entry, "EstimationUrl": url if agrees else None}, []


def _contract(
    entries: list[Document], known: list[Document], duration: Document
) -> tuple[list[Document] | None, list[Problem]]:
    """Total contract value: one entry of the partner's own, from which the service derives AWS's monthly entry."""
    problems: list[Problem] = []
    months = _months(duration, problems)
    own = [entry for entry in entries if entry["TargetCompany"] == "Self"]
    if any(entry["TargetCompany"] not in ("AWS", "Self") for entry in entries):
        problems.append(Problem("INVALID_VALUE", "TargetCompany must be 'AWS' or 'Self'", f"{FIELD}.targetCompany"))
    if len(own) > 1:
        problems.append(Problem("INVALID_VALUE", "Only one Self entry is allowed", FIELD))
    own = own or [dict(entry) for entry in known if entry["TargetCompany"] == "Self"]
    if not own:
        message = "A Self entry is required when ExpectedContractDuration is present"
        problems.append(Problem("INVALID_VALUE", message, FIELD))
    if len({entry["CurrencyCode"] for entry in [*entries, *own]}) > 1:
        problems.append(Problem("INVALID_VALUE", "CurrencyCode must match between entries", f"{FIELD}.currencyCode"))
    if any(entry.get("EstimationUrl") for entry in [*entries, *own]):
        problems.append(Problem("INVALID_VALUE", "Self entry and EstimationUrl cannot coexist", URL_FIELD))
    for entry in [*entries, *own[:1]]:
        problems += [problem for problem in _frequency(entry) if problem not in problems]
    if problems or months is None:
        return entries, problems
    return _derived(own[0], months), problems


def _derived(own: Document, months: int) -> list[Document]:
    """AWS's entry first, the partner's second. How AWS derives the amount is not published; here: evenly over the
    months."""
    value = own.get("Amount")
    monthly = f"{_PRECISE.divide(Decimal(value), Decimal(months)):.2f}" if value else None
    currency = own["CurrencyCode"]
    derived = {
        "Amount": monthly,
        "CurrencyCode": currency,
        "EstimationUrl": None,
        "Frequency": "Monthly",
        "TargetCompany": "AWS",
    }
    return [derived, own]


def _months(duration: Document, problems: list[Problem]) -> int | None:
    text = duration["Value"]
    if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= _LONGEST_CONTRACT:
        return int(text)
    message = f"Value must be a whole number from 1 to {_LONGEST_CONTRACT}"
    problems.append(Problem("VALUE_OUT_OF_RANGE", message, f"{DURATION_FIELD}.value"))
    return None


def _frequency(entry: Document) -> list[Problem]:
    expected = "None" if entry["TargetCompany"] == "Self" else "Monthly"
    if entry["TargetCompany"] not in ("AWS", "Self") or entry["Frequency"] == expected:
        return []
    message = f"Frequency must be {expected} for TargetCompany {entry['TargetCompany']}"
    return [Problem("INVALID_VALUE", message, f"{FIELD}.frequency")]


def _amount(entry: Document) -> list[Problem]:
    amount = entry.get("Amount")
    if amount and Decimal(amount) == 0:
        return [Problem("VALUE_OUT_OF_RANGE", "Amount must be greater than 0", f"{FIELD}.amount")]
    return []
