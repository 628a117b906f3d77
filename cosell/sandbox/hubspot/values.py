"""Property values: what may be written, in which form it is kept, and how webhooks write it.

Kept values are the API's own texts: decimal numbers, `true` and `false`, `YYYY-MM-DD`, UTC instants as Java does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.state import Definition, Portal

LONGEST = 65_536
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?|-?\.[0-9]+")
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\".][^@\s,;<>()\"]*\.[A-Za-z0-9-]{2,}")


@dataclass(frozen=True)
class Problem:
    """Why one value is refused: HubSpot's code and sentence."""

    name: str
    code: str
    message: str
    value: str | None = None


@dataclass(frozen=True)
class Warned:
    """A value that 2026-09 and later versions accept in another form and say so."""

    name: str
    raw: str
    normalised: str


class Unacceptable(Exception):
    """Raised with the problem of one value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def values_refused(portal_id: int, problems: Iterable[Problem]) -> Refused:
    """The 400 about property values: JSON inside the message, and the same as structured errors."""
    problems = list(problems)
    inner = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            **({"propertyValue": problem.value} if problem.value is not None else {}),
            "portalId": portal_id,
        }
        for problem in problems
    ]
    return Refused(
        400,
        f"Property values were not valid: {json.dumps(inner, separators=(',', ':'))}",
        "VALIDATION_ERROR",
        errors=[{"message": p.message, "code": p.code, "context": {"propertyName": [p.name]}} for p in problems],
    )


def instant(ms: int) -> str:
    """A moment as the API prints it: no fraction when the milliseconds are zero."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds" if ms % 1000 else "seconds").replace("+00:00", "Z")


def milliseconds(text: str) -> int:
    """The moment behind a kept date or datetime."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def as_text(raw: object) -> str | None:
    """A JSON value as the text HubSpot makes of it; None when it is no scalar."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw) if isinstance(raw, int | float) else None


def on_webhooks(definition: Definition, value: str) -> str:
    """A kept value as `propertyValue`: dates and datetimes are milliseconds since the epoch."""
    return str(milliseconds(value)) if definition.type in {"date", "datetime"} else value


def _moment_ms(text: str) -> int | None:
    """The moment a client means: milliseconds, a day, or ISO 8601 with its zone; None for anything else."""
    if not any(form.fullmatch(text) for form in (_MILLISECONDS, _DAY, _MOMENT)):
        return None
    try:
        ms = int(text) if _MILLISECONDS.fullmatch(text) else milliseconds(text)
        instant(ms)
    except (ValueError, OverflowError):
        return None
    return ms


def _datetime(definition: Definition, text: str) -> str:
    ms = _moment_ms(text)
    if ms is None:
        raise Unacceptable(Problem(definition.name, "INVALID_LONG", f"{text} was not a valid long.", text))
    return instant(ms)


def _date(definition: Definition, text: str, *, lenient: bool) -> str:
    """A day: `YYYY-MM-DD`, or a moment that is midnight UTC. Lenient versions take any moment and keep its day."""
    ms = _moment_ms(text)
    if ms is None:
        raise Unacceptable(Problem(definition.name, "INVALID_DATE", f"{text} was not a valid date.", text))
    moment = _EPOCH + timedelta(milliseconds=ms)
    if ms % 86_400_000 and not lenient:
        clock = f"{moment.hour}:{moment.minute}:{moment.second}.{moment.microsecond // 1000}"
        raise Unacceptable(Problem(definition.name, "INVALID_DATE", f"{ms} is at {clock} UTC, not midnight!", text))
    return moment.date().isoformat()


def _number(definition: Definition, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise Unacceptable(Problem(definition.name, "INVALID_INTEGER", f"{text} was not a valid number.", text))
    return text


def _not_an_option(definition: Definition, value: str, allowed: list[tuple[str, str]]) -> Unacceptable:
    listed = ", ".join(
        f'label: "{label}"\nvalue: "{option}"\ndisplay_order: {order}\nhidden: false\nread_only: false\n'
        for order, (label, option) in enumerate(allowed)
    )
    message = f"{value} was not one of the allowed options: [{listed}]"
    return Unacceptable(Problem(definition.name, "INVALID_OPTION", message, value))


def options_of(portal: Portal, definition: Definition, *, archived_owners: bool = False) -> list[tuple[str, str]]:
    """Label and value of each option, wherever they are kept. Hidden options may be written."""
    if definition.external == "owners":
        return [
            (f"{owner.first_name} {owner.last_name}", owner.id)
            for owner in portal.owners.values()
            if archived_owners or not owner.archived
        ]
    if definition.external == "pipelines":
        return [(pipeline.label, pipeline.id) for pipeline in portal.pipelines.values() if not pipeline.archived]
    if definition.external == "stages":
        return [(s.label, s.id) for pipeline in portal.pipelines.values() for s in pipeline.stages if not s.archived]
    return [(option.label, option.value) for option in definition.options]


def _options(definition: Definition, allowed: list[tuple[str, str]], text: str, current: str | None) -> str:
    values = {value for _, value in allowed}
    if not definition.many:
        if text not in values:
            raise _not_an_option(definition, text, allowed)
        return text
    chosen = (current or "").split(";") if text.startswith(";") else []
    chosen += text.split(";")
    for value in chosen:
        if value and value not in values:
            raise _not_an_option(definition, value, allowed)
    return ";".join(dict.fromkeys(value for value in chosen if value))


def check(
    portal: Portal,
    definition: Definition,
    raw: object,
    *,
    current: str | None,
    lenient: bool,
    archived_owners: bool,
) -> tuple[str | None, Warned | None]:
    """The value to keep, None when it clears the property, and what was made of a date that needed help.

    Raises Unacceptable. `lenient` is how 2026-09 and later versions treat dates; `archived_owners` may own records.
    """
    text = as_text(raw)
    if text is None:
        message = f"The value of {definition.name} must be a string"
        raise Unacceptable(Problem(definition.name, "INVALID_STRING", message))
    if text == "":
        return None, None
    match definition.type:
        case "number":
            return _number(definition, text), None
        case "datetime":
            return _datetime(definition, text), None
        case "date":
            day = _date(definition, text, lenient=lenient)
            helped = not _DAY.fullmatch(text) and _moment_ms(text) != milliseconds(day)
            return day, Warned(definition.name, text, day) if helped else None
        case "bool":
            if text not in {"true", "false"}:
                raise _not_an_option(definition, text, [("Yes", "true"), ("No", "false")])
            return text, None
        case "enumeration":
            allowed = options_of(portal, definition, archived_owners=archived_owners)
            return _options(definition, allowed, text, current), None
    if len(text) > LONGEST:
        message = f"{definition.name} is longer than the {LONGEST} characters allowed."
        raise Unacceptable(Problem(definition.name, "PROPERTY_VALUE_TOO_LONG", message))
    return text, None


def check_email(name: str, text: str) -> None:
    """Raises Unacceptable for what HubSpot does not take for an e-mail address."""
    if not _EMAIL.fullmatch(text):
        raise Unacceptable(Problem(name, "INVALID_EMAIL", f"Email address {text} is invalid", text))
