"""`aws_action = launch`: the deal is won, and the customer's workload runs at AWS.

No stage of a deal says so, because a deal is won before anything runs. The wish stands until AWS has the opportunity as
Launched: what is missing is said on the deal, and the launch goes out by itself once the seller has mended it.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lambdas.domain import locks, paths, stages, transforms
from lambdas.domain.records import Problem
from lambdas.domain.situation import Situation

ACTION = "launch"


@dataclass(frozen=True)
class Launch:
    """What becomes of the wish to launch in this round."""

    goes: bool = False
    """Nothing is in the way: the deal says Launched."""
    stands: bool = False
    """To be remembered: the deal no longer says it."""
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    """Said instead of `notices` where AWS refuses a step of the round."""


def launch(now: Situation, values: Dict[str, Any], standing: Sequence[object]) -> Launch:
    """`values` are what the deal says in AWS's values, `standing` the solutions that AWS has after this round."""
    is_asked = now.action == ACTION
    if not is_asked and not now.base.launching:
        return Launch()
    label = now.action_label(ACTION)
    past = _obstacle(now)
    if past is not None:
        # Our own launch, whose answer was lost before the deal could be written, is no news.
        is_ours = now.base.pending.get(stages.STAGE) == stages.LAUNCHED
        return Launch(notices=(f"{label}: {past}",) if is_asked and not is_ours else ())
    waits = (f"{label}: waits for what is said here, and is done then.",)
    lacking = stages.lacks_solution(now, stages.LAUNCHED, standing)
    problems = (*_missing(now, values), *([lacking] if lacking else []))
    if problems:
        return Launch(stands=True, problems=problems, notices=waits, not_done=waits)
    return Launch(goes=True, stands=True, not_done=waits)


def _obstacle(now: Situation) -> str | None:
    """Why the wish is past or too early: what there is to say about it; None where nothing is in the way."""
    opportunity = now.opportunity
    if opportunity is None or opportunity.review_status != locks.APPROVED:
        return "not possible before AWS has approved the deal; nothing was sent."
    if paths.get(opportunity.body, stages.STAGE) == stages.LAUNCHED:
        return "the deal is launched already."
    if stages.of_deal(now.deal, now.mapping) != stages.COMMITTED:
        return "not possible before the deal is won. Move it to the stage for won deals, then choose this again."
    return None


def _missing(now: Situation, values: Dict[str, Any]) -> list[Problem]:
    """The fields that the mapping requires at launch, and that are empty. A wrong value has its own problem already."""
    return [
        Problem(
            record=row.object,
            label=row.label,
            what=f"it is empty, and AWS wants it at launch{transforms.for_example(row)}",
            path=field.path,
        )
        for field in now.mapping.fields
        for row in field.rows[:1]
        if "launch" in field.required and field.path in values and values[field.path] is None
    ]
