"""What a seller can do, without Cosell watching."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.partner_central.simulator import DEFAULT_SOLUTION
from cosell.sandbox.people import Seller
from cosell.sandbox.portal import set_up
from cosell.sandbox.stepfunctions.clock import Clock
from lambdas.mapping import load


@pytest.fixture
def hubspot() -> HubSpot:
    hubspot = HubSpot(Clock())
    set_up(hubspot, load(), solutions=[(DEFAULT_SOLUTION, "Example solution")])
    hubspot.webhooks.discard()
    return hubspot


@pytest.fixture
def seller(hubspot: HubSpot) -> Seller:
    return Seller(hubspot)


def heard(hubspot: HubSpot) -> set[tuple[str, str]]:
    """What webhooks would tell since they were last asked for: what happened, and by whom."""
    told = {(one["subscriptionType"], one["changeSource"]) for one in hubspot.webhooks.pending}
    hubspot.webhooks.discard()
    return told


def test_contacts_come_and_go(hubspot: HubSpot, seller: Seller) -> None:
    deal = seller.creates_deal(contact=None)
    heard(hubspot)

    added = seller.adds_contact(deal, "Elaine Benes")
    assert hubspot.record("deals", deal.id).associations["contacts"] == {added: [3]}
    assert hubspot.record("contacts", added).properties["email"] == "elaine.1@vandelay.com"
    assert ("deal.associationChange", "USER") in heard(hubspot)

    seller.removes_contact(deal, added)
    assert "contacts" not in hubspot.record("deals", deal.id).associations
    assert heard(hubspot) == {("deal.associationChange", "USER")}
    with pytest.raises(ValueError, match="has no contact"):
        seller.erases_contact(deal)


def test_deals_companies_and_contacts_are_merged(hubspot: HubSpot, seller: Seller) -> None:
    first, second = (seller.creates_deal(name=name, company=name) for name in ("Vandelay", "Kramerica"))
    heard(hubspot)

    first = seller.merges_companies(first, second)
    assert hubspot.record("deals", second.id).associations["companies"].keys() == {first.company}
    first = seller.merges_contacts(first, second)
    assert hubspot.record("deals", second.id).associations["contacts"].keys() == {first.contact}
    first = seller.merges(first, second)
    assert [deal.id for deal in hubspot.records("deals")] == [first.id]
    assert first.now["dealname"] == "Vandelay"
    assert heard(hubspot) >= {("company.merge", "CRM_UI"), ("contact.merge", "CRM_UI"), ("deal.merge", "CRM_UI")}
    assert seller.creates_deal(name="Next").company == first.company


def test_a_contact_who_is_forgotten_leaves_nothing(hubspot: HubSpot, seller: Seller) -> None:
    deals = [seller.creates_deal() for _ in range(2)]
    heard(hubspot)

    seller.erases_contact(deals[0])

    assert [contact.id for contact in hubspot.records("contacts")] == [deals[1].contact]
    assert heard(hubspot) == {("contact.privacyDeletion", "CRM_UI"), ("contact.deletion", "CRM_UI")}
    seller.creates_deal()
    assert len({contact.properties["email"] for contact in hubspot.records("contacts")}) == 2


def test_colleagues_workflows_and_imports(hubspot: HubSpot, seller: Seller) -> None:
    deals = [seller.creates_deal() for _ in range(2)]
    heard(hubspot)

    seller.edits_all(deals, aws_monthly_spend="1")
    assert heard(hubspot) == {("deal.propertyChange", "CRM_UI_BULK_ACTION")}
    seller.by_workflow().moves(deals[0], "closedlost", closed_lost_reason="Price")
    assert heard(hubspot) == {("deal.propertyChange", "AUTOMATION_PLATFORM")}
    imported = seller.by_import().creates_deal(name="From a file")
    assert {source for _, source in heard(hubspot)} == {"IMPORT"}
    seller.as_user(75000009).edits(imported, aws_monthly_spend="2")
    assert {one["sourceId"] for one in hubspot.webhooks.pending} == {"userId:75000009"}
    colleague = hubspot.add_owner("kim@example.com", "Kim", "Colleague")
    seller.assigns(imported, colleague)
    assert imported.now["hubspot_owner_id"] == colleague
