"""What a target gets of an event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cosell.sandbox.targets import from_template

EVENT: dict[str, Any] = {
    "id": "e1",
    "time": "2026-11-24T09:00:00Z",
    "source": "aws.states",
    "detail": {"name": 'a "quoted" name', "count": 2, "list": [{"id": "x"}]},
}
RULE = {"name": "failed", "arn": "arn:aws:events:us-east-1:123456789012:rule/failed"}
ARN = "arn:aws:sqs:us-east-1:123456789012:q"
PATHS = {"name": "$.detail.name", "count": "$.detail.count", "first": "$.detail.list[0].id", "none": "$.detail.none"}


def shaped(**properties: Any) -> str:
    return from_template({"Arn": ARN, "Id": "T", **properties}).shape(EVENT, RULE)


def transformed(template: str) -> str:
    return shaped(InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template})


def test_the_whole_event_a_part_or_a_constant() -> None:
    assert json.loads(shaped()) == EVENT
    assert json.loads(shaped(InputPath="$.detail.list")) == [{"id": "x"}]
    assert shaped(Input='{"fixed": true}') == '{"fixed": true}'


@pytest.mark.parametrize(
    ("template", "input_"),
    [
        ('{"n": <name>, "c": <count>}', {"n": 'a "quoted" name', "c": 2}),
        ('{"n": "run <name> twice: <count>"}', {"n": 'run a "quoted" name twice: 2'}),
        ('"<first> of <aws.events.rule-name>"', "x of failed"),
        ('{"e": <aws.events.event.json>}', {"e": EVENT}),
        ('{"t": "<aws.events.event.ingestion-time>"}', {"t": "2026-11-24T09:00:00Z"}),
        ('{"missing": <none>}', {"missing": ""}),
    ],
)
def test_a_template_is_filled_and_stays_json(template: str, input_: Any) -> None:
    assert json.loads(transformed(template)) == input_


def test_an_unknown_placeholder_and_an_unknown_member_are_named() -> None:
    with pytest.raises(KeyError, match="<other> is neither a path nor a reserved variable"):
        transformed('{"a": <other>}')
    with pytest.raises(KeyError, match="EcsParameters is not known"):
        shaped(EcsParameters={})
