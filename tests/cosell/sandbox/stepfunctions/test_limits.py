import pytest

from cosell.sandbox.stepfunctions import ExecutionNotRedrivable, InvalidExecutionInput
from tests.support.asl import World, entered, function, kinds, machine

MOST = 262_144
TOO_MUCH = "returned a result with a size exceeding the maximum number of bytes service limit."


def test_a_result_of_256_kib_is_taken_and_one_byte_more_is_not(world: World) -> None:
    outcomes = []
    for size in (MOST - 2, MOST - 1):  # two quotes
        world.sfn.integrations["arn:aws:states:::lambda:invoke"] = lambda call, size=size: call.succeed("x" * size)  # type: ignore[misc]
        outcomes.append(world.run(machine({"A": function("f", Output="small")})))
    assert [execution.status for execution in outcomes] == ["SUCCEEDED", "FAILED"]
    assert outcomes[1].error == "States.DataLimitExceeded"
    assert outcomes[1].cause == f"The state/task 'arn:aws:states:::lambda:invoke' {TOO_MUCH}"
    assert kinds(outcomes[1])[-2:] == ["TaskFailed", "ExecutionFailed"]


def test_bytes_count_not_characters(world: World) -> None:
    execution = world.run(
        machine({"A": {"Type": "Pass", "Output": "{% $states.input & $states.input %}", "End": True}}), "€" * 50_000
    )
    assert (execution.error, execution.cause) == ("States.DataLimitExceeded", f"The state/task 'A' {TOO_MUCH}")


@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_an_output_and_a_variable_are_limited(world: World, field: str) -> None:
    big = {"x": "{% $states.input & $states.input %}"}
    execution = world.run(machine({"A": {"Type": "Pass", field: big, "End": True}}), "x" * 200_000)
    assert execution.error == "States.DataLimitExceeded"


def test_the_variables_of_one_assign_are_limited_together(world: World) -> None:
    execution = world.run(
        machine(
            {"A": {"Type": "Pass", "Assign": dict.fromkeys("xy", "{% $states.input %}"), "Output": 1, "End": True}}
        ),
        "x" * 200_000,
    )
    assert execution.error == "States.DataLimitExceeded"


def test_all_variables_together_have_10_mib(world: World) -> None:
    states = {
        f"S{n}": {
            "Type": "Pass",
            "Assign": {f"v{n}": "{% $states.input %}"},
            **({"Next": f"S{n + 1}"} if n < 49 else {"End": True}),
        }
        for n in range(50)
    }
    execution = world.run(machine(states), "x" * 261_000)
    assert (execution.error, execution.failed_state) == ("States.DataLimitExceeded", "S40")


def test_arguments_are_limited(world: World) -> None:
    execution = world.run(machine({"A": function("f", "{% $states.input & $states.input %}")}), "x" * 200_000)
    assert (execution.error, world.calls) == ("States.DataLimitExceeded", [])


@pytest.mark.parametrize(("names", "status"), [(["States.ALL"], "FAILED"), (["States.DataLimitExceeded"], "SUCCEEDED")])
def test_too_much_data_is_caught_by_its_own_name_only(world: World, names: list[str], status: str) -> None:
    big = function("f", Output="{% $states.input & $states.input %}", Catch=[{"ErrorEquals": names, "Next": "B"}])
    world.script["f"] = [1]
    execution = world.run(machine({"A": big, "B": {"Type": "Succeed"}}), "x" * 200_000)
    assert execution.status == status


def test_an_input_is_limited_and_must_be_json(world: World) -> None:
    arn = world.create(machine({"A": {"Type": "Succeed"}})).arn
    with pytest.raises(InvalidExecutionInput, match="more than 262144 bytes"):
        world.sfn.start(arn, "x" * MOST)
    with pytest.raises(InvalidExecutionInput, match="Invalid State Machine Execution Input"):
        world.sfn.start_text(arn, "{not json")


def test_an_execution_ends_when_its_history_is_full_and_cannot_be_redriven(world: World) -> None:
    loop = machine(
        {
            "A": {"Type": "Pass", "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Condition": False, "Next": "E"}], "Default": "A"},
            "E": {"Type": "Succeed"},
        }
    )
    execution = world.run(loop)

    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause == "The execution reached the maximum number of history events (25000)."
    assert (len(execution.history), kinds(execution)[-1]) == (25_000, "ExecutionFailed")
    assert (entered(execution)[-1], execution.failed_state) == ("A", "C")  # there was no room for entering C
    with pytest.raises(ExecutionNotRedrivable, match=r"^Execution history event limit exceeded$"):
        world.sfn.redrive(execution.arn)
