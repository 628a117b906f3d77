"""What an opportunity is about, from the deal to AWS and back."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central.state import Solution
from cosell.sandbox.people import Deal
from tests.support import beside_life, colleague

FIRST, SECOND = beside_life.SOLUTIONS
OFFER = "arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-abc123"


@pytest.fixture
def prepared(sandbox: Sandbox) -> Sandbox:
    beside_life.prepare(sandbox)
    return sandbox


def _shared(sandbox: Sandbox, **properties: str) -> Deal:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, **properties)
    sandbox.run_until_quiet()
    return deal


def _associates(sandbox: Sandbox, kind: str, entity: str, *, removes: bool = False) -> None:
    """A colleague does it in Partner Central."""
    (opportunity,) = sandbox.partner_central.opportunities
    operation = "DisassociateOpportunity" if removes else "AssociateOpportunity"
    colleague.does(
        sandbox,
        operation,
        Catalog="Sandbox",
        OpportunityIdentifier=opportunity.id,
        RelatedEntityType=kind,
        RelatedEntityIdentifier=entity,
    )
    sandbox.run_until_quiet()


def test_a_solution_is_replaced_on_an_approved_deal_and_the_opportunity_is_never_without(prepared: Sandbox) -> None:
    deal = _shared(prepared, aws_action="submit")
    (opportunity,) = prepared.partner_central.opportunities
    prepared.partner_central.aws.approves(opportunity.id)
    prepared.run_until_quiet()
    seen = len(prepared.calls)

    prepared.hubspot.seller.edits(deal, aws_solutions=SECOND)
    prepared.run_until_quiet()

    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.solutions == (SECOND,)
    made = [call.operation for call in prepared.calls[seen:] if call.operation.endswith("ssociateOpportunity")]
    assert list(dict.fromkeys(made)) == ["AssociateOpportunity", "DisassociateOpportunity"]
    assert deal.now["aws_sync_status"] == "in_step"


def test_what_a_colleague_links_in_partner_central_shows_on_the_deal(prepared: Sandbox) -> None:
    deal = _shared(prepared)

    _associates(prepared, "Solutions", SECOND)
    _associates(prepared, "AwsProducts", "AmazonS3")

    assert deal.now["aws_solutions"] == f"{FIRST};{SECOND}"
    assert deal.now["aws_products"] == "AmazonS3"
    _associates(prepared, "Solutions", FIRST, removes=True)
    assert deal.now["aws_solutions"] == SECOND
    assert prepared.executions.failed == []


def test_a_solution_without_an_option_stays_at_aws_until_the_portal_has_one(prepared: Sandbox) -> None:
    prepared.partner_central.simulator.solutions.append(Solution("S-9", "Brand new", catalog="Sandbox"))
    deal = _shared(prepared)

    _associates(prepared, "Solutions", "S-9")

    assert deal.now["aws_solutions"] == FIRST
    assert "AWS also has S-9" in (deal.now["aws_sync_message"] or "")
    prepared.hubspot.simulator.admin.adds_option("deals", "aws_solutions", "S-9", "Brand new")
    prepared.hubspot.seller.edits(deal, aws_action="refresh")
    prepared.run_until_quiet()
    assert deal.now["aws_solutions"] == f"{FIRST};S-9"
    assert deal.now["aws_sync_message"] is None


def test_products_and_an_offer_go_to_aws(prepared: Sandbox) -> None:
    deal = _shared(prepared, aws_action="submit", aws_products="AmazonS3;AWSLambda", aws_offer="offer-abc123")
    (opportunity,) = prepared.partner_central.opportunities
    assert set(opportunity.body["RelatedEntityIdentifiers"]["AwsProducts"]) == {"AmazonS3", "AWSLambda"}
    assert opportunity.body["RelatedEntityIdentifiers"]["AwsMarketplaceOffers"] == []

    prepared.partner_central.aws.approves(opportunity.id)
    prepared.run_until_quiet()

    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.body["RelatedEntityIdentifiers"]["AwsMarketplaceOffers"] == [OFFER]
    prepared.hubspot.seller.edits(deal, aws_offer=OFFER.replace("abc123", "def456"), aws_products="AmazonS3")
    prepared.run_until_quiet()
    (opportunity,) = prepared.partner_central.opportunities
    assert opportunity.body["RelatedEntityIdentifiers"]["AwsMarketplaceOffers"] == [OFFER.replace("abc123", "def456")]
    assert opportunity.body["RelatedEntityIdentifiers"]["AwsProducts"] == ["AmazonS3"]
    assert deal.now["aws_sync_status"] == "in_step"


def test_an_unknown_product_is_said_with_its_own_label(prepared: Sandbox) -> None:
    prepared.hubspot.simulator.admin.adds_option("deals", "aws_products", "NoSuchThing")

    deal = _shared(prepared, aws_products="NoSuchThing")

    assert (deal.now["aws_sync_message"] or "").startswith("AWS: AWS products: AWS does not take this value")


def test_the_seller_s_own_deals_get_no_line_items(prepared: Sandbox) -> None:
    _shared(prepared)

    assert prepared.hubspot.simulator.records("line_items") == []


def test_a_deal_of_our_own_gets_line_items_and_is_edited_by_them(prepared: Sandbox) -> None:
    hubspot = prepared.hubspot.simulator
    product = hubspot.people.creates("products", {"name": "Example", "hs_sku": FIRST, "aws_solution_id": FIRST})
    deal = _shared(prepared, aws_origin="partner_central")
    prepared.hubspot.seller.edits(deal, aws_action="refresh")
    prepared.run_until_quiet()

    (item,) = hubspot.records("line_items")

    assert (item.properties["hs_sku"], item.properties["hs_product_id"]) == (FIRST, product)
    assert item.properties["name"] == "Example"
    hubspot.people.creates("line_items", {"name": "Data lake", "hs_sku": SECOND}, [("deals", deal.id)])
    prepared.run_until_quiet()
    prepared.hubspot.seller.edits(deal, aws_action="refresh")
    prepared.run_until_quiet()
    (opportunity,) = prepared.partner_central.opportunities
    assert set(opportunity.solutions) == {FIRST, SECOND}
    assert set((deal.now["aws_solutions"] or "").split(";")) == {FIRST, SECOND}
    assert len(hubspot.records("line_items")) == 2


def test_a_line_item_whose_making_got_no_answer_is_found_and_not_doubled(prepared: Sandbox) -> None:
    prepared.hubspot.fail("line_items.create", with_="lost answer", times=1)

    deal = _shared(prepared, aws_origin="partner_central")
    prepared.hubspot.seller.edits(deal, aws_action="refresh")
    prepared.run_until_quiet()

    assert len(prepared.hubspot.simulator.records("line_items")) == 1
    assert prepared.executions.failed == []
