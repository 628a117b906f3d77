"""The ends a record may come to, and the way back: archive, restore, erase, merge."""

from __future__ import annotations

from dataclasses import replace

from cosell.sandbox.hubspot import links
from cosell.sandbox.hubspot.changes import Change
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.errors import invalid
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import PastValue, Record, Source
from cosell.sandbox.hubspot.uniqueness import SECONDARY, addresses
from cosell.sandbox.hubspot.values import instant

RESTORABLE_MS = 90 * 86_400_000


def archive(crm: Crm, record: Record, source: Source) -> None:
    """Deletes a record as users and the API do: restorable, unseen, its associations hidden with it.

    A deal's line items go with it.
    """
    items = _line_items(crm, record) if crm.switches.line_items_go_with_deal else []
    record.archived_ms = crm.now_ms
    if not crm.switches.archived_keeps_unique_value:
        crm.taken.free(record)
    _settle_around(crm, record, source)
    crm.tell("deletion", record, source)
    for item in items:
        archive(crm, item, source)


def _line_items(crm: Crm, record: Record, *, gone_ms: int | None = None) -> list[Record]:
    """The line items of a deal, live ones, or those that went at that moment."""
    if record.kind != "deals":
        return []
    ids = [id_ for kind, id_ in crm.portal.links.get(record.end, {}) if kind == "line_items"]
    items = [crm.portal.records["line_items"][id_] for id_ in ids]
    return [item for item in items if item.archived_ms == gone_ms]


def restore(crm: Crm, record: Record, source: Source) -> None:
    """Undoes an archive, and that of the line items that went with a deal.

    A unique value somebody else took meanwhile stays theirs. Raises Refused after 90 days.
    """
    gone_ms = record.archived_ms
    if gone_ms is None or crm.now_ms - gone_ms > RESTORABLE_MS:
        raise invalid("Only records that were deleted in the last 90 days can be restored")
    record.archived_ms = None
    crm.taken.take(record)
    _settle_around(crm, record, source)
    crm.tell("restore", record, source)
    for item in _line_items(crm, record, gone_ms=gone_ms) if crm.switches.line_items_go_with_deal else ():
        restore(crm, item, source)


def _settle_around(crm: Crm, record: Record, source: Source) -> None:
    for kind, id_ in crm.portal.links.get(record.end, {}):
        crm.settle(crm.portal.records[kind][id_], source)


def erase(crm: Crm, contact: Record, source: Source) -> None:
    """GDPR deletion: nothing is left of the contact, and two messages go out."""
    crm.tell("privacyDeletion", contact, source)
    archive(crm, contact, source)
    crm.taken.free(contact)
    for other, types in list(crm.portal.links.get(contact.end, {}).items()):
        for type_id in list(types):
            links.remove(crm.portal, contact.end, other, type_id)
    del crm.portal.records[contact.kind][contact.id]


def merge(crm: Crm, winner: Record, loser: Record, source: Source) -> Record:
    """Two become one: the winner's values, the loser's where it has none, the associations and the history of both."""
    kind = KINDS[winner.kind]
    filled = {
        name: value
        for name, value in loser.properties.items()
        if value and not winner.value(name) and not _calculated(crm, kind, name)
    }
    history = _history(winner, loser)
    values = {**winner.properties, **filled, **_addresses(crm, winner, loser), kind.modified: instant(crm.now_ms)}
    result = winner
    if crm.switches.merge_makes_new_record:
        result = Record(kind.name, crm.portal.next_id(kind.name), winner.created_ms, crm.now_ms)
        crm.portal.records[kind.name][result.id] = result
        values["hs_object_id"] = result.id
    for gone in (winner, loser):
        if gone is not result:
            _absorb(crm, gone, result)
    # A value that stood last is there as it was; only what the merge decided has an entry of its own.
    decided = {name for name, value in values.items() if not history.get(name) or history[name][0].value != value}
    result.properties, result.history = dict(values), history
    crm.put(result, {name: values[name] for name in sorted(decided)}, source)
    crm.taken.take(result)
    result.updated_ms = crm.now_ms
    crm.settle(result, source)
    _settle_around(crm, result, source)
    merged = Change("merge", kind.name, result.id, crm.now_ms, source, primary_id=winner.id, merged_id=loser.id)
    crm.emit(replace(merged, moved=len(filled)))
    return result


def _addresses(crm: Crm, winner: Record, loser: Record) -> dict[str, str | None]:
    """The secondary e-mail addresses of a merged contact: those of both, and the loser's first one."""
    if winner.kind != "contacts" or not crm.switches.merged_email_becomes_secondary:
        return {}
    first = winner.value("email") or loser.value("email")
    others = [loser.value("email") or ""]
    others += [address for record in (winner, loser) for address in addresses(record.value(SECONDARY))]
    kept = dict.fromkeys(address for address in others if address and address != first)
    return {SECONDARY: ";".join(kept)} if kept else {}


def _history(winner: Record, loser: Record) -> dict[str, list[PastValue]]:
    """The values both ever had, newest first."""
    names = dict.fromkeys([*winner.history, *loser.history])
    return {
        name: sorted(
            [*winner.history.get(name, []), *loser.history.get(name, [])], key=lambda past: past.at_ms, reverse=True
        )
        for name in names
    }


def _calculated(crm: Crm, kind: Kind, name: str) -> bool:
    definition = crm.portal.definitions[kind.name].get(name)
    return definition is None or definition.read_only


def _absorb(crm: Crm, gone: Record, into: Record) -> None:
    """Moves the associations, frees the unique values, and leaves a pointer in the record's place."""
    crm.taken.free(gone)
    for other, types in list(crm.portal.links.get(gone.end, {}).items()):
        for type_id in list(types):
            links.remove(crm.portal, gone.end, other, type_id)
            if other != into.end and not links.rivals(crm.portal, into.end, other, type_id):
                links.add(crm.portal, into.end, other, type_id, crm.now_ms)
    del crm.portal.records[gone.kind][gone.id]
    crm.portal.merged[gone.end] = into.id
    into.merged_ids += [gone.id, *gone.merged_ids]
