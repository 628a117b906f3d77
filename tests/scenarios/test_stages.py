"""Deals move through their stages, are launched and lost; and AWS moves things, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.people import Deal

SALES_REP = ("Jane", "Roe", "jane@example.com", "AWSSalesRep")


def _approved(sandbox: Sandbox, **properties: str) -> tuple[Deal, str]:
    """A deal that AWS has approved, and its opportunity's id."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit", **properties)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.approves(opportunity.id)
    sandbox.run_until_quiet()
    return deal, opportunity.id


def _life_cycle(sandbox: Sandbox) -> dict[str, Any]:
    (opportunity,) = sandbox.partner_central.opportunities
    life_cycle: dict[str, Any] = opportunity.body["LifeCycle"]
    return life_cycle


def _edits(sandbox: Sandbox, deal: Deal, **properties: str) -> None:
    sandbox.hubspot.seller.edits(deal, **properties)
    sandbox.run_until_quiet()


def test_a_deal_is_won_launched_and_stays_won(sandbox: Sandbox) -> None:
    deal, _ = _approved(sandbox)
    assert deal.now["aws_submitted_on"]
    assert deal.now["aws_reviewed_on"]

    _edits(sandbox, deal, dealstage="closedwon")
    assert _life_cycle(sandbox)["Stage"] == "Committed"
    _edits(sandbox, deal, aws_action="launch")

    assert _life_cycle(sandbox)["Stage"] == "Launched"
    assert deal.now["aws_action"] is None
    assert deal.now["dealstage"] == "closedwon"
    assert deal.now["aws_opportunity_stage"] == "Launched"
    assert deal.now["aws_sync_status"] == "closed"
    assert deal.now["aws_sync_message"] is None
    assert deal.now["aws_launched_on"]
    assert sandbox.executions.failed == []


def test_a_launch_that_aws_refuses_goes_out_once_the_seller_has_mended_it(assembly: Path) -> None:
    with Sandbox(assembly, partner_central=Switches(services_partner=True)) as sandbox:
        deal, _ = _approved(sandbox, dealstage="closedwon")

        _edits(sandbox, deal, aws_action="launch")
        assert _life_cycle(sandbox)["Stage"] == "Committed"
        assert deal.now["aws_sync_status"] == "needs_you"
        assert deal.now["aws_action"] is None
        first, second = (deal.now["aws_sync_message"] or "").splitlines()
        assert first.startswith("Company AWS: account ID: AWS needs it, for example 123456789012 (AWS says: ")
        assert second == "Launch: waits for what is said here, and is done then."

        sandbox.hubspot.seller.edits_company(deal, aws_account_id="123456789012")
        _edits(sandbox, deal, aws_action="refresh")
        assert _life_cycle(sandbox)["Stage"] == "Launched"
        assert deal.now["aws_sync_message"] is None
        assert deal.now["aws_sync_status"] == "closed"


def test_a_deal_is_lost_with_a_reason_and_opened_again(sandbox: Sandbox) -> None:
    deal, _ = _approved(sandbox)

    _edits(sandbox, deal, dealstage="closedlost")
    assert deal.now["aws_sync_message"] == "AWS: why lost: it is empty, for example Price."
    assert _life_cycle(sandbox)["Stage"] == "Qualified"

    _edits(sandbox, deal, closed_lost_reason="Too expensive")
    assert _life_cycle(sandbox)["Stage"] == "Closed Lost"
    assert _life_cycle(sandbox)["ClosedLostReason"] == "Price"
    assert deal.now["aws_sync_status"] == "closed"

    _edits(sandbox, deal, dealstage="presentationscheduled")
    assert _life_cycle(sandbox)["Stage"] == "Technical Validation"
    assert _life_cycle(sandbox).get("ClosedLostReason") is None
    *_, opened_again = [entry for entry in sandbox.audit(deal) if entry["action"] == "update opportunity"]
    changes = {change["path"]: change["before"] for change in json.loads(opened_again["changes"])}
    assert changes == {"LifeCycle.Stage": "Closed Lost", "LifeCycle.ClosedLostReason": "Price"}
    assert deal.now["aws_sync_status"] == "in_step"
    assert sandbox.executions.failed == []


def test_a_draft_keeps_its_stage_until_aws_has_approved_the_deal(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()

    _edits(sandbox, deal, dealstage="decisionmakerboughtin")
    assert _life_cycle(sandbox)["Stage"] == "Qualified"
    assert deal.now["aws_sync_status"] == "on_hold"

    _edits(sandbox, deal, dealstage="closedlost")
    assert deal.now["aws_sync_status"] == "closed"
    assert "The draft stays at AWS as it is" in (deal.now["aws_sync_message"] or "")

    _edits(sandbox, deal, dealstage="decisionmakerboughtin", aws_action="submit")
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.approves(opportunity.id)
    sandbox.run_until_quiet()
    assert _life_cycle(sandbox)["Stage"] == "Business Validation"
    assert deal.now["aws_sync_status"] == "in_step"
    assert sandbox.executions.failed == []


def test_aws_moves_a_deal_forward_and_asks_about_all_else(sandbox: Sandbox) -> None:
    deal, opportunity = _approved(sandbox)

    sandbox.partner_central.aws.moves_stage(opportunity, "Business Validation")
    sandbox.run_until_quiet()
    assert deal.now["dealstage"] == "decisionmakerboughtin"
    assert deal.now["aws_sync_status"] == "in_step"

    sandbox.partner_central.aws.moves_stage(opportunity, "Closed Lost", lost_reason="Price")
    sandbox.run_until_quiet()
    assert deal.now["dealstage"] == "decisionmakerboughtin"
    assert deal.now["aws_sync_status"] == "needs_you"
    assert (deal.now["aws_sync_message"] or "").startswith("Deal stage: at AWS the deal is Closed Lost.")

    _edits(sandbox, deal, dealstage="closedlost")
    assert deal.now["aws_sync_status"] == "closed"
    assert deal.now["aws_sync_message"] is None
    assert sandbox.executions.failed == []


def test_what_aws_has_in_its_own_records_shows_on_the_deal(sandbox: Sandbox) -> None:
    deal, opportunity = _approved(sandbox, aws_involvement="For Visibility Only")
    aws = sandbox.partner_central.aws

    aws.moves_own_stage(opportunity, "Seller Engaged", closes_on="2027-03-01", next_steps="Call the architect")
    aws.staffs(opportunity, SALES_REP)
    aws.scores(opportunity, "High", quality=70)
    aws.turns_to_co_sell(opportunity, "Expansion Opportunity")
    sandbox.run_until_quiet()

    assert deal.now["aws_seller_stage"] == "Seller Engaged"
    assert deal.now["aws_seller_close_date"] == "2027-03-01"
    assert (deal.now["aws_next_steps_from_aws"] or "").endswith(": Call the architect")
    assert deal.now["aws_team"] == "AWS sales rep, Jane Roe, jane@example.com"
    assert deal.now["aws_engagement_score"] == "High"
    assert deal.now["aws_involvement"] == "Co-Sell"
    assert any("AWS co-sells this deal from now on" in note for note in deal.notes)
    (after,) = sandbox.partner_central.opportunities
    assert after.body["PrimaryNeedsFromAws"] == ["Co-Sell - Deal Support"]
    assert deal.now["dealstage"] == "qualifiedtobuy"
    assert sandbox.executions.failed == []


def test_an_edit_that_aws_drops_after_the_launch_does_not_go_back_and_forth(assembly: Path) -> None:
    with Sandbox(assembly, partner_central=Switches(launched_keeps_the_rest=True)) as sandbox:
        deal, _ = _approved(sandbox, dealstage="closedwon")
        _edits(sandbox, deal, aws_action="launch")

        _edits(sandbox, deal, aws_use_case="SAP")

        # AWS takes the update without a word and keeps what it had: the deal shows what AWS has.
        assert deal.now["aws_use_case"] == "Migration / Database Migration"
        assert deal.now["aws_sync_status"] == "closed"
        assert sandbox.executions.failed == []


def test_a_stage_that_the_mapping_forgot_is_said_to_the_seller_and_counted_for_the_operator(sandbox: Sandbox) -> None:
    sandbox.hubspot.simulator.admin.adds_stage("legal", "Legal review")
    deal, _ = _approved(sandbox)

    _edits(sandbox, deal, dealstage="legal", aws_use_case="SAP")

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["CustomerUseCase"] == "SAP"
    assert _life_cycle(sandbox)["Stage"] == "Qualified"
    assert (deal.now["aws_sync_message"] or "").startswith("Deal stage: this stage is not mapped to a stage of AWS")
    assert any("stage legal of pipeline default is not in the field mapping" in line.text for line in sandbox.logs)
