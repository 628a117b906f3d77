"""How the bench looks, and when it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from cosell.bench import imports
from cosell.bench.budgets import BUDGETS, IMPORTS, Budget, Judged, judge
from cosell.bench.lifecycles import Figures, measure
from cosell.views import prices


def run(
    console: Console,
    assembly: Path,
    *,
    deals: int = 5,
    repetitions: int = 3,
    seed: int = 0,
    modules: Sequence[str] | None = None,
    budgets: Mapping[str, tuple[Budget, ...]] = BUDGETS,
) -> int:
    """Measures, prints, and returns 1 where a budget is broken; `modules` are those to import, all by default."""
    names = list(modules or imports.modules())
    figures: Figures = {}
    timed: dict[str, float] = {}
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Running deals ...", total=deals + 4 + len(names))
        for found in measure(assembly, deals=deals, seed=seed):
            figures = found
            progress.advance(bar)
        progress.update(bar, description="Importing tasks ...")
        for name, ratio in imports.ratios(names, repetitions=repetitions):
            timed[name] = ratio
            progress.advance(bar)
    figures[IMPORTS] = {"Slowest": max(timed.values())}
    judged = judge(figures, budgets)
    console.print(_table(judged, timed))
    console.print(Text(f"The worst of {deals} deal{'s' * (deals > 1)}. {prices.COUNTED}", style="dim"))
    return _verdict(console, judged)


def _table(judged: list[Judged], timed: Mapping[str, float]) -> Table:
    table = Table(padding=(0, 1))
    table.add_column("")
    for name in ("Measured", "Budget", "Goal"):
        table.add_column(name, justify="right")
    section = None
    for one in judged:
        if one.section != section:
            section = one.section
            table.add_section()
            table.add_row(Text(section, style="bold"))
            for name, ratio in timed.items() if section == IMPORTS else ():
                table.add_row(f"  {name.removeprefix('lambdas.')}", _number(ratio))
        style = "bold red" if one.broken else ""
        goal = one.budget.goal
        measured = Text(_number(one.figure), style=style or ("yellow" if goal and one.figure > goal else "green"))
        table.add_row(Text(f"  {one.budget.name}", style=style), measured, _number(one.budget.limit), _number(goal))
    return table


def _number(figure: float | None) -> str:
    if figure is None:
        return ""
    if float(figure).is_integer():
        return f"{figure:.0f}"
    return f"{figure:.3f}" if figure < 0.1 else f"{figure:.2f}"


def _verdict(console: Console, judged: list[Judged]) -> int:
    broken = [one for one in judged if one.broken]
    for one in broken:
        figure, limit = _number(one.figure), _number(one.budget.limit)
        console.print(
            Text(f"Over budget: {one.section}: {one.budget.name}: {figure}, at most {limit}.", style="bold red")
        )
    if broken:
        console.print("Make it cheaper, or argue for another budget: cosell/bench/budgets.py")
        return 1
    console.print(Text("All within budget.", style="bold green"))
    return 0
