"""A partner's own field mapping: a whole file, or the differences from the default one (`extends: default`).

Differences are made whole before anything is deployed, so that what runs reads one file. Here every mistake is named by
file and line, paths included: `members.csv` lists what AWS's operations take and answer, as botocore's model has it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from lambdas.errors import Misconfigured
from lambdas.mapping import HERE, Constant, Document, Mapping, Mistake, Row, did_you_mean, validated

DEFAULT: Final = HERE / "default.yaml"
MEMBERS: Final = Path(__file__).parent / "members.csv"
EXTENDS: Final = "extends"

CREATE, UPDATE, GET, SUMMARY = OPERATIONS = (
    "CreateOpportunity",
    "UpdateOpportunity",
    "GetOpportunity",
    "GetAwsOpportunitySummary",
)
"""The columns of `members.csv`: what the first two take and the others answer."""


def read(text: str, name: str) -> Mapping:
    """The mapping in this text, checked as far as can be. Raises Misconfigured, its lines in the file's order."""
    origin = _origin(text, name)
    known = origin.mistakes if isinstance(origin, Differences) else []
    try:
        mapping = validated(origin, members())
    except Misconfigured as error:
        raise Misconfigured("\n".join(sorted([*known, *str(error).splitlines()], key=_place_in_file))) from None
    if known:
        raise Misconfigured("\n".join(sorted(known, key=_place_in_file)))
    return mapping


def _place_in_file(sentence: str) -> tuple[str, int]:
    """File and line, with which each sentence begins."""
    found = re.match(r"(.+?):(\d+):", sentence)
    return (found[1], int(found[2])) if found else ("", 0)


def packed(text: str, name: str) -> str:
    """The text as running code reads it: a whole file as it stands, differences with what they differ from.

    Only for a text that `read` takes.
    """
    origin = _origin(text, name)
    if isinstance(origin, Document):
        return text
    return yaml.safe_dump(origin.data, sort_keys=False, allow_unicode=True, width=120)


@dataclass(frozen=True)
class ByOperation:
    """Paths with all that lead to them, by operation; `[]` after a list of structures."""

    paths: dict[str, frozenset[str]]

    def mistakes(self, rows: Iterable[Row], constants: Iterable[Constant]) -> Iterator[Mistake]:
        for position, row in enumerate(rows):
            if row.path is not None:
                yield from self._unknown(row.path, _operations(row), ("rows", position, "path"))
        for position, constant in enumerate(constants):
            operations = (CREATE, UPDATE) if constant.when == "always" else (CREATE,)
            yield from self._unknown(constant.path, operations, ("constants", position, "path"))

    def _unknown(self, path: str, operations: Iterable[str], loc: tuple[int | str, ...]) -> Iterator[Mistake]:
        # What is named in the brackets tells one entry of the list from the others.
        plain = re.sub(r"\[\w*\]", "[]", path)
        for operation in operations:
            known = self.paths[operation]
            if plain not in known:
                yield Mistake(f"{operation} has no {path}{did_you_mean(plain, known, likeness=0.75)}", loc)
                return


@cache
def members() -> ByOperation:
    """AWS's members, from `members.csv`."""
    paths: dict[str, set[str]] = {operation: set() for operation in OPERATIONS}
    with MEMBERS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for operation in OPERATIONS:
                if line[operation]:
                    paths[operation].update(_leading_to(line["path"]))
    return ByOperation({operation: frozenset(found) for operation, found in paths.items()})


def _operations(row: Row) -> tuple[str, ...]:
    answer = GET if row.of == "opportunity" else SUMMARY
    return {"to_aws": (CREATE, UPDATE), "from_aws": (answer,), "both": (CREATE, UPDATE, answer), "none": ()}[
        row.direction
    ]


def _leading_to(leaf: str) -> Iterator[str]:
    """`A.B[].C` stands for A, A.B, A.B[].C and A.B[]: a row may be about a list or a structure as a whole."""
    steps = leaf.split(".")
    for end in range(1, len(steps) + 1):
        path = ".".join(steps[:end])
        yield path
        yield path.removesuffix("[]")


# Differences from the default


@dataclass
class Differences:
    """The default mapping with a partner's file laid over it."""

    own: Document
    base: Document
    data: dict[str, Any] = field(default_factory=dict)
    # Of each list: where an entry was written, in whose file.
    entries: dict[str, list[tuple[Document, int]]] = field(default_factory=dict)
    # A sentence for each entry that is neither new nor changes one; it is left out.
    mistakes: list[str] = field(default_factory=list)

    def place(self, loc: Sequence[int | str]) -> str:
        """The partner's line where they wrote the entry or changed it, else the default's."""
        section, rest = loc[0] if loc else "", loc[1:]
        if isinstance(section, str) and section in self.entries and rest and isinstance(rest[0], int):
            document, position = self.entries[section][rest[0]]
            return document.place((section, position, *rest[1:]))
        return (self.own if section in self.own.data or not loc else self.base).place(loc)


_Finder = Callable[[list[dict[str, Any]], dict[str, Any]], "int | str | None"]
"""The position of the default's entry that one of the partner's changes; None for a new one, a sentence for neither."""


def _origin(text: str, name: str) -> Document | Differences:
    own = Document.read(text, name)
    if twice := [
        f"{name}:{key.start_mark.line + 1}: {key.value} stands here twice, "
        f"first in line {first.start_mark.line + 1}; keep one"
        for first, key in _repeated(own.root)
    ]:
        raise Misconfigured("\n".join(twice))
    if EXTENDS not in own.data:
        return own
    if own.data[EXTENDS] != "default":
        raise Misconfigured(f"{own.place((EXTENDS,))}: only default can be extended; write extends: default")
    return _laid_over(own, Document.read(DEFAULT.read_text(encoding="utf-8"), DEFAULT.name))


def _repeated(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Keys, each with the first of its name in the same place: YAML would follow the last without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[tuple[str, str], yaml.Node] = {}
        for key, value in node.value:
            first = seen.setdefault((key.tag, str(key.value)), key)
            if first is not key:
                yield first, key
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _repeated(entry)


def _laid_over(own: Document, base: Document) -> Differences:
    found = Differences(own, base)
    for section in dict.fromkeys((*base.data, *own.data)):
        ours, theirs = base.data.get(section), own.data.get(section)
        if section == EXTENDS:
            continue
        if section in _FINDERS and isinstance(theirs or [], list):
            found.data[section], found.entries[section], wrong = _entries(section, own, base)
            found.mistakes += wrong
        elif section not in own.data:
            found.data[section] = ours
        else:
            found.data[section] = _joined(ours, theirs) if isinstance(ours, dict) else theirs
    return found


def _entries(section: str, own: Document, base: Document) -> tuple[list[Any], list[tuple[Document, int]], list[str]]:
    """The entries of a list, where each was written, and the partner's that are neither new nor anybody's."""
    entries, find = list(base.data.get(section) or ()), _FINDERS[section]
    places = [(base, position) for position in range(len(entries))]
    known, mistakes = list(entries), []
    for position, entry in enumerate(own.data.get(section) or ()):
        at = find(known, entry) if isinstance(entry, dict) else None
        if isinstance(at, int) and places[at][0] is own:
            at = "this file has changed the same entry above"
        if isinstance(at, str):
            mistakes.append(f"{own.place((section, position))}{_called(entry)}: {at}")
        elif at is None:
            entries.append(entry)
            places.append((own, position))
        else:
            entries[at] = _joined(known[at], entry)
            places[at] = (own, position)
    return entries, places, mistakes


def _joined(ours: dict[str, Any], theirs: Any) -> Any:
    """Keys of the partner's replace the default's; structures are joined all the way down."""
    if not isinstance(theirs, dict):
        return theirs
    return ours | {
        key: _joined(ours[key], value) if isinstance(ours.get(key), dict) else value for key, value in theirs.items()
    }


def _called(entry: dict[str, Any]) -> str:
    return f" ({entry['object']}.{entry['property']})" if {"object", "property"} <= entry.keys() else ""


def _row(known: list[dict[str, Any]], entry: dict[str, Any]) -> int | str | None:
    """By object and property, and by path where a property has several rows. A row with a label of its own is new."""
    kind, name, path = entry.get("object"), entry.get("property"), entry.get("path")
    rows = [at for at, row in enumerate(known) if (row["object"], row["property"]) == (kind, name)]
    same = [at for at in rows if known[at].get("path") == path]
    if "path" in entry and same:
        return same[0]
    if "label" in entry and ("path" in entry or not rows):
        return None
    if len(rows) == 1:
        return rows[0]
    if rows:
        paths = " or ".join(str(known[at].get("path")) for at in rows)
        return f"the property has several rows; say which one by its path, {paths}"
    if kind is None or name is None:
        return "a row begins with object and property"
    near = did_you_mean(str(name), [row["property"] for row in known if row["object"] == kind])
    return (
        f"the default mapping has no such property{near or '; a new one needs a label, and a group or standard: true'}"
    )


def _by(*keys: str) -> _Finder:
    def find(known: list[dict[str, Any]], entry: dict[str, Any]) -> int | None:
        wanted = [entry.get(key) for key in keys]
        return next((at for at, one in enumerate(known) if [one.get(key) for key in keys] == wanted), None)

    return find


_FINDERS: Final[dict[str, _Finder]] = {"rows": _row, "groups": _by("object", "name"), "constants": _by("path")}
