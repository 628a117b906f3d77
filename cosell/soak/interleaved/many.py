"""Many worlds on all cores, or one told act by act; how they look, and when they fail."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cosell.soak.interleaved import NAME
from cosell.soak.interleaved.invariants import INVARIANTS
from cosell.soak.interleaved.story import Story, shortened, told

MOST_SHOWN: Final = 10
"""Worlds that are named when something is broken in them; the first ones."""
_FRESH: Final = 50
"""Worlds that one process lives before another takes over: memory does not grow."""


def run(console: Console, assembly: Path, *, worlds: int, seed: int, as_json: bool = False) -> int:
    """Lives so many worlds from this seed on, and returns 1 when something does not hold in one of them.

    A single world is told act by act, and shortened to the acts that are needed for what is broken in it.
    """
    if worlds == 1 and not as_json:
        return _tell(console, assembly, seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    stories = []
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        bar = progress.add_task("Worlds", total=worlds)
        for story in _lived(assembly, range(seed, seed + worlds)):
            stories.append(story)
            broken = sum(bool(one.broken) for one in stories)
            progress.update(bar, advance=1, description=f"Worlds, {broken} broken" if broken else "Worlds")
    return report(console, stories, as_json=as_json)


def report(console: Console, stories: Iterable[Story], *, as_json: bool = False) -> int:
    """Prints what worlds came to, and returns 1 when something does not hold in one of them."""
    ordered = sorted(stories, key=lambda story: story.seed)
    counts = sum((Counter(story.counts) for story in ordered), Counter[str]())
    broken = [story for story in ordered if story.broken]
    held = _held(ordered)
    if as_json:
        numbers = {"worlds": len(ordered), "counts": counts, "held": held}
        console.print_json(json.dumps(numbers | {"broken": {story.seed: story.broken for story in broken}}))
    else:
        console.print(_table(len(ordered), counts, held))
        for story in broken[:MOST_SHOWN]:
            console.print(Text(f"Seed {story.seed}: {story.broken[0]}", style="bold red"), soft_wrap=True)
            console.print(Text(f"Again, shortened: {_again(story)}"), soft_wrap=True)
        if not broken:
            console.print(Text(f"All held in {len(ordered):,} world{'s' * (len(ordered) > 1)}.", style="bold green"))
    return 1 if broken else 0


def _lived(assembly: Path, seeds: Iterable[int]) -> Iterator[Story]:
    """In whatever order they come to their ends.

    Not by `concurrent.futures`: up to Python 3.12 its pool waits for ever once it has to replace its processes
    (python/cpython#115634).
    """
    with get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=_FRESH) as pool:
        yield from pool.imap_unordered(partial(_one, assembly), seeds)


def _one(assembly: Path, seed: int) -> Story:
    """A world that cannot even be lived is broken, too, and does not end the others."""
    try:
        return told(assembly, seed)
    except Exception as error:  # noqa: BLE001 - whatever it is, its seed is what counts
        return Story(seed, (), (f"{type(error).__name__}: {error}",))


def _tell(console: Console, assembly: Path, seed: int) -> int:
    story = told(assembly, seed)
    if story.broken:
        for act in story.acts:
            console.print(Text(str(act), style="dim"), soft_wrap=True)
        with console.status("Leaving out acts, as long as it stays broken ..."):
            story = shortened(assembly, story)
        console.print(Text(f"The fewest acts of seed {seed} with which it is broken:"))
    for act in story.acts:
        console.print(Text(str(act)), soft_wrap=True)
    for sentence in story.broken:
        console.print(Text(sentence, style="bold red"), soft_wrap=True)
    return report(console, [story])


def _held(stories: list[Story]) -> dict[str, int]:
    """In how many worlds each invariant holds."""
    broken = Counter(name for story in stories for name in {sentence.partition(":")[0] for sentence in story.broken})
    return {check.__name__: len(stories) - broken.get(check.__name__, 0) for check in INVARIANTS}


def _table(worlds: int, counts: Mapping[str, int], held: Mapping[str, int]) -> Table:
    table = Table(show_header=False, padding=(0, 1))
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row(Text("Worlds", style="bold"), f"{worlds:,}")
    for name, count in counts.items():
        table.add_row(f"  {name}", f"{count:,}")
    table.add_section()
    table.add_row(Text("Held in the end", style="bold"), "")
    for name, count in held.items():
        table.add_row(Text(f"  {name.replace('_', ' ')}", style="" if count == worlds else "bold red"), f"{count:,}")
    return table


def _again(story: Story) -> str:
    return f"python -m cosell soak {NAME} --worlds 1 --seed {story.seed}"
