"""Which fields hang together, as the mapping and AWS's rules have it: edits of two groups have nothing to do with each
other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lambdas.domain import fields, rewrites, rules
from lambdas.domain.mapping import FieldRule, Mapping

_READ_BY_COUNTRY = frozenset({"state", "postal_code", "phone"})


class _Traced(dict[str, Any]):
    """No values, and a memory of what was asked for."""

    def get(self, key: str, default: Any = None) -> Any:
        self[key] = None
        return default


def groups(mapping: Mapping) -> list[tuple[FieldRule, ...]]:
    """All fields, those together that share a property, a condition, a rule of AWS's or a rewrite."""
    owner = {field.path: field.path for field in mapping.fields}

    def root(path: str) -> str:
        return path if owner[path] == path else root(owner[path])

    for together in _ties(mapping):
        known = [path for path in together if path in owner]
        for path in known[1:]:
            owner[root(path)] = root(known[0])
    found: dict[str, list[FieldRule]] = {}
    for field in mapping.fields:
        found.setdefault(root(field.path), []).append(field)
    return [tuple(group) for group in found.values()]


def _ties(mapping: Mapping) -> Iterable[list[str]]:
    by_property: dict[tuple[str, str], list[str]] = {}
    for field in mapping.fields:
        for row in field.rows:
            by_property.setdefault((row.object, row.property), []).append(field.path)
        for condition in {*field.required, *([field.only] if field.only else [])}:
            traced = _Traced()
            fields.CONDITIONS[condition](traced, mapping.tables)
            yield [field.path, *traced]
        if any(row.transform in _READ_BY_COUNTRY for row in field.rows):
            yield [field.path, fields.COUNTRY]
    yield from by_property.values()
    yield from ([rule.path, *rule.beside] for rule in (*rules.WRITE, *rules.SUBMISSION))
    yield from ([*rewrite.paths] for rewrite in rewrites.REWRITES)
