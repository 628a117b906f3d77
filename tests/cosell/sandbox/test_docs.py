"""`docs/sandbox.md` is true: its example runs, and what it says of the engine is what the engine says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cosell.sandbox import faults, stepfunctions

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("assembly")
def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(example, "docs/sandbox.md", "exec"), {})  # noqa: S102 - its assertions are the test


def test_it_lists_the_engines_known_differences() -> None:
    listed = (stepfunctions.__doc__ or "").partition("Known differences to AWS:")[2]
    differences = re.findall(r"^- (.*?)(?=^- |\Z)", listed, re.MULTILINE | re.DOTALL)
    said = " ".join(PAGE.split())

    assert len(differences) >= 10
    assert [each for each in differences if " ".join(each.split()) not in said] == []


def test_it_lists_every_kind_of_fault() -> None:
    (table,) = re.findall(r"\| `with_` \|.*?\n\n", PAGE, re.DOTALL)

    assert set(re.findall(r"`([a-z ]+)`(?=,| \|)", table)) == set(get_args(faults.Kind))
