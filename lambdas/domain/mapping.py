"""The field mapping: which HubSpot property is which field of an opportunity, and by which rules.

Mapping is data: a YAML file in `lambdas/mapping`, in the shape of `Mapping`. Everything that knows a property's name is
derived from it: what is read, sent, shown, created in a portal and subscribed to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Dict
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator

from lambdas.domain import mapping_checks
from lambdas.domain.mapping_checks import Mistakes
from lambdas.domain.tables import Tables

ObjectType = Literal["deal", "company", "contact", "product", "line_item"]
Profile = Literal["core", "standard", "extra"]
TransformName = Literal[
    "text",
    "email",
    "phone",
    "option",
    "options",
    "lookup",
    "amount",
    "date",
    "day",
    "country",
    "state",
    "postal_code",
    "industry",
    "website",
    "stage",
    "record_id",
    "people",
    "next_steps",
    "insights",
    "lost_reason",
    "currency",
    "spend",
    "contract_value",
    "months",
]
SpendMode = Literal["property", "ratio", "term", "contract"]
Condition = Literal[
    "always",
    "in_us",
    "has_postal_codes",
    "industry_other",
    "closed_lost",
    "renewal",
    "competitor_other",
    "marketing_activity",
    "marketing_funded",
    "software_revenue",
    "contract",
    "no_contract",
    "no_estimate",
    "launch",
]
"""When a field is needed, or belongs to the opportunity at all; `lambdas/domain/fields.py` evaluates them."""

PROFILES: tuple[Profile, ...] = ("core", "standard", "extra")
PropertyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
AwsPath = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]*(\[(Self)?\])?(\.[A-Z][A-Za-z]*(\[(Self)?\])?)*$")]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Group(Strict):
    """A group of properties on a HubSpot record."""

    object: ObjectType
    name: PropertyName
    label: str


class Row(Strict):
    """One HubSpot property, and the field of the opportunity it stands for, if any."""

    object: ObjectType
    property: PropertyName
    label: str
    """As HubSpot shows it: problems name the property by it."""
    path: AwsPath | None = None
    """The member of the opportunity. Rows of one path are tried in the file's order; the first with a value counts."""
    of: Literal["opportunity", "summary"] = "opportunity"
    """`summary`: the path is one of GetAwsOpportunitySummary."""
    direction: Literal["to_aws", "from_aws", "both", "none"] = "none"
    policy: Literal["hubspot", "aws"] = "hubspot"
    """Who wins when both sides changed the field since they last agreed."""
    transform: TransformName = "text"
    values: Dict[str, str] = Field(default_factory=dict)
    """HubSpot's values -> AWS's, for the transform `lookup`."""
    standard: bool = False
    """HubSpot's own property: read, never created."""
    description: str = ""
    type: Literal["string", "number", "enumeration", "date", "datetime", "bool"] = "string"
    field: Literal["text", "textarea", "number", "select", "radio", "checkbox", "booleancheckbox", "date"] = "text"
    options: str | Dict[str, str] | None = None
    """The name of one of AWS's lists, or our own values with their labels."""
    group: PropertyName | None = None
    writer: Literal["seller", "cosell", "seller_then_cosell"] = "seller"
    profile: Profile = "standard"
    disabled: bool = False
    """Switched off by the partner, whatever the profile; what its defaults and conditions say still counts."""
    unique: bool = False
    personal: bool = False
    """A person's data: hashed wherever it is kept for the record."""
    default: str | tuple[str, ...] | None = None
    """AWS's value where HubSpot has none. The deal shows it, where it has the property."""
    required: Condition | None = None
    only: Condition | None = None
    """The field is left out unless this holds."""
    quiet: bool = False
    """A change that AWS takes no longer is not worth a word: the property has a life of its own in HubSpot."""
    min_length: int = 0
    max_length: int = 65_536
    pattern: str = ""
    """What the whole of AWS's value must match; problems say it in the words of `looks_like`."""
    looks_like: str = ""
    """For a person: "12 digits"."""
    example: str = ""
    modes: tuple[SpendMode, ...] = ()
    """The row counts only where the spend is found in one of these ways, and then in any profile; empty: always."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.standard and self.group is None:
            raise ValueError("a property of our own needs a group")
        if (self.path is None) != (self.direction == "none"):
            raise ValueError("a path needs a direction, and a direction a path")
        if self.type == "enumeration" and not self.standard and self.options is None:
            raise ValueError("an enumeration needs options")
        if self.transform == "lookup" and not self.values:
            raise ValueError("the transform lookup needs values")
        if bool(self.pattern) != bool(self.looks_like):
            raise ValueError("a pattern needs looks_like, and looks_like a pattern")
        return self


class Spend(Strict):
    """Where the monthly spend at AWS comes from, when the seller does not say it in a property of its own.

    `ratio` and `term` read the deal's amount as the second source; `contract` sends the amount as the total value of a
    contract of so many months, and AWS makes the monthly spend of it.
    """

    mode: SpendMode = "property"
    ratio: Decimal | None = Field(default=None, gt=0, le=1)
    """Monthly spend for each unit of the amount."""
    term: int | None = Field(default=None, ge=1, le=144)
    """Months over which the amount is spent."""
    back: bool = False
    """AWS's change of a spend that was made of the amount is written into the amount, and not into its own property."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for mode, value in (("ratio", self.ratio), ("term", self.term)):
            if (self.mode == mode) != (value is not None):
                raise ValueError(f"{mode} and mode: {mode} go together")
        if self.back and self.mode not in {"ratio", "term"}:
            raise ValueError("back needs mode: ratio or mode: term")
        return self


class Constant(Strict):
    """A member that no property stands for."""

    path: AwsPath
    value: str
    when: Literal["create", "always"] = "create"
    """`always`: also put into updates where the opportunity has no value."""


class FieldRule(Strict):
    """All rows of one path: the unit that is compared and merged."""

    path: str
    rows: tuple[Row, ...]

    required: tuple[Condition, ...] = ()
    """The field is needed where any of these holds."""
    only: Condition | None = None
    constant: str | None = None
    """What AWS is told where no property has a value; no property shows it."""

    @property
    def object(self) -> ObjectType:
        return self.rows[0].object

    @property
    def policy(self) -> Literal["hubspot", "aws"]:
        return self.rows[0].policy

    @property
    def personal(self) -> bool:
        return any(row.personal for row in self.rows)

    @property
    def back(self) -> Row | None:
        """The deal property that takes AWS's value when AWS's wins."""
        return next((row for row in self.rows if row.direction == "both" and row.object == "deal"), None)

    @property
    def fills(self) -> Row | None:
        """The company property that takes AWS's value while the company has none: what a person wrote is kept."""
        return next((row for row in self.rows if row.direction == "both" and row.object == "company"), None)


class Mapping(Strict):
    profile: Profile = "standard"
    """Rows of a larger profile are switched off: their properties need not exist in the portal."""
    also: tuple[PropertyName, ...] = ()
    """Single properties of a larger profile that are switched on all the same."""
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    constants: tuple[Constant, ...] = ()
    stages: Dict[str, Dict[str, str | None]]
    """Pipeline id -> stage id -> AWS's stage; null: a deal in that stage says nothing about AWS's stage."""
    spend: Spend = Spend()
    aws_people: Literal["text", "contacts"] = "text"
    """Whether the people who work on a deal at AWS become contacts of it, or are a text on the deal only."""
    owners: Dict[str, str | None] = Field(default_factory=dict)
    """HubSpot owner, by id or e-mail -> e-mail of their user at Partner Central; null: never assigned."""
    tables: Tables

    @model_validator(mode="after")
    def _is_consistent(self, info: ValidationInfo) -> Self:
        """`members` in the validation's context has the paths checked as well."""
        found = list(mapping_checks.mistakes(self, (info.context or {}).get("members")))
        if found:
            raise Mistakes(found)
        return self

    @cached_property
    def active(self) -> tuple[Row, ...]:
        """The rows that are switched on: HubSpot's own, those of the profile, and single ones besides."""
        return tuple(row for row in self.rows if self._is_active(row))

    def _is_active(self, row: Row) -> bool:
        profiles = PROFILES[: PROFILES.index(self.profile) + 1]
        is_meant = bool(row.modes) or row.standard or row.profile in profiles or row.property in self.also
        return is_meant and not row.disabled and self._is_of_mode(row)

    def _is_of_mode(self, row: Row) -> bool:
        return not row.modes or self.spend.mode in row.modes

    @cached_property
    def fields(self) -> tuple[FieldRule, ...]:
        """What is merged: paths of the opportunity that HubSpot has a word on, in the file's order.

        A contact's members are one field, `Customer.Contacts`: AWS replaces the list as a whole.
        """
        by_path: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.path is not None and row.direction in {"to_aws", "both"} and self._is_of_mode(row):
                by_path[row.path.partition("[]")[0] if row.object == "contact" else row.path].append(row)
        found = (self._field(path, rows) for path, rows in by_path.items())
        return tuple(field for field in found if field.rows)

    def _field(self, path: str, rows: list[Row]) -> FieldRule:
        """A row that is switched off has no property to read or write, but its default and its conditions count."""
        kept = [row if row in self.active else row.model_copy(update={"direction": "to_aws"}) for row in rows]
        return FieldRule(
            path=path,
            rows=tuple(row for row in kept if row in self.active or row.default is not None),
            required=tuple(row.required for row in rows if row.required is not None),
            only=next((row.only for row in rows if row.only is not None), None),
            constant=next((one.value for one in self.constants if one.path == path), None),
        )

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """What any row of the opportunity is about, switched on or not: conditions hold for AWS's side as a whole."""
        said = (row.path for row in self.rows if row.of == "opportunity" and self._is_of_mode(row))
        return tuple(dict.fromkeys(path for path in said if path is not None))

    @cached_property
    def shown(self) -> tuple[Row, ...]:
        """Deal properties that repeat what AWS says."""
        return tuple(row for row in self.active if row.direction == "from_aws" and row.object == "deal")

    def has(self, name: str) -> bool:
        """Whether deals have this property."""
        return any(row.property == name and row.object == "deal" for row in self.active)

    def row(self, name: str) -> Row | None:
        """The deal property of this name, switched on or not."""
        return next((row for row in self.rows if row.property == name and row.object == "deal"), None)

    def options(self, row: Row) -> Dict[str, str]:
        """Values and labels; empty where anything goes."""
        if isinstance(row.options, str):
            return {value: value for value in self.tables.options[row.options]}
        return row.options or {}

    def stage(self, pipeline: str | None, stage: str) -> tuple[bool, str | None]:
        """Whether the stage is mapped, and AWS's stage."""
        stages: Dict[str, Any] = self.stages.get(pipeline or "default", {})
        return stage in stages, stages.get(stage)
