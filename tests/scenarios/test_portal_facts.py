"""What a portal decides for all of its deals: the zone in which it means days, and its currency."""

from __future__ import annotations

from cosell.sandbox import Sandbox


def test_a_deal_that_closes_late_in_the_evening_closes_on_that_day(sandbox: Sandbox) -> None:
    """The sandbox's portal is in New York, where it is already the next day in UTC by then."""
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True, closedate="2027-04-01T03:30:00Z")

    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["LifeCycle"]["TargetCloseDate"] == "2027-03-31"


def test_the_portal_is_asked_once_a_day_and_its_currency_is_shown_on_the_deal(sandbox: Sandbox) -> None:
    sandbox.hubspot.simulator.portal.currency = "EUR"
    first = sandbox.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.creates_deal(name="Warehouse", shared_with_aws=True)
    sandbox.run_until_quiet()

    asked = [call for call in sandbox.hubspot.calls if "account" in call.operation]
    assert len(asked) == 1
    spends = [one.body["Project"]["ExpectedCustomerSpend"] for one in sandbox.partner_central.opportunities]
    assert [entry["CurrencyCode"] for (entry,) in spends] == ["EUR", "EUR"]
    assert first.now["aws_spend_currency"] == "EUR"
