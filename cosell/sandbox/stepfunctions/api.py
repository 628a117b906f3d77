"""The service's API as it crosses the wire: AWS JSON 1.0, as boto3 and the AWS CLI speak it.

Shapes and error codes are those of botocore's model of `stepfunctions`. What the API has and this engine has not, such
as `SendTaskSuccess` or `TestState`, is answered with an error that names the operation.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from cosell.sandbox.wire import Refusal, Request, Response

from .errors import InvalidArn, InvalidToken, Refused, UnknownOperationException, ValidationException
from .execution import Execution, StateMachine
from .history import Event
from .service import StepFunctions

Body: TypeAlias = dict[str, Any]

_TARGET = "AWSStepFunctions."
_PAGE = 100
_STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
_EXECUTION_DATA = ("input", "output", "parameters", "assignedVariables")
_TOKENS_KEPT, _TOKEN_SECONDS = 10, 15 * 60
"""RedriveExecution answers a repeated client token from memory: the last ten of an execution, each for 15 minutes."""


class StatesApi:
    """Answers requests to `states.<region>.amazonaws.com`."""

    def __init__(self, engine: StepFunctions) -> None:
        self._engine = engine
        self._requests = 0
        self._operations: dict[str, Callable[[Body], Body]] = {
            "DescribeExecution": self._describe_execution,
            "DescribeStateMachine": self._describe_state_machine,
            "DescribeStateMachineForExecution": self._describe_state_machine_for_execution,
            "GetExecutionHistory": self._get_execution_history,
            "ListExecutions": self._list_executions,
            "ListStateMachines": self._list_state_machines,
            "RedriveExecution": self._redrive_execution,
            "StartExecution": self._start_execution,
            "StopExecution": self._stop_execution,
        }

    def operation(self, request: Request) -> str:
        """The API's name of what is asked, such as `StartExecution`."""
        return request.headers.get("x-amz-target", "").removeprefix(_TARGET)

    def handle(self, request: Request) -> Response:
        """Does what is asked; what the service does not do is answered with its error code and message."""
        operation = self.operation(request)
        try:
            if operation not in self._operations:
                raise UnknownOperationException(f"The sandbox's Step Functions has no operation {operation!r}")
            return self._response(200, self._operations[operation](_parsed(request)))
        except Refused as error:
            return self._response(400, {"__type": error.code, "message": error.message})

    def refuse(self, request: Request, how: Refusal) -> Response:  # noqa: ARG002 - all operations are refused alike
        """Step Functions under too much load, or broken."""
        if how == "throttled":
            return self._response(400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
        return self._response(503, {"__type": "ServiceUnavailableException", "message": "Service is unavailable"})

    def _response(self, status: int, body: Body) -> Response:
        self._requests += 1
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": f"{self._requests:032x}"}
        return Response(status, headers, json.dumps(body).encode())

    def _list_state_machines(self, body: Body) -> Body:
        page, rest = _page(sorted(self._engine.machines.values(), key=lambda machine: machine.name), body)
        machines = [
            {"stateMachineArn": m.arn, "name": m.name, "type": "STANDARD", "creationDate": _date(m.created)}
            for m in page
        ]
        return {"stateMachines": machines, **rest}

    def _describe_state_machine(self, body: Body) -> Body:
        machine = self._engine.machine(_arn(body, "stateMachineArn"))
        return {**_definition(machine), "status": "ACTIVE", "type": "STANDARD", "creationDate": _date(machine.created)}

    def _describe_state_machine_for_execution(self, body: Body) -> Body:
        machine = self._engine.execution(_arn(body, "executionArn")).machine
        return {**_definition(machine), "updateDate": _date(machine.created)}

    def _start_execution(self, body: Body) -> Body:
        name, text = _text(body, "name"), _text(body, "input")
        execution = self._engine.start_text(_arn(body, "stateMachineArn"), "{}" if text is None else text, name)
        return {"executionArn": execution.arn, "startDate": _date(execution.started)}

    def _stop_execution(self, body: Body) -> Body:
        execution = self._engine.stop(_arn(body, "executionArn"), _text(body, "error"), _text(body, "cause"))
        return {"stopDate": _date(execution.stopped)}

    def _redrive_execution(self, body: Body) -> Body:
        arn, token = _arn(body, "executionArn"), _text(body, "clientToken")
        now = self._engine.clock.now
        execution = self._engine.execution(arn)
        recent = [used for used in execution.redrive_tokens if now - used[1] <= _TOKEN_SECONDS][-_TOKENS_KEPT:]
        for known, moment in recent:
            if known == token:
                return {"redriveDate": _date(moment)}
        self._engine.redrive(arn)
        execution.redrive_tokens = [*recent, (token, now)] if token else recent
        return {"redriveDate": _date(now)}

    def _describe_execution(self, body: Body) -> Body:
        execution = self._engine.execution(_arn(body, "executionArn"))
        reason = self._engine.not_redrivable(execution)
        answer = {
            **_summary(execution),
            "input": execution.input_text,
            "inputDetails": {"included": True},
            "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        }
        if reason:
            answer["redriveStatusReason"] = reason
        if execution.output_text is not None:
            answer |= {"output": execution.output_text, "outputDetails": {"included": True}}
        return answer | {k: v for k, v in (("error", execution.error), ("cause", execution.cause)) if v is not None}

    def _list_executions(self, body: Body) -> Body:
        if "mapRunArn" in body or "redriveFilter" in body:
            raise ValidationException("There are no Map Runs here: mapRunArn and redriveFilter cannot be used")
        machine = self._engine.machine(_arn(body, "stateMachineArn"))
        status = _text(body, "statusFilter")
        if status is not None and status not in _STATUSES:
            raise _constraint("statusFilter", status, f"Member must satisfy enum value set: [{', '.join(_STATUSES)}]")
        newest_first = [
            execution
            for execution in reversed(self._engine.executions.values())
            if execution.machine.arn == machine.arn and status in (None, execution.status)
        ]
        page, rest = _page(newest_first, body)
        return {"executions": [_summary(execution) for execution in page], **rest}

    def _get_execution_history(self, body: Body) -> Body:
        execution = self._engine.execution(_arn(body, "executionArn"))
        events = execution.history[::-1] if body.get("reverseOrder") else execution.history
        page, rest = _page(events, body)
        if body.get("includeExecutionData", True) is False:
            page = [_without_data(event) for event in page]
        return {"events": page, **rest}


def _summary(execution: Execution) -> Body:
    """What a list and a description have in common; dates that are not there are left out."""
    dates = {"startDate": execution.started, "stopDate": execution.stopped, "redriveDate": execution.redriven}
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "redriveCount": execution.redrives,
        **{name: _date(moment) for name, moment in dates.items() if moment is not None},
    }


def _definition(machine: StateMachine) -> Body:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "definition": machine.text,
        "roleArn": machine.role_arn,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }


def _without_data(event: Event) -> Event:
    return {
        name: {k: v for k, v in value.items() if k not in _EXECUTION_DATA} if isinstance(value, dict) else value
        for name, value in event.items()
    }


def _date(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _parsed(request: Request) -> Body:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ValidationException("The request body is not a JSON object")
    return body


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise _constraint(name, value, "Member must be a string")
    return value


def _arn(body: Body, name: str) -> str:
    value = _text(body, name)
    if value is None:
        raise _constraint(name, None, "Member must not be null")
    if not value.startswith("arn:aws:states:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {value}'")
    return value


def _constraint(name: str, value: object, constraint: str) -> ValidationException:
    at = "" if value is None else f" '{value}'"
    return ValidationException(
        f"1 validation error detected: Value{at} at '{name}' failed to satisfy constraint: {constraint}"
    )


def _page(items: Sequence[Any], body: Body) -> tuple[list[Any], Body]:
    """The items asked for by `maxResults` and `nextToken`, and the member that leads to the next ones, if any."""
    size, start = body.get("maxResults") or _PAGE, 0
    if not isinstance(size, int) or not 1 <= size <= 1000:
        raise _constraint("maxResults", size, "Member must have value between 0 and 1000")
    if (token := _text(body, "nextToken")) is not None:
        try:
            start = int(base64.urlsafe_b64decode(token))
        except ValueError:
            raise InvalidToken(f"Invalid Token: '{token}'") from None
    end = start + size
    rest = {"nextToken": base64.urlsafe_b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return list(items[start:end]), rest
