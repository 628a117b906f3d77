"""One baton, many threads: Lambda handlers run concurrently in virtual time, and one at a time in real time.

A handler is ordinary blocking code, so it needs a thread of its own. Threads are where runs stop being reproducible;
here only the one that has the baton runs, and it is handed over by hand: the world's thread gives it to a handler, the
handler gives it back when it calls a remote, sleeps, or ends. Who is next is decided by the clock alone.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from cosell.sandbox.stepfunctions.clock import Clock

T = TypeVar("T")

STUCK_AFTER = 120.0
"""Seconds of real time after which a handler that neither calls out nor ends is taken for hanging."""


class Killed(BaseException):
    """The function timed out, or its world was closed: whatever the handler does next, it ends here."""


class Stuck(RuntimeError):
    """A handler kept the baton: it waits for something outside the sandbox, such as a lock or a socket."""


@dataclass(frozen=True)
class Caller:
    """Who makes a remote call, or on whose behalf a function runs."""

    function: str = ""
    request: str = ""
    """The invocation's AWS request id."""
    execution: str = ""
    """The execution's ARN where a state machine invoked the function."""
    state: str = ""


class Costume(Protocol):
    """What the process must look like while a handler runs: its environment, its standard output."""

    def on(self) -> None: ...

    def off(self) -> None: ...


def _closed() -> threading.Lock:
    """A gate that opens once for each `release`: whoever acquires it waits for somebody else to release it."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class Strand:
    """One handler's thread."""

    def __init__(self, number: int, caller: Caller, costume: Costume) -> None:
        self.number = number
        self.caller = caller
        self.costume = costume
        self.dead = False
        self.ended = False
        self.go = _closed()
        self.on_end: Callable[[], None] = lambda: None


class _Outcome(Generic[T]):
    """What work came to, carried from the thread that did it to the one that asked for it."""

    value: T
    error: BaseException | None = None

    def of(self, work: Callable[[], T]) -> None:
        try:
            self.value = work()
        except BaseException as error:  # noqa: BLE001 - raised again where it belongs
            self.error = error

    def get(self) -> T:
        if self.error is not None:
            raise self.error
        return self.value


class Baton:
    """Runs handlers. `latency` bounds, in seconds, each way of a remote call; the seed decides within them."""

    def __init__(self, clock: Clock, *, seed: int = 0, latency: tuple[float, float] = (0.005, 0.04)) -> None:
        self.clock = clock
        self._latency = latency
        self.chance = random.Random(f"baton {seed}")
        """Decides how long each way takes."""
        self._numbers = itertools.count(1)
        self._strands: dict[int, Strand] = {}
        self._back = _closed()
        self._local = threading.local()

    @property
    def current(self) -> Strand | None:
        """The strand whose thread this is; None in the world's thread and in foreign ones."""
        return getattr(self._local, "strand", None)

    @property
    def running(self) -> int:
        return len(self._strands)

    def start(
        self, work: Callable[[], T], done: Callable[[Callable[[], T]], None], *, caller: Caller, costume: Costume
    ) -> Strand:
        """Begins `work` in a thread of its own, now; ends with `done(get)` in the world's thread.

        `get()` returns or raises.

        `done` is not called for a strand that was killed.
        """
        strand = Strand(next(self._numbers), caller, costume)
        outcome: _Outcome[T] = _Outcome()

        def body() -> None:
            strand.go.acquire()
            self._local.strand = strand
            costume.on()
            outcome.of(work)
            costume.off()
            strand.ended = True
            self._back.release()

        strand.on_end = lambda: done(outcome.get)
        self._strands[strand.number] = strand
        threading.Thread(target=body, name=f"{caller.function} {strand.number}", daemon=True).start()
        self._hand_to(strand)
        return strand

    def call(self, perform: Callable[[], T], *, extra: Callable[[], float] = lambda: 0.0) -> T:
        """A handler's remote call: travels, is performed in the world's thread, travels back.

        What was sent arrives, also when its sender is dead by then. `extra` is asked, once it is performed, how many
        seconds more the answer takes.
        """
        strand = self._mine()
        outcome: _Outcome[T] = _Outcome()

        def arrive() -> None:
            outcome.of(perform)
            self.clock.after(self.delay() + extra(), lambda: self._resume(strand))

        self.clock.after(self.delay(), arrive)
        self._pause(strand)
        return outcome.get()

    def sleep(self, seconds: float) -> None:
        """A handler's `time.sleep`."""
        strand = self._mine()
        self.clock.after(seconds, lambda: self._resume(strand))
        self._pause(strand)

    def kill(self, strand: Strand) -> None:
        """Ends a handler that waits for a remote; its code sees Killed, and nothing else happens to it again."""
        if strand.ended or strand.dead:
            return
        strand.dead = True
        self._hand_to(strand)

    def stop(self) -> None:
        for strand in list(self._strands.values()):
            self.kill(strand)

    def delay(self) -> float:
        """One way's latency, seconds."""
        return self.chance.uniform(*self._latency)

    def _mine(self) -> Strand:
        strand = self.current
        if strand is None:
            raise RuntimeError("only a handler can wait for a remote: this is not a handler's thread")
        if strand.dead:
            raise Killed
        return strand

    def _resume(self, strand: Strand) -> None:
        if not strand.dead:
            self._hand_to(strand)

    def _hand_to(self, strand: Strand) -> None:
        strand.go.release()
        if not self._back.acquire(timeout=STUCK_AFTER):
            raise Stuck(
                f"{strand.caller.function} ran {STUCK_AFTER:.0f} s of real time without a remote call or an end"
            )
        if strand.ended:
            del self._strands[strand.number]
            if not strand.dead:
                strand.on_end()

    def _pause(self, strand: Strand) -> None:
        strand.costume.off()
        self._back.release()
        strand.go.acquire()
        strand.costume.on()
        if strand.dead:
            raise Killed
