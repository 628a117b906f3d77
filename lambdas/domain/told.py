"""What AWS tells in structures, as the text that a deal property shows.

Each function takes the member of GetAwsOpportunitySummary as it may come, null and newer members included, and never
raises: what it does not know it leaves out, and what is not there is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

LATEST: Final = 3
"""Next steps that a deal shows; AWS keeps fifty."""

# AWS's codes of its people's roles, in AWS's own words. A code that is missing here is shown as it is.
ROLES: Final[dict[str, str]] = {
    "AWSSalesRep": "AWS sales rep",
    "AWSAccountOwner": "AWS account executive",
    "PSM": "Partner success manager",
    "ISVSM": "ISV success manager",
    "PDM": "Partner development manager",
    "WWPSPDM": "Partner development manager, public sector",
}


def people(value: Any, _context: object = None) -> str | None:
    """Role, name and e-mail address of each person on a line, in AWS's order, for `OpportunityTeam`."""
    lines = []
    for person in structures(value):
        code = _word(person.get("BusinessTitle"))
        name = " ".join(filter(None, (_word(person.get("FirstName")), _word(person.get("LastName")))))
        parts = (ROLES.get(code, code), name, _word(person.get("Email")))
        lines.append(", ".join(part for part in parts if part))
    return _joined(lines)


def roles(value: Any) -> dict[str, str]:
    """Role by e-mail address in lower case, for `OpportunityTeam`."""
    found = {}
    for person in structures(value):
        email, code = _word(person.get("Email")).lower(), _word(person.get("BusinessTitle"))
        if email and code:
            found[email] = ROLES.get(code, code)
    return found


def next_steps(value: Any, _context: object = None) -> str | None:
    """The latest next steps with their days in UTC, the newest first, for `LifeCycle.NextStepsHistory`."""
    steps = [(_moment(step.get("Time")), _word(step.get("Value"))) for step in structures(value)]
    dated = sorted(((when, text) for when, text in steps if text), key=lambda step: step[0] or _LONG_AGO, reverse=True)
    return _joined(f"{when.day} {when:%b %Y}: {text}" if when else text for when, text in dated[:LATEST])


def insights(value: Any, _context: object = None) -> str | None:
    """Engagement score, quality with its trend, and what AWS would do next, for `Insights`."""
    given = value if isinstance(value, dict) else {}
    quality = next(structures([given.get("OpportunityQuality")]), {})
    score, trend = quality.get("Score"), _word(quality.get("Trend"))
    lines = {
        "Engagement": _word(given.get("EngagementScore")),
        "Quality": "" if score is None else f"{score} of 100" + (f", {trend}" if trend else ""),
        "Next best actions": _word(given.get("NextBestActions")),
    }
    return _joined(f"{label}: {text}" for label, text in lines.items() if text)


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def structures(value: Any) -> Iterator[dict[str, Any]]:
    """The structures of a list of AWS's; nothing of what is no list."""
    entries = value if isinstance(value, list) else []
    yield from (entry for entry in entries if isinstance(entry, dict))


def _word(value: Any) -> str:
    """On one line: each of these texts is a part of a line."""
    return " ".join(str(value or "").split())


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _joined(lines: Iterable[str]) -> str | None:
    return "\n".join(line for line in lines if line) or None
