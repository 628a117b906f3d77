"""Products, and the options of a property, at HubSpot. Everything here raises what `hubspot_client.request` raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from lambdas.adapters import hubspot_client as client
from lambdas.domain.catalog import NAME, OPTIONS, SKU, SOLUTION_ID, STATUS, ProductWrite
from lambdas.domain.records import Record
from lambdas.errors import Misconfigured

BATCH: Final = 100
"""Records that one call takes, and values that a search does."""

_READ: Final = (SOLUTION_ID, STATUS, NAME, SKU)
_OPTION: Final = ("label", "value", "description", "displayOrder", "hidden")
T = TypeVar("T")


def products(solutions: Sequence[str]) -> dict[str, Record]:
    """The products that bear the id of one of these solutions, by it."""
    found: dict[str, Record] = {}
    for some in _batches(solutions):
        inputs = [{"id": solution} for solution in some]
        body = {"idProperty": SOLUTION_ID, "properties": _READ, "inputs": inputs}
        answer = client.request("POST", client.objects("products", "batch/read"), json=body) or {}
        found |= {str(record.get(SOLUTION_ID)): record for record in _records(answer)}
    return found


def products_by_sku(solutions: Sequence[str]) -> dict[str, Record]:
    """The products without a solution's id whose SKU is one; of several with the same SKU none: nobody knows which.

    HubSpot's search is behind by some seconds. What it does not show yet is found by its unique property instead.
    """
    found: dict[str, list[Record]] = {}
    for some in _batches(solutions):
        # IN compares texts without regard to case, if its own are in lower case (HubSpot's search guide).
        wanted = [solution.lower() for solution in some]
        search = {
            "filterGroups": [{"filters": [{"propertyName": SKU, "operator": "IN", "values": wanted}]}],
            "properties": _READ,
            "limit": 2 * BATCH,
        }
        answer = client.request("POST", client.objects("products", "search"), json=search) or {}
        for record in _records(answer):
            found.setdefault(str(record.get(SKU)).upper(), []).append(record)
    return {sku: same[0] for sku, same in found.items() if len(same) == 1 and same[0].get(SOLUTION_ID) is None}


def write_products(writes: Sequence[ProductWrite]) -> None:
    """Writes at most `BATCH` products. The solution's id is unique among products, so none is made twice."""
    adopted = [{"id": write.record, "properties": write.properties} for write in writes if write.record]
    if adopted:
        client.request("POST", client.objects("products", "batch/update"), json={"inputs": adopted})
    others = [
        {"id": write.solution, "idProperty": SOLUTION_ID, "properties": write.properties}
        for write in writes
        if write.record is None
    ]
    if others:
        client.request("POST", client.objects("products", "batch/upsert"), json={"inputs": others})


def options() -> list[dict[str, Any]]:
    """The options of the deal's property that holds its solutions. Raises Misconfigured where there is none."""
    answer = client.request("GET", _property())
    if answer is None:
        raise Misconfigured(f"HubSpot has no deal property {OPTIONS}: create it, or switch its mapping row off")
    return [{name: option.get(name) for name in _OPTION} for option in answer.get("options", ())]


def write_options(options: Sequence[Mapping[str, Any]]) -> None:
    """Replaces the whole list: HubSpot knows no other way, and no lock. An edit in the same second is lost."""
    client.request("PATCH", _property(), json={"options": list(options)})


def _property() -> str:
    return client.path("crm/properties", "v3", "deals", OPTIONS)


def _records(answer: Mapping[str, Any]) -> Iterable[Record]:
    return [Record(id=str(row["id"]), properties=row["properties"]) for row in answer.get("results", ())]


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
