"""The command line. What a command does lives in a module of its own, which is loaded when the command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cosell.operate import commands as operate
from cosell.serve import commands
from cosell.setup import commands as setup
from cosell.terminal import DEFAULT_PORT, STATE, Port, Trouble, console, synthesized

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # errors and help as plain sentences, in a pipe too
    pretty_exceptions_enable=False,
)
app.command()(setup.setup_hubspot)
app.command()(setup.hubspot_app)
app.command()(operate.confirm_deletions)
app.command()(operate.sync_catalog)
app.add_typer(commands.app, name="act")
app.add_typer(setup.mapping_app, name="map")
Seed = Annotated[int, typer.Option(help="Another seed is another run; the same seed is the same run.")]


@app.callback()
def cosell() -> None:
    """Keeps a HubSpot deal and its AWS opportunity in step. Here it runs on your machine, with nothing else needed."""


@app.command()
def demo(seed: Seed = 0) -> None:
    """The main job, told state by state: a deal reaches AWS."""
    out = console()
    assembly = synthesized(out)
    from cosell.demo import run  # noqa: PLC0415

    raise typer.Exit(run(out, assembly, seed=seed))


@app.command()
def sandbox(
    port: Port = DEFAULT_PORT,
    state: Annotated[Path, typer.Option(dir_okay=False, help="Where it is kept between two runs.")] = STATE,
    seed: Annotated[int | None, typer.Option(help="Of a new sandbox; a kept one goes on with its own.")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="How fast time passes: 60 is a minute a second.")] = 1,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was kept and begin anew.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Where nothing is kept: begin without deals.")] = False,
) -> None:
    """HubSpot, Partner Central and Step Functions, locally.

    For boto3, the AWS CLI and you: it prints the commands. Ctrl-C stops it; the next one goes on where it stood.
    """
    out = console()
    from cosell.serve.session import Options, serve  # noqa: PLC0415

    options = Options(port=port, state=state, seed=seed, speed=speed, fresh=fresh, empty=empty)
    raise typer.Exit(serve(out, lambda: synthesized(out), options))


@app.command()
def bench(
    deals: Annotated[int, typer.Option(min=1, max=100, help="How many deals to run; the worst one counts.")] = 5,
    repetitions: Annotated[int, typer.Option(min=1, max=20, help="Times each import so often; the best counts.")] = 3,
    seed: Seed = 0,
) -> None:
    """Calls, transitions, cost, imports, and their budgets."""
    out = console()
    assembly = synthesized(out)
    from cosell.bench import run  # noqa: PLC0415

    raise typer.Exit(run(out, assembly, deals=deals, repetitions=repetitions, seed=seed))


@app.command()
def soak(
    name: Annotated[
        str, typer.Argument(help="day: of HubSpot and Partner Central. interleavings: worlds of all of Cosell.")
    ] = "day",
    deals: Annotated[int, typer.Option(min=20, max=10_000, help="Of a day: how many there are in the end.")] = 10_000,
    worlds: Annotated[int, typer.Option(min=1, help="Of interleavings; a single one is told act by act.")] = 1_000,
    seed: Seed = 0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The numbers, for a program.")] = False,
) -> None:
    """Simulators under load, Cosell in every order of events."""
    from cosell.soak import SOAKS, interleaved, run  # noqa: PLC0415

    if name == interleaved.NAME:
        from cosell.soak.interleaved import many  # noqa: PLC0415 - loads moto

        out = console()
        raise typer.Exit(many.run(out, synthesized(out), worlds=worlds, seed=seed, as_json=as_json))
    if name not in SOAKS:
        raise typer.BadParameter(f"{name} is not a soak; there are: {', '.join([*SOAKS, interleaved.NAME])}")
    raise typer.Exit(run(console(), SOAKS[name], deals=deals, seed=seed, as_json=as_json))


def main() -> None:
    """Runs a command. What the user can mend is one sentence on standard error, and exit code 1."""
    try:
        app(prog_name="python -m cosell")
    except Trouble as trouble:
        console(stderr=True).print(str(trouble), style="bold red", markup=False)
        sys.exit(1)
