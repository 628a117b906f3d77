"""An opportunity that was made at AWS becomes a deal: with company, contacts and a note, once, and never by a guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import Fault, Kind
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.people import Deal
from tests.support import colleague

CUSTOMER = {"Account": {"CompanyName": "Vandelay", "WebsiteUrl": "https://www.vandelay.com/about"}}


def _deals(sandbox: Sandbox) -> list[Deal]:
    return [sandbox.hubspot.deal(record.id) for record in sandbox.hubspot.simulator.records("deals")]


def _properties(sandbox: Sandbox, kind: str) -> list[dict[str, Any]]:
    return [dict(record.properties) for record in sandbox.hubspot.simulator.records(kind)]


def test_a_referral_becomes_a_deal(sandbox: Sandbox) -> None:
    opportunity = sandbox.partner_central.aws.refers(catalog="Sandbox")

    sandbox.run_until_quiet()

    (deal,) = _deals(sandbox)
    assert {name: deal.now[name] for name in ("dealname", "pipeline", "dealstage", "amount", "closedate")} == {
        "dealname": "Bottle tracking on AWS",
        "pipeline": "default",
        "dealstage": "appointmentscheduled",
        "amount": None,
        "closedate": None,
    }
    assert (deal.now["aws_opportunity_id"], deal.now["aws_origin"]) == (opportunity, "aws_referral")
    assert (deal.now["aws_share"], deal.now["aws_monthly_spend"]) == ("yes", "8000")
    assert (deal.now["aws_sync_status"], deal.now["aws_sync_message"] or "") == ("in_step", "")
    (company,) = _properties(sandbox, "companies")
    assert (company["name"], company["domain"], company["country"]) == (
        "Kramerica Industries",
        "kramerica.example",
        "United States",
    )
    (contact,) = _properties(sandbox, "contacts")
    assert (contact["email"], contact["aws_share_contact"]) == ("darren@kramerica.example", None)
    assert any("AWS referred this deal" in note for note in deal.notes)
    writes = [
        call.operation for call in sandbox.partner_central.calls if not call.operation.startswith(("Get", "List"))
    ]
    assert writes == []


def test_it_is_made_once_and_kept_in_step(sandbox: Sandbox) -> None:
    opportunity = sandbox.partner_central.aws.refers(catalog="Sandbox")
    sandbox.partner_central.aws.edits(opportunity, "Project.CustomerUseCase", "SAP")
    sandbox.run_until_quiet()
    (deal,) = _deals(sandbox)

    sandbox.hubspot.seller.edits(deal, aws_next_step="Workshop in March")
    sandbox.run_until_quiet()

    assert [one.id for one in _deals(sandbox)] == [deal.id]
    assert deal.now["aws_use_case"] == "SAP"
    (at_aws,) = sandbox.partner_central.opportunities
    assert at_aws.body["LifeCycle"]["NextSteps"] == "Workshop in March"


def test_a_colleague_s_draft_becomes_a_deal_that_says_what_is_missing(sandbox: Sandbox) -> None:
    colleague.creates_opportunity(sandbox, Customer=CUSTOMER, Project={"Title": "Latex platform"})

    sandbox.run_until_quiet()

    (deal,) = _deals(sandbox)
    assert (deal.now["dealname"], deal.now["aws_origin"]) == ("Latex platform", "partner_central")
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "AWS: use case: it is empty" in (deal.now["aws_sync_message"] or "")


def test_company_and_contact_are_found_and_stay_as_they_are(sandbox: Sandbox) -> None:
    theirs = sandbox.hubspot.simulator.people
    company = theirs.creates("companies", {"name": "Kramerica", "domain": "kramerica.example"})
    contact = theirs.creates("contacts", {"email": "darren@kramerica.example", "firstname": "Daz"})
    sandbox.run_until_quiet()

    sandbox.partner_central.aws.refers(catalog="Sandbox")
    sandbox.run_until_quiet()

    (deal,) = _deals(sandbox)
    assert (deal.company, deal.contact) == (company, contact)
    assert _properties(sandbox, "companies")[0]["name"] == "Kramerica"
    assert _properties(sandbox, "contacts")[0]["firstname"] == "Daz"


def test_an_open_deal_of_the_same_customer_is_asked_about(sandbox: Sandbox) -> None:
    ours = sandbox.hubspot.seller.creates_deal(name="Latex platform")
    sandbox.run_until_quiet()

    colleague.creates_opportunity(sandbox, Customer=CUSTOMER, Project={"Title": "Latex platform"})
    sandbox.run_until_quiet()

    (new,) = [deal for deal in _deals(sandbox) if deal.id != ours.id]
    assert (new.company, new.now["aws_share"]) == (ours.company, None)
    assert new.now["aws_sync_status"] == "needs_you"
    assert "merge the two first; then choose Yes here" in (new.now["aws_sync_message"] or "")
    assert ours.now["aws_opportunity_id"] is None
    (task,) = new.open_tasks
    assert "merge the two first; then choose Yes here" in (task.properties["hs_task_body"] or "")

    sandbox.hubspot.seller.shares(new)
    sandbox.run_until_quiet()

    assert "merge the two first" not in (new.open_tasks[0].properties["hs_task_body"] or "")
    assert "merge the two" not in (new.now["aws_sync_message"] or "")


def test_merging_the_two_is_the_answer_that_they_are_the_same(sandbox: Sandbox) -> None:
    ours = sandbox.hubspot.seller.creates_deal(name="Latex platform")
    sandbox.run_until_quiet()
    opportunity = colleague.creates_opportunity(sandbox, Customer=CUSTOMER, Project={"Title": "Latex platform"})
    sandbox.run_until_quiet()
    (new,) = [deal for deal in _deals(sandbox) if deal.id != ours.id]

    merged = sandbox.hubspot.seller.merges(ours, new)
    sandbox.hubspot.seller.shares(merged)
    sandbox.run_until_quiet()

    assert merged.now["aws_opportunity_id"] == opportunity
    assert "merge the two" not in (merged.now["aws_sync_message"] or "")
    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity]


def test_an_opportunity_that_names_an_open_deal_is_linked_with_it(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Latex platform")
    sandbox.run_until_quiet()

    opportunity = colleague.creates_opportunity(
        sandbox,
        Customer=CUSTOMER,
        Project={"Title": "Latex platform"},
        LifeCycle={"Stage": "Qualified"},
        PartnerOpportunityIdentifier=deal.id,
    )
    sandbox.run_until_quiet()

    assert [one.id for one in _deals(sandbox)] == [deal.id]
    assert (deal.now["aws_opportunity_id"], deal.now["aws_share"]) == (opportunity, None)
    assert deal.now["aws_sync_status"] == "needs_you"
    sandbox.hubspot.seller.shares(deal)
    sandbox.run_until_quiet()
    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity]
    assert deal.now["aws_sync_status"] == "in_step"


def test_a_shared_deal_that_waits_for_its_seller_takes_a_colleague_s_opportunity(sandbox: Sandbox) -> None:
    """It was shared and lacks something, so that nothing was sent yet: once complete, it must not make a second one."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_use_case=None)
    sandbox.run_until_quiet()
    opportunity = colleague.creates_opportunity(
        sandbox, Customer=CUSTOMER, Project={"Title": "Latex platform"}, PartnerOpportunityIdentifier=deal.id
    )
    sandbox.run_until_quiet()

    sandbox.hubspot.seller.edits(deal, aws_use_case="SAP")
    sandbox.run_until_quiet()

    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity]
    assert deal.now["aws_opportunity_id"] == opportunity


def test_an_edit_while_the_deal_is_made_finds_its_pair(sandbox: Sandbox) -> None:
    """Made, and not linked yet: the deal is shared, and must not be shared a second time."""
    sandbox.hubspot.fail("companies.create", until_healed=True)
    opportunity = sandbox.partner_central.aws.refers(catalog="Sandbox")
    sandbox.run_until_quiet()
    (deal,) = _deals(sandbox)
    failed = sandbox.executions.failed
    sandbox.hubspot.seller.edits(deal, aws_next_step="Workshop in March")
    sandbox.run_until_quiet()

    sandbox.heal()
    for execution in failed:
        execution.redrive()
    sandbox.run_until_quiet()

    assert [one.id for one in _deals(sandbox)] == [deal.id]
    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity]
    assert len(_properties(sandbox, "companies")) == 1
    assert len([item for item in sandbox.items("links") if item["pk"].startswith("pair#")]) == 1


def test_what_hubspot_refused_is_made_as_the_mended_deployment_says(sandbox: Sandbox) -> None:
    _begins_deals_in(sandbox, "no-such/stage")
    sandbox.partner_central.aws.refers(catalog="Sandbox")
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    assert _deals(sandbox) == []

    _begins_deals_in(sandbox, "default/appointmentscheduled")
    sandbox.advance(3600)
    failed.redrive()
    sandbox.run_until_quiet()

    assert sandbox.executions.failed == []
    assert [(deal.now["pipeline"], deal.now["aws_sync_status"]) for deal in _deals(sandbox)] == [("default", "in_step")]


def test_a_company_that_hubspot_does_not_show_yet_is_not_made_twice(assembly: Path) -> None:
    with Sandbox(assembly, hubspot=Switches(association_lag=20, search_lag=20)) as sandbox:
        sandbox.cloud.faults.add(Fault("lost answer", "hubspot", "companies.create"))
        sandbox.partner_central.aws.refers(catalog="Sandbox")

        sandbox.run_until_quiet()

        assert sandbox.executions.failed == []
        assert len(_deals(sandbox)) == len(_properties(sandbox, "companies")) == 1


@pytest.mark.parametrize("fault", [None, "lost answer", "failed"])
def test_two_opportunities_of_a_new_customer_make_one_company(assembly: Path, fault: Kind | None) -> None:
    """Both runs search for it while HubSpot's search shows none yet."""
    with Sandbox(assembly, hubspot=Switches(association_lag=5, search_lag=30)) as sandbox:
        if fault:
            sandbox.cloud.faults.add(Fault(fault, "hubspot", "companies.create"))
        for _ in range(2):
            sandbox.partner_central.aws.refers(catalog="Sandbox")

        sandbox.run_until_quiet()

        assert sandbox.executions.failed == []
        (company,) = sandbox.hubspot.simulator.records("companies")
        assert [deal.company for deal in _deals(sandbox)] == [company.id, company.id]


def _begins_deals_in(sandbox: Sandbox, new_deals: str) -> None:
    functions = sandbox.cloud.functions.deployed
    (name,) = [name for name in functions if name.endswith("-plan-sync")]
    functions[name] = replace(
        functions[name], environment={**functions[name].environment, "COSELL_NEW_DEALS": new_deals}
    )
