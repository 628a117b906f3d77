"""Reading and writing members of an opportunity by path.

`[]` after a list of structures stands for one entry of it: in `Project.ExpectedCustomerSpend` the one about AWS, and
`[Self]` for the partner's own price.
"""

from __future__ import annotations

import re
from typing import Any, Final

# What tells the entry from the others (`TargetCompany`), and what it says besides when we make it.
ENTRIES: Final[dict[str, dict[str, dict[str, str]]]] = {
    "ExpectedCustomerSpend": {
        "": {"TargetCompany": "AWS", "Frequency": "Monthly"},
        "Self": {"TargetCompany": "Self", "Frequency": "None"},
    },
}
# Without this member an entry means nothing, and AWS refuses it.
ESSENTIAL: Final = {"ExpectedCustomerSpend": "Amount"}


def bare(path: str) -> str:
    """The path without what stands for entries: as AWS's documentation and its errors write it."""
    return re.sub(r"\[\w*\]", "", path)


def get(body: dict[str, Any], path: str) -> Any:
    """The member's value, None where any step on the way is missing."""
    here: Any = body
    for step in path.split("."):
        if not isinstance(here, dict):
            return None
        name, entry = _parts(step)
        here = here.get(name) if entry is None else _entry(name, entry, here.get(name))
    return here


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Sets the member in place, making what is missing on the way; None takes it out."""
    if value is None and get(body, path) is None:
        return
    here = body
    *way, last = path.split(".")
    for step in way:
        here = _step_into(here, step)
    if value is None:
        here.pop(last, None)
    else:
        here[last] = value


def tidy(body: dict[str, Any]) -> dict[str, Any]:
    """The body as AWS takes it: no nulls, no empty lists or structures, no entries without their essential member.

    An omitted member is null to AWS, and it refuses some empty lists.
    """
    return {name: kept for name, value in body.items() if (kept := _tidied(name, value)) not in (None, {}, [])}


def _tidied(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return tidy(value)
    if isinstance(value, list):
        essential = ESSENTIAL.get(name)
        ours = {entry["TargetCompany"] for entry in ENTRIES.get(name, {}).values()}
        entries = [_tidied("", entry) for entry in value]
        return [
            e
            for e in entries
            if essential is None or e.get("TargetCompany") not in ours or essential in e or "EstimationUrl" in e
        ]
    return value


def _step_into(here: dict[str, Any], step: str) -> dict[str, Any]:
    name, entry = _parts(step)
    if entry is None:
        child: dict[str, Any] = here.setdefault(name, {})
        return child
    entries = here.setdefault(name, [])
    found = _entry(name, entry, entries)
    if found is None:
        found = dict(ENTRIES[name][entry])
        entries.insert(0, found)
    return found


def _parts(step: str) -> tuple[str, str | None]:
    """The member's name, and which entry of its list is meant; None: it is no list."""
    name, is_entry, entry = step.partition("[")
    return name, entry.removesuffix("]") if is_entry else None


def _entry(name: str, entry: str, entries: Any) -> dict[str, Any] | None:
    mark = ENTRIES.get(name, {}).get(entry, {}).get("TargetCompany")
    return next((e for e in entries or () if isinstance(e, dict) and e.get("TargetCompany") == mark), None)
