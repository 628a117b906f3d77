"""Stages, both ways: what a deal's stage says to AWS, and what AWS's stage does to the deal.

The seller's stage wins. AWS's record moves a deal only forward between open stages: a deal that is won, lost or moved
back sets off much in a portal. Every other move at AWS is said on the deal, and a person decides. The tables are in
`docs/stages.md`.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from lambdas.domain import locks, rules
from lambdas.domain import submission as submissions
from lambdas.domain.fields import Wanted
from lambdas.domain.mapping import Mapping
from lambdas.domain.merge import Merge
from lambdas.domain.plan import Change
from lambdas.domain.records import Deal, Problem
from lambdas.domain.situation import Situation

STAGE: Final = rules.STAGE
REASON: Final = rules.LOST_REASON
OPEN: Final = ("Prospect", "Qualified", "Technical Validation", "Business Validation")
COMMITTED: Final = "Committed"
LAUNCHED: Final = "Launched"
LOST: Final = "Closed Lost"
OVER: Final = frozenset({LOST, LAUNCHED})
LATE: Final = frozenset({COMMITTED, LAUNCHED})
"""AWS takes these only of an opportunity that has a solution."""


class Move(NamedTuple):
    """What a stage that AWS's record moved to does to the deal."""

    properties: dict[str, str]
    """The deal's stage by its id, where the deal moves."""
    problems: tuple[Problem, ...]


def at_creation(stage: str | None) -> str | None:
    """Where an opportunity begins.

    A late stage needs a solution, and a solution an opportunity to be linked to: a draft begins one stage earlier, and
    the deal's own stage waits until AWS has approved it, as every stage of a draft does.
    """
    return OPEN[-1] if stage in LATE else stage


def of_deal(deal: Deal, mapping: Mapping) -> str | None:
    """AWS's stage for the deal's; None where it is said to be none of AWS's business, or is not mapped."""
    return mapping.stage(deal.get("pipeline"), deal.get("dealstage") or "")[1]


def unmapped(deal: Deal, mapping: Mapping) -> str | None:
    """The stage and pipeline of a shared deal, by their ids, that the mapping forgot."""
    stage, pipeline = deal.get("dealstage"), deal.get("pipeline") or "default"
    if stage is None or deal.get("aws_share") != "yes" or mapping.stage(pipeline, stage)[0]:
        return None
    return f"stage {stage} of pipeline {pipeline}"


def spoken(ours: str | None, theirs: str | None) -> str | None:
    """What the deal says, when AWS has `theirs`: a deal that is won is won whether or not it is launched."""
    return LAUNCHED if ours == COMMITTED and theirs == LAUNCHED else ours


def may_follow(now: Situation, ours: str | None, theirs: str | None) -> bool:
    """Whether the deal may move to the stage that AWS's record has moved to: a later one of the open stages."""
    if ours not in OPEN or theirs not in OPEN or OPEN.index(theirs) <= OPEN.index(ours):
        return False
    return _first(now, theirs) is not None


def after_merge(now: Situation, ours: str | None, theirs: str | None, merged: Merge) -> Move:
    """What AWS's stage does to a deal that says `ours`, given what the merge sends, holds and takes over."""
    if theirs is not None and any(change.path == STAGE for change in merged.to_hubspot):
        return Move({"dealstage": _first(now, theirs) or ""}, ())
    is_settled = STAGE in merged.held or any(change.path == STAGE for change in merged.to_aws)
    speaks = ours is not None or theirs == LOST
    if is_settled or theirs in {None, spoken(ours, theirs)} or not speaks or not _is_live(now):
        return Move({}, ())
    return Move({}, (_disagreement(now, str(theirs)),))


def is_abandoned(now: Situation) -> bool:
    """Whether the deal was lost before it was submitted: AWS takes no draft as lost, so the draft stays as it is."""
    opportunity = now.opportunity
    return (
        opportunity is not None
        and of_deal(now.deal, now.mapping) == LOST
        and submissions.obstacle(opportunity, now.submission) is None
    )


def about_abandoned(now: Situation) -> tuple[str, ...]:
    """What a deal says that was lost before it was submitted."""
    sentence = (
        f"{now.source(STAGE).label}: the deal is lost, and was never submitted. The draft stays at AWS as it is; move "
        "the deal to an open stage to go on with it."
    )
    if now.action in {None, "refresh"}:
        return (sentence,)
    return (sentence, f"{now.action_label(now.action)}: not done, because the deal is lost.")


def silent(now: Situation) -> list[Problem]:
    """A stage that says nothing to AWS is none to begin with."""
    is_mapped, stage = now.mapping.stage(now.deal.get("pipeline"), now.deal.get("dealstage") or "")
    if not is_mapped or stage is not None:
        return []
    what = "a deal in this stage is not told to AWS yet; it is shared once it moves to a later one"
    return [Problem(record="deal", label=now.source(STAGE).label, what=what, path=STAGE)]


def speak(said: Wanted, seen: Dict[str, Any], *, launches: bool) -> Wanted:
    """What the deal says, with the stage that goes with AWS's or with the seller's wish to launch.

    A lost deal says nothing of its stage before it has a reason, which AWS wants together with it; unless AWS has lost
    it already, for a reason that the deal then takes.
    """
    if STAGE not in said.fields:
        return said
    others = {path: value for path, value in said.fields.items() if path != STAGE}
    stage = LAUNCHED if launches else spoken(said.fields[STAGE], seen.get(STAGE))
    if stage != LOST or others.get(REASON) is not None:
        return said._replace(fields={**others, STAGE: stage})
    if seen.get(STAGE) != LOST or seen.get(REASON) is None:
        return said._replace(fields=others)
    problems = tuple(problem for problem in said.problems if problem.path != REASON)
    return said._replace(fields={**others, STAGE: stage, REASON: None}, problems=problems)


def unsettled(seen: Dict[str, Any]) -> frozenset[str]:
    """Agreements that are over: a reason that AWS has emptied, because its stage is not lost, is no edit of AWS's."""
    return frozenset() if seen.get(STAGE) == LOST else frozenset({REASON})


def reopened(to_aws: Sequence[Change], seen: Dict[str, Any]) -> tuple[Change, ...]:
    """The reason that goes from AWS when a lost opportunity is opened again: the trail keeps it."""
    paths = {change.path for change in to_aws}
    is_opened = STAGE in paths and REASON not in paths and seen.get(STAGE) == LOST and seen.get(REASON) is not None
    return (Change(path=REASON, before=seen[REASON]),) if is_opened else ()


class Held(NamedTuple):
    """What the merge would send, and AWS would refuse."""

    paths: frozenset[str]
    problems: tuple[Problem, ...]


def too_early(now: Situation, merged: Merge, seen: Dict[str, Any], standing: Sequence[object]) -> Held:
    """`standing`: the solutions that the opportunity has after this round."""
    sent = {change.path: change.after for change in merged.to_aws}
    stage = sent.get(STAGE, seen.get(STAGE))
    lacking = lacks_solution(now, sent.get(STAGE), standing)
    reason_alone = REASON in sent and stage != LOST
    paths = {STAGE: lacking is not None, REASON: reason_alone}
    return Held(frozenset(path for path, is_early in paths.items() if is_early), (lacking,) if lacking else ())


def lacks_solution(now: Situation, stage: str | None, standing: Sequence[object]) -> Problem | None:
    """What stands in the way of a late stage, given the solutions that the opportunity has after this round.

    The description of an unlisted solution is good enough for a submission, and not good enough here.
    """
    if stage not in LATE or standing:
        return None
    what = f"AWS wants at least one before a deal is {stage}; choose what this deal is about"
    return submissions.no_solution(now.mapping, what)


def _is_live(now: Situation) -> bool:
    """AWS's review is through, so that its stage is one that somebody moves."""
    return now.opportunity is not None and not locks.locked_in(now.opportunity.review_status)(STAGE)


def _first(now: Situation, aws_stage: str) -> str | None:
    """The first stage, in the mapping's order, of the deal's pipeline that stands for AWS's."""
    stages = now.mapping.stages.get(now.deal.get("pipeline") or "default", {})
    return next((stage for stage, value in stages.items() if value == aws_stage), None)


def _disagreement(now: Situation, theirs: str) -> Problem:
    what = {
        LOST: "at AWS the deal is Closed Lost. Move it to a lost stage; if it is not lost, move it to another open "
        "stage, and it is open at AWS again",
        COMMITTED: "at AWS the deal is Committed. Move it to the stage for won deals; if it is not won, move it to "
        "another open stage, which AWS then gets",
        LAUNCHED: "at AWS the deal is Launched. Move it to the stage for won deals; if it is not won, move it to "
        "another open stage, which AWS then gets",
    }.get(theirs, f"AWS has {theirs}. Move the deal there; if that is wrong, its next stage goes to AWS")
    return Problem(record="deal", label=now.source(STAGE).label, what=what, path=STAGE)
