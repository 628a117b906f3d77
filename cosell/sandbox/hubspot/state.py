"""What a portal holds, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import PlainSerializer

from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.saving import Pairs

Values = Annotated[frozenset[str], PlainSerializer(sorted)]
End = tuple[str, str]
"""One end of an association: the type's plural name and the record's id."""


@dataclass(frozen=True)
class Source:
    """Who made a change, as webhooks and property histories name them."""

    change: str
    """`changeSource` of webhook messages, `sourceType` of histories."""
    id: str
    """`sourceId`: the app's id, or `userId:<id>`."""
    on_associations: str
    """`changeSource` where the change is an association: people show as USER there."""
    user_id: int | None = None

    @staticmethod
    def app(app_id: int | str) -> Source:
        return Source("INTEGRATION", str(app_id), "INTEGRATION")

    @staticmethod
    def machinery(change: str, id_: str) -> Source:
        """A workflow, an import: what HubSpot itself does for somebody."""
        return Source(change, id_, change)

    @staticmethod
    def user(user_id: int, *, bulk: bool = False) -> Source:
        return Source("CRM_UI_BULK_ACTION" if bulk else "CRM_UI", f"userId:{user_id}", "USER", user_id)


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value a property had from `at_ms` on."""

    value: str | None
    at_ms: int
    source: Source


@dataclass
class Record:
    """A record. Properties never set are missing; cleared ones are None. `history` has the newest value first."""

    kind: str
    id: str
    created_ms: int
    updated_ms: int
    properties: dict[str, str | None] = field(default_factory=dict)
    history: dict[str, list[PastValue]] = field(default_factory=dict)
    archived_ms: int | None = None
    merged_ids: list[str] = field(default_factory=list)

    @property
    def archived(self) -> bool:
        return self.archived_ms is not None

    @property
    def end(self) -> End:
        return (self.kind, self.id)

    def value(self, name: str) -> str | None:
        return self.properties.get(name)

    def as_of(self, ms: int) -> dict[str, str | None]:
        """The properties as they stood at a moment: what an index that lags behind still shows."""
        values = (
            (name, next((past.value for past in pasts if past.at_ms <= ms), None))
            for name, pasts in self.history.items()
        )
        return {name: value for name, value in values if value is not None}


@dataclass
class Option:
    """One value of an enumeration."""

    label: str
    value: str
    display_order: int = -1
    hidden: bool = False
    description: str = ""


@dataclass
class Definition:
    """A property's definition. Types: string, number, bool, enumeration, date, datetime, phone_number."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = ""
    options: list[Option] = field(default_factory=list)
    description: str = ""
    display_order: int = -1
    hidden: bool = False
    form_field: bool = False
    unique: bool = False
    read_only: bool = False
    """HubSpot alone sets it: calculated, or the record's own bookkeeping."""
    sensitive: bool = False
    """Its values are not for webhooks."""
    required: bool = False
    """The portal's admins ask for it on create; the API honours that from 2026-09 on."""
    required_if: tuple[str, Values] | None = None
    """Admins ask for it whenever that other property has one of these values; honoured likewise."""
    formula: str = ""
    """What a custom property is calculated by. It is kept, and calculates nothing here."""
    external: Literal["owners", "stages", "pipelines"] | None = None
    """Where an enumeration's options are kept when not in `options`."""
    standard: bool = False
    created_ms: int | None = None
    updated_ms: int | None = None
    archived_ms: int | None = None

    @property
    def archived(self) -> bool:
        return self.archived_ms is not None

    @property
    def many(self) -> bool:
        """Whether several options may be set at once."""
        return self.type == "enumeration" and self.field_type == "checkbox"


@dataclass
class Group:
    """A group of properties on the record page."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False


@dataclass
class Stage:
    """A stage of a deal pipeline; probability 1.0 is won, 0.0 is lost, both closed."""

    id: str
    label: str
    display_order: int
    probability: str
    archived: bool = False
    created_ms: int = 0
    """Zero for the stages that every portal starts with, as HubSpot itself shows them."""
    updated_ms: int = 0

    @property
    def closed(self) -> bool:
        return float(self.probability) in {0.0, 1.0}

    @property
    def won(self) -> bool:
        return float(self.probability) == 1.0


@dataclass
class Pipeline:
    """A deal pipeline; stage ids are unique across all of them."""

    id: str
    label: str
    display_order: int
    stages: list[Stage]
    created_ms: int
    updated_ms: int
    archived: bool = False


@dataclass(frozen=True)
class Audit:
    """One change of a pipeline or a stage, as its log keeps it."""

    subject: str
    """The pipeline's id, or the stage's."""
    action: Literal["CREATE", "UPDATE", "DELETE"]
    at_ms: int
    message: str
    raw: str
    """What it was after the change, as JSON."""


@dataclass(frozen=True)
class Label:
    """One direction of an association type that the portal's people made."""

    id: int
    """The association type's number; the other direction has another one, or the same where both read alike."""
    name: str
    """The internal name, shared by both directions."""
    label: str
    origin: str
    target: str
    inverse: int


@dataclass
class Owner:
    """Somebody records can belong to. `hubspot_owner_id` holds `id`, never `user_id`."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int
    created_ms: int
    archived: bool = False


@dataclass
class Portal:
    """All state of one HubSpot account."""

    id: int
    time_zone: str
    currency: str
    opened_ms: int
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in KINDS})
    definitions: dict[str, dict[str, Definition]] = field(default_factory=lambda: {name: {} for name in KINDS})
    groups: dict[str, dict[str, Group]] = field(default_factory=lambda: {name: {} for name in KINDS})
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    audits: list[Audit] = field(default_factory=list)
    """Changes of pipelines and stages, oldest first."""
    owners: dict[str, Owner] = field(default_factory=dict)
    links: Pairs[End, Pairs[End, dict[int, int]]] = field(default_factory=dict)
    """Both directions of every association: type id and since when (ms)."""
    labels: dict[int, Label] = field(default_factory=dict)
    """Association types beside HubSpot's own, by number."""
    merged: Pairs[End, str] = field(default_factory=dict)
    """Ids merged away, and the record that took them over."""
    taken: Pairs[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Per type and unique property: value, lower-case, and the id that holds it."""
    last_ids: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> str:
        return self.next_number(kind, KINDS[kind].first_id)

    def next_number(self, what: str, first: int) -> str:
        """The next of a series of ids that counts up from `first`."""
        self.last_ids[what] = self.last_ids.get(what, first - 1) + 1
        return str(self.last_ids[what])

    def definition(self, kind: str, name: str) -> Definition | None:
        """The live definition of that name."""
        found = self.definitions[kind].get(name)
        return None if found is None or found.archived else found

    def live(self, kind: str) -> Iterator[Record]:
        return (record for record in self.records[kind].values() if not record.archived)

    def stage(self, stage_id: str) -> tuple[Pipeline, Stage] | None:
        for pipeline in self.pipelines.values():
            for stage in pipeline.stages:
                if stage.id == stage_id:
                    return pipeline, stage
        return None
