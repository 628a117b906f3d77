"""What is true of every state machine, read from the synthesized definitions."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_cdk import aws_stepfunctions as sfn

from lambdas import errors
from statemachines import task
from tests.support import asl_lint
from tests.support.synth import synthesized

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", asl_lint.RULES, ids=lambda rule: rule.__name__)
def test_every_machine_keeps_to_the_rule(rule: asl_lint.Rule) -> None:
    offences = [offence for definition in synthesized().definitions().values() for offence in rule(definition)]

    assert offences == []


def test_every_state_that_was_built_is_in_a_definition() -> None:
    built = {node.state_id for node in synthesized().app.node.find_all() if isinstance(node, sfn.State)}

    defined = {name for definition in synthesized().definitions().values() for name in definition["States"]}
    assert built == defined


def test_state_file_and_function_bear_one_name() -> None:
    functions = synthesized().resources("AWS::Lambda::Function")
    for definition in synthesized().definitions().values():
        for name, state in definition["States"].items():
            if state["Type"] == "Task":
                words = name.lower().split()
                function = functions[state["Arguments"]["FunctionName"].rpartition(":")[2]]
                assert function["FunctionName"] == f"cosell-sandbox-{'-'.join(words)}"
                assert function["Handler"] == f"lambdas.tasks.{'_'.join(words)}.handler"
                assert (ROOT / "lambdas" / "tasks" / f"{'_'.join(words)}.py").is_file()


def test_every_task_file_is_a_state() -> None:
    files = {path.stem for path in (ROOT / "lambdas" / "tasks").glob("*.py")} - {"__init__"}

    states = {
        name.lower().replace(" ", "_")
        for definition in synthesized().definitions().values()
        for name, state in definition["States"].items()
        if state["Type"] == "Task"
    }
    assert files == states


def test_what_redrives_and_what_plans_again_are_different_errors() -> None:
    """An error that is both retried and caught would be retried in vain under a turn that is over."""
    assert not set(task.TRANSIENT + task.TIMED_OUT) & set(task.OUT_OF_DATE)
    assert errors.Misconfigured.__name__ not in task.TRANSIENT + task.OUT_OF_DATE
    assert errors.NotPermitted.__name__ not in task.TRANSIENT + task.OUT_OF_DATE
