"""What the deal says after the steps of a round, and what the router does next."""

from __future__ import annotations

from typing import Any, Final, Literal

from lambdas.domain import locks, stages, tagging, todos
from lambdas.domain.merge import agree
from lambdas.domain.plan import Change, Plan, Results, Step
from lambdas.domain.records import Base, Beside, Timeline

Outcome = Literal["IN_STEP", "NEEDS_YOU", "ON_HOLD", "WAITING", "OBSERVED"]
MOST_LINES: Final = 10
LONGEST_LINE: Final = 1_000


def next_step(plan: Plan, results: Results, after: Step | None = None) -> Step:
    """What comes after the step `after`; after None, what comes first.

    A refusal ends the sending: the deal is told, and the next round tries again with whatever the seller mends.
    """
    if plan.observed or after is Step.CREATE_DEAL or _is_read_at_once(plan, results, after):
        return Step.FINISH_TURN
    if after is Step.UPDATE_DEAL and tells(plan, results):
        return Step.TELL_SELLER
    if after in {Step.UPDATE_DEAL, Step.TELL_SELLER, Step.FINISH_TURN}:
        return Step.FINISH_TURN
    if not results.refused:
        order = list(Step)
        left = [step for step in plan.steps() if after is None or order.index(step) > order.index(after)]
        if left:
            return left[0]
    is_written = (
        present(plan, results)
        or plan.company_changes
        or plan.writes_people()
        or saves_base(plan, results)
        or tells(plan, results)
        or plan.look_after is not None
    )
    return Step.UPDATE_DEAL if is_written else Step.FINISH_TURN


def _is_read_at_once(plan: Plan, results: Results, after: Step | None) -> bool:
    """A new opportunity that is being submitted is followed within seconds, and that round tells the deal all of it."""
    is_new = plan.create is not None and plan.update is None
    has_done_more = results.tagged or results.assigned is not None
    return after is Step.SUBMIT_OPPORTUNITY and results.submitted and is_new and not has_done_more


def tells(plan: Plan, results: Results) -> bool:
    """Whether the seller is told more than the deal's properties say: notes are owed, or the deal's task is to change.

    It comes after the deal is written, which is also where what is owed is remembered.
    """
    if not plan.shown or plan.observed:
        return False
    return bool(timeline_after(plan, results).owed) or todos.changes(plan, results)


def timeline_after(plan: Plan, results: Results) -> Timeline:
    """The plan's timeline: of an edit that AWS did not take nothing was lost, so there is no note of it."""
    has_updated = _has_updated(results)
    owed = (
        note.model_copy(update={"if_sent": False}) for note in plan.timeline.owed if has_updated or not note.if_sent
    )
    return plan.timeline.model_copy(update={"owed": tuple(owed)})


def lost_after(plan: Plan, results: Results) -> tuple[Change, ...]:
    """The edits that were overruled in fact: AWS has its own as long as it refuses the other one."""
    sent = set() if _has_updated(results) else {change.path for change in plan.changes}
    return tuple(change for change in plan.lost if change.path not in sent)


def present(plan: Plan, results: Results) -> dict[str, str]:
    """The deal properties to write, and only those that differ; empty text clears."""
    if not plan.shown:
        return {}  # the deal was not read: there was nothing to decide
    said = dict(plan.deal_changes)
    if not plan.hands_off:
        said["aws_opportunity_id"] = results.created or plan.opportunity or ""
        said["aws_sync_status"] = status(plan, results)
        said["aws_sync_message"] = message(plan, results)
    if plan.clear_action:
        said["aws_action"] = ""
    return {name: value for name, value in said.items() if value.strip() != (plan.shown.get(name) or "")}


def status(plan: Plan, results: Results) -> str:
    """The value of `aws_sync_status`: one word to filter and report on. The first that applies."""
    is_sending = plan.following or results.submitted
    review = {locks.REJECTED: "rejected", locks.SUBMITTED: "in_review", locks.IN_REVIEW: "in_review"}
    candidates = (
        ("paused", plan.paused and not plan.problems),
        ("needs_you", bool(plan.unsolved(results))),
        ("delayed", plan.overdue),
        ("sending", is_sending),
        ("rejected", plan.review_status == locks.REJECTED),
        ("closed", plan.abandoned or plan.stage in stages.OVER),
        ("on_hold", bool(plan.held)),
    )
    return next((word for word, applies in candidates if applies), review.get(plan.review_status or "", "in_step"))


def message(plan: Plan, results: Results) -> str:
    """The text of `aws_sync_message`: a sentence a line, problems first, ten lines at most."""
    notices = plan.notices_if_refused if results.refused else plan.notices
    lines = [*(_ended(problem.sentence) for problem in plan.unsolved(results)), *notices]
    if results.assigned:
        lines.append(results.assigned)
    if plan.overdue:
        lines.append("AWS has been working on the submission for more than an hour; Cosell keeps looking.")
    lines = list(dict.fromkeys(line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…" for line in lines))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"And {len(lines) - MOST_LINES + 1} more."]
    return "\n".join(lines)


def outcome(plan: Plan, results: Results) -> Outcome:
    """How the run ends, or, when WAITING, that it must look again."""
    if plan.observed:
        return "OBSERVED"
    if plan.following or results.submitted:
        return "WAITING"
    if plan.unsolved(results):
        return "NEEDS_YOU"
    return "ON_HOLD" if plan.held or plan.paused or plan.look_again or plan.in_mass else "IN_STEP"


def saves_base(plan: Plan, results: Results) -> bool:
    """Whether `base_after` is news."""
    has_done_more = bool(plan.associate) or results.tagged or results.assigned is not None
    has_written = results.submitted or has_done_more or _has_sent(plan, results)
    return plan.base_changed or has_written or _was_asked_in_vain(plan, results)


def base_after(plan: Plan, results: Results) -> Base | None:
    """The agreement to save, which empties `pending` too; None where the old one stays.

    Nothing is agreed on by creating: what was sent may be an older intent's body, so AWS has to show it first. And save
    it after the deal is written, never before: an agreement on AWS's value that the deal has not got yet makes the
    deal's old value look like a seller's edit.
    """
    is_left_alone = plan.paused or plan.hands_off or plan.abandoned
    if not plan.shown or (is_left_alone and plan.update is None):
        return None
    told = plan.submit.generation if plan.submit and results.submitted else plan.told
    asked = plan.asked or _was_asked_in_vain(plan, results)
    others: dict[str, Any] = {"beside": _beside_after(plan, results), "linking": _linking_after(plan, results)}
    if plan.opportunity is None:
        return Base(asked=asked, told=told, **others) if saves_base(plan, results) else None
    fields = agree(plan.base_fields, plan.changes) if _has_sent(plan, results) else plan.base_fields
    launching = plan.launching and not _has_launched(plan, results)
    # Of what AWS shows after a write nothing is known: it may drop a value without a word, and look as it did before.
    digest = "" if _has_sent(plan, results) else plan.digest
    return Base(fields=fields, known=True, digest=digest, asked=asked, told=told, launching=launching, **others)


def _beside_after(plan: Plan, results: Results) -> Beside:
    """What both sides have beside the fields. What was associated or no longer is, AWS has to show first."""
    agreed: dict[str, Any] = {}
    if plan.tags is not None and results.tagged:
        agreed["tags"] = plan.tags.applied_to(plan.beside.tags)
    if plan.assign is not None and results.assigned is not None:
        agreed |= {"owner": plan.owner_next, "owner_said": results.assigned}
        agreed |= {} if results.assigned else {"aws_owner": plan.assign.email}
    return plan.beside.model_copy(update=agreed)


def _linking_after(plan: Plan, results: Results) -> dict[str, tuple[str, ...]]:
    """Without tags, once they are agreed on."""
    return {name: ids for name, ids in plan.linking.items() if not (results.tagged and name == tagging.TAGS)}


def _has_updated(results: Results) -> bool:
    """Whether AWS has taken the update, if there was one: a later step may have been refused all the same."""
    return results.updated or not results.refused


def _has_sent(plan: Plan, results: Results) -> bool:
    """Whether AWS has taken the plan's changes for sure. After a refusal it may have: the next read tells."""
    return plan.update is not None and not results.refused


def _has_launched(plan: Plan, results: Results) -> bool:
    """A launch that waits for the seller waits on, whatever else goes to AWS meanwhile."""
    is_launch = any((change.path, change.after) == (stages.STAGE, stages.LAUNCHED) for change in plan.changes)
    return is_launch and _has_sent(plan, results)


def _was_asked_in_vain(plan: Plan, results: Results) -> bool:
    """A refusal of this step, or of one before it, ended the submission; the wish is off the deal all the same."""
    return plan.submit is not None and bool(results.refused)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", ")", "…")) else sentence + "."
