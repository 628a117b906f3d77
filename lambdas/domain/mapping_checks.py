"""Whether the parts of a field mapping go together: what a person gets wrong in the file, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from lambdas.domain.mapping import Constant, Mapping, Row


_NEEDED: Final = frozenset({"aws_share", "aws_opportunity_id"})
"""Deal properties that Cosell asks for whatever the mapping says: what is shared, and as which opportunity."""


class Mistake(NamedTuple):
    """Something in a mapping that does not go with the rest of it."""

    what: str
    loc: tuple[int | str, ...]
    """Keys and positions that lead to it."""
    compares: bool = False
    """Whether it is about another row as well, which may be wrong itself."""


class Mistakes(ValueError):
    """All that does not go together in one mapping."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(mistake.what for mistake in self.found))


class Members(Protocol):
    """What AWS's operations take and answer. Only who changes a mapping needs to have it checked against that."""

    def mistakes(self, rows: Iterable[Row], constants: Iterable[Constant]) -> Iterator[Mistake]:
        """The paths that AWS does not have."""


def mistakes(mapping: Mapping, members: Members | None = None) -> Iterator[Mistake]:
    """All of them, in the file's order within each part; `members` adds what AWS does not know."""
    yield from _rows(mapping)
    yield from _takers(mapping)
    yield from _switches(mapping)
    yield from _stages(mapping)
    yield from _owners(mapping)
    if members is not None:
        yield from members.mistakes(mapping.rows, mapping.constants)


def did_you_mean(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """The end of a sentence about an unknown name. Long names that begin alike need more likeness."""
    near = get_close_matches(name, list(known), n=1, cutoff=likeness)
    return f"; did you mean {near[0]}?" if near else ""


def _rows(mapping: Mapping) -> Iterator[Mistake]:
    groups = {(group.object, group.name) for group in mapping.groups}
    seen: dict[tuple[str, str], list[Row]] = {}
    for position, row in enumerate(mapping.rows):
        here = ("rows", position)
        if isinstance(row.options, str) and row.options not in mapping.tables.options:
            near = did_you_mean(row.options, mapping.tables.options)
            yield Mistake(f"no option list is called {row.options}{near}", (*here, "options"))
        else:
            yield from _default(row, mapping.options(row), (*here, "default"))
        if row.group is not None and (row.object, row.group) not in groups:
            yield Mistake(f"no group of a {row.object} is called {row.group}", (*here, "group"))
        others = seen.setdefault((row.object, row.property), [])
        if any(other.path == row.path for other in others):
            yield Mistake("a property has one row for each path", (*here, "property"), compares=True)
        elif not row.standard and others and _definition(row) != _definition(others[0]):
            what = "this property has a row above; label, type, field, options, group and unique must be the same"
            yield Mistake(what, (*here, "property"), compares=True)
        others.append(row)


def _default(row: Row, options: Iterable[str], here: tuple[int | str, ...]) -> Iterator[Mistake]:
    """A default goes to AWS as it stands, for every deal that says nothing."""
    known = list(options)
    for value in (row.default,) if isinstance(row.default, str) else row.default or ():
        if known and value not in known:
            yield Mistake(f"{value} is none of the options{did_you_mean(value, known)}", here)


def _definition(row: Row) -> tuple[object, ...]:
    """What the property is in HubSpot, whatever it stands for."""
    return row.label, row.type, row.field, row.options, row.group, row.unique


def _takers(mapping: Mapping) -> Iterator[Mistake]:
    """AWS's value of a path goes into one property of a record."""
    takers: dict[tuple[str, str], Row] = {}
    active = {id(row) for row in mapping.active}
    for position, row in enumerate(mapping.rows):
        if row.path is None or row.direction != "both" or id(row) not in active:
            continue
        first = takers.setdefault((row.object, row.path), row)
        if first is not row:
            what = f"{first.property} already takes AWS's value of {row.path}; make one of the two to_aws"
            yield Mistake(what, ("rows", position, "direction"), compares=True)


def _switches(mapping: Mapping) -> Iterator[Mistake]:
    own = {row.property for row in mapping.rows if not row.standard}
    for position, name in enumerate(mapping.also):
        if name not in own:
            yield Mistake(f"no property of ours is called {name}{did_you_mean(name, own)}", ("also", position))
    sent = {(row.object, row.path) for row in mapping.active if row.direction in {"to_aws", "both"}}
    for position, row in enumerate(mapping.rows):
        here = ("rows", position, "disabled")
        if row.disabled and row.object == "deal" and row.property in _NEEDED:
            yield Mistake("cannot be switched off: Cosell finds deals by it", here)
        elif row.disabled and row.required == "always" and not row.default and (row.object, row.path) not in sent:
            yield Mistake(f"AWS always wants {row.path}: give it a default, or a row with another property", here)


def _stages(mapping: Mapping) -> Iterator[Mistake]:
    known = mapping.tables.options["stages"]
    if not all(mapping.stages.values()) or not mapping.stages:
        yield Mistake("each pipeline has a stage at least, and there is one pipeline at least", ("stages",))
    for pipeline, stages in mapping.stages.items():
        for stage, value in stages.items():
            if value is not None and value not in known:
                yield Mistake(f"AWS has no stage {value}{did_you_mean(value, known)}", ("stages", pipeline, stage))
            if value == "Launched":
                what = "no stage stands for Launched, which a seller chooses in aws_action; a won deal is Committed"
                yield Mistake(what, ("stages", pipeline, stage))


def _owners(mapping: Mapping) -> Iterator[Mistake]:
    address = re.compile(r"[^@\s]+@[^@\s]+")
    for owner, email in mapping.owners.items():
        here = ("owners", owner)
        if not owner.isdecimal() and not address.fullmatch(owner):
            yield Mistake("an owner in HubSpot is named by their id or their e-mail address", here)
        if email is not None and not address.fullmatch(email):
            yield Mistake(f"must be an e-mail address, or null for nobody, not {email}", here)
