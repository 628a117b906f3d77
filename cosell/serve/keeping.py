"""Where `make sandbox` keeps its world between two runs: one file, which one sandbox at a time may use."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cosell.sandbox import Sandbox, stored
from cosell.terminal import Trouble

SECONDS = 30.0
"""Of real time between two looks at whether there is something new to save."""

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


class Keeping:
    """Keeps a world in a file, from time to time and at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: str | None = None
        """Why the last attempt to save failed."""
        self._saved: object = None

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """While this lasts, no other sandbox uses the file. Raises Trouble where one does, or it cannot be written."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = lock.open("a")
        except OSError as error:
            raise Trouble(f"{self.path} cannot be written ({error}): name another file with --state.") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Trouble(
                    f"{self.path} is in use by another sandbox: stop that one, or name another file with --state."
                ) from None
            yield

    def found(self) -> dict[str, Any] | None:
        """What was saved, or None where nothing was. Raises NotLoadable for a file that is something else."""
        try:
            return stored.read(self.path)
        except FileNotFoundError:
            return None

    def since(self) -> str:
        """How long ago it was saved, in words."""
        return ago(time.time() - self.path.stat().st_mtime)

    def keep(self, world: Sandbox, tell: Callable[[str], None], *, speed: float) -> None:
        """Saves whenever something has happened, as long as the world runs; `speed` is its time's.

        `tell` gets the trouble where that is not possible, once.
        """

        def look() -> None:
            before = self.trouble
            if _done(world) != self._saved and not self.save(world) and self.trouble and self.trouble != before:
                tell(self.trouble)
            world.clock.after(SECONDS * speed, look, standing=True)

        look()

    def save(self, world: Sandbox) -> bool:
        """Writes the file; False, and `trouble` says why, where that is not possible."""
        try:
            world.save(self.path)
        except OSError as error:
            self.trouble = f"Not saved: {self.path} cannot be written ({error})."
            return False
        self.trouble, self._saved = None, _done(world)
        return True


def _done(world: Sandbox) -> tuple[int, int]:
    """A measure of what has happened: what was asked from outside, and what functions and rules have done."""
    return world.server.received if world.server else 0, world.clock.done


def ago(seconds: float) -> str:
    """`2 hours ago`, in the largest unit of which there is at least one."""
    for size, unit in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
