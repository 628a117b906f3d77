"""`make sandbox`, in a process of its own, as another terminal meets it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import boto3
import httpx

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
# A background job ignores Ctrl-C, and so do its children: this one listens to it in any case.
SANDBOX = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("cosell", run_name="__main__")
"""
DEPLOYS = """
import pathlib
from cosell import terminal
terminal.synthesized = lambda _console: pathlib.Path({assembly!r})
"""
"""Before `SANDBOX`: what is deployed stands there already, which saves the seconds of the synth."""


class Running(NamedTuple):
    port: int
    process: subprocess.Popen[str]
    welcome: str
    """All it says until it is ready."""

    def reads_until(self, pattern: str) -> str:
        """What it says next, up to a line that matches; fails where it ends before."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if re.search(pattern, line):
                return said
        raise AssertionError(f"it ended without a line like {pattern}:\n{said}")

    def act(self, *arguments: str, fails: bool = False, columns: int = 80) -> str:
        """What the command says, on standard error where it fails as expected."""
        command = [sys.executable, "-m", "cosell", "act", "--port", str(self.port), *arguments]
        terminal = {**os.environ, "COLUMNS": str(columns)}
        done = subprocess.run(command, cwd=ROOT, env=terminal, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == int(fails), done.stderr
        return done.stderr if fails else done.stdout

    def aws(self, *arguments: str) -> str:
        """The AWS CLI, with the variables that the welcome tells to export."""
        (export,) = re.findall(r"^export (.*)$", self.welcome, re.MULTILINE)
        told = dict(word.split("=", 1) for word in export.split())
        command = [str(BIN / "aws"), *arguments, "--output", "text"]
        done = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout


@contextmanager
def started(state: Path, *options: str, assembly: Path | None = None) -> Iterator[Running]:
    """A sandbox that is kept in that file, once it is ready; without `assembly` it synthesizes the stacks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = SANDBOX if assembly is None else DEPLOYS.format(assembly=str(assembly)) + SANDBOX
    command = [sys.executable, "-c", code, "sandbox", "--port", str(port), "--state", str(state), *options]
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            starting = Running(port, process, "")
            yield starting._replace(welcome=starting.reads_until("^Ready"))
        finally:
            process.kill()


def stopped(running: Running, how: signal.Signals) -> str:
    """What it says when it is told to end."""
    os.killpg(running.process.pid, how)  # as a terminal does: all processes of the session get it
    said, rest = running.reads_until("^Stopped"), running.process.stdout
    assert running.process.wait(timeout=30) == 0
    assert rest is not None
    assert rest.read() == "", "no noise after the last word"
    return said


def test_two_sessions_from_the_welcome_to_ctrl_c(tmp_path: Path, assembly: Path) -> None:
    state = tmp_path / "kept" / "sandbox.json"
    with started(state, "--empty", "--speed", "200") as running:
        assert f"Begins anew with 0 deals and 0 opportunities. It is kept in {state}" in running.welcome
        _a_session(running)
        said = stopped(running, signal.SIGINT)
    assert re.search(rf"^Stopped. Kept in {state}: deals 1, executions \d+\.$", said, re.MULTILINE)
    assert "Traceback" not in said

    with started(state, "--speed", "200", assembly=assembly) as running:
        assert f"Goes on with 1 deal and 1 opportunity from {state}, saved just now." in running.welcome
        running.act("approve", "O10280086")
        running.reads_until("IN_STEP")
        assert re.search(r"^31000000001 .*Approved", running.act("look"), re.MULTILINE)
        stopped(running, signal.SIGTERM)


def _a_session(running: Running) -> None:
    url = f"http://127.0.0.1:{running.port}"
    (machine,) = set(re.findall(r"arn:aws:states:\S+:stateMachine:cosell-sandbox-deal-lifecycle", running.welcome))
    assert url in running.welcome
    assert "\x1b" not in running.welcome, "no control characters in a pipe"

    # A seller in another terminal
    assert running.act("create-deal") == "Deal 31000000001 is created and shared with AWS.\n"
    assert "cosell-sandbox-deal-lifecycle" in running.reads_until("IN_STEP")
    assert re.search(r"^31000000001 .* O10280086 ", running.act("look", columns=60), re.MULTILINE), "to be copied"
    assert running.act("edit-deal", "31000000001", "nonsense=1", fails=True) == (
        'Not done: Property "nonsense" does not exist\n'
    )
    assert running.act("edit-deal", "31000000001", "aws_visibility=Half", fails=True) == (
        "Not done: Half was not one of the allowed options: [Full, Limited]\n"
    )

    # boto3 and the AWS CLI
    key = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
    states = boto3.client("stepfunctions", endpoint_url=url, region_name="us-east-1", **key)
    found = states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    printed = running.aws("stepfunctions", "list-executions", "--state-machine-arn", machine)
    assert found
    assert all(execution["executionArn"] in printed for execution in found)

    # An outage: the printed command redrives what failed
    running.act("break", "hubspot")
    running.act("submit-deal", "31000000001")
    said = running.reads_until("Mend the cause")
    assert "RemoteUnavailable: HubSpot GET" in said
    assert "in a terminal with the export above" in said, "else the command goes to AWS itself"
    running.act("heal")
    running.aws(*said.strip().rpartition("/aws ")[2].split())
    running.reads_until("IN_STEP")

    # A request that is garbage
    garbage = httpx.post(url, content=b"garbage", headers={"X-Amz-Target": "AWSEvents.PutEvents"}, trust_env=False)
    assert garbage.status_code == 400
