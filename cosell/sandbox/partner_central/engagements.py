"""Engagements, invitations and snapshots, as far as submitting an opportunity makes them by itself."""

from __future__ import annotations

import copy
from typing import Any

from cosell.sandbox.partner_central import instants, spend
from cosell.sandbox.partner_central.events import AWS
from cosell.sandbox.partner_central.state import Document, Engagement, Invitation, Opportunity, SnapshotJob
from cosell.sandbox.partner_central.world import World

PARTNER_COMPANY = "Partner"
AWS_COMPANY = "AWS"

SHARED_VIEW = "OpportunitySummaryView"
OWNER_VIEW = "AwsOpportunitySummaryFullView"

_PRIVATE_OFFERS = ("AwsMarketplaceOffers", "AwsMarketplaceOfferSets")
_INVITATION_LIFETIME = 15 * 24 * 3600 * instants.SECOND


def of(world: World, opportunity: Opportunity) -> Engagement | None:
    return world.state.engagements.get(opportunity.engagement or "")


def open_for(world: World, opportunity: Opportunity) -> Engagement:
    """Engagement, first snapshot, running snapshot job and AWS's invitation, each unless it exists."""
    engagement = of(world, opportunity)
    if engagement is None:
        engagement = _create(world, opportunity, by=world.account)
        world.events.engagement_created(engagement)
    _start_job(world, opportunity, engagement)
    if engagement.invitation is None:
        invitation = _invite(world, engagement, sender=world.account, receiver=AWS)
        world.state.unanswered.append(invitation.id)
        if len(world.state.unanswered) == 1:
            _await_expiry(world, invitation)
        world.events.member_added(engagement, world.account, PARTNER_COMPANY)
        world.events.invitation_created(invitation, PARTNER_COMPANY)
    return engagement


def answer(world: World, opportunity: Opportunity, *, accepted: bool, told: bool = True) -> None:
    """AWS answers the invitation it got with the submission, with events if `told`. Without an engagement there is
    nothing to answer."""
    engagement = of(world, opportunity)
    if engagement is None or engagement.invitation is None:
        return
    invitation = world.state.invitations[engagement.invitation]
    if invitation.status != "PENDING":
        return
    invitation.status = "ACCEPTED" if accepted else "REJECTED"
    if told:
        world.events.invitation_answered(invitation)
    if accepted:
        engagement.members.append(AWS)
        if told:
            world.events.member_added(engagement, AWS, AWS_COMPANY)


def join_aws(world: World, opportunity: Opportunity) -> None:
    """What accepting AWS's invitation to its opportunity leaves, with the events of that."""
    engagement = _create(world, opportunity, by=AWS)
    invitation = _invite(world, engagement, sender=AWS, receiver=world.account)
    invitation.status = "ACCEPTED"
    engagement.members.append(world.account)
    world.events.invitation_answered(invitation)
    world.events.member_added(engagement, world.account, PARTNER_COMPANY)
    world.events.opportunity_created(opportunity)
    world.events.opportunity_updated(opportunity)
    _start_job(world, opportunity, engagement)


def expire(world: World) -> None:
    """Invitations that nobody answered in their time are closed."""
    unanswered, now = world.state.unanswered, instants.from_seconds(world.clock.now)
    while unanswered:
        invitation = world.state.invitations[unanswered[0]]
        if invitation.status == "PENDING" and invitation.expires > now:
            _await_expiry(world, invitation)
            return
        unanswered.popleft()
        if invitation.status == "PENDING":
            invitation.status = "EXPIRED"
            world.events.invitation_answered(invitation)


def take_snapshot(world: World, opportunity: Opportunity) -> None:
    """What a running job does after a change: a new revision if what the template shows is not what it showed last."""
    engagement = of(world, opportunity)
    if engagement is None or engagement.job is None or world.state.jobs[engagement.job].status != "Running":
        return
    if world.switches.snapshots_need_role and opportunity.catalog not in world.state.settings:
        return
    _share(world, opportunity, engagement)


def take_owner_snapshot(world: World, opportunity: Opportunity) -> None:
    """AWS's summary changed: the view that only the owner sees gets a new revision."""
    engagement = of(world, opportunity)
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


def _create(world: World, opportunity: Opportunity, *, by: str) -> Engagement:
    identifier = world.new_id("eng", 14)
    engagement = Engagement(identifier, opportunity.catalog, opportunity.id, world.moment, [by])
    world.state.engagements[identifier] = engagement
    opportunity.engagement = identifier
    return engagement


def _start_job(world: World, opportunity: Opportunity, engagement: Engagement) -> None:
    """The first snapshot comes with the job, whatever role the job has."""
    if engagement.job is None:
        job = SnapshotJob(world.new_id("job", 13), opportunity.catalog, engagement.id, opportunity.id, SHARED_VIEW)
        world.state.jobs[job.id] = job
        engagement.job = job.id
    _share(world, opportunity, engagement)


def _invite(world: World, engagement: Engagement, *, sender: str, receiver: str) -> Invitation:
    sent = world.moment
    expires = sent + _INVITATION_LIFETIME
    identifier = world.new_id("engi", 13)
    invitation = Invitation(identifier, engagement.catalog, engagement.id, sender, receiver, sent, expires)
    world.state.invitations[invitation.id] = invitation
    engagement.invitation = invitation.id
    return invitation


def _await_expiry(world: World, invitation: Invitation) -> None:
    """One timer, for the invitation that expires next: there may be thousands, and all of them wait equally long."""
    just_after = invitation.expires + instants.MILLISECOND
    world.timers.at(just_after / instants.SECOND, "expiry")


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
