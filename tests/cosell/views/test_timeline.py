"""An execution, told state by state."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.views.timeline import Visit, cause, visits


@pytest.fixture
def told(sandbox: Sandbox) -> list[Visit]:
    """A run that fails at its last write, and goes on after a redrive."""
    sandbox.hubspot.fail("deals.update", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.hubspot.heal()
    (run,) = sandbox.executions.failed
    run.redrive()
    sandbox.run_until_quiet()
    return visits(run, sandbox.calls)


def test_every_state_but_the_choices_is_told_in_order(told: list[Visit]) -> None:
    names = [visit.state for visit in told]

    assert names[:6] == [
        "Take turn",
        "Settle",
        "Plan sync",
        "Create opportunity",
        "Associate opportunity",
        "Update deal",
    ]
    assert names[-2:] == ["Finish turn", "Done"]
    assert [visit.entered for visit in told] == sorted(visit.entered for visit in told)


def test_what_a_state_did_is_told_from_its_result_and_its_calls(sandbox: Sandbox, told: list[Visit]) -> None:
    (opportunity,) = sandbox.partner_central.opportunities
    what = {visit.state: visit.what for visit in reversed(told)}

    assert what["Take turn"] == "takes the pair's turn, fence 1"
    assert what["Settle"] == "waits 8 s for the rest of the burst"
    assert what["Create opportunity"] == f"CreateOpportunity → {opportunity.id}"
    assert what["Done"] == "IN_STEP"


def test_a_failed_state_and_its_redrive_are_two_visits(told: list[Visit]) -> None:
    failed, redriven = [visit for visit in told if visit.state == "Update deal"][:2]

    assert failed.failed
    assert failed.what == "FAILED after 9 attempts: RemoteUnavailable"
    assert (redriven.redriven, redriven.failed, redriven.what) == (True, False, "writes to the deal what AWS has")


def test_the_cause_is_the_tasks_own_sentence(sandbox: Sandbox) -> None:
    sandbox.hubspot.fail("deals.get", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()

    (run,) = sandbox.executions.failed[:1]

    assert cause(run) == f"HubSpot GET /crm/objects/2026-09/deals/{deal.id}: 502"


def test_a_caught_error_leads_back_to_planning() -> None:
    visit = Visit(
        "Update deal", "Task", 0.0, left=1.0, result={"Error": "LeaseLost", "Cause": ""}, errors=["LeaseLost"]
    )

    assert visit.what == "LeaseLost: plans again"
