"""Remotes break, answers get lost, quotas run out: short troubles are waited out, long ones fail and are redriven."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import Kind
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.wire import Request


@pytest.mark.parametrize("how", ["failed", "throttled", "unavailable", "timeout", "reset", "lost answer"])
def test_a_short_trouble_is_waited_out(sandbox: Sandbox, how: Kind) -> None:
    for remote in (sandbox.partner_central, sandbox.hubspot, sandbox.dynamodb):
        remote.fail(with_=how, times=2)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")

    sandbox.run_until_quiet()

    assert sandbox.executions.failed == []
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.review_status == "Submitted"
    assert deal.now["aws_sync_status"] == "in_review"


def test_a_failed_create_is_mended_by_a_redrive(sandbox: Sandbox) -> None:
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)  # AWS did it; unheard of
    sandbox.hubspot.seller.creates_deal(name="Data platform", company="Vandelay", shared_with_aws=True)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    assert failed.state == "Create opportunity"

    sandbox.partner_central.heal()
    failed.redrive()
    sandbox.run_until_quiet()

    assert failed.status == "SUCCEEDED"
    assert len(sandbox.partner_central.opportunities) == 1


def test_an_edit_after_a_lost_create_answer_reaches_the_same_opportunity(sandbox: Sandbox) -> None:
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.heal()

    sandbox.advance(3600)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
    assert deal.now["aws_opportunity_id"] == opportunity.id


def test_an_old_intent_is_looked_up_before_it_is_sent_again(sandbox: Sandbox) -> None:
    """AWS forgets a token after a day: sent again, it would make a second opportunity."""
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    sandbox.heal()

    sandbox.advance(3 * 24 * 3600)
    failed.redrive()
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert deal.now["aws_opportunity_id"] == opportunity.id
    assert failed.outcome == "IN_STEP"


def test_a_property_that_hubspot_refuses_fails_where_the_operator_sees_its_name(sandbox: Sandbox) -> None:
    hubspot = sandbox.hubspot.simulator
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    url = "https://api.hubapi.com/crm/v3/properties/deals/aws_sync_status"
    hubspot.handle(Request("DELETE", url, {"authorization": f"Bearer {hubspot.app.token}"}))

    sandbox.run_until_quiet()

    (failed,) = sandbox.executions.failed
    assert (failed.state, failed.error) == ("Update deal", "Misconfigured")
    assert "aws_sync_status" in (failed.cause or "")


def test_a_new_opportunity_that_cannot_be_read_yet_is_waited_for(assembly: Path) -> None:
    with Sandbox(assembly, partner_central=replace(Switches(), read_lag=20)) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)

        sandbox.run_until_quiet()

        (opportunity,) = sandbox.partner_central.opportunities
        assert opportunity.solutions == ("S-1234567",)
        assert deal.now["aws_sync_status"] == "in_step"
        assert sandbox.executions.failed == []


def test_a_linked_opportunity_that_is_not_to_be_seen_is_never_made_again(sandbox: Sandbox) -> None:
    """By then AWS has forgotten the token that it was made with."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.advance(3 * 24 * 3600)
    known = sandbox.partner_central.simulator.state.opportunities
    hidden = dict(known)
    known.clear()

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    assert (failed.state, failed.error) == ("Plan sync", "RemoteUnavailable")

    known.update(hidden)
    failed.redrive()
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.id == deal.now["aws_opportunity_id"]
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
