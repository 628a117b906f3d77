"""What a plan is made from: both sides as they were read, and what both agreed on last."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Immutable, and silent about its values when they are wrong."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Record(Frozen):
    """A HubSpot record. Values are HubSpot's strings; an empty property is None."""

    id: str
    properties: dict[str, str | None]

    def get(self, name: str) -> str | None:
        """The property's value without surrounding blanks, None when there is nothing to read."""
        return (self.properties.get(name) or "").strip() or None


class Deal(Record):
    """A deal with the records around it that Cosell reads."""

    portal: str
    company: Record | None = None
    companies: int = 0
    """How many companies the deal has; `company` is the primary one, or the only one."""
    contacts: tuple[Record, ...] = ()
    archived: bool = False


class PortalFacts(Frozen):
    """What a HubSpot account decides for all of its records."""

    time_zone: str = "UTC"
    """IANA's name: HubSpot shows and means days in it."""
    currency: str = "USD"
    """ISO 4217 code of amounts that name none."""


ORDINARY: Final = PortalFacts()


class Opportunity(Frozen):
    """GetOpportunity's answer, dates as AWS wrote them, and the parts every rule asks for."""

    id: str
    last_modified: str
    """ISO 8601 in UTC with microseconds: UpdateOpportunity's lock. Compare instants, not strings."""
    body: dict[str, Any]
    """The whole answer, without members that are null; timestamps as ISO strings."""
    summary: dict[str, Any] | None = None
    """GetAwsOpportunitySummary's answer, same form; None where it was not read."""

    @property
    def review_status(self) -> str:
        return str(self.body.get("LifeCycle", {}).get("ReviewStatus", "Pending Submission"))

    @property
    def solutions(self) -> tuple[str, ...]:
        return tuple(self.body.get("RelatedEntityIdentifiers", {}).get("Solutions", ()))


class Problem(Frozen):
    """One thing a person must change, said so that they can."""

    record: Literal["deal", "company", "contact", "line item", "aws"]
    label: str
    """The property's label in HubSpot, or what AWS calls it where no property is mapped."""
    what: str
    """A sentence: what is wrong, with an example where one helps."""
    path: str | None = None
    """AWS's path, for the operator and for tests."""

    @property
    def sentence(self) -> str:
        """For a seller who reads it on the deal: "Company postal code: ...", "AWS: use case: ..."."""
        if self.record in {"deal", "aws"}:
            return f"{self.label}: {self.what}"
        is_word = self.label[1:2].islower()
        label = self.label[:1].lower() + self.label[1:] if is_word else self.label
        return f"{self.record.capitalize()} {label}: {self.what}"


class SubmissionTask(Frozen):
    """A row of ListEngagementFromOpportunityTasks, or the answer to starting one."""

    id: str | None
    status: Literal["IN_PROGRESS", "COMPLETE", "FAILED"]
    reason: str | None = None
    message: str | None = None
    engagement: str | None = None


class Submission(Frozen):
    """The last submission: by which generation of the intent and when it was asked for, and how it stands."""

    generation: int
    started: float
    """Seconds since the epoch."""
    task: SubmissionTask
    refused: tuple[Problem, ...] = ()
    """What AWS found wrong where it refused to start; the task is FAILED then."""


class Base(Frozen):
    """What both sides agreed on last: AWS paths with AWS's values (`lambdas/domain/fields.py` says which form)."""

    fields: dict[str, Any] = Field(default_factory=dict)
    pending: dict[str, Any] = Field(default_factory=dict)
    """Values sent by the last update and not yet seen at AWS; they count as base once AWS shows them."""
    known: bool = False
    """False until an opportunity was read once: nothing can be merged before."""
    digest: str = ""
    """Of all that AWS showed when the deal was last in step (`planning.digest`); the same again: nothing new there."""
    asked: bool = False
    """The seller asked for a submission that was not possible: the deal says so until they ask again."""
    told: int = 0
    """Generation of the last submission for which the seller's wish was cleared from the deal.

    A wish that still stands there after a later one is not a new wish: the write that clears it has not been made yet.
    """
