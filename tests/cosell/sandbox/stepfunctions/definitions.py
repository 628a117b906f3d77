"""Small machines to try definitions with."""

from __future__ import annotations

from typing import Any

from tests.support.asl import flow, function, machine

PASS: dict[str, Any] = {"Type": "Pass", "End": True}


def one(**fields: Any) -> dict[str, Any]:
    """A machine of one state, `A`, a Pass unless it says otherwise."""
    return machine({"A": {**({"End": True} if "Type" not in fields else {}), "Type": "Pass", **fields}})


def task(**fields: Any) -> dict[str, Any]:
    return machine({"A": {**function("f"), **fields}})


def map_of(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": flow(states), "End": True, **fields}
