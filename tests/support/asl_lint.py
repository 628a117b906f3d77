"""What every state machine of Cosell keeps to, checked on its synthesized definition.

A rule takes a definition and yields one sentence per offence. The reasons are in `docs/architecture.md`: a failure must
stay at the task that failed, where a redrive can heal it, and a definition cannot be mended under a running execution.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata

from lambdas import errors
from statemachines import task

Definition = Mapping[str, Any]
State = Mapping[str, Any]
Rule = Callable[[Definition], Iterator[str]]

_WORK = ("Task", "Parallel", "Map")
_ENDS = ("Succeed", "Fail")
_SERVICES_OWN = ("States.", "Lambda.", "Sandbox.")
_OUR_OWN = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
_EXPRESSION = re.compile(r"^\{%\s*(.*?)\s*%\}$", re.DOTALL)
_PATH = r"\$[a-z_]+(\.\w+)*"
_PLAIN = re.compile(rf"^{_PATH}( = '\w+')?$")
_VARIABLE = re.compile(r"\$(?!states\b)([a-z_]+)")
_RETURNED = re.compile(r"^\{%\s*\$states\.result\.Payload\.\w+\s*%\}$")


def nothing_is_nested(definition: Definition) -> Iterator[str]:
    """The other rules look at the states of the machine itself, and would pass over those of a branch."""
    for name, state in _states(definition):
        if state["Type"] in {"Parallel", "Map"}:
            yield f"{name!r} has states of its own, which no rule looks at"


def only_what_is_out_of_date_is_caught(definition: Definition) -> Iterator[str]:
    """A caught error is no failure: nobody sees it, and nothing is left to redrive."""
    for name, catcher in _catchers(definition):
        for error in catcher["ErrorEquals"]:
            if error not in task.OUT_OF_DATE:
                yield f"{name!r} catches {error}, which should fail it"


def what_is_caught_goes_back_to_work(definition: Definition) -> Iterator[str]:
    """An end hides the failure: as a success; or as a Fail, which a redrive enters again instead of the task."""
    for name, catcher in _catchers(definition):
        for target in _before_work(definition, catcher["Next"]):
            if definition["States"][target]["Type"] in _ENDS:
                yield f"{name!r} catches into {target!r}, an end"


def every_cycle_asks(definition: Definition) -> Iterator[str]:
    """Round again only on what a task returned: a task can count the rounds, a definition cannot."""
    asking = {
        name
        for name, state in _states(definition)
        if state["Type"] == "Choice" and _variables(state.get("Choices", ())) <= _returned(definition)
    }
    silent = {name: [way for way in _ways(state) if way not in asking] for name, state in _states(definition)}
    for name in silent.keys() - asking:
        if name in _reached(silent, silent[name]):
            yield f"{name!r} is on a cycle without a Choice on a task's answer"


def every_state_is_wired(definition: Definition) -> Iterator[str]:
    """Reachable from the start, able to reach an end, and without an arrow into nothing."""
    ways = {name: list(_ways(state)) for name, state in _states(definition)}
    for name, targets in ways.items():
        yield from (f"{name!r} goes on to {target!r}, which does not exist" for target in targets if target not in ways)
    reached = _reached(ways, [definition["StartAt"]])
    yield from (f"{name!r} is never reached" for name in ways if name not in reached)
    for name in ways:
        ends = (definition["States"][other]["Type"] for other in _reached(ways, [name]) if other in ways)
        if not set(_ENDS) & set(ends):
            yield f"{name!r} reaches no end"


def nothing_reads_its_input(definition: Definition) -> Iterator[str]:
    """Variables survive a redrive and say where a value comes from; the input of a state is whatever came before it."""
    for name, state in _states(definition):
        if "$states.input" in str(state):
            yield f"{name!r} reads $states.input"


def expressions_are_plain(definition: Definition) -> Iterator[str]:
    """A path, or a comparison of one with a word: anything more belongs into a task, where a deploy can mend it."""
    for name, state in _states(definition):
        for text in _texts(state):
            if not text.startswith("{%"):
                continue
            match = _EXPRESSION.match(text)
            if match is None or not _PLAIN.match(match[1]):
                yield f"{name!r}: {text} is more than a path or a comparison"
            elif not _parses(match[1]):
                yield f"{name!r}: {text} does not parse"


def variables_are_assigned_first(definition: Definition) -> Iterator[str]:
    """On every way to a state that reads it: an undefined variable fails the state, and a redrive cannot help."""
    known = _known_at_entry(definition)
    for name, state in _states(definition):
        for variable in sorted(_variables(state) - known.get(name, set())):
            yield f"{name!r} reads ${variable}, which is not assigned on every way there"


def every_state_says_what_it_is(definition: Definition) -> Iterator[str]:
    """The console shows the comment."""
    for name, state in _states(definition):
        if len(state.get("Comment", "")) < len("One pair, one writer."):
            yield f"{name!r} has no comment"


def every_task_is_made_alike(definition: Definition) -> Iterator[str]:
    """One timeout, one retry policy: `statemachines.task` made it."""
    for name, state in _states(definition):
        if state["Type"] != "Task":
            continue
        if state.get("TimeoutSeconds") != task.TASK_TIMEOUT:
            yield f"{name!r} has not the standard timeout"
        retried = [retrier["ErrorEquals"] for retrier in state.get("Retry", ())]
        if retried != [list(task.TRANSIENT), list(task.TIMED_OUT)]:
            yield f"{name!r} has not the standard retries"
        for retrier in state.get("Retry", ()):
            delay = retrier.get("MaxDelaySeconds", retrier["IntervalSeconds"])
            if delay > task.MAX_RETRY_DELAY:
                yield f"{name!r} waits {delay} s for a retry"


def every_error_has_a_class(definition: Definition) -> Iterator[str]:
    """A misspelt name is never matched, and nobody hears of it."""
    for name, state in _states(definition):
        handlers = (*state.get("Retry", ()), *state.get("Catch", ()))
        for error in (error for handler in handlers for error in handler["ErrorEquals"]):
            if error not in _OUR_OWN and not error.startswith(_SERVICES_OWN):
                yield f"{name!r} names the error {error}, which nothing raises"


RULES: tuple[Rule, ...] = (
    nothing_is_nested,
    only_what_is_out_of_date_is_caught,
    what_is_caught_goes_back_to_work,
    every_cycle_asks,
    every_state_is_wired,
    nothing_reads_its_input,
    expressions_are_plain,
    variables_are_assigned_first,
    every_state_says_what_it_is,
    every_task_is_made_alike,
    every_error_has_a_class,
)


def _states(definition: Definition) -> Iterable[tuple[str, State]]:
    states: Mapping[str, State] = definition["States"]
    return states.items()


def _catchers(definition: Definition) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((name, catcher) for name, state in _states(definition) for catcher in state.get("Catch", ()))


def _ways(state: State) -> Iterator[str]:
    """Where a state can go on to, caught errors included."""
    for branch in (*state.get("Choices", ()), *state.get("Catch", ()), state):
        if "Next" in branch:
            yield branch["Next"]
    if "Default" in state:
        yield state["Default"]


def _reached(ways: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += ways.get(name, ())
    return reached


def _before_work(definition: Definition, start: str) -> set[str]:
    """States on the ways from `start` up to the next work: what fails after that is that work's failure."""
    ways = {name: () if state["Type"] in _WORK else tuple(_ways(state)) for name, state in _states(definition)}
    return _reached(ways, [start])


def _known_at_entry(definition: Definition) -> dict[str, set[str]]:
    """Variables that are assigned on every way to each reachable state; `Assign` counts where no error was caught."""
    known: dict[str, set[str]] = {definition["StartAt"]: set()}
    waiting = [definition["StartAt"]]
    while waiting:
        name = waiting.pop()
        state = definition["States"][name]
        caught = {catcher["Next"] for catcher in state.get("Catch", ())}
        for target in _ways(state):
            after = known[name] | (set() if target in caught else set(state.get("Assign", ())))
            before = known.get(target)
            merged = after if before is None else before & after
            if merged != before:
                known[target] = merged
                waiting.append(target)
    return known


def _returned(definition: Definition) -> set[str]:
    """Variables that hold what a task returned."""
    return {
        variable
        for _, state in _states(definition)
        if state["Type"] == "Task"
        for variable, value in state.get("Assign", {}).items()
        if isinstance(value, str) and _RETURNED.match(value)
    }


def _variables(value: Any) -> set[str]:
    return {match for text in _texts(value) if text.startswith("{%") for match in _VARIABLE.findall(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _parses(expression: str) -> bool:
    try:
        Jsonata(expression)
    except JException:
        return False
    return True
