"""Forgets a person in what is kept about a pair, because HubSpot was told to forget them.

Called under the pair's turn and before a plan is made. Nothing has to be known about the person: every plan goes, and
all that is marked as personal in the mapping.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from lambdas.adapters import tables
from lambdas.domain import paths
from lambdas.domain.intents import Intent
from lambdas.domain.plan import Change, Plan
from lambdas.domain.records import Submission
from lambdas.settings import settings

ERASED: Final = "erased"
"""Stands where an agreed value stood: it differs from both sides, so HubSpot, where the person is gone, decides."""


def erase(pair: str, personal: Iterable[str]) -> None:
    """`personal` are the paths of the fields that hold people.

    A run that still carries out a deleted plan finds it gone and plans anew. A create whose body is emptied is looked
    up at AWS and never sent again. The audit trail has hashed people from the start.
    """
    table, names = settings().sync_table, tuple(personal)
    for item in tables.query(table, pair, "plan#"):
        tables.delete(table, pk=pair, sk=item["sk"])
    for item in tables.query(table, pair, "intent#"):
        if "intent" in item:
            emptied = _emptied(Intent.model_validate_json(item["intent"]), names)
            tables.put(table, item | {"intent": emptied.model_dump_json()})
    if (base := tables.get(table, pk=pair, sk="base")) is not None:
        tables.put(table, base | _without_people(base, names))
    if (told := tables.get(table, pk=pair, sk="submission")) is not None:
        submission = Submission.model_validate_json(told["submission"]).model_copy(update={"refused": ()})
        tables.put(table, told | {"submission": submission.model_dump_json()})


def without_before(plan: Plan) -> Plan:
    """The plan that takes a person off at AWS, without saying who it was."""

    def forgetful(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(change.model_copy(update={"before": None}) if change.personal else change for change in changes)

    return plan.model_copy(update={"changes": forgetful(plan.changes), "lost": forgetful(plan.lost)})


def _emptied(intent: Intent, personal: tuple[str, ...]) -> Intent:
    held = {path: paths.get(intent.body, path) for path in personal}
    if not any(value is not None for value in held.values()):
        return intent
    body = json.loads(json.dumps(intent.body))
    for path in personal:
        paths.put(body, path, None)
    return intent.model_copy(update={"body": paths.tidy(body), "erased": True})


def _without_people(base: tables.Item, personal: tuple[str, ...]) -> tables.Item:
    changed: tables.Item = {}
    if "base" in base:
        agreed = json.loads(base["base"])
        agreed["fields"] |= {path: ERASED for path in personal if path in agreed["fields"]}
        changed["base"] = json.dumps(agreed, ensure_ascii=False)
    if "pending" in base:
        pending: dict[str, Any] = json.loads(base["pending"])
        kept = {path: value for path, value in pending.items() if path not in personal}
        changed["pending"] = json.dumps(kept, ensure_ascii=False)
    return changed
