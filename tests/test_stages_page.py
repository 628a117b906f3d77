"""`docs/stages.md` says what the rules do."""

from __future__ import annotations

from tests.support.pages import STAGES, stages


def test_the_tables_are_not_stale() -> None:
    assert STAGES.read_text(encoding="utf-8") == stages(), "run: .venv/bin/python -m tests.support.pages"
