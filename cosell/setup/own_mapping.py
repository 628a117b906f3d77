"""A field mapping of the partner's own: drafted from what the portal has, checked, and shown as what it changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cosell.setup.plan import is_ours
from lambdas.domain import referrals
from lambdas.domain.mapping import Mapping as FieldMapping

Json = dict[str, Any]
DECIDE: Final = "# DECIDE"
"""Marks each line that a person has to look at."""

WON, LOST = "Committed", "Closed Lost"
_ORDER: Final = ("Prospect", "Qualified", "Technical Validation", "Business Validation", WON)
_WORDS: Final = {
    "Prospect": ("prospect", "lead", "discovery", "appointment", "first meeting", "inbound"),
    "Qualified": ("qualified", "qualification", "qualify"),
    "Technical Validation": ("technical", "proof of concept", "poc", "pilot", "demo", "presentation", "evaluation"),
    "Business Validation": ("proposal", "quote", "negotiation", "decision maker", "contract", "procurement", "legal"),
}
"""What people call stages that mean one of AWS's. A label that says two of them is nobody's but a person's to read."""
_HEAD: Final = """\
# What this portal has that the default field mapping does not know. Made by `python -m cosell map init`.
# docs/field-mapping.md in Cosell says what else can stand here; `python -m cosell map check` says what is wrong.
extends: default
"""
_STAGES: Final = """
# Pipeline id -> stage id -> stage at AWS: Prospect, Qualified, Technical Validation, Business Validation, Committed,
# Closed Lost. null: a deal in that stage says nothing about its stage at AWS. Launched is an action of its own.
stages:
"""
_OWNERS: Final = """
# Owner in HubSpot -> the e-mail address of their user at Partner Central. null: their deals keep AWS's owner.
owners:"""


@dataclass(frozen=True)
class Draft:
    """The text of a mapping file, and how much in it is undecided."""

    text: str
    stages: int
    owners: int
    undecided: int


def draft(pipelines: Sequence[Json], owners: Sequence[Json], default: FieldMapping) -> Draft:
    """Decides or flags every stage and every active owner of the portal, as HubSpot's API lists them.

    The pipeline where referrals wait is Cosell's own, and left out.
    """
    own = [one for one in pipelines if not is_ours(one)]
    ordered = sorted(own, key=lambda one: (one["displayOrder"], one["label"]))
    stages = [line for pipeline in ordered for line in _pipeline(pipeline, default)]
    people = list(_owners(owners))
    text = _HEAD + _STAGES + "".join(stages) + _OWNERS + ("\n" + "".join(people) if people else " {}\n")
    return Draft(text, sum(len(one["stages"]) for one in ordered), len(owners), text.count(DECIDE))


def undecided(text: str) -> list[int]:
    """The lines of a mapping file that still wait for a person, from 1."""
    return [number for number, line in enumerate(text.splitlines(), 1) if DECIDE in line]


# Stages


def _pipeline(pipeline: Json, default: FieldMapping) -> Iterator[str]:
    yield f"  {_quoted(pipeline['id'])}:  # {_words(pipeline['label'])}\n"
    reached = 0
    for stage in sorted(pipeline["stages"], key=lambda one: (one["displayOrder"], one["label"])):
        value, doubt = _decided(pipeline["id"], stage, default)
        if value in _ORDER[:-1]:
            place = _ORDER.index(value)
            if place < reached:
                value, doubt = None, f"{value} by its name, but it comes after {_ORDER[reached]}"
            reached = max(reached, place)
        yield f"    {_quoted(stage['id'])}: {value or 'null'}  # {_words(stage['label'])}{_flag(doubt)}\n"


def _decided(pipeline: str, stage: Json, default: FieldMapping) -> tuple[str | None, str]:
    """AWS's stage, and what makes it doubtful."""
    probability = str((stage.get("metadata") or {}).get("probability") or "")
    if stage["id"] in {one.id for one in referrals.STAGES}:
        return None, ""
    if _is(probability, 1):
        return WON, ""
    if _is(probability, 0):
        return LOST, ""
    meant = {value for value, words in _WORDS.items() if any(_says(stage["label"], word) for word in words)}
    known, usual = default.stage(pipeline, stage["id"])
    if known and (not meant or usual in meant):
        # HubSpot's own stage keeps its id, whatever an admin calls it now.
        return usual, "" if meant else f"the id says {stage['id']}, its name does not"
    if len(meant) == 1:
        return meant.pop(), ""
    why = (
        f"could be {' or '.join(sorted(meant, key=_ORDER.index))}" if meant else "its name says nothing of AWS's stages"
    )
    return None, f"{why}; probability {probability or 'unknown'}"


def _is(probability: str, value: int) -> bool:
    try:
        return float(probability) == value
    except ValueError:
        return False


def _says(label: str, word: str) -> bool:
    words = "".join(letter if letter.isalnum() else " " for letter in label.lower()).split()
    return f" {word} " in f" {' '.join(words)} "


# Owners


def _owners(owners: Sequence[Json]) -> Iterator[str]:
    domains = Counter(_domain(owner) for owner in owners if _domain(owner))
    usual = domains.most_common(1)[0][0] if domains else ""
    for owner in sorted(owners, key=lambda one: (str(one.get("email")), one["id"])):
        name = " ".join(filter(None, (owner.get("firstName"), owner.get("lastName"))))
        email = str(owner.get("email") or "").lower()
        doubt = ""
        if not email:
            doubt = "has no e-mail address in HubSpot"
        elif _domain(owner) != usual:
            doubt = f"not of {usual}; {email} if that is their user at Partner Central"
        value = "null" if doubt else _quoted(email)
        yield f"  {_quoted(owner['id'])}: {value}  # {_words(name) or 'nameless'}{_flag(doubt)}\n"


def _domain(owner: Json) -> str:
    return str(owner.get("email") or "").lower().partition("@")[2]


def _flag(doubt: str) -> str:
    return f" {DECIDE}: {doubt}" if doubt else ""


def _quoted(text: object) -> str:
    """As YAML takes it for a text: JSON's own way."""
    return json.dumps(str(text), ensure_ascii=False)


def _words(text: object) -> str:
    """For a comment: on one line, without what YAML takes for no text, and without our mark."""
    printable = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(printable.split()).replace(DECIDE, "DECIDE")


# What a file changes


@dataclass(frozen=True)
class Difference:
    where: str
    what: str


def differences(own: FieldMapping, default: FieldMapping) -> list[Difference]:
    """What the partner's mapping has otherwise than the default one, in the file's order."""
    return [*_settings(own, default), *_stages(own, default), *_rows(own, default)]


def _settings(own: FieldMapping, default: FieldMapping) -> Iterator[Difference]:
    if own.profile != default.profile:
        yield Difference("profile", f"{own.profile} instead of {default.profile}")
    if own.also != default.also:
        yield Difference("also", ", ".join(own.also) or "none")
    if own.spend != default.spend:
        said = own.spend.model_dump(exclude_defaults=True, mode="json")
        yield Difference("spend", ", ".join(f"{key} {value}" for key, value in said.items()) or "property")
    if own.aws_people != default.aws_people:
        yield Difference("aws_people", f"{own.aws_people} instead of {default.aws_people}")
    if own.constants != default.constants:
        values = {one.path: one.value for one in default.constants}
        changed = [f"{one.path}: {one.value}" for one in own.constants if values.get(one.path) != one.value]
        yield Difference("constants", ", ".join(changed) or "fewer, or at other times")
    if own.owners:
        unassigned = sum(email is None for email in own.owners.values())
        never = f", {unassigned} of them never assigned" if unassigned else ""
        yield Difference("owners", f"{len(own.owners)} named{never}")


def _stages(own: FieldMapping, default: FieldMapping) -> Iterator[Difference]:
    for pipeline, stages in own.stages.items():
        for stage, value in stages.items():
            known, usual = default.stage(pipeline, stage)
            if not known or usual != value:
                yield Difference(f"stages.{pipeline}.{stage}", value or "not told")
    yield from _gone("stages", default.stages, own.stages)


def _gone(
    section: str, default: Mapping[str, Mapping[str, Any]], own: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for key, members in default.items():
        for member in members:
            if member not in own.get(key, {}):
                yield Difference(f"{section}.{key}.{member}", "gone: deals there are reported")


def _rows(own: FieldMapping, default: FieldMapping) -> Iterator[Difference]:
    usual = {(row.object, row.property, row.path): row for row in default.rows}
    by_property = {(row.object, row.property): row for row in reversed(default.rows)}
    for row in own.rows:
        where = f"{row.object}.{row.property}"
        before = usual.pop((row.object, row.property, row.path), by_property.get((row.object, row.property)))
        if before is None:
            yield Difference(where, "new" + (f", for {row.path}" if row.path else ""))
        elif row.disabled and not before.disabled:
            yield Difference(where, "switched off")
        elif changed := [name for name in type(row).model_fields if getattr(row, name) != getattr(before, name)]:
            yield Difference(where, "changed: " + ", ".join(changed))
    named = {(row.object, row.property) for row in own.rows}
    yield from (Difference(f"{kind}.{name}", "gone") for kind, name, _ in usual if (kind, name) not in named)
