"""What a JSONata expression reads, from its syntax tree: variables, members of `$states`, and what AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonata.parser import Parser

STATES = "states"
_IN_ANOTHER_CONTEXT = frozenset({"stages", "predicate", "group", "terms", "pattern", "update", "delete"})
"""Parts of a node that are evaluated for each value of a path, where `$` and plain names do mean something."""


@dataclass
class References:
    """`variables`: names without `$`, functions included. `members`: what is read of `$states`, by name.

    `all_members`: `$states` is used as a whole. `problems`: sentences about what Step Functions refuses.
    """

    variables: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    all_members: bool = False
    problems: list[str] = field(default_factory=list)


def references(tree: Any) -> References:
    """Reads the syntax tree of a parsed expression."""
    found = References()
    _visit(tree, found, at_top=True)
    return found


def _visit(node: Any, found: References, *, at_top: bool) -> None:
    if node.type == "variable":
        _variable(node, found, at_top=at_top)
    elif node.type == "name" and at_top:
        found.problems.append(
            f"the name {node.value!r} has no object to be read from: write $states.input.{node.value}"
        )
    for attribute, child, position in _children(node):
        if (
            attribute == "steps"
            and node.steps[0].value == STATES
            and node.steps[0].type == "variable"
            and position == 0
        ):
            _states(node.steps, found)
            continue
        inside = attribute in _IN_ANOTHER_CONTEXT or (attribute == "steps" and position > 0)
        _visit(child, found, at_top=at_top and not inside)


def _variable(node: Any, found: References, *, at_top: bool) -> None:
    if node.value == "$" or (node.value == "" and at_top):
        found.problems.append(f"${node.value} means nothing here: Step Functions gives an expression no input document")
    elif node.value == "eval":
        found.problems.append("$eval does not exist in Step Functions")
    elif node.value == STATES:
        found.variables.add(STATES)
        found.all_members = True
    elif node.value:
        found.variables.add(node.value)


def _states(steps: list[Any], found: References) -> None:
    found.variables.add(STATES)
    if len(steps) > 1 and steps[1].type == "name":
        found.members.add(steps[1].value)
    else:
        found.all_members = True
    for attribute, child, _ in _children(steps[0]):
        _visit(child, found, at_top=attribute not in _IN_ANOTHER_CONTEXT)


def _children(node: Any) -> Iterator[tuple[str, Any, int]]:
    """Child nodes with the attribute that holds them and their place in it; object constructors hold lists of pairs."""
    for attribute, value in vars(node).items():
        for position, item in enumerate(value if isinstance(value, list) else [value]):
            children = item if isinstance(item, list) else [item]
            yield from ((attribute, child, position) for child in children if isinstance(child, Parser.Symbol))
