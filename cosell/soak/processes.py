"""Work that takes virtual time: a generator that yields the seconds until it goes on."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from cosell.sandbox.stepfunctions.clock import Clock

T = TypeVar("T")
Process = Generator[float, None, T]
"""`response = yield from client.call(...)`: every yield is a wait, the value is what the caller gets."""


def spawn(clock: Clock, process: Process[None], *, after: float = 0.0) -> None:
    """Lets it run beside whatever else runs."""

    def go_on() -> None:
        wait = next(process, None)
        if wait is not None:
            clock.after(wait, go_on)

    clock.after(after, go_on)
