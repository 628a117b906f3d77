"""Association types, and the associations of a portal. Each association is kept in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import End, Label, Portal

Category = Literal["HUBSPOT_DEFINED", "USER_DEFINED"]


@dataclass(frozen=True)
class LinkType:
    """An association type; it belongs to one direction."""

    id: int
    origin: str
    target: str
    inverse: int
    label: str | None = None
    category: Category = "HUBSPOT_DEFINED"
    given_name: str | None = None
    """What people called a type of theirs."""

    @property
    def primary(self) -> bool:
        return self.category == "HUBSPOT_DEFINED" and self.label == "Primary"

    @property
    def pair(self) -> str:
        """`DEAL_TO_COMPANY`, as webhooks name it."""
        family = _FAMILY.get(self.id)
        return family[0] if family else f"{KINDS[self.origin].legacy}_TO_{KINDS[self.target].legacy}"

    @property
    def name(self) -> str:
        """As records name it: `deal_to_company` for the primary, `deal_to_company_unlabeled` for the one beside it."""
        if self.given_name is not None:
            return self.given_name
        if self.id in _FAMILY:
            return _FAMILY[self.id][1]
        pair = f"{KINDS[self.origin].singular}_to_{KINDS[self.target].singular}"
        return f"{pair}_unlabeled" if self.label is None and (self.origin, self.target) in _PRIMARIES else pair


# Numbers: developers.hubspot.com, "Associations v4", table of HUBSPOT_DEFINED type ids. A pair of types is one
# association seen from its two ends; the label is what a user sees.
_PAIRS: tuple[tuple[str, int, str, int, str | None, str | None], ...] = (
    ("contacts", 449, "contacts", 449, None, None),
    ("contacts", 279, "companies", 280, None, None),
    ("contacts", 1, "companies", 2, "Primary", "Primary"),
    ("contacts", 4, "deals", 3, None, None),
    ("contacts", 203, "tasks", 204, None, None),
    ("contacts", 201, "notes", 202, None, None),
    ("companies", 450, "companies", 450, None, None),
    ("companies", 13, "companies", 14, "Child Company", "Parent Company"),
    ("companies", 342, "deals", 341, None, None),
    ("companies", 6, "deals", 5, "Primary", "Primary"),
    ("companies", 191, "tasks", 192, None, None),
    ("companies", 189, "notes", 190, None, None),
    ("deals", 451, "deals", 451, None, None),
    ("deals", 215, "tasks", 216, None, None),
    ("deals", 213, "notes", 214, None, None),
    ("deals", 19, "line_items", 20, None, None),
)

_FAMILY = {
    13: ("PARENT_COMPANY_TO_CHILD_COMPANY", "parent_to_child_company"),
    14: ("CHILD_COMPANY_TO_PARENT_COMPANY", "child_to_parent_company"),
}


def _both_directions() -> Iterator[LinkType]:
    for origin, there, target, back, label_there, label_back in _PAIRS:
        yield LinkType(there, origin, target, back, label_there)
        yield LinkType(back, target, origin, there, label_back)


TYPES = {link.id: link for link in _both_directions()}
"""HubSpot's own association types, by number."""
DEFAULTS = {(link.origin, link.target): link.id for link in TYPES.values() if link.label is None}
"""The unlabelled type of each pair: what a default association makes."""

_PRIMARIES = {(link.origin, link.target): link.id for link in TYPES.values() if link.primary}
_ONE_PRIMARY = {("deals", "companies"), ("contacts", "companies")}
"""Pairs of which the first end has at most one primary."""


def link_type(portal: Portal, type_id: int) -> LinkType:
    """An association type, HubSpot's own or the portal's. Raises KeyError."""
    return TYPES[type_id] if type_id in TYPES else _labelled(portal.labels[type_id])


def _labelled(label: Label) -> LinkType:
    return LinkType(label.id, label.origin, label.target, label.inverse, label.label, "USER_DEFINED", label.name)


def types_between(portal: Portal, origin: Kind, target: Kind) -> list[LinkType]:
    """All association types of one direction, HubSpot's own first."""
    known = [*TYPES.values(), *(_labelled(label) for label in portal.labels.values())]
    return [link for link in known if (link.origin, link.target) == (origin.name, target.name)]


def with_implied(portal: Portal, origin: End, target: End, wanted: list[int], *, first_is_primary: bool) -> list[int]:
    """The types to make when `wanted` are asked for.

    A primary and a label of the portal make the unlabelled one too, and a first company becomes primary.
    """
    types = list(wanted)
    pair = (origin[0], target[0])
    primary, default = _PRIMARIES.get(pair), DEFAULTS.get(pair)
    if default is not None and default not in types and any(one == primary or one in portal.labels for one in types):
        types.append(default)
    if primary is None or primary in types:
        return types
    owner, company = (origin, target) if pair in _ONE_PRIMARY else (target, origin)
    if first_is_primary and not ends(portal, owner, KINDS[company[0]]):
        types.insert(0, primary)
    return types


def add(portal: Portal, origin: End, target: End, type_id: int, ms: int) -> bool:
    """Makes one association, both directions. False when it was there."""
    if type_id in portal.links.get(origin, {}).get(target, {}):
        return False
    portal.links.setdefault(origin, {}).setdefault(target, {})[type_id] = ms
    portal.links.setdefault(target, {}).setdefault(origin, {})[link_type(portal, type_id).inverse] = ms
    return True


def remove(portal: Portal, origin: End, target: End, type_id: int) -> bool:
    """Takes one association away, both directions. False when it was not there."""
    if type_id not in portal.links.get(origin, {}).get(target, {}):
        return False
    for here, there, which in ((origin, target, type_id), (target, origin, link_type(portal, type_id).inverse)):
        types = portal.links[here][there]
        types.pop(which, None)
        if not types:
            del portal.links[here][there]
    return True


def rivals(portal: Portal, origin: End, target: End, type_id: int) -> list[tuple[End, End, int]]:
    """The associations that stop being primary when this one becomes it."""
    link = link_type(portal, type_id)
    if not link.primary:
        return []
    owner, company, which = (origin, target, type_id)
    if (origin[0], target[0]) not in _ONE_PRIMARY:
        owner, company, which = (target, origin, link.inverse)
    return [
        (owner, end, which) for end, types in portal.links.get(owner, {}).items() if which in types and end != company
    ]


def ends(portal: Portal, origin: End, target: Kind, *, before_ms: int | None = None) -> dict[str, list[int]]:
    """Ids of live records of a type at the other end, oldest association first, with the types (labelled ones first).

    With `before_ms`, as a reader sees them who lags behind that much.
    """
    found: dict[str, list[int]] = {}
    for (kind, id_), types in portal.links.get(origin, {}).items():
        record = portal.records[kind].get(id_)
        if kind != target.name or record is None or record.archived:
            continue
        visible = [type_id for type_id, since in types.items() if before_ms is None or since <= before_ms]
        if visible:
            found[id_] = sorted(visible, key=lambda type_id: (link_type(portal, type_id).label is None, type_id))
    return found


def other_parent(portal: Portal, end: End, other: End) -> str | None:
    """The deal that a line item belongs to already when these two are to be associated; it can have no second one."""
    item, deal = (end, other) if end[0] == "line_items" else (other, end)
    if (item[0], deal[0]) != ("line_items", "deals"):
        return None
    return next((id_ for id_ in ends(portal, item, KINDS["deals"]) if id_ != deal[1]), None)
