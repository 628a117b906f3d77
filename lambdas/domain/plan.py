"""What is to be done for a pair, decided once from both sides as they are now."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from lambdas.domain.associated import Assignee, Association, TagChange
from lambdas.domain.lookups import Lookup
from lambdas.domain.records import Beside, Frozen, Problem, Timeline


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


class NewDeal(Frozen):
    """A deal to be made for an opportunity, with the records around it: HubSpot's properties, none of them empty."""

    properties: dict[str, str]
    company: dict[str, str] = Field(default_factory=dict)
    """Empty: there is none to find or make."""
    contacts: tuple[dict[str, str], ...] = ()


class Addressee(Frozen):
    """Whom a task on the deal is for, and by which clock."""

    owner: str | None
    """HubSpot's id of the deal's owner."""
    now: float
    """Seconds since the epoch."""
    time_zone: str
    """IANA's name."""


class Plan(Frozen):
    """All that the tasks of one round need. It is kept under (pair, fence); executions carry only names."""

    pair: str
    fence: int
    deal: str
    """Empty where there is none yet."""
    opportunity: str | None = None
    last_modified: str | None = None
    """The opportunity's lock as the plan read it."""

    create: dict[str, Any] | None = None
    """CreateOpportunity's members, without Catalog and ClientToken."""
    associate: tuple[Association, ...] = ()
    """What the opportunity lacks."""
    disassociate: tuple[Association, ...] = ()
    """What the seller took off the deal."""
    assign: Assignee | None = None
    owner_next: str = ""
    """`Beside.owner` once the opportunity is assigned."""
    tags: TagChange | None = None
    beside: Beside = Beside()
    """What both sides have beside the fields, before the steps; saved when the deal is written."""
    linking: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Which of them the deal names itself, by property: noted before they are sent."""
    line_items: tuple[str, ...] = ()
    """Solutions that get a line item on the deal."""
    lookups: tuple[Lookup, ...] = ()
    """What has to be read for the decision to be complete; it is then made anew."""
    update: dict[str, Any] | None = None
    """UpdateOpportunity's members, all of them, without Catalog, Identifier and LastModifiedDate."""
    changes: tuple[Change, ...] = ()
    """What create or update changes at AWS, field by field."""
    submit: Submit | None = None
    deal_changes: dict[str, str] = Field(default_factory=dict)
    """Deal properties to write because AWS's value wins or is shown; empty text clears.

    Status and message join them when the deal is written."""
    company: str | None = None
    """HubSpot's id of the customer's company."""
    company_changes: dict[str, str] = Field(default_factory=dict)
    """Properties that the company has not, and AWS has."""
    contact_roles: dict[str, str] = Field(default_factory=dict)
    """By HubSpot's id of a contact: the role that AWS gives them."""
    new_contacts: tuple[dict[str, str], ...] = ()
    """AWS's people who are to be contacts of the deal: HubSpot's properties, none of them empty."""
    to_label: tuple[str, ...] = ()
    """Contacts of the deal, by HubSpot's id, who get the portal's label for AWS's people."""
    labels_new: bool = False
    """So do the new ones."""
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
    timeline: Timeline = Timeline()
    """The deal's timeline, to which the plan's news are owed."""
    addressee: Addressee | None = None
    """None: nobody is there to be given a task."""
    new_deal: NewDeal | None = None
    look_after: int | None = None
    """Fence of an earlier round, which wrote to the deal and did not get to looking for edits that it wrote over. That
    is all that is done."""
    observed: bool = False
    """Made to be looked at: none of its steps is done, and nothing is agreed on."""
    launching: bool = False
    """The seller wants the deal launched; remembered with the agreement until AWS has taken it."""
    abandoned: bool = False
    """The deal was lost before it was submitted: nothing is sent, and what both sides agreed on stays."""

    look_again: float | None = None
    """Seconds since the epoch: the pair must be looked at then, although no event will come."""
    in_mass: bool = False
    """The deal is one of many that were deleted at once: its opportunity waits for an operator's word."""

    def steps(self) -> tuple[Step, ...]:
        """What this plan does at AWS, in order. Whether the deal is written is decided after that."""
        wanted = {
            Step.CREATE_DEAL: self.new_deal is not None,
            Step.CREATE_OPPORTUNITY: self.create is not None,
            Step.ASSOCIATE_OPPORTUNITY: bool(self.associate),
            Step.UPDATE_OPPORTUNITY: self.update is not None,
            Step.DISASSOCIATE_OPPORTUNITY: bool(self.disassociate),
            Step.ASSIGN_OPPORTUNITY: self.assign is not None,
            Step.TAG_OPPORTUNITY: self.tags is not None,
            Step.SUBMIT_OPPORTUNITY: self.submit is not None,
        }
        return tuple(step for step, is_wanted in wanted.items() if is_wanted)

    def writes_people(self) -> bool:
        """Whether AWS's people among the deal's contacts are to be written."""
        return bool(self.contact_roles or self.new_contacts or self.to_label)

    def unsolved(self, results: Results) -> tuple[Problem, ...]:
        """All that somebody must change: what AWS refused in this round comes first."""
        return (*results.refused, *results.refused_aside, *self.problems)


class Results(Frozen):
    """What the steps of one round have done so far; kept beside the plan."""

    created: str | None = None
    updated: bool = False
    """AWS has taken the plan's update."""
    refused: tuple[Problem, ...] = ()
    submitted: bool = False
    assigned: str | None = None
    """AWS was asked to change the owner; what there is to say about it, empty where AWS did."""
    tagged: bool = False
    refused_aside: tuple[Problem, ...] = ()
    """Refusals that stand in the way of no other step."""
