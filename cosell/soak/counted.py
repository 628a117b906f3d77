"""A service as its clients reach it, with a counter in the wire that knows the published quotas by itself."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Remote, Request, Response

_TOLERANCE = 1e-5  # seconds: a float of today's date has no more than seven decimals


@dataclass
class Quota:
    """So many of some calls in any so many seconds; what was refused does not count."""

    name: str
    most: int
    seconds: float
    applies: Callable[[str], bool]
    """Whether it is a quota of this operation."""
    lately: deque[float] = field(default_factory=deque)
    exceeded: int = 0

    def count(self, now: float) -> None:
        self.lately.append(now)
        while self.lately[0] <= now - self.seconds + _TOLERANCE:
            self.lately.popleft()
        self.exceeded += len(self.lately) > self.most


class Counted:
    """Hands requests on. `calls` counts them by operation, `refusals` those that were refused, by kind."""

    def __init__(
        self, clock: Clock, remote: Remote, quotas: Iterable[Quota], kind: Callable[[Response], str | None]
    ) -> None:
        """`kind` names a refusal, None for an answer that is none."""
        self._clock, self._remote, self._kind = clock, remote, kind
        self.quotas = tuple(quotas)
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()

    def handle(self, request: Request) -> Response:
        operation = self._remote.operation(request)
        self.calls[operation] += 1
        response = self._remote.handle(request)
        refusal = self._kind(response)
        if refusal is not None:
            self.refusals[refusal] += 1
        if response.status != 429 and refusal != "ThrottlingException":
            self._count(operation)
        return response

    def _count(self, operation: str) -> None:
        for quota in self.quotas:
            if quota.applies(operation):
                quota.count(self._clock.now)
