"""What a round does beside the fields, decided together and agreed on together: associations, owner, tags, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lambdas.domain import associations, ownership, tagging, team
from lambdas.domain.lookups import Lookup
from lambdas.domain.records import Beside, Problem
from lambdas.domain.situation import Situation


@dataclass(frozen=True)
class Decided:
    """`steps` and `facts` are fields of the plan: steps only where the opportunity can be written."""

    steps: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    deal_changes: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    aside: tuple[Problem, ...] = ()
    """Problems that stand in the way of nothing else."""
    notices: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()


def decide(now: Situation) -> Decided:
    links, owner, tags = associations.decide(now), ownership.decide(now), tagging.decide(now)
    labels = team.labelling(now)
    agreed = Beside(
        related=links.agreed,
        tags=tags.agreed,
        owner=owner.owner,
        owner_said=owner.said,
        aws_owner=owner.aws_owner,
        people=team.met(now),
        labelled=labels.labelled,
    )
    lookups: tuple[Lookup, ...] = (*links.lookups, *owner.lookups, *tags.lookups, *labels.lookups)
    return Decided(
        steps={
            "associate": links.associate,
            "disassociate": links.disassociate,
            "assign": owner.assign,
            "tags": tags.change,
            "to_label": labels.contacts,
            "labels_new": labels.has_label,
            "lookups": lookups,
        },
        facts={
            "beside": agreed,
            "linking": links.linking | owner.linking | tags.linking,
            "owner_next": owner.owner_next,
            "line_items": links.line_items,
        },
        deal_changes=links.deal_changes | owner.deal_changes | tags.deal_changes,
        problems=links.problems,
        aside=tags.problems,
        notices=(*links.notices, *owner.notices),
        held=(*links.held, *owner.held),
        standing=links.standing,
    )
