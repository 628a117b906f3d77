"""Three independent judges of a definition: cfn-lint's rules for it, moto's interpreter, and the sandbox's engine.

cfn-lint and moto know nothing of the engine, so agreement with them says something. Moto's interpreter does not run
JSONata by itself (getmoto/moto#10105): the patches that make it do so touch private names of one version, and live in
this file only. Everything runs in the calling process, without sockets, and waits and retry delays take no time.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest import mock

from cfnlint.api import lint as cfn_lint
from cfnlint.core import get_rules
from moto.stepfunctions.parser import utils as moto_utils
from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name, error_equals_decl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from cosell.sandbox.stepfunctions import Clock, StepFunctions, TaskCall
from cosell.sandbox.stepfunctions.clock import MORNING
from cosell.sandbox.stepfunctions.errors import matches
from cosell.sandbox.stepfunctions.execution import iso
from cosell.sandbox.stepfunctions.expressions import Evaluator, QueryFailed

MOTO_VERSION = "5.2.5"
INVOKE = "arn:aws:states:::lambda:invoke"
_ROLE = "arn:aws:iam::123456789012:role/oracle"

Handler = Callable[[Any], Any]
"""A Lambda function: gets the payload, gives the result. What it raises becomes an error with the name of its class."""


@dataclass(frozen=True)
class Run:
    """What became of a definition. `states`: names in the order entered; on moto that is not fixed inside a fan-out."""

    status: str
    output: Any
    error: str | None
    states: list[str]


def lint(definition: Mapping[str, Any]) -> list[str]:
    """Findings of cfn-lint's rules for the States Language; the definition must be literal, without tokens of CDK."""
    properties = {"RoleArn": _ROLE, "Definition": definition}
    template = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    found = cfn_lint(json.dumps(template, ensure_ascii=False), rules=_rules(), regions=["us-east-1"])
    return [f"{match.rule.id}: {match.message}" for match in found if not _false_alarm(match.message)]


@functools.cache
def _rules() -> Any:
    """cfn-lint's rules; loading them takes longer than applying them."""
    return get_rules([], [], [])


def _false_alarm(message: str) -> bool:
    """cfn-lint 1.58 wants numbers where Step Functions takes expressions too, such as `TimeoutSeconds`."""
    return message.startswith("'{%") and "is not of type" in message


def run_on_engine(definition: dict[str, Any], handlers: Mapping[str, Handler], input: Any, seed: int = 0) -> Run:  # noqa: A002
    """Runs a definition on the sandbox's engine; `handlers` by function name."""
    clock = Clock()
    engine = StepFunctions(clock, seed=seed)
    engine.integrations[INVOKE] = lambda call: _answer(call, handlers)
    execution = engine.start(engine.create_state_machine("oracle", definition).arn, input)
    clock.run_until_quiet()
    return Run(execution.status, execution.output, execution.error, _entered(execution.history))


def run_on_moto(definition: dict[str, Any], handlers: Mapping[str, Handler], input: Any) -> Run:  # noqa: A002
    """Runs a definition on moto's interpreter; `handlers` by function name."""
    with _jsonata_on_moto(handlers):
        program = AmazonStateLanguageParser.parse(json.dumps(definition))[0]
        environment = _environment(input)
        program.eval(environment)  # starts a thread, and waits for it
    state = environment.program_state()
    status = {"ProgramEnded": "SUCCEEDED", "ProgramError": "FAILED", "ProgramTimedOut": "TIMED_OUT"}[
        type(state).__name__
    ]
    output = environment.states.get_input() if status == "SUCCEEDED" else None
    error = (state.error or {}).get("error") if status == "FAILED" else None
    return Run(status, output, error, _entered(environment.event_manager.get_event_history()))


def _entered(events: list[Any]) -> list[str]:
    return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]


def _answer(call: TaskCall, handlers: Mapping[str, Handler]) -> None:
    result, error = _invoke(handlers, call.arguments["FunctionName"], call.arguments.get("Payload", {}))
    if error:
        call.fail(error["errorType"], json.dumps(error, separators=(",", ":")))
    else:
        call.succeed({"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200})


def _invoke(handlers: Mapping[str, Handler], function: str, payload: Any) -> tuple[Any, dict[str, str] | None]:
    handler = handlers[function.rsplit(":", 1)[-1]]
    try:
        return json.loads(json.dumps(handler(payload))), None
    except Exception as error:  # noqa: BLE001 - Lambda, too, reports whatever a handler raises
        return None, {"errorType": type(error).__name__, "errorMessage": str(error)}


def _environment(input_: Any) -> Any:
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:oracle"
    execution = {
        "Id": machine.replace("stateMachine", "execution") + ":run",
        "Input": input_,
        "Name": "run",
        "RoleArn": _ROLE,
        "StartTime": iso(MORNING),
    }
    context: Any = {"Execution": execution, "StateMachine": {"Id": machine, "Name": "oracle"}}
    return Environment(
        aws_execution_details=AWSExecutionDetails("123456789012", "us-east-1", _ROLE),
        execution_type=StateMachineType.STANDARD,
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )


@contextlib.contextmanager
def _jsonata_on_moto(handlers: Mapping[str, Handler]) -> Iterator[None]:
    """Native JSONata, no waiting, handlers in place of Lambda, and AWS's rules for error names."""
    installed = importlib.metadata.version("moto")
    assert installed == MOTO_VERSION, f"these patches are for moto {MOTO_VERSION}, not {installed}"

    def invoke(parameters: Any, region: str, state_credentials: Any) -> dict[str, Any]:
        result, error = _invoke(handlers, parameters["FunctionName"], json.loads(parameters.get("Payload", b"{}")))
        failed = {"FunctionError": "Unhandled"} if error else {}
        return {"ExecutedVersion": "$LATEST", "Payload": error or result, "StatusCode": 200, **failed}

    no_time = types.SimpleNamespace(sleep=lambda _: None)
    evaluate = _evaluation()
    patches: list[tuple[Any, str, Any]] = [
        (string_expression.StringJSONata, "_eval_body", evaluate),
        (string_expression.StringVariableSample, "_eval_body", evaluate),
        (VariableStore, "get_variable_declarations", lambda *_: ""),  # would write every value as JSONata text
        (preprocessor, "from_string_literal", _string),
        (preprocessor.Preprocessor, "_inner_string_of", staticmethod(_string)),
        (lambda_eval_utils, "_invoke_lambda_function", invoke),
        (retrier_decl, "time", no_time),
        (WaitFunction, "_wait_interval", lambda *_, **__: None),
        (custom_error_name.CustomErrorName, "__init__", ErrorName.__init__),  # refuses States.* out of a fan-out
        (error_equals_decl.ErrorEqualsDecl, "_eval_body", _error_equals),
        (EvalComponent, "_log_failure_event_exception", lambda *_, **__: None),  # prints whole definitions
        (EvalComponent, "_log_exception", lambda *_, **__: None),
    ]
    with contextlib.ExitStack() as stack:
        for owner, name, replacement in patches:
            stack.enter_context(mock.patch.object(owner, name, replacement))
        stack.callback(moto_utils.TMP_THREADS.clear)  # where moto keeps every thread it ever started
        yield


def _evaluation() -> Callable[[Any, Any], None]:
    """What moto's evaluation of an expression becomes: values are bound, not pasted into the text as moto does."""
    evaluator, one_at_a_time = Evaluator(Random(0), lambda: MORNING), threading.Lock()

    def evaluate(self: Any, env: Any) -> None:
        variables = {**env.variable_store._outer_scope, **env.variable_store._inner_scope}
        try:
            with one_at_a_time:  # moto's branches are threads, a parsed expression is shared
                value = evaluator.evaluate("{%" + self.expression + "%}", "", variables, env.states._states_data)
        except QueryFailed as error:
            raise _failure(env, StatesErrorNameType.StatesQueryEvaluationError, error.cause) from error
        env.stack.append(value)

    return evaluate


def _failure(env: Any, kind: Any, cause: str) -> Exception:
    details: Any = {"evaluationFailedEventDetails": {"error": kind.to_name(), "cause": cause}}
    event_type: Any = "EvaluationFailed"
    event = FailureEvent(env=env, error_name=StatesErrorName(typ=kind), event_type=event_type, event_details=details)
    return FailureEventException(failure_event=event)


def _error_equals(self: Any, env: Any) -> None:
    error = env.stack.pop()
    env.stack.append(matches(error.error_name, [name.error_name for name in self.error_names]))


def _string(parser_rule_context: Any) -> str | None:
    """A string of the definition, unescaped as JSON; moto leaves some escapes in place."""
    text = parser_rule_context.getText()
    value: str | None = json.loads(text) if text.startswith('"') or text == "null" else text
    return value
