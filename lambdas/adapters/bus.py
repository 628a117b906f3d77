"""Cosell's event bus. Events carry ids and names, never values: the bus is archived."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lambdas.adapters import aws
from lambdas.errors import RemoteUnavailable
from lambdas.settings import settings

BATCH: Final = 10
"""Entries that one PutEvents takes."""


@dataclass(frozen=True)
class Event:
    source: str
    detail_type: str
    detail: Mapping[str, Any]


def handed_on(pair: str) -> Event:
    """Starts a fresh execution for a pair whose turn was given back with something left to do."""
    return Event("cosell", "Pair Handed On", {"pair": pair})


def touched(pair: str) -> Event:
    """Starts an execution for a pair because of a record around its deal. The wish is noted already."""
    return Event("cosell", "Pair Touched", {"pair": pair})


def record_changed(record: Mapping[str, Any]) -> Event:
    """A HubSpot record changed: portal, type, id, changes (names only) and occurred_at (ms)."""
    return Event("cosell.hubspot", "HubSpot Record Changed", record)


def put(events: Sequence[Event]) -> None:
    """Puts all events. Raises RemoteUnavailable where the bus did not take every one; then put all of them again."""
    bus = settings().bus
    for start in range(0, len(events), BATCH):
        entries = [
            {
                "EventBusName": bus,
                "Source": event.source,
                "DetailType": event.detail_type,
                "Detail": json.dumps(event.detail, separators=(",", ":")),
            }
            for event in events[start : start + BATCH]
        ]
        answer = aws.call("events", "put_events", Entries=entries)
        if answer.get("FailedEntryCount"):
            codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
            raise RemoteUnavailable(f"events put_events: {', '.join(codes)}")
