from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.synth import synthesized


@pytest.fixture
def machine() -> dict[str, Any]:
    return synthesized().by_name("AWS::StepFunctions::StateMachine", "StateMachineName")[
        "cosell-sandbox-deal-lifecycle"
    ]


def test_it_is_a_standard_machine_in_jsonata(machine: dict[str, Any]) -> None:
    definition = synthesized().definitions()["cosell-sandbox-deal-lifecycle"]

    assert machine.get("StateMachineType", "STANDARD") == "STANDARD"
    assert definition["QueryLanguage"] == "JSONata"
    assert definition["TimeoutSeconds"] == 2 * 24 * 3600


def test_it_calls_functions_without_a_version_so_that_a_redrive_runs_the_mended_code() -> None:
    states = synthesized().definitions()["cosell-sandbox-deal-lifecycle"]["States"].values()

    called = [state["Arguments"]["FunctionName"] for state in states if state["Type"] == "Task"]
    assert [arn for arn in called if not re.fullmatch(r"arn:aws:lambda:[^:]+:[^:]+:function:\w+", arn)] == []


def test_it_is_logged_without_data_and_traced(machine: dict[str, Any]) -> None:
    logging = machine["LoggingConfiguration"]
    log_group_id = logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]

    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert synthesized().resources("AWS::Logs::LogGroup")[log_group_id] == {
        "LogGroupName": "/aws/vendedlogs/states/cosell-sandbox-deal-lifecycle",
        "RetentionInDays": 90,
    }
    assert machine["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize(
    ("what", "metric"),
    [
        ("failed", "ExecutionsFailed"),
        ("timed-out", "ExecutionsTimedOut"),
        ("aborted", "ExecutionsAborted"),
        ("throttled", "ExecutionThrottled"),
    ],
)
def test_somebody_hears_of_every_unhappy_end(what: str, metric: str) -> None:
    alarm = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")[f"cosell-sandbox-deal-lifecycle-{what}"]

    assert (alarm["MetricName"], alarm["Threshold"], alarm["Statistic"]) == (metric, 1, "Sum")
    assert alarm["TreatMissingData"] == "notBreaching"
