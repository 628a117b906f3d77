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
    """A user of the portal. Object types may be named as in paths: `deals`, `deal`, `0-3`.

    Raises Refused where HubSpot would not let a user do it either, and LookupError for records that are not there.
    """

    def __init__(self, crm: Crm, user_id: int = FIRST_USER, *, bulk: bool = False) -> None:
        self._crm = crm
        self._source = Source.user(user_id, bulk=bulk)
        self.user_id = user_id

    def as_user(self, user_id: int) -> People:
        """Somebody else in the same portal."""
        return People(self._crm, user_id)

    def in_bulk(self) -> People:
        """The same user, through a bulk action."""
        return People(self._crm, self.user_id, bulk=True)

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
        kind = kind_of(object_type)
        record = self._record(kind, id_)
        self._crm.write(self._crm.draft(kind, properties, record=record), self._source)

    def associates(
        self, object_type: str, id_: str, other_type: str, other_id: str, type_id: int | None = None
    ) -> None:
        """Associates two records, unlabelled or by the type given."""
        record, other = self._record(kind_of(object_type), id_), self._record(kind_of(other_type), other_id)
        self._crm.link(record, other, [type_id or _default(record, other)], self._source)

    def dissociates(self, object_type: str, id_: str, other_type: str, other_id: str) -> None:
        record, other = self._record(kind_of(object_type), id_), self._record(kind_of(other_type), other_id)
        self._crm.unlink(record, other, self._source)

    def deletes(self, object_type: str, id_: str) -> None:
        lifecycle.archive(self._crm, self._record(kind_of(object_type), id_), self._source)

    def restores(self, object_type: str, id_: str) -> None:
        lifecycle.restore(self._crm, self._record(kind_of(object_type), id_, archived=True), self._source)

    def merges(self, object_type: str, primary_id: str, other_id: str) -> str:
        """Merges another record into the primary one; returns the id of what is left."""
        kind = kind_of(object_type)
        return lifecycle.merge(self._crm, self._record(kind, primary_id), self._record(kind, other_id), self._source).id

    def erases(self, contact_id: str) -> None:
        """GDPR deletion."""
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
