"""What people write and who they are stays in HubSpot, at AWS and in the pair's own records: nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cosell.sandbox import Sandbox

PLANTED = {
    "deal name": "Quixotic-Umbrella-7731",
    "company": "Zanzibar-Holdings-4402",
    "contact": "Perpetua Oxenham-9158",
    "problem": "Confidential-Ledger-2267 takes two days to reconcile, every single month.",
    "street": "Umbrage-Street-6013",
    "spend": "987654",
}


def _live(sandbox: Sandbox) -> None:
    """A life in which much goes wrong: refusals, failures that show in histories, an event that nobody takes."""
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(
        name=PLANTED["deal name"],
        company=PLANTED["company"],
        contact=PLANTED["contact"],
        shared_with_aws=True,
        aws_customer_problem=PLANTED["problem"],
        aws_monthly_spend=PLANTED["spend"],
        aws_action="submit",
    )
    seller.edits_company(deal, address=PLANTED["street"])
    sandbox.run_until_quiet()
    sandbox.partner_central.fail(until_healed=True)
    seller.edits(deal, aws_monthly_spend="-" + PLANTED["spend"])
    sandbox.run_until_quiet()
    sandbox.heal()
    sandbox.hubspot.fail("deals.update", with_="timeout", until_healed=True)
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.asks_for_changes(opportunity.id, f"What is {PLANTED['deal name']}?")
    sandbox.run_until_quiet()
    sandbox.remote("states").fail(until_healed=True)
    seller.edits(deal, aws_monthly_spend=PLANTED["spend"] + "1")
    sandbox.run_until_quiet()
    sandbox.advance(25 * 3600)


def _everything_that_operators_see(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    for execution in sandbox.executions.all:
        yield f"history of {execution.name}", json.dumps(execution.history, default=str)
    for line in sandbox.logs:
        yield f"log of {line.function}", line.text
    for bus, event in sandbox.cloud.events.seen:
        yield f"event on {bus}", json.dumps(event, default=str)
    for _, queue in sandbox.deployment.of_type("AWS::SQS::Queue"):
        name = queue.attributes["QueueName"]
        yield f"queue {name}", json.dumps(sandbox.dlq(name), default=str)


def test_no_persons_data_leaves_the_records(sandbox: Sandbox) -> None:
    _live(sandbox)
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.title == PLANTED["deal name"], "what is planted must have been through everything"
    assert sandbox.executions.failed
    assert any(where.startswith("queue") and text != "[]" for where, text in _everything_that_operators_see(sandbox))

    found = [
        (what, where)
        for where, text in _everything_that_operators_see(sandbox)
        for what, planted in PLANTED.items()
        if planted in text or planted.split()[0] in text
    ]

    assert found == []


def test_the_audit_trail_hashes_people(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(contact=PLANTED["contact"], shared_with_aws=True)
    sandbox.run_until_quiet()

    trail = json.dumps(sandbox.audit(deal.id), default=str)

    assert "Customer.Contacts" in trail
    assert "hashed:" in trail
    assert "Oxenham" not in trail
