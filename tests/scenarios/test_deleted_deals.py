"""A deal is deleted: its opportunity waits, for the deal may come back; and of many at once, none is closed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import LAMBDA, Fault
from cosell.sandbox.people import Deal
from cosell.sandbox.wire import Request

HOUR = 3600
DAY = 24 * HOUR


def _approved(sandbox: Sandbox, count: int = 1) -> list[Deal]:
    seller = sandbox.hubspot.seller
    deals = [
        seller.creates_deal(name=f"Deal {number}", shared_with_aws=True, aws_action="submit") for number in range(count)
    ]
    sandbox.run_until_quiet()
    for opportunity in sandbox.partner_central.opportunities:
        sandbox.partner_central.aws.approves(opportunity.id)
    sandbox.run_until_quiet()
    return deals


def _stages(sandbox: Sandbox) -> list[str]:
    return [one.body["LifeCycle"]["Stage"] for one in sandbox.partner_central.opportunities]


@pytest.fixture
def few(sandbox: Sandbox) -> Sandbox:
    """A deployment in which two deleted deals an hour are many."""
    functions = sandbox.cloud.functions.deployed
    for name, function in list(functions.items()):
        if name.endswith("-plan-sync"):
            functions[name] = replace(function, environment={**function.environment, "COSELL_MOST_DELETIONS": "2"})
    return sandbox


def test_a_restored_deal_goes_on(sandbox: Sandbox) -> None:
    (deal,) = _approved(sandbox)
    sandbox.hubspot.seller.deletes(deal)
    sandbox.advance(20 * HOUR)

    sandbox.hubspot.seller.restores(deal)
    sandbox.advance(2 * DAY)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    assert _stages(sandbox) == ["Qualified"]
    assert deal.now["aws_sync_status"] == "in_step"
    assert sandbox.executions.running == sandbox.executions.failed == []


def test_a_deal_that_is_restored_after_it_was_closed_opens_its_opportunity_again(sandbox: Sandbox) -> None:
    (deal,) = _approved(sandbox)
    sandbox.hubspot.seller.deletes(deal)
    sandbox.run_until_quiet()
    assert _stages(sandbox) == ["Closed Lost"]

    sandbox.hubspot.seller.restores(deal)
    sandbox.run_until_quiet()

    assert deal.now["dealstage"] == "qualifiedtobuy", "the seller's stage is not touched"
    assert _stages(sandbox) == ["Qualified"]


def test_one_run_waits_for_a_deleted_deal_and_writes_nothing(sandbox: Sandbox) -> None:
    (deal,) = _approved(sandbox)
    (opportunity,) = sandbox.partner_central.opportunities
    called = len(sandbox.calls)

    sandbox.hubspot.seller.deletes(deal)
    sandbox.advance(HOUR)
    sandbox.partner_central.aws.edits(opportunity.id, "Project.AdditionalComments", "Where did it go?")
    sandbox.advance(HOUR)

    assert len(sandbox.executions.running) == 1
    written = {call.operation for call in sandbox.calls[called:] if call.remote in {"hubspot", "partner_central"}}
    assert {"deals.update", "UpdateOpportunity"}.isdisjoint(written)


def test_what_cosell_archives_itself_closes_nothing(sandbox: Sandbox) -> None:
    (deal,) = _approved(sandbox)
    hubspot = sandbox.hubspot.simulator
    headers = {"authorization": f"Bearer {hubspot.app.token}"}
    hubspot.handle(Request("DELETE", f"https://api.hubapi.com/crm/v3/objects/deals/{deal.id}", headers, b""))
    (opportunity,) = sandbox.partner_central.opportunities

    sandbox.advance(2 * DAY)
    sandbox.partner_central.aws.edits(opportunity.id, "Project.AdditionalComments", "Still there?")
    sandbox.run_until_quiet()

    assert _stages(sandbox) == ["Qualified"]


def _confirm(sandbox: Sandbox) -> None:
    events = sandbox.cloud.events
    (bus,) = (made.ref for _, made in sandbox.deployment.of_type("AWS::Events::EventBus"))
    events.put(events.event("cosell", "Deletions Confirmed", {}), bus)


def test_an_operator_s_word_that_is_redriven_covers_nothing_deleted_after_it(few: Sandbox) -> None:
    deals = _approved(few, 3)
    few.cloud.faults.add(Fault("failed", LAMBDA, state="Resolve pairs", times=None))
    _confirm(few)
    few.run_until_quiet()
    (failed,) = few.executions.failed
    for deal in deals:
        few.hubspot.seller.deletes(deal)
    few.heal()

    failed.redrive()
    few.run_until_quiet()

    assert _stages(few) == ["Qualified"] * 3


def test_many_deletions_at_once_close_nothing_until_an_operator_confirms(few: Sandbox) -> None:
    deals = _approved(few, 3)
    for deal in deals:
        few.hubspot.seller.deletes(deal)
    few.run_until_quiet()

    assert _stages(few) == ["Qualified"] * 3
    counted = [json.loads(line.text) for line in few.logs if "HeldDeletions" in line.text]
    assert {line["function_name"] for line in counted} == {"cosell-sandbox-plan-sync"}
    assert counted[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "HeldDeletions", "Unit": "Count"}]

    _confirm(few)
    few.run_until_quiet()
    assert _stages(few) == ["Closed Lost"] * 3
