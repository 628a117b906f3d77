"""Give every solution its product, and show on it what AWS changed."""

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
    """Ids of the solutions whose products were written, or would be by a deployment that does not only observe."""


@task
def handler(request: Request) -> Result:  # noqa: ARG001 a task takes a request, and this one asks for nothing
    """Raises RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    What the products say is read first, and only what differs is written. So a second run goes on where the first one
    ended, with the newest listing.
    """
    listing, agreed = catalog_state.listing(), catalog_state.agreed("products")
    there = hubspot_catalog.products([one.id for one in listing.solutions])
    lacking = catalog.without_product(listing.solutions, there)
    by_sku = hubspot_catalog.products_by_sku(lacking)
    fields = mapping.load()
    writes = catalog.product_writes(fields, listing.solutions, agreed=agreed, there=there, by_sku=by_sku)
    for start in range(0, len(writes), hubspot_catalog.BATCH):
        some = writes[start : start + hubspot_catalog.BATCH]
        for write in some:
            catalog_state.announce("update product", listing, target=write.solution, changes=catalog.changes_of(write))
        if not catalog_state.is_observing():
            hubspot_catalog.write_products(some)
    catalog_state.save_agreed("products", agreed, listing)
    return Result(
        outcome="UPDATED" if writes else "UNCHANGED",
        next=catalog.next_step(fields, after=Step.UPDATE_PRODUCTS),
        changed=tuple(write.solution for write in writes),
    )
