"""A user's mistake gets one sentence that says what to do, and never a traceback."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cosell.cli import main


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["cosell", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sandbox", "--prot", "1"), "No such option: --prot"),
        (("sandbox", "--port", "many"), "Invalid value for '--port'"),
        (("sandbox", "--port", "70000"), "Invalid value for '--port'"),
        (("demmo",), "No such command 'demmo'"),
        (("act", "edit-deal", "1", "spend"), "spend is not PROPERTY=VALUE; e.g. aws_monthly_spend=20000"),
    ],
)
def test_wrong_words_are_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    code = _run(monkeypatch, *arguments)

    err = capsys.readouterr().err
    assert code == 2
    assert sentence in err
    assert "Try 'python -m cosell" in err
    assert "Traceback" not in err


def test_a_port_in_use_is_named_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], taken_port: int
) -> None:
    code = _run(monkeypatch, "sandbox", "--port", str(taken_port))

    said = " ".join(capsys.readouterr().err.split())
    assert code == 1
    assert said.startswith(f"Port {taken_port} is in use: stop what runs there, or choose another with --port ")


@pytest.mark.parametrize("text", ["{", "{}", '{"format": 99}', '{"format": 1}'])
def test_a_kept_sandbox_that_cannot_be_read_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int, tmp_path: Path, text: str
) -> None:
    kept = tmp_path / "sandbox.json"
    kept.write_text(text)

    code = _run(monkeypatch, "sandbox", "--port", str(free_port), "--state", str(kept))

    said = " ".join(capsys.readouterr().err.split())
    assert code == 1
    assert said.endswith(". Begin anew with --fresh, or keep this file and name another with --state.")
    assert "Traceback" not in said
    assert kept.read_text() == text


def test_acting_without_a_sandbox_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    code = _run(monkeypatch, "act", "--port", str(free_port), "look")

    said = " ".join(capsys.readouterr().err.split())
    assert code == 1
    assert said.startswith(f"No sandbox answers on port {free_port}: start one with `make sandbox`")


def test_help_lists_the_commands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = _run(monkeypatch, "--help")

    out = capsys.readouterr().out
    assert code == 0
    for command in ("demo", "sandbox", "bench", "soak", "act"):
        assert f"  {command} " in out
    assert not re.search(r"\w\.\.\.$", out, re.MULTILINE), "a description is cut at 80 columns"


def test_a_python_without_packages_says_where_they_are() -> None:
    done = subprocess.run([sys.executable, "-S", "-m", "cosell"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "`make demo` installs them" in done.stderr
    assert "Traceback" not in done.stderr
