"""Associate and disassociate."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import Solution
from cosell.sandbox.partner_central.associations import LIMITS, products
from tests.cosell.sandbox.partner_central.partner import complete, partner, refused, with_value
from tests.support.rules import Source, rule

ARN = "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace"
ENTITIES = {
    "AwsMarketplaceOffers": f"{ARN}/Offer/offer-{{}}",
    "AwsMarketplaceOfferSets": f"{ARN}/OfferSet/offerset-{{}}",
    "AwsMarketplaceSolutions": f"{ARN}/Solution/sol-{{}}",
    "AwsMarketplaceProducts": f"{ARN}/SaaSProduct/prod-{{}}",
    "Solutions": "S-{}",
}


def some(kind: str, number: int) -> list[str]:
    """So many entities of a kind."""
    if kind == "AwsProducts":
        return sorted(products())[:number]
    return [ENTITIES[kind].format(one) for one in range(number)]


@rule(
    "An opportunity has 10 solutions, 20 AWS products, 10 Marketplace solutions and products each, and 1 offer.",
    Source.PC_QUOTAS,
)
@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_each_kind_has_its_quota(kind: str) -> None:
    us = partner()
    us.central.solutions.extend(Solution(f"S-{number}", "One of many") for number in range(11))
    identifier = us.create()
    entities = some(kind, LIMITS[kind] + 1)
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


@rule("The identifier has the form of its kind: an id, a name or an ARN.", Source.PC_MODEL)
@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_an_identifier_has_the_form_of_its_kind(kind: str) -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.associate(identifier, "not one of these!", kind)
    assert refusal.errors == [("INVALID_VALUE", "relatedEntityIdentifier")]


@rule("An opportunity has an offer or an offer set, not both.", Source.PC_ASSOCIATING)
def test_an_offer_or_an_offer_set() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    with refused() as refusal:
        us.associate(identifier, f"{ARN}/OfferSet/offerset-1", "AwsMarketplaceOfferSets")
    assert refusal.errors == [("TOO_MANY_VALUES", "relatedEntityIdentifier")]


@rule(
    "Unknown solutions and AWS products, and offers of another account, are a ResourceNotFoundException.",
    Source.PC_FIELD_SHEET,
    Source.PC_ASSOCIATING,
    switch="unknown_entity",
)
@pytest.mark.parametrize("code", ["ResourceNotFoundException", "ValidationException"])
def test_an_unknown_entity_is_not_found(code: str) -> None:
    us = partner(unknown_entity=code)
    identifier = us.create()
    of_another = "arn:aws:aws-marketplace:us-east-1:999999999999:AWSMarketplace/Offer/offer-1"
    entities = {"Solutions": "S-7", "AwsProducts": "AmazonAbacus", "AwsMarketplaceOffers": of_another}
    for kind, entity in entities.items():
        with refused() as refusal:
            us.associate(identifier, entity, kind)
        assert refusal.code == code
        listed = [("INVALID_VALUE", "relatedEntityIdentifier")] if code == "ValidationException" else []
        assert refusal.errors == listed


@rule("What is not associated cannot be disassociated: ResourceNotFoundException.", Source.PC_MODEL)
def test_what_is_not_associated_cannot_be_disassociated() -> None:
    us = partner()
    with refused() as refusal:
        us.disassociate(us.create())
    assert refusal.code == "ResourceNotFoundException"


@rule("By switch, any name of an AWS product is taken.", Source.PC_FIELD_SHEET, switch="any_product")
def test_names_of_products_are_not_checked_by_switch() -> None:
    us = partner(any_product=True)
    identifier = us.create()
    us.associate(identifier, "AmazonAbacus", "AwsProducts")
    assert us.get(identifier)["RelatedEntityIdentifiers"]["AwsProducts"] == ["AmazonAbacus"]


@rule("An offer belongs to one opportunity.", Source.PC_FIELD_SHEET)
def test_an_offer_belongs_to_one_opportunity() -> None:
    us = partner()
    one, other = us.create(), us.create()
    offer = f"{ARN}/Offer/offer-1"
    us.associate(one, offer, "AwsMarketplaceOffers")
    with refused() as refusal:
        us.associate(other, offer, "AwsMarketplaceOffers")
    assert refusal.errors == [("DUPLICATE_KEY_VALUE", "relatedEntityIdentifier")]
    us.disassociate(one, offer, "AwsMarketplaceOffers")
    us.associate(other, offer, "AwsMarketplaceOffers")


@rule("Offers of a lost opportunity cannot be changed.", Source.PC_FIELD_SHEET)
def test_what_is_lost_has_no_offers() -> None:
    us = partner()
    identifier = us.approved()
    us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    lost = {**us.get(identifier)["LifeCycle"], "Stage": "Closed Lost", "ClosedLostReason": "Price"}
    us.sets(identifier, "LifeCycle", lost)
    for action, number in ((us.disassociate, 1), (us.associate, 2)):
        with refused() as refusal:
            action(identifier, f"{ARN}/Offer/offer-{number}", "AwsMarketplaceOffers")
        assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.stage")]


@rule(
    "An offer can be associated with a draft; by switch, only after submission.",
    Source.PC_ASSOCIATING,
    Source.PC_FIELD_SHEET,
    switch="offer_before_submission",
)
def test_an_offer_waits_for_submission_by_switch() -> None:
    us = partner(offer_before_submission=False)
    identifier = us.create()
    with refused() as refusal:
        us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    us.associate(us.submitted(), f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")


@rule("Only an active solution can be associated.", Source.PC_MODEL, Source.PC_ASSOCIATING)
@pytest.mark.parametrize("status", ["Inactive", "Draft"])
def test_only_active_solutions(status: str) -> None:
    us = partner()
    us.central.solutions.append(Solution("S-7", "Not for sale", status=status))
    identifier = us.create()
    with refused() as refusal:
        us.associate(identifier, "S-7")
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "relatedEntityIdentifier")]


@rule("An entity is associated once.", switch="duplicate_association")
def test_a_second_time_is_refused() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier)
    with refused() as refusal:
        us.associate(identifier)
    assert refusal.errors == [("DUPLICATE_KEY_VALUE", "relatedEntityIdentifier")]
    assert us.central.opportunity(identifier).solutions == ("S-1234567",)


@rule("By switch, a second association is a ConflictException.", switch="duplicate_association")
def test_a_second_time_is_a_conflict_by_switch() -> None:
    us = partner(duplicate_association="ConflictException")
    identifier = us.create()
    us.associate(identifier)
    with refused() as refusal:
        us.associate(identifier)
    assert refusal.code == "ConflictException"


@rule(
    "An association moves LastModifiedDate, and is told as an update.",
    Source.PC_EVENTS,
    Source.PC_SAMPLES,
    switch="association_moves_date",
)
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


@rule("A solution empties OtherSolutionDescription, which stood in for it.", Source.PC_FIELD_SHEET)
def test_a_solution_empties_its_description() -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    us.associate(identifier, "AmazonRedshift", "AwsProducts")
    assert us.get(identifier)["Project"]["OtherSolutionDescription"] == "Our own"
    us.associate(identifier)
    assert us.raw(identifier)["Project"]["OtherSolutionDescription"] is None


@rule(
    "While AWS reviews, associations are closed, but for offers.",
    Source.PC_FIELD_SHEET,
    switch="associations_wait_for_review",
)
def test_closed_while_aws_reviews_but_for_offers() -> None:
    us = partner()
    identifier = us.submitted()
    for action in (us.associate, us.disassociate):
        with refused() as refusal:
            action(identifier, "AmazonRedshift", "AwsProducts")
        assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]
    us.associate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")
    us.disassociate(identifier, f"{ARN}/Offer/offer-1", "AwsMarketplaceOffers")


@rule(
    "By switch, associations and owner can change while AWS reviews.",
    Source.PC_ASSOCIATING,
    switch="associations_wait_for_review",
)
def test_associations_do_not_wait_for_a_review_by_switch() -> None:
    us = partner(associations_wait_for_review=False)
    identifier = us.submitted()
    us.associate(identifier, "AmazonRedshift", "AwsProducts")
    us.disassociate(identifier, "AmazonRedshift", "AwsProducts")
    owner = {"Email": "alliance.lead@partner.example", "FirstName": "A", "LastName": "L"}
    us.client.assign_opportunity(
        Catalog="AWS", Identifier=identifier, Assignee={**owner, "BusinessTitle": "PartnerAccountManager"}
    )


@rule("Associated entities are listed in the order of their association.", switch="latest_association_first")
@pytest.mark.parametrize("latest_first", [False, True])
def test_associations_have_an_order(latest_first: bool) -> None:
    us = partner(latest_association_first=latest_first)
    identifier = us.create()
    entities = some("AwsProducts", 3)
    for entity in entities:
        us.associate(identifier, entity, "AwsProducts")
    listed = us.get(identifier)["RelatedEntityIdentifiers"]["AwsProducts"]
    assert listed == (entities[::-1] if latest_first else entities)


@rule("Any solution or Marketplace product counts, and the last of them stays from Committed on.", Source.PC_MODEL)
@pytest.mark.parametrize("kind", ["AwsMarketplaceSolutions", "AwsMarketplaceProducts"])
def test_the_last_of_all_solutions_stays(kind: str) -> None:
    us = partner()
    identifier = us.approved()
    entity = some(kind, 1)[0]
    us.associate(identifier, entity, kind)
    us.disassociate(identifier)
    us.sets(identifier, "LifeCycle.Stage", "Committed")
    with refused() as refusal:
        us.disassociate(identifier, entity, kind)
    assert refusal.errors == [("NOT_ENOUGH_VALUES", "relatedEntityIdentifier")]


@rule("The last solution cannot be removed after submission: another one is associated first.", Source.PC_MODEL)
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


@rule("A draft can lose its solution.", Source.PC_ASSOCIATING)
def test_a_draft_can_lose_its_solution() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier)
    us.disassociate(identifier)
    assert us.central.opportunity(identifier).solutions == ()
