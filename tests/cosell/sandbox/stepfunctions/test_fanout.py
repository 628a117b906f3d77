from typing import Any

import pytest

from tests.support.asl import After, Error, World, failed_by_query, flow, function, kinds, machine


class TestParallel:
    def test_the_outputs_come_in_the_order_of_the_branches(self, world: World) -> None:
        world.script |= {"slow": [After(5, "slow")], "fast": [After(1, "fast")]}
        started = world.clock.now
        execution = world.run(
            machine(
                {
                    "P": {
                        "Type": "Parallel",
                        "Branches": [flow({"A": function("slow")}), flow({"B": function("fast")})],
                        "End": True,
                    }
                }
            )
        )

        assert (execution.output, world.clock.now - started) == (["slow", "fast"], 5)

    def test_each_branch_gets_the_arguments(self, world: World) -> None:
        branch = flow({"A": {"Type": "Pass", "End": True}})
        execution = world.run(
            machine(
                {
                    "P": {
                        "Type": "Parallel",
                        "Arguments": {"n": "{% $states.input.n * 2 %}"},
                        "Branches": [branch],
                        "Output": "{% $states.result[0].n %}",
                        "Assign": {"all": "{% $states.result %}"},
                        "Next": "B",
                    },
                    "B": {"Type": "Pass", "Output": {"was": "{% $states.input %}", "all": "{% $all %}"}, "End": True},
                }
            ),
            {"n": 2},
        )
        assert execution.output == {"was": 4, "all": [{"n": 4}]}

    def test_a_failure_stops_the_other_branches_and_nothing_of_them_is_left(self, world: World) -> None:
        world.script |= {"bad": [After(1, Error("Bad"))], "good": [After(60, "late")]}
        branches = [
            flow({"A": function("bad")}),
            flow({"B": function("good", TimeoutSeconds=90)}),
            flow({"W": {"Type": "Wait", "Seconds": 600, "End": True}}),
        ]
        execution = world.start(machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}}))

        world.clock.run_while(lambda: execution.status == "RUNNING")

        assert (execution.error, execution.failed_state) == ("Bad", "A")
        assert kinds(execution)[-5:] == [
            "TaskFailed",
            "TaskStateAborted",
            "WaitStateAborted",
            "ParallelStateFailed",
            "ExecutionFailed",
        ]
        length = len(execution.history)
        world.clock.run_until_quiet()
        assert len(execution.history) == length

    def test_a_failure_stops_what_runs_inside_of_the_other_branches_too(self, world: World) -> None:
        world.script |= {"bad": [After(1, Error("Bad"))], "slow": [After(9, "late")]}
        item = flow({"I": function("slow")})
        inner = {"Type": "Map", "Items": [1, 2, 3], "MaxConcurrency": 2, "ItemProcessor": item, "End": True}
        branches = [flow({"A": function("bad")}), flow({"M": inner})]
        execution = world.run(machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}}))

        failed = kinds(execution).index("TaskFailed")
        assert kinds(execution, after=failed) == [
            "TaskFailed",
            "MapIterationAborted",
            "TaskStateAborted",
            "MapIterationAborted",
            "TaskStateAborted",
            "MapStateAborted",
            "ParallelStateFailed",
            "ExecutionFailed",
        ]


class TestMap:
    def processing(self, state: dict[str, Any], **fields: Any) -> dict[str, Any]:
        return machine({"M": {"Type": "Map", "ItemProcessor": flow({"I": state}), "End": True, **fields}})

    def test_the_input_is_the_items(self, world: World) -> None:
        definition = self.processing({"Type": "Pass", "Output": "{% $states.input * 10 %}", "End": True})
        assert world.run(definition, [1, 2, 3]).output == [10, 20, 30]

    def test_no_items_no_iterations(self, world: World) -> None:
        execution = world.run(self.processing({"Type": "Succeed"}, Items=[]))
        assert execution.output == []
        assert kinds(execution)[1:] == [
            "MapStateEntered",
            "MapStateStarted",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded",
        ]

    def test_a_selector_makes_each_input_and_the_item_is_in_the_context(self, world: World) -> None:
        definition = self.processing(
            {"Type": "Pass", "Output": ["{% $states.input %}", "{% $states.context.Map.Item %}"], "End": True},
            Items="{% $states.input.names %}",
            ItemSelector={"name": "{% $states.context.Map.Item.Value %}", "of": "{% $states.input.team %}"},
        )
        execution = world.run(definition, {"names": ["Ada"], "team": "A"})
        assert execution.output == [[{"name": "Ada", "of": "A"}, {"Index": 0, "Value": "Ada"}]]

    def test_the_nearest_map_counts(self, world: World) -> None:
        inner = {
            "Type": "Map",
            "Items": ["x"],
            "ItemProcessor": flow(
                {"I": {"Type": "Pass", "Output": "{% $states.context.Map.Item.Value %}", "End": True}}
            ),
            "Next": "After",
        }
        after = {"Type": "Pass", "Output": ["{% $states.input %}", "{% $states.context.Map.Item.Value %}"], "End": True}
        execution = world.run(
            machine(
                {
                    "M": {
                        "Type": "Map",
                        "Items": ["a", "b"],
                        "ItemProcessor": flow({"N": inner, "After": after}),
                        "End": True,
                    }
                }
            )
        )
        assert execution.output == [[["x"], "a"], [["x"], "b"]]

    @pytest.mark.parametrize(
        ("limit", "items", "seconds"),
        [(0, 40, 1), (0, 41, 2), (1, 3, 3), (2, 3, 2), (100, 41, 2), ("{% $states.input.n %}", 3, 3)],
    )
    def test_so_many_iterations_run_at_once(self, world: World, limit: Any, items: int, seconds: float) -> None:
        started = world.clock.now
        definition = self.processing(
            {"Type": "Wait", "Seconds": 1, "End": True}, Items="{% [1..$states.input.items] %}", MaxConcurrency=limit
        )
        execution = world.run(definition, {"items": items, "n": 1})
        assert (execution.status, world.clock.now - started) == ("SUCCEEDED", seconds)

    def test_a_failure_stops_the_iterations_that_run_and_those_to_come(self, world: World) -> None:
        world.script["f"] = [After(1, Error("Bad")), After(9, "late"), After(9, "never")]
        execution = world.run(self.processing(function("f"), Items=[1, 2, 3], MaxConcurrency=2))

        assert (execution.error, world.called()) == ("Bad", ["f", "f"])
        assert kinds(execution)[-6:] == [
            "TaskFailed",
            "MapIterationAborted",
            "TaskStateAborted",
            "MapIterationFailed",
            "MapStateFailed",
            "ExecutionFailed",
        ]

    def test_items_must_be_an_array(self, world: World) -> None:
        cause = failed_by_query(world.run(self.processing({"Type": "Succeed"}), {"a": 1}))
        assert "Expected 'array', but was 'object' for value: {\"a\": 1}" in cause
