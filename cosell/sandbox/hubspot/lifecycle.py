"""The ends a record may come to, and the way back: archive, restore, erase, merge."""

from __future__ import annotations

from cosell.sandbox.hubspot import links
from cosell.sandbox.hubspot.changes import Change
from cosell.sandbox.hubspot.crm import Crm, unique_names
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import Record, Source
from cosell.sandbox.hubspot.values import instant


def archive(crm: Crm, record: Record, source: Source) -> None:
    """Deletes a record as users and the API do: restorable, unseen, its associations hidden with it."""
    record.archived_ms = crm.now_ms
    if not crm.switches.archived_keeps_unique_value:
        for name in unique_names(crm.portal, KINDS[record.kind]):
            crm.give_back(record, name)
    _settle_around(crm, record, source)
    crm.tell("deletion", record, source)


def restore(crm: Crm, record: Record, source: Source) -> None:
    """Undoes an archive, as people can for 90 days. A unique value somebody else took meanwhile stays theirs."""
    record.archived_ms = None
    for name in unique_names(crm.portal, KINDS[record.kind]):
        value = record.value(name)
        if value:
            crm.portal.taken.setdefault((record.kind, name), {}).setdefault(value.casefold(), record.id)
    _settle_around(crm, record, source)
    crm.tell("restore", record, source)


def _settle_around(crm: Crm, record: Record, source: Source) -> None:
    for kind, id_ in crm.portal.links.get(record.end, {}):
        crm.settle(crm.portal.records[kind][id_], source)


def erase(crm: Crm, contact: Record, source: Source) -> None:
    """GDPR deletion: nothing is left of the contact, and two messages go out."""
    crm.tell("privacyDeletion", contact, source)
    archive(crm, contact, source)
    for other, types in list(crm.portal.links.get(contact.end, {}).items()):
        for type_id in list(types):
            links.remove(crm.portal, contact.end, other, type_id)
    del crm.portal.records[contact.kind][contact.id]


def merge(crm: Crm, winner: Record, loser: Record, source: Source) -> Record:
    """Two become one: the winner's values, the loser's where the winner has none, the associations of both."""
    kind = KINDS[winner.kind]
    filled = {
        name: value
        for name, value in loser.properties.items()
        if value and not winner.value(name) and not _calculated(crm, kind, name)
    }
    values: dict[str, str | None] = {**filled, kind.modified: instant(crm.now_ms)}
    result = winner
    if crm.switches.merge_makes_new_record:
        result = Record(kind.name, crm.portal.next_id(kind.name), winner.created_ms, crm.now_ms)
        crm.portal.records[kind.name][result.id] = result
        values = {**winner.properties, **values, "hs_object_id": result.id}
    for gone in (winner, loser):
        if gone is not result:
            _absorb(crm, gone, result)
    crm.put(result, values, source)
    result.updated_ms = crm.now_ms
    crm.settle(result, source)
    crm.emit(
        Change(
            "merge",
            kind.name,
            result.id,
            crm.now_ms,
            source,
            primary_id=winner.id,
            merged_id=loser.id,
            moved=len(filled),
        )
    )
    return result


def _calculated(crm: Crm, kind: Kind, name: str) -> bool:
    definition = crm.portal.definitions[kind.name].get(name)
    return definition is None or definition.read_only


def _absorb(crm: Crm, gone: Record, into: Record) -> None:
    """Moves the associations, frees the unique values, and leaves a pointer in the record's place."""
    for name in unique_names(crm.portal, KINDS[gone.kind]):
        crm.give_back(gone, name)
    for other, types in list(crm.portal.links.get(gone.end, {}).items()):
        for type_id in list(types):
            links.remove(crm.portal, gone.end, other, type_id)
            if other != into.end and not links.rivals(crm.portal, into.end, other, type_id):
                links.add(crm.portal, into.end, other, type_id, crm.now_ms)
    del crm.portal.records[gone.kind][gone.id]
    crm.portal.merged[gone.end] = into.id
    into.merged_ids += [gone.id, *gone.merged_ids]
