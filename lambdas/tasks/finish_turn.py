"""Give the turn back, unless something new arrived since it was marked."""

from __future__ import annotations

import math
from typing import Literal

from lambdas import runtime
from lambdas.adapters import sync_state, turns
from lambdas.domain.status import Outcome, outcome
from lambdas.runtime import Message, task

FIRST_LOOK, LAST_LOOK = 10, 300
"""Seconds between looks at a submission task: ten, doubling up to five minutes."""
MARGIN = 120
"""Seconds a follower may be late before another execution takes over the following."""


class Request(Message):
    pair: str
    fence: int
    owner: str


class Result(Message):
    finished: Literal["DONE", "AGAIN", "WAIT"]
    outcome: Outcome
    wait_seconds: int = 0


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    A turn is never kept across a wait: it is given back, and taken again when the wait is over. Of all executions that
    find a submission under way, or a time at which the pair is due, one waits for it; the others end and leave it to
    that one.
    """
    pair, fence = request.pair, request.fence
    plan, results = sync_state.planned(pair, fence)
    ends_as = outcome(plan, results)
    wait = _until_next_look(pair) if ends_as == "WAITING" else _until(plan.look_again)
    follow = (request.owner, runtime.now() + wait + MARGIN) if wait else None
    finished = turns.finish(pair, fence, follow=follow)
    if not finished.released:
        return Result(finished="AGAIN", outcome=ends_as)
    return Result(finished="WAIT" if finished.following else "DONE", outcome=ends_as, wait_seconds=wait)


def _until(due: float | None) -> int:
    return 0 if due is None else max(1, math.ceil(due - runtime.now()))


def _until_next_look(pair: str) -> int:
    """Waiting as long again as has been waited already is what doubles the time between looks."""
    submission = sync_state.submission(pair)
    waited = runtime.now() - submission.started if submission else 0
    return int(min(max(waited, FIRST_LOOK), LAST_LOOK))
