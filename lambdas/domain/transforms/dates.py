"""Days and instants: AWS knows days without a time, HubSpot such days and instants that people read in their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, Final

from lambdas.domain.transforms.common import Context, Unfit, for_example

_UNREADABLE: Final = (ValueError, OverflowError, OSError)
_NOON: Final = time(12)
"""The time of a day that is that day in most offices of a portal, and in its own zone always."""


def day(raw: str, context: Context) -> str:
    """A `date` property: a day, which HubSpot keeps as midnight UTC whatever the portal's zone."""
    text = raw.strip()
    try:
        return (_instant(text).astimezone(UTC).date() if _has_time(text) else date.fromisoformat(text)).isoformat()
    except _UNREADABLE:
        raise _no_date(context) from None


def day_of_instant(raw: str, context: Context) -> str:
    """The day that people in the portal see for an instant, summer time included."""
    text = raw.strip()
    try:
        if not _has_time(text):
            return date.fromisoformat(text).isoformat()
        return _instant(text).astimezone(context.portal.zone).date().isoformat()
    except _UNREADABLE:
        raise _no_date(context) from None


def instant_of_day(value: Any, context: Context) -> str:
    """An instant that the portal shows as this day."""
    try:
        noon = datetime.combine(date.fromisoformat(str(value)), _NOON, context.portal.zone)
        return noon.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except _UNREADABLE:
        raise Unfit("AWS's date is no day of the calendar") from None


def _has_time(text: str) -> bool:
    return text.isdigit() or len(text) > len("2027-03-31")


def _instant(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text) / 1000, UTC)  # HubSpot's milliseconds
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _no_date(context: Context) -> Unfit:
    return Unfit(f"it must be a date{for_example(context.row) or ', for example 2027-03-31'}")
