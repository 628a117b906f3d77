"""AWS tells of every opportunity of the partner's: of those that are not linked, some are not ours to touch."""

from __future__ import annotations

from pathlib import Path

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central import Switches
from tests.support import colleague

HOUR = 3600


def test_our_own_opportunity_is_found_before_it_is_linked(sandbox: Sandbox) -> None:
    """AWS made it and we never heard: the deal's id that it carries says whose it is."""
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert [item["pk"] for item in sandbox.items("links") if item["pk"].startswith("opp#")] == []
    of_aws = [execution for execution in sandbox.executions.all if execution.input["source"].startswith("aws.")]
    assert [execution.outcome for execution in of_aws] == ["COALESCED"]

    sandbox.heal()
    sandbox.advance(HOUR)
    sandbox.partner_central.aws.edits(opportunity.id, "Project.CustomerUseCase", "SAP")
    sandbox.run_until_quiet()

    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity.id]
    assert deal.now["aws_opportunity_id"] == opportunity.id
    assert deal.now["aws_sync_status"] == "in_step"


def test_our_own_opportunity_is_found_although_it_does_not_say_whose_it_is(assembly: Path) -> None:
    """AWS leaves the deal's id out of what it shows; then the customer and the title speak for it."""
    with Sandbox(assembly, partner_central=Switches(echo_partner_identifier=False)) as sandbox:
        sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
        sandbox.run_until_quiet()
        (failed,) = sandbox.executions.failed

        sandbox.heal()
        failed.redrive()
        sandbox.run_until_quiet()

        assert len(sandbox.partner_central.opportunities) == 1
        assert [one.id for one in sandbox.hubspot.simulator.records("deals")] == [deal.id]
        assert deal.now["aws_sync_status"] == "in_step"


def test_another_system_s_opportunity_is_left_alone(sandbox: Sandbox) -> None:
    colleague.creates_opportunity(sandbox, PartnerOpportunityIdentifier="SF-0042")

    sandbox.run_until_quiet()

    assert sandbox.executions.outcomes == ["NOT_SHARED"]
    assert sandbox.items("links") == sandbox.items("sync-state") == []
    assert sandbox.hubspot.calls == []


def test_an_opportunity_from_before_the_go_live_day_is_left_alone(sandbox: Sandbox) -> None:
    sandbox.partner_central.aws.refers(catalog="Sandbox", days_ago=60)

    sandbox.run_until_quiet()

    assert set(sandbox.executions.outcomes) == {"NOT_SHARED"}
    assert sandbox.items("links") == []
    assert sandbox.hubspot.calls == []
