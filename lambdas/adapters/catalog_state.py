"""What Cosell remembers of the catalog: what AWS listed last, and what was last written of it to HubSpot.

Both lie in `sync-state` under the name of the catalog. Two runs at once are harmless: the newer listing stays, and both
write the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import TypeAdapter

from lambdas.adapters import sync_state, tables
from lambdas.domain.catalog import Listing, Solution, merged
from lambdas.domain.plan import Change
from lambdas.settings import settings

Kind = Literal["products", "options"]

_SOLUTIONS: Final = TypeAdapter(tuple[Solution, ...])


def listing() -> Listing:
    """What AWS listed last; nothing before the first time."""
    item = tables.get(_table(), pk=_key(), sk="listing")
    return Listing(read_at=0) if item is None else _listing(item)


def keep_listing(listed: Iterable[Solution], read_at: int) -> Listing:
    """Stores what AWS lists, with what it listed before as withdrawn, and returns what is stored: a newer one stays."""
    solutions = merged(listing().solutions, listed)
    change = tables.Update(
        {"pk": _key(), "sk": "listing"},
        "SET #solutions = :solutions, #read_at = :read_at",
        {"solutions": _SOLUTIONS.dump_json(solutions).decode(), "read_at": read_at},
        "attribute_not_exists(pk) OR #read_at <= :read_at",
    )
    try:
        tables.apply(_table(), change)
    except tables.Refused as refused:
        return _listing(refused.item)
    return Listing(read_at=read_at, solutions=solutions)


def agreed(kind: Kind) -> dict[str, Solution]:
    """What was last written, by solution."""
    item = tables.get(_table(), pk=_key(), sk=f"agreed#{kind}")
    return {} if item is None else {one.id: one for one in _SOLUTIONS.validate_json(item["solutions"])}


def save_agreed(kind: Kind, before: Mapping[str, Solution], now: Listing) -> None:
    """Notes what was written, after the write: were it noted before, a lost write would look like an admin's edit.

    Of what is as it was, and of what was only observed, nothing is noted.
    """
    if is_observing() or list(before.values()) == list(now.solutions):
        return
    written = _SOLUTIONS.dump_json(now.solutions).decode()
    tables.put(_table(), {"pk": _key(), "sk": f"agreed#{kind}", "solutions": written})


def announce(action: str, now: Listing, *, target: str, changes: Iterable[Change]) -> None:
    """Notes a write in the trail, ahead of it; or what would be written by a deployment that does not only observe."""
    words = f"would {action} {target}" if is_observing() else f"{action} {target}"
    sync_state.audit(_key(), now.read_at, words, target=target, changes=changes)


def is_observing() -> bool:
    """Whether this deployment writes nothing to HubSpot."""
    return settings().mode == "observe"


def _listing(item: tables.Item) -> Listing:
    return Listing(read_at=int(item["read_at"]), solutions=_SOLUTIONS.validate_json(item["solutions"]))


def _key() -> str:
    """The catalog's key, which is in a pair's place in the audit trail, too."""
    return f"catalog#{settings().catalog}"


def _table() -> str:
    return settings().sync_table
