"""AWS's own view of an opportunity: most of what AWS changes shows here and not on the opportunity."""

from __future__ import annotations

from cosell.sandbox.partner_central.state import APPROVED, Document, Opportunity
from cosell.sandbox.partner_central.world import World

SHARED_RELATED_TYPES = ("AwsProducts", "Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")


def get(world: World, request: Document) -> Document:
    """Raises ServiceError when the opportunity is not there, or not yet."""
    return describe(world.readable_opportunity(request["Catalog"], request["RelatedOpportunityIdentifier"]))


def describe(opportunity: Opportunity) -> Document:
    """Mostly empty at first (not documented for drafts); from acceptance on there is a LifeCycle, with nothing in
    it yet (recorded)."""
    return {
        "RelatedOpportunityId": opportunity.id,
        "Catalog": opportunity.catalog,
        "Origin": opportunity.origin,
        "InvolvementType": opportunity.involvement,
        "Visibility": opportunity.visibility,
        "LifeCycle": {} if opportunity.review_status == APPROVED else None,
        "OpportunityTeam": [],
        "RelatedEntityIds": {kind: opportunity.related[kind] for kind in SHARED_RELATED_TYPES},
        **opportunity.summary,
    }
