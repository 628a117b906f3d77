"""The portal's rules: how records are found, checked, written, archived, merged and associated, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cosell.sandbox.hubspot import checks, derived, links
from cosell.sandbox.hubspot.changes import Change, What
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import Definition, PastValue, Portal, Record, Source
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.uniqueness import SECONDARY, Taken, addresses
from cosell.sandbox.hubspot.values import Problem, Unacceptable, Warned, check, check_email, instant, values_refused
from cosell.sandbox.stepfunctions.clock import Clock


@dataclass
class Draft:
    """A checked write, not done yet. Nothing refuses it now, unless another draft takes its unique values first."""

    kind: Kind
    id: str
    values: dict[str, str | None]
    record: Record | None = None
    """The record to change; None makes a new one under `id`."""
    warnings: list[Warned] = field(default_factory=list)


class Crm:
    """The records of a portal and what may happen to them. Raises Refused where HubSpot would answer with an error."""

    def __init__(self, clock: Clock, portal: Portal, switches: Switches) -> None:
        self.clock, self.portal, self.switches = clock, portal, switches
        self.on_change: list[Callable[[Change], None]] = []

    @property
    def now_ms(self) -> int:
        return round(self.clock.now * 1000)

    @property
    def taken(self) -> Taken:
        return Taken(self.portal, self.switches)

    # Finding

    def find(self, kind: Kind, key: str, *, id_property: str | None = None, archived: bool = False) -> Record | None:
        """The record with that id, or that value of a unique property; only archived ones with `archived`."""
        records = self.portal.records[kind.name]
        if id_property and id_property != "hs_object_id":
            key = self.taken.find(kind, id_property, key) or ""
        record = records.get(key)
        return record if record is not None and record.archived == archived else None

    def survivor(self, kind: Kind, id_: str) -> str:
        """The id under which a record lives that may have been merged away."""
        while (kind.name, id_) in self.portal.merged:
            id_ = self.portal.merged[kind.name, id_]
        return id_

    # Writing

    def draft(
        self,
        kind: Kind,
        properties: Mapping[str, object],
        *,
        record: Record | None = None,
        rules_of_2026_09: bool = False,
        planned: Iterable[Record] = (),
    ) -> Draft:
        """Checks a write in full and raises what HubSpot would answer.

        By the rules of 2026-09 and later, what admins require is required, and a date may be a moment of that day.
        `planned` are the records that a new one is to be associated with.
        """
        values, warnings = self._check_values(kind, properties, record, lenient_dates=rules_of_2026_09)
        checks.line_item(self.portal, self.switches, kind, values)
        if record is None:
            derived.before_create(self.portal, kind.name, values)
            checks.required(self.switches, kind, values)
        if rules_of_2026_09:
            checks.admins_rules(self.portal, kind, values, record)
        checks.stage(self.portal, self.switches, kind, values, record)
        checks.forward_only(self.portal, self.switches, kind, values, record)
        checks.pinned(kind, self.portal, values, record, planned)
        draft = Draft(kind, record.id if record else self.portal.next_id(kind.name), values, record, warnings)
        self._check_unique(draft)
        return draft

    def write(self, draft: Draft, source: Source) -> Record:
        """Does what was checked and tells of it."""
        return self._create(draft, source) if draft.record is None else self._update(draft, draft.record, source)

    def _create(self, draft: Draft, source: Source) -> Record:
        ms = self.now_ms
        record = Record(draft.kind.name, draft.id, ms, ms)
        self.portal.records[draft.kind.name][draft.id] = record
        system = {draft.kind.created: instant(ms), draft.kind.modified: instant(ms), "hs_object_id": draft.id}
        self.put(record, {**draft.values, **system}, source)
        self.settle(record, source)
        self.tell("creation", record, source)
        for name, value in draft.values.items():
            if value is not None:
                self._tell_property(record, name, value, source)
        return record

    def _update(self, draft: Draft, record: Record, source: Source) -> Record:
        changed = {name: value for name, value in draft.values.items() if record.value(name) != value}
        if changed or self.switches.same_value_changes_modified:
            record.updated_ms = self.now_ms
            self.put(record, {**changed, draft.kind.modified: instant(self.now_ms)}, source)
        self.settle(record, source)
        for name, value in changed.items():
            self._tell_property(record, name, value, source)
        return record

    def put(self, record: Record, values: Mapping[str, str | None], source: Source) -> None:
        """Sets values as they are, and tells nobody."""
        if not values:
            return
        kind = KINDS[record.kind]
        claiming = not (self.taken.names(kind) | ({SECONDARY} if kind.email else set())).isdisjoint(values)
        if claiming:
            self.taken.free(record)
        for name, value in values.items():
            record.properties[name] = value
            record.history.setdefault(name, []).insert(0, PastValue(value, self.now_ms, source))
        if claiming:
            self.taken.take(record)

    def settle(self, record: Record, source: Source) -> None:
        """Brings the calculated properties up to date."""
        now = derived.calculated(self.portal, record, self.now_ms)
        self.put(record, {name: value for name, value in now.items() if record.value(name) != value}, source)

    # Checks

    def _check_values(
        self, kind: Kind, properties: Mapping[str, object], record: Record | None, *, lenient_dates: bool
    ) -> tuple[dict[str, str | None], list[Warned]]:
        values: dict[str, str | None] = {}
        warnings: list[Warned] = []
        problems: list[Problem] = []
        for name, raw in properties.items():
            try:
                definition = self._writable(kind, name)
                given = self._not_null(name, raw)
                current = record.value(name) if record else None
                values[name], warned = check(
                    self.portal,
                    definition,
                    given,
                    current=current,
                    lenient=lenient_dates,
                    archived_owners=self.switches.archived_owner == "accepted",
                )
                self._check_addresses(kind, name, values[name])
            except Unacceptable as found:
                problems.append(found.problem)
            else:
                warnings += [warned] if warned else []
        if problems:
            raise values_refused(self.portal.id, problems)
        return values, warnings

    def _check_addresses(self, kind: Kind, name: str, value: str | None) -> None:
        if value and name == kind.email:
            check_email(name, value)
        elif kind.email and name == SECONDARY:
            for address in addresses(value):
                check_email(name, address)

    def _not_null(self, name: str, raw: object) -> object:
        if raw is None and self.switches.null_value == "refused":
            message = f'"{name}" is null; an empty string clears a property.'
            raise Unacceptable(Problem(name, "INVALID_STRING", message))
        return "" if raw is None else raw

    def _writable(self, kind: Kind, name: str) -> Definition:
        definition = self.portal.definition(kind.name, name)
        if definition is None:
            raise Unacceptable(Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        if definition.read_only:
            message = f'"{name}" is a read only property; its value cannot be set.'
            raise Unacceptable(Problem(name, "READ_ONLY_VALUE", message))
        return definition

    def _check_unique(self, draft: Draft) -> None:
        for claim in self.taken.claims(draft.kind, draft.values):
            holder = self.taken.holder(draft.kind, claim)
            if holder is not None and holder != draft.id:
                raise self.taken.refusal(draft.kind, draft.id, claim, draft.values, holder)

    # Associating

    def check_link(self, origin: Record, target: Record) -> None:
        """Raises Refused for two records that cannot be associated: one and the same, or a line item's second deal."""
        if origin is target:
            raise invalid(f"{KINDS[origin.kind].legacy} {origin.id} cannot be associated with itself")
        if self.switches.line_item_second_parent == "accepted":
            return
        deal = links.other_parent(self.portal, origin.end, target.end)
        if deal is not None:
            item = origin if origin.kind == "line_items" else target
            raise second_parent(item.id, deal)

    def link(self, origin: Record, target: Record, wanted: list[int], source: Source) -> None:
        """Makes associations of these types, and what they imply. Those that exist are left alone.

        Raises Refused for two records that cannot be associated.
        """
        self.check_link(origin, target)
        first = self.switches.first_company_is_primary
        for type_id in links.with_implied(self.portal, origin.end, target.end, wanted, first_is_primary=first):
            for owner, other, which in links.rivals(self.portal, origin.end, target.end, type_id):
                links.remove(self.portal, owner, other, which)
                self._tell_link(owner[1], other[1], which, source, removed=True)
            if links.add(self.portal, origin.end, target.end, type_id, self.now_ms):
                self._tell_link(origin.id, target.id, type_id, source)
        for record in (origin, target):
            self.settle(record, source)

    def unlink(self, origin: Record, target: Record, source: Source, types: Iterable[int] | None = None) -> None:
        """Takes associations between two records away: those of these types, or all."""
        there = list(self.portal.links.get(origin.end, {}).get(target.end, {}))
        for type_id in there if types is None else types:
            if links.remove(self.portal, origin.end, target.end, type_id):
                self._tell_link(origin.id, target.id, type_id, source, removed=True)
        for record in (origin, target):
            self.settle(record, source)

    # Telling

    def emit(self, change: Change) -> None:
        for listen in self.on_change:
            listen(change)

    def tell(self, what: What, record: Record, source: Source) -> None:
        self.emit(Change(what, record.kind, record.id, self.now_ms, source))

    def _tell_property(self, record: Record, name: str, value: str | None, source: Source) -> None:
        definition = self.portal.definitions[record.kind][name]
        change = Change("propertyChange", record.kind, record.id, self.now_ms, source, definition, value)
        self.emit(change)

    def _tell_link(self, origin: str, target: str, type_id: int, source: Source, *, removed: bool = False) -> None:
        there = links.link_type(self.portal, type_id)
        back = links.link_type(self.portal, there.inverse)
        for link, here, other in ((there, origin, target), (back, target, origin)):
            change = Change("associationChange", link.origin, here, self.now_ms, source, link=link, other_id=other)
            self.emit(replace(change, removed=removed))


def second_parent(item: str, deal: str) -> Refused:
    """The refusal of a second deal for a line item."""
    return invalid(f"Line item {item} belongs to deal {deal} and can have no second parent")
