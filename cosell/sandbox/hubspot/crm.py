"""The portal's rules: how records are found, checked, written, archived, merged and associated, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cosell.sandbox.hubspot import derived, links
from cosell.sandbox.hubspot.changes import Change, What
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import Definition, PastValue, Portal, Record, Source
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.values import Problem, Unacceptable, Warned, check, check_email, instant
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

    def claims(self, portal: Portal) -> list[tuple[str, str]]:
        """The unique values this write takes: property and lower-case value."""
        names = unique_names(portal, self.kind)
        return [(name, value.casefold()) for name, value in self.values.items() if value and name in names]


def unique_names(portal: Portal, kind: Kind) -> set[str]:
    """The properties of which no two records may hold the same value."""
    custom = {name for name, definition in portal.definitions[kind.name].items() if definition.unique}
    return custom | ({kind.email} if kind.email else set())


def values_refused(portal: Portal, problems: Iterable[Problem]) -> Refused:
    """The 400 about property values: JSON inside the message, and the same as structured errors."""
    problems = list(problems)
    inner = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            **({"propertyValue": problem.value} if problem.value is not None else {}),
            "portalId": portal.id,
        }
        for problem in problems
    ]
    return Refused(
        400,
        f"Property values were not valid: {json.dumps(inner, separators=(',', ':'))}",
        "VALIDATION_ERROR",
        errors=[{"message": p.message, "code": p.code, "context": {"propertyName": [p.name]}} for p in problems],
    )


class Crm:
    """The records of a portal and what may happen to them. Raises Refused where HubSpot would answer with an error."""

    def __init__(self, clock: Clock, portal: Portal, switches: Switches) -> None:
        self.clock, self.portal, self.switches = clock, portal, switches
        self.on_change: list[Callable[[Change], None]] = []

    @property
    def now_ms(self) -> int:
        return round(self.clock.now * 1000)

    # Finding

    def find(self, kind: Kind, key: str, *, id_property: str | None = None, archived: bool = False) -> Record | None:
        """The record with that id, or that value of a unique property; only archived ones with `archived`."""
        records = self.portal.records[kind.name]
        if id_property and id_property != "hs_object_id":
            if id_property not in unique_names(self.portal, kind):
                raise invalid(f"The property {id_property} is not a unique property of {kind.legacy}")
            key = self.portal.taken.get((kind.name, id_property), {}).get(key.casefold(), "")
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
    ) -> Draft:
        """Checks a write in full and raises what HubSpot would answer.

        By the rules of 2026-09 and later, what admins require is required, and a date may be a moment of that day.
        """
        values, warnings = self._check_values(kind, properties, record, lenient_dates=rules_of_2026_09)
        if record is None:
            derived.before_create(self.portal, kind.name, values)
            self._check_required(kind, values)
            if rules_of_2026_09:
                self._check_rules(kind, values)
        self._check_stage(kind, values, record)
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
        names = unique_names(self.portal, KINDS[record.kind])
        for name, value in values.items():
            if name in names:
                self.give_back(record, name)
                if value:
                    self.portal.taken.setdefault((record.kind, name), {})[value.casefold()] = record.id
            record.properties[name] = value
            record.history.setdefault(name, []).insert(0, PastValue(value, self.now_ms, source))

    def give_back(self, record: Record, name: str) -> None:
        """Frees the unique value a record holds."""
        taken, old = self.portal.taken.get((record.kind, name), {}), record.value(name)
        if old and taken.get(old.casefold()) == record.id:
            del taken[old.casefold()]

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
                values[name], warned = check(self.portal, definition, given, current=current, lenient=lenient_dates)
                if name == kind.email and values[name]:
                    check_email(name, str(values[name]))
            except Unacceptable as found:
                problems.append(found.problem)
            else:
                warnings += [warned] if warned else []
        if problems:
            raise values_refused(self.portal, problems)
        return values, warnings

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

    def _check_required(self, kind: Kind, values: Mapping[str, str | None]) -> None:
        groups = () if kind.name == "deals" and not self.switches.deals_need_name_and_stage else kind.required
        missing = [group[0] for group in groups if not any(values.get(name) for name in group)]
        if missing:
            message = f"Error creating {kind.legacy}. Some required properties were not set."
            raise invalid(message, context={"properties": missing})

    def _check_rules(self, kind: Kind, values: Mapping[str, str | None]) -> None:
        problems = [
            Problem(name, "MISSING_REQUIRED_PROPERTY", f"A value for {name} must be provided")
            for name, definition in self.portal.definitions[kind.name].items()
            if definition.required and not definition.archived and not values.get(name)
        ]
        if problems:
            raise values_refused(self.portal, problems)

    def _check_stage(self, kind: Kind, values: Mapping[str, str | None], record: Record | None) -> None:
        """A stage must be one of the deal's pipeline; the code and the sentence are not documented."""
        if kind.name != "deals" or self.switches.stage_of_other_pipeline == "accepted":
            return
        current = record.properties if record else {}
        stage_id = values.get("dealstage", current.get("dealstage"))
        pipeline_id = values.get("pipeline", current.get("pipeline"))
        found = self.portal.stage(stage_id or "")
        if found is not None and found[0].id != pipeline_id and not {"dealstage", "pipeline"}.isdisjoint(values):
            message = f'"{stage_id}" is not a stage of the pipeline "{pipeline_id}"'
            raise values_refused(self.portal, [Problem("dealstage", "INVALID_OPTION", message, stage_id)])

    def _check_unique(self, draft: Draft) -> None:
        for name, value in draft.claims(self.portal):
            holder = self.portal.taken.get((draft.kind.name, name), {}).get(value)
            if holder is not None and holder != draft.id:
                raise taken(self.portal, draft, name, holder)

    # Associating

    def link(self, origin: Record, target: Record, wanted: list[int], source: Source) -> None:
        """Makes associations of these types, and what they imply. Those that exist are left alone."""
        first = self.switches.first_company_is_primary
        for type_id in links.with_implied(self.portal, origin.end, target.end, wanted, first_is_primary=first):
            for owner, other, which in links.rivals(self.portal, origin.end, target.end, type_id):
                links.remove(self.portal, owner, other, which)
                self._tell_link(owner[1], other[1], which, source, removed=True)
            if links.add(self.portal, origin.end, target.end, type_id, self.now_ms):
                self._tell_link(origin.id, target.id, type_id, source)
        for record in (origin, target):
            self.settle(record, source)

    def unlink(self, origin: Record, target: Record, source: Source) -> None:
        """Takes all associations between two records away."""
        for type_id in list(self.portal.links.get(origin.end, {}).get(target.end, {})):
            links.remove(self.portal, origin.end, target.end, type_id)
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
        there = links.TYPES[type_id]
        back = links.TYPES[there.inverse]
        for link, here, other in ((there, origin, target), (back, target, origin)):
            change = Change("associationChange", link.origin, here, self.now_ms, source, link=link, other_id=other)
            self.emit(replace(change, removed=removed))


def taken(portal: Portal, draft: Draft, name: str, holder: str) -> Refused:
    """The refusal of a value somebody else has: a contact's e-mail is a 409, any other unique value a 400."""
    value = str(draft.values[name])
    if name == draft.kind.email:
        return Refused(409, f"Contact already exists. Existing ID: {holder}", "CONFLICT")
    coordinates = (
        f"portalId={portal.id}, objectTypeId=ObjectTypeId{{legacyObjectType={draft.kind.legacy}}}, "
        f"propertyName={name}, value={value}"
    )
    return invalid(
        f"Cannot set PropertyValueCoordinates{{{coordinates}}} on {draft.id}. {holder} already has that value."
    )
