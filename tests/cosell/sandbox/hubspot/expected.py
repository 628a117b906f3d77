"""What a portal should hold and tell, worked out without the simulator: the other side of `test_stateful`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

End = tuple[str, str]
"""Type and id of a record."""

SINGULAR = {"deals": "deal", "contacts": "contact", "companies": "company"}
UNIQUE = {"deals": "order_id", "contacts": "email"}
HEARD = {"deals": ("dealname", "amount", "order_id"), "contacts": ("firstname", "email"), "companies": ("name",)}
"""The properties that this portal is about; all of them are subscribed to."""
EVENTS = (
    *(f"deal.{what}" for what in ("creation", "deletion", "restore", "merge")),
    *(f"contact.{what}" for what in ("creation", "deletion", "privacyDeletion", "associationChange")),
    *(f"company.{what}" for what in ("creation", "merge")),
)

Key = tuple[object, ...]


def key(message: Mapping[str, Any]) -> Key:
    """What a message says, without numbers that are drawn or counted."""
    members = ("subscriptionType", "objectId", "propertyName", "propertyValue", "fromObjectId", "toObjectId")
    return tuple(message.get(member) for member in (*members, "associationRemoved", "occurredAt", "changeSource"))


@dataclass
class Expected:
    """Records by type and id, with the values that are set; what was said of them; every id there ever was."""

    live: dict[End, dict[str, str]] = field(default_factory=dict)
    archived: dict[End, dict[str, str]] = field(default_factory=dict)
    merged: dict[End, End] = field(default_factory=dict)
    links: set[frozenset[End]] = field(default_factory=set)
    ids: set[End] = field(default_factory=set)
    told: Counter[Key] = field(default_factory=Counter)
    now_ms: int = 0

    def of(self, kind: str, *, archived: bool = False) -> list[str]:
        """Ids, oldest first."""
        records = self.archived if archived else self.live
        return sorted((id_ for type_, id_ in records if type_ == kind), key=int)

    def holder(self, kind: str, values: Mapping[str, str], *, but: str | None = None) -> str | None:
        """The id of another record that has the unique value among these already."""
        name = UNIQUE.get(kind, "")
        wanted = values.get(name, "").casefold()
        for id_ in self.of(kind) if wanted else ():
            if id_ != but and self.live[kind, id_].get(name, "").casefold() == wanted:
                return id_
        return None

    def others(self, end: End, kind: str) -> set[str]:
        """Ids of live records of a type that are associated with one."""
        ends = [other for pair in self.links if end in pair for other in pair - {end}]
        return {id_ for type_, id_ in ends if type_ == kind and (type_, id_) in self.live}

    # What happens

    def creates(self, kind: str, id_: str, values: Mapping[str, str], source: str) -> None:
        assert (kind, id_) not in self.ids, "an id was used twice"
        self.ids.add((kind, id_))
        self.live[kind, id_] = {}
        self._tell(kind, "creation", source, objectId=int(id_))
        self.edits(kind, id_, values, source)

    def edits(self, kind: str, id_: str, values: Mapping[str, str], source: str) -> None:
        """Sets values; an empty text clears one."""
        record = self.live[kind, id_]
        for name, value in values.items():
            if record.get(name, "") != value:
                about = {"objectId": int(id_), "propertyName": name, "propertyValue": value}
                self._tell(kind, "propertyChange", source, **about)
        self.live[kind, id_] = {name: value for name, value in {**record, **values}.items() if value}

    def archives(self, kind: str, id_: str, source: str) -> None:
        self.archived[kind, id_] = self.live.pop((kind, id_))
        self._tell(kind, "deletion", source, objectId=int(id_))

    def restores(self, kind: str, id_: str, source: str) -> None:
        self.live[kind, id_] = self.archived.pop((kind, id_))
        self._tell(kind, "restore", source, objectId=int(id_))

    def erases(self, id_: str, source: str) -> None:
        self._tell("contacts", "privacyDeletion", source, objectId=int(id_))
        self.archives("contacts", id_, source)
        del self.archived["contacts", id_]
        self.links = {pair for pair in self.links if ("contacts", id_) not in pair}

    def merges(self, kind: str, winner: str, loser: str, into: str, source: str) -> None:
        assert (kind, into) not in self.ids, "an id was used twice"
        self.ids.add((kind, into))
        first, second = self.live.pop((kind, winner)), self.live.pop((kind, loser))
        self.live[kind, into] = {**second, **first}
        for gone in (winner, loser):
            self.merged[kind, gone] = (kind, into)
            self.links = {
                frozenset((kind, into) if end == (kind, gone) else end for end in pair) for pair in self.links
            }
        self._tell(kind, "merge", source, objectId=int(into))

    def associates(self, deal: str, other: End, source: str, *, removed: bool = False) -> None:
        pair = frozenset({("deals", deal), other})
        if (pair in self.links) is not removed:
            return
        self.links ^= {pair}
        if other[0] == "contacts":
            about = {"fromObjectId": int(other[1]), "toObjectId": int(deal), "associationRemoved": removed}
            self._tell("contacts", "associationChange", source, **about)

    def _tell(self, kind: str, what: str, source: str, **about: object) -> None:
        event = f"{SINGULAR[kind]}.{what}"
        if event in EVENTS or what == "propertyChange":
            self.told[key({**about, "subscriptionType": event, "occurredAt": self.now_ms, "changeSource": source})] += 1

    def survivors(self) -> Iterator[tuple[End, End]]:
        """Each id that was merged away, and the record that it stands for, if that one lives."""
        for gone in self.merged:
            end = gone
            while end in self.merged:
                end = self.merged[end]
            if end in self.live:
                yield gone, end
