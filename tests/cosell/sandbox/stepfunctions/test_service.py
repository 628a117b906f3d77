import json

import pytest

from cosell.sandbox.stepfunctions import (
    Execution,
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidName,
    StateMachineAlreadyExists,
    StateMachineDoesNotExist,
    TaskCall,
)
from tests.support.asl import INVOKE, SILENCE, After, Error, World, flow, function, kinds, machine

SUCCEED = machine({"A": {"Type": "Succeed"}})
DAY = 86_400


class TestMachines:
    def test_the_same_again_is_the_same_and_another_under_its_name_is_refused(self, world: World) -> None:
        created = world.create(SUCCEED, "m")
        assert created.arn == "arn:aws:states:us-east-1:123456789012:stateMachine:m"
        assert world.create(SUCCEED, "m") is created
        with pytest.raises(StateMachineAlreadyExists, match="stateMachine:m"):
            world.create(machine({"B": {"Type": "Succeed"}}), "m")

    def test_a_definition_that_is_changed_afterwards_changes_nothing(self, world: World) -> None:
        definition = machine({"A": {"Type": "Succeed", "Output": 1}})
        arn = world.create(definition).arn
        definition["States"]["A"]["Output"] = 2
        execution = world.sfn.start(arn, {})
        world.clock.run_until_quiet()
        assert execution.output == 1

    def test_a_new_definition_is_for_new_executions_and_a_redrive_keeps_the_old_one(self, world: World) -> None:
        world.script["f"] = [Error("Down"), 1]
        old = world.run(machine({"A": function("f", Next="B"), "B": {"Type": "Succeed", "Output": "old"}}))
        world.sfn.update_state_machine(old.machine.arn, machine({"A": {"Type": "Succeed", "Output": "new"}}))
        new = world.sfn.start(old.machine.arn, {})
        world.redrive(old)
        assert (old.output, new.output) == ("old", "new")

    @pytest.mark.parametrize("name", ["", "a b", "a/b", "a:b", "x" * 81, "a*"])
    def test_names(self, world: World, name: str) -> None:
        with pytest.raises(InvalidName):
            world.create(SUCCEED, name)


class TestStart:
    def test_names_are_made_up_from_the_seed(self) -> None:
        def names(seed: int) -> list[str]:
            world = World(seed=seed)
            return [world.start(SUCCEED).name for _ in range(3)]

        assert names(1) == names(1) != names(2)
        assert len(set(names(1))) == 3

    def test_the_same_name_and_input_while_it_runs_is_the_same_execution(self, world: World) -> None:
        world.script["f"] = [SILENCE]
        definition, told = machine({"A": function("f")}), list[Execution]()
        world.sfn.on_status.append(told.append)

        first, second = (world.start(definition, {"n": 1}, name="deal-7") for _ in range(2))

        assert first is second
        assert told == [first]
        with pytest.raises(
            ExecutionAlreadyExists, match=r"Execution Already Exists: 'arn:aws:states:.*:execution:machine:deal-7'"
        ):
            world.start(definition, {"n": 2}, name="deal-7")

    def test_a_name_is_free_again_90_days_after_the_execution_closed(self, world: World) -> None:
        first = world.start(SUCCEED, name="deal-7")
        world.clock.run_until_quiet()
        world.clock.advance(90 * DAY)
        with pytest.raises(ExecutionAlreadyExists):
            world.start(SUCCEED, name="deal-7")
        world.clock.advance(1)
        assert world.start(SUCCEED, name="deal-7") is not first

    def test_an_unknown_machine_is_refused(self, world: World) -> None:
        with pytest.raises(StateMachineDoesNotExist, match="State Machine Does Not Exist: 'arn:x'"):
            world.sfn.start("arn:x", {})

    def test_an_unknown_execution_is_refused(self, world: World) -> None:
        with pytest.raises(ExecutionDoesNotExist, match="Execution Does Not Exist: 'arn:x'"):
            world.sfn.redrive("arn:x")


class TestStop:
    def test_it_aborts_and_leaves_nothing_on_the_clock(self, world: World) -> None:
        world.script["f"] = [After(500, "late")]
        branches = [
            flow({"A": function("f", TimeoutSeconds=900)}),
            flow({"W": {"Type": "Wait", "Seconds": 900, "End": True}}),
        ]
        execution = world.start(
            machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}}, TimeoutSeconds=3600)
        )
        world.clock.advance(10)

        world.sfn.stop(execution.arn, "Operator", "not needed")

        assert (execution.status, execution.error, execution.cause) == ("ABORTED", "Operator", "not needed")
        assert (execution.stopped, kinds(execution)[-1]) == (execution.started + 10, "ExecutionAborted")
        world.clock.run_until_quiet()
        assert world.clock.now == execution.started + 500  # the function's answer, which nobody waits for

    def test_one_that_has_ended_stays_as_it_is(self, world: World) -> None:
        execution = world.run(SUCCEED)
        events = len(execution.history)
        world.sfn.stop(execution.arn)
        assert (execution.status, len(execution.history)) == ("SUCCEEDED", events)

    def test_an_integration_may_stop_its_own_execution(self, world: World) -> None:
        def stop(call: TaskCall) -> None:
            world.sfn.stop(call.execution.arn)
            call.succeed(1)

        world.sfn.integrations[INVOKE] = stop
        execution = world.run(machine({"A": function("f", TimeoutSeconds=900)}))
        assert (execution.status, world.clock.now) == ("ABORTED", execution.started)


class TestStatus:
    def test_every_change_is_told_when_it_has_happened(self, world: World) -> None:
        told = list[tuple[str, int, float | None]]()
        world.sfn.on_status.append(
            lambda execution: told.append((execution.status, execution.redrives, execution.stopped))
        )
        world.script["f"] = [Error("Down"), After(5, 1)]
        execution = world.redrive(world.run(machine({"A": function("f")})))

        started = execution.started
        assert told == [
            ("RUNNING", 0, None),
            ("FAILED", 0, started),
            ("RUNNING", 1, None),
            ("SUCCEEDED", 1, started + 5),
        ]

    def test_a_listener_may_start_another(self, world: World) -> None:
        def start_another(execution: Execution) -> None:
            if execution.status == "FAILED":
                world.start(SUCCEED)

        world.sfn.on_status.append(start_another)
        world.sfn.start(world.create(machine({"F": {"Type": "Fail"}}), "failing").arn, {})
        world.clock.run_until_quiet()
        assert [execution.status for execution in world.sfn.executions.values()] == ["FAILED", "SUCCEEDED"]

    def test_a_listener_may_stop_what_has_just_been_started(self, world: World) -> None:
        def stop(execution: Execution) -> None:
            world.sfn.stop(execution.arn)

        world.sfn.on_status.append(stop)
        execution = world.run(machine({"A": function("f")}, TimeoutSeconds=60))
        assert (execution.status, kinds(execution), world.calls) == (
            "ABORTED",
            ["ExecutionStarted", "ExecutionAborted"],
            [],
        )
        assert world.clock.now == execution.started


class TestDeterminism:
    def histories(self, seed: int) -> str:
        world = World(seed=seed, script={"flaky": [Error("Busy"), Error("Busy"), 1, Error("Busy"), 2]})
        retrier = {"ErrorEquals": ["Busy"], "JitterStrategy": "FULL", "IntervalSeconds": 10, "MaxAttempts": 9}
        item = flow({"I": function("flaky", "{% $uuid() %}", Retry=[retrier])})
        definition = machine(
            {
                "M": {"Type": "Map", "Items": "{% $shuffle([1..6]) %}", "ItemProcessor": item, "Next": "P"},
                "P": {"Type": "Pass", "Output": ["{% $random() %}", "{% $now() %}"], "End": True},
            }
        )
        executions = [world.start(definition) for _ in range(5)]
        world.clock.run_until_quiet()
        assert {execution.status for execution in executions} == {"SUCCEEDED"}
        return json.dumps({execution.arn: execution.history for execution in executions})

    def test_the_same_seed_gives_the_same_histories_byte_for_byte(self) -> None:
        assert self.histories(7) == self.histories(7)

    def test_another_seed_gives_others(self) -> None:
        assert self.histories(7) != self.histories(8)

    def test_executions_interleave_state_by_state(self, world: World) -> None:
        definition = machine({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": True}})
        first, second = world.start(definition), world.start(definition)
        lengths = []
        while not world.clock.quiet:
            world.clock.step()
            lengths.append((len(first.history), len(second.history)))
        assert lengths == [(3, 1), (3, 3), (6, 3), (6, 6)]
