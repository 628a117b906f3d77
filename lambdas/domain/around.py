"""Events of records around a deal: what they ask of the pairs that the records belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from lambdas.domain.events import PRIVACY
from lambdas.domain.records import Frozen

CONFIRMED: Final = "Deletions Confirmed"
"""detail-type of an operator's word that many deletions at once were meant."""
ENDS: Final = frozenset({"deletion", "merge", "privacyDeletion", "restore"})
"""Changes that concern whoever ever had the record: an earlier event of the same change may have parted them."""


class Changed(Frozen):
    """A record and what happened to it."""

    portal: str
    type: str
    id: str
    changes: frozenset[str] = frozenset()

    @property
    def concerns_past(self) -> bool:
        return bool(ENDS & self.changes)

    @property
    def woken_by(self) -> tuple[str, ...]:
        return ("hubspot", PRIVACY) if "privacyDeletion" in self.changes else ("hubspot",)


def confirmed_at(event: dict[str, Any]) -> float:
    """When the operator said so, in seconds since the epoch: a run that is redriven covers nothing that came after."""
    return datetime.fromisoformat(event["time"]).timestamp()


def changed(event: dict[str, Any]) -> Changed:
    """Reads a "HubSpot Record Changed" event."""
    return Changed.model_validate(event["detail"])
