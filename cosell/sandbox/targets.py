"""What an EventBridge target gets, and what happens when it cannot get it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Undeliverable(Exception):
    """A target refused an event; `code` is what the dead letter's ERROR_CODE says."""

    def __init__(self, code: str, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.code = code
        self.again = again
        """Whether EventBridge tries again; it does not for what would fail forever."""


@dataclass(frozen=True)
class Target:
    """A rule's or schedule's target; limits are EventBridge's defaults where the template sets none."""

    id: str
    arn: str
    input: str | None = None
    input_path: str | None = None
    input_paths: Mapping[str, str] = field(default_factory=dict)
    input_template: str | None = None
    attempts: int = 185
    """Retries, after the first attempt."""
    max_age: float = 86_400.0
    """Seconds after which it gives up."""
    dead_letters: str | None = None
    """ARN of a queue."""
    role: str | None = None
    """ARN of the role in which EventBridge calls the target."""

    @property
    def service(self) -> str:
        return self.arn.split(":")[2]

    def shape(self, event: Mapping[str, Any], rule: Mapping[str, str]) -> str:
        """The event as this target gets it. `rule` has the reserved variables' rule name and ARN."""
        if self.input is not None:
            return self.input
        if self.input_path is not None:
            return json.dumps(_at(event, self.input_path))
        if self.input_template is not None:
            return self._filled(self.input_template, event, rule)
        return json.dumps(event)

    def _filled(self, template: str, event: Mapping[str, Any], rule: Mapping[str, str]) -> str:
        reserved = {
            "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
            "aws.events.event.json": event,
            "aws.events.event.ingestion-time": event["time"],
            "aws.events.rule-arn": rule["arn"],
            "aws.events.rule-name": rule["name"],
        }

        def value_of(name: str) -> Any:
            if name in self.input_paths:
                return _at(event, self.input_paths[name])
            if name in reserved:
                return reserved[name]
            raise KeyError(f"input template of target {self.id}: <{name}> is neither a path nor a reserved variable")

        return _substitute(template, value_of)


def _substitute(template: str, value_of: Any) -> str:
    """Fills `<name>`: a value of its own becomes JSON, one inside a text becomes text."""
    pieces, inside, at = [], False, 0
    for found in re.finditer(r"<([A-Za-z0-9_.\-]+)>", template):
        before = template[at : found.start()]
        inside ^= _quotes(before) % 2 == 1
        value = value_of(found.group(1))
        text = value if inside and isinstance(value, str) else json.dumps(value)
        pieces += [before, json.dumps(text)[1:-1] if inside else text]
        at = found.end()
    return "".join([*pieces, template[at:]])


def _quotes(text: str) -> int:
    return len(re.findall(r'(?<!\\)"', text))


def _at(event: Any, path: str) -> Any:
    """The value at a path like `$.detail.items[0].id`; an empty text where there is none, as EventBridge has it."""
    for key, index in re.findall(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]", path):
        try:
            event = event[key] if key else event[int(index)]
        except (KeyError, IndexError, TypeError):
            return ""
    return event


def from_template(properties: Mapping[str, Any]) -> Target:
    """A target as CloudFormation writes it. Raises KeyError for a member that the sandbox does not know."""
    known = {"Arn", "Id", "Input", "InputPath", "InputTransformer", "RetryPolicy", "DeadLetterConfig", "RoleArn"}
    if unknown := set(properties) - known:
        raise KeyError(f"target {properties.get('Id')}: {', '.join(sorted(unknown))} is not known to the sandbox")
    transformer = properties.get("InputTransformer", {})
    retries = properties.get("RetryPolicy", {})
    return Target(
        id=properties.get("Id", "Target"),
        arn=properties["Arn"],
        input=properties.get("Input"),
        input_path=properties.get("InputPath"),
        input_paths=transformer.get("InputPathsMap", {}),
        input_template=transformer.get("InputTemplate"),
        attempts=int(retries.get("MaximumRetryAttempts", 185)),
        max_age=float(retries.get("MaximumEventAgeInSeconds", 86_400)),
        dead_letters=properties.get("DeadLetterConfig", {}).get("Arn"),
        role=properties.get("RoleArn"),
    )
