"""Reading and writing members of an opportunity by path.

`[]` after a list of structures stands for the entry that is ours to speak of: in `Project.ExpectedCustomerSpend` the
one about AWS, not the partner's own price.
"""

from __future__ import annotations

from typing import Any, Final

# What tells the entry from the others, and what it says besides when we make it.
ENTRIES: Final[dict[str, dict[str, str]]] = {
    "ExpectedCustomerSpend": {"TargetCompany": "AWS", "Frequency": "Monthly"},
}
# Without this member an entry means nothing, and AWS refuses it.
ESSENTIAL: Final = {"ExpectedCustomerSpend": "Amount"}


def get(body: dict[str, Any], path: str) -> Any:
    """The member's value, None where any step on the way is missing."""
    here: Any = body
    for step in path.split("."):
        if not isinstance(here, dict):
            return None
        name, is_entry = step.removesuffix("[]"), step.endswith("[]")
        here = _entry(name, here.get(name)) if is_entry else here.get(name)
    return here


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Sets the member in place, making what is missing on the way; None takes it out."""
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
        entries = [_tidied("", entry) for entry in value]
        own = ENTRIES.get(name, {}).get("TargetCompany")
        return [
            e
            for e in entries
            if essential is None or e.get("TargetCompany") != own or essential in e or "EstimationUrl" in e
        ]
    return value


def _step_into(here: dict[str, Any], step: str) -> dict[str, Any]:
    name = step.removesuffix("[]")
    if not step.endswith("[]"):
        child: dict[str, Any] = here.setdefault(name, {})
        return child
    entries = here.setdefault(name, [])
    entry = _entry(name, entries)
    if entry is None:
        entry = dict(ENTRIES[name])
        entries.insert(0, entry)
    return entry


def _entry(name: str, entries: Any) -> dict[str, Any] | None:
    mark = ENTRIES.get(name, {}).get("TargetCompany")
    return next((e for e in entries or () if isinstance(e, dict) and e.get("TargetCompany") == mark), None)
