"""Every switch does something, and says where its default comes from."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from cosell.sandbox.partner_central import Switches, switches

NAMES = [field.name for field in fields(Switches)]


@cache
def used_in_tests() -> set[str]:
    """The keywords of calls of `partner(...)` in the tests beside this one."""
    calls = [
        node
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "partner"
    ]
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg is not None}


@pytest.mark.parametrize("name", NAMES)
def test_every_switch_has_a_test(name: str) -> None:
    assert name in used_in_tests()


@pytest.mark.parametrize("name", NAMES)
def test_every_switch_says_where_it_comes_from(name: str) -> None:
    body = next(
        node for node in ast.walk(ast.parse(inspect.getsource(switches))) if isinstance(node, ast.ClassDef)
    ).body
    position = next(
        index
        for index, node in enumerate(body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name
    )
    following = body[position + 1]
    assert isinstance(following, ast.Expr)
    assert isinstance(following.value, ast.Constant)
    text = " ".join(str(following.value.value).split()).lower()
    assert any(
        source in text for source in ("dg", "samples", "not documented", "documented as", "eventbridge", "reference")
    )
