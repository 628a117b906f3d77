"""What a decision may need to know beyond both sides, and is read only once a first decision has asked for it."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lambdas.domain.records import Frozen


class Owner(Frozen):
    """Somebody who can own records in HubSpot."""

    id: str
    email: str
    first_name: str = ""
    last_name: str = ""
    archived: bool = False
    """No longer active: HubSpot takes them for no record, and shows them on those they have."""


class Lookup(Frozen):
    """A question: the owner of an id or of an e-mail address, the options of a deal property, an opportunity's tags,
    whether a portal has a label for AWS's people."""

    kind: Literal["owner", "owner_of", "options", "tags", "label"]
    key: str


@dataclass(frozen=True)
class Known:
    """The answers so far. None: not asked yet, or, for an owner, that there is none."""

    answers: Dict[Lookup, Any] = field(default_factory=dict)

    def has(self, lookup: Lookup) -> bool:
        return lookup in self.answers

    def owner(self, lookup: Lookup) -> Owner | None:
        found: Owner | None = self.answers.get(lookup)
        return found

    def options(self, name: str) -> frozenset[str] | None:
        """Values that a deal property has options for."""
        found: frozenset[str] | None = self.answers.get(Lookup(kind="options", key=name))
        return found

    def tags(self, arn: str) -> dict[str, str] | None:
        found: dict[str, str] | None = self.answers.get(Lookup(kind="tags", key=arn))
        return found

    def has_label(self, portal: str) -> bool | None:
        """Whether the portal has a label for AWS's people among a deal's contacts."""
        found: bool | None = self.answers.get(Lookup(kind="label", key=portal))
        return found


NOTHING: Final = Known()
