"""Strict checks of a definition, at the time a machine is created.

Whatever this engine would not do as AWS does is refused here, by name: an unknown field is an error and never ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .fields import FLOW_FIELDS, MACHINE_FIELDS, unknown_fields
from .state_checks import StateChecks

MOST_NAME = 80


def problems_in(definition: Any) -> list[str]:
    """One sentence for each thing that is wrong, each beginning with its place; empty if the definition is valid."""
    if not isinstance(definition, dict):
        return ["the definition is not a JSON object"]
    return list(_Machine().check(definition))


class _Machine:
    """A machine under check; state names must be unique through all of its branches."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def check(self, definition: dict[str, Any]) -> Iterator[str]:
        yield from unknown_fields(definition, MACHINE_FIELDS, "the definition")
        if (language := definition.get("QueryLanguage", "JSONPath")) != "JSONata":
            yield f'QueryLanguage: this engine runs "JSONata" only, not {language!r}'
        if definition.get("Version", "1.0") != "1.0":
            yield "Version: there is only 1.0"
        timeout = definition.get("TimeoutSeconds", 1)
        if not isinstance(timeout, int) or isinstance(timeout, bool) or not 1 <= timeout <= 99_999_999:
            yield "TimeoutSeconds: must be a whole number from 1 to 99999999"
        yield from self._flow(definition, "", frozenset())

    def _flow(self, flow: dict[str, Any], where: str, outer: frozenset[str]) -> Iterator[str]:
        """A sequence of states: the machine's own, a branch, or an item processor. `outer`: variables of outer ones."""
        states = flow.get("States")
        if not isinstance(states, dict) or not states or not all(isinstance(state, dict) for state in states.values()):
            yield f"{where}States: must be an object with at least one state"
            return
        if not _is_state(flow.get("StartAt"), states):
            yield f"{where}StartAt: {_reference(flow.get('StartAt'))}"
        assigned: set[str] = set()
        for name, state in states.items():
            yield from self._state_name(name, where)
            checks = StateChecks(state, f"{where}States/{name}")
            yield from checks.problems()
            assigned |= checks.assigned()
            for variable in sorted(checks.assigned() & outer):
                yield f"{where}States/{name}: the variable {variable!r} belongs to an outer scope: it can only be read"
        yield from _graph(flow, states, where)
        for name, state in states.items():
            yield from self._inner_flows(state, f"{where}States/{name}/", outer | assigned)

    def _inner_flows(self, state: dict[str, Any], where: str, outer: frozenset[str]) -> Iterator[str]:
        if state.get("Type") == "Parallel" and isinstance(branches := state.get("Branches"), list):
            if not branches:
                yield f"{where}Branches: must have at least one branch"
            for index, branch in enumerate(branches):
                place = f"{where}Branches[{index}]/"
                if isinstance(branch, dict):
                    yield from unknown_fields(branch, FLOW_FIELDS, place.removesuffix("/"))
                    yield from self._flow(branch, place, outer)
                else:
                    yield f"{place.removesuffix('/')}: must be an object"
        if state.get("Type") == "Map" and isinstance(processor := state.get("ItemProcessor"), dict):
            yield from unknown_fields(processor, FLOW_FIELDS | {"ProcessorConfig"}, f"{where}ItemProcessor")
            yield from _processor_config(
                processor.get("ProcessorConfig", {"Mode": "INLINE"}), f"{where}ItemProcessor/ProcessorConfig"
            )
            yield from self._flow(processor, f"{where}ItemProcessor/", outer)

    def _state_name(self, name: str, where: str) -> Iterator[str]:
        if name in self._names:
            yield f"{where}States/{name}: the name is used twice; names are unique in the whole machine"
        if len(name) > MOST_NAME:
            yield f"{where}States/{name}: the name has more than {MOST_NAME} characters"
        self._names.add(name)


def _processor_config(config: Any, where: str) -> Iterator[str]:
    mode = config.get("Mode") if isinstance(config, dict) else None
    if mode == "DISTRIBUTED":
        yield f"{where}: this engine does not have the Distributed Map; use Mode INLINE"
    elif config != {"Mode": "INLINE"}:
        yield f'{where}: must be {{"Mode": "INLINE"}}'


def _graph(flow: dict[str, Any], states: dict[str, Any], where: str) -> Iterator[str]:
    """Every transition leads to a state of the same flow, every state can be reached, and one ends the flow."""
    for name, state in states.items():
        for field, target in _transitions(state):
            if not _is_state(target, states):
                yield f"{where}States/{name}/{field}: {_reference(target)}"
    if not _is_state(flow.get("StartAt"), states):
        return
    reached, waiting = set[str](), [flow["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [target for _, target in _transitions(states[name]) if _is_state(target, states)]
    for name in states:
        if name not in reached:
            yield f"{where}States/{name}: no other state leads here"
    if not any(states[name].get("End") is True or states[name].get("Type") in ("Succeed", "Fail") for name in reached):
        yield f'{where}States: no state ends it; at least one needs "End": true, or to be a Succeed or a Fail'


def _transitions(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        rules = state.get(field)
        for index, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict) and "Next" in rule:
                yield f"{field}[{index}]/Next", rule["Next"]


def _is_state(target: Any, states: dict[str, Any]) -> bool:
    return isinstance(target, str) and target in states


def _reference(target: Any) -> str:
    return "is missing" if target is None else f"there is no state {target!r} here"
