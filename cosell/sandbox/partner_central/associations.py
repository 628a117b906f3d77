"""Associating an opportunity with solutions, AWS products and Marketplace entities (developer guide, "Associating")."""

from __future__ import annotations

import re

from cosell.sandbox.partner_central import changes, editing, rules
from cosell.sandbox.partner_central.errors import broken_rule, conflict, not_found
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
    if kind not in _OFFERS and opportunity.review_status in editing.CLOSED_TO_EDITS:
        raise editing.closed(opportunity, world.switches)
    if not re.fullmatch(_IDENTIFIERS[kind], identifier, re.ASCII):
        raise broken_rule("INVALID_VALUE", f"{identifier} does not name an entity of {kind}", _FIELD)
    if kind == "Solutions":
        _check_solution(world, opportunity, identifier)
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
    if kind not in _OFFERS and opportunity.review_status in editing.CLOSED_TO_EDITS:
        raise editing.closed(opportunity, world.switches)
    if identifier not in opportunity.related[kind]:
        raise not_found(f"Association of opportunity {opportunity.id} with", identifier)
    solutions = sum(len(opportunity.related[one]) for one in SOLUTION_TYPES)
    if kind in SOLUTION_TYPES and solutions == 1 and _needs_solution(opportunity):
        message = "The last solution cannot be removed: associate another one first"
        raise broken_rule("NOT_ENOUGH_VALUES", message, _FIELD)
    opportunity.related[kind].remove(identifier)
    changes.record(world, opportunity, moves_date=world.switches.association_moves_date)


def _target(world: World, request: Document) -> tuple[Opportunity, str, str]:
    opportunity = world.opportunity(request["Catalog"], request["OpportunityIdentifier"])
    return opportunity, request["RelatedEntityType"], request["RelatedEntityIdentifier"]


def _check_solution(world: World, opportunity: Opportunity, identifier: str) -> None:
    for solution in world.state.solutions:
        if (solution.id, solution.catalog) == (identifier, opportunity.catalog):
            if solution.status == "Active":
                return
            message = f"Solution {identifier} is {solution.status}: only an active solution can be associated"
            raise broken_rule("INVALID_RESOURCE_STATE", message, _FIELD)
    raise not_found("Solution", identifier)


def _needs_solution(opportunity: Opportunity) -> bool:
    described = bool(rules.dig(opportunity.fields, "Project.OtherSolutionDescription"))
    return opportunity.stage in rules.LATE_STAGES or (opportunity.review_status != PENDING and not described)
