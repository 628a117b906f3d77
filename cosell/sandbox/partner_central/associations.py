"""Associating an opportunity with solutions, AWS products and Marketplace entities (developer guide, "Associating").

`aws_products.txt` has the product identifiers that AWS publishes in `resources/aws_products.json` of
github.com/aws-samples/partner-crm-integration-samples. Of the Marketplace only the form of an ARN is known here, and
whose offer it is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cosell.sandbox.partner_central import changes, editing, rules
from cosell.sandbox.partner_central.errors import ServiceError, broken_rule, conflict, not_found
from cosell.sandbox.partner_central.state import PENDING, SOLUTION_TYPES, Document, Opportunity
from cosell.sandbox.partner_central.world import World

LIMITS = {
    "Solutions": 10,
    "AwsProducts": 20,
    "AwsMarketplaceOffers": 1,
    "AwsMarketplaceOfferSets": 1,
    "AwsMarketplaceSolutions": 10,
    "AwsMarketplaceProducts": 10,
}
"""Quotas per opportunity (developer guide, "quotas"). A private offer or an offer set, not both."""

_OFFERS = ("AwsMarketplaceOffers", "AwsMarketplaceOfferSets")
_ARN = r"arn:aws:aws-marketplace:[a-z]{1,2}-[a-z]*-\d+:\d{12}:AWSMarketplace/"
_IDENTIFIERS = {
    "Solutions": r"S-[0-9]{1,19}",
    "AwsProducts": r"[A-Za-z0-9_-]+",
    "AwsMarketplaceOffers": rf"{_ARN}Offer/.+",
    "AwsMarketplaceOfferSets": rf"{_ARN}OfferSet/offerset-.+",
    "AwsMarketplaceSolutions": rf"{_ARN}Solution/.+",
    "AwsMarketplaceProducts": rf"{_ARN}[A-Za-z]*Product/.+",
}
_FIELD = "relatedEntityIdentifier"


def associate(world: World, request: Document) -> None:
    """Raises ServiceError: closed record, unknown or inactive entity, already there, too many.

    With a solution in place, OtherSolutionDescription is emptied: it stood in for one.
    """
    opportunity, kind, identifier = _target(world, request)
    if not re.fullmatch(_IDENTIFIERS[kind], identifier, re.ASCII):
        raise broken_rule("INVALID_VALUE", f"{identifier} does not name an entity of {kind}", _FIELD)
    if kind == "Solutions":
        _check_solution(world, opportunity, identifier)
    if kind == "AwsProducts" and not world.switches.any_product and identifier not in products():
        raise _unknown(world, "AWS product", identifier)
    if kind in _OFFERS:
        _check_offer(world, opportunity, kind, identifier)
    if identifier in opportunity.related[kind]:
        message = f"{identifier} is already associated with opportunity {opportunity.id}"
        if world.switches.duplicate_association == "ConflictException":
            raise conflict(message)
        raise broken_rule("DUPLICATE_KEY_VALUE", message, _FIELD)
    taken = sum(len(opportunity.related[one]) for one in (_OFFERS if kind in _OFFERS else (kind,)))
    if taken >= LIMITS[kind]:
        raise broken_rule("TOO_MANY_VALUES", f"An opportunity takes at most {LIMITS[kind]} of {kind}", _FIELD)
    opportunity.related[kind].append(identifier)
    if kind in SOLUTION_TYPES and opportunity.fields.get("Project"):
        opportunity.fields["Project"]["OtherSolutionDescription"] = None
    changes.record(world, opportunity, moves_date=world.switches.association_moves_date)


def disassociate(world: World, request: Document) -> None:
    """Raises ServiceError: closed record, not associated, or the last solution where one is needed."""
    opportunity, kind, identifier = _target(world, request)
    if identifier not in opportunity.related[kind]:
        raise not_found(f"Association of opportunity {opportunity.id} with", identifier)
    solutions = sum(len(opportunity.related[one]) for one in SOLUTION_TYPES)
    if kind in SOLUTION_TYPES and solutions == 1 and _needs_solution(opportunity):
        message = "The last solution cannot be removed: associate another one first"
        raise broken_rule("NOT_ENOUGH_VALUES", message, _FIELD)
    opportunity.related[kind].remove(identifier)
    changes.record(world, opportunity, moves_date=world.switches.association_moves_date)


@cache
def products() -> frozenset[str]:
    """The published identifiers of AWS products."""
    return frozenset(Path(__file__).with_name("aws_products.txt").read_text(encoding="utf-8").split())


def _target(world: World, request: Document) -> tuple[Opportunity, str, str]:
    """Raises ServiceError: no such opportunity, or its record is closed to this kind of entity."""
    opportunity = world.opportunity(request["Catalog"], request["OpportunityIdentifier"])
    kind = request["RelatedEntityType"]
    if kind in _OFFERS:
        _check_open_to_offers(world, opportunity)
    elif editing.is_closed_to_links(opportunity, world.switches):
        raise editing.closed(opportunity, world.switches)
    return opportunity, kind, request["RelatedEntityIdentifier"]


def _check_open_to_offers(world: World, opportunity: Opportunity) -> None:
    if opportunity.stage == "Closed Lost":
        message = "Cannot associate or disassociate offers when the opportunity is Closed Lost"
        raise broken_rule("INVALID_RESOURCE_STATE", message, "lifeCycle.stage")
    if opportunity.review_status == PENDING and not world.switches.offer_before_submission:
        message = "Offers can be associated only after submission"
        raise broken_rule("INVALID_RESOURCE_STATE", message, "lifeCycle.reviewStatus")


def _check_offer(world: World, opportunity: Opportunity, kind: str, identifier: str) -> None:
    """Offers are the partner's own, and each belongs to one opportunity."""
    if identifier.split(":")[4] != world.account:
        raise _unknown(world, "Offer", identifier)
    others = (one for one in world.state.opportunities.values() if one.id != opportunity.id)
    taken_by = next((one.id for one in others if identifier in one.related[kind]), None)
    if taken_by is not None:
        raise broken_rule("DUPLICATE_KEY_VALUE", f"{identifier} is associated with opportunity {taken_by}", _FIELD)


def _check_solution(world: World, opportunity: Opportunity, identifier: str) -> None:
    for solution in world.state.solutions:
        if (solution.id, solution.catalog) == (identifier, opportunity.catalog):
            if solution.status == "Active":
                return
            message = f"Solution {identifier} is {solution.status}: only an active solution can be associated"
            raise broken_rule("INVALID_RESOURCE_STATE", message, _FIELD)
    raise _unknown(world, "Solution", identifier)


def _unknown(world: World, what: str, identifier: str) -> ServiceError:
    if world.switches.unknown_entity == "ValidationException":
        return broken_rule("INVALID_VALUE", f"{what} {identifier} does not exist", _FIELD)
    return not_found(what, identifier)


def _needs_solution(opportunity: Opportunity) -> bool:
    described = bool(rules.dig(opportunity.fields, "Project.OtherSolutionDescription"))
    return opportunity.stage in rules.LATE_STAGES or (opportunity.review_status != PENDING and not described)
