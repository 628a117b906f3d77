"""Somebody asks to be forgotten: HubSpot erases the contact, and Cosell keeps nothing of it either."""

from __future__ import annotations

import json

import pytest

from cosell.sandbox import Sandbox

PERSON = {"firstname": "Thaddeus", "lastname": "Oxenham"}


def _kept(sandbox: Sandbox) -> str:
    return json.dumps([*sandbox.items("sync-state"), *sandbox.items("links")], default=str)


@pytest.mark.parametrize("order", ["told at once", "told after another look at the deal"])
def test_nothing_is_left_of_an_erased_contact(sandbox: Sandbox, order: str) -> None:
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(contact=" ".join(PERSON.values()), shared_with_aws=True)
    sandbox.run_until_quiet()
    assert "Oxenham" in _kept(sandbox)

    webhooks = sandbox.hubspot.simulator.webhooks
    webhooks.pause()
    seller.erases_contact(deal)
    if order != "told at once":
        seller.edits(deal, aws_monthly_spend="20000")
        webhooks.deliver_now(only=lambda message: "privacy" not in message["subscriptionType"])
        sandbox.run_until_quiet()
    webhooks.resume()
    sandbox.run_until_quiet()

    assert "Oxenham" not in _kept(sandbox)
    assert "Thaddeus" not in _kept(sandbox)
    (opportunity,) = sandbox.partner_central.opportunities
    assert not opportunity.body["Customer"].get("Contacts")
    assert deal.now["aws_sync_status"] == "in_step"
    assert "forget a person" in {entry["action"] for entry in sandbox.audit(deal)}


def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    deal = seller.creates_deal(contact=" ".join(PERSON.values()), shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.heal()
    sandbox.advance(600)

    seller.erases_contact(deal)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert deal.now["aws_opportunity_id"] == opportunity.id
    assert "Oxenham" not in _kept(sandbox)
    assert not opportunity.body["Customer"].get("Contacts")


def test_a_create_that_never_was_is_sent_without_the_person(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    sandbox.partner_central.fail("CreateOpportunity", until_healed=True)
    deal = seller.creates_deal(contact=" ".join(PERSON.values()), shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.heal()
    sandbox.advance(600)

    seller.erases_contact(deal)
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert not opportunity.body["Customer"].get("Contacts")
    assert deal.now["aws_sync_status"] == "in_step"
    assert "Oxenham" not in _kept(sandbox)
