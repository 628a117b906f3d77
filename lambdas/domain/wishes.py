"""What the seller wants done now: the one-shot `aws_action`, and stages that submit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lambdas.domain import preflight
from lambdas.domain import submission as submissions
from lambdas.domain.plan import Submit
from lambdas.domain.records import Problem
from lambdas.domain.situation import Situation


@dataclass(frozen=True)
class Wish:
    """What becomes of `aws_action` in this round."""

    submit: Submit | None = None
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    """Said instead of `notices` where AWS refuses a step of the round."""
    asked: bool = False
    """Asked for in vain, and not to be forgotten: AWS's next event would wipe the answer off the deal."""


def submission(now: Situation, standing: Sequence[str], problems: Sequence[Problem], values: Mapping[str, Any]) -> Wish:
    """What becomes of the wish to submit, and of any other action.

    `values`: the opportunity's fields by path as this round leaves them.
    `standing`: the solutions, or what stands for one, that the opportunity has after this round.
    """
    wish, others = _submission(now, standing, problems, values), _not_known(now)
    not_done = (*wish.not_done, *others) if wish.not_done else ()
    return replace(wish, notices=(*wish.notices, *others), not_done=not_done)


def _submission(
    now: Situation, standing: Sequence[str], problems: Sequence[Problem], values: Mapping[str, Any]
) -> Wish:
    label = now.action_label("submit")
    before = submissions.failures(now.opportunity, now.submission, label)
    is_asked = now.action == "submit" and not _is_answered(now)
    has_asked = is_asked or now.base.asked
    is_wished = is_asked or submissions.is_due(now.deal, now.submission, now.settings)
    if not is_wished and not has_asked:
        return Wish(problems=before)
    past = submissions.obstacle(now.opportunity, now.submission)
    if past is not None:
        return Wish(problems=before, notices=(f"{label}: {past}",) if is_asked else ())
    not_done = (f"{label}: not done yet. Mend what is said here, then choose it again.",)
    lacking = submissions.lacks_solution(standing, now.mapping)
    submit = submissions.choose(now.deal, now.submission, now.settings)
    has = values if now.opportunity else None
    unfit = preflight.problems(now, values, before=has, submit=submit, but=problems)
    unsolved = (*before, *([lacking] if lacking else []), *unfit)
    if problems or lacking or unfit or (before and not is_wished):
        return Wish(problems=unsolved, notices=not_done if has_asked else (), asked=has_asked)
    if not is_wished:
        notice = f"{label}: nothing is in the way any more. Choose it again."
        return Wish(notices=(notice,), not_done=not_done, asked=True)
    return Wish(submit=submit, not_done=not_done)


def _is_answered(now: Situation) -> bool:
    """Whether the wish on the deal is the one that the last submission came of, which `Base.told` says is still there.

    What AWS refused at once has no task to follow: its own round writes the deal.
    """
    last = now.submission
    return last is not None and not last.refused and last.generation != now.base.told


def _not_known(now: Situation) -> tuple[str, ...]:
    """What is said of an action that nothing here does."""
    if now.action in {None, "refresh", "submit", "launch"}:
        return ()
    return (f'"{now.action_label(now.action)}" is not possible now; nothing was sent.',)
