from typing import Any

from tests.support.asl import Error, World, flow, function, machine


def test_output_and_assign_see_the_values_at_entry(world: World) -> None:
    definition = machine(
        {
            "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
            "B": {
                "Type": "Pass",
                "Assign": {"x": "{% $y %}", "y": "{% $x %}"},
                "Output": ["{% $x %}", "{% $y %}"],
                "Next": "C",
            },
            "C": {
                "Type": "Pass",
                "Output": {"seen": "{% $states.input %}", "now": ["{% $x %}", "{% $y %}"]},
                "End": True,
            },
        }
    )
    assert world.run(definition).output == {"seen": [1, 2], "now": [2, 1]}


def test_a_branch_reads_outer_variables_and_its_own_end_with_it(world: World) -> None:
    inner = flow(
        {
            "I": {"Type": "Pass", "Assign": {"own": "{% $outer & '!' %}"}, "Next": "J"},
            "J": {"Type": "Pass", "Output": "{% $own %}", "End": True},
        }
    )
    definition = machine(
        {
            "A": {"Type": "Pass", "Assign": {"outer": "read me"}, "Next": "P"},
            "P": {"Type": "Parallel", "Branches": [inner], "Next": "Z"},
            "Z": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $exists($own) %}"], "End": True},
        }
    )
    assert world.run(definition).output == [["read me!"], False]


def test_iterations_have_variables_of_their_own(world: World) -> None:
    item = flow(
        {
            "I": {"Type": "Pass", "Assign": {"n": "{% $states.input %}"}, "Next": "W"},
            "W": {"Type": "Wait", "Seconds": "{% 3 - $n %}", "Next": "J"},
            "J": {"Type": "Pass", "Output": "{% $n * $factor %}", "End": True},
        }
    )
    definition = machine(
        {
            "A": {"Type": "Pass", "Assign": {"factor": 10}, "Next": "M"},
            "M": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": item, "End": True},
        }
    )
    assert world.run(definition).output == [10, 20, 30]


def test_every_state_that_may_assign_does(world: World) -> None:
    world.script |= {"f": [7], "bad": [Error("Bad", "why")]}
    states: dict[str, Any] = {
        "T": function("f", Assign={"t": "{% $states.result.Payload %}"}, Next="W"),
        "W": {"Type": "Wait", "Seconds": 1, "Assign": {"w": "waited"}, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Condition": True, "Next": "M", "Assign": {"c": "rule"}}]},
        "M": {
            "Type": "Map",
            "Items": [1],
            "ItemProcessor": flow({"I": {"Type": "Succeed"}}),
            "Assign": {"m": "{% $states.result %}"},
            "Next": "B",
        },
        "B": function(
            "bad",
            Assign={"never": 1},
            Catch=[{"ErrorEquals": ["Bad"], "Next": "Z", "Assign": {"b": "{% $states.errorOutput %}"}}],
        ),
        "Z": {
            "Type": "Succeed",
            "Output": ["{% $t %}", "{% $w %}", "{% $c %}", "{% $m %}", "{% $b %}", "{% $exists($never) %}"],
        },
    }
    execution = world.run(machine(states))
    assert execution.output == [7, "waited", "rule", [1], {"Error": "Bad", "Cause": "why"}, False]


def test_what_is_assigned_is_in_the_history_as_json(world: World) -> None:
    execution = world.run(
        machine({"A": {"Type": "Pass", "Assign": {"text": 'say "hi"', "list": [1, None]}, "End": True}})
    )
    details = execution.history[2]["stateExitedEventDetails"]
    assert details["assignedVariables"] == {"text": '"say \\"hi\\""', "list": "[1,null]"}
    assert details["assignedVariablesDetails"] == {"truncated": False}
