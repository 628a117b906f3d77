"""Engagements and invitations, as far as a submission or a referral makes them by itself."""

from __future__ import annotations

from cosell.sandbox.partner_central import instants, snapshots
from cosell.sandbox.partner_central.events import AWS
from cosell.sandbox.partner_central.state import Due, Engagement, Invitation, Opportunity
from cosell.sandbox.partner_central.world import World

PARTNER_COMPANY = "Partner"
AWS_COMPANY = "AWS"

_INVITATION_LIFETIME = 15 * 24 * 3600 * instants.SECOND


def open_for(world: World, opportunity: Opportunity) -> Engagement:
    """Engagement, first snapshot, running snapshot job and AWS's invitation, each unless it exists."""
    engagement = world.engagement_of(opportunity)
    if engagement is None:
        engagement = _create(world, opportunity, by=world.account)
        world.events.engagement_created(engagement)
    snapshots.start_job(world, opportunity, engagement)
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
    engagement = world.engagement_of(opportunity)
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
    snapshots.start_job(world, opportunity, engagement)


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


def _create(world: World, opportunity: Opportunity, *, by: str) -> Engagement:
    identifier = world.new_id("eng", 14)
    engagement = Engagement(identifier, opportunity.catalog, opportunity.id, world.moment, [by])
    world.state.engagements[identifier] = engagement
    opportunity.engagement = identifier
    return engagement


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
    world.agenda.at(just_after / instants.SECOND, Due("expiry"))
