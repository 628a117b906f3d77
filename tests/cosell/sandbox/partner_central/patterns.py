"""Texts on either side of a pattern's limits, made from the pattern itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from re import _constants as sre  # type: ignore[attr-defined] # what Hypothesis reads patterns with, too
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Tokens = list[tuple[Any, Any]]


@dataclass
class Way:
    """One way through a pattern: which alternative of each branch is taken, and how often each repeated part comes.

    Keys are identities of the pattern's tokens. What is not said is the first alternative, and once, or as often as the
    pattern asks for. `limits`, `branches` and `length` are what was met on the way.
    """

    choices: dict[int, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    limits: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    branches: dict[int, int] = field(default_factory=dict)
    length: tuple[int, int] | None = None

    def text(self, tokens: Tokens) -> str:
        return "".join(self._part(name, value) for name, value in tokens)

    def _part(self, name: Any, value: Any) -> str:
        if name is sre.LITERAL:
            return chr(value)
        if name is sre.ANY:
            return "é"
        if name is sre.IN:
            return _one_of(value)
        if name is sre.SUBPATTERN:
            return self.text(list(value[-1]))
        if name is sre.BRANCH:
            self.branches[id(value)] = len(value[1])
            return self.text(list(value[1][self.choices.get(id(value), 0)]))
        if name is sre.MAX_REPEAT:
            return self._repeated(value)
        if name is sre.ASSERT:
            ((_, (least, most, _)), _) = value[1]  # `(?=.{1,128}$)`, the only one there is
            self.length = (least, most)
            return ""
        raise NotImplementedError(f"{name} in a pattern")

    def _repeated(self, value: Any) -> str:
        least, most, part = value
        self.limits[id(value)] = (least, None if most is sre.MAXREPEAT else most)
        count: int = self.counts.get(id(value), max(least, 1))
        return self.text(list(part)) * count


@cache
def around(pattern: re.Pattern[str], length: tuple[int, int] | None = None) -> tuple[frozenset[str], frozenset[str]]:
    """Texts with each repeated part as rare and as frequent as it may be, and texts with one less or one more.

    `length` are the least and the greatest length of the whole; a pattern can say that itself, in a look ahead.
    """
    tokens = list(_parser.parse(pattern.pattern, pattern.flags))
    whole = Way()
    whole.text(tokens)
    length = length or whole.length
    fitting: set[str] = set()
    others: set[str] = set()
    for choices in _choices(tokens):
        base = Way(choices)
        size = len(base.text(tokens))
        for part, (least, most) in base.limits.items():
            at, beyond = _counts(least, most, max(least, 1) - size, length)
            fitting |= {Way(choices, {part: count}).text(tokens) for count in at}
            others |= {Way(choices, {part: count}).text(tokens) for count in beyond}
        fitting.add(base.text(tokens))
    least, most = length or (0, max(map(len, fitting)))
    fits = frozenset(text for text in fitting if least <= len(text) <= most)
    return fits, frozenset(text for text in others if len(text) > most or not pattern.fullmatch(text))


def _counts(least: int, most: int | None, spare: int, length: tuple[int, int] | None) -> tuple[set[int], set[int]]:
    """Counts of a repeated part within and beyond its limits; one without limits fills the whole to its own."""
    at, beyond = {least}, {least - 1}
    if most is not None:
        at, beyond = at | {most}, beyond | {most + 1}
    elif length is not None:
        at, beyond = at | {length[1] + spare}, beyond | {length[1] + spare + 1, length[0] + spare - 1}
    return {count for count in at if count >= 0}, {count for count in beyond if count >= 0}


def _choices(tokens: Tokens) -> Iterator[dict[int, int]]:
    """Every combination of alternatives; those inside an alternative that is not taken change nothing."""
    found: dict[int, int] = {}
    pending: list[dict[int, int]] = [{}]
    while pending:
        choices = pending.pop()
        way = Way(choices)
        way.text(tokens)
        new = way.branches.keys() - found.keys()
        found.update(way.branches)
        for branch in new:
            pending += [{**choices, branch: number} for number in range(found[branch])]
    for numbers in product(*(range(count) for count in found.values())):
        yield dict(zip(found, numbers, strict=True))


def _one_of(members: list[tuple[Any, Any]]) -> str:
    name, value = members[0]
    if name is sre.LITERAL:
        return chr(value)
    if name is sre.RANGE:
        return chr(value[0])
    return {sre.CATEGORY_WORD: "a", sre.CATEGORY_DIGIT: "1"}[value]
