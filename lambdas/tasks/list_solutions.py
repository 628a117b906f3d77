"""Read the partner's solutions at AWS, and say what there is to bring up to date at HubSpot."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping, runtime
from lambdas.adapters import catalog_state, partner_central
from lambdas.domain.catalog import Step, next_step
from lambdas.runtime import Message, task


class Request(Message):
    pass


class Result(Message):
    outcome: Literal["IN_STEP", "OBSERVED", "NOTHING_LISTED"]
    """How the run ends if nothing fails."""
    next: Step
    solutions: int


@task
def handler(request: Request) -> Result:  # noqa: ARG001 a task takes a request, and this one asks for nothing
    """Raises RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    An empty list says nothing: AWS lists none in a new account of its Sandbox catalog, whose default solution can be
    used all the same. To believe it would hide every solution from every seller.
    """
    read_at = int(runtime.now() * 1000)
    listed = partner_central.list_solutions()
    if not listed:
        return Result(outcome="NOTHING_LISTED", next=Step.DONE, solutions=0)
    kept = catalog_state.keep_listing(listed, read_at)
    return Result(
        outcome="OBSERVED" if catalog_state.is_observing() else "IN_STEP",
        next=next_step(mapping.load(), after=None),
        solutions=len(kept.solutions),
    )
