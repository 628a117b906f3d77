"""What a plan is made from: both sides as they were read, and what both agreed on last."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    line_items: tuple[Record, ...] = ()
    """Read for deals that Cosell made, and for no others."""
    archived: bool = False
    archived_at: float | None = None
    """Seconds since the epoch; None where the deal is not archived, or was merged into another."""


class Deletion(Frozen):
    """That somebody deleted the deal, as its own event told."""

    at: float
    """Seconds since the epoch."""
    in_mass: bool = False
    """More deals went within an hour than anybody deletes on purpose, and nobody has confirmed it."""


class PortalFacts(Frozen):
    """What a HubSpot account decides for all of its records."""

    time_zone: str = "UTC"
    """IANA's name: HubSpot shows and means days in it."""
    currency: str = "USD"
    """ISO 4217 code of amounts that name none."""

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.time_zone)


ORDINARY: Final = PortalFacts()


def zone_of(name: str) -> tzinfo:
    """The time zone that HubSpot calls so; UTC where it is one that nobody here knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


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
    def stage(self) -> str | None:
        stage: str | None = self.body.get("LifeCycle", {}).get("Stage")
        return stage

    @property
    def related(self) -> dict[str, tuple[str, ...]]:
        """Ids of what the opportunity is associated with, by AWS's RelatedEntityType."""
        related = self.body.get("RelatedEntityIdentifiers") or {}
        return {kind: tuple(ids) for kind, ids in related.items() if ids}

    @property
    def solutions(self) -> tuple[str, ...]:
        return self.related.get("Solutions", ())


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
        return f"{named(self.record, self.label)}: {self.what}"


def named(record: str, label: str) -> str:
    """A record's property in a sentence on the deal: the deal's own by its label, others with their record."""
    if record in {"deal", "aws"}:
        return label
    is_word = label[1:2].islower()
    return f"{record.capitalize()} {label[:1].lower() + label[1:] if is_word else label}"


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


class Note(Frozen):
    """Words for the deal's timeline, to be put there once."""

    key: str
    """What tells it from all other notes of the deal: kind and time, or what it is about."""
    body: str
    """HTML, with all that is not ours escaped: `notes.written` makes it."""
    at: float
    """Seconds since the epoch: when it happened, where the timeline shows it."""
    typed: str | None = None
    """A deal property: the note is made only if it was a person who gave it the value that is lost now."""
    if_sent: bool = False
    """It is owed only once AWS has taken the round's update: before, nothing is lost."""


class KnownTodo(Frozen):
    """The task that Cosell made last for a deal."""

    id: str | None
    """None: it was about to be made, and may be there."""
    begun: float
    """Seconds since the epoch, before it was made or tried last."""
    kind: str
    digest: str
    """Of what it says and whose it is: the same again need not be written."""
    ticked: float | None = None
    """When it was found completed or deleted by a person although nothing was solved."""


class Timeline(Frozen):
    """What Cosell has told on a deal's timeline, and has still to tell."""

    review: str = ""
    """How AWS's review stood when it was noted last."""
    heard: str = ""
    """Time of the latest of AWS's next steps that was noted, as AWS wrote it."""
    owed: tuple[Note, ...] = ()
    """Notes that were decided on and are not made yet."""
    begun: dict[str, float] = Field(default_factory=dict)
    """By key of a note that may be there already: when it was tried last."""
    done: tuple[str, ...] = ()
    """Keys of the last notes that were made."""
    todo: KnownTodo | None = None
    unfinished: bool = False
    """There was something to tell, and we do not know that it was told."""


class Beside(Frozen):
    """What both sides agreed on last beside the fields of the opportunity."""

    related: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Entities that both the deal's property, by name, and AWS have; `associations.LINE_ITEMS` are of line items."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Those that were set from the deal. AWS's other tags are nobody's business here."""
    owner: str = ""
    """The deal's owner that was dealt with last (`ownership` says how it is written); empty: the deal never had one."""
    owner_said: str = ""
    """Why that owner is not the opportunity's; empty where there is nothing to say."""
    aws_owner: str = ""
    """E-mail address of the owner AWS showed last."""
    people: tuple[str, ...] = ()
    """Signs (`team.met`) of AWS's people who were made contacts of the deal, or were some already."""
    labelled: tuple[str, ...] = ()
    """The same, of those who got the portal's label on the deal."""


class Base(Frozen):
    """What both sides agreed on last: AWS paths with AWS's values (`lambdas/domain/fields.py` says which form)."""

    fields: dict[str, Any] = Field(default_factory=dict)
    pending: dict[str, Any] = Field(default_factory=dict)
    """Values sent by the last update and not yet seen at AWS; they count as base once AWS shows them."""
    linking: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Entities, by property, that were about to be associated; they count as agreed on once AWS shows them. So do the
    keys of tags that were about to be set, as far as taking them off goes, and the address of an owner."""
    beside: Beside = Beside()
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
    overwriting: int = 0
    """Fence of a round that was about to write over what people write, and is not known to have looked for edits that
    it wrote over; 0: there is none. Kept beside the agreement."""
    timeline: Timeline = Timeline()
    """Kept beside the agreement, and saved by whoever tells the seller."""
    launching: bool = False
    """The seller wants the deal launched, and AWS has not got it as Launched yet."""
