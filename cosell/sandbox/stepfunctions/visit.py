"""One attempt at one state: what its expressions see, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import DATA_LIMIT_EXCEEDED, QUERY_EVALUATION_ERROR, RUNTIME, StateFailed
from .execution import Definition, Frame, Json, iso
from .expressions import QueryFailed, unexpected
from .history import dumps

if TYPE_CHECKING:
    from .interpreter import Interpreter

MOST_BYTES = 262_144
"""Of an input, an output, a result, the variables of one Assign."""

MOST_BYTES_OF_VARIABLES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Move:
    """Where a state leads: the next state's name (None at an end), its output and the variables it assigns."""

    next: str | None
    output: Json
    output_text: str
    assigned: dict[str, Json] = field(default_factory=dict)
    assigned_texts: dict[str, str] = field(default_factory=dict)


class Visit:
    """Evaluates the fields of a state with the values at its entry: what the state assigns is not seen by itself."""

    def __init__(self, run: Interpreter, frame: Frame, retries: int) -> None:
        self.run, self.frame = run, frame
        self.state: Definition = frame.state
        self._variables = frame.scope()
        context = run.execution.context()
        context["State"] = {"EnteredTime": iso(frame.entered_at), "Name": frame.at, "RetryCount": retries}
        if (item := frame.map_item()) is not None:
            context["Map"] = {"Item": item}
        self._states = {"input": frame.input, "context": context}

    def evaluate(self, template: Json, field: str, members: Mapping[str, Json] | None = None) -> Json:
        """The value of a template. `members` join `$states`, such as `result`. Raises `StateFailed`."""
        try:
            return self.run.evaluator.evaluate(template, field, self._variables, {**self._states, **(members or {})})
        except QueryFailed as error:
            raise self.query_failed(error) from error

    def evaluate_for_item(self, template: Json, field: str, item: Mapping[str, Json]) -> Json:
        """The value of a template for one item of a Map, which the context object then holds."""
        return self.evaluate(template, field, {"context": {**self._states["context"], "Map": {"Item": item}}})

    def field(self, name: str, default: Json) -> Json:
        """The value of a field of the state, or `default` if it is not there."""
        return self.evaluate(self.state[name], name) if name in self.state else default

    def whole_number(self, name: str, *, least: int) -> int | None:
        """The value of a field that takes a whole number, or None if it is not there."""
        value = self.field(name, None)
        if name not in self.state or (isinstance(value, int) and not isinstance(value, bool) and value >= least):
            return value if name in self.state else None
        raise self.wrong_type(self.state[name], name, f"number of at least {least}", value)

    def wrong_type(self, template: Json, field: str, expected: str, value: Json) -> StateFailed:
        return self.query_failed(unexpected(template, field, expected, value))

    def query_failed(self, error: QueryFailed) -> StateFailed:
        """Records the failed evaluation and gives the state's error for it."""
        failure = StateFailed(QUERY_EVALUATION_ERROR, self.place(error.cause))
        details = {**failure.details(), "location": error.field, "state": self.frame.at}
        self.frame.last = self.run.history.record(
            "EvaluationFailed", self.frame.last, details, named="evaluationFailed"
        )
        return failure

    def runtime(self, cause: str) -> StateFailed:
        return StateFailed(RUNTIME, self.place(cause))

    def place(self, cause: str) -> str:
        """A cause with AWS's words about where it happened."""
        where = f"the state '{self.frame.at}' (entered at the event id #{self.frame.entered})"
        return f"An error occurred while executing {where}. {cause}"

    def move(
        self,
        rule: Definition,
        next_state: str | None,
        default: Json,
        members: Mapping[str, Json] | None = None,
        *,
        field: str = "",
    ) -> Move:
        """Leaves the state by `rule` (the state itself, a choice rule or a catcher), with its `Output` and `Assign`."""
        output = self.evaluate(rule["Output"], f"{field}Output", members) if "Output" in rule else default
        assigned = self.evaluate(rule.get("Assign", {}), f"{field}Assign", members)
        texts = {name: dumps(value) for name, value in assigned.items()}
        output_text = within_limit(dumps(output), self.frame.at)
        if texts:
            within_limit("".join(texts.values()), self.frame.at)
            within_limit(dumps({**self._variables, **assigned}), self.frame.at, MOST_BYTES_OF_VARIABLES)
        return Move(next_state, output, output_text, assigned, texts)

    def move_on(self, default: Json, members: Mapping[str, Json] | None = None) -> Move:
        """Leaves by the state's own `Next` or `End`."""
        return self.move(self.state, self.state.get("Next"), default, members)


def within_limit(text: str, what: str, most: int = MOST_BYTES) -> str:
    """Gives the text back, or raises the error of data beyond the service's limit, counted in bytes of UTF-8."""
    if len(text.encode()) > most:
        cause = (
            f"The state/task '{what}' returned a result with a size exceeding "
            "the maximum number of bytes service limit."
        )
        raise StateFailed(DATA_LIMIT_EXCEEDED, cause)
    return text
