"""The steps of a plan beside its fields: what is linked, who owns the opportunity, which tags it has."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field, model_validator

from lambdas.domain.records import Frozen

PATH: Final = "RelatedEntityIdentifiers."


class Association(Frozen):
    """An entity that is linked to an opportunity, or is to be."""

    kind: str
    """AWS's RelatedEntityType."""
    id: str

    @model_validator(mode="before")
    @classmethod
    def _of_an_old_plan(cls, given: Any) -> Any:
        """Plans used to know solutions only, by their ids."""
        return {"kind": "Solutions", "id": given} if isinstance(given, str) else given

    @property
    def words(self) -> str:
        """For the trail: `solution S-0012345`, `AwsProducts AmazonRedshift`."""
        return f"{'solution' if self.kind == 'Solutions' else self.kind} {self.id}"


class Assignee(Frozen):
    """Who is to own the opportunity: a user of the partner's at Partner Central."""

    email: str
    first_name: str
    last_name: str
    title: str = "PartnerAccountManager"


class TagChange(Frozen):
    """What the seller changed in the opportunity's tags; all other tags stay as they are."""

    put: dict[str, str] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()

    def applied_to(self, tags: dict[str, str]) -> dict[str, str]:
        """The tags once AWS has taken the change."""
        return {key: value for key, value in (tags | self.put).items() if key not in self.remove}
