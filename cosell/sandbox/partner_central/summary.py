"""AWS's own view of an opportunity: most of what AWS changes shows here and not on the opportunity."""

from __future__ import annotations

from cosell.sandbox.partner_central.state import APPROVED, PENDING, Document, Opportunity
from cosell.sandbox.partner_central.world import World

_CLOSED = ("Launched", "Closed Lost")

SHARED_RELATED_TYPES = ("AwsProducts", "Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")


def get(world: World, request: Document) -> Document:
    """Raises ServiceError when the opportunity is not there, or not yet."""
    summary = describe(world.readable_opportunity(request["Catalog"], request["RelatedOpportunityIdentifier"]))
    lifecycle = summary["LifeCycle"]
    if world.switches.aws_stage_shared == "always" or lifecycle is None or lifecycle.get("Stage") in _CLOSED:
        return summary
    return {**summary, "LifeCycle": {**lifecycle, "Stage": None, "TargetCloseDate": None}}


def describe(opportunity: Opportunity) -> Document:
    """What AWS has written, whether or not it is shared.

    A draft has nothing but its origin (not documented). LifeCycle and Insights are null at first; from acceptance on
    there is a LifeCycle, with nothing in it yet (recorded).
    """
    is_draft = opportunity.review_status == PENDING
    related = {kind: opportunity.related[kind] for kind in SHARED_RELATED_TYPES}
    return {
        "RelatedOpportunityId": opportunity.id,
        "Catalog": opportunity.catalog,
        "Origin": opportunity.origin,
        "InvolvementType": opportunity.involvement,
        "Visibility": opportunity.visibility,
        "LifeCycle": {} if opportunity.review_status == APPROVED else None,
        "OpportunityTeam": None if is_draft else [],
        "RelatedEntityIds": None if is_draft else related,
        **opportunity.summary,
    }
