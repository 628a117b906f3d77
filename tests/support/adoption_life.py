"""An opportunity's life that begins at AWS: a colleague accepts a referral there, and HubSpot has never heard of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.hubspot import RecordView
from tests.support.life import timeless


@dataclass
class Ending:
    """What sellers find in the portal, what AWS has, and which records are linked."""

    records: dict[str, list[dict[str, Any]]]
    people: list[list[int]]
    """The numbers of the associations of each contact with each deal, labels included."""
    notes: list[str]
    opportunities: list[dict[str, Any]]
    links: list[dict[str, Any]]


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> None:
    """Lives it; `after_each` is called once the world has become quiet."""
    sandbox.partner_central.aws.refers(catalog="Sandbox")
    sandbox.run_until_quiet()
    after_each()


def ending(sandbox: Sandbox, _lived: None = None) -> Ending:
    hubspot = sandbox.hubspot.simulator
    kinds = ("deals", "companies", "contacts", "line_items")
    records = {kind: [_lasting(record.properties) for record in hubspot.records(kind)] for kind in kinds}
    return Ending(
        records=records,
        people=[sorted(types) for deal in hubspot.records("deals") for types in _contacts(deal).values()],
        notes=[note for deal in hubspot.records("deals") for note in sandbox.hubspot.deal(deal.id).notes],
        opportunities=[timeless(one.body) for one in sandbox.partner_central.opportunities],
        links=sorted(sandbox.items("links"), key=lambda item: str(item["pk"])),
    )


def _contacts(deal: RecordView) -> dict[str, list[int]]:
    return deal.associations.get("contacts", {})


def _lasting(properties: Any) -> dict[str, Any]:
    """Without the time of a record's last change, which contacts name their own way, and without its number: a create
    that is refused takes one, too."""
    passing = {"lastmodifieddate", "hs_object_id"}
    lasting: dict[str, Any] = timeless({name: value for name, value in properties.items() if name not in passing})
    return lasting
