"""What woke a run. An event is a hint to look at a pair; no value of it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from lambdas.domain.records import Frozen
from lambdas.errors import Misconfigured

DELETION: Final = "deletion"
MERGE: Final = "merge"
PRIVACY: Final = "privacy"
"""Why a pair is woken, beside the side that moved, where that alone says how it is to be looked at."""


class Woken(Frozen):
    by: Literal["hubspot", "aws", "cosell"]
    """The side that moved: a run woken only by AWS reads AWS first."""
    deal: tuple[str, str] | None = None
    """Portal and deal id."""
    opportunity: tuple[str, str] | None = None
    """Catalog and opportunity id."""
    pair: str | None = None
    why: frozenset[str] = frozenset()
    """`DELETION` and `MERGE` of the deal itself."""
    is_new: bool = False
    """AWS says that the opportunity was made just now: it is to be seen soon, where it is not yet."""


def woken(event: dict[str, Any]) -> Woken:
    """Reads an EventBridge event, as the execution got it. What names no deal, opportunity or pair, leads to none.

    Raises Misconfigured, naming what nobody taught us to read.
    """
    kind = str(event.get("detail-type"))
    read = _READERS.get(kind)
    if read is None:
        raise Misconfigured(f'no rule for events of detail-type "{kind}" from {event.get("source")}')
    return read(event)


def _from_hubspot(event: dict[str, Any]) -> Woken:
    portal, kind, identifier = (_member(event, name) for name in ("portal", "type", "id"))
    if kind == "deal":
        why = frozenset({DELETION, MERGE}).intersection(event["detail"].get("changes", ()))
        return Woken(by="hubspot", deal=(portal, identifier), why=why)
    return Woken(by="hubspot")


def _from_aws(event: dict[str, Any]) -> Woken:
    catalog, identifier = _member(event, "catalog"), _member(event, "opportunity", "identifier")
    # The documentation writes one catalog in lower case here and there; ids in its examples too.
    return Woken(
        by="aws",
        opportunity=("AWS" if catalog.upper() == "AWS" else catalog.capitalize(), identifier.upper()),
        is_new=event.get("detail-type") == "Opportunity Created",
    )


def _handed_on(event: dict[str, Any]) -> Woken:
    return Woken(by="cosell", pair=_member(event, "pair"))


_READERS: Final[dict[str, Callable[[dict[str, Any]], Woken]]] = {
    "HubSpot Record Changed": _from_hubspot,
    "Opportunity Created": _from_aws,
    "Opportunity Updated": _from_aws,
    "Pair Handed On": _handed_on,
    "Pair Touched": _handed_on,
}


def _member(event: dict[str, Any], *path: str) -> str:
    here: Any = event.get("detail")
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    if not isinstance(here, str | int) or not str(here):
        raise Misconfigured(f'an event of detail-type "{event.get("detail-type")}" has no detail.{".".join(path)}')
    return str(here)
