"""Let sellers choose among the partner's solutions: an option for each, under its name at AWS."""

from __future__ import annotations

from typing import Literal

from lambdas import mapping
from lambdas.adapters import catalog_state, hubspot_catalog
from lambdas.domain import catalog
from lambdas.domain.catalog import Step
from lambdas.runtime import Message, task


class Request(Message):
    pass


class Result(Message):
    outcome: Literal["UPDATED", "UNCHANGED"]
    next: Step
    changed: tuple[str, ...]
    """Ids of the solutions whose options were written, or would be by a deployment that does not only observe."""


@task
def handler(request: Request) -> Result:  # noqa: ARG001 a task takes a request, and this one asks for nothing
    """Raises RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    HubSpot takes only the whole list: it is read, merged and written, and not written where it is as it should be.
    """
    listing, agreed = catalog_state.listing(), catalog_state.agreed("options")
    before = hubspot_catalog.options()
    after = catalog.merged_options(listing.solutions, agreed, before)
    changes = catalog.option_changes(before, after)
    if changes:
        catalog_state.announce("update options of", listing, target=catalog.OPTIONS, changes=changes)
        if not catalog_state.is_observing():
            hubspot_catalog.write_options(after)
    catalog_state.save_agreed("options", agreed, listing)
    return Result(
        outcome="UPDATED" if changes else "UNCHANGED",
        next=catalog.next_step(mapping.load(), after=Step.UPDATE_OPTIONS),
        changed=tuple(change.path for change in changes),
    )
