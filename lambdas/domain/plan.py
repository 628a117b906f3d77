"""What is to be done for a pair, decided once from both sides as they are now."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from lambdas.domain.records import Frozen, Problem


class Step(StrEnum):
    """What the router of deal-lifecycle can be told to do next, in the order in which it is done."""

    CREATE_DEAL = "CREATE_DEAL"
    CREATE_OPPORTUNITY = "CREATE_OPPORTUNITY"
    ASSOCIATE_OPPORTUNITY = "ASSOCIATE_OPPORTUNITY"
    UPDATE_OPPORTUNITY = "UPDATE_OPPORTUNITY"
    DISASSOCIATE_OPPORTUNITY = "DISASSOCIATE_OPPORTUNITY"
    ASSIGN_OPPORTUNITY = "ASSIGN_OPPORTUNITY"
    TAG_OPPORTUNITY = "TAG_OPPORTUNITY"
    SUBMIT_OPPORTUNITY = "SUBMIT_OPPORTUNITY"
    UPDATE_DEAL = "UPDATE_DEAL"
    TELL_SELLER = "TELL_SELLER"
    FINISH_TURN = "FINISH_TURN"


class Change(Frozen):
    """One field's way from what one side had to what it will have."""

    path: str
    before: Any = None
    after: Any = None
    personal: bool = False
    """A person's data: hashed in the audit trail."""


Involvement = Literal["Co-Sell", "For Visibility Only"]
Visibility = Literal["Full", "Limited"]


class Submit(Frozen):
    involvement: Involvement
    visibility: Visibility
    generation: int
    """Of the intent under which it is asked for; goes up after a definite failure."""


class Plan(Frozen):
    """All that the tasks of one round need. It is kept under (pair, fence); executions carry only names."""

    pair: str
    fence: int
    deal: str
    opportunity: str | None = None
    last_modified: str | None = None
    """The opportunity's lock as the plan read it."""

    create: dict[str, Any] | None = None
    """CreateOpportunity's members, without Catalog and ClientToken."""
    associate: tuple[str, ...] = ()
    """Solutions the opportunity lacks."""
    update: dict[str, Any] | None = None
    """UpdateOpportunity's members, all of them, without Catalog, Identifier and LastModifiedDate."""
    changes: tuple[Change, ...] = ()
    """What create or update changes at AWS, field by field."""
    submit: Submit | None = None
    deal_changes: dict[str, str] = Field(default_factory=dict)
    """Deal properties to write because AWS's value wins or is shown; empty text clears.

    Status and message join them when the deal is written."""
    problems: tuple[Problem, ...] = ()
    held: tuple[str, ...] = ()
    """Paths whose edits wait, because AWS's review locks them."""
    following: bool = False
    """A submission task is under way; look again later."""
    overdue: bool = False
    """It has been under way for more than an hour."""
    clear_action: bool = False
    """The one-shot `aws_action` was taken, or cannot be: empty it."""
    base_fields: dict[str, Any] = Field(default_factory=dict)
    """The agreed values, saved when the deal is written."""
    digest: str = ""
    """Of AWS's side as it was read, saved with the agreed values."""
    review_status: str | None = None
    shown: dict[str, str | None] = Field(default_factory=dict)
    """Deal properties of `tells_us` as they were read, so that only differences are written."""
    paused: bool = False
    hands_off: bool = False
    """The deal was never shared, or is deleted: nothing of it is written, but for what an earlier share left on it."""
    lost: tuple[Change, ...] = ()
    """Edits that a newer one on the other side overruled, for the audit trail: `before` lost to `after`."""
    notices: tuple[str, ...] = ()
    """Sentences for the deal beside its problems."""
    notices_if_refused: tuple[str, ...] = ()
    """The same, for a round in which AWS refuses a step."""
    base_changed: bool = False
    """The agreement is news: it has to be saved even where no property changes."""
    told: int = 0
    """Generation of the submission that the plan found, 0 for none; remembered with the agreement."""
    asked: bool = False
    """The submission that the seller asked for, now or before, is not possible; remembered with the agreement."""
    stage: str | None = None
    """AWS's stage of the opportunity."""

    def steps(self) -> tuple[Step, ...]:
        """What this plan does at AWS, in order. Whether the deal is written is decided after that."""
        wanted = {
            Step.CREATE_OPPORTUNITY: self.create is not None,
            Step.ASSOCIATE_OPPORTUNITY: bool(self.associate),
            Step.UPDATE_OPPORTUNITY: self.update is not None,
            Step.SUBMIT_OPPORTUNITY: self.submit is not None,
        }
        return tuple(step for step, is_wanted in wanted.items() if is_wanted)


class Results(Frozen):
    """What the steps of one round have done so far; kept beside the plan."""

    created: str | None = None
    refused: tuple[Problem, ...] = ()
    submitted: bool = False
