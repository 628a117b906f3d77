"""What a test or a person looks at: an opportunity as it is now."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from cosell.sandbox.partner_central import opportunities, summary
from cosell.sandbox.partner_central.rules import dig
from cosell.sandbox.partner_central.state import PENDING, Document, Opportunity
from cosell.sandbox.partner_central.world import World


@dataclass(frozen=True)
class OpportunityView:
    """A picture of one opportunity; `body` is what GetOpportunity would answer, `summary` what
    GetAwsOpportunitySummary would."""

    id: str
    catalog: str
    partner_id: str | None
    title: str | None
    stage: str | None
    review_status: str
    submitted: bool
    involvement: str | None
    visibility: str | None
    solutions: tuple[str, ...]
    engagement: str | None
    body: Document
    summary: Document


def view(world: World, opportunity: Opportunity) -> OpportunityView:
    return OpportunityView(
        id=opportunity.id,
        catalog=opportunity.catalog,
        partner_id=opportunity.fields.get("PartnerOpportunityIdentifier"),
        title=dig(opportunity.fields, "Project.Title"),
        stage=opportunity.stage,
        review_status=opportunity.review_status,
        submitted=opportunity.review_status != PENDING,
        involvement=opportunity.in_effect,
        visibility=opportunity.summary.get("Visibility", opportunity.visibility),
        solutions=tuple(opportunity.related["Solutions"]),
        engagement=opportunity.engagement,
        body=opportunities.describe(world, opportunity),
        summary=copy.deepcopy(summary.describe(opportunity)),
    )
