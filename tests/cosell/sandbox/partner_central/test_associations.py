"""Associate and disassociate."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import Solution
from cosell.sandbox.partner_central.associations import LIMITS
from tests.cosell.sandbox.partner_central.partner import complete, partner, refused, with_value

ARN = "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace"
ENTITIES = {
    "AwsProducts": "AmazonRedshift-{}",
    "AwsMarketplaceOffers": f"{ARN}/Offer/offer-{{}}",
    "AwsMarketplaceOfferSets": f"{ARN}/OfferSet/offerset-{{}}",
    "AwsMarketplaceSolutions": f"{ARN}/Solution/sol-{{}}",
    "AwsMarketplaceProducts": f"{ARN}/SaaSProduct/prod-{{}}",
    "Solutions": "S-{}",
}


@pytest.mark.parametrize("kind", sorted(ENTITIES))
def test_each_kind_has_its_quota(kind: str) -> None:
    us = partner()
    us.central.solutions.extend(Solution(f"S-{number}", "One of many") for number in range(11))
    identifier = us.create()
    entities = [ENTITIES[kind].format(number) for number in range(LIMITS[kind] + 1)]
    for entity in entities[:-1]:
        us.associate(identifier, entity, kind)
    with refused() as refusal:
        us.associate(identifier, entities[-1], kind)
    assert (refusal.reason, refusal.errors) == (
        "BUSINESS_VALIDATION_FAILED",
        [("TOO_MANY_VALUES", "relatedEntityIdentifier")],
    )
    assert us.get(identifier)["RelatedEntityIdentifiers"][kind] == entities[:-1]
    us.disassociate(identifier, entities[0], kind)
    us.associate(identifier, entities[-1], kind)
    assert us.get(identifier)["RelatedEntityIdentifiers"][kind] == entities[1:]


@pytest.mark.parametrize("kind", sorted(ENTITIES.keys()))
def test_an_identifier_has_the_form_of_its_kind(kind: str) -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.associate(identifier, "not one of these!", kind)
    assert refusal.errors == [("INVALID_VALUE", "relatedEntityIdentifier")]


def test_an_offer_or_an_offer_set() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    with refused() as refusal:
        us.associate(identifier, f"{ARN}/OfferSet/offerset-1", "AwsMarketplaceOfferSets")
    assert refusal.errors == [("TOO_MANY_VALUES", "relatedEntityIdentifier")]


def test_an_unknown_solution_is_not_found() -> None:
    us = partner()
    identifier = us.create()
    for action in (us.associate, us.disassociate):
        with refused() as refusal:
            action(identifier, "S-7")
        assert refusal.code == "ResourceNotFoundException"


@pytest.mark.parametrize("status", ["Inactive", "Draft"])
def test_only_active_solutions(status: str) -> None:
    us = partner()
    us.central.solutions.append(Solution("S-7", "Not for sale", status=status))
    identifier = us.create()
    with refused() as refusal:
        us.associate(identifier, "S-7")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "relatedEntityIdentifier")]


def test_a_second_time_is_refused() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier)
    with refused() as refusal:
        us.associate(identifier)
    assert refusal.errors == [("DUPLICATE_KEY_VALUE", "relatedEntityIdentifier")]
    assert us.central.opportunity(identifier).solutions == ("S-1234567",)


def test_a_second_time_is_a_conflict_by_switch() -> None:
    us = partner(duplicate_association="ConflictException")
    identifier = us.create()
    us.associate(identifier)
    with refused() as refusal:
        us.associate(identifier)
    assert refusal.code == "ConflictException"


@pytest.mark.parametrize("moves", [True, False])
def test_an_association_moves_the_date_by_switch(moves: bool) -> None:
    us = partner(association_moves_date=moves)
    identifier = us.create()
    before = us.get(identifier)["LastModifiedDate"]
    us.associate(identifier)
    assert (us.get(identifier)["LastModifiedDate"] > before) is moves
    us.told()
    us.disassociate(identifier)
    assert us.told() == ["Opportunity Updated"]


def test_a_solution_empties_its_description() -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    us.associate(identifier, "AmazonRedshift", "AwsProducts")
    assert us.get(identifier)["Project"]["OtherSolutionDescription"] == "Our own"
    us.associate(identifier)
    assert us.raw(identifier)["Project"]["OtherSolutionDescription"] is None


def test_closed_while_aws_reviews_but_for_offers() -> None:
    us = partner()
    identifier = us.submitted()
    for action in (us.associate, us.disassociate):
        with refused() as refusal:
            action(identifier, "AmazonRedshift", "AwsProducts")
        assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    us.disassociate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")


def test_the_last_solution_stays_after_submission() -> None:
    us = partner()
    us.central.solutions.append(Solution("S-7", "Another"))
    identifier = us.approved()
    with refused() as refusal:
        us.disassociate(identifier)
    assert refusal.errors == [("NOT_ENOUGH_VALUES", "relatedEntityIdentifier")]
    us.associate(identifier, "S-7")
    us.disassociate(identifier)
    assert us.central.opportunity(identifier).solutions == ("S-7",)


def test_a_draft_can_lose_its_solution() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier)
    us.disassociate(identifier)
    assert us.central.opportunity(identifier).solutions == ()
