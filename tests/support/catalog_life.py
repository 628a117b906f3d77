"""A catalog's life: listed for the first time beside a product made by hand, then a solution is renamed and retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central.state import Solution
from tests.support.life import timeless


@dataclass
class Ending:
    """What sellers find in the portal, and what the trail says."""

    products: list[dict[str, Any]]
    options: list[tuple[str, str, bool]]
    """Value, label, and whether it is hidden."""
    trail: list[tuple[str, str, str]]
    """Action, target, changes."""


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> None:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    solutions = sandbox.partner_central.simulator.solutions
    sandbox.hubspot.simulator.people.creates("products", {"name": "The example", "hs_sku": solutions[-1].id})
    sandbox.advance(60)  # until HubSpot's search shows it
    solutions.append(Solution("S-7654321", "Data lake", catalog="Sandbox"))
    asks_for_a_sync(sandbox)
    _rest(sandbox, after_each)
    solutions[-1] = replace(solutions[-1], name="Data lake and warehouse", status="Inactive")
    asks_for_a_sync(sandbox)
    _rest(sandbox, after_each)


def asks_for_a_sync(sandbox: Sandbox) -> None:
    """An operator does not want to wait for the daily run."""
    events = sandbox.cloud.events
    events.put(events.event("cosell", "Catalog Sync Requested", {}), "cosell-sandbox-events")


def _rest(sandbox: Sandbox, after_each: Callable[[], None]) -> None:
    sandbox.run_until_quiet()
    after_each()


def ending(sandbox: Sandbox, _lived: None = None) -> Ending:
    hubspot = sandbox.hubspot.simulator
    definition = hubspot.portal.definitions["deals"]["aws_solutions"]
    trail = [item for item in sandbox.items("sync-state", pk="catalog#Sandbox") if item["sk"].startswith("audit#")]
    return Ending(
        products=[timeless(dict(product.properties)) for product in hubspot.records("products")],
        options=[(option.value, option.label, option.hidden) for option in definition.options],
        trail=[(entry["action"], entry["target"], entry["changes"]) for entry in trail],
    )
