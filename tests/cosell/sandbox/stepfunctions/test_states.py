from typing import Any

import pytest

from tests.support.asl import INVOKE, SILENCE, Error, World, entered, failed_by_query, function, kinds, machine


def passing(**fields: Any) -> dict[str, Any]:
    return machine({"A": {"Type": "Pass", "End": True, **fields}})


class TestTask:
    def test_arguments_are_evaluated_and_the_result_is_the_output(self, world: World) -> None:
        world.script["f"] = [{"sum": 3}]
        execution = world.run(
            machine({"A": function("f", {"n": "{% $states.input.n + 1 %}"}, Output="{% $states.result %}")}), {"n": 1}
        )

        assert world.calls == [("f", {"n": 2})]
        assert execution.output == {"ExecutedVersion": "$LATEST", "Payload": {"sum": 3}, "StatusCode": 200}

    def test_without_arguments_the_input_is_given(self, world: World) -> None:
        resource = "arn:aws:states:::sqs:sendMessage"
        world.sfn.integrations[resource] = lambda call: call.succeed(call.arguments)
        execution = world.run(machine({"A": {"Type": "Task", "Resource": resource, "End": True}}), {"n": 1})

        assert (execution.status, execution.output) == ("SUCCEEDED", {"n": 1})

    def test_the_call_knows_its_execution_and_state(self, world: World) -> None:
        world.script["f"] = [SILENCE]
        execution = world.run(machine({"A": function("f")}))

        (call,) = world.open_calls
        assert (call.execution is execution, call.state) == (True, "A")

    def test_the_first_answer_counts(self, world: World) -> None:
        world.script["f"] = [SILENCE]
        execution = world.run(machine({"A": function("f", Output="{% $states.result %}")}))

        (call,) = world.open_calls
        call.succeed("first")
        call.succeed("second")
        call.fail("Third", "")
        world.clock.run_until_quiet()

        assert (execution.status, execution.output) == ("SUCCEEDED", "first")

    def test_what_the_integration_does_with_its_arguments_and_result_stays_outside(self, world: World) -> None:
        result = {"list": [1]}

        def meddle(call: Any) -> None:
            call.arguments["Payload"]["list"].append("meddled")
            call.succeed(result)
            result["list"].append(2)

        world.sfn.integrations[INVOKE] = meddle
        execution = world.run(
            machine(
                {
                    "A": function(
                        "f", "{% $states.input %}", Output={"in": "{% $states.input %}", "out": "{% $states.result %}"}
                    )
                }
            ),
            {"list": [0]},
        )

        assert execution.output == {"in": {"list": [0]}, "out": {"list": [1]}}

    def test_an_unhandled_error_fails_the_execution_with_its_name_and_cause(self, world: World) -> None:
        world.script["f"] = [Error("LeaseLost", '{"errorMessage": "gone"}')]
        execution = world.run(machine({"A": function("f")}))

        assert (execution.status, execution.error, execution.cause) == (
            "FAILED",
            "LeaseLost",
            '{"errorMessage": "gone"}',
        )
        assert execution.failed_state == "A"

    def test_a_resource_nobody_registered_is_named(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}}))

        assert execution.error == "States.Runtime"
        assert "No integration is registered for the resource arn:aws:states:::sns:publish." in str(execution.cause)


class TestPass:
    def test_it_gives_its_input_or_its_output(self, world: World) -> None:
        assert world.run(passing(), {"n": 1}).output == {"n": 1}
        assert world.start(passing(), None).status == "RUNNING"

    @pytest.mark.parametrize("output", [0, None, False, "", [], {}, "text"])
    def test_any_json_can_be_an_output(self, world: World, output: Any) -> None:
        execution = world.run(passing(Output=output))
        assert (execution.status, execution.output) == ("SUCCEEDED", output)

    def test_an_expression_without_a_value_fails(self, world: World) -> None:
        execution = world.run(passing(Output={"x": "{% $states.input.nope %}"}))

        assert failed_by_query(execution) == (
            "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression "
            "'$states.input.nope' specified for the field 'Output/x' returned nothing (undefined)."
        )
        assert kinds(execution) == ["ExecutionStarted", "PassStateEntered", "EvaluationFailed", "ExecutionFailed"]
        details = execution.history[2]["evaluationFailedEventDetails"]
        assert (details["error"], details["location"], details["state"]) == (
            "States.QueryEvaluationError",
            "Output/x",
            "A",
        )


class TestChoice:
    DEFINITION = machine(
        {
            "Which?": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Condition": "{% $states.input.n > 10 %}",
                        "Next": "Big",
                        "Output": "{% 'big ' & $states.input.n %}",
                    },
                    {"Condition": "{% $states.input.n > 5 %}", "Next": "Middle", "Assign": {"rule": 2}},
                ],
                "Default": "Small",
                "Output": "by default",
                "Assign": {"rule": "none"},
            },
            "Big": {"Type": "Succeed"},
            "Middle": {"Type": "Succeed", "Output": {"rule": "{% $rule %}", "input": "{% $states.input %}"}},
            "Small": {"Type": "Succeed", "Output": "{% $rule & ', ' & $states.input %}"},
        }
    )

    @pytest.mark.parametrize(
        ("n", "output"), [(11, "big 11"), (6, {"rule": 2, "input": {"n": 6}}), (1, "none, by default")]
    )
    def test_the_first_rule_that_holds_leads_on_with_its_own_output_and_variables(
        self, world: World, n: int, output: Any
    ) -> None:
        assert world.run(self.DEFINITION, {"n": n}).output == output

    def test_without_a_default_it_fails_when_no_rule_holds(self, world: World) -> None:
        rules = [{"Condition": False, "Next": "B"}]
        execution = world.run(machine({"A": {"Type": "Choice", "Choices": rules}, "B": {"Type": "Succeed"}}))
        assert (execution.status, execution.error) == ("FAILED", "States.NoChoiceMatched")

    def test_a_condition_must_be_a_boolean(self, world: World) -> None:
        rules = [{"Condition": "{% 'yes' %}", "Next": "B"}]
        execution = world.run(machine({"A": {"Type": "Choice", "Choices": rules}, "B": {"Type": "Succeed"}}))
        assert failed_by_query(execution).endswith(
            "'Choices[0]/Condition' returned an unexpected result type. "
            "Expected 'boolean', but was 'string' for value: \"yes\""
        )


class TestWait:
    @pytest.mark.parametrize(
        ("fields", "seconds"),
        [
            ({"Seconds": 90}, 90),
            ({"Seconds": 0}, 0),
            ({"Seconds": "{% $states.input.wait %}"}, 3600),
            ({"Timestamp": "2026-11-24T09:00:30Z"}, 30),
            ({"Timestamp": "{% $states.input.until %}"}, 60),
            ({"Timestamp": "2020-01-01T00:00:00Z"}, 0),
        ],
    )
    def test_it_waits_in_virtual_time(self, world: World, fields: dict[str, Any], seconds: float) -> None:
        started = world.clock.now
        execution = world.run(
            machine({"A": {"Type": "Wait", "End": True, **fields}}),
            {"wait": 3600, "until": "2026-11-24T10:01:00+01:00"},
        )

        assert (execution.status, world.clock.now - started) == ("SUCCEEDED", seconds)

    @pytest.mark.parametrize(
        ("fields", "cause"),
        [
            ({"Seconds": "{% 'soon' %}"}, "Expected 'number of at least 0', but was 'string' for value: \"soon\""),
            (
                {"Seconds": "{% $states.input.nothing %}"},
                "Expected 'number of at least 0', but was 'null' for value: null",
            ),
            ({"Seconds": "{% -1 %}"}, "Expected 'number of at least 0', but was 'number' for value: -1"),
            ({"Seconds": "{% 1.5 %}"}, "Expected 'number of at least 0', but was 'number' for value: 1.5"),
            ({"Seconds": "{% 100000000 %}"}, "Expected 'number up to 99999999'"),
            (
                {"Timestamp": "{% 'tomorrow' %}"},
                "Expected 'RFC 3339 timestamp', but was 'string' for value: \"tomorrow\"",
            ),
            ({"Timestamp": "{% 5 %}"}, "Expected 'RFC 3339 timestamp', but was 'number' for value: 5"),
        ],
    )
    def test_a_value_of_the_wrong_type_fails(self, world: World, fields: dict[str, Any], cause: str) -> None:
        execution = world.run(machine({"A": {"Type": "Wait", "End": True, **fields}}), {"nothing": None})
        assert cause in failed_by_query(execution)


class TestSucceedAndFail:
    def test_succeed_ends_with_its_output(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Succeed", "Output": {"n": "{% $states.input.n %}"}}}), {"n": 1})
        assert (execution.status, execution.output) == ("SUCCEEDED", {"n": 1})
        assert kinds(execution) == [
            "ExecutionStarted",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]

    def test_fail_ends_with_its_error_and_cause(self, world: World) -> None:
        execution = world.run(
            machine({"A": {"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "because"}}), {"e": "Bad"}
        )
        assert (execution.status, execution.error, execution.cause) == ("FAILED", "Bad", "because")
        assert kinds(execution) == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]

    def test_fail_may_say_nothing(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Fail"}}))
        assert (execution.status, execution.error, execution.cause) == ("FAILED", None, None)
        assert execution.history[-1]["executionFailedEventDetails"] == {}

    def test_the_error_of_fail_is_text(self, world: World) -> None:
        assert "Expected 'string', but was 'number'" in failed_by_query(
            world.run(machine({"A": {"Type": "Fail", "Error": "{% 1 %}"}}))
        )


def test_the_context_object(world: World) -> None:
    definition = machine(
        {
            "W": {"Type": "Wait", "Seconds": 5, "Next": "A"},
            "A": {"Type": "Pass", "Output": "{% $states.context %}", "End": True},
        }
    )
    execution = world.start(definition, {"n": 1}, name="run-1")
    world.clock.run_until_quiet()

    assert execution.output == {
        "Execution": {
            "Id": "arn:aws:states:us-east-1:123456789012:execution:machine:run-1",
            "Input": {"n": 1},
            "Name": "run-1",
            "RoleArn": "arn:aws:iam::123456789012:role/machine",
            "StartTime": "2026-11-24T09:00:00.000Z",
            "RedriveCount": 0,
        },
        "State": {"EnteredTime": "2026-11-24T09:00:05.000Z", "Name": "A", "RetryCount": 0},
        "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:machine", "Name": "machine"},
    }
    assert entered(execution) == ["W", "A"]
