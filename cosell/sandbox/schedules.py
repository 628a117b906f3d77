"""Schedule expressions of EventBridge: `rate(...)`, and `cron(...)` with numbers, lists, steps and ranges, in UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_UNITS = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
_DAYS = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}


class BadSchedule(ValueError):
    """The expression is wrong, or says something the sandbox does not know."""


@dataclass(frozen=True)
class Every:
    """`seconds` of a rate, or the six fields of a cron expression as sets of numbers."""

    seconds: float = 0.0
    fields: tuple[frozenset[int], ...] = ()


def parse(expression: str) -> Every:
    """Raises BadSchedule."""
    if found := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return Every(seconds=int(found[1]) * _UNITS[found[2]])
    if (found := re.fullmatch(r"cron\((.+)\)", expression)) and len(parts := found[1].split()) == 6:
        return Every(fields=tuple(_field(part, *bounds) for part, bounds in zip(parts, _RANGES, strict=True)))
    raise BadSchedule(f"{expression!r} is no rate(...) or cron(...) that the sandbox understands")


def _field(text: str, low: int, high: int) -> frozenset[int]:
    numbers: set[int] = set()
    for name, number in _DAYS.items():
        text = text.replace(name, number)
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = (f"{low}-{high}" if span in {"*", "?"} else span).partition("-")
        if not all(each.isdigit() for each in (first, last or "0", step or "1")):
            raise BadSchedule(f"cron field {text!r} is more than the sandbox understands")
        end = int(last) if last else (high if step else int(first))
        numbers.update(range(int(first), end + 1, int(step or 1)))
    return frozenset(numbers)


def next_after(every: Every, now: float) -> float:
    """The first moment after `now` at which it fires."""
    if every.seconds:
        return now + every.seconds
    moment = datetime.fromtimestamp(now, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(366 * 24 * 60):
        if _fires(every.fields, moment):
            return moment.timestamp()
        moment += timedelta(minutes=1)
    raise BadSchedule("this schedule does not fire within a year")


def _fires(fields: Sequence[frozenset[int]], moment: datetime) -> bool:
    weekday = moment.isoweekday() % 7 + 1  # EventBridge counts from Sunday = 1
    values = (moment.minute, moment.hour, moment.day, moment.month, weekday, moment.year)
    return all(value in field for value, field in zip(values, fields, strict=True))
