"""The command line as its users have it: words in, an exit code and what is printed out."""

from __future__ import annotations

import sys

import pytest

from cosell.cli import main


class Terminal:
    """Runs commands of `python -m cosell` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.environment = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """The exit code, and all that was printed, on one line."""
        self.environment.setattr(sys, "argv", ["cosell", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err
        code = ended.value.code
        return (code if isinstance(code, int) else 0), " ".join((printed.out + printed.err).split())
