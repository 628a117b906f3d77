"""What happens to a record after every change, whoever made it."""

from __future__ import annotations

from cosell.sandbox.partner_central import engagements, instants, snapshots, vocabulary
from cosell.sandbox.partner_central.state import ACTION_REQUIRED, APPROVED, REJECTED, SUBMITTED, Document, Opportunity
from cosell.sandbox.partner_central.world import World

_HISTORY = 50


def record(world: World, opportunity: Opportunity, *, moves_date: bool = True) -> None:
    """Moves LastModifiedDate, tells the bus, and lets a running snapshot job look."""
    if moves_date:
        world.touch(opportunity)
    world.events.opportunity_updated(opportunity)
    snapshots.take(world, opportunity)


def review(opportunity: Opportunity, status: str, comments: str | None, reason: str | None) -> None:
    """Sets the review status; comments and reason stay only while AWS wants or refuses something."""
    opportunity.review_status = status
    told = status in (ACTION_REQUIRED, REJECTED)
    opportunity.review_comments, opportunity.review_reason = (comments, reason) if told else (None, None)


def decide(
    world: World, opportunity: Opportunity, status: str, comments: str | None, reason: str | None, *, told: bool = True
) -> None:
    """AWS's verdict. Approval and rejection answer the invitation that came with the submission, with events if
    `told`."""
    if status in (APPROVED, REJECTED):
        engagements.answer(world, opportunity, accepted=status == APPROVED, told=told)
    review(opportunity, status, comments, reason)


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
    """Each new text of NextSteps is kept with its time."""
    text = (opportunity.fields.get("LifeCycle") or {}).get("NextSteps")
    opportunity.next_steps = history(world, opportunity.next_steps, before, text)


def history(world: World, kept: list[Document], before: str | None, after: str | None) -> list[Document]:
    """A NextStepsHistory: new texts with their times, the newest first, at most 50."""
    if not after or after == before:
        return kept
    return [{"Value": after, "Time": instants.write(instants.from_seconds(world.clock.now))}, *kept][:_HISTORY]
