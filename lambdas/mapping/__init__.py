"""The field mapping and AWS's lists, as data, and the one place that reads them from disk."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambdas.domain.mapping import Mapping, Mistake
from lambdas.domain.tables import Tables
from lambdas.errors import Misconfigured

HERE: Final = Path(__file__).parent
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
    try:
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, either way
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise Misconfigured(f"{name}{line}: not YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(data, dict):
        raise Misconfigured(f"{name}:1: a mapping file holds groups, stages and rows")
    try:
        return Mapping.model_validate(data | {"tables": tables()})
    except ValidationError as error:
        mistakes = [_mistake(name, root, data, e) for e in error.errors(include_input=False, include_url=False)]
        raise Misconfigured("\n".join(mistakes)) from None


@cache
def tables() -> Tables:
    """AWS's lists and what people type for their values."""
    return Tables.model_validate(
        {
            "options": yaml.load((HERE / "options.yaml").read_text(encoding="utf-8"), Loader=_Loader),  # noqa: S506
            "countries": [row | {"aliases": _split(row["aliases"])} for row in _csv("countries.csv")],
            "states": [row | {"aliases": _split(row["aliases"])} for row in _csv("states.csv")],
            "industries": {row["hubspot"]: row["aws"] for row in _csv("industries.csv")},
        }
    )


def _csv(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _mistake(name: str, root: yaml.Node | None, data: dict[str, Any], error: ErrorDetails) -> str:
    """`file:line: where (whose): what`."""
    cause = error.get("ctx", {}).get("error")
    loc = cause.loc if isinstance(cause, Mistake) else error["loc"]
    row = _at(data, loc[:2])
    is_row = isinstance(row, dict) and {"object", "property"} <= row.keys()
    called = f" ({row['object']}.{row['property']})" if is_row else ""
    place = ".".join(str(part) for part in loc) or "file"
    return f"{name}:{_line(root, loc)}: {place}{called}: {error['msg'].removeprefix('Value error, ')}"


def _at(data: Any, loc: tuple[int | str, ...]) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line of the deepest node on the way to `loc` that the text has."""
    line = node.start_mark.line + 1 if node else 1
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
