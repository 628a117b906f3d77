"""The batch endpoints of records.

A batch is checked whole before anything is written: one bad input refuses all of it, unless every input carries an
`objectWriteTraceId` of its own; then the good ones are written and the bad ones listed (207). By a switch, batches that
update or upsert list them always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cosell.sandbox.hubspot import lifecycle
from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.crm import Draft, second_parent
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields, some_not_found
from cosell.sandbox.hubspot.objects import Planned, checked_create, make_links, properties_to_update
from cosell.sandbox.hubspot.shapes import Json, history_json, record_json, written_json
from cosell.sandbox.hubspot.state import Record
from cosell.sandbox.hubspot.uniqueness import Claim

Input = dict[str, Any]


@dataclass
class Checked:
    """An input that may be written, and the associations that a create makes with it."""

    draft: Draft
    links: Planned = field(default_factory=list)
    trace: str | None = None


def _key(entry: Input) -> str:
    key = entry.get("id")
    if not isinstance(key, str | int) or key == "":
        raise missing_fields(["id"])
    return str(key)


def _distinct(keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        listed = ", ".join(twice)
        raise invalid(f"Duplicate IDs found in batch input: [{listed}]. IDs must be unique", context={"ids": twice})


def create(call: Call) -> Reply:
    return _write(call, call.inputs(), lambda entry: Checked(*checked_create(call, entry)), [], 201)


def update(call: Call) -> Reply:
    """Updates by id or by a unique property; ids that are not there are listed, those merged away silently left out."""
    inputs = call.inputs()
    _distinct([_key(entry) for entry in inputs])
    found = [(entry, _find(call, entry)) for entry in inputs]
    missing = [_key(entry) for entry, record in found if record is None and not _left_out(call, _key(entry))]

    def check(entry: Input) -> Checked:
        properties = properties_to_update(call.member("properties", dict, default={}, inside=entry))
        return _checked_write(call, properties, _find(call, entry))

    errors = [some_not_found(call.kind.legacy, missing)] if missing else []
    return _write(call, [entry for entry, record in found if record], check, errors, 200)


def _find(call: Call, entry: Input) -> Record | None:
    name = _id_property(call, entry)
    by_email = name is not None and name == call.kind.email
    if by_email and call.crm.switches.contact_batch_update_by_email == "refused":
        raise invalid(f"Batch updates of {call.kind.legacy} objects go by record id, not by {name}")
    return call.crm.find(call.kind, _key(entry), id_property=name)


def _left_out(call: Call, id_: str) -> bool:
    """Whether a batch keeps silent about an id, because its record was merged away."""
    return call.crm.switches.merged_ids_in_batches == "left out" and (call.kind.name, id_) in call.crm.portal.merged


def upsert(call: Call) -> Reply:
    """Updates the record that holds the unique value, or creates one that does; `new` says which."""
    inputs = call.inputs()
    for name in {_id_property(call, entry) for entry in inputs}:
        _distinct([_key(entry) for entry in inputs if _id_property(call, entry) == name])

    def check(entry: Input) -> Checked:
        name, properties = _id_property(call, entry), call.member("properties", dict, default={}, inside=entry)
        if name is None or name not in call.crm.taken.names(call.kind):
            raise invalid(f"idProperty must be a unique property of {call.kind.legacy}")
        record = call.crm.find(call.kind, _key(entry), id_property=name)
        if record is None:
            properties = {name: _key(entry), **properties}
        elif name == call.kind.email and call.crm.switches.partial_upsert_by_email == "refused":
            _whole(call, record, name, properties)
        return _checked_write(call, properties, record)

    return _write(call, inputs, check, [], 200, tell_new=True)


def _checked_write(call: Call, properties: Mapping[str, Any], record: Record | None) -> Checked:
    return Checked(call.crm.draft(call.kind, properties, record=record, rules_of_2026_09=call.rules_of_2026_09))


def _whole(call: Call, record: Record, name: str, properties: Mapping[str, Any]) -> None:
    """Refuses an upsert that leaves out properties which the record has."""
    definitions = call.crm.portal.definitions[call.kind.name]
    left_out = [
        other
        for other, value in record.properties.items()
        if value and other != name and other not in properties and not definitions[other].read_only
    ]
    if left_out:
        raise invalid(f"Partial upserts by {name} are not supported", context={"properties": sorted(left_out)})


def _id_property(call: Call, entry: Input) -> str | None:
    return call.member("idProperty", str, default="", inside=entry) or None


def _write(
    call: Call,
    inputs: list[Input],
    check: Callable[[Input], Checked],
    errors: list[Refused],
    status: int,
    *,
    tell_new: bool = False,
) -> Reply:
    results = []
    lists_all = status == 200 and call.crm.switches.bad_input_in_batch_write == "is listed"
    for one in _checked(call, inputs, check, errors, lists_all=lists_all):
        record = call.crm.write(one.draft, call.source)
        make_links(call, record, one.links)
        answer = written_json(call.crm, record, one.draft.values, one.draft.warnings)
        results.append(
            answer
            | ({"new": one.draft.record is None} if tell_new else {})
            | ({"objectWriteTraceId": one.trace} if one.trace is not None else {})
        )
    # The service does not answer in the order of the inputs; sorting by id stands for whatever order it uses.
    results.sort(key=lambda answer: int(answer["id"]))
    return batch_reply(call, results, errors, status)


def _checked(
    call: Call, inputs: list[Input], check: Callable[[Input], Checked], errors: list[Refused], *, lists_all: bool
) -> list[Checked]:
    """The inputs that may be written. What is wrong with others joins the errors, or refuses all of them."""
    traces = [entry.get("objectWriteTraceId") for entry in inputs]
    traced = None not in traces and len({str(trace) for trace in traces}) == len(traces)
    checked: list[Checked] = []
    claimed: dict[Claim, str] = {}
    for entry, trace in zip(inputs, traces, strict=True):
        try:
            one = check(entry)
            _claim(call, one, claimed)
        except Refused as refused:
            if not (traced or lists_all):
                raise
            errors.append(refused if trace is None else refused.with_context("objectWriteTraceId", str(trace)))
        else:
            checked.append(replace(one, trace=trace))
    return checked


def _claim(call: Call, one: Checked, claimed: dict[Claim, str]) -> None:
    """Refuses a unique value, or a line item, that an earlier input of the same batch takes."""
    draft = one.draft
    claims = list(call.crm.taken.claims(draft.kind, draft.values))
    for claim in claims:
        if claimed.get(claim, draft.id) != draft.id:
            raise call.crm.taken.refusal(draft.kind, draft.id, claim, draft.values, claimed[claim])
    if draft.kind.name == "deals" and call.crm.switches.line_item_second_parent == "refused":
        items = [("line_items", target.id) for target, _ in one.links if target.kind == "line_items"]
        for item in items:
            if item in claimed:
                raise second_parent(item[1], claimed[item])
        claims += items
    claimed.update(dict.fromkeys(claims, draft.id))


def read(call: Call) -> Reply:
    """Reads by id or by a unique property. Associations never come with it."""
    inputs, archived = call.inputs(), call.flag("archived")
    names, with_history = call.texts("properties"), call.texts("propertiesWithHistory")
    id_property = _id_property(call, call.body)
    keys = [_key(entry) for entry in inputs]
    _distinct(keys)
    results: list[Json] = []
    missing: list[str] = []
    for key in keys:
        record = call.crm.find(call.kind, key, id_property=id_property, archived=archived)
        if record is None:
            missing += [] if _left_out(call, key) else [key]
            continue
        answer = record_json(call.crm, record, [*names, *with_history])
        if with_history:
            answer["propertiesWithHistory"] = history_json(call.crm, record, with_history)
        results.append(answer)
    results.sort(key=lambda answer: int(answer["id"]))
    return batch_reply(call, results, [some_not_found(call.kind.legacy, missing)] if missing else [])


def archive(call: Call) -> Reply:
    keys = [_key(entry) for entry in call.inputs()]
    _distinct(keys)
    for key in keys:
        record = call.crm.find(call.kind, key)
        if record is not None:
            lifecycle.archive(call.crm, record, call.source)
    return Reply(204)
