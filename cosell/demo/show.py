"""How the demo looks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cosell.demo.story import Act, Bill, Comparison, Facts, Line, Moment, NotAsTold, Timeline, tell
from cosell.sandbox import Sandbox
from cosell.sandbox.stepfunctions.clock import MORNING
from cosell.views import prices
from cosell.views.timeline import Visit

_MOODS = {"plain": "", "seller": "bold", "aws": "bold yellow", "trouble": "bold red", "good": "bold green"}
_NEXT = (
    ("make sandbox", "the same world in real time, for boto3, the AWS CLI and you"),
    ("make test", "the suite: every failure of every remote call, redriven"),
    ("make synth", "the CloudFormation templates that would be deployed"),
    ("docs/", "how it works; start with docs/architecture.md"),
)


def run(console: Console, assembly: Path, *, seed: int = 0, heals: bool = True) -> int:
    """Tells the story in a world of its own; returns 0, or 1 when anything is not as told.

    `assembly` is what to deploy; with `heals=False` HubSpot stays down once it is.
    """
    with Sandbox(assembly, seed=seed) as world:
        world.listen()
        try:
            for moment in tell(world, heals=heals):
                _show(console, moment)
        except NotAsTold as not_so:
            console.print()
            console.print(Text(f"Not as told: {not_so}.", style="bold red"))
            console.print(f"What stands above was checked and held. Again: python -m cosell demo --seed {seed}")
            return 1
    console.print()
    console.print(Text("All of this was checked while it was told.", style="bold green"))
    console.print(Text("Next", style="bold"))
    console.print(_indented(_listed(_NEXT)))
    return 0


def _show(console: Console, moment: Moment) -> None:
    match moment:
        case Act(title):
            console.print()
            console.rule(Text(title, style="bold cyan"), align="left", style="cyan")
        case Line(text, mood):
            console.print(Text(text, style=_MOODS[mood]))
        case Facts():
            console.print(Text(moment.says, style=_MOODS[moment.mood]))
            console.print(_indented(_listed(moment.values, style="bold")))
        case Timeline():
            console.print(Group("", _indented(_timeline(moment)), ""))
        case Comparison():
            console.print(_indented(_comparison(moment)))
        case Bill():
            _bill(console, moment)


def _indented(shown: RenderableType) -> Padding:
    return Padding(shown, (0, 0, 0, 2), expand=False)


def _timeline(timeline: Timeline) -> Table:
    run = timeline.execution
    table = Table(box=None, padding=(0, 2, 0, 0), title=f"{timeline.title} {run.name[:8]}", title_justify="left")
    table.add_column("time", style="dim", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("what it did", overflow="fold")
    for visit in timeline.visits:
        table.add_row(_clock(visit.entered), Text(visit.state, style=_style(visit)), visit.what)
    return table


def _style(visit: Visit) -> str:
    if visit.failed:
        return "bold red"
    return {"Succeed": "bold green", "Wait": "dim"}.get(visit.kind, "cyan")


def _clock(moment: float) -> str:
    """Virtual time since the world began, which is at nine in the morning."""
    minutes, seconds = divmod(moment - MORNING, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{9 + hours:02}:{minutes:02}:{int(seconds):02}"


def _listed(values: Iterable[tuple[str, str]], *, style: str = "") -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in values:
        table.add_row(name, Text(value, style=style))
    return table


def _comparison(comparison: Comparison) -> Table:
    table = Table(padding=(0, 1), title_justify="left")
    table.add_column("Field")
    table.add_column(f"Deal {comparison.deal}", overflow="fold")
    table.add_column(comparison.opportunity, overflow="fold")
    table.add_column("")
    for side in comparison.sides:
        mark = {True: Text("=", style="green"), False: Text("≠", style="bold red"), None: Text("")}[side.agrees]
        table.add_row(side.label, side.deal, side.opportunity, mark)
    return table


def _bill(console: Console, bill: Bill) -> None:
    console.print()
    console.rule(Text("What it took", style="bold cyan"), align="left", style="cyan")
    table = Table(padding=(0, 1))
    table.add_column("Run")
    for name in ("HubSpot", "Partner\nCentral", "Dynamo\nDB", "Transi-\ntions", "$ per\n1,000"):
        table.add_column(name, justify="right")
    for title, used in bill.rows:
        last = title == bill.rows[-1][0]
        numbers = (used.hubspot, used.partner_central, used.dynamodb, used.transitions)
        table.add_row(title, *map(str, numbers), f"{1_000 * used.cost:.2f}", style="bold" if last else "")
        if title == bill.rows[-2][0]:
            table.add_section()
    console.print(table)
    console.print(Text(prices.COUNTED, style="dim"))
    console.print(Text(f"List prices of {prices.REGION}, {prices.AS_OF}, from {prices.SOURCE}:", style="dim"))
    console.print(_indented(_listed((price.what, price.tag) for price in prices.PRICES)), style="dim")
