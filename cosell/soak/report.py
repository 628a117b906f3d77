"""How a soak looks, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cosell.soak import day
from cosell.soak.figures import MOST_MEMORY_MB, MOST_SECONDS, Report

Soak = Callable[[int, int], Iterator[Report]]
"""Takes the number of deals and the seed, yields a report after each simulated hour; the last one is the result."""
SOAKS: Mapping[str, Soak] = {day.NAME: day.live}


def run(console: Console, soak: Soak, *, deals: int, seed: int, as_json: bool = False) -> int:
    """Lives a soak, prints what it came to, and returns 1 when something does not hold."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    report = Report("", seed, deals)
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        bar = progress.add_task(f"Seed {seed}", total=day.HOURS)
        for report in soak(deals, seed):
            description = f"Hour {report.hours}, {report.all_events:,} events, seed {seed}"
            progress.update(bar, completed=report.hours, description=description)
    if as_json:
        numbers = {**asdict(report), "all_events": report.all_events, "shortcoming": report.shortcoming}
        console.print_json(json.dumps(numbers))
    else:
        console.print(_table(report))
        _say(console, report)
    return 0 if report.shortcoming is None else 1


def _say(console: Console, report: Report) -> None:
    again = f"python -m cosell soak {report.soak} --deals {report.target} --seed {report.seed}"
    if report.shortcoming is None:
        console.print(Text(f"All held, whenever it was looked: {report.checks} times.", style="bold green"))
        console.print(Text(f"The same {report.soak} again: {again}", style="dim"), soft_wrap=True)
    else:
        after = f"After hour {report.hours}: " if report.broken else ""
        console.print(Text(f"{after}{report.shortcoming}", style="bold red"), soft_wrap=True)
        console.print(Text(f"Again: {again}"), soft_wrap=True)


def _table(report: Report) -> Table:
    table = Table(show_header=False, padding=(0, 1))
    table.add_column("")
    table.add_column("", justify="right")
    sections: tuple[tuple[str, Mapping[str, int], int | None], ...] = (
        ("Events", report.events, report.all_events),
        ("Webhook messages", report.fates, None),
        ("Webhook requests", report.requests, sum(report.requests.values())),
        ("API calls", report.calls, sum(report.calls.values())),
        ("Refusals", report.refusals, sum(report.refusals.values())),
    )
    table.add_row(Text("Deals", style="bold"), f"{report.deals:,}")
    for title, counts, total in sections:
        table.add_section()
        table.add_row(Text(title, style="bold"), "" if total is None else f"{total:,}")
        for name, count in sorted(counts.items(), key=lambda entry: -entry[1]):
            table.add_row(f"  {name}", f"{count:,}")
    table.add_section()
    table.add_row("Events per second of wall time", f"{report.all_events / max(report.wall_seconds, 0.001):,.0f}")
    table.add_row(f"Peak memory, MB (at most {MOST_MEMORY_MB:,})", f"{report.peak_memory_mb:,.0f}")
    table.add_row(f"Wall time, seconds (at most {MOST_SECONDS})", f"{report.wall_seconds:,.0f}")
    return table
