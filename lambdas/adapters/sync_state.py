"""What Cosell remembers about a pair besides its turn: plans with their results, base, intents, submission, audit.

Values are kept as JSON text in one attribute each: they come back exactly as they were, numbers included.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from lambdas import runtime
from lambdas.adapters import tables
from lambdas.domain.intents import Intent, client_token
from lambdas.domain.plan import Change, Plan, Results
from lambdas.domain.records import Base, Submission, Timeline
from lambdas.errors import LeaseLost, RemoteUnavailable
from lambdas.settings import settings

DAY: Final = 24 * 3600
PLAN_DAYS: Final = 16
"""An execution can be redriven for fourteen days after it ended; its plan outlives that."""
AUDIT_DAYS: Final = 400


class Begun(NamedTuple):
    """Something that was about to be made."""

    at: float
    """Seconds since the epoch when it was tried last."""
    made: str | None = None
    """Its id, once that is known."""


def put_plan(plan: Plan) -> None:
    """Stores the plan of a round, without results."""
    tables.put(
        _table(),
        {**_key(plan.pair, _plan_key(plan.fence)), "plan": plan.model_dump_json(), "ttl": _expiry(PLAN_DAYS)},
    )


def planned(pair: str, fence: int) -> tuple[Plan, Results]:
    """The plan of a round and what its steps recorded so far.

    Raises LeaseLost where the round has no plan (any more): it must be planned anew.
    """
    found = stored(pair, fence)
    if found is None:
        raise LeaseLost(f"the plan of turn {fence} is gone")
    return found


def stored(pair: str, fence: int) -> tuple[Plan, Results] | None:
    """The same of any round, None where it has no plan (any more)."""
    item = tables.get(_table(), **_key(pair, _plan_key(fence)))
    if item is None:
        return None
    results = Results.model_validate_json(item["results"]) if "results" in item else Results()
    return Plan.model_validate_json(item["plan"]), results


def record(pair: str, fence: int, results: Results, **news: Any) -> Results:
    """Notes news of a step, by the names of `Results`, among the results of the round so far, and returns all.

    What is no news is not written. Raises LeaseLost where the round has no plan.
    """
    updated = results.model_copy(update=news)
    if updated == results:
        return results
    values = {"results": updated.model_dump_json()}
    change = tables.Update(_key(pair, _plan_key(fence)), "SET #results = :results", values, "attribute_exists(pk)")
    try:
        tables.apply(_table(), change)
    except tables.Refused:
        raise LeaseLost(f"the plan of turn {fence} is gone") from None
    return updated


def base(pair: str) -> Base:
    """What both sides agreed on last; an empty base that knows nothing before the first time."""
    item = tables.get(_table(), **_key(pair, "base")) or {}
    agreed = Base.model_validate_json(item["base"]) if "base" in item else Base()
    pending = json.loads(item["pending"]) if "pending" in item else {}
    timeline = Timeline.model_validate_json(item["timeline"]) if "timeline" in item else Timeline()
    linking = {name: tuple(ids) for name, ids in json.loads(item.get("linking", "{}")).items()}
    beside = {"pending": pending, "timeline": timeline, "linking": linking}
    return agreed.model_copy(update=beside | {"overwriting": item.get("overwriting", 0)})


def save_base(pair: str, base: Base, timeline: Timeline | None = None) -> None:
    """Makes this the agreement, its `pending` included: a round that got here knows what became of the one before.

    It has looked for edits that it wrote over, too (`note_overwriting`). The timeline stays as it is, but for one that
    is given: it is saved in the same breath.
    """
    values = {
        "base": base.model_dump_json(exclude={"pending", "timeline", "linking", "overwriting"}),
        "pending": _json(base.pending),
        "linking": _json(base.linking),
    }
    change = "SET #base = :base, #pending = :pending, #linking = :linking"
    if timeline is not None:
        values["timeline"] = timeline.model_dump_json(exclude_defaults=True)
        change += ", #timeline = :timeline"
    change += " REMOVE #overwriting"
    tables.apply(_table(), tables.Update(_key(pair, "base"), change, values))


def save_timeline(pair: str, timeline: Timeline) -> None:
    """Remembers what was told on the deal and what is still to be."""
    values = {"timeline": timeline.model_dump_json(exclude_defaults=True)}
    tables.apply(_table(), tables.Update(_key(pair, "base"), "SET #timeline = :timeline", values))


def write_pending(pair: str, fields: Mapping[str, Any]) -> None:
    """Notes what an update is about to send, so that after a lost answer our own values are not taken for AWS's."""
    values = {"pending": _json(fields)}
    tables.apply(_table(), tables.Update(_key(pair, "base"), "SET #pending = :pending", values))


def write_linking(pair: str, entities: Mapping[str, Sequence[str]]) -> None:
    """Notes, by property, what is about to be associated or tagged: `Base.linking`."""
    values = {"linking": _json({name: list(ids) for name, ids in entities.items()})}
    tables.apply(_table(), tables.Update(_key(pair, "base"), "SET #linking = :linking", values))


def note_overwriting(pair: str, fence: int) -> None:
    """Notes that the round is about to write over what people write: `Base.overwriting`."""
    values: dict[str, tables.Value] = {"fence": fence}
    tables.apply(_table(), tables.Update(_key(pair, "base"), "SET #overwriting = :fence", values))


def overwriting_is_over(pair: str) -> None:
    """Edits that were written over have been looked for, and no agreement is saved that would say so."""
    tables.apply(_table(), tables.Update(_key(pair, "base"), "REMOVE #overwriting", {}))


def begin(owner: str, what: str) -> Begun | None:
    """Notes that something is about to be made, for a pair or for several; where it was noted before, what is known."""
    try:
        tables.put_new(_table(), {**_begun_key(owner, what), "at": runtime.now()})
    except tables.Refused as refused:
        return _begun(refused.item)
    return None


def begun(owner: str, what: str) -> Begun | None:
    """What `begin` noted."""
    item = tables.get(_table(), **_begun_key(owner, what))
    return None if item is None else _begun(item)


def begin_again(owner: str, what: str, before: Begun) -> None:
    """Notes that it is tried now, after what the try `before` may have made was looked for in vain.

    Raises RemoteUnavailable where somebody else tries it again at the same time.
    """
    values: dict[str, tables.Value] = {"now": runtime.now(), "before": before.at}
    change = tables.Update(_begun_key(owner, what), "SET #at = :now REMOVE #made", values, "#at = :before")
    try:
        tables.apply(_table(), change)
    except tables.Refused:
        raise RemoteUnavailable(f"somebody else makes the {what} of {owner}") from None


def note_made(owner: str, what: str, identifier: str) -> None:
    """Notes the id of what was made, for others who are about to make the same."""
    tables.apply(_table(), tables.Update(_begun_key(owner, what), "SET #made = :made", {"made": identifier}))


def write_ahead(pair: str, purpose: str, body: Mapping[str, Any], generation: int = 1) -> Intent:
    """Stores what is about to be sent, once, and returns what is stored: the first body, not necessarily this one.

    A generation is over after a definite "no" (`close_intent`): from then on a later one is used than was asked for.
    """
    head = tables.get(_table(), **_key(pair, f"intent#{purpose}")) or {}
    current = max(generation, int(head.get("generation", 1)))
    intent = Intent(
        purpose=purpose,
        generation=current,
        token=client_token(catalog=settings().catalog, pair=pair, purpose=purpose, generation=current),
        body=dict(body),
        written=runtime.now(),
    )
    item = {**_key(pair, _intent_key(purpose, current)), "intent": intent.model_dump_json()}
    try:
        tables.put_new(_table(), item)
    except tables.Refused as refused:
        return Intent.model_validate_json(refused.item["intent"])
    return intent


def intent(pair: str, purpose: str) -> Intent | None:
    """What was decided and not refused: a write that is about to be made, or was made."""
    head = tables.get(_table(), **_key(pair, f"intent#{purpose}")) or {}
    item = tables.get(_table(), **_key(pair, _intent_key(purpose, int(head.get("generation", 1)))))
    return None if item is None else Intent.model_validate_json(item["intent"])


def is_sending(pair: str, purpose: str) -> bool:
    return intent(pair, purpose) is not None


def announce(pair: str, likeness: str) -> None:
    """Notes whose opportunity will look like this, before it is made (`intents.likeness`)."""
    tables.put(_table(), {**_key(f"like#{likeness}", "pair"), "pair": pair, "ttl": _expiry(PLAN_DAYS)})


def announced(likeness: str) -> str | None:
    """The pair that announced an opportunity like this last."""
    item = tables.get(_table(), **_key(f"like#{likeness}", "pair"))
    return None if item is None else str(item["pair"])


def close_intent(pair: str, purpose: str, generation: int) -> None:
    """Ends a generation after a definite "no": the next `write_ahead` stores a new body under a new token."""
    change = tables.Update(
        _key(pair, f"intent#{purpose}"),
        "SET #generation = :next",
        {"next": generation + 1},
        "attribute_not_exists(#generation) OR #generation < :next",
    )
    try:
        tables.apply(_table(), change)
    except tables.Refused:
        return  # closed before


def submission(pair: str) -> Submission | None:
    item = tables.get(_table(), **_key(pair, "submission"))
    return None if item is None else Submission.model_validate_json(item["submission"])


def record_submission(pair: str, submission: Submission) -> None:
    tables.put(_table(), {**_key(pair, "submission"), "submission": submission.model_dump_json()})


def audit(  # noqa: PLR0913 - an entry's members
    pair: str,
    fence: int,
    action: str,
    *,
    target: str,
    changes: Iterable[Change] = (),
    properties: Iterable[str] = (),
) -> None:
    """Notes a remote write in the pair's trail; the same action twice under one fence is one entry.

    `action` says what in words, `target` is the id of what is written, `properties` are names. A person's data is
    hashed with the pair as the salt: whether a value was this one can still be told, and not what it was.
    """
    item: tables.Item = {
        **_key(pair, f"audit#{fence:010}#{action}"),
        "action": action,
        "target": target,
        "at": runtime.now(),
        "changes": _json([_audited(pair, change) for change in changes]),
        "properties": _json(list(properties)),
        "ttl": _expiry(AUDIT_DAYS),
    }
    try:
        tables.put_new(_table(), item)
    except tables.Refused:
        return  # noted before


def _audited(pair: str, change: Change) -> dict[str, Any]:
    def shown(value: Any) -> Any:
        if value is None or not change.personal:
            return value
        return "hashed:" + hmac.digest(pair.encode(), _json(value).encode(), hashlib.sha256).hex()[:32]

    return {"path": change.path, "before": shown(change.before), "after": shown(change.after)}


def _key(pair: str, sort: str) -> dict[str, str]:
    return {"pk": pair, "sk": sort}


def _begun_key(owner: str, what: str) -> dict[str, str]:
    return _key(owner, f"begun#{what}")


def _begun(item: tables.Item) -> Begun:
    return Begun(at=float(item["at"]), made=item.get("made"))


def _plan_key(fence: int) -> str:
    return f"plan#{fence:010}"


def _intent_key(purpose: str, generation: int) -> str:
    return f"intent#{purpose}#{generation}"


def _expiry(days: int) -> int:
    return int(runtime.now()) + days * DAY


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _table() -> str:
    return settings().sync_table
