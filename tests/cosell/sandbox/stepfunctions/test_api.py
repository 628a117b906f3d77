"""The API through the real boto3, whose requests are answered in process."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from cosell.sandbox.stepfunctions import StatesApi
from cosell.sandbox.wire import Request
from tests.support.asl import SILENCE, Error, World, function, machine
from tests.support.in_process import answer_in_process

SUCCEED = machine({"A": {"Type": "Succeed", "Output": {"done": True}}})


@pytest.fixture
def api(world: World) -> StatesApi:
    return StatesApi(world.sfn)


@pytest.fixture
def client(api: StatesApi) -> Any:
    states = boto3.client(
        "stepfunctions",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )

    answer_in_process(states, api.handle)
    return states


def code_and_message(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    answer = error.value.response["Error"]
    return answer["Code"], answer["Message"]


class TestMachines:
    def test_list_and_describe(self, world: World, client: Any) -> None:
        for name in ("b", "a", "c"):
            world.create(SUCCEED, name)

        pages = client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2})
        listed = [machine for page in pages for machine in page["stateMachines"]]
        assert [(m["name"], m["type"]) for m in listed] == [("a", "STANDARD"), ("b", "STANDARD"), ("c", "STANDARD")]
        assert listed[0]["creationDate"].timestamp() == world.clock.now

        described = client.describe_state_machine(stateMachineArn=listed[0]["stateMachineArn"])
        assert (described["status"], described["type"]) == ("ACTIVE", "STANDARD")
        assert described["roleArn"] == "arn:aws:iam::123456789012:role/a"
        assert json.loads(described["definition"]) == SUCCEED

    def test_the_definition_of_an_execution_is_that_of_its_start(self, world: World, client: Any) -> None:
        execution = world.run(SUCCEED)
        world.sfn.update_state_machine(execution.machine.arn, machine({"B": {"Type": "Succeed"}}))

        described = client.describe_state_machine_for_execution(executionArn=execution.arn)
        assert json.loads(described["definition"]) == SUCCEED
        assert described["name"] == "machine"


class TestExecutions:
    def test_start_and_describe(self, world: World, client: Any) -> None:
        arn = world.create(SUCCEED).arn
        started = client.start_execution(stateMachineArn=arn, name="one", input='{"a":  1}')
        assert started["executionArn"].endswith(":execution:machine:one")
        assert started["startDate"].timestamp() == world.clock.now

        running = client.describe_execution(executionArn=started["executionArn"])
        assert (running["status"], running["input"], "output" in running, "stopDate" in running) == (
            "RUNNING",
            '{"a":  1}',
            False,
            False,
        )
        assert (running["redriveStatus"], running["redriveStatusReason"]) == (
            "NOT_REDRIVABLE",
            "Execution is RUNNING and cannot be redriven",
        )

        world.clock.run_until_quiet()
        ended = client.describe_execution(executionArn=started["executionArn"])
        assert (ended["status"], ended["output"], ended["outputDetails"]) == (
            "SUCCEEDED",
            '{"done":true}',
            {"included": True},
        )
        assert (ended["redriveCount"], ended["redriveStatusReason"]) == (
            0,
            "Execution is SUCCEEDED and cannot be redriven",
        )
        assert (ended["stateMachineArn"], ended["name"], ended["stopDate"]) == (arn, "one", started["startDate"])

    def test_the_input_may_be_left_out(self, world: World, client: Any) -> None:
        started = client.start_execution(stateMachineArn=world.create(SUCCEED).arn)
        assert client.describe_execution(executionArn=started["executionArn"])["input"] == "{}"

    def test_a_second_start_under_the_same_name(self, world: World, client: Any) -> None:
        arn = world.create(SUCCEED).arn
        first, again = (client.start_execution(stateMachineArn=arn, name="one", input="{}") for _ in range(2))
        assert first["executionArn"] == again["executionArn"]

        world.clock.run_until_quiet()
        with pytest.raises(client.exceptions.ExecutionAlreadyExists) as refused:
            client.start_execution(stateMachineArn=arn, name="one", input="{}")
        assert code_and_message(refused) == (
            "ExecutionAlreadyExists",
            f"Execution Already Exists: '{first['executionArn']}'",
        )

    def test_a_failed_execution(self, world: World, client: Any) -> None:
        execution = world.run(machine({"A": {"Type": "Fail", "Error": "Bad", "Cause": "because"}}))
        described = client.describe_execution(executionArn=execution.arn)
        assert (described["status"], described["error"], described["cause"]) == ("FAILED", "Bad", "because")
        assert (described["redriveStatus"], "redriveStatusReason" in described, "redriveDate" in described) == (
            "REDRIVABLE",
            False,
            False,
        )

    def test_list_newest_first_by_status_and_page(self, world: World, client: Any) -> None:
        arn = world.create(
            machine(
                {
                    "C": {
                        "Type": "Choice",
                        "Choices": [{"Condition": "{% $states.input.ok %}", "Next": "S"}],
                        "Default": "F",
                    },
                    "S": {"Type": "Succeed"},
                    "F": {"Type": "Fail"},
                }
            )
        ).arn
        for number in range(7):
            world.sfn.start(arn, {"ok": number % 2 == 0}, f"run-{number}")
            world.clock.run_until_quiet()
            world.clock.advance(60)
        world.sfn.start(world.create(SUCCEED, "another").arn, {})

        pages = list(
            client.get_paginator("list_executions").paginate(stateMachineArn=arn, PaginationConfig={"PageSize": 3})
        )
        assert [[execution["name"] for execution in page["executions"]] for page in pages] == [
            ["run-6", "run-5", "run-4"],
            ["run-3", "run-2", "run-1"],
            ["run-0"],
        ]
        failed = client.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
        assert [(execution["name"], execution["status"], execution["redriveCount"]) for execution in failed] == [
            ("run-5", "FAILED", 0),
            ("run-3", "FAILED", 0),
            ("run-1", "FAILED", 0),
        ]

    def test_stop(self, world: World, client: Any) -> None:
        world.script["f"] = [SILENCE]
        execution = world.run(machine({"A": function("f")}))
        answer = client.stop_execution(executionArn=execution.arn, error="Operator", cause="why")
        assert answer["stopDate"].timestamp() == world.clock.now
        described = client.describe_execution(executionArn=execution.arn)
        assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Operator", "why")


class TestHistory:
    def test_all_of_it_forwards_and_backwards(self, world: World, client: Any) -> None:
        execution = world.run(SUCCEED, {"n": 1})
        events = client.get_execution_history(executionArn=execution.arn)["events"]
        assert [event["type"] for event in events] == [
            "ExecutionStarted",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
        assert events[1]["stateEnteredEventDetails"] == {
            "name": "A",
            "input": '{"n":1}',
            "inputDetails": {"truncated": False},
        }
        assert events[0]["timestamp"].timestamp() == world.clock.now

        backwards = client.get_execution_history(executionArn=execution.arn, reverseOrder=True, maxResults=1)
        assert ([event["id"] for event in backwards["events"]], "nextToken" in backwards) == ([4], True)

    def test_page_by_page(self, world: World, client: Any) -> None:
        execution = world.run(
            machine(
                {
                    "M": {
                        "Type": "Map",
                        "Items": "{% [1..100] %}",
                        "ItemProcessor": {"StartAt": "S", "States": {"S": {"Type": "Succeed"}}},
                        "End": True,
                    }
                }
            )
        )
        pages = list(client.get_paginator("get_execution_history").paginate(executionArn=execution.arn))
        assert [len(page["events"]) for page in pages] == [100] * 4 + [6]
        assert [event["id"] for page in pages for event in page["events"]] == list(range(1, 407))

    def test_without_data(self, world: World, client: Any) -> None:
        world.script["f"] = ["secret"]
        execution = world.run(machine({"A": function("f", "secret", Assign={"x": "secret"})}), "secret")
        events = client.get_execution_history(executionArn=execution.arn, includeExecutionData=False)["events"]
        assert "secret" in json.dumps(execution.history)
        assert "secret" not in json.dumps(events, default=str)
        assert events[1]["stateEnteredEventDetails"]["name"] == "A"


class TestRedrive:
    def failed(self, world: World) -> str:
        world.script["f"] = [Error("Down"), "done"]
        return world.run(machine({"A": function("f")})).arn

    def test_it_runs_on_and_is_counted(self, world: World, client: Any) -> None:
        arn = self.failed(world)
        world.clock.advance(60)
        answer = client.redrive_execution(executionArn=arn)
        world.clock.run_until_quiet()

        described = client.describe_execution(executionArn=arn)
        assert (described["status"], described["output"], described["redriveCount"]) == ("SUCCEEDED", '"done"', 1)
        assert described["redriveDate"] == answer["redriveDate"]
        assert answer["redriveDate"].timestamp() == world.clock.now

    def test_a_repeated_client_token_is_answered_and_not_done_again(self, world: World, client: Any) -> None:
        arn = self.failed(world)
        world.script["f"] = [Error("Down")]
        first = client.redrive_execution(executionArn=arn, clientToken="t-1")
        world.clock.run_until_quiet()
        world.clock.advance(60)

        assert client.redrive_execution(executionArn=arn, clientToken="t-1")["redriveDate"] == first["redriveDate"]
        assert world.sfn.executions[arn].redrives == 1
        client.redrive_execution(executionArn=arn, clientToken="t-2")
        assert world.sfn.executions[arn].redrives == 2

    def test_a_client_token_is_forgotten_after_15_minutes(self, world: World, client: Any) -> None:
        arn = self.failed(world)
        world.script["f"] = [Error("Down")]
        for _ in range(2):
            client.redrive_execution(executionArn=arn, clientToken="t-1")
            world.clock.run_until_quiet()
            world.clock.advance(15 * 60 + 1)
        assert world.sfn.executions[arn].redrives == 2

    def test_one_that_cannot_be_redriven(self, world: World, client: Any) -> None:
        with pytest.raises(client.exceptions.ExecutionNotRedrivable) as refused:
            client.redrive_execution(executionArn=world.run(SUCCEED).arn)
        assert code_and_message(refused) == ("ExecutionNotRedrivable", "Execution is SUCCEEDED and cannot be redriven")


NOBODY = "arn:aws:states:us-east-1:123456789012:execution:machine:nobody"
NOTHING = "arn:aws:states:us-east-1:123456789012:stateMachine:nothing"


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "describe_execution",
            {"executionArn": NOBODY},
            "ExecutionDoesNotExist",
            f"Execution Does Not Exist: '{NOBODY}'",
        ),
        (
            "get_execution_history",
            {"executionArn": NOBODY},
            "ExecutionDoesNotExist",
            f"Execution Does Not Exist: '{NOBODY}'",
        ),
        (
            "redrive_execution",
            {"executionArn": NOBODY},
            "ExecutionDoesNotExist",
            f"Execution Does Not Exist: '{NOBODY}'",
        ),
        (
            "start_execution",
            {"stateMachineArn": NOTHING},
            "StateMachineDoesNotExist",
            f"State Machine Does Not Exist: '{NOTHING}'",
        ),
        (
            "list_executions",
            {"stateMachineArn": NOTHING},
            "StateMachineDoesNotExist",
            f"State Machine Does Not Exist: '{NOTHING}'",
        ),
        ("stop_execution", {"executionArn": "x"}, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: x'"),
        (
            "list_executions",
            {"mapRunArn": "x"},
            "ValidationException",
            "There are no Map Runs here: mapRunArn and redriveFilter cannot be used",
        ),
        (
            "list_executions",
            {},
            "ValidationException",
            "Value at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
        ),
        ("list_state_machines", {"nextToken": "?"}, "InvalidToken", "Invalid Token: '?'"),
        (
            "list_state_machines",
            {"maxResults": 1001},
            "ValidationException",
            "Value '1001' at 'maxResults' failed to satisfy constraint",
        ),
        (
            "send_task_success",
            {"taskToken": "t", "output": "{}"},
            "UnknownOperationException",
            "The sandbox's Step Functions has no operation 'SendTaskSuccess'",
        ),
    ],
)
def test_refusals(client: Any, operation: str, parameters: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**parameters)
    answer = code_and_message(refused)
    assert (answer[0], message in answer[1]) == (code, True)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_bad_names_inputs_and_filters_are_refused(world: World, client: Any) -> None:
    arn = world.create(SUCCEED).arn
    with pytest.raises(client.exceptions.InvalidName):
        client.start_execution(stateMachineArn=arn, name="a b")
    with pytest.raises(client.exceptions.InvalidExecutionInput):
        client.start_execution(stateMachineArn=arn, input="{")
    with pytest.raises(client.exceptions.ValidationException, match="statusFilter"):
        client.list_executions(stateMachineArn=arn, statusFilter="LATE")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"executionArn": 5}'])
def test_a_bad_body_is_refused_and_never_raises(api: StatesApi, body: bytes) -> None:
    request = Request(
        "POST", "https://states.us-east-1.amazonaws.com/", {"x-amz-target": "AWSStepFunctions.StopExecution"}, body
    )
    response = api.handle(request)
    assert (response.status, response.json()["__type"]) == (400, "ValidationException")


def test_it_is_a_remote_that_names_operations_and_can_refuse(api: StatesApi) -> None:
    request = Request(
        "POST", "https://states.us-east-1.amazonaws.com/", {"x-amz-target": "AWSStepFunctions.StopExecution"}, b"{}"
    )
    assert api.operation(request) == "StopExecution"
    assert (api.refuse(request, "throttled").status, api.refuse(request, "throttled").json()["__type"]) == (
        400,
        "ThrottlingException",
    )
    assert api.refuse(request, "unavailable").status == 503
