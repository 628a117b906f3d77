"""The states that run others side by side: Parallel and inline Map."""

from __future__ import annotations

from collections.abc import Callable

from .execution import Frame
from .processes import Joined, Process, join
from .visit import Visit

MOST_AT_ONCE = 40
"""Iterations of an inline Map that run at the same time, whatever `MaxConcurrency` says."""

_HAVE_ABORTED_EVENT = frozenset({"Map", "Parallel", "Task", "Wait"})


def parallel(visit: Visit) -> Process:
    frame, history = visit.frame, visit.run.history
    if frame.children is None:
        given = visit.field("Arguments", frame.input)
        frame.last = history.record("ParallelStateStarted", frame.last)
        frame.children = [Frame(branch, given, outer=frame, last=frame.last) for branch in visit.state["Branches"]]
    result = yield from _all(visit, frame.children, len(frame.children), visit.run.flow)
    return visit.move_on(result, {"result": result})


def map_(visit: Visit) -> Process:
    frame, history = visit.frame, visit.run.history
    limit = visit.whole_number("MaxConcurrency", least=0) or MOST_AT_ONCE
    if frame.children is None:
        children = _iterations(visit)
        details = {"length": len(children)}
        frame.last = history.record("MapStateStarted", frame.last, details, named="mapStateStarted")
        frame.children = children
    started = frame.last
    limit = min(limit, MOST_AT_ONCE)
    result = yield from _all(visit, frame.children, limit, lambda child: _iteration(visit, child, started))
    return visit.move_on(result, {"result": result})


def _iterations(visit: Visit) -> list[Frame]:
    items = visit.field("Items", visit.frame.input)
    if not isinstance(items, list):
        raise visit.wrong_type(visit.state.get("Items", items), "Items", "array", items)
    frames = []
    for index, value in enumerate(items):
        item = {"Index": index, "Value": value}
        selector = visit.state.get("ItemSelector")
        given = value if selector is None else visit.evaluate_for_item(selector, "ItemSelector", item)
        frames.append(Frame(visit.state["ItemProcessor"], given, outer=visit.frame, item=item))
    return frames


def _iteration(visit: Visit, child: Frame, started: int) -> Process:
    """One iteration with its events. A redriven one is not started a second time: it goes on."""
    if not child.last:
        child.last = _record_iteration(visit, visit.frame.at, child, "Started", started)
    yield from visit.run.flow(child)
    child.last = _record_iteration(visit, visit.frame.at, child, "Succeeded", child.last)


def _all(visit: Visit, children: list[Frame], limit: int, process: Callable[[Frame], Process]) -> Process:
    """Runs those children that are not done, and gives the outputs of all, in order."""
    frame, history, kind = visit.frame, visit.run.history, visit.state["Type"]
    processes = {index: process(child) for index, child in enumerate(children) if not child.done}
    joined: Joined = yield join(visit.run.clock, processes, limit)
    if joined.failure and joined.failed is not None:
        _record_failure(visit, children, joined)
        raise joined.failure
    last = max((child.last for child in children), default=frame.last)
    frame.last = history.record(f"{kind}StateSucceeded", last)
    return [child.output for child in children]


def _record_failure(visit: Visit, children: list[Frame], joined: Joined) -> None:
    """What the failure of one child did to the others, and to the state; all of it names the child's last event."""
    assert joined.failed is not None
    failed, kind, name = children[joined.failed], visit.state["Type"], visit.frame.at
    because = failed.last
    for index in joined.aborted:
        _record_aborted(visit, children[index], name, because)
    if kind == "Map":
        _record_iteration(visit, name, failed, "Failed", because)
    visit.frame.last = visit.run.history.record(f"{kind}StateFailed", because)


def _record_aborted(visit: Visit, child: Frame, name: str, because: int) -> None:
    """`name` is the state the child belongs to. Nothing is recorded of a child that had not begun."""
    if not child.last:
        return
    if child.item is not None:
        _record_iteration(visit, name, child, "Aborted", because)
    if child.entered is not None:
        for grandchild in child.children or []:
            if not grandchild.done:
                _record_aborted(visit, grandchild, child.at, because)
        if child.state["Type"] in _HAVE_ABORTED_EVENT:
            visit.run.history.record(f"{child.state['Type']}StateAborted", because)


def _record_iteration(visit: Visit, name: str, child: Frame, what: str, previous: int) -> int:
    assert child.item is not None
    details = {"name": name, "index": child.item["Index"]}
    return visit.run.history.record(f"MapIteration{what}", previous, details, named=f"mapIteration{what}")
