"""A deal becomes an opportunity."""

from __future__ import annotations

from cosell.sandbox import Sandbox


def test_a_shared_deal_becomes_an_opportunity(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", company="Vandelay", shared_with_aws=True)

    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.partner_id == deal.id
    assert opportunity.title == "Data platform"
    assert opportunity.solutions == ("S-1234567",)
    assert not opportunity.submitted
    assert deal.now["aws_opportunity_id"] == opportunity.id
    assert deal.now["aws_sync_status"] == "in_step"
    assert deal.now["aws_sync_message"] is None
    assert [entry["action"] for entry in sandbox.audit(deal.id)][:2] == [
        "associate solution S-1234567",
        "create opportunity",
    ]


def test_a_deal_that_is_not_shared_is_none_of_our_business(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Secret plans")

    sandbox.run_until_quiet()

    assert set(sandbox.executions.outcomes) == {"NOT_SHARED", "NO_PAIRS"}
    assert sandbox.partner_central.opportunities == []
    assert deal.now["aws_sync_status"] is None
    assert sandbox.pair(deal.id) is None


def test_a_deal_can_be_shared_later(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform")
    sandbox.run_until_quiet()

    sandbox.hubspot.seller.shares(deal)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert deal.now["aws_opportunity_id"] == opportunity.id


def test_one_creation_delivered_a_hundred_times_is_one_opportunity(sandbox: Sandbox) -> None:
    """A hundred copies of every message, shuffled, in four concurrent batches, properties before and after creation."""
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", company="Vandelay", shared_with_aws=True)
    messages = len(sandbox.hubspot.simulator.webhooks.pending)
    batch = messages * 100 // 4

    sandbox.hubspot.deliver_webhooks(copies=100, shuffled=True, batch=batch)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.partner_id == deal.id
    links = [item["pk"].split("#")[0] for item in sandbox.items("links")]
    assert sorted(links) == ["company", "contact", "deal", "opp", "pair"]
    assert sandbox.executions.failed == []
    assert deal.now["aws_sync_status"] == "in_step"


def test_a_refused_deal_tells_the_seller_what_to_change(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(
        name="Data platform", company="Kramerica", postal_code="12", country="Germany", shared_with_aws=True
    )
    sandbox.run_until_quiet()

    assert sandbox.partner_central.opportunities == []
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "Company postal code" in (deal.now["aws_sync_message"] or "")
    assert "12" in (deal.now["aws_sync_message"] or "")
    assert sandbox.executions.outcomes[0] == "NEEDS_YOU"

    sandbox.hubspot.seller.edits_company(deal, zip="10115")
    sandbox.hubspot.seller.edits(deal, aws_action="refresh")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Customer"]["Account"]["Address"]["PostalCode"] == "10115"
    assert deal.now["aws_sync_status"] == "in_step"
    assert deal.now["aws_sync_message"] is None
    assert deal.now["aws_action"] is None


def test_a_deal_without_a_company_says_so(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", company=None, shared_with_aws=True)

    sandbox.run_until_quiet()

    assert sandbox.partner_central.opportunities == []
    assert deal.now["aws_sync_status"] == "needs_you"
    assert "company" in (deal.now["aws_sync_message"] or "").lower()


def test_only_flagged_contacts_leave(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", contact="Art Vandelay")
    sandbox.hubspot.seller.edits_contact(deal, aws_share_contact="false")
    sandbox.hubspot.seller.shares(deal)

    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert not opportunity.body["Customer"].get("Contacts")


def test_a_paused_deal_sends_nothing_until_it_is_shared_again(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.pauses(deal)
    sandbox.run_until_quiet()

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "12500"
    assert deal.now["aws_sync_status"] == "paused"

    sandbox.hubspot.seller.shares(deal)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "20000"
    assert deal.now["aws_sync_status"] == "in_step"
