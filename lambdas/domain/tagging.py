"""The opportunity's tags: what the seller writes on the deal, a `key=value` a line.

Tags are of no review and have no event. So the deal's property is compared with what was set from it last, and AWS is
read when there is something to change, or when the seller asks for a refresh. A tag that was never set from the
property belongs to somebody else: it is neither shown nor removed.

All lines are set or none: a tag whose line is spoilt would seem to be taken off. Nothing else waits for them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from lambdas.domain.associated import TagChange
from lambdas.domain.lookups import Lookup
from lambdas.domain.mapping import Mapping
from lambdas.domain.records import Problem
from lambdas.domain.refusals import Refusal, problems_of
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import for_example

TAGS: Final = "aws_tags"
PATH: Final = "Tags"
MOST: Final = 50
"""AWS's usual limit for one resource; Partner Central documents none of its own."""
LONGEST_KEY, LONGEST_VALUE = 128, 256
RESERVED: Final = "aws:"
_MARKS: Final = frozenset("_.:/=+-@")


@dataclass(frozen=True)
class Tagging:
    change: TagChange | None = None
    agreed: dict[str, str] = field(default_factory=dict)
    """The tags that were set from the property, before the change."""
    linking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`Base.linking` of tags that a round set without coming to its end; over once a change of tags is agreed on."""
    deal_changes: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    lookups: tuple[Lookup, ...] = ()


class Untaggable(ValueError):
    """The text is no list of tags; the message is a sentence that goes with the property's label."""


def parse(text: str) -> dict[str, str]:
    """The tags in a property's text. Raises Untaggable."""
    tags: dict[str, str] = {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not key or not equals:
            raise Untaggable(f'"{line}" is not a key and a value')
        if key.lower().startswith(RESERVED):
            raise Untaggable(f'"{key}" begins with {RESERVED}, which AWS keeps for itself')
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise Untaggable(
                f'"{key[:LONGEST_KEY]}": AWS takes {LONGEST_KEY} characters in a key, {LONGEST_VALUE} after it'
            )
        if odd := next((mark for mark in key + value if not _is_allowed(mark)), None):
            raise Untaggable(f'"{key}": AWS takes letters, digits, blanks and _ . : / = + - @, and not {odd}')
        if tags.setdefault(key, value) != value:
            raise Untaggable(f'"{key}" is there twice')
    if len(tags) > MOST:
        raise Untaggable(f"these are {len(tags)}; AWS takes {MOST}")
    return tags


def written(tags: dict[str, str]) -> str:
    """The property's text for these tags."""
    return "\n".join(f"{key}={value}" for key, value in tags.items())


def decide(now: Situation) -> Tagging:
    """What the seller changed since the tags were set last, and, on a refresh, what AWS has instead."""
    last = now.base.beside.tags
    noted = {TAGS: keys} if (keys := now.base.linking.get(TAGS)) else {}
    row = now.mapping.row(TAGS)
    if row is None or not now.mapping.has(TAGS):
        return Tagging(agreed=last, linking=noted)
    try:
        wanted = parse(now.deal.get(TAGS) or "")
    except Untaggable as wrong:
        problem = Problem(record="deal", label=row.label, what=f"{wrong}{for_example(row)}", path=PATH)
        return Tagging(agreed=last, linking=noted, problems=(problem,))
    asks = _refresh(now) if last else None
    theirs = now.known.tags(asks.key) if asks else None
    if theirs is not None:
        wanted, last, shown = _merged(wanted, last, theirs)
    else:
        shown = None
    put = {key: value for key, value in wanted.items() if last.get(key) != value}
    # Those of a round that did not come to its end may be there, too: the task reads before it removes.
    ours = dict.fromkeys((*last, *noted.get(TAGS, ())))
    remove = tuple(key for key in ours if key not in wanted)
    return Tagging(
        change=TagChange(put=put, remove=remove) if put or remove else None,
        agreed=last,
        linking=noted if put or remove else {},
        deal_changes={TAGS: shown} if shown is not None else {},
        lookups=(asks,) if asks and theirs is None else (),
    )


def refused(refusal: Refusal, mapping: Mapping) -> tuple[Problem, ...]:
    """AWS's "no" to the tags, said with the label of their property."""
    return problems_of(refusal, mapping, about={"tags": TAGS, "tags.key": TAGS, "tags.value": TAGS})


def _refresh(now: Situation) -> Lookup | None:
    arn = now.opportunity.body.get("Arn") if now.opportunity else None
    return Lookup(kind="tags", key=str(arn)) if arn and now.action == "refresh" else None


def _merged(
    wanted: dict[str, str], last: dict[str, str], theirs: dict[str, str]
) -> tuple[dict[str, str], dict[str, str], str | None]:
    """Wanted, agreed and, where AWS's change of a tag of ours goes into the property, its text."""
    unedited = {key for key, value in wanted.items() if last.get(key) == value}
    taken = {
        key: theirs[key] if key in unedited else value
        for key, value in wanted.items()
        if key not in unedited or key in theirs
    }
    agreed = {key: theirs[key] for key in last if key in theirs}
    return taken, agreed, written(taken) if taken != wanted else None


def _is_allowed(mark: str) -> bool:
    """The service model's pattern: letters, separators, numbers and some marks."""
    return mark in _MARKS or unicodedata.category(mark)[0] in "LZN"
