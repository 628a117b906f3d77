"""Who owns the opportunity, and how it is tagged."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import LAMBDA, Fault
from cosell.sandbox.partner_central.state import User
from tests.support import beside_life, colleague


@pytest.fixture
def prepared(sandbox: Sandbox) -> Sandbox:
    beside_life.prepare(sandbox)
    return sandbox


def _owner_at_aws(sandbox: Sandbox) -> str:
    (opportunity,) = sandbox.partner_central.opportunities
    (owner,) = [one for one in opportunity.body["OpportunityTeam"] if one["BusinessTitle"] == "OpportunityOwner"]
    return str(owner["Email"])


def _tags(sandbox: Sandbox) -> dict[str, str]:
    return next(iter(sandbox.partner_central.simulator.state.tags.values()), {})


def test_the_deal_s_owner_owns_the_opportunity(prepared: Sandbox) -> None:
    hubspot, seller = prepared.hubspot.simulator, prepared.hubspot.seller
    prepared.partner_central.simulator.users.append(User("kim@example.com", "Kim", "Kay"))
    deal = seller.creates_deal(shared_with_aws=True, hubspot_owner_id=next(iter(hubspot.portal.owners)))
    prepared.run_until_quiet()
    assert _owner_at_aws(prepared) == beside_life.OWNER

    seller.assigns(deal, hubspot.add_owner("Kim@example.com", "Kim", "Kay"))
    prepared.run_until_quiet()

    assert _owner_at_aws(prepared) == "kim@example.com"
    assert deal.now["aws_sync_message"] is None


def test_an_owner_whom_aws_does_not_know_stops_no_submission(prepared: Sandbox) -> None:
    hubspot, seller = prepared.hubspot.simulator, prepared.hubspot.seller
    stranger = hubspot.add_owner("kim@example.com", "Kim", "Kay")

    deal = seller.creates_deal(shared_with_aws=True, aws_action="submit", hubspot_owner_id=stranger)
    prepared.run_until_quiet()

    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.submitted
    assert "Deal owner: AWS knows no user of yours" in (deal.now["aws_sync_message"] or "")
    tried = sum(call.operation == "AssignOpportunity" for call in prepared.calls)
    seller.edits(deal, dealname="Renamed")
    prepared.run_until_quiet()
    assert sum(call.operation == "AssignOpportunity" for call in prepared.calls) == tried


def test_an_owner_who_left_is_said(prepared: Sandbox) -> None:
    hubspot, seller = prepared.hubspot.simulator, prepared.hubspot.seller
    gone = hubspot.add_owner("kim@example.com", "Kim", "Kay")
    deal = seller.creates_deal(hubspot_owner_id=gone)
    hubspot.admin.archives_owner(gone)

    seller.shares(deal)
    prepared.run_until_quiet()

    assert len(prepared.partner_central.opportunities) == 1
    assert "Deal owner: no longer active in HubSpot" in (deal.now["aws_sync_message"] or "")
    assert prepared.executions.failed == []


def test_a_deal_without_an_owner_gets_aws_s_new_one(prepared: Sandbox) -> None:
    deal = prepared.hubspot.seller.creates_deal(shared_with_aws=True)
    prepared.run_until_quiet()
    assert deal.now["hubspot_owner_id"] is None
    (opportunity,) = prepared.partner_central.opportunities
    person = {
        "Email": beside_life.OWNER,
        "FirstName": "Sam",
        "LastName": "Seller",
        "BusinessTitle": "PartnerAccountManager",
    }

    colleague.does(prepared, "AssignOpportunity", Catalog="Sandbox", Identifier=opportunity.id, Assignee=person)
    prepared.run_until_quiet()

    assert deal.now["hubspot_owner_id"] == next(iter(prepared.hubspot.simulator.portal.owners))


def test_an_owner_whom_the_seller_takes_off_before_the_round_is_over_stays_off(prepared: Sandbox) -> None:
    owner = next(iter(prepared.hubspot.simulator.portal.owners))
    deal = prepared.hubspot.seller.creates_deal(shared_with_aws=True)
    prepared.run_until_quiet()
    prepared.cloud.faults.add(Fault("failed", LAMBDA, state="Update deal", times=None))
    prepared.hubspot.seller.edits(deal, hubspot_owner_id=owner)
    prepared.run_until_quiet()
    assert _owner_at_aws(prepared) == beside_life.OWNER

    prepared.advance(3600)
    prepared.heal()
    prepared.hubspot.seller.edits(deal, hubspot_owner_id="")
    prepared.run_until_quiet()

    assert deal.now["hubspot_owner_id"] is None


def test_tags_follow_the_deal_and_those_of_others_stay(prepared: Sandbox) -> None:
    seller = prepared.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True, aws_tags="segment=enterprise\ntier=1")
    prepared.run_until_quiet()
    assert _tags(prepared) == {"segment": "enterprise", "tier": "1"}
    (opportunity,) = prepared.partner_central.opportunities
    foreign = [{"Key": "cost-center", "Value": "42"}]
    colleague.does(prepared, "TagResource", ResourceArn=opportunity.body["Arn"], Tags=foreign)

    seller.edits(deal, aws_tags="tier=2")
    prepared.run_until_quiet()

    assert _tags(prepared) == {"tier": "2", "cost-center": "42"}
    seller.edits(deal, aws_tags="")
    prepared.run_until_quiet()
    assert _tags(prepared) == {"cost-center": "42"}


def test_a_tag_that_the_seller_takes_off_before_the_round_is_over_goes_too(prepared: Sandbox) -> None:
    deal = prepared.hubspot.seller.creates_deal(shared_with_aws=True)
    prepared.run_until_quiet()
    prepared.cloud.faults.add(Fault("failed", LAMBDA, state="Update deal", times=None))
    prepared.hubspot.seller.edits(deal, aws_tags="segment=enterprise\ntier=1")
    prepared.run_until_quiet()
    assert _tags(prepared) == {"segment": "enterprise", "tier": "1"}

    prepared.advance(3600)
    prepared.heal()
    prepared.hubspot.seller.edits(deal, aws_tags="tier=1")
    prepared.run_until_quiet()

    assert _tags(prepared) == {"tier": "1"}


def test_a_line_that_is_no_tag_stops_nothing_else(prepared: Sandbox) -> None:
    seller = prepared.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True, aws_action="submit", aws_tags="tier 1\nregion=emea")
    prepared.run_until_quiet()

    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.submitted
    assert _tags(prepared) == {}
    assert 'AWS: tags: "tier 1" is not a key and a value' in (deal.now["aws_sync_message"] or "")
    seller.edits(deal, aws_tags="tier=1\nregion=emea")
    prepared.run_until_quiet()
    assert _tags(prepared) == {"tier": "1", "region": "emea"}


def test_a_refresh_shows_what_became_of_our_tags(prepared: Sandbox) -> None:
    deal = prepared.hubspot.seller.creates_deal(shared_with_aws=True, aws_tags="segment=enterprise\ntier=1")
    prepared.run_until_quiet()
    (opportunity,) = prepared.partner_central.opportunities
    changed = [{"Key": "tier", "Value": "9"}]
    colleague.does(prepared, "TagResource", ResourceArn=opportunity.body["Arn"], Tags=changed)

    prepared.hubspot.seller.edits(deal, aws_action="refresh")
    prepared.run_until_quiet()

    assert deal.now["aws_tags"] == "segment=enterprise\ntier=9"


def test_a_tag_that_aws_refuses_stops_nothing_else(prepared: Sandbox) -> None:
    """Together with the tags of others they are more than AWS takes."""
    deal = prepared.hubspot.seller.creates_deal(shared_with_aws=True)
    prepared.run_until_quiet()
    (opportunity,) = prepared.partner_central.opportunities
    foreign = [{"Key": f"key{number}", "Value": ""} for number in range(50)]
    colleague.does(prepared, "TagResource", ResourceArn=opportunity.body["Arn"], Tags=foreign)

    prepared.hubspot.seller.edits(deal, aws_tags="tier=1", aws_action="submit")
    prepared.run_until_quiet()

    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.submitted
    assert "AWS: tags: AWS takes fewer of them" in (deal.now["aws_sync_message"] or "")
