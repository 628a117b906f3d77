"""Snapshots of an opportunity in its engagement, and the job that makes them."""

from __future__ import annotations

import copy
from typing import Any

from cosell.sandbox.partner_central import spend
from cosell.sandbox.partner_central.events import AWS
from cosell.sandbox.partner_central.state import Document, Engagement, Opportunity, SnapshotJob
from cosell.sandbox.partner_central.world import World

SHARED_VIEW = "OpportunitySummaryView"
OWNER_VIEW = "AwsOpportunitySummaryFullView"

_PRIVATE_OFFERS = ("AwsMarketplaceOffers", "AwsMarketplaceOfferSets")


def start_job(world: World, opportunity: Opportunity, engagement: Engagement) -> None:
    """The first snapshot comes with the job, whatever role the job has."""
    if engagement.job is None:
        job = SnapshotJob(world.new_id("job", 13), opportunity.catalog, engagement.id, opportunity.id)
        world.state.jobs[job.id] = job
        engagement.job = job.id
    _share(world, opportunity, engagement)


def take(world: World, opportunity: Opportunity) -> None:
    """What a running job does after a change: a new revision if what the template shows is not what it showed last."""
    engagement = world.engagement_of(opportunity)
    if engagement is None or engagement.job is None:
        return
    if world.switches.snapshots_need_role and opportunity.catalog not in world.state.settings:
        return
    _share(world, opportunity, engagement)


def take_for_owner(world: World, opportunity: Opportunity) -> None:
    """AWS's summary changed: the view that only the owner sees gets a new revision."""
    engagement = world.engagement_of(opportunity)
    if engagement is not None and _revise(engagement, OWNER_VIEW, copy.deepcopy(opportunity.summary)):
        world.events.snapshot_created(engagement, OWNER_VIEW, AWS, [world.account])


def _revise(engagement: Engagement, template: str, view: Document) -> bool:
    """A new revision, unless the view is what it was."""
    if engagement.views.get(template) == view:
        return False
    engagement.views[template] = view
    engagement.revisions[template] = engagement.revisions.get(template, 0) + 1
    return True


def _share(world: World, opportunity: Opportunity, engagement: Engagement) -> None:
    if _revise(engagement, SHARED_VIEW, _shared_view(opportunity)):
        world.events.snapshot_created(engagement, SHARED_VIEW, world.account, [world.account, AWS])


def _shared_view(opportunity: Opportunity) -> Document:
    """What OpportunitySummaryView shows: neither title nor business problem, nothing of marketing or revenue. Private
    offers have no snapshot either, by the guide's table of events."""
    fields = opportunity.fields
    project = {
        name: value
        for name, value in (fields.get("Project") or {}).items()
        if name not in ("Title", "CustomerBusinessProblem")
    }
    lifecycle = fields.get("LifeCycle") or {}
    view: Document = _plain(
        {
            "OpportunityType": fields.get("OpportunityType"),
            "Lifecycle": {
                "NextSteps": lifecycle.get("NextSteps"),
                "ReviewStatus": opportunity.review_status,
                "Stage": lifecycle.get("Stage"),
                "TargetCloseDate": lifecycle.get("TargetCloseDate"),
            },
            "OpportunityTeam": opportunity.team,
            "PrimaryNeedsFromAws": fields.get("PrimaryNeedsFromAws"),
            "Customer": fields.get("Customer"),
            "Project": project,
            "RelatedEntityIdentifiers": {
                kind: ids for kind, ids in opportunity.related.items() if kind not in _PRIVATE_OFFERS
            },
        }
    )
    return view


def _plain(value: Any) -> Any:
    """A copy in which equal contents are equal: no nulls, amounts in one format."""
    if isinstance(value, dict):
        return {
            name: spend.trimmed(item) if name == "Amount" else _plain(item)
            for name, item in value.items()
            if item is not None
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value
