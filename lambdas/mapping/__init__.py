"""The field mapping and AWS's lists, as data, and the one place that reads them from disk."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import yaml
from pydantic import ValidationError

from lambdas.domain.mapping import Constant, Mapping, Row
from lambdas.domain.mapping_checks import Members, Mistake, Mistakes, did_you_mean
from lambdas.domain.tables import Tables
from lambdas.errors import Misconfigured
from lambdas.mapping.sentences import KEY, sentence

__all__ = ["HERE", "Constant", "Document", "Mapping", "Mistake", "Row", "did_you_mean", "load", "parse", "validated"]

HERE: Final = Path(__file__).parent
_LISTS: Final = frozenset({("groups",), ("rows",), ("constants",)})
# libyaml reads the file some ten times faster; PyYAML has it wherever its wheels do.
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load(name: str = "default.yaml") -> Mapping:
    """The mapping of this file, which is packed beside this module.

    Raises Misconfigured with file, line, row and what is wrong, one line per mistake.
    """
    path = HERE / Path(name).name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise Misconfigured(f"{name}: no such mapping file beside {HERE.name}/__init__.py") from None
    return parse(text, name)


def parse(text: str, name: str) -> Mapping:
    """The mapping in this text, which is called `name` in errors. Raises Misconfigured."""
    return validated(Document.read(text, name))


class Origin(Protocol):
    """The data of a mapping, and where each part of it was written."""

    @property
    def data(self) -> dict[str, Any]: ...

    def place(self, loc: Sequence[int | str]) -> str:
        """`file:line: keys` of what these keys and positions lead to."""


@dataclass(frozen=True)
class Document:
    """One file."""

    name: str
    data: dict[str, Any]
    root: yaml.Node

    @classmethod
    def read(cls, text: str, name: str) -> Document:
        """Raises Misconfigured for what is not YAML, or no mapping at all."""
        try:
            root = yaml.compose(text, Loader=_Loader)
            data = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, either way
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f":{mark.line + 1}" if mark else ""
            raise Misconfigured(f"{name}{line}: not YAML: {getattr(error, 'problem', None) or error}") from None
        if not isinstance(data, dict) or root is None:
            raise Misconfigured(
                f"{name}:1: a mapping file begins with extends: default, or holds groups, stages and rows"
            )
        return cls(name, data, root)

    def place(self, loc: Sequence[int | str]) -> str:
        return f"{self.name}:{_line(self.root, loc)}: {'.'.join(map(str, loc)) or 'file'}"


def validated(origin: Origin, members: Members | None = None) -> Mapping:
    """The mapping, checked; against `members` too, where given. Raises Misconfigured, one line per mistake."""
    try:
        return _made(origin.data, members)
    except ValidationError as error:
        found = [*_mistakes(error, origin.data)]
        if not isinstance(_cause(error), Mistakes):
            found += _also_wrong(origin.data, members, found)
    raise Misconfigured("\n".join(_sentence(origin, mistake) for mistake in found))


def _made(data: dict[str, Any], members: Members | None) -> Mapping:
    return Mapping.model_validate(data | {"tables": tables()}, context={"members": members})


def _also_wrong(data: dict[str, Any], members: Members | None, found: Sequence[Mistake]) -> list[Mistake]:
    """What does not go together, found without the parts that are wrong by themselves: none of it follows from those.

    It is not all where what is left is no mapping, as without a label that a row needs.
    """
    rest = _without(data, [mistake.loc for mistake in found])
    try:
        _made(rest, members)
    except ValidationError as error:
        left = [mistake for mistake in _mistakes(error, rest) if not mistake.compares]
        return [mistake for mistake in left if not any(_is_within(mistake.loc, other.loc) for other in found)]
    return []


def _without(data: Any, places: Sequence[Sequence[int | str]]) -> Any:
    """The data without these keys; entries of lists stay, so that each keeps its position."""
    inner = {str(place[0]): [other[1:] for other in places if other[:1] == place[:1]] for place in places if place}
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if () not in inner.get(str(key), ())}
        return {key: _without(value, inner.get(str(key), ())) for key, value in kept.items()}
    if isinstance(data, list):
        return [_without(value, inner.get(str(position), ())) for position, value in enumerate(data)]
    return data


def _is_within(loc: Sequence[int | str], other: Sequence[int | str]) -> bool:
    """Whether the two are about one part: the same entry of a list, or one key in the other's value."""
    one, two = (place[:2] if place[:1] in _LISTS else place for place in (loc, other))
    return all(str(a) == str(b) for a, b in zip(one, two, strict=False))


@cache
def tables() -> Tables:
    """AWS's lists and what people type for their values."""
    return Tables.model_validate(
        {
            "options": _yaml("options.yaml"),
            "aliases": _yaml("aliases.yaml"),
            "countries": [row | {"aliases": _split(row["aliases"])} for row in _csv("countries.csv")],
            "states": [row | {"aliases": _split(row["aliases"])} for row in _csv("states.csv")],
            "industries": {row["hubspot"]: row["aws"] for row in _csv("industries.csv")},
        }
    )


def _yaml(name: str) -> Any:
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, either way


def _csv(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _mistakes(error: ValidationError, data: dict[str, Any]) -> Iterator[Mistake]:
    if isinstance(cause := _cause(error), Mistakes):
        yield from cause.found
        return
    for one in error.errors(include_input=False, include_url=False):
        loc = one["loc"]
        yield Mistake(sentence(one, _at(data, loc)), loc[:-1] if loc[-1:] == (KEY,) else loc)


def _cause(error: ValidationError) -> object:
    """What our own check of the whole has raised, which is only asked where all parts are right."""
    return error.errors(include_input=False, include_url=False)[0].get("ctx", {}).get("error")


def _sentence(origin: Origin, mistake: Mistake) -> str:
    """`file:line: where (whose): what`."""
    row = _at(origin.data, mistake.loc[:2])
    is_row = isinstance(row, dict) and {"object", "property"} <= row.keys()
    called = f" ({row['object']}.{row['property']})" if is_row else ""
    return f"{origin.place(mistake.loc)}{called}: {mistake.what}"


def _at(data: Any, loc: Sequence[int | str]) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _line(node: yaml.Node, loc: Sequence[int | str]) -> int:
    """The line of the deepest node on the way to `loc` that the text has."""
    line: int = node.start_mark.line + 1
    for part in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode) and (key := _key(node, part)) is not None:
            line, node = key[0].start_mark.line + 1, key[1]
        else:
            break
    return line


def _key(node: yaml.MappingNode, name: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((key, value) for key, value in node.value if key.value == str(name)), None)
