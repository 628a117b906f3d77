"""What goes wrong: one mechanism for every remote, and for a function's own answer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from cosell.sandbox.baton import Caller

Kind = Literal["failed", "throttled", "unavailable", "locked", "moving", "timeout", "reset", "slow", "lost answer"]
"""failed, unavailable: refused with a fault of the service's own, nothing is done. throttled: refused for its quota.
locked, moving: refused because the record is locked, or the account on its way to another data centre.
timeout, reset: the request never arrives; the client waits in vain, or its connection breaks. slow: the answer takes
`seconds` more. lost answer: the thing is done, then the client waits in vain."""

ONLY_OF: Mapping[Kind, str] = {"locked": "hubspot", "moving": "hubspot"}
"""Kinds that one remote alone knows."""

LAMBDA = "lambda"
"""The remote under whose name a function's own answer fails; the operation is `Invoke`."""


@dataclass(frozen=True)
class Fault:
    """Which calls go wrong, and how. What is None matches everything."""

    kind: Kind
    remote: str | None = None
    operation: str | None = None
    function: str | None = None
    """The calling function, or the invoked one: its full name, or what follows the deployment's name."""
    state: str | None = None
    nth: int | None = None
    """Only the n-th matching call of an invocation, counted from 1: each retry counts anew."""
    times: int | None = 1
    """How often at most; None: until healed."""
    rate: float = 1.0
    """The share of the matching calls that goes wrong."""
    seconds: float = 20.0
    """How much slower `slow` is."""
    then: Fault | None = None
    """What follows when this one has struck as often as it may: a remote that did its work, then went down."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"no fault is called {self.kind!r}; there are: {', '.join(get_args(Kind))}")
        if self.remote != (only := ONLY_OF.get(self.kind, self.remote)):
            raise ValueError(f"only {only} can be {self.kind}, not {self.remote or 'every remote'}")

    def matches(self, remote: str, operation: str, caller: Caller) -> bool:
        function = caller.function
        return (
            self.remote in {None, remote}
            and self.operation in {None, operation}
            and (self.function is None or function == self.function or function.endswith(f"-{self.function}"))
            and self.state in {None, caller.state}
        )


class Faults:
    """The faults in force, in the order they were made; the first that strikes decides."""

    def __init__(self, *, seed: int = 0) -> None:
        self._random = random.Random(f"faults {seed}")
        self._in_force: list[_Counted] = []

    def add(self, fault: Fault) -> None:
        self._in_force.append(_Counted(fault))

    def strike(self, remote: str, operation: str, caller: Caller) -> Fault | None:
        """The fault that this call suffers, if any. Asked once for each call."""
        matching = [counted for counted in self._in_force if counted.fault.matches(remote, operation, caller)]
        for counted in matching:
            counted.seen[caller.request] += 1
        for counted in matching:
            fault = counted.fault
            due = fault.nth is None or counted.seen[caller.request] == fault.nth
            spent = fault.times is not None and counted.struck >= fault.times
            if due and not spent and (fault.rate >= 1 or self._random.random() < fault.rate):
                counted.struck += 1
                if fault.then is not None and counted.struck == fault.times:
                    self.add(fault.then)
                return fault
        return None

    def heal(self, remote: str | None = None) -> None:
        """Ends all faults, or those made for one remote."""
        self._in_force = [
            counted for counted in self._in_force if remote is not None and counted.fault.remote != remote
        ]


@dataclass
class _Counted:
    fault: Fault
    struck: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    """Matching calls of each invocation."""
