"""People who work in the portal: what they do shows as CRM_UI, and is checked as the record page would check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cosell.sandbox.hubspot import lifecycle
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.kinds import KINDS, Kind, kind_of
from cosell.sandbox.hubspot.links import DEFAULTS
from cosell.sandbox.hubspot.state import Record, Source

FIRST_USER = 75000001


class People:
    """A user of the portal, or what works for one: a workflow, an import, another app.

    Object types may be named as in paths: `deals`, `deal`, `0-3`. Raises Refused where HubSpot would not let a user do
    it either, and LookupError for records that are not there.
    """

    def __init__(self, crm: Crm, user_id: int = FIRST_USER, *, source: Source | None = None) -> None:
        self._crm = crm
        self._source = source or Source.user(user_id)
        self.user_id = user_id

    # Who does it

    def as_user(self, user_id: int) -> People:
        """Somebody else in the same portal."""
        return People(self._crm, user_id)

    def in_bulk(self) -> People:
        """The same user, through a bulk action."""
        return People(self._crm, self.user_id, source=Source.user(self.user_id, bulk=True))

    def by_workflow(self, workflow_id: str) -> People:
        """A workflow; the id is what webhooks name as its source."""
        return self._through(Source.machinery(self._crm.switches.workflow_source, workflow_id))

    def by_import(self, import_id: str) -> People:
        """The import of a file."""
        return self._through(Source.machinery("IMPORT", import_id))

    def by_app(self, app_id: int) -> People:
        """Another app that is installed in the portal, or a service key."""
        return self._through(Source.app(app_id))

    def _through(self, source: Source) -> People:
        return People(self._crm, self.user_id, source=source)

    # Records

    def creates(
        self, object_type: str, properties: Mapping[str, object], associations: Iterable[tuple[str, str]] = ()
    ) -> str:
        """A new record and what it is associated with, by (type, id); returns its id.

        The deal form preselects the first stage of the pipeline; an activity is dated now.
        """
        kind = kind_of(object_type)
        targets = [self._record(kind_of(other), id_) for other, id_ in associations]
        record = self._crm.write(self._crm.draft(kind, self._preselected(kind, properties)), self._source)
        for target in targets:
            self._crm.link(record, target, [_default(record, target)], self._source)
        return record.id

    def _preselected(self, kind: Kind, properties: Mapping[str, object]) -> dict[str, object]:
        chosen = dict(properties)
        if kind.name == "deals" and "dealstage" not in chosen:
            pipeline = self._crm.portal.pipelines[str(chosen.setdefault("pipeline", "default"))]
            chosen["dealstage"] = pipeline.stages[0].id
        if ("hs_timestamp",) in kind.required:
            chosen.setdefault("hs_timestamp", str(self._crm.now_ms))
        return chosen

    def edits(self, object_type: str, id_: str, properties: Mapping[str, object]) -> None:
        """Changes properties of a record; an empty text clears one."""
        kind = kind_of(object_type)
        record = self._record(kind, id_)
        self._crm.write(self._crm.draft(kind, properties, record=record), self._source)

    def edits_all(self, object_type: str, ids: Iterable[str], properties: Mapping[str, object]) -> None:
        """A bulk edit, from the list of records: the same properties of many."""
        for id_ in ids:
            self.in_bulk().edits(object_type, id_, properties)

    def moves(self, deal_id: str, stage_id: str) -> None:
        """Moves a deal on the board, to another pipeline where the stage is one of its. Raises LookupError."""
        found = self._crm.portal.stage(stage_id)
        if found is None:
            raise LookupError(f"There is no stage {stage_id}")
        pipeline, stage = found
        self.edits("deals", deal_id, {"dealstage": stage.id, "pipeline": pipeline.id})

    def assigns(self, object_type: str, id_: str, owner_id: str | None) -> None:
        """Gives a record another owner, or none."""
        self.edits(object_type, id_, {"hubspot_owner_id": owner_id or ""})

    def associates(
        self, object_type: str, id_: str, other_type: str, other_id: str, type_id: int | None = None
    ) -> None:
        """Associates two records, unlabelled or by the type given."""
        record, other = self._record(kind_of(object_type), id_), self._record(kind_of(other_type), other_id)
        self._crm.link(record, other, [type_id or _default(record, other)], self._source)

    def dissociates(self, object_type: str, id_: str, other_type: str, other_id: str) -> None:
        """Takes every association between two records away."""
        record, other = self._record(kind_of(object_type), id_), self._record(kind_of(other_type), other_id)
        self._crm.unlink(record, other, self._source)

    def deletes(self, object_type: str, id_: str) -> None:
        """Archives a record: it can be restored for 90 days."""
        lifecycle.archive(self._crm, self._record(kind_of(object_type), id_), self._source)

    def restores(self, object_type: str, id_: str) -> None:
        """Brings an archived record back, with its associations."""
        lifecycle.restore(self._crm, self._record(kind_of(object_type), id_, archived=True), self._source)

    def merges(self, object_type: str, primary_id: str, other_id: str) -> str:
        """Merges another record into the primary one; returns the id of what is left.

        Raises LookupError for types that cannot be merged, and for a record with itself.
        """
        kind = kind_of(object_type)
        if not kind.mergeable or primary_id == other_id:
            raise LookupError(f"{kind.name} {primary_id} and {other_id} cannot be merged")
        return lifecycle.merge(self._crm, self._record(kind, primary_id), self._record(kind, other_id), self._source).id

    def erases(self, contact_id: str) -> None:
        """GDPR deletion of a contact: nothing is left of it."""
        lifecycle.erase(self._crm, self._record(KINDS["contacts"], contact_id), self._source)

    def _record(self, kind: Kind, id_: str, *, archived: bool = False) -> Record:
        record = self._crm.find(kind, id_, archived=archived)
        if record is None:
            raise LookupError(f"There is no {'archived ' if archived else ''}{kind.singular} {id_}")
        return record


def _default(record: Record, other: Record) -> int:
    type_id = DEFAULTS.get((record.kind, other.kind))
    if type_id is None:
        raise LookupError(f"{record.kind} cannot be associated with {other.kind}")
    return type_id
