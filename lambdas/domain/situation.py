"""Everything that the decision of a round looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lambdas.domain import fields
from lambdas.domain.lookups import NOTHING, Known
from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.records import ORDINARY, Base, Deal, Deletion, Opportunity, PortalFacts, Submission
from lambdas.settings import Settings


@dataclass(frozen=True)
class Situation:
    """Everything the decision looks at."""

    pair: str
    fence: int
    deal: Deal
    opportunity: Opportunity | None
    base: Base
    submission: Submission | None
    settings: Settings
    mapping: Mapping
    now: float
    """Seconds since the epoch."""
    portal: PortalFacts = ORDINARY
    deletion: Deletion | None = None
    rivals: tuple[str, ...] = ()
    """Open opportunities of deals that were merged into this one."""
    known: Known = NOTHING
    """What was looked up because a first decision asked for it."""

    @property
    def action(self) -> str | None:
        return self.deal.get("aws_action")

    @property
    def today(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).date().isoformat()

    def action_label(self, action: str) -> str:
        """What the seller reads in the list of `aws_action`."""
        row = self.mapping.row("aws_action")
        return (self.mapping.options(row) if row else {}).get(action, action)

    def source(self, path: str) -> Row:
        """The row whose property gives the field its value; the first one where none does."""
        return fields.source(path, self.deal, self.mapping)
