"""`make sandbox`: the world in real time on one loopback port, and what to do with it."""

from __future__ import annotations

import errno
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from cosell.sandbox import Sandbox
from cosell.sandbox.server import LOOPBACK
from cosell.sandbox.stepfunctions import Clock, Execution
from cosell.sandbox.stored import NotLoadable
from cosell.serve import acts, living, portfolio
from cosell.serve.keeping import Keeping
from cosell.terminal import DEFAULT_PORT, STATE, Trouble, verbatim
from cosell.views.timeline import cause


def claim(port: int) -> None:
    """Raises Trouble where somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will: one just stopped is no hurdle
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise _taken(port, error) from None


@dataclass(frozen=True)
class Options:
    """What the command line says: `seed` None takes the saved world's, or 0; `fresh` forgets what was saved, `empty`
    begins without the thirty deals."""

    port: int = DEFAULT_PORT
    state: Path = STATE
    seed: int | None = None
    speed: float = 1.0
    fresh: bool = False
    empty: bool = False


def serve(console: Console, synthesize: Callable[[], Path], options: Options) -> int:
    """Serves until Ctrl-C or SIGTERM; returns the exit code. What happens is kept in a file.

    `synthesize` takes seconds: it is called once everything else is in order. Raises Trouble where the port is taken,
    or the file cannot be used.
    """
    claim(options.port)
    keeping = Keeping(options.state)
    with keeping.claimed(), _opened(console, synthesize, keeping, options) as world:
        try:
            server = world.listen(port=options.port)
        except OSError as error:
            raise _taken(options.port, error) from None
        server.router.pages.append(acts.page(world))
        world.cloud.machines.on_status.append(lambda execution: _tell(console, execution))
        world.clock.skip_to(time.time())
        keeping.keep(world, lambda trouble: _warn(console, trouble), speed=options.speed)
        _welcome(console, world, server.url)
        server.serve_forever(speed=options.speed)
        return _kept(console, world, keeping)


def _opened(console: Console, synthesize: Callable[[], Path], keeping: Keeping, options: Options) -> Sandbox:
    """The saved world, or a new one. Raises Trouble where what was saved cannot be gone on with."""
    where = "" if options.state == STATE else f" --state {shlex.quote(str(options.state))}"
    forget = f"{_command('sandbox')}{where} --fresh"
    try:
        state = None if options.fresh else keeping.found()
        assembly = synthesize()
        began = time.time() if state is not None or options.empty else time.time() - living.SPAN
        with console.status("Deploying the stacks ..."):
            world = Sandbox(assembly, seed=options.seed, clock=Clock(began), state=state)
    except NotLoadable as error:
        what = str(error) if str(error).startswith(str(keeping.path)) else f"{keeping.path}: {error}"
        raise Trouble(f"{what}. Begin anew with --fresh, or keep this file and name another with --state.") from error
    if state is not None:
        verbatim(console, f"Goes on with {_count(world)} from {keeping.path}, saved {keeping.since()}.")
        verbatim(console, f"To forget it and begin anew: {forget}")
    else:
        if not options.empty:
            _furnish(console, world)
        verbatim(console, f"Begins anew with {_count(world)}. It is kept in {keeping.path}; to forget it: {forget}")
    console.print()
    return world


def _furnish(console: Console, world: Sandbox) -> None:
    columns = (TextColumn("Living through some weeks of sales ..."), BarColumn(), MofNCompleteColumn())
    deals = portfolio.load()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("deals", total=len(deals.sales))
        for done in living.lives(world, deals):
            progress.update(task, completed=done)


def _kept(console: Console, world: Sandbox, keeping: Keeping) -> int:
    deals, runs = len(world.hubspot.simulator.records("deals")), len(world.executions.all)
    if not keeping.save(world):
        _warn(console, f"Stopped. {keeping.trouble}")
        return 1
    verbatim(console, f"Stopped. Kept in {keeping.path}: deals {deals}, executions {runs}.")
    return 0


def _warn(console: Console, trouble: str) -> None:
    console.print(trouble, style="bold red", markup=False, soft_wrap=True)


def _count(world: Sandbox) -> str:
    deals, opportunities = len(world.hubspot.simulator.records("deals")), len(world.partner_central.opportunities)
    one, other = "deal" if deals == 1 else "deals", "opportunity" if opportunities == 1 else "opportunities"
    return f"{deals} {one} and {opportunities} {other}"


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
    act = _command("act") + ("" if port == str(DEFAULT_PORT) else f" --port {port}")
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


def _command(name: str) -> str:
    return f"{_beside('python')} -m cosell {name}"


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
    verbatim(console, f"  Mend the cause, then, in a terminal with the export above: {redrive}")
