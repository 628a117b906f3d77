"""The house has rooms, and doors between them go one way. What is true of every file is held here, once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("cosell", "lambdas", "stacks", "statemachines")

MAY_IMPORT = {
    "lambdas/domain": {"lambdas.domain", "lambdas.mapping", "lambdas.errors", "lambdas.settings"},
    "lambdas/mapping": {"lambdas.mapping", "lambdas.domain", "lambdas.errors", "lambdas.settings"},
    "lambdas/adapters": {
        "lambdas.adapters", "lambdas.domain", "lambdas.mapping",
        "lambdas.errors", "lambdas.settings", "lambdas.runtime",
    },
    "lambdas": {"lambdas"},
    "statemachines": {"statemachines", "lambdas.errors"},
    "stacks": {"stacks", "statemachines", "lambdas.errors", "lambdas.mapping"},
    "cosell/sandbox/stepfunctions": {"cosell.sandbox.stepfunctions", "cosell.sandbox.wire"},
    "cosell/sandbox/partner_central": {
        "cosell.sandbox.partner_central", "cosell.sandbox.wire", "cosell.sandbox.saving", "cosell.sandbox.agenda",
        "cosell.sandbox.stepfunctions.clock",
    },
    "cosell/sandbox/hubspot": {
        "cosell.sandbox.hubspot", "cosell.sandbox.wire", "cosell.sandbox.saving", "cosell.sandbox.stepfunctions.clock",
    },
    "cosell": {"app", "cosell", "lambdas", "stacks", "statemachines"},
}  # fmt: skip
"""Folder -> the project's own modules that its files may import. The deepest folder named here decides."""

KEEPS_OUT = {"lambdas/domain": {"boto3", "botocore", "httpx", "os", "socket", "subprocess", "urllib3"}}
"""Folder -> foreign modules that would make it do I/O."""


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """Every module named by an import, `from a import b` as `a.b` where that is a module of the project."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            for alias in node.names:
                inner = ROOT / module.replace(".", "/") / alias.name
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{module}.{alias.name}" if is_module else module


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """The module that `from ... import` names; each leading dot is one folder up."""
    if not node.level:
        return node.module or ""
    package = path.parents[node.level - 1].relative_to(ROOT).parts
    return ".".join((*package, *filter(None, [node.module])))


def _rule_for(path: Path, rules: dict[str, set[str]]) -> set[str]:
    folder = path.relative_to(ROOT).parent
    for candidate in (folder, *folder.parents):
        if candidate.as_posix() in rules:
            return rules[candidate.as_posix()]
    return set()


def _id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", _files(), ids=_id)
def test_imports_point_one_way(path: Path) -> None:
    allowed, own = _rule_for(path, MAY_IMPORT), {"app", *ROOMS}

    wrong = [
        name
        for name in _imports(path)
        if name.split(".")[0] in own and not any(name == door or name.startswith(f"{door}.") for door in allowed)
    ]

    assert wrong == [], f"{_id(path)} may import {sorted(allowed)} of the project"


def test_a_relative_import_is_seen_through() -> None:
    (node,) = ast.parse("from ..wire import Request").body

    assert isinstance(node, ast.ImportFrom)
    assert _absolute(node, ROOT / "cosell/sandbox/hubspot/routes.py") == "cosell.sandbox.wire"


@pytest.mark.parametrize("path", _files(), ids=_id)
def test_the_rules_do_no_io(path: Path) -> None:
    forbidden = _rule_for(path, KEEPS_OUT)

    assert {name.split(".")[0] for name in _imports(path)} & forbidden == set()


@pytest.mark.parametrize("path", _files(), ids=_id)
def test_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())

    assert not tree.body or ast.get_docstring(tree), f"{_id(path)} has no docstring"


def test_every_task_is_one_handler_in_a_file_of_its_name() -> None:
    for path in sorted((ROOT / "lambdas/tasks").glob("[!_]*.py")):
        handlers = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
        assert "handler" in handlers, f"{_id(path)} has no handler"
        assert "_" in path.stem, f"{_id(path)} is not named verb_object"
