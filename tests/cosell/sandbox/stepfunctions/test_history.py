"""Histories in AWS's shapes: botocore's own model of GetExecutionHistory is the judge of names and types."""

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.support.asl import After, Error, World, flow, function, kinds, machine

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def problems_of_shape(events: list[dict[str, Any]]) -> str:
    model = botocore.session.get_session().get_service_model("stepfunctions")
    return str(
        ParamValidator().validate({"events": events}, model.shape_for("GetExecutionHistoryOutput")).generate_report()
    )


def everything(world: World) -> list[dict[str, Any]]:
    """The history of a run that meets all states, an error of every kind, a timeout and a redrive."""
    world.script |= {"f": [Error("Busy"), After(99, "late"), "ok"], "end": [Error("Down"), "ok"]}
    iteration = flow({"I": function("f", TimeoutSeconds=5, Retry=[{"ErrorEquals": ["States.ALL"]}])})
    states = {
        "Pass": {"Type": "Pass", "Assign": {"x": [1]}, "Next": "Parallel"},
        "Parallel": {
            "Type": "Parallel",
            "Branches": [flow({"Map": {"Type": "Map", "Items": [1], "ItemProcessor": iteration, "End": True}})],
            "Next": "Query",
        },
        "Query": function("f", "{% $nope %}", Catch=[{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Wait"}]),
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Choice"},
        "Choice": {"Type": "Choice", "Choices": [{"Condition": True, "Next": "Task"}]},
        "Task": function("end", Next="Succeed"),
        "Succeed": {"Type": "Succeed"},
    }  # fmt: skip
    return world.redrive(world.run(machine(states))).history


def test_events_have_the_names_and_types_of_the_api(world: World) -> None:
    events = everything(world)
    assert events[-1]["type"] == "ExecutionSucceeded"
    assert {"TaskFailed", "TaskTimedOut", "EvaluationFailed", "ExecutionRedriven"} <= {
        event["type"] for event in events
    }
    assert problems_of_shape(events) == ""


def test_ids_count_up_and_every_event_names_an_earlier_one(world: World) -> None:
    events = everything(world)
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(0 <= event["previousEventId"] < event["id"] for event in events)
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


def test_a_lambda_task_event_by_event(world: World) -> None:
    world.script["f"] = [{"n": 1}]
    execution = world.run(
        machine({"A": function("f", {"x": "é"}, TimeoutSeconds=60, Assign={"y": True})}), {"in": "put"}
    )

    resource = {"resourceType": "lambda", "resource": "invoke"}
    whole, fine = {"truncated": False}, {"timestamp": execution.started}
    result = '{"ExecutedVersion":"$LATEST","Payload":{"n":1},"StatusCode":200}'
    assert execution.history == [
        {**fine, "type": "ExecutionStarted", "id": 1, "previousEventId": 0, "executionStartedEventDetails": {
            "input": '{"in":"put"}', "inputDetails": whole, "roleArn": "arn:aws:iam::123456789012:role/machine"}},
        {**fine, "type": "TaskStateEntered", "id": 2, "previousEventId": 0, "stateEnteredEventDetails": {
            "name": "A", "input": '{"in":"put"}', "inputDetails": whole}},
        {**fine, "type": "TaskScheduled", "id": 3, "previousEventId": 2, "taskScheduledEventDetails": {
            **resource, "region": "us-east-1", "timeoutInSeconds": 60,
            "parameters": '{"FunctionName":"f","Payload":{"x":"é"}}'}},
        {**fine, "type": "TaskStarted", "id": 4, "previousEventId": 3, "taskStartedEventDetails": resource},
        {**fine, "type": "TaskSucceeded", "id": 5, "previousEventId": 4, "taskSucceededEventDetails": {
            **resource, "output": result, "outputDetails": whole}},
        {**fine, "type": "TaskStateExited", "id": 6, "previousEventId": 5, "stateExitedEventDetails": {
            "name": "A", "output": '{"n":1}', "outputDetails": whole,
            "assignedVariables": {"y": "true"}, "assignedVariablesDetails": whole}},
        {**fine, "type": "ExecutionSucceeded", "id": 7, "previousEventId": 6, "executionSucceededEventDetails": {
            "output": '{"n":1}', "outputDetails": whole}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "last", "details"),
    [
        ("ok", "LambdaFunctionSucceeded", {"output": '"ok"', "outputDetails": {"truncated": False}}),
        (Error("Bad", "why"), "LambdaFunctionFailed", {"error": "Bad", "cause": "why"}),
        (After(9, "late"), "LambdaFunctionTimedOut", {"error": "States.Timeout"}),
    ],
)
def test_a_function_by_its_own_arn_has_events_of_its_own(
    world: World, answer: Any, last: str, details: dict[str, Any]
) -> None:
    def invoke(call: Any) -> None:
        if isinstance(answer, Error):
            call.fail(answer.name, answer.cause)
        elif answer == "ok":
            call.succeed(answer)

    world.sfn.integrations[FUNCTION] = invoke
    execution = world.run(
        machine({"A": {"Type": "Task", "Resource": FUNCTION, "TimeoutSeconds": 5, "End": True}}), {"n": 1}
    )

    assert kinds(execution)[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", last]
    assert execution.history[2]["lambdaFunctionScheduledEventDetails"] == {
        "resource": FUNCTION, "input": '{"n":1}', "inputDetails": {"truncated": False}, "timeoutInSeconds": 5
    }  # fmt: skip
    assert execution.history[4][last[0].lower() + last[1:] + "EventDetails"] == details
    assert problems_of_shape(execution.history) == ""


def test_the_resource_of_an_sdk_integration_is_split_as_aws_does(world: World) -> None:
    world.sfn.integrations["arn:aws:states:::aws-sdk:dynamodb:getItem"] = lambda call: call.succeed({})
    execution = world.run(
        machine({"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem", "End": True}})
    )
    assert execution.history[3]["taskStartedEventDetails"] == {
        "resourceType": "aws-sdk:dynamodb",
        "resource": "getItem",
    }


def test_branches_and_iterations_begin_at_the_start_of_their_state_and_end_in_the_last_of_them(world: World) -> None:
    world.script |= {"slow": [After(2, 1)], "fast": [After(1, 1)]}
    branches = [flow({"S": function("slow")}), flow({"F": function("fast")})]
    events = {
        e["id"]: e for e in world.run(machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}})).history
    }

    (started,) = [event["id"] for event in events.values() if event["type"] == "ParallelStateStarted"]
    entered = {
        e["stateEnteredEventDetails"]["name"]: e["previousEventId"]
        for e in events.values()
        if e["type"] == "TaskStateEntered"
    }
    (succeeded,) = [event for event in events.values() if event["type"] == "ParallelStateSucceeded"]
    assert entered == {"S": started, "F": started}
    assert events[succeeded["previousEventId"]]["stateExitedEventDetails"]["name"] == "S"
