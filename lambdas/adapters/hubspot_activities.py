"""Notes and tasks on deals. HubSpot has no token for a create: what may be there already is looked for.

Everything here raises what `hubspot_client.request` raises.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from lambdas.adapters import hubspot_client as client
from lambdas.domain.records import Note
from lambdas.domain.todos import OURS, Todo
from lambdas.errors import Misconfigured

NOTE_TO_DEAL, TASK_TO_DEAL = 214, 216
"""Association types, for the direction from the activity to the deal."""
OWNER: Final = "hubspot_owner_id"
COMPLETED: Final = "COMPLETED"
BATCH: Final = 100
CLOCKS_DIFFER: Final = 300.0
"""Seconds by which HubSpot's idea of the time may be behind ours."""

Kind = Literal["notes", "tasks"]


def is_there(deal: str) -> bool:
    """Whether the deal can be told anything: not deleted, and not merged into another."""
    found = client.request("GET", client.objects("deals", deal), query={"properties": "hs_object_id"})
    return found is not None and found["id"] == deal


def create_note(deal: str, note: Note) -> None:
    _create("notes", deal, NOTE_TO_DEAL, {"hs_timestamp": _time(note.at), "hs_note_body": note.body})


def has_note(deal: str, note: Note, since: float) -> bool:
    """Whether the deal has this note: the same words at the same time. `since`: when it was tried last.

    Raises RemoteUnavailable where it is too early to tell.
    """
    client.await_shown(since, f"a note of deal {deal}")
    found = _on(deal, "notes", ("hs_timestamp", "hs_note_body"))
    return any(
        _same_time(record["hs_timestamp"], note.at) and _words(record["hs_note_body"]) == _words(note.body)
        for _, record in found
    )


def create_task(deal: str, todo: Todo, fallback_owner: str) -> str:
    """Makes a task for the deal's owner and returns its id.

    An owner who has left cannot be given one: it is the fallback owner's then, or nobody's.
    """
    properties = _task(todo) | {
        "hs_timestamp": _time(todo.due),
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
    }
    return _for_an_owner(todo, fallback_owner, lambda whose: _create("tasks", deal, TASK_TO_DEAL, properties | whose))


def update_task(task: str, todo: Todo, fallback_owner: str, *, moves: bool) -> None:
    """Rewrites a task. `moves`: it is another kind of task now, with a date of its own."""
    properties = _task(todo) | ({"hs_timestamp": _time(todo.due)} if moves else {})
    _for_an_owner(todo, fallback_owner, lambda whose: _patch(task, properties | whose))


def complete_task(task: str) -> None:
    """One that is gone is as good as completed."""
    _patch(task, {"hs_task_status": COMPLETED})


def is_open(task: str) -> bool:
    """Whether nobody has completed or deleted the task."""
    found = client.request("GET", client.objects("tasks", task), query={"properties": "hs_task_status"})
    return found is not None and found["properties"].get("hs_task_status") != COMPLETED


def find_task(deal: str, since: float) -> str | None:
    """The deal's open task of ours that was made since one was tried last.

    Raises RemoteUnavailable where it is too early to tell.
    """
    client.await_shown(since, f"a task of deal {deal}")
    for task, record in _on(deal, "tasks", ("hs_task_body", "hs_task_status", "hs_createdate")):
        is_ours = OURS in _words(record["hs_task_body"]) and record["hs_task_status"] != COMPLETED
        if is_ours and _seconds(record["hs_createdate"]) >= since - CLOCKS_DIFFER:
            return task
    return None


def was_typed(deal: str, name: str) -> bool:
    """Whether it was a person who gave the property the value that it had before Cosell wrote it."""
    query = {"propertiesWithHistory": name}
    found = client.request("GET", client.objects("deals", deal), query=query) or {}
    sources = [
        (entry.get("sourceType"), str(entry.get("sourceId") or ""))
        for entry in found.get("propertiesWithHistory", {}).get(name, ())
    ]
    ours = sources[0] if sources and sources[0][0] == "INTEGRATION" else None
    _, source = next((source for source in sources if source != ours), ("", ""))
    return source.startswith("userId:")


def _create(kind: Kind, deal: str, association: int, properties: Mapping[str, str]) -> str:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": association}]
    body = {"properties": dict(properties), "associations": [{"to": {"id": deal}, "types": types}]}
    return str(client.request("POST", client.objects(kind), json=body)["id"])


def _patch(task: str, properties: Mapping[str, str]) -> str:
    client.request("PATCH", client.objects("tasks", task), json={"properties": dict(properties)})
    return task


def _task(todo: Todo) -> dict[str, str]:
    return {"hs_task_subject": todo.subject, "hs_task_body": todo.body}


def _for_an_owner(todo: Todo, fallback_owner: str, write: Callable[[dict[str, str]], str]) -> str:
    for owner in filter(None, (todo.owner, fallback_owner)):
        try:
            return write({OWNER: owner})
        except Misconfigured as refused:
            if OWNER not in refused.properties:
                raise
    return write({OWNER: ""})


def _on(deal: str, kind: Kind, properties: Sequence[str]) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Id and properties of the deal's activities."""
    found = client.request("GET", client.objects("deals", deal), query={"associations": kind}) or {}
    rows = found.get("associations", {}).get(kind, {}).get("results", ())
    identifiers = list(dict.fromkeys(str(row["id"]) for row in rows))
    for start in range(0, len(identifiers), BATCH):
        inputs = [{"id": identifier} for identifier in identifiers[start : start + BATCH]]
        body = {"properties": list(properties), "inputs": inputs}
        answer = client.request("POST", client.objects(kind, "batch/read"), json=body) or {}
        for record in answer.get("results", ()):
            yield str(record["id"]), {name: record["properties"].get(name) for name in properties}


def _words(text: str | None) -> str:
    """What a person reads: HubSpot may write the same HTML in another way."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text or "")).split())


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(moment: str | None) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0


def _same_time(moment: str | None, seconds: float) -> bool:
    return abs(_seconds(moment) - seconds) < 0.002
