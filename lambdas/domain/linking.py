"""In which order entities are linked to an opportunity and taken off it, within AWS's quotas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from lambdas.domain.associated import Association
from lambdas.domain.associations import KIND_OF
from lambdas.domain.records import Problem

Act = Callable[[Association], tuple[Problem, ...]]
"""Does it at AWS, and returns why AWS refused."""


def room_for(
    one: Association, present: Mapping[str, Collection[str]], leaving: Iterable[Association]
) -> Association | None:
    """What has to go before this one fits in; None while there is room.

    Otherwise the new comes first and the old goes after it, so that the opportunity is never without.
    """
    kind = KIND_OF.get(one.kind)
    if kind is None or sum(len(present.get(name, ())) for name in kind.types) < kind.most:
        return None
    return next((old for old in leaving if old.kind in kind.types and old.id in present.get(old.kind, ())), None)


def link(
    wanted: Iterable[Association],
    related: Mapping[str, Collection[str]],
    leaving: Iterable[Association],
    *,
    associate: Act,
    disassociate: Act,
) -> tuple[Problem, ...]:
    """Links what is not linked yet (`related`), and where there is no room unlinks one that is to go.

    What AWS keeps makes no room, and the next that is to go is tried; what AWS does not take needs none.
    """
    present, left, refused = {kind: [*ids] for kind, ids in related.items()}, [*leaving], list[Problem]()
    for one in wanted:
        if one.id in present.get(one.kind, ()):
            continue
        has_room = True
        while (old := room_for(one, present, left)) is not None:
            left.remove(old)
            kept = disassociate(old)
            refused += kept
            has_room = not kept
            if has_room:
                present[old.kind].remove(old.id)
                break
        not_taken = associate(one) if has_room else ()
        refused += not_taken
        if has_room and not not_taken:
            present.setdefault(one.kind, []).append(one.id)
    return tuple(refused)
