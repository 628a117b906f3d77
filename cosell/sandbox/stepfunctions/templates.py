"""Checks the expressions of a template before anything runs: their syntax, and what they may read where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .expressions import CLOSING, OPENING, is_expression, parse

EVERYWHERE = frozenset({"context", "input"})
"""Members of `$states` that can be read in every field."""

_RULES = {
    "result": "$states.result exists only in Output and Assign of a Task, Parallel or Map",
    "errorOutput": "$states.errorOutput exists only in Output and Assign of a Catch",
}


def problems_in_template(template: Any, where: str, members: frozenset[str] = EVERYWHERE) -> Iterator[str]:
    """Sentences about what is wrong in a template whose expressions may read these members of `$states`."""
    if isinstance(template, dict):
        for key, value in template.items():
            yield from problems_in_template(value, f"{where}/{key}", members)
    elif isinstance(template, list):
        for index, value in enumerate(template):
            yield from problems_in_template(value, f"{where}[{index}]", members)
    elif is_expression(template):
        yield from _in_expression(template, where, members)
    elif isinstance(template, str) and is_expression(template.strip()):
        yield f"{where}: {template!r} is plain text to Step Functions, because of the spaces around it"
    elif isinstance(template, str) and (template.startswith(OPENING) or template.endswith(CLOSING)):
        yield f"{where}: {template!r} has only one of {OPENING} and {CLOSING}"


def _in_expression(text: str, where: str, members: frozenset[str]) -> Iterator[str]:
    try:
        found = parse(text).references
    except ValueError as error:
        yield f"{where}: {error}"
        return
    for problem in found.problems:
        yield f"{where}: {problem}"
    for member in sorted(found.members - members):
        yield f"{where}: {_RULES.get(member, f'$states has no member {member!r}')}"
