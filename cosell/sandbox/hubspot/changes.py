"""What happened to a record, as everything that listens gets told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cosell.sandbox.hubspot.links import LinkType
from cosell.sandbox.hubspot.state import Definition, Source

What = Literal["creation", "propertyChange", "associationChange", "deletion", "restore", "merge", "privacyDeletion"]


@dataclass(frozen=True)
class Change:
    """One change. What a propertyChange, associationChange or merge adds is None in the others."""

    what: What
    kind: str
    id: str
    at_ms: int
    source: Source
    definition: Definition | None = None
    value: str | None = None
    link: LinkType | None = None
    other_id: str | None = None
    removed: bool = False
    primary_id: str | None = None
    """The record that wins a merge, under its old id."""
    merged_id: str | None = None
    moved: int = 0
