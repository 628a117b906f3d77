from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import app
from tests.support.synth import WITHOUT_ZIP, synthesized

ROOT = Path(__file__).parents[1]


def test_the_deployment_is_picked_by_context(tmp_path: Path) -> None:
    assembly = app.build(WITHOUT_ZIP | {"deployment": "cosell"}, str(tmp_path))

    assert [stack.stack_name for stack in assembly.stacks] == ["cosell-data", "cosell-app"]


def test_a_synth_in_process_writes_what_the_command_writes(tmp_path: Path) -> None:
    """The CDK CLI hands its context over in the environment, and names the folder. No Node is on this PATH."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | WITHOUT_ZIP
    environment = dict(os.environ, PATH="", CDK_OUTDIR=str(tmp_path), CDK_CONTEXT_JSON=json.dumps(context))
    del environment["JSII_NODE"]

    command = [sys.executable, str(ROOT / "app.py")]
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 our own

    for stack in ("cosell-sandbox-data", "cosell-sandbox-app"):
        assert json.loads((tmp_path / f"{stack}.template.json").read_text()) == synthesized().template(stack)


def test_a_wrong_configuration_is_a_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "-c", "deployment=nowhere"])
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path))

    assert app.main() == 1

    assert capsys.readouterr().err.startswith("cdk.json: deployment: 'nowhere' has no block under context.cosell")


def test_a_context_that_is_no_pair_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "-c", "cosell"])

    with pytest.raises(SystemExit):
        app.main()

    assert "-c cosell: must be KEY=VALUE" in capsys.readouterr().err


def test_a_zip_that_cannot_be_built_is_a_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on a machine that never fetched the wheels, and has no network now."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path / "out"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))

    assert app.main() == 1

    said = capsys.readouterr().err
    assert "The functions' zip could not be built: uv pip failed: " in said
    assert "network was disabled" in said
