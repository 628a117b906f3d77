"""Machines, executions and frames as JSON, and back. A definition is saved once, however many executions it has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from random import Random
from typing import Any, TypeAlias

from .clock import Clock
from .execution import Definition, Execution, Frame, StateMachine
from .history import History

Document: TypeAlias = dict[str, Any]

_ELSEWHERE = {"machine", "log", "root", "input"}
"""Fields of an execution that are saved under another name, or follow from what is saved."""
_PLAIN = tuple(field.name for field in fields(Execution) if field.name not in _ELSEWHERE)
_PLAIN_OF_FRAME = tuple(
    field.name for field in fields(Frame) if field.name not in {"definition", "outer", "children", "retries"}
)


def machine_to_json(machine: StateMachine) -> Document:
    saved = {"arn": machine.arn, "name": machine.name, "text": machine.text, "role_arn": machine.role_arn}
    return {**saved, "created": machine.created, "tags": dict(machine.tags)}


def machine_from_json(saved: Mapping[str, Any]) -> StateMachine:
    return StateMachine(**saved, definition=json.loads(saved["text"]))


def execution_to_json(execution: Execution) -> Document:
    """Everything but its machine."""
    plain = {name: getattr(execution, name) for name in _PLAIN}
    return {**plain, "events": execution.history, "root": frame_to_json(execution.root)}


def execution_from_json(saved: Mapping[str, Any], machine: StateMachine, clock: Clock) -> Execution:
    log = History(clock)
    log.events = list(saved["events"])
    plain = {name: saved[name] for name in _PLAIN}
    plain["redrive_tokens"] = [(token, moment) for token, moment in saved["redrive_tokens"]]
    root = frame_from_json(saved["root"], machine.definition)
    return Execution(**plain, machine=machine, input=json.loads(saved["input_text"]), log=log, root=root)


def frame_to_json(frame: Frame) -> Document:
    children = None if frame.children is None else [frame_to_json(child) for child in frame.children]
    plain = {name: getattr(frame, name) for name in _PLAIN_OF_FRAME}
    return {**plain, "children": children, "retries": [[place, count] for place, count in frame.retries.items()]}


def frame_from_json(saved: Mapping[str, Any], definition: Definition, outer: Frame | None = None) -> Frame:
    plain = {name: saved[name] for name in _PLAIN_OF_FRAME}
    frame = Frame(**plain, definition=definition, outer=outer, retries=Counter(dict(saved["retries"])))
    if saved["children"] is not None:
        frame.children = [
            frame_from_json(child, _definition_of_child(frame.state, place), frame)
            for place, child in enumerate(saved["children"])
        ]
    return frame


def _definition_of_child(state: Definition, place: int) -> Definition:
    definition: Definition = state["Branches"][place] if state["Type"] == "Parallel" else state["ItemProcessor"]
    return definition


def position(chance: Random) -> list[Any]:
    """How far a source of chance has got."""
    version, numbers, gauss = chance.getstate()
    return [version, list(numbers), gauss]


def at_position(saved: list[Any]) -> Random:
    """A source of chance that goes on from there."""
    version, numbers, gauss = saved
    chance = Random()
    chance.setstate((version, tuple(numbers), gauss))
    return chance


def chance_to_json(chance: Random, seed: str) -> list[Any] | None:
    """Its position; None for one that was not asked since it was made from this seed, as most are."""
    return None if chance.getstate() == Random(seed).getstate() else position(chance)


def chance_from_json(saved: list[Any] | None, seed: str) -> Random:
    return Random(seed) if saved is None else at_position(saved)
