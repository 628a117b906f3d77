"""The tables of `docs/sandbox.md`: each rule a simulator claims, with its source and its test, and each switch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.support.rules import Source

_ROOT = Path(__file__).parents[2]
SIMULATORS = {"partner_central": "Partner Central", "hubspot": "HubSpot"}


@dataclass(frozen=True)
class Row:
    """A rule, and the test that proves it."""

    text: str
    sources: tuple[Source, ...]
    switch: str | None
    test: str


@dataclass(frozen=True)
class Module:
    """A test module of a simulator: what it says it is about, its rules, and its tests that prove none."""

    path: Path
    about: str
    rows: tuple[Row, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Switch:
    """A field of a simulator's `Switches`: its default as it is written, and what it settles."""

    name: str
    default: str
    about: str


@cache
def modules(simulator: str) -> tuple[Module, ...]:
    """The test modules of a simulator, by name."""
    folder = _ROOT / "tests" / "cosell" / "sandbox" / simulator
    return tuple(_module(path) for path in sorted(folder.glob("test_*.py")))


def rules(simulator: str) -> str:
    """The rules as Markdown, one table for each test module, folded away under their number."""
    told = [module for module in modules(simulator) if module.rows]
    count = sum(len(module.rows) for module in told)
    tables = "\n".join(_table(module) for module in told)
    return f"<details>\n<summary>{count} rules of {SIMULATORS[simulator]}</summary>\n\n{tables}\n</details>\n"


def switches(simulator: str) -> str:
    """The switches as a Markdown table."""
    lines = ["| switch | default | what it settles | test |", "|---|---|---|---|"]
    for switch in switches_of(simulator):
        tests = [
            _link(module.path, row.test)
            for module in modules(simulator)
            for row in module.rows
            if row.switch == switch.name
        ]
        lines.append(f"| `{switch.name}` | `{switch.default}` | {_cell(switch.about)} | {', '.join(tests)} |")
    return "\n".join(lines) + "\n"


def switches_of(simulator: str) -> tuple[Switch, ...]:
    """The fields of a simulator's `Switches`, in order; what each settles is the text below it."""
    tree = _parsed(_ROOT / "cosell" / "sandbox" / simulator / "switches.py")
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Switches")
    return tuple(
        Switch(field.target.id, ast.unparse(field.value), _text(about))
        for field, about in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.value is not None
    )


def _module(path: Path) -> Module:
    tree = _parsed(path)
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    rows = {node.name: row for node in tests for row in _rows(node)}
    about = (ast.get_docstring(tree) or path.stem).partition("\n")[0].rstrip(".")
    others = tuple(node.name for node in tests if node.name not in rows)
    return Module(path, about, tuple(rows.values()), others)


def _rows(test: ast.FunctionDef) -> Iterator[Row]:
    for call in test.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "rule":
            text, *sources = call.args
            named = tuple(Source[source.attr] for source in sources if isinstance(source, ast.Attribute))
            by = [ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "switch"]
            yield Row(ast.literal_eval(text), named, by[0] if by else None, test.name)


def _table(module: Module) -> str:
    lines = [f"**{_cell(module.about)}**\n", "| rule | source | test |", "|---|---|---|"]
    lines += [f"| {_cell(row.text)} | {_source(row)} | {_link(module.path, row.test)} |" for row in module.rows]
    return "\n".join(lines) + "\n"


def _source(row: Row) -> str:
    links = [f"[{source.label}]({source.url})" for source in row.sources]
    return ", ".join([*links, *([f"switch `{row.switch}`"] if row.switch else [])])


def _link(path: Path, test: str) -> str:
    return f"[{test.removeprefix('test_').replace('_', ' ')}](../{path.relative_to(_ROOT).as_posix()})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _text(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
