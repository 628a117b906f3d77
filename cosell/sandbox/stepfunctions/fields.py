"""The fields of each state type, and a sentence for each part of the States Language that this engine refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

MACHINE_FIELDS = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"})
FLOW_FIELDS = frozenset({"Comment", "StartAt", "States"})
"""Fields of a branch; an ItemProcessor also has `ProcessorConfig`."""

RULE_FIELDS = frozenset({"Assign", "Comment", "Condition", "Next", "Output"})
CATCHER_FIELDS = frozenset({"Assign", "Comment", "ErrorEquals", "Next", "Output"})
RETRIER_FIELDS = frozenset(
    {"BackoffRate", "Comment", "ErrorEquals", "IntervalSeconds", "JitterStrategy", "MaxAttempts", "MaxDelaySeconds"}
)
_STATE_FIELDS = frozenset({"Comment", "QueryLanguage", "Type"})
_DATA = frozenset({"Assign", "Output"})
_HANDLING = frozenset({"Catch", "Retry"})
_LEADING_ON = frozenset({"End", "Next"})


@dataclass(frozen=True)
class StateType:
    """What a state of one type may have, must have, and which of its fields are templates with expressions."""

    own: frozenset[str]
    required: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    has_result: bool = False

    @property
    def allowed(self) -> frozenset[str]:
        return _STATE_FIELDS | self.own

    @property
    def leads_on(self) -> bool:
        """Whether the state has `Next` or `End`."""
        return self.own >= _LEADING_ON


STATE_TYPES = {
    "Task": StateType(
        own=_DATA | _HANDLING | _LEADING_ON | {"Arguments", "Resource", "TimeoutSeconds"},
        required=frozenset({"Resource"}),
        templates=frozenset({"Arguments", "TimeoutSeconds"}),
        has_result=True,
    ),
    "Pass": StateType(own=_DATA | _LEADING_ON),
    "Choice": StateType(own=_DATA | {"Choices", "Default"}, required=frozenset({"Choices"})),
    "Wait": StateType(
        own=_DATA | _LEADING_ON | {"Seconds", "Timestamp"}, templates=frozenset({"Seconds", "Timestamp"})
    ),
    "Succeed": StateType(own=frozenset({"Output"})),
    "Fail": StateType(own=frozenset({"Cause", "Error"}), templates=frozenset({"Cause", "Error"})),
    "Parallel": StateType(
        own=_DATA | _HANDLING | _LEADING_ON | {"Arguments", "Branches"},
        required=frozenset({"Branches"}),
        templates=frozenset({"Arguments"}),
        has_result=True,
    ),
    "Map": StateType(
        own=_DATA | _HANDLING | _LEADING_ON | {"ItemProcessor", "Items", "ItemSelector", "MaxConcurrency"},
        required=frozenset({"ItemProcessor"}),
        templates=frozenset({"Items", "ItemSelector", "MaxConcurrency"}),
        has_result=True,
    ),
}

_JSONPATH = "belongs to JSONPath; a JSONata state has Arguments and Output, and expressions in place of paths"
_DISTRIBUTED = "belongs to the Distributed Map, which this engine does not have"

REFUSED_FIELDS = {
    **dict.fromkeys(
        (
            "CausePath",
            "ErrorPath",
            "HeartbeatSecondsPath",
            "InputPath",
            "ItemsPath",
            "MaxConcurrencyPath",
            "OutputPath",
            "Parameters",
            "Result",
            "ResultPath",
            "ResultSelector",
            "SecondsPath",
            "TimeoutSecondsPath",
            "TimestampPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
            "Variable",
        ),
        _JSONPATH,
    ),
    **dict.fromkeys(
        ("ItemBatcher", "ItemReader", "Label", "ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage"),
        _DISTRIBUTED,
    ),
    "Credentials": "needs roles of other accounts, which this engine does not have",
    "HeartbeatSeconds": "needs task tokens or activities, which this engine does not have",
    "Iterator": "is the old name of ItemProcessor",
}
"""Fields AWS knows and this engine does not take, with the reason."""

REFUSED_RESOURCES = {
    ".waitForTaskToken": "waits for a task token, which this engine does not have",
    ".sync": "waits for a job, which this engine does not have",
    ".sync:2": "waits for a job, which this engine does not have",
    ":activity:": "is an activity, which this engine does not have",
}
"""Parts of a Task's `Resource` that ask for something this engine does not have, with the reason."""

ERROR_NAMES = frozenset(
    {
        "States.ALL",
        "States.BranchFailed",
        "States.DataLimitExceeded",
        "States.ExceedToleratedFailureThreshold",
        "States.HeartbeatTimeout",
        "States.IntrinsicFailure",
        "States.ItemReaderFailed",
        "States.NoChoiceMatched",
        "States.ParameterPathFailure",
        "States.Permissions",
        "States.QueryEvaluationError",
        "States.ResultPathMatchFailure",
        "States.ResultWriterFailed",
        "States.Runtime",
        "States.TaskFailed",
        "States.Timeout",
    }
)
"""Error names that begin with `States.`; the prefix is reserved, so another is a slip. (`States.Http.…` is open.)"""


def unknown_fields(given: dict[str, Any], allowed: Collection[str], where: str) -> Iterator[str]:
    """A sentence for each field that is not allowed: why it is refused, or that nobody knows it."""
    for name in given:
        if name not in allowed:
            why = REFUSED_FIELDS.get(name)
            yield f"{where}: {name} {why}" if why else f"{where}: unknown field {name}"
