"""A picture of a state machine, drawn from the definition that is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_SHAPES = {
    "Task": '["{}"]',
    "Choice": '{{"{}"}}',
    "Wait": '("{}")',
    "Pass": '["{}"]',
    "Parallel": '[["{}"]]',
    "Map": '[["{}"]]',
    "Succeed": '(["{}"])',
    "Fail": '(["{}"])',
}
_CONDITION = re.compile(r"^\{%\s*\$\w+ = '(\w+)'\s*%\}$")


def mermaid(definition: Mapping[str, Any]) -> str:
    """A Mermaid flowchart of an ASL definition: a box per state, a dotted line where an error is caught.

    A choice's arrows carry the value that is compared with, or the whole condition where it is none.
    """
    states: Mapping[str, Mapping[str, Any]] = definition["States"]
    lines = ["flowchart TD", f"    start(( )) --> {_id(definition['StartAt'])}"]
    lines += [f"    {_id(name)}{_SHAPES[state['Type']].format(name)}" for name, state in states.items()]
    for name, state in states.items():
        lines += [f"    {_id(name)} {arrow} {_id(target)}" for arrow, target in _ways_on(state)]
    lines += _catches(states)
    return "\n".join(lines) + "\n"


def _ways_on(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for choice in state.get("Choices", ()):
        match = _CONDITION.match(choice["Condition"])
        yield f'-- "{match[1] if match else _text(choice["Condition"])}" -->', choice["Next"]
    if "Default" in state:
        yield '-- "otherwise" -->', state["Default"]
    if "Next" in state:
        yield "-->", state["Next"]


def _catches(states: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One line for all states that catch the same errors to the same place."""
    caught: dict[tuple[str, str], list[str]] = {}
    for name, state in states.items():
        for catcher in state.get("Catch", ()):
            caught.setdefault((", ".join(catcher["ErrorEquals"]), catcher["Next"]), []).append(_id(name))
    for (errors, target), names in caught.items():
        yield f'    {" & ".join(names)} -. "{errors}" .-> {_id(target)}'


def _id(name: str) -> str:
    """`end` alone is a word of Mermaid's own, so every id but the start's ends in an underscore."""
    return re.sub(r"\W+", "_", name).strip("_").lower() + "_"


def _text(expression: str) -> str:
    return expression.strip("{}% ").replace('"', "'")
