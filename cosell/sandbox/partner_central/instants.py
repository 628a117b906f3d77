"""Moments as the service writes and reads them: nanoseconds since the epoch inside, ISO 8601 text on the wire."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000_000
MILLISECOND = 1_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)")


def from_seconds(seconds: float) -> int:
    """A clock's reading, to the microsecond: a float holds no more."""
    return round(seconds * 1_000_000) * 1_000


def write(moment: int) -> str:
    """`2026-01-05T10:00:00Z`, with as many fraction digits as the moment needs: none, three, or up to nine.

    Recorded traffic has whole seconds and milliseconds on opportunities, and up to nine digits without trailing zeros
    elsewhere.
    """
    seconds, fraction = divmod(moment, SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    if not fraction:
        return f"{text}Z"
    digits = f"{fraction:09d}"
    return f"{text}.{digits[:3]}Z" if fraction % MILLISECOND == 0 else f"{text}.{digits.rstrip('0')}Z"


def read(text: str) -> int:
    """The moment a client wrote, with any number of fraction digits and any offset. Raises ValueError for anything
    else."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 moment")
    seconds, fraction, offset = match.groups()
    moment = datetime.fromisoformat(seconds + offset.replace("Z", "+00:00"))
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * SECOND + int((fraction or "").ljust(9, "0"))


def day(moment: int) -> date:
    """The calendar day, in UTC."""
    return (_EPOCH + timedelta(seconds=moment // SECOND)).date()
