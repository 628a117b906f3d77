"""Line items of deals. Everything here raises what `hubspot_client.request` raises."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from lambdas.adapters import hubspot, hubspot_catalog, sync_state
from lambdas.adapters import hubspot_client as client

LINE_ITEM_TO_DEAL: Final = 20
QUANTITY: Final = "1"


def add_solutions(pair: str, deal: str, solutions: Collection[str]) -> None:
    """Gives the deal a line item for each of these solutions, once.

    Each is noted before it is made. A second try looks at what the deal has, once HubSpot must be showing it. Name and
    price are the product's; without a product the line item says what it is by the solution's id alone.

    Raises RemoteUnavailable while one that a try just before may have made would not be seen.
    """
    begun = {solution: sync_state.begin(pair, f"line item {solution}") for solution in solutions}
    tries = [earlier for earlier in begun.values() if earlier is not None]
    for earlier in tries:
        client.await_shown(earlier.at, f"a line item of deal {deal}")
    present = {item.get("hs_sku") for item in hubspot.line_items_of(deal)} if tries else set()
    missing = [solution for solution in solutions if solution not in present]
    for solution in missing:
        if (before := begun[solution]) is not None:
            sync_state.begin_again(pair, f"line item {solution}", before)
    products = hubspot_catalog.products(missing) if missing else {}
    for solution in missing:
        product = products.get(solution)
        of_product = {"hs_product_id": product.id} if product else {"name": solution}
        properties = {"hs_sku": solution, "quantity": QUANTITY, **of_product}
        client.request(
            "POST", client.objects("line_items"), json={"properties": properties, "associations": [_on(deal)]}
        )


def _on(deal: str) -> dict[str, Any]:
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": LINE_ITEM_TO_DEAL}
    return {"to": {"id": deal}, "types": [kind]}
