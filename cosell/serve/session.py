"""`make sandbox`: the world in real time on one loopback port, and what to do with it."""

from __future__ import annotations

import errno
import shlex
import shutil
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cosell.sandbox import Sandbox
from cosell.sandbox.server import LOOPBACK
from cosell.sandbox.stepfunctions import Clock, Execution
from cosell.serve import acts
from cosell.terminal import DEFAULT_PORT, Trouble, verbatim
from cosell.views.timeline import cause


def claim(port: int) -> None:
    """Raises Trouble where somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will: one just stopped is no hurdle
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise _taken(port, error) from None


def serve(console: Console, assembly: Path, *, port: int, seed: int = 0, speed: float = 1.0) -> int:
    """Serves until Ctrl-C or SIGTERM; returns the exit code. Raises Trouble where the port is taken."""
    with console.status("Deploying the stacks ..."):
        world = Sandbox(assembly, seed=seed, clock=Clock(time.time()))
    with world:
        try:
            server = world.listen(port=port)
        except OSError as error:
            raise _taken(port, error) from None
        server.router.pages.append(acts.page(world))
        world.cloud.machines.on_status.append(lambda execution: _tell(console, execution))
        world.advance(max(0.0, time.time() - world.clock.now))
        _welcome(console, world, server.url)
        server.serve_forever(speed=speed)
        runs, deals = len(world.executions.all), len(world.hubspot.simulator.records("deals"))
    console.print(f"Stopped. What was in it is gone: deals {deals}, executions {runs}.")
    return 0


def _taken(port: int, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else DEFAULT_PORT
        return Trouble(f"Port {port} is in use: stop what runs there, or choose another with --port {other}.")
    return Trouble(f"Port {port} cannot be used ({error.strerror}): choose another with --port {DEFAULT_PORT}.")


def _welcome(console: Console, world: Sandbox, url: str) -> None:
    machines = {machine.name: machine.arn for machine in world.cloud.machines.machines.values()}
    hubspot = world.hubspot.simulator
    facts = {
        "AWS and HubSpot": url,
        "HubSpot token": hubspot.app.token,
        "Webhook": hubspot.app.target_url or "",
        "Tables": ", ".join(world.table(name) for name in ("links", "sync-state")),
    }
    for name, value in facts.items():
        verbatim(console, f"{name:<17}{value}")
    for title, commands in _recipes(
        url, next(arn for name, arn in machines.items() if "deal-lifecycle" in name), world
    ):
        console.print()
        console.print(Text(title, style="bold"))
        verbatim(console, "\n".join(commands))
    console.print()
    console.print(Text("Ready. Executions show here as they end; Ctrl-C stops everything.", style="bold green"))


def _recipes(url: str, machine: str, world: Sandbox) -> list[tuple[str, tuple[str, ...]]]:
    """Commands to copy, by what they are good for."""
    port = url.rpartition(":")[2]
    act = f"{_beside('python')} -m cosell act" + ("" if port == str(DEFAULT_PORT) else f" --port {port}")
    aws = f"{_beside('aws')} stepfunctions"
    credentials = "AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox"
    boto3 = f"""import boto3; print(boto3.client("stepfunctions").list_executions(stateMachineArn="{machine}"))"""
    token = world.hubspot.simulator.app.token
    deals = f"{url}/crm/v3/objects/deals?properties=dealname,aws_opportunity_id,aws_sync_status"
    return [
        (
            "In another terminal, in this directory, be the seller and AWS",
            (f"{act} create-deal", f"{act} look", f"{act} approve OPPORTUNITY", f"{act} --help"),
        ),
        (
            "Look at executions with the AWS CLI or boto3; the credentials open nothing but this sandbox",
            (
                f"export AWS_ENDPOINT_URL={url} {credentials}",
                f"{aws} list-executions --state-machine-arn {machine}",
                f"{aws} get-execution-history --execution-arn ARN",
                f"{_beside('python')} -c '{boto3}'",
            ),
        ),
        (
            "Break something, see executions fail after some minutes of retries, heal, redrive each",
            (
                f"{act} break hubspot",
                f"{act} create-deal",
                f"{act} heal",
                f"{aws} redrive-execution --execution-arn ARN",
            ),
        ),
        (
            "Read HubSpot through its API; what this token writes is Cosell's own writing, which Cosell ignores",
            (f"curl -H 'Authorization: Bearer {token}' '{deals}'",),
        ),
    ]


def _beside(program: str) -> str:
    """How to call a program of this environment from here: by its name where that is the same one."""
    ours = Path(sys.executable).parent / program
    found = shutil.which(program)
    if not ours.exists() or (found and Path(found).absolute() == ours):
        return program
    here = Path.cwd()
    return shlex.quote(str(ours.relative_to(here) if ours.is_relative_to(here) else ours))


def _tell(console: Console, execution: Execution) -> None:
    """One line for each execution that ends; for one that failed, also what to do."""
    if execution.status == "RUNNING":
        return
    stopped = datetime.fromtimestamp(execution.stopped or 0.0, UTC).astimezone()  # as the clock on the wall
    line = Text(f"{stopped:%H:%M:%S}  {execution.machine.name}  {execution.name[:8]}  ")
    outcome = execution.output.get("outcome") if isinstance(execution.output, dict) else None
    if execution.status == "SUCCEEDED":
        console.print(line.append(str(outcome or "SUCCEEDED"), style="green"), soft_wrap=True)
        return
    line.append(f"{execution.status} at {execution.failed_state}", style="bold red")
    console.print(line.append(f": {execution.error}: {cause(execution)}"), soft_wrap=True)
    redrive = f"{_beside('aws')} stepfunctions redrive-execution --execution-arn {execution.arn}"
    verbatim(console, f"  Mend the cause, then: {redrive}")
