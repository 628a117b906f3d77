"""An execution as a person tells it: which states it went through, and what each one did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cosell.sandbox.executions import ExecutionView
from cosell.sandbox.network import Call
from cosell.sandbox.stepfunctions import Execution

FOREVER = float("inf")
_FAILURES = {"TaskFailed": "taskFailedEventDetails", "TaskTimedOut": "taskTimedOutEventDetails"}


@dataclass
class Visit:
    """One stay in a state. `result` is what its task returned, `errors` what its failed attempts ended with."""

    state: str
    kind: str
    entered: float
    left: float = FOREVER
    redriven: bool = False
    result: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the execution ended here, before a redrive if there was one."""
        return self.left == FOREVER and bool(self.errors)

    @property
    def what(self) -> str:
        """What it did, in words."""
        if self.failed:
            attempts = "1 attempt" if len(self.errors) == 1 else f"{len(self.errors)} attempts"
            return f"FAILED after {attempts}: {self.errors[-1]}"
        if "Error" in self.result:
            return f"{self.result['Error']}: plans again"
        words = _WORDS.get(self.state, _by_calls)(self)
        tried = ", ".join(error + (f" ×{count}" if count > 1 else "") for error, count in Counter(self.errors).items())
        return f"{words} (after {tried})" if tried else words


def visits(execution: ExecutionView, calls: Iterable[Call]) -> list[Visit]:
    """The states of a machine without branches, in order; those that only route (Choice) are left out.

    A state that a redrive takes up again has a visit of its own.
    """
    told: list[Visit] = []
    for event in execution.history:
        kind, at = event["type"], event["timestamp"]
        if kind.endswith("StateEntered"):
            told.append(Visit(event["stateEnteredEventDetails"]["name"], kind.removesuffix("StateEntered"), at))
        elif kind.endswith("StateExited"):
            told[-1].left = at
            told[-1].result = told[-1].result or json.loads(event["stateExitedEventDetails"]["output"])
        elif kind == "TaskSucceeded":
            told[-1].result = json.loads(event["taskSucceededEventDetails"]["output"])["Payload"]
        elif kind in _FAILURES:
            told[-1].errors.append(event[_FAILURES[kind]]["error"])
        elif kind == "ExecutionRedriven":
            told.append(Visit(told[-1].state, told[-1].kind, at, redriven=True))
    _hand_out([call for call in calls if call.execution == execution.arn], told)
    return [visit for visit in told if visit.kind != "Choice"]


def cause(execution: ExecutionView | Execution) -> str:
    """Why it failed, in the task's own words: the console shows them inside Lambda's JSON."""
    text = execution.cause or ""
    try:
        return str(json.loads(text)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return text


def _hand_out(calls: list[Call], told: list[Visit]) -> None:
    """Each call to the last visit of its state that had begun by then; history has milliseconds, calls more."""
    for call in calls:
        places = [visit for visit in told if visit.state == call.caller.state and visit.entered <= call.at + 0.001]
        if places:
            places[-1].calls.append(call)


# Words


def _done(visit: Visit, remote: str) -> list[str]:
    return [call.operation for call in visit.calls if call.remote == remote and call.ok]


def _by_calls(visit: Visit) -> str:
    """For a state nobody has written a sentence for: the calls it made."""
    return ", ".join(dict.fromkeys([*_done(visit, "partner_central"), *_done(visit, "hubspot")])) or "done"


def _take_turn(visit: Visit) -> str:
    result = visit.result
    sentences = {
        "TAKEN": f"takes the pair's turn, fence {result.get('fence')}",
        "COALESCED": "another run has the turn and will see to this",
        "NOT_SHARED": "the deal is not shared: none of AWS's business",
    }
    return sentences.get(result.get("turn", ""), str(result.get("turn")))


def _waits(visit: Visit, why: str) -> str:
    return f"waits {visit.left - visit.entered:.0f} s {why}"


def _plan_sync(visit: Visit) -> str:
    changed = len(visit.result.get("changed", ()))
    values, differ = ("1 value", "differs") if changed == 1 else (f"{changed} values", "differ")
    if "deals.get" not in _done(visit, "hubspot"):
        return "reads the opportunity: nothing new"
    if "GetOpportunity" not in _done(visit, "partner_central"):
        return f"reads the deal: {values} to send"
    return f"reads deal and opportunity: {values} {differ}" if changed else "reads deal and opportunity: they agree"


def _create(visit: Visit) -> str:
    if visit.result.get("outcome") == "REFUSED":
        return "CreateOpportunity refused: the deal says why"
    return f"CreateOpportunity → {visit.result.get('opportunity')}"


def _write(operation: str) -> Callable[[Visit], str]:
    def words(visit: Visit) -> str:
        if visit.result.get("outcome") == "REFUSED":
            return f"{operation} refused: the deal says why"
        return operation if operation in _done(visit, "partner_central") else f"no {operation} needed"

    return words


def _submit(visit: Visit) -> str:
    if visit.result.get("outcome") == "REFUSED":
        return "AWS refuses the submission: the deal says why"
    return f"{', '.join(_done(visit, 'partner_central')) or 'submitted before'} → AWS reviews"


def _update_deal(visit: Visit) -> str:
    return "writes to the deal what AWS has" if _done(visit, "hubspot") else "the deal is as it should be"


def _tell_seller(visit: Visit) -> str:
    done = _done(visit, "hubspot")
    said = {
        "notes.create": "puts a note on the deal",
        "tasks.create": "makes a task for the seller",
        "tasks.update": "keeps the seller's task as it should be",
    }
    return ", ".join(words for operation, words in said.items() if operation in done) or "there is nothing to add"


def _finish_turn(visit: Visit) -> str:
    sentences = {
        "AGAIN": "something arrived meanwhile: once more",
        "WAIT": f"gives the turn back, looks again in {visit.result.get('wait_seconds')} s",
        "DONE": "gives the turn back",
    }
    return sentences.get(visit.result.get("finished", ""), "plans again")


_WORDS: dict[str, Callable[[Visit], str]] = {
    "Take turn": _take_turn,
    "Settle": lambda visit: _waits(visit, "for the rest of the burst"),
    "Plan sync": _plan_sync,
    "Create opportunity": _create,
    "Associate opportunity": _write("AssociateOpportunity"),
    "Update opportunity": _write("UpdateOpportunity"),
    "Disassociate opportunity": _write("DisassociateOpportunity"),
    "Assign opportunity": _write("AssignOpportunity"),
    "Submit opportunity": _submit,
    "Update deal": _update_deal,
    "Tell seller": _tell_seller,
    "Finish turn": _finish_turn,
    "Wait until due": lambda visit: _waits(visit, "for AWS's own task"),
    "Done": lambda visit: str(visit.result.get("outcome")),
    "Set aside": lambda visit: str(visit.result.get("outcome")),
}
