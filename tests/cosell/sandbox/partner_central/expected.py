"""What must be true of an opportunity after all that happened to it, with the rules in words of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosell.sandbox.partner_central.vocabulary import NO_SUPPORT_NEEDED
from tests.cosell.sandbox.partner_central.partner import Document, with_value

PENDING, SUBMITTED, IN_REVIEW = "Pending Submission", "Submitted", "In review"
APPROVED, REJECTED, ASKED = "Approved", "Rejected", "Action Required"
CLOSED = (SUBMITTED, IN_REVIEW, REJECTED)

EDGES = {
    (PENDING, SUBMITTED),
    (SUBMITTED, IN_REVIEW),
    *((before, after) for before in (SUBMITTED, IN_REVIEW) for after in (APPROVED, REJECTED, ASKED)),
    (ASKED, SUBMITTED),
}
"""Every change of review status that there is."""


def dig(document: Document, path: str) -> object:
    value: object = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def plain(body: Document) -> Document:
    """A body without what moves by the clock."""
    lifecycle = {name: value for name, value in body["LifeCycle"].items() if name != "NextStepsHistory"}
    return {**{name: value for name, value in body.items() if name != "LastModifiedDate"}, "LifeCycle": lifecycle}


@dataclass
class Task:
    """A submission under way."""

    id: str
    due: float
    involvement: str


@dataclass
class Known:
    """What must be true of one opportunity. `date` is the last that was seen, `moved` says that it must have moved."""

    id: str
    catalog: str
    body: Document
    date: int
    seen: str
    steps: list[str] = field(default_factory=list)
    moved: bool = False
    updates: int = 0
    task: Task | None = None
    doomed: bool = False
    own_stage: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return str(dig(self.body, "LifeCycle.ReviewStatus"))

    def of(self, kind: str) -> list[str]:
        related: list[str] = self.body["RelatedEntityIdentifiers"][kind]
        return related

    def writes(self, path: str, value: object) -> None:
        if path == "LifeCycle.NextSteps" and value not in (None, dig(self.body, path)):
            self.steps.insert(0, str(value))
        self.body = with_value(self.body, path, value)

    def changed(self, *, moves: bool = True) -> None:
        self.updates += 1
        self.moved = self.moved or moves

    def decided(self, status: str, comments: object = None, reason: object = None) -> None:
        told = status in (ASKED, REJECTED)
        self.writes("LifeCycle.ReviewStatus", status)
        self.writes("LifeCycle.ReviewComments", comments if told else None)
        self.writes("LifeCycle.ReviewStatusReason", reason if told else None)

    def submitted(self, involvement: str) -> None:
        self.decided(SUBMITTED)
        if involvement == "For Visibility Only":
            self.writes("PrimaryNeedsFromAws", [NO_SUPPORT_NEEDED])
            self.writes("LifeCycle.NextSteps", None)
        self.changed()

    def can_take(self, path: str, value: object) -> bool:
        """Whether an update that changes this alone is accepted."""
        changes = value != dig(self.body, path)
        locked = {
            PENDING: path == "LifeCycle.Stage",
            ASKED: path != "LifeCycle.TargetCloseDate",
            APPROVED: path == "Project.Title",
        }
        if self.status in CLOSED or (changes and locked[self.status]):
            return False
        stage = value if path == "LifeCycle.Stage" else dig(self.body, "LifeCycle.Stage")
        return stage != "Committed" or bool(self.of("Solutions"))
