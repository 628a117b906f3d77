"""Each kind of change that HubSpot tells of (HS-WEBHOOK-001 to 007), and what AWS has afterwards."""

from __future__ import annotations

from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal

DAY = 24 * 3600


def _linked(sandbox: Sandbox, **properties: str) -> Deal:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, **properties)
    sandbox.run_until_quiet()
    return deal


def _approved(sandbox: Sandbox) -> Deal:
    deal = _linked(sandbox, aws_action="submit")
    sandbox.partner_central.aws.approves(_at_aws(sandbox)["Id"])
    sandbox.run_until_quiet()
    return deal


def _at_aws(sandbox: Sandbox) -> dict[str, Any]:
    (opportunity,) = sandbox.partner_central.opportunities
    return opportunity.body


def _people(sandbox: Sandbox) -> list[str]:
    return [person["FirstName"] for person in _at_aws(sandbox)["Customer"].get("Contacts", ())]


def test_a_new_deal_becomes_an_opportunity(sandbox: Sandbox) -> None:
    """deal.creation"""
    deal = _linked(sandbox)

    assert deal.now["aws_opportunity_id"] == _at_aws(sandbox)["Id"]


def test_an_edit_of_a_deal_reaches_its_opportunity(sandbox: Sandbox) -> None:
    """deal.propertyChange"""
    deal = _linked(sandbox)

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    assert _at_aws(sandbox)["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"


def test_a_deleted_deal_s_opportunity_is_closed_after_a_day(sandbox: Sandbox) -> None:
    """deal.deletion"""
    deal = _approved(sandbox)

    sandbox.hubspot.seller.deletes(deal)
    sandbox.advance(DAY - 3600)
    assert _at_aws(sandbox)["LifeCycle"]["Stage"] == "Qualified"
    sandbox.advance(2 * 3600)

    life_cycle = _at_aws(sandbox)["LifeCycle"]
    assert (life_cycle["Stage"], life_cycle["ClosedLostReason"]) == ("Closed Lost", "Other")
    assert {"deal deleted", "update opportunity"} <= {entry["action"] for entry in sandbox.audit(deal)}


def test_a_contact_who_is_added_is_shared(sandbox: Sandbox) -> None:
    """contact.creation, and deal.associationChange"""
    deal = _linked(sandbox)

    sandbox.hubspot.seller.adds_contact(deal, "Kel Varnsen")
    sandbox.run_until_quiet()

    assert _people(sandbox) == ["Art", "Kel"]


def test_an_edit_of_a_contact_reaches_the_opportunity(sandbox: Sandbox) -> None:
    """contact.propertyChange"""
    deal = _linked(sandbox)

    sandbox.hubspot.seller.edits_contact(deal, firstname="Arthur")
    sandbox.run_until_quiet()

    assert _people(sandbox) == ["Arthur"]


def test_an_edit_of_a_company_reaches_the_opportunities_of_its_deals(sandbox: Sandbox) -> None:
    """company.propertyChange"""
    deal, other = _linked(sandbox), _linked(sandbox, name="Backups")

    sandbox.hubspot.seller.edits_company(deal, city="Albany", zip="12207")
    sandbox.run_until_quiet()

    assert deal.company == other.company
    cities = [one.body["Customer"]["Account"]["Address"]["City"] for one in sandbox.partner_central.opportunities]
    assert cities == ["Albany", "Albany"]


def test_a_stage_of_a_deal_moves_its_opportunity(sandbox: Sandbox) -> None:
    """deal.propertyChange of dealstage"""
    deal = _approved(sandbox)

    sandbox.hubspot.seller.moves(deal, "presentationscheduled")
    sandbox.run_until_quiet()

    assert _at_aws(sandbox)["LifeCycle"]["Stage"] == "Technical Validation"
    assert deal.now["aws_sync_status"] == "in_step"
