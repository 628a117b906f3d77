"""Retriers, catchers, and which error names they take."""

import itertools
from typing import Any

import pytest

from cosell.sandbox.stepfunctions.errors import matches
from tests.support.asl import SILENCE, After, Error, World, entered, flow, function, kinds, machine


def retrying(*retriers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return machine({"A": function("f", Retry=list(retriers), **fields)})


def call_times(world: World, definition: dict[str, Any]) -> list[float]:
    """Seconds after the start at which the function was called."""
    execution = world.run(definition)
    calls = [event for event in execution.history if event["type"] == "TaskScheduled"]
    return [event["timestamp"] - execution.started for event in calls]


@pytest.mark.parametrize(
    ("error", "names", "taken"),
    [
        ("Busy", ["Busy"], True),
        ("Busy", ["Other", "Busy"], True),
        ("Busy", ["States.ALL"], True),
        ("Busy", ["States.TaskFailed"], True),
        ("Busy", ["busy"], False),
        ("States.Timeout", ["States.Timeout"], True),
        ("States.Timeout", ["States.ALL"], True),
        ("States.Timeout", ["States.TaskFailed"], False),
        ("States.QueryEvaluationError", ["States.ALL"], True),
        ("States.Runtime", ["States.ALL"], False),
        ("States.Runtime", ["States.TaskFailed"], False),
        ("States.Runtime", ["States.Runtime"], False),
        ("States.DataLimitExceeded", ["States.ALL"], False),
        ("States.DataLimitExceeded", ["States.TaskFailed"], False),
        ("States.DataLimitExceeded", ["States.DataLimitExceeded"], True),
        ("", ["States.ALL"], True),
    ],
)
def test_which_error_names_are_taken(error: str, names: list[str], taken: bool) -> None:
    assert matches(error, names) is taken


class TestRetry:
    def test_delays_grow_up_to_the_longest(self, world: World) -> None:
        world.script["f"] = [Error("Busy")]
        retrier = {
            "ErrorEquals": ["Busy"],
            "IntervalSeconds": 2,
            "BackoffRate": 3,
            "MaxAttempts": 4,
            "MaxDelaySeconds": 20,
        }
        assert call_times(world, retrying(retrier)) == [0, 2, 8, 26, 46]

    def test_the_defaults_are_three_attempts_after_1_2_and_4_seconds(self, world: World) -> None:
        world.script["f"] = [Error("Busy")]
        assert call_times(world, retrying({"ErrorEquals": ["States.ALL"]})) == [0, 1, 3, 7]

    def test_full_jitter_is_anything_up_to_the_delay_and_depends_on_the_seed_only(self) -> None:
        retrier = {
            "ErrorEquals": ["Busy"],
            "IntervalSeconds": 100,
            "BackoffRate": 1,
            "MaxAttempts": 20,
            "JitterStrategy": "FULL",
        }
        runs = []
        for seed in (1, 1, 2):
            world = World(seed=seed, script={"f": [Error("Busy")]})
            times = call_times(world, retrying(retrier))
            runs.append([later - earlier for earlier, later in itertools.pairwise(times)])
        assert runs[0] == runs[1] != runs[2]
        assert all(0 <= delay <= 100 for delay in runs[0])
        assert max(runs[0]) - min(runs[0]) > 30

    def test_a_success_ends_it_and_the_state_is_entered_once(self, world: World) -> None:
        world.script["f"] = [Error("Busy"), Error("Busy"), "done"]
        execution = world.run(retrying({"ErrorEquals": ["Busy"]}))

        assert execution.output == "done"
        attempt = ["TaskScheduled", "TaskStarted", "TaskFailed"]
        assert kinds(execution) == [
            "ExecutionStarted",
            "TaskStateEntered",
            *attempt,
            *attempt,
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded",
        ]
        assert execution.transitions == 3

    def test_the_first_retrier_that_takes_the_error_decides_and_counts_for_itself(self, world: World) -> None:
        world.script["f"] = [Error("Busy"), Error("Slow"), Error("Slow"), Error("Busy"), Error("Busy")]
        busy = {"ErrorEquals": ["Busy"], "MaxAttempts": 1, "IntervalSeconds": 10}
        rest = {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5, "IntervalSeconds": 1, "BackoffRate": 1}
        assert call_times(world, retrying(busy, rest)) == [0, 10, 11, 12]

    def test_no_attempts_is_no_retry(self, world: World) -> None:
        world.script["f"] = [Error("Busy")]
        assert call_times(world, retrying({"ErrorEquals": ["Busy"], "MaxAttempts": 0})) == [0]

    def test_the_context_counts_retries(self, world: World) -> None:
        world.script["f"] = [Error("Busy"), Error("Busy"), "done"]
        world.run(
            machine({"A": function("f", "{% $states.context.State.RetryCount %}", Retry=[{"ErrorEquals": ["Busy"]}])})
        )
        assert [payload for _, payload in world.calls] == [0, 1, 2]

    def test_a_parallel_is_retried_as_a_whole(self, world: World) -> None:
        world.script |= {"good": ["fine"], "bad": [After(1, Error("Busy")), "fine"]}
        branches = [flow({"A": function("good")}), flow({"B": function("bad")})]
        execution = world.run(
            machine(
                {"P": {"Type": "Parallel", "Branches": branches, "Retry": [{"ErrorEquals": ["Busy"]}], "End": True}}
            )
        )

        assert execution.output == ["fine", "fine"]
        assert world.called() == ["good", "bad", "good", "bad"]

    def test_an_expression_of_a_task_can_be_retried(self, world: World) -> None:
        execution = world.run(
            machine({"A": function("f", "{% $nope %}", Retry=[{"ErrorEquals": ["States.QueryEvaluationError"]}])})
        )
        assert kinds(execution).count("EvaluationFailed") == 4
        assert execution.transitions == 4


class TestCatch:
    def test_the_error_becomes_the_output_and_the_state_is_left(self, world: World) -> None:
        world.script["f"] = [Error("LeaseLost", "another holds it")]
        execution = world.run(
            machine(
                {
                    "A": function("f", Catch=[{"ErrorEquals": ["LeaseLost"], "Next": "B"}]),
                    "B": {"Type": "Pass", "End": True},
                }
            )
        )
        assert execution.output == {"Error": "LeaseLost", "Cause": "another holds it"}
        assert kinds(execution)[4:] == [
            "TaskFailed",
            "TaskStateExited",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]

    def test_it_has_its_own_output(self, world: World) -> None:
        world.script["f"] = [Error("Bad", '{"errorMessage": "say \\"hi\\""}')]
        catcher = {
            "ErrorEquals": ["Bad"],
            "Next": "B",
            "Output": "{% $parse($states.errorOutput.Cause).errorMessage %}",
        }
        execution = world.run(machine({"A": function("f", Output="unused", Catch=[catcher]), "B": {"Type": "Succeed"}}))
        assert execution.output == 'say "hi"'

    def test_it_comes_after_the_retries(self, world: World) -> None:
        world.script["f"] = [Error("Busy")]
        definition = machine(
            {
                "A": function(
                    "f",
                    Retry=[{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
                    Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}],
                ),
                "B": {"Type": "Succeed"},
            }
        )
        execution = world.run(definition)
        assert (len(world.calls), entered(execution), execution.status) == (3, ["A", "B"], "SUCCEEDED")

    def test_the_first_catcher_that_takes_the_error_decides(self, world: World) -> None:
        world.script["f"] = [Error("Bad")]
        catchers = [
            {"ErrorEquals": ["Other"], "Next": "B"},
            {"ErrorEquals": ["Bad"], "Next": "C"},
            {"ErrorEquals": ["States.ALL"], "Next": "B"},
        ]
        execution = world.run(
            machine({"A": function("f", Catch=catchers), "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}})
        )
        assert entered(execution) == ["A", "C"]

    def test_a_parallel_catches_what_its_branches_do_not(self, world: World) -> None:
        world.script["f"] = [Error("Bad")]
        parallel = {
            "Type": "Parallel",
            "Branches": [flow({"A": function("f")})],
            "Catch": [{"ErrorEquals": ["Bad"], "Next": "B"}],
            "End": True,
        }
        execution = world.run(machine({"P": parallel, "B": {"Type": "Succeed", "Output": "{% $states.input.Error %}"}}))
        assert execution.output == "Bad"

    def test_a_loop_through_a_catcher_can_go_round(self, world: World) -> None:
        world.script["f"] = [Error("Conflict"), Error("Conflict"), "done"]
        execution = world.run(machine({"A": function("f", Catch=[{"ErrorEquals": ["Conflict"], "Next": "A"}])}))
        assert (entered(execution), execution.output) == (["A", "A", "A"], "done")

    def test_an_error_in_a_catcher_is_not_caught(self, world: World) -> None:
        world.script["f"] = [Error("Bad")]
        catchers = [
            {"ErrorEquals": ["Bad"], "Next": "B", "Output": "{% $nope %}"},
            {"ErrorEquals": ["States.ALL"], "Next": "B"},
        ]
        execution = world.run(machine({"A": function("f", Catch=catchers), "B": {"Type": "Succeed"}}))
        assert execution.error == "States.QueryEvaluationError"
        assert "specified for the field 'Catch[0]/Output'" in str(execution.cause)

    @pytest.mark.parametrize("name", ["States.ALL", "States.TaskFailed"])
    def test_a_runtime_error_is_never_caught(self, world: World, name: str) -> None:
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Catch": [{"ErrorEquals": [name], "Next": "B"}],
            "End": True,
        }
        execution = world.run(machine({"A": task, "B": {"Type": "Succeed"}}))
        assert (execution.status, execution.error) == ("FAILED", "States.Runtime")


class TestTimeouts:
    def test_a_task_that_does_not_answer_in_time_fails(self, world: World) -> None:
        world.script["f"] = [SILENCE]
        execution = world.run(machine({"A": function("f", TimeoutSeconds=60)}))

        assert (execution.status, execution.error, execution.stopped) == (
            "FAILED",
            "States.Timeout",
            execution.started + 60,
        )
        assert execution.history[4]["type"] == "TaskTimedOut"
        assert execution.history[4]["taskTimedOutEventDetails"] == {
            "resourceType": "lambda",
            "resource": "invoke",
            "error": "States.Timeout",
        }

    def test_an_answer_after_the_timeout_does_nothing(self, world: World) -> None:
        world.script["f"] = [After(90, "too late")]
        execution = world.run(
            machine(
                {
                    "A": function(
                        "f", TimeoutSeconds="{% 30 * 2 %}", Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "B"}]
                    ),
                    "B": {"Type": "Succeed"},
                }
            )
        )
        assert execution.output == {"Error": "States.Timeout", "Cause": ""}

    def test_each_attempt_has_the_whole_time(self, world: World) -> None:
        world.script["f"] = [After(90, "too late"), After(50, "in time")]
        execution = world.run(
            machine({"A": function("f", TimeoutSeconds=60, Retry=[{"ErrorEquals": ["States.Timeout"]}])})
        )
        assert (execution.output, execution.stopped) == ("in time", execution.started + 60 + 1 + 50)

    def test_an_answer_leaves_no_timer_behind(self, world: World) -> None:
        world.script["f"] = ["at once"]
        execution = world.start(machine({"A": function("f", TimeoutSeconds=60)}, TimeoutSeconds=3600))
        world.clock.run_while(lambda: execution.status == "RUNNING")
        assert (world.clock.quiet, world.clock.now) == (True, execution.started)

    def test_a_machine_that_takes_too_long_is_timed_out_and_its_task_is_closed(self, world: World) -> None:
        world.script["f"] = [After(500, "too late")]
        execution = world.run(machine({"A": function("f")}, TimeoutSeconds=300))

        assert (execution.status, execution.error, execution.cause) == ("TIMED_OUT", None, None)
        assert (execution.stopped, execution.failed_state) == (execution.started + 300, "A")
        assert kinds(execution)[-2:] == ["TaskStarted", "ExecutionTimedOut"]
