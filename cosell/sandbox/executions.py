"""Executions as a test, a demo or a console looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cosell.sandbox.people import Deal
from cosell.sandbox.stepfunctions import Execution, StepFunctions


class ExecutionView:
    """One execution, always as it is now."""

    def __init__(self, execution: Execution, engine: StepFunctions) -> None:
        self._execution = execution
        self._engine = engine

    def __repr__(self) -> str:
        where = f" at {self.state!r}: {self.error}: {self.cause}" if self.error else ""
        return f"<{self._execution.machine.name} {self.name[:8]} {self.status}{where}>"

    @property
    def arn(self) -> str:
        return self._execution.arn

    @property
    def name(self) -> str:
        return self._execution.name

    @property
    def machine(self) -> str:
        """The state machine's name."""
        return self._execution.machine.name

    @property
    def status(self) -> str:
        return self._execution.status

    @property
    def input(self) -> Any:
        return self._execution.input

    @property
    def output(self) -> Any:
        return self._execution.output

    @property
    def outcome(self) -> str | None:
        """What it ended as, in Cosell's words; None while it runs and after a failure."""
        return self.output.get("outcome") if isinstance(self.output, dict) else None

    @property
    def error(self) -> str | None:
        return self._execution.error

    @property
    def cause(self) -> str | None:
        return self._execution.cause

    @property
    def state(self) -> str | None:
        """The state it failed at."""
        return self._execution.failed_state

    @property
    def states(self) -> list[str]:
        """The names of all states entered, in order, repetitions included."""
        entered = (event.get("stateEnteredEventDetails") for event in self.history)
        return [details["name"] for details in entered if details]

    @property
    def history(self) -> list[dict[str, Any]]:
        return self._execution.history

    @property
    def transitions(self) -> int:
        """What AWS bills."""
        return self._execution.transitions

    @property
    def redrives(self) -> int:
        return self._execution.redrives

    def redrive(self) -> None:
        """Runs it again from where it failed. Raises ExecutionNotRedrivable."""
        self._engine.redrive(self.arn)

    def stop(self) -> None:
        self._engine.stop(self.arn)


class Executions:
    """All executions of all machines, oldest first."""

    def __init__(self, engine: StepFunctions, pairs: Callable[[str], set[str]]) -> None:
        self._engine = engine
        self._pairs = pairs

    @property
    def all(self) -> list[ExecutionView]:
        return [ExecutionView(execution, self._engine) for execution in self._engine.executions.values()]

    @property
    def failed(self) -> list[ExecutionView]:
        """Those that a redrive could mend: failed, timed out, or aborted."""
        return [view for view in self.all if view.status in {"FAILED", "TIMED_OUT", "ABORTED"}]

    @property
    def running(self) -> list[ExecutionView]:
        return [view for view in self.all if view.status == "RUNNING"]

    @property
    def outcomes(self) -> list[str | None]:
        return [view.outcome for view in self.all]

    def of(self, deal: Deal | str) -> list[ExecutionView]:
        """Those about a deal, or the deal with this id: started by its event, its opportunity's, or its pair's."""
        deal_id = deal if isinstance(deal, str) else deal.id
        known = {deal_id, *self._pairs(deal_id)}
        return [view for view in self.all if _subjects(view.input) & known]


def _subjects(event: Any) -> set[str]:
    """The ids an event is about."""
    detail = event.get("detail", {}) if isinstance(event, dict) else {}
    opportunity = detail.get("opportunity")
    named = [
        detail.get("id"),
        detail.get("pair"),
        opportunity.get("identifier") if isinstance(opportunity, dict) else None,
    ]
    return {name for name in named if isinstance(name, str)}
