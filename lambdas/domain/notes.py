"""Notes on the deal's timeline: words of people at AWS, AWS's decisions, and edits that lost a conflict.

A note is decided on once. It is owed from then on (`Timeline.owed`, saved with the agreement), until "Tell seller" has
made it: a run that ends in between does not lose it, and the next plan does not decide on it again.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, Literal

from lambdas.domain import fields, locks
from lambdas.domain.mapping import Row
from lambdas.domain.plan import Change
from lambdas.domain.records import Note, Opportunity, Timeline
from lambdas.domain.situation import Situation

FIRST_STEPS: Final = 3
"""Of the next steps that AWS has written before we first look, so many are noted: as many as the deal shows."""
REMEMBERED: Final = 20
"""Keys of made notes that are kept."""
LONGEST: Final = 10_000
"""Characters of a text in a note. HubSpot takes 65,536 in all, and escaping can make five of one."""

Kind = Literal["review", "next_step", "conflict"]

_STATES: Final = {
    locks.SUBMITTED: "submitted",
    locks.IN_REVIEW: "submitted",
    locks.ACTION_REQUIRED: "changes",
    locks.APPROVED: "approved",
    locks.REJECTED: "rejected",
}
_STATUS: Final = {word: status for status, word in reversed(_STATES.items())}
_REVIEWS: Final = {
    "submitted": "AWS has the deal for review",
    "changes": "AWS asks for changes",
    "approved": "AWS has approved the deal",
    "rejected": "AWS has rejected the deal",
}


def written(heading: str, *paragraphs: str) -> str:
    """A note's body: HTML of plain texts. Empty paragraphs are left out."""
    texts = [_html(text) for text in paragraphs if text.strip()]
    return f"<p><strong>{_html(heading)}</strong></p>" + "".join(f"<p>{text}</p>" for text in texts)


def news(now: Situation, lost: Iterable[Change] = ()) -> tuple[Note, ...]:
    """What has to be noted of AWS's side as it is now, and of edits that a newer one overruled."""
    opportunity, timeline = now.opportunity, now.base.timeline
    if opportunity is None:
        return ()
    return (*_review(opportunity, timeline), *_next_steps(opportunity, timeline), *_conflicts(now, lost))


def owing(now: Situation, notes: Iterable[Note]) -> Timeline:
    """The timeline with these notes owed to the deal; those that are owed or made already stay one."""
    timeline = now.base.timeline
    known = {*timeline.done, *(note.key for note in timeline.owed)}
    new = {note.key: note for note in notes if note.key not in known}
    if now.opportunity is None:
        return timeline.model_copy(update={"owed": (*timeline.owed, *new.values())})
    steps = _history(now.opportunity)
    return timeline.model_copy(
        update={
            "owed": (*timeline.owed, *new.values()),
            "review": _state(now.opportunity) or timeline.review,
            "heard": steps[0]["Time"] if steps else timeline.heard,
        }
    )


def made(timeline: Timeline, note: Note) -> Timeline:
    """The timeline once the note is made, or is not to be made after all."""
    begun = {key: at for key, at in timeline.begun.items() if key != note.key}
    owed = tuple(other for other in timeline.owed if other.key != note.key)
    done = (*timeline.done, note.key)[-REMEMBERED:]
    return timeline.model_copy(update={"owed": owed, "begun": begun, "done": done})


# AWS's review


def noted(timeline: Timeline) -> str | None:
    """The review status that was noted last, the first of those with the same note; None for none."""
    return _STATUS.get(timeline.review.partition("#")[0])


def _review(opportunity: Opportunity, timeline: Timeline) -> Iterator[Note]:
    state = _state(opportunity)
    if state == timeline.review or not state:
        return
    life_cycle = opportunity.body.get("LifeCycle", {})
    comments = life_cycle.get("ReviewComments") or life_cycle.get("ReviewStatusReason") or ""
    word = state.partition("#")[0]
    says = str(comments) if word in {"changes", "rejected"} else ""
    key = _key("review", f"{state}#{opportunity.last_modified}")
    yield Note(key=key, body=written(_REVIEWS[word], says), at=_seconds(opportunity.last_modified))


def _state(opportunity: Opportunity) -> str:
    """How the review stands, with a mark of what AWS says; empty for a draft, and for a status that we do not know."""
    word = _STATES.get(opportunity.review_status, "")
    if word not in {"changes", "rejected"}:
        return word
    life_cycle = opportunity.body.get("LifeCycle", {})
    return f"{word}#{_digest(life_cycle.get('ReviewComments'), life_cycle.get('ReviewStatusReason'))}"


# AWS's next steps


def _next_steps(opportunity: Opportunity, timeline: Timeline) -> Iterator[Note]:
    """Oldest first."""
    steps = _history(opportunity)
    news = [step for step in steps if step["Time"] > timeline.heard] if timeline.heard else steps[:FIRST_STEPS]
    for step in reversed(news):
        at = _seconds(step["Time"])
        yield Note(key=_key("next_step", step["Time"]), body=written("AWS: next step", step["Value"]), at=at)


def _history(opportunity: Opportunity) -> list[dict[str, str]]:
    """Entries of AWS's own history, the newest first. The partner's own next steps are not AWS's words."""
    life_cycle: dict[str, Any] = (opportunity.summary or {}).get("LifeCycle") or {}
    entries = [step for step in life_cycle.get("NextStepsHistory") or () if step.get("Value") and step.get("Time")]
    return sorted(entries, key=lambda step: str(step["Time"]), reverse=True)


# Edits that lost a conflict


def _conflicts(now: Situation, lost: Iterable[Change]) -> Iterator[Note]:
    """One for each field. People's data is not repeated: the audit trail has it, hashed."""
    if not now.base.known:
        return  # two records that meet for the first time complete each other: nobody edited anything
    for change in lost:
        row = now.source(change.path)
        if row.object != "deal" or change.personal:
            continue
        yield _conflict(now, change, row)


def _conflict(now: Situation, change: Change, row: Row) -> Note:
    values = _both(change)
    came_from_aws = now.opportunity is not None and change.after == _at_aws(now, change.path)
    if came_from_aws:
        heading = f"{row.label}: AWS's edit replaced yours"
        said = f"Yours was {values[0]}, AWS has {values[1]}."
    else:
        heading = f"{row.label}: your edit replaced AWS's"
        said = f"AWS had {values[0]}, yours is {values[1]}."
    return Note(
        # Not of the time: an edit that AWS refuses loses nothing by being tried again.
        key=_key("conflict", f"{row.property}#{_digest(change.before, change.after)}"),
        body=written(heading, f"Both sides edited it at the same time. {said}"),
        at=now.now,
        typed=row.property if came_from_aws else None,
        if_sent=not came_from_aws,
    )


def _at_aws(now: Situation, path: str) -> Any:
    return fields.seen(now.opportunity, now.mapping).get(path) if now.opportunity else None


def _both(change: Change) -> tuple[str, str]:
    return _quoted(change.before), _quoted(change.after)


def _quoted(value: Any) -> str:
    if value is None:
        return "empty"
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f'"{text}"'


def _key(kind: Kind, what: str) -> str:
    return f"{kind}#{what}"


def _digest(*values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _html(text: str) -> str:
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return html.escape(shown.strip()).replace("\r\n", "\n").replace("\n", "<br>")


def _seconds(moment: str) -> float:
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
