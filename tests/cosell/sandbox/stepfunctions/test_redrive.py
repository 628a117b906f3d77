from collections.abc import Callable
from typing import Any

import pytest

from cosell.sandbox.stepfunctions import Execution, ExecutionNotRedrivable
from tests.support.asl import SILENCE, After, Error, World, entered, flow, function, kinds, machine

DAY = 86_400

THREE = machine(
    {
        "A": function("a", Assign={"made": "{% $states.result.Payload %}"}, Next="B"),
        "B": function("b", {"made": "{% $made %}", "from": "{% $states.input %}"}, Next="C"),
        "C": {"Type": "Pass", "Output": {"made": "{% $made %}", "b": "{% $states.input %}"}, "End": True},
    }
)


class TestWhatRunsAgain:
    def test_the_failed_task_with_its_input_and_the_variables_made_before(self, world: World) -> None:
        world.script |= {"a": ["made once"], "b": [Error("Down"), "done"]}
        execution = world.run(THREE)
        assert (execution.status, execution.failed_state, execution.error) == ("FAILED", "B", "Down")
        failure = len(execution.history)

        world.redrive(execution)

        assert (execution.status, execution.output) == ("SUCCEEDED", {"made": "made once", "b": "done"})
        assert (execution.error, execution.cause, execution.failed_state) == (None, None, None)
        assert world.calls == [("a", {}), *[("b", {"made": "made once", "from": "made once"})] * 2]
        assert kinds(execution, after=failure) == [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]

    def test_the_history_goes_on_and_the_task_is_scheduled_from_its_first_entry(self, world: World) -> None:
        world.script |= {"a": ["x"], "b": [Error("Down"), "done"]}
        execution = world.redrive(world.run(THREE))

        events = {event["id"]: event for event in execution.history}
        assert list(events) == list(range(1, len(events) + 1))
        (redriven,) = [event for event in execution.history if event["type"] == "ExecutionRedriven"]
        assert redriven["executionRedrivenEventDetails"] == {"redriveCount": 1}
        assert redriven["previousEventId"] == redriven["id"] - 1
        scheduled = events[redriven["id"] + 1]
        assert events[scheduled["previousEventId"]]["stateEnteredEventDetails"]["name"] == "B"

    def test_retries_and_timeouts_start_anew(self, world: World) -> None:
        world.script["f"] = [Error("Busy"), Error("Busy"), SILENCE, "done"]
        retrier = {"ErrorEquals": ["Busy"], "MaxAttempts": 1}
        execution = world.run(machine({"A": function("f", Retry=[retrier], TimeoutSeconds=60)}))
        assert execution.error == "Busy"

        world.redrive(execution)
        assert execution.error == "States.Timeout"
        assert world.clock.now == execution.started + 1 + 60

        assert world.redrive(execution).output == "done"
        assert (execution.redrives, len(world.calls)) == (2, 4)

    def test_the_context_tells_of_the_redrive(self, world: World) -> None:
        world.script["f"] = [Error("Down"), "done"]
        execution = world.run(machine({"A": function("f", "{% $states.context.Execution %}")}))
        world.clock.advance(60)
        world.redrive(execution)

        first, second = (payload for _, payload in world.calls)
        assert (first["RedriveCount"], "RedriveTime" in first) == (0, False)
        assert (second["RedriveCount"], second["RedriveTime"]) == (1, "2026-11-24T09:01:00.000Z")
        assert first["StartTime"] == second["StartTime"]

    def test_a_fail_state_is_entered_again_and_fails_again(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Pass", "Next": "F"}, "F": {"Type": "Fail", "Error": "No"}}))
        failure = len(execution.history)

        world.redrive(execution)

        assert (execution.status, execution.error, execution.redrives) == ("FAILED", "No", 1)
        assert kinds(execution, after=failure) == ["ExecutionRedriven", "FailStateEntered", "ExecutionFailed"]

    def test_a_choice_looks_again(self, world: World) -> None:
        rules = [{"Condition": "{% $states.context.Execution.RedriveCount = 1 %}", "Next": "B"}]
        execution = world.run(machine({"C": {"Type": "Choice", "Choices": rules}, "B": {"Type": "Succeed"}}))
        assert execution.error == "States.NoChoiceMatched"
        assert world.redrive(execution).status == "SUCCEEDED"

    def test_a_wait_until_a_moment_that_is_past_is_over_and_one_for_seconds_starts_anew(self, world: World) -> None:
        until = machine({"W": {"Type": "Wait", "Timestamp": "2026-11-24T10:00:00Z", "End": True}}, TimeoutSeconds=60)
        for_seconds = machine({"W": {"Type": "Wait", "Seconds": 100, "End": True}}, TimeoutSeconds=60)
        waited = []
        for number, definition in enumerate((until, for_seconds)):
            execution = world.sfn.start(world.create(definition, f"wait-{number}").arn, {})
            world.clock.run_until_quiet()
            assert execution.status == "TIMED_OUT"
            world.clock.advance(DAY)
            redriven = world.clock.now
            world.redrive(execution)
            waited.append((execution.status, world.clock.now - redriven))
        assert waited == [("SUCCEEDED", 0), ("TIMED_OUT", 60)]

    def test_one_that_timed_out_gets_the_whole_time_again(self, world: World) -> None:
        world.script["f"] = [SILENCE, After(200, "done")]
        execution = world.run(machine({"A": function("f")}, TimeoutSeconds=300))
        assert execution.status == "TIMED_OUT"
        late, _ = world.open_calls[0], world.sfn.redrive(execution.arn)
        late.succeed("an answer to the first attempt")
        world.clock.run_until_quiet()

        assert (execution.status, execution.output) == ("SUCCEEDED", "done")

    def test_one_that_was_stopped(self, world: World) -> None:
        world.script["f"] = [SILENCE, "done"]
        execution = world.run(machine({"A": function("f")}))
        world.sfn.stop(execution.arn, "Operator", "wrong input")
        assert (execution.status, execution.error, execution.failed_state) == ("ABORTED", "Operator", "A")

        assert world.redrive(execution).output == "done"


def nested(failing: Callable[[World], None]) -> tuple[World, Execution]:
    """A Parallel whose first branch is a Map over 1, 2, 3, and whose second branch waits and then works."""
    world = World()
    item = flow(
        {"I": function("item", "{% $states.input %}", Next="J"), "J": function("finish", "{% $states.input %}")}
    )
    mapping = flow({"M": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": item, "End": True}})
    waiting = flow({"W": {"Type": "Wait", "Seconds": 2, "Next": "B"}, "B": function("other")})
    definition = machine(
        {"P": {"Type": "Parallel", "Branches": [mapping, waiting], "Next": "Z"}, "Z": function("last")}
    )
    world.script |= {"item": ["i1", "i2", "i3"], "finish": ["f1", "f2", "f3"], "other": ["o"], "last": ["end"]}
    failing(world)
    return world, world.run(definition)


class TestFanOut:
    def test_only_the_failed_iteration_of_a_map_in_a_parallel_runs_again(self) -> None:
        def second_item_fails(world: World) -> None:
            world.script["finish"] = ["f1", After(5, Error("Down")), "f3", "f2"]

        world, execution = nested(second_item_fails)
        assert (execution.status, execution.failed_state) == ("FAILED", "J")
        assert world.called() == ["item"] * 3 + ["finish"] * 3 + ["other"]
        world.calls.clear()

        world.redrive(execution)

        assert (execution.status, execution.output) == ("SUCCEEDED", "end")
        assert world.calls == [("finish", "i2"), ("last", {})]
        parallel = next(event for event in execution.history if event["type"] == "ParallelStateExited")
        assert parallel["stateExitedEventDetails"]["output"] == '[["f1","f2","f3"],"o"]'

    def test_what_the_failure_aborted_goes_on_where_it_stood(self) -> None:
        def first_item_fails_at_once(world: World) -> None:
            world.script["item"] = [Error("Down"), After(1, "i2"), After(1, "i3"), "i1", "i2", "i3"]

        world, execution = nested(first_item_fails_at_once)
        assert world.called() == ["item"] * 3
        failure = len(execution.history)

        world.redrive(execution)

        assert (execution.status, execution.output) == ("SUCCEEDED", "end")
        assert world.called() == ["item"] * 6 + ["finish"] * 3 + ["other", "last"]
        assert entered(execution, after=failure) == ["J", "J", "J", "B", "Z"]
        assert "MapIterationStarted" not in kinds(execution, after=failure)

    def test_an_iteration_that_had_not_begun_begins(self, world: World) -> None:
        world.script["f"] = [Error("Down"), "one", "two"]
        item = flow({"I": function("f", "{% $states.input %}")})
        execution = world.run(
            machine({"M": {"Type": "Map", "Items": [1, 2], "MaxConcurrency": 1, "ItemProcessor": item, "End": True}})
        )
        assert world.calls == [("f", 1)]

        world.redrive(execution)

        assert (execution.output, world.calls) == (["one", "two"], [("f", 1), ("f", 1), ("f", 2)])
        assert kinds(execution).count("MapIterationStarted") == 2

    def test_a_redrive_that_fails_again_keeps_what_is_done(self) -> None:
        def two_items_fail(world: World) -> None:
            world.script["finish"] = ["f1", After(5, Error("Down")), After(9, "f3"), Error("Down"), "f2", "f3"]

        world, execution = nested(two_items_fail)
        world.redrive(execution)
        assert (execution.status, execution.redrives) == ("FAILED", 1)
        world.calls.clear()

        world.redrive(execution)
        assert (execution.status, execution.redrives) == ("SUCCEEDED", 2)
        assert set(world.called()) <= {"finish", "last"}
        assert execution.output == "end"

    def test_after_too_much_data_all_branches_run_again(self, world: World) -> None:
        world.script |= {"small": ["s"], "big": ["x" * 262_100, "b"]}
        branches = [
            flow({"A": function("small")}),
            flow({"B": function("big", Output="{% $states.result.Payload & $states.result.Payload %}")}),
        ]
        execution = world.run(machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}}))
        assert execution.error == "States.DataLimitExceeded"

        world.redrive(execution)
        assert (execution.output, world.called()) == (["s", "bb"], ["small", "big"] * 2)

    def test_when_only_the_output_failed_no_branch_runs_again(self, world: World) -> None:
        world.script["f"] = ["done"]
        output = "{% $states.context.Execution.RedriveCount > 0 ? $states.result : $nope %}"
        execution = world.run(
            machine(
                {"P": {"Type": "Parallel", "Branches": [flow({"A": function("f")})], "Output": output, "End": True}}
            )
        )
        assert execution.error == "States.QueryEvaluationError"

        assert world.redrive(execution).output == ["done"]
        assert world.called() == ["f"]


class TestTransitions:
    def test_entries_retries_and_what_a_redrive_runs_again_are_billed(self, world: World) -> None:
        world.script |= {"a": ["x"], "b": [Error("Busy"), Error("Down"), "done"]}
        states = {**THREE["States"], "B": {**THREE["States"]["B"], "Retry": [{"ErrorEquals": ["Busy"]}]}}
        execution = world.run({**THREE, "States": states})
        assert execution.transitions == 3  # A, B, B retried

        assert world.redrive(execution).transitions == 5  # B again, C

    def test_a_parallel_that_goes_on_is_not_billed_again(self) -> None:
        world, execution = nested(lambda world: world.script.update(finish=["f1", After(5, Error("Down")), "f3", "f2"]))
        before = execution.transitions
        world.redrive(execution)
        assert execution.transitions - before == 2  # J of the second item, Z


class TestEligibility:
    def test_while_it_runs(self, world: World) -> None:
        world.script["f"] = [SILENCE]
        execution = world.run(machine({"A": function("f")}))
        with pytest.raises(ExecutionNotRedrivable, match=r"^Execution is RUNNING and cannot be redriven$"):
            world.sfn.redrive(execution.arn)

    def test_when_it_succeeded(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Succeed"}}))
        with pytest.raises(ExecutionNotRedrivable, match=r"^Execution is SUCCEEDED and cannot be redriven$"):
            world.sfn.redrive(execution.arn)

    def test_until_14_days_after_it_closed(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Fail"}}))
        world.clock.advance(14 * DAY)
        assert world.sfn.not_redrivable(execution) is None

        world.clock.advance(1)
        with pytest.raises(ExecutionNotRedrivable, match=r"^Execution redrivable period exceeded$"):
            world.sfn.redrive(execution.arn)

    def test_the_14_days_begin_again_with_the_next_failure(self, world: World) -> None:
        execution = world.run(machine({"A": {"Type": "Fail"}}))
        world.clock.advance(10 * DAY)
        world.redrive(execution)
        world.clock.advance(10 * DAY)
        assert world.redrive(execution).redrives == 2

    def test_a_year_after_its_start(self, world: World) -> None:
        execution = world.run(
            machine({"W": {"Type": "Wait", "Seconds": 364 * DAY, "Next": "F"}, "F": {"Type": "Fail"}})
        )
        world.clock.advance(2 * DAY)
        with pytest.raises(ExecutionNotRedrivable, match=r"^Execution has exceeded the max execution time$"):
            world.sfn.redrive(execution.arn)


def test_failing_and_redriving_every_task_ends_as_an_undisturbed_run(world: World) -> None:
    names = ["one", "two", "three"]
    states: dict[str, Any] = {
        name: function(
            name,
            {"so far": "{% $sofar %}"},
            Assign={"sofar": "{% $append($sofar, [$states.result.Payload]) %}"},
            Next=following,
        )
        for name, following in zip(names, [*names[1:], "End"], strict=True)
    }
    start = {"Type": "Pass", "Assign": {"sofar": []}, "Next": "one"}
    definition = machine({"Start": start, **states, "End": {"Type": "Succeed", "Output": "{% $sofar %}"}})
    outputs = []
    for failing in [None, *names]:
        world.script = {name: [Error("Down"), name] if name == failing else [name] for name in names}
        execution = world.run(definition)
        outputs.append(world.redrive(execution).output if failing else execution.output)
    assert outputs == [names] * 4
