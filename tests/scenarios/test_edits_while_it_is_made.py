"""Somebody edits in the seconds in which Cosell makes the opportunity, or writes to the deal."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import Fault
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.people import Deal


def _just_created(sandbox: Sandbox) -> tuple[Deal, str]:
    """A deal whose opportunity is made a moment ago, in the run that is still under way."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.clock.run_while(lambda: not sandbox.partner_central.opportunities)
    (opportunity,) = sandbox.partner_central.opportunities
    return deal, opportunity.id


def _until_it_is_read(sandbox: Sandbox) -> None:
    """Until the deal and all around it are read, and nothing is written yet."""
    called = len(sandbox.calls)
    sandbox.clock.run_while(lambda: all(one.operation != "contacts.batch_read" for one in sandbox.calls[called:]))


def test_a_person_who_is_taken_back_at_once_is_taken_off_at_aws(sandbox: Sandbox) -> None:
    deal, _ = _just_created(sandbox)

    sandbox.hubspot.seller.edits_contact(deal, aws_share_contact="false")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Customer"].get("Contacts") in (None, [])


def test_what_aws_edits_at_once_is_an_edit_of_aws_s(sandbox: Sandbox) -> None:
    deal, opportunity = _just_created(sandbox)

    sandbox.partner_central.aws.edits(opportunity, "Project.CustomerUseCase", "SAP")
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    assert deal.now["aws_use_case"] == "SAP"
    (after,) = sandbox.partner_central.opportunities
    assert after.body["Project"]["CustomerUseCase"] == "SAP"
    assert after.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"


def test_whose_it_is_stays_where_aws_never_shows_it(assembly: Path) -> None:
    with Sandbox(assembly, partner_central=Switches(echo_partner_identifier=False)) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
        sandbox.run_until_quiet()
        (opportunity,) = sandbox.partner_central.opportunities
        sandbox.partner_central.aws.approves(opportunity.id)
        sandbox.run_until_quiet()

        sandbox.hubspot.seller.edits(deal, aws_use_case="SAP")
        sandbox.run_until_quiet()

        (after,) = sandbox.partner_central.opportunities
        assert (after.partner_id, after.body["Project"]["CustomerUseCase"]) == (deal.id, "SAP")
        assert (deal.now["aws_sync_status"], deal.now["aws_sync_message"]) == ("in_step", None)


def test_an_edit_between_cosell_s_read_and_its_write_is_not_overwritten(sandbox: Sandbox) -> None:
    """The plan read an empty property and has its default shown; the seller was faster."""
    deal, _ = _just_created(sandbox)

    sandbox.hubspot.seller.edits(deal, aws_delivery_models="Resell")
    sandbox.run_until_quiet()

    assert deal.now["aws_delivery_models"] == "Resell"
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["DeliveryModels"] == ["Resell"]
    assert f"give back edits of {deal.id}" in [entry["action"] for entry in sandbox.audit(deal)]


def test_an_edit_made_while_aws_s_value_comes_is_the_later_one(sandbox: Sandbox) -> None:
    deal, opportunity = _just_created(sandbox)
    sandbox.run_until_quiet()
    sandbox.partner_central.aws.edits(opportunity, "Project.CustomerUseCase", "SAP")
    _until_it_is_read(sandbox)
    sandbox.hubspot.seller.edits(deal, aws_use_case="Storage & Backup")
    sandbox.run_until_quiet()

    assert deal.now["aws_use_case"] == "Storage & Backup"
    (after,) = sandbox.partner_central.opportunities
    assert after.body["Project"]["CustomerUseCase"] == "Storage & Backup"
    values = [entry["changes"] for entry in sandbox.audit(deal) if entry["action"] == "update opportunity"]
    assert any('"before": "SAP"' in changes for changes in values), "AWS's edit is in the trail"


def test_a_company_that_somebody_completes_at_the_same_time_keeps_their_value(sandbox: Sandbox) -> None:
    deal, opportunity = _just_created(sandbox)
    sandbox.run_until_quiet()
    sandbox.partner_central.aws.edits(opportunity, "Customer.Account.Duns", "123456789")
    _until_it_is_read(sandbox)
    sandbox.hubspot.seller.edits_company(deal, aws_duns="987654321")
    sandbox.run_until_quiet()

    company = sandbox.hubspot.simulator.record("companies", deal.company or "")
    assert company.properties["aws_duns"] == "987654321"
    (after,) = sandbox.partner_central.opportunities
    assert after.body["Customer"]["Account"]["Duns"] == "987654321"


@pytest.mark.parametrize("is_redriven", [True, False])
def test_an_edit_that_cosell_wrote_over_and_could_not_look_for_is_found_by_the_next_run(
    sandbox: Sandbox, *, is_redriven: bool
) -> None:
    """The write goes through, then HubSpot is down, and the turn is over before anybody looks again."""
    deal, opportunity = _just_created(sandbox)
    sandbox.run_until_quiet()
    sandbox.partner_central.aws.edits(opportunity, "Project.CustomerUseCase", "SAP")
    sandbox.partner_central.aws.edits(opportunity, "Customer.Account.Duns", "123456789")
    _until_it_is_read(sandbox)
    sandbox.hubspot.seller.edits(deal, aws_use_case="Storage & Backup")
    down = Fault("failed", "hubspot", state="Update deal", times=None)
    sandbox.cloud.faults.add(Fault("slow", "hubspot", "deals.update", state="Update deal", seconds=0.1, then=down))
    sandbox.run_until_quiet()
    assert deal.now["aws_use_case"] == "SAP"
    (failed,) = sandbox.executions.failed

    sandbox.heal()
    sandbox.advance(3600)
    if is_redriven:
        failed.redrive()
    else:
        sandbox.partner_central.aws.sets_summary(opportunity)
    sandbox.run_until_quiet()

    assert deal.now["aws_use_case"] == "Storage & Backup"
    (after,) = sandbox.partner_central.opportunities
    assert after.body["Project"]["CustomerUseCase"] == "Storage & Backup"
    company = sandbox.hubspot.simulator.record("companies", deal.company or "")
    assert company.properties["aws_duns"] == "123456789"
    assert f"give back edits of {deal.id}" in [entry["action"] for entry in sandbox.audit(deal)]
    assert len(sandbox.executions.failed) == (0 if is_redriven else 1)


def test_an_action_chosen_while_the_one_before_is_cleared_is_answered(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="refresh")
    sandbox.clock.run_while(lambda: not sandbox.partner_central.opportunities)

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.submitted
    assert deal.now["aws_action"] is None


@pytest.mark.parametrize("shows_whose", [True, False])
@pytest.mark.parametrize("edit", [{"aws_use_case": ""}, {"aws_share": "paused"}], ids=lambda edit: next(iter(edit)))
def test_an_opportunity_that_was_made_and_never_answered_for_is_found(
    assembly: Path, edit: dict[str, str], *, shows_whose: bool
) -> None:
    """The run that made it fails. What the seller edits next is no reason to create anything, and it is there."""
    with Sandbox(assembly, partner_central=Switches(echo_partner_identifier=shows_whose)) as sandbox:
        sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
        sandbox.run_until_quiet()
        (opportunity,) = sandbox.partner_central.opportunities
        (failed,) = sandbox.executions.failed
        sandbox.heal()
        sandbox.advance(600)  # until its turn is over

        sandbox.hubspot.seller.edits(deal, **edit)
        sandbox.run_until_quiet()
        failed.redrive()
        sandbox.run_until_quiet()

        assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity.id]
        assert deal.now["aws_opportunity_id"] == opportunity.id
        assert sandbox.executions.failed == []


def test_what_was_never_made_is_not_made_after_all(sandbox: Sandbox) -> None:
    """AWS refused it for a fault of its own; then the seller took it back."""
    sandbox.partner_central.fail("CreateOpportunity", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    sandbox.heal()
    sandbox.advance(600)

    sandbox.hubspot.seller.pauses(deal)
    failed.redrive()
    sandbox.run_until_quiet()

    assert sandbox.partner_central.opportunities == []
    assert sandbox.executions.failed == []
