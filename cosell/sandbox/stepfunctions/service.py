"""The service: creates machines, starts, stops and redrives executions, and tells every change of status."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from . import saving
from .clock import Clock, Timer
from .definition import problems_in
from .errors import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    ExecutionNotRedrivable,
    InvalidDefinition,
    InvalidExecutionInput,
    InvalidName,
    StateFailed,
    StateMachineAlreadyExists,
    StateMachineDoesNotExist,
)
from .execution import Definition, Execution, Frame, Json, StateMachine, Status
from .history import LIMIT, History, dumps, payload
from .interpreter import Interpreter
from .processes import Running
from .task import Integration
from .visit import MOST_BYTES

DAY = 86_400
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


class StepFunctions:
    """Step Functions on a virtual clock: Standard workflows, JSONata definitions.

    `integrations` maps a Task's `Resource` to what it does. Each of `on_status` is called at every change of an
    execution's status, RUNNING included. Nothing here blocks: time moves when the clock is moved.
    The same seed and the same calls give the same histories, byte for byte.
    """

    def __init__(
        self, clock: Clock, *, seed: int = 0, region: str = "us-east-1", account: str = "123456789012"
    ) -> None:
        self.clock, self.region, self.account = clock, region, account
        self.integrations: dict[str, Integration] = {}
        self.on_status: list[Callable[[Execution], None]] = []
        self.machines: dict[str, StateMachine] = {}
        self.executions: dict[str, Execution] = {}
        self._seed = seed
        self._names_seed = f"{seed}/names"
        self._names = Random(self._names_seed)
        self._attempts: dict[str, _Attempt] = {}

    def create_state_machine(
        self, name: str, definition: Definition, *, role_arn: str | None = None, tags: Mapping[str, str] | None = None
    ) -> StateMachine:
        """Creates a machine, or gives the one that exists if it is the same.

        Raises `InvalidDefinition` with everything that is wrong, `InvalidName`, `StateMachineAlreadyExists`.
        """
        _check_name(name)
        text = _checked(definition)
        arn = self._arn("stateMachine", name)
        role_arn = role_arn or f"arn:aws:iam::{self.account}:role/{name}"
        existing = self.machines.get(arn)
        if existing and (existing.text, existing.role_arn) != (text, role_arn):
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{arn}'")
        machine = StateMachine(arn, name, json.loads(text), text, role_arn, self.clock.now, dict(tags or {}))
        return self.machines.setdefault(arn, machine)

    def update_state_machine(self, arn: str, definition: Definition) -> StateMachine:
        """Gives a machine a new definition, for executions started from now on; a redrive keeps the old one."""
        text = _checked(definition)
        self.machines[arn] = replace(self.machine(arn), definition=json.loads(text), text=text)
        return self.machines[arn]

    def machine(self, arn: str) -> StateMachine:
        if arn not in self.machines:
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        return self.machines[arn]

    def execution(self, arn: str) -> Execution:
        if arn not in self.executions:
            raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
        return self.executions[arn]

    def start(self, machine_arn: str, input: Json, name: str | None = None) -> Execution:  # noqa: A002 - the API's word
        """Starts an execution. The same name and input while it runs give the execution that runs."""
        return self.start_text(machine_arn, dumps(input), name)

    def start_text(self, machine_arn: str, input_text: str, name: str | None = None) -> Execution:
        """Like `start`, with the input as JSON text, which is kept as it is.

        Raises `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`, and `ExecutionAlreadyExists` for a
        name that was used in the last 90 days.
        """
        machine = self.machine(machine_arn)
        name = name or str(uuid.UUID(int=self._names.getrandbits(128), version=4))
        _check_name(name)
        value = _parsed_input(input_text)
        arn = self._arn("execution", f"{machine.name}:{name}")
        existing = self.executions.get(arn)
        if existing and existing.status == "RUNNING" and existing.input_text == input_text:
            return existing
        if existing and (existing.stopped is None or self.clock.now - existing.stopped <= 90 * DAY):
            raise ExecutionAlreadyExists(f"Execution Already Exists: '{arn}'")
        root = Frame(machine.definition, value)
        execution = Execution(arn, name, machine, value, input_text, self.clock.now, History(self.clock), root)
        self.executions[arn] = execution
        details = {**payload("input", input_text), "roleArn": machine.role_arn}
        execution.log.record("ExecutionStarted", 0, details, named="executionStarted")
        self._attempts[arn] = self._attempt(execution, Random(self._seed_of(arn)))
        self._run(execution)
        return execution

    def redrive(self, arn: str) -> Execution:
        """Restarts what failed: states that ended well, and their variables, stay as they are.

        Raises `ExecutionDoesNotExist`, and `ExecutionNotRedrivable` with the reason.
        """
        execution = self.execution(arn)
        if reason := self.not_redrivable(execution):
            raise ExecutionNotRedrivable(reason)
        execution.redrives += 1
        execution.redriven = self.clock.now
        details = {"redriveCount": execution.redrives}
        execution.log.record("ExecutionRedriven", len(execution.history), details, named="executionRedriven")
        execution.status, execution.stopped = "RUNNING", None
        execution.error = execution.cause = execution.failed_state = None
        execution.transitions += execution.root.rewind()
        self._run(execution)
        return execution

    def not_redrivable(self, execution: Execution) -> str | None:
        """Why an execution cannot be redriven, in AWS's words; None if it can."""
        if execution.status in ("RUNNING", "SUCCEEDED"):
            return f"Execution is {execution.status} and cannot be redriven"
        if len(execution.history) >= LIMIT - 1:
            return "Execution history event limit exceeded"
        if self.clock.now - execution.started > 365 * DAY:
            return "Execution has exceeded the max execution time"
        if self.clock.now - (execution.stopped or self.clock.now) > 14 * DAY:
            return "Execution redrivable period exceeded"
        return None

    def stop(self, arn: str, error: str | None = None, cause: str | None = None) -> Execution:
        """Aborts an execution where it stands; one that has ended stays as it is."""
        execution = self.execution(arn)
        if execution.status == "RUNNING":
            self._end_badly(execution, "ABORTED", StateFailed(error or "", cause or ""))
        return execution

    def dump(self) -> saving.Document:
        """All executions, those under way too, as JSON: what `load` takes. It changes nothing."""
        places: dict[int, int] = {}
        machines: list[StateMachine] = []
        for machine in (*self.machines.values(), *(execution.machine for execution in self.executions.values())):
            if id(machine) not in places:
                places[id(machine)] = len(machines)
                machines.append(machine)
        return {
            "names": saving.chance_to_json(self._names, self._names_seed),
            "machines": [saving.machine_to_json(machine) for machine in machines],
            "executions": [
                {
                    **saving.execution_to_json(execution),
                    "machine": places[id(execution.machine)],
                    **self._attempts[execution.arn].to_json(self._seed_of(execution.arn)),
                }
                for execution in self.executions.values()
            ],
        }

    def load(self, document: Mapping[str, Any]) -> None:
        """Fills an engine that ran nothing yet with what `dump` gave, and lets what was RUNNING go on.

        An execution keeps the definition it was started with; machines themselves stay as they are here. A Task that
        was under way is asked again, without events of its own; every other wait ends when it would have ended, at once
        where that is past. Nobody is told of a status. Raises ValueError where something ran already.
        """
        if self.executions:
            raise ValueError("executions can be loaded only where none was started yet")
        machines = [self._known(saving.machine_from_json(saved)) for saved in document["machines"]]
        self._names = saving.chance_from_json(document["names"], self._names_seed)
        for saved in document["executions"]:
            execution = saving.execution_from_json(saved, machines[saved["machine"]], self.clock)
            chance = saving.chance_from_json(saved["chance"], self._seed_of(execution.arn))
            self.executions[execution.arn] = execution
            self._attempts[execution.arn] = self._attempt(execution, chance)
            if execution.status == "RUNNING":
                self._go_on(execution, saved["timeout"])

    def _known(self, saved: StateMachine) -> StateMachine:
        """A saved machine. Where it is the same as the one that is here, it takes its place: it has the older date."""
        here = self.machines.get(saved.arn)
        if here is not None and (here.text, here.role_arn) == (saved.text, saved.role_arn):
            self.machines[saved.arn] = saved
        return saved

    def _attempt(self, execution: Execution, random: Random) -> _Attempt:
        return _Attempt(Interpreter(self.clock, execution, self.integrations, random, self.region), random)

    def _seed_of(self, arn: str) -> str:
        return f"{self._seed}/{arn}"

    def _run(self, execution: Execution) -> None:
        seconds = execution.machine.definition.get("TimeoutSeconds")
        self._go_on(execution, None if seconds is None else self.clock.now + seconds)
        self._tell(execution)

    def _go_on(self, execution: Execution, until: float | None) -> None:
        """Runs it from where it stands, and ends it at that moment."""
        attempt = self._attempts[execution.arn]
        attempt.running = attempt.interpreter.run(lambda _, failure: self._ended(execution, failure))
        if until is not None:
            attempt.timeout = self.clock.at(until, lambda: self._end_badly(execution, "TIMED_OUT", None))

    def _ended(self, execution: Execution, failure: StateFailed | None) -> None:
        if failure:
            self._end_badly(execution, "FAILED", failure)
        else:
            text = dumps(execution.root.output)
            execution.output, execution.output_text = execution.root.output, text
            self._end(execution, "SUCCEEDED", payload("output", text))

    def _end_badly(self, execution: Execution, status: Status, failure: StateFailed | None) -> None:
        execution.failed_state = (failure and failure.state) or execution.root.standing()
        if failure:
            execution.error, execution.cause = failure.error or None, failure.cause or None
        self._end(execution, status, failure.details() if failure else {})

    def _end(self, execution: Execution, status: Status, details: Mapping[str, Json]) -> None:
        self._attempts[execution.arn].end()
        execution.status, execution.stopped = status, self.clock.now
        what = status.title().replace("_", "")
        previous = 0 if status == "ABORTED" else execution.root.last  # a stop from outside follows from nothing
        execution.log.record(f"Execution{what}", previous, details, named=f"execution{what}")
        self._tell(execution)

    def _tell(self, execution: Execution) -> None:
        for listener in list(self.on_status):
            listener(execution)

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:states:{self.region}:{self.account}:{kind}:{name}"


class _Attempt:
    """What runs of an execution, its chance, and the timer of its machine."""

    def __init__(self, interpreter: Interpreter, chance: Random) -> None:
        self.interpreter = interpreter
        self.chance = chance
        self.running: Running | None = None
        self.timeout: Timer | None = None

    def to_json(self, seed: str) -> saving.Document:
        timeout = self.timeout.when if self.timeout else None
        return {"chance": saving.chance_to_json(self.chance, seed), "timeout": timeout}

    def end(self) -> None:
        if self.running:
            self.running.abort()
        if self.timeout:
            self.timeout.cancel()
        self.running = self.timeout = None


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidName(f"Invalid Name: '{name}'")


def _checked(definition: Definition) -> str:
    if problems := problems_in(definition):
        raise InvalidDefinition(problems)
    return dumps(definition)


def _parsed_input(text: str) -> Json:
    if len(text.encode()) > MOST_BYTES:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: more than {MOST_BYTES} bytes")
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
