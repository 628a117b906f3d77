"""What Partner Central remembers: plain data that `saving` writes to a file, all of what later behaviour depends on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from cosell.sandbox.partner_central.quotas import Bucket
from cosell.sandbox.saving import Pairs

Document = dict[str, Any]
"""A JSON object with the API's member names."""

PENDING, SUBMITTED, IN_REVIEW = "Pending Submission", "Submitted", "In review"
APPROVED, REJECTED, ACTION_REQUIRED = "Approved", "Rejected", "Action Required"

RELATED_TYPES = (
    "AwsMarketplaceOffers",
    "AwsMarketplaceOfferSets",
    "Solutions",
    "AwsProducts",
    "AwsMarketplaceSolutions",
    "AwsMarketplaceProducts",
)
SOLUTION_TYPES = ("Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")
"""Any of these counts as the solution that submission and the stages from Committed on need."""


@dataclass
class Opportunity:
    """One opportunity. Moments are nanoseconds since the epoch; `created` has whole seconds.

    `fields` holds what a partner writes (the members that Create and Update share, without the read-only part of
    LifeCycle).
    """

    id: str
    catalog: str
    origin: str
    created: int
    modified: int
    fields: Document
    readable_from: int = 0
    team: list[Document] = field(default_factory=list)
    review_status: str = PENDING
    review_comments: str | None = None
    review_reason: str | None = None
    next_steps: list[Document] = field(default_factory=list)
    related: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in RELATED_TYPES})
    involvement: str | None = None
    visibility: str | None = None
    summary: Document = field(default_factory=dict)
    engagement: str | None = None
    task: str | None = None
    """The latest submission task."""

    @property
    def stage(self) -> str | None:
        stage: str | None = (self.fields.get("LifeCycle") or {}).get("Stage")
        return stage

    @property
    def has_solution(self) -> bool:
        return any(self.related[kind] for kind in SOLUTION_TYPES)

    @property
    def in_effect(self) -> str | None:
        """The involvement that holds now: what the partner chose, unless AWS has changed it."""
        involvement: str | None = self.summary.get("InvolvementType", self.involvement)
        return involvement


@dataclass
class Solution:
    """A solution that the partner has registered with AWS. `status` is Active, Inactive or Draft."""

    id: str
    name: str
    category: str = "Software Product"
    status: str = "Active"
    catalog: str = "AWS"
    created: int = 1_767_607_200_000_000_000  # 2026-01-05T10:00:00Z
    marketplace_arn: str | None = None


@dataclass
class User:
    """A person of the partner with a login at Partner Central: who can own an opportunity."""

    email: str
    first_name: str
    last_name: str
    phone: str | None = None

    def as_owner(self) -> Document:
        """The entry of OpportunityTeam."""
        return {
            "BusinessTitle": "OpportunityOwner",
            "Email": self.email,
            "FirstName": self.first_name,
            "LastName": self.last_name,
            "Phone": self.phone,
        }


@dataclass
class Engagement:
    """The room that AWS and the partner share about one opportunity. `views`: the last snapshot of each template."""

    id: str
    catalog: str
    opportunity: str
    created: int
    members: list[str]
    invitation: str | None = None
    job: str | None = None
    revisions: dict[str, int] = field(default_factory=dict)
    views: dict[str, Document] = field(default_factory=dict)


@dataclass
class Invitation:
    """An invitation into an engagement; `status` is PENDING, ACCEPTED, REJECTED or EXPIRED."""

    id: str
    catalog: str
    engagement: str
    sender: str
    receiver: str
    sent: int
    expires: int
    status: str = "PENDING"


@dataclass
class SnapshotJob:
    """Makes a snapshot of an opportunity whenever what the shared view shows has changed; always running here."""

    id: str
    catalog: str
    engagement: str
    opportunity: str


@dataclass
class SubmissionTask:
    """One StartEngagementFromOpportunityTask; `status` is IN_PROGRESS, COMPLETE or FAILED."""

    id: str
    catalog: str
    opportunity: str
    involvement: str
    visibility: str
    tags: list[Document]
    started: int
    status: str = "IN_PROGRESS"
    reason_code: str | None = None
    message: str | None = None
    engagement: str | None = None
    invitation: str | None = None
    job: str | None = None


@dataclass
class TokenUse:
    """What a ClientToken was used for: the body it came with, and the answer, or the task that the answer describes."""

    at: float
    body: Document
    answer: Document | None
    task: str | None = None


@dataclass
class Due:
    """What happens by itself later: an event (the event itself) is delivered, a task (its id) ends, the invitations of
    that time expire."""

    kind: Literal["event", "task", "expiry"]
    what: Document | str = ""


@dataclass
class State:
    """Everything. Keys of `tokens` are catalog, operation and token; of `tags`, ARNs; of `settings`, catalogs.

    `unanswered` (ids of invitations) is in the order of expiry. What is due later stands in the agenda.
    """

    opportunities: dict[str, Opportunity] = field(default_factory=dict)
    solutions: list[Solution] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    engagements: dict[str, Engagement] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    jobs: dict[str, SnapshotJob] = field(default_factory=dict)
    tasks: dict[str, SubmissionTask] = field(default_factory=dict)
    tokens: Pairs[tuple[str, str, str], TokenUse] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    estimates: dict[str, str] = field(default_factory=dict)
    failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    unanswered: deque[str] = field(default_factory=deque)
    quotas: dict[str, Bucket] = field(default_factory=dict)
