"""What happens to a record after every change, whoever made it."""

from __future__ import annotations

from cosell.sandbox.partner_central import engagements, instants, vocabulary
from cosell.sandbox.partner_central.state import ACTION_REQUIRED, REJECTED, SUBMITTED, Opportunity
from cosell.sandbox.partner_central.world import World

_HISTORY = 50


def record(world: World, opportunity: Opportunity, *, moves_date: bool = True) -> None:
    """Moves LastModifiedDate, tells the bus, and lets a running snapshot job look."""
    if moves_date:
        world.touch(opportunity)
    world.events.opportunity_updated(opportunity)
    engagements.take_snapshot(world, opportunity)


def review(opportunity: Opportunity, status: str, comments: str | None, reason: str | None) -> None:
    """Sets the review status; comments and reason stay only while AWS wants or refuses something."""
    opportunity.review_status = status
    told = status in (ACTION_REQUIRED, REJECTED)
    opportunity.review_comments, opportunity.review_reason = (comments, reason) if told else (None, None)


def submit(opportunity: Opportunity, involvement: str, visibility: str) -> None:
    """The opportunity is AWS's to look at. For visibility only, needs are replaced and next steps dropped
    (recorded; field sheet)."""
    opportunity.involvement, opportunity.visibility = involvement, visibility
    review(opportunity, SUBMITTED, None, None)
    if involvement == "For Visibility Only":
        opportunity.fields["PrimaryNeedsFromAws"] = [vocabulary.NO_SUPPORT_NEEDED]
        lifecycle = opportunity.fields.get("LifeCycle")
        if lifecycle is not None:
            lifecycle["NextSteps"] = None


def remember_next_steps(world: World, opportunity: Opportunity, before: str | None) -> None:
    """Each new text of NextSteps is kept with its time, the newest first, at most 50."""
    text = (opportunity.fields.get("LifeCycle") or {}).get("NextSteps")
    if not text or text == before:
        return
    entry = {"Value": text, "Time": instants.write(instants.from_seconds(world.clock.now))}
    opportunity.next_steps = [entry, *opportunity.next_steps][:_HISTORY]
