"""Tell the deal's seller: put on the deal's timeline what is owed to it, and keep the deal's one task."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lambdas import runtime
from lambdas.adapters import hubspot_activities, sync_state, turns
from lambdas.domain import notes, todos
from lambdas.domain.plan import Step
from lambdas.domain.records import KnownTodo, Note, Timeline
from lambdas.domain.todos import Todo
from lambdas.errors import Misconfigured
from lambdas.runtime import Message, task
from lambdas.settings import settings


class _Here(NamedTuple):
    pair: str
    fence: int
    deal: str

    def audit(self, action: str, target: str) -> None:
        sync_state.audit(self.pair, self.fence, action, target=target)


class Request(Message):
    pair: str
    fence: int


class Result(Message):
    outcome: Literal["TOLD"] = "TOLD"
    next: Step = Step.FINISH_TURN


@task
def handler(request: Request) -> Result:
    """Raises LeaseLost, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted.

    HubSpot gives no token for a create. That one is about to be made is remembered first, and again at each try: a run
    that finds it remembered looks among the deal's own notes and tasks before it makes another, once HubSpot must be
    showing what the last try made.
    """
    pair, fence = request.pair, request.fence
    turns.hold(pair, fence)
    plan, results = sync_state.planned(pair, fence)
    timeline = sync_state.base(pair).timeline
    here = _Here(pair, fence, plan.deal)
    try:
        for note in timeline.owed:
            timeline = _note(here, note, timeline)
        timeline = _keep_task(here, todos.wanted(plan, results), timeline)
    except Misconfigured:
        if hubspot_activities.is_there(plan.deal):
            raise
        timeline = Timeline(review=timeline.review, heard=timeline.heard)  # nobody is left to be told
    sync_state.save_timeline(pair, timeline.model_copy(update={"unfinished": False}))
    return Result()


def _note(here: _Here, note: Note, timeline: Timeline) -> Timeline:
    if note.typed and not hubspot_activities.was_typed(here.deal, note.typed):
        return notes.made(timeline, note)
    begun = timeline.begun.get(note.key)
    if begun is not None and hubspot_activities.has_note(here.deal, note, since=begun):
        return notes.made(timeline, note)
    timeline = timeline.model_copy(update={"begun": {**timeline.begun, note.key: runtime.now()}})
    sync_state.save_timeline(here.pair, timeline)
    here.audit(f"create note {note.key}", here.deal)
    hubspot_activities.create_note(here.deal, note)
    return notes.made(timeline, note)


def _keep_task(here: _Here, todo: Todo | None, timeline: Timeline) -> Timeline:
    """The timeline with what became of the deal's task."""
    known: KnownTodo | None
    match todos.step(timeline.todo, todo, runtime.now()), todo, timeline.todo:
        case "create", Todo(), KnownTodo(id=None) as begun:
            found = hubspot_activities.find_task(here.deal, since=begun.begun)
            known = _found(here, todo, begun, found) if found else _create(here, todo, timeline)
        case "create", Todo(), _:
            known = _create(here, todo, timeline)
        case "update", Todo(), KnownTodo() as there:
            known = _update(here, todo, there)
        case "complete", None, KnownTodo() as there:
            _complete(here, there)
            known = None
        case _:
            return timeline
    return timeline.model_copy(update={"todo": known})


def _create(here: _Here, todo: Todo, timeline: Timeline) -> KnownTodo:
    known = KnownTodo(id=None, begun=runtime.now(), kind=todo.kind, digest=todo.digest)
    sync_state.save_timeline(here.pair, timeline.model_copy(update={"todo": known}))
    here.audit("create task", here.deal)
    made = hubspot_activities.create_task(here.deal, todo, settings().fallback_owner)
    return known.model_copy(update={"id": made})


def _found(here: _Here, todo: Todo, begun: KnownTodo, task_id: str) -> KnownTodo:
    """An earlier run made it, perhaps with other words."""
    known = begun.model_copy(update={"id": task_id})
    return known if known.digest == todo.digest else _update(here, todo, known)


def _update(here: _Here, todo: Todo, known: KnownTodo) -> KnownTodo:
    """The same task says what is left; one that a person has completed stays completed."""
    task_id = known.id or ""
    if not hubspot_activities.is_open(task_id):
        return known.model_copy(update={"ticked": runtime.now()})
    here.audit("update task", task_id)
    hubspot_activities.update_task(task_id, todo, settings().fallback_owner, moves=known.kind != todo.kind)
    return known.model_copy(update={"kind": todo.kind, "digest": todo.digest})


def _complete(here: _Here, known: KnownTodo) -> None:
    if known.ticked is not None:
        return
    task_id = known.id or hubspot_activities.find_task(here.deal, since=known.begun)
    if task_id is not None:
        here.audit("complete task", task_id)
        hubspot_activities.complete_task(task_id)
