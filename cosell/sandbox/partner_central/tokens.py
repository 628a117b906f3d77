"""ClientToken: the same request again gets the first answer, another request under the same token is a conflict.

A task's answer is where the task stands now: the developer guide recommends asking again with the same payload.
"""

from __future__ import annotations

import copy

from cosell.sandbox.partner_central import model, submissions
from cosell.sandbox.partner_central.errors import conflict
from cosell.sandbox.partner_central.state import Document, TokenUse
from cosell.sandbox.partner_central.world import World


def recall(world: World, operation: str, request: Document) -> Document | None:
    """The answer that was given before, or None. Raises ServiceError (ConflictException) for another body."""
    use = world.state.tokens.get(_key(operation, request)) if model.takes(operation, "ClientToken") else None
    if use is None or world.clock.now - use.at >= world.switches.token_lifetime:
        return None
    if use.body != request:
        raise conflict("Conflicting client token submitted for a new request body.")
    if use.task is not None:
        return submissions.describe(world.state.tasks[use.task])
    return copy.deepcopy(use.answer)


def remember(world: World, operation: str, request: Document, answer: Document | None) -> None:
    """Only what was done is remembered: a refused request may be mended and sent again."""
    if model.takes(operation, "ClientToken"):
        task = (answer or {}).get("TaskId")
        use = TokenUse(world.clock.now, copy.deepcopy(request), copy.deepcopy(answer), task)
        _forget(world)
        world.state.tokens[_key(operation, request)] = use


def _forget(world: World) -> None:
    """Drops what is past its lifetime; uses stand in the order of their time."""
    uses = world.state.tokens
    while uses:
        oldest = next(iter(uses))
        if world.clock.now - uses[oldest].at < world.switches.token_lifetime:
            return
        del uses[oldest]


def _key(operation: str, request: Document) -> tuple[str, str, str]:
    return request["Catalog"], operation, request["ClientToken"]
