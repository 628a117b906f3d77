"""Runs the states of one execution, one after the other, with retriers and catchers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from .clock import Clock
from .errors import DATA_LIMIT_EXCEEDED, StateFailed, matches
from .execution import Execution, Frame
from .expressions import Evaluator
from .fanout import map_, parallel
from .processes import Process, Resume, Running, pause, sleep_until
from .retries import Retries
from .states import IMMEDIATE, wait
from .task import Integration, task
from .visit import Move, Visit

_WAITING: dict[str, Callable[[Visit], Process]] = {"Map": map_, "Parallel": parallel, "Task": task, "Wait": wait}


class Interpreter:
    """One execution under interpretation. `run` starts it, and goes on after a redrive or a load."""

    def __init__(
        self, clock: Clock, execution: Execution, integrations: Mapping[str, Integration], random: Random, region: str
    ) -> None:
        self.clock, self.execution, self.integrations, self.random, self.region = (
            clock,
            execution,
            integrations,
            random,
            region,
        )
        self.history = execution.log
        self.evaluator = Evaluator(random, lambda: clock.now)

    def run(self, done: Resume) -> Running:
        """Goes on from where the execution stands; `done(None, failure)` when its last state ended or one failed."""
        return Running(self.clock, self.flow(self.execution.root), done)

    def flow(self, frame: Frame) -> Process:
        """Runs a sequence of states to its end; the result is in the frame. Raises `StateFailed`."""
        try:
            while not frame.done:
                self._enter(frame)
                move = yield from self._attempts(frame)
                self._leave(frame, move)
                if not frame.done:
                    yield pause  # every entry is a step of its own: executions interleave state by state
        except StateFailed as failure:
            failure.state = failure.state or frame.at
            raise

    def _enter(self, frame: Frame) -> None:
        if frame.entered is not None:
            return  # redriven or loaded: the state goes on
        self.execution.transitions += 1
        frame.entered = frame.last = self.history.entered(frame.state["Type"], frame.last, frame.at, frame.input)
        frame.entered_at = self.clock.now

    def _attempts(self, frame: Frame) -> Process:
        retries = Retries(frame.state.get("Retry", []), frame.retries, self.random)
        while True:
            if frame.retry_at is not None:
                yield sleep_until(self.clock, frame.retry_at)
                frame.retry_at = None
            visit = Visit(self, frame, retries.count)
            try:
                return (yield from self._attempt(visit))
            except StateFailed as error:
                failure = error
            delay = retries.delay(failure)
            if delay is None:
                return self._catch(visit, failure)
            self.execution.transitions += 1
            frame.children = None
            frame.retry_at = self.clock.now + delay

    def _attempt(self, visit: Visit) -> Process:
        kind = visit.state["Type"]
        if kind in IMMEDIATE:
            return IMMEDIATE[kind](visit)
        return (yield from _WAITING[kind](visit))

    def _catch(self, visit: Visit, failure: StateFailed) -> Move:
        for index, catcher in enumerate(visit.state.get("Catch", [])):
            if matches(failure.error, catcher["ErrorEquals"]):
                error_output = {"Error": failure.error, "Cause": failure.cause}
                members: dict[str, Any] = {"errorOutput": error_output}
                return visit.move(catcher, catcher["Next"], error_output, members, field=f"Catch[{index}]/")
        if failure.error == DATA_LIMIT_EXCEEDED:
            visit.frame.children = None  # a redrive runs all branches and iterations again
        raise failure

    def _leave(self, frame: Frame, move: Move) -> None:
        frame.last = self.history.exited(
            frame.state["Type"], frame.last, frame.at, move.output_text, move.assigned_texts
        )
        frame.variables.update(move.assigned)
        frame.retries.clear()
        frame.input, frame.entered, frame.children = move.output, None, None
        if move.next is None:
            frame.done, frame.output = True, move.output
        else:
            frame.at = move.next
