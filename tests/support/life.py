"""One deal's life, from the first edit to an update after AWS's approval, through every Task state; and its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal

TIMES = {"CreatedDate", "LastModifiedDate", "createdate", "hs_lastmodifieddate"}
"""What differs between two lives that took a different time."""


@dataclass
class Ending:
    """What is left of a life: what the seller sees, what AWS has, and what the trail says."""

    deal: dict[str, Any]
    notes: list[str]
    opportunities: list[dict[str, Any]]
    sent_to_aws: list[tuple[str, str, str]] = field(default_factory=list)
    """The trail's entries of writes at AWS: action, target, changes."""
    written_to_deal: set[str] = field(default_factory=set)
    """Names in the trail's entries of writes to the deal. A run that starts over writes in one go what took two."""


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    _rest(sandbox, after_each)
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.approves(opportunity.id)
    _rest(sandbox, after_each)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    _rest(sandbox, after_each)
    return deal


def _rest(sandbox: Sandbox, after_each: Callable[[], None]) -> None:
    sandbox.run_until_quiet()
    after_each()


def ending(sandbox: Sandbox, deal: Deal) -> Ending:
    trail = sandbox.audit(deal.id)
    return Ending(
        deal=_timeless(dict(deal.now)),
        notes=deal.notes,
        opportunities=[_timeless(one.body) for one in sandbox.partner_central.opportunities],
        sent_to_aws=sorted(_sent(entry) for entry in trail if entry["action"] != "update deal"),
        written_to_deal={
            name for entry in trail if entry["action"] == "update deal" for name in json.loads(entry["properties"])
        },
    )


def _sent(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["action"], entry["target"], entry["changes"]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(inner) for name, inner in value.items() if name not in TIMES}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value


def calls_of_tasks(sandbox: Sandbox) -> Iterator[tuple[str, str, str, int]]:
    """Each remote call of each Task state once, as (state, remote, operation, how many-eth of its invocation)."""
    seen: dict[tuple[str, str, str, int], None] = {}
    counted: dict[tuple[str, str, str], int] = {}
    for call in sandbox.calls:
        if not call.caller.state:
            continue
        key = (call.caller.request, call.remote, call.operation)
        counted[key] = counted.get(key, 0) + 1
        seen[call.caller.state, call.remote, call.operation, counted[key]] = None
    return iter(seen)
