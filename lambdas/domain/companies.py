"""What AWS knows of the customer, for a company in HubSpot that lacks it.

AWS's value goes into a company's property only while every property that stands for the field is empty there: what a
person wrote is never replaced, and a property that was emptied on purpose is not filled again.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from typing import Any

from lambdas.domain import fields, transforms
from lambdas.domain.fields import CONDITIONS, Wanted
from lambdas.domain.mapping import FieldRule, Row
from lambdas.domain.merge import Agreed, Merge
from lambdas.domain.records import Base
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import Context, Unfit


def speak(now: Situation, said: Wanted, seen: Dict[str, Any]) -> Wanted:
    """What HubSpot says, with "empty" for the fields that AWS can fill: they are nobody's problem then."""
    fillable = frozenset(field.path for field in _fillable(now, said, seen))
    if not fillable:
        return said
    values = said.fields | dict.fromkeys(fillable)
    idle = fields.idle(values | {path: seen[path] for path in fillable}, now.mapping)
    problems = tuple(problem for problem in said.problems if problem.path not in fillable)
    return said._replace(fields=values, problems=problems, idle=said.idle & idle, fillable=fillable)


def filled(now: Situation, merged: Merge) -> dict[str, str]:
    """The company's properties to write, with their values."""
    rows = {field.path: field.fills for field in now.mapping.fields}
    changes = [(rows.get(change.path), change.after) for change in merged.to_hubspot]
    return {
        row.property: transforms.to_hubspot(value, Context(now.mapping, row, now.deal.company or now.deal))
        for row, value in changes
        if row is not None
    }


def _fillable(now: Situation, said: Wanted, seen: Dict[str, Any]) -> Iterator[FieldRule]:
    values = dict(said.fields)
    for field in now.mapping.fields:
        value = seen.get(field.path)
        if value is None or not _is_empty(now, field) or not _is_news(now.base, field.path, value):
            continue
        belongs = field.only is None or CONDITIONS[field.only](values, now.mapping.tables)
        if belongs and _fits(now, field.fills, value):
            values[field.path] = value
            yield field


def _is_empty(now: Situation, field: FieldRule) -> bool:
    company = now.deal.company
    return company is not None and field.fills is not None and not any(company.get(row.property) for row in field.rows)


def _is_news(base: Base, path: str, value: Any) -> bool:
    """AWS's value is one that HubSpot has not had. Emptied since, the property is a person's decision."""
    last = Agreed.read(base.fields.get(path)) if base.known else Agreed()
    return last.hubspot is None and last.aws != value


def _fits(now: Situation, row: Row | None, value: Any) -> bool:
    """Whether HubSpot can hold the value; an option newer than our list it would refuse, and the others with it."""
    if row is None:
        return False
    try:
        text = transforms.to_hubspot(value, Context(now.mapping, row, now.deal.company or now.deal))
    except Unfit:
        return False
    options = now.mapping.options(row)
    return not options or text in options
