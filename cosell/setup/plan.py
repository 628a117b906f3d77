"""What a portal lacks, decided from what it has: nothing here asks or writes anything.

Nothing is ever deleted or renamed. What an admin made of Cosell's properties, other labels and groups, further options,
stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cosell.setup.api import path
from lambdas.domain import referrals
from lambdas.domain.mapping import PROFILES, Profile
from lambdas.domain.mapping import Mapping as FieldMapping
from lambdas.domain.properties import PLURALS, Option, PropertyDefinition, property_definitions, property_groups

Json = dict[str, Any]
State = Literal["exists", "new", "differs"]
MOST_UNIQUE: Final = 10
"""Properties with unique values that an object type can have (HubSpot's properties guide)."""
PLACEHOLDER: Final = Option(value="none_yet", label="Filled by catalog-sync")
"""HubSpot takes no enumeration without options. This one is hidden, so nobody can choose it."""
_ORDER = ("label", "value", "description", "displayOrder", "hidden")


@dataclass(frozen=True)
class Room:
    """How many more of a kind the portal takes; None where it does not say."""

    properties: Mapping[str, int] = field(default_factory=dict)
    """By object type."""
    in_all: int | None = None
    pipelines: int | None = None


@dataclass(frozen=True)
class Found:
    """What the portal has, as HubSpot's API prints it."""

    groups: Mapping[str, frozenset[str]]
    """Names, by object type."""
    properties: Mapping[str, Mapping[str, Json]]
    """Definitions by object type and name."""
    pipelines: Sequence[Json]
    room: Room = Room()


@dataclass(frozen=True)
class Write:
    method: str
    path: str
    body: Json
    in_batches: bool = False
    """Several to this path go in one call."""


@dataclass(frozen=True)
class Step:
    """One thing that the portal is to have."""

    record: str
    kind: Literal["group", "property", "pipeline", "stage"]
    name: str
    label: str
    state: State
    what: str = ""
    """How it differs, and what becomes of that."""
    writes: tuple[Write, ...] = ()
    blocks: bool = False
    """A person has to mend this first."""


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]
    lacks: tuple[str, ...] = ()
    """What there is no room for, a sentence each."""
    unmapped: tuple[str, ...] = ()
    """Stages that the mapping does not know, by label."""

    @property
    def writes(self) -> list[Write]:
        return [write for step in self.steps for write in step.writes]

    @property
    def blocked(self) -> bool:
        return bool(self.lacks) or any(step.blocks for step in self.steps)

    def of(self, state: State) -> list[Step]:
        return [step for step in self.steps if step.state == state]


def plan(mapping: FieldMapping, found: Found, options: Mapping[str, dict[str, str]] | None = None) -> Plan:
    """All that the mapping needs. `options` are values and labels that only the portal knows, by property."""
    wanted = property_definitions(mapping, options)
    steps = (*_groups(mapping, found, wanted), *_properties(found, wanted), *_pipeline(found))
    lacks = (*_lacks(mapping, found, steps), *_too_many_unique(found, wanted))
    return Plan(steps, lacks, tuple(_unmapped(mapping, found)))


def _unmapped(mapping: FieldMapping, found: Found) -> Iterator[str]:
    """But for those of referrals: nothing is shared before it is accepted, and then it is elsewhere."""
    ours = {stage.id for stage in referrals.STAGES}
    for pipeline in found.pipelines:
        for stage in pipeline["stages"]:
            known, _ = mapping.stage(pipeline["id"], stage["id"])
            if not (known or is_ours(pipeline) or stage["id"] in ours):
                yield f"{stage['label']} ({pipeline['label']})"


def _groups(mapping: FieldMapping, found: Found, wanted: Sequence[PropertyDefinition]) -> Iterator[Step]:
    used = {(one.object_type, one.group) for one in wanted}
    for group in property_groups(mapping):
        if (group.object_type, group.name) in used:
            there = group.name in found.groups.get(group.object_type, ())
            write = Write("POST", path("crm/properties", PLURALS[group.object_type], "groups"), group.payload())
            state: State = "exists" if there else "new"
            yield Step(group.object_type, "group", group.name, group.label, state, writes=() if there else (write,))


# Properties


def _properties(found: Found, wanted: Sequence[PropertyDefinition]) -> Iterator[Step]:
    for one in wanted:
        there = found.properties.get(one.object_type, {}).get(one.name)
        yield _new(one) if there is None else _compared(one, there)


def _new(wanted: PropertyDefinition) -> Step:
    body = wanted.payload()
    if wanted.type == "enumeration" and not wanted.options:
        body["options"] = [{"label": PLACEHOLDER.label, "value": PLACEHOLDER.value, "displayOrder": 0, "hidden": True}]
    where = path("crm/properties", PLURALS[wanted.object_type])
    return _step(wanted, "new", writes=(Write("POST", where, body, in_batches=True),))


def _compared(wanted: PropertyDefinition, there: Json) -> Step:
    if clash := _clash(wanted, there):
        way_out = "map a property of another name, or delete this one for good if nobody needs it"
        return _step(wanted, "differs", f"{clash}: {way_out}", blocks=True)
    missing = _missing_options(wanted, there)
    listed = there.get("options") or []
    taken = {str(one["label"]).casefold() for one in listed}
    doubled = [option.label for option in missing if option.label.casefold() in taken]
    if doubled:
        what = f"another option is called {', '.join(doubled)}: give that one another label"
        return _step(wanted, "differs", what, blocks=True)
    if missing:
        order = max((int(one.get("displayOrder") or 0) for one in listed), default=-1) + 1
        kept = [{name: one[name] for name in _ORDER if name in one} for one in listed]
        added = [
            {"label": one.label, "value": one.value, "displayOrder": order + at, "hidden": False}
            for at, one in enumerate(missing)
        ]
        where = path("crm/properties", PLURALS[wanted.object_type], wanted.name)
        write = Write("PATCH", where, {"options": [*kept, *added]})
        return _step(wanted, "differs", f"gets {_options(missing)}", writes=(write,))
    if there.get("label") != wanted.label:
        what = (
            f'is called "{there.get("label")}" here, which stays; messages say "{wanted.label}" until the mapping does'
        )
        return _step(wanted, "differs", what)
    return _step(wanted, "exists")


def _clash(wanted: PropertyDefinition, there: Json) -> str | None:
    """Why the property cannot be what the mapping means."""
    if there.get("hubspotDefined"):
        return "this is a property of HubSpot's own"
    if there.get("type") != wanted.type:
        return f"is of type {there.get('type')}, and {wanted.type} is needed"
    many = (wanted.field_type == "checkbox", there.get("fieldType") == "checkbox")
    if many[0] != many[1]:
        return (
            f"takes {'several values' if many[1] else 'one value'}, and {'several are' if many[0] else 'one is'} needed"
        )
    if wanted.unique and not there.get("hasUniqueValue"):
        return "its values are not unique, which HubSpot sets only when a property is made"
    return None


def _missing_options(wanted: PropertyDefinition, there: Json) -> list[Option]:
    known = {one["value"] for one in there.get("options") or []}
    return [option for option in wanted.options if option.value not in known]


def _options(missing: Sequence[Option]) -> str:
    shown = ", ".join(option.label for option in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"the option{'s' * (len(missing) > 1)} {shown}{more}"


def _step(
    wanted: PropertyDefinition, state: State, what: str = "", *, writes: tuple[Write, ...] = (), blocks: bool = False
) -> Step:
    return Step(wanted.object_type, "property", wanted.name, wanted.label, state, what, writes, blocks)


# The referral pipeline


def _pipeline(found: Found) -> Iterator[Step]:
    home = _home(found.pipelines)
    if home is None and (found.room.pipelines or found.room.pipelines is None):
        yield _own_pipeline(found.pipelines)
        return
    host = home or next((one for one in found.pipelines if one["id"] == "default"), found.pipelines[0])
    if is_ours(host):
        yield Step("deal", "pipeline", host["id"], host["label"], "exists")
    else:
        what = "has room for no pipeline more: referrals get stages in front of its own"
        yield Step("deal", "pipeline", host["id"], host["label"], "differs", what, _moved(host))
    yield from (_stage(host, position) for position in range(len(referrals.STAGES)))


def is_ours(pipeline: Json) -> bool:
    """Whether it is the pipeline where referrals wait: by its id, or made by hand under that label."""
    return pipeline["id"] == referrals.PIPELINE or _same(pipeline["label"], referrals.LABEL)


def _home(pipelines: Sequence[Json]) -> Json | None:
    """Where referrals are already: by ids, for labels are the admin's to change, else by the label."""
    ours = {stage.id for stage in referrals.STAGES}
    holding = [one for one in pipelines if ours & {stage["id"] for stage in one["stages"]}]
    return next((one for one in (*holding, *pipelines) if one in holding or is_ours(one)), None)


def _own_pipeline(others: Sequence[Json]) -> Step:
    body = {
        "pipelineId": referrals.PIPELINE,
        "label": referrals.LABEL,
        "displayOrder": max((one["displayOrder"] for one in others), default=-1) + 1,
        "stages": [_stage_body(position) for position in range(len(referrals.STAGES))],
    }
    what = "with the stages " + ", ".join(stage.label for stage in referrals.STAGES)
    write = Write("POST", path("crm/pipelines", "deals"), body)
    return Step("deal", "pipeline", referrals.PIPELINE, referrals.LABEL, "new", what, (write,))


def _moved(host: Json) -> tuple[Write, ...]:
    """The pipeline's own stages make room in front of them, the last one first: two never share a place."""
    ours = {stage.id for stage in referrals.STAGES} | {stage.label for stage in referrals.STAGES}
    own = [one for one in host["stages"] if not {one["id"], one["label"]} & ours]
    by = len(referrals.STAGES) - min((one["displayOrder"] for one in own), default=len(referrals.STAGES))
    if by <= 0:
        return ()
    stages = path("crm/pipelines", "deals", host["id"], "stages")
    return tuple(
        Write("PATCH", f"{stages}/{one['id']}", {"displayOrder": one["displayOrder"] + by})
        for one in sorted(own, key=lambda one: -int(one["displayOrder"]))
    )


def _stage(host: Json, position: int) -> Step:
    wanted = referrals.STAGES[position]
    there = [one for one in host["stages"] if one["id"] == wanted.id or _same(one["label"], wanted.label)]
    if not there:
        write = Write("POST", path("crm/pipelines", "deals", host["id"], "stages"), _stage_body(position))
        return Step("deal", "stage", wanted.id, wanted.label, "new", f"in {host['label']}", (write,))
    found = next((one for one in there if one["id"] == wanted.id), there[0])
    probability = (found.get("metadata") or {}).get("probability")
    if float(probability or 0) != float(wanted.probability):
        what = f"its probability is {probability}, which stays; {wanted.probability} keeps it out of forecasts"
        return Step("deal", "stage", found["id"], found["label"], "differs", what)
    return Step("deal", "stage", found["id"], found["label"], "exists")


def _stage_body(position: int) -> Json:
    id_, label, probability = referrals.STAGES[position]
    return {"stageId": id_, "label": label, "displayOrder": position, "metadata": {"probability": probability}}


def _same(label: object, other: str) -> bool:
    return str(label).strip().casefold() == other.casefold()


# Limits


def _lacks(mapping: FieldMapping, found: Found, steps: Sequence[Step]) -> Iterator[str]:
    short = list(_short(found, steps))
    yield from short
    if short:
        smaller = PROFILES[: PROFILES.index(mapping.profile)]
        fits = next((profile for profile in reversed(smaller) if _fits(mapping, profile, found)), None)
        yield (
            f"The profile {fits} fits: write `extends: default` and `profile: {fits}` into a mapping file of your "
            "own, and name it with --mapping."
            if fits
            else "No smaller profile fits either: archive custom properties that nobody uses, or take a larger plan."
        )


def _short(found: Found, steps: Sequence[Step]) -> Iterator[str]:
    new = Counter(step.record for step in steps if step.kind == "property" and step.state == "new")
    for record, count in new.items():
        room = found.room.properties.get(record)
        if room is not None and count > room:
            yield f"The portal has room for {_more(room)} of a {record}, and {count} are needed."
    if found.room.in_all is not None and new.total() > found.room.in_all:
        yield f"The portal has room for {_more(found.room.in_all)} in all, and {new.total()} are needed."


def _more(room: int) -> str:
    return f"{room} custom {'property' if room == 1 else 'properties'} more"


def _too_many_unique(found: Found, wanted: Sequence[PropertyDefinition]) -> Iterator[str]:
    for record, there in found.properties.items():
        has = {name for name, one in there.items() if one.get("hasUniqueValue") and not one.get("hubspotDefined")}
        needs = {one.name for one in wanted if one.unique and one.object_type == record}
        if len(has | needs) > MOST_UNIQUE and needs - has:
            yield (
                f"A {record} has at most {MOST_UNIQUE} properties with unique values, and {len(has)} are there: "
                f"archive {len(has | needs) - MOST_UNIQUE} that nobody uses."
            )


def _fits(mapping: FieldMapping, profile: Profile, found: Found) -> bool:
    members = {name: getattr(mapping, name) for name in type(mapping).model_fields}
    smaller = FieldMapping.model_construct(**members | {"profile": profile})  # a copy would keep what was derived
    return not any(_short(found, list(_properties(found, property_definitions(smaller)))))
