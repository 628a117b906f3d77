"""Step Functions in one process: Standard workflows in JSONata, on a virtual clock, with redrive.

It runs a definition as AWS does, records the history in AWS's shapes, and answers the `states` API (`StatesApi`), so
that boto3 and the AWS CLI can look at what happened. Nothing blocks and nothing sleeps: time moves when the clock is
moved, and the same seed with the same calls gives the same histories, byte for byte. It knows nothing of Cosell.

    clock = Clock()
    sfn = StepFunctions(clock, seed=7)
    sfn.integrations["arn:aws:states:::lambda:invoke"] = lambda call: call.succeed(call.arguments)
    machine = sfn.create_state_machine("greeting", {
        "QueryLanguage": "JSONata", "StartAt": "Greet", "States": {
            "Greet": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
                      "Arguments": {"Payload": "{% 'Hello, ' & $states.input.name %}"},
                      "Output": "{% $states.result.Payload %}"}}})
    execution = sfn.start(machine.arn, {"name": "Ada"})
    clock.run_until_quiet()
    assert (execution.status, execution.output) == ("SUCCEEDED", "Hello, Ada")

An integration gets a `TaskCall` and answers it with `succeed` or `fail`, at once or later. A definition is checked
strictly when its machine is created: what this engine does not have is refused by name, never ignored. `dump` gives all
executions as JSON, and `load` lets another engine go on with them, also with those under way.

Known differences to AWS:

- Only Standard workflows in JSONata. No JSONPath, Distributed Map, task tokens, heartbeats, activities, `.sync`,
  Express, versions or aliases.
- A Task whose integration is not registered fails when it is reached.
- The API reads, starts, stops and redrives; machines are created in Python. Nothing is logged, traced or measured.
- Everything happens at once: states, retries and API calls take no time of their own, and nothing is throttled.
- Roles are not checked; every Task may do everything its integration does.
- jsonata-python evaluates, AWS uses the JavaScript library: texts of errors and the last digits of numbers may differ.
- AWS says that a redriven Pass state is left without being executed; here one whose expressions failed is tried again.
- What AWS does not document is an assumption: variables assigned before a redrive stay, an aborted execution can be
  redriven, one that timed out has no error, and iterations that a redrive continues have no second
  `MapIterationStarted`.
- An execution is not ended after a year, only refused for redrive.
- `Items` of a Map is an array; AWS also takes an object.
"""

from .api import StatesApi
from .clock import Clock, RunsForever, Timer
from .errors import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    ExecutionNotRedrivable,
    InvalidDefinition,
    InvalidExecutionInput,
    InvalidName,
    Refused,
    StateMachineAlreadyExists,
    StateMachineDoesNotExist,
)
from .execution import Execution, StateMachine, Status
from .service import StepFunctions
from .task import Integration, TaskCall

__all__ = [
    "Clock",
    "Execution",
    "ExecutionAlreadyExists",
    "ExecutionDoesNotExist",
    "ExecutionNotRedrivable",
    "Integration",
    "InvalidDefinition",
    "InvalidExecutionInput",
    "InvalidName",
    "Refused",
    "RunsForever",
    "StateMachine",
    "StateMachineAlreadyExists",
    "StateMachineDoesNotExist",
    "StatesApi",
    "Status",
    "StepFunctions",
    "TaskCall",
    "Timer",
]
