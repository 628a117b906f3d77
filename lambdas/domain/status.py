"""What the deal says after the steps of a round, and what the router does next."""

from __future__ import annotations

from typing import Final, Literal

from lambdas.domain import locks
from lambdas.domain.merge import agree
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.records import Base, Problem

Outcome = Literal["IN_STEP", "NEEDS_YOU", "ON_HOLD", "WAITING"]
MOST_LINES: Final = 10
LONGEST_LINE: Final = 1_000
CLOSED_STAGES: Final = frozenset({"Closed Lost", "Launched"})


def next_step(plan: Plan, results: Results, after: Step | None = None) -> Step:
    """What comes after the step `after`; after None, what comes first.

    A refusal ends the sending: the deal is told, and the next round tries again with whatever the seller mends.
    """
    if after in {Step.UPDATE_DEAL, Step.FINISH_TURN}:
        return Step.FINISH_TURN
    if not results.refused:
        order = list(Step)
        left = [step for step in plan.steps() if after is None or order.index(step) > order.index(after)]
        if left:
            return left[0]
    return Step.UPDATE_DEAL if present(plan, results) or saves_base(plan, results) else Step.FINISH_TURN


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
        ("paused", plan.paused),
        ("needs_you", bool(_problems(plan, results))),
        ("delayed", plan.overdue),
        ("sending", is_sending),
        ("rejected", plan.review_status == locks.REJECTED),
        ("closed", plan.stage in CLOSED_STAGES),
        ("on_hold", bool(plan.held)),
    )
    return next((word for word, applies in candidates if applies), review.get(plan.review_status or "", "in_step"))


def message(plan: Plan, results: Results) -> str:
    """The text of `aws_sync_message`: a sentence a line, problems first, ten lines at most."""
    notices = plan.notices_if_refused if results.refused else plan.notices
    lines = [*(_ended(problem.sentence) for problem in _problems(plan, results)), *notices]
    if plan.overdue:
        lines.append("AWS has been working on the submission for more than an hour; Cosell keeps looking.")
    lines = list(dict.fromkeys(line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…" for line in lines))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"And {len(lines) - MOST_LINES + 1} more."]
    return "\n".join(lines)


def outcome(plan: Plan, results: Results) -> Outcome:
    """How the run ends, or, when WAITING, that it must look again."""
    if plan.following or results.submitted:
        return "WAITING"
    if _problems(plan, results):
        return "NEEDS_YOU"
    return "ON_HOLD" if plan.held or plan.paused else "IN_STEP"


def saves_base(plan: Plan, results: Results) -> bool:
    """Whether `base_after` is news."""
    return plan.base_changed or results.submitted or _has_sent(plan, results) or _was_asked_in_vain(plan, results)


def base_after(plan: Plan, results: Results) -> Base | None:
    """The agreement to save, which empties `pending` too; None where the old one stays.

    Nothing is agreed on by creating: what was sent may be an older intent's body, so AWS has to show it first. And save
    it after the deal is written, never before: an agreement on AWS's value that the deal has not got yet makes the
    deal's old value look like a seller's edit.
    """
    if not plan.shown or plan.paused or plan.hands_off:
        return None
    told = plan.submit.generation if plan.submit and results.submitted else plan.told
    asked = plan.asked or _was_asked_in_vain(plan, results)
    if plan.opportunity is None:
        return Base(asked=asked, told=told) if saves_base(plan, results) else None
    fields = agree(plan.base_fields, plan.changes) if _has_sent(plan, results) else plan.base_fields
    return Base(fields=fields, known=True, digest=plan.digest, asked=asked, told=told)


def _has_sent(plan: Plan, results: Results) -> bool:
    """Whether AWS has taken the plan's changes for sure. After a refusal it may have: the next read tells."""
    return plan.update is not None and not results.refused


def _was_asked_in_vain(plan: Plan, results: Results) -> bool:
    """A refusal of this step, or of one before it, ended the submission; the wish is off the deal all the same."""
    return plan.submit is not None and bool(results.refused)


def _problems(plan: Plan, results: Results) -> tuple[Problem, ...]:
    return (*results.refused, *plan.problems)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", ")", "…")) else sentence + "."
