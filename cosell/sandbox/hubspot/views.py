"""Records as tests and consoles look at them."""

from __future__ import annotations

from dataclasses import dataclass

from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.hubspot.links import ends
from cosell.sandbox.hubspot.state import PastValue, Record


@dataclass(frozen=True)
class RecordView:
    """A record as it stands at the moment of asking. Empty properties are None; unknown names are a KeyError."""

    type: str
    id: str
    properties: dict[str, str | None]
    archived: bool
    associations: dict[str, dict[str, list[int]]]
    """Per type the ids at the other end, each with its association type ids; types without any are left out."""
    history: dict[str, list[PastValue]]
    """Newest value first."""


def view(crm: Crm, record: Record) -> RecordView:
    names = [name for name, definition in crm.portal.definitions[record.kind].items() if not definition.archived]
    linked = {name: ends(crm.portal, record.end, kind) for name, kind in KINDS.items()}
    return RecordView(
        record.kind,
        record.id,
        {name: record.value(name) for name in names},
        record.archived,
        {name: ids for name, ids in linked.items() if ids},
        {name: list(pasts) for name, pasts in record.history.items()},
    )
