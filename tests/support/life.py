"""One deal's life, from the first edit to an update after AWS's approval, through every Task state; and its end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal

TIMES = {"CreatedDate", "LastModifiedDate", "createdate", "hs_lastmodifieddate", "aws_submitted_on", "aws_reviewed_on"}
"""What differs between two lives that took a different time."""


TOLD = {"create note review", "create task", "update task", "complete task"}
"""What the trail says of writes to the deal's timeline; a note's own time comes after it."""

IN_HUBSPOT = {"update deal", "fill company", "fill contact", "label contacts", *TOLD}


@dataclass
class Ending:
    """What is left of a life: what the seller sees, what AWS has, and what the trail says."""

    deal: dict[str, Any]
    notes: list[str]
    tasks: list[str]
    opportunities: list[dict[str, Any]]
    company: dict[str, Any] = field(default_factory=dict)
    roles: list[str | None] = field(default_factory=list)
    """What contacts show of AWS's team."""
    sent_to_aws: set[tuple[str, str, str]] = field(default_factory=set)
    """The trail's entries of writes at AWS: action, target, changes. A run that starts over notes each try again."""
    events_of_aws: dict[str, int] = field(default_factory=dict)
    """How often AWS told of each kind of change: something done twice would be told of twice."""
    told_seller: set[str] = field(default_factory=set)
    """Actions of the trail's entries of notes and tasks. A run that starts over says again that it is about to."""
    written_to_deal: set[str] = field(default_factory=set)
    """Names in the trail's entries of writes to the deal. A run that starts over writes in one go what took two."""


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    rest(sandbox, after_each)
    (opportunity,) = sandbox.partner_central.opportunities
    # AWS adds what the company in HubSpot has not.
    sandbox.partner_central.aws.edits(opportunity.id, "Customer.Account.Duns", "123456789")
    # And the contact is one of AWS's people.
    sandbox.partner_central.aws.staffs(opportunity.id, ("Art", "Vandelay", "art.1@vandelay.com", "PSM"))
    sandbox.partner_central.aws.approves(opportunity.id)
    rest(sandbox, after_each)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    rest(sandbox, after_each)
    return deal


def rest(sandbox: Sandbox, after_each: Callable[[], None]) -> None:
    sandbox.run_until_quiet()
    after_each()


def ending(sandbox: Sandbox, deal: Deal) -> Ending:
    trail = sandbox.audit(deal.id)
    return Ending(
        deal=timeless(dict(deal.now)),
        company=timeless(dict(sandbox.hubspot.simulator.record("companies", deal.company or "").properties)),
        roles=[record.properties.get("aws_contact_role") for record in sandbox.hubspot.simulator.records("contacts")],
        notes=deal.notes,
        tasks=deal.tasks,
        opportunities=[timeless(one.body) for one in sandbox.partner_central.opportunities],
        sent_to_aws={_sent(entry) for entry in trail if entry["action"].partition("#")[0] not in IN_HUBSPOT},
        events_of_aws=Counter(event["detail-type"] for event in _events_of_aws(sandbox)),
        told_seller={action for entry in trail if (action := entry["action"].partition("#")[0]) in TOLD},
        written_to_deal={
            name for entry in trail if entry["action"] == "update deal" for name in json.loads(entry["properties"])
        },
    )


def _events_of_aws(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    return (event for _, event in sandbox.cloud.events.seen if event["source"] == "aws.partnercentral-selling")


def _sent(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["action"], entry["target"], entry["changes"]


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: timeless(inner) for name, inner in value.items() if name not in TIMES}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


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
