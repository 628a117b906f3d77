"""Notes and tasks on deals, against the simulator, over both families of paths."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.adapters import hubspot_activities as activities
from lambdas.domain.records import Note
from lambdas.domain.todos import OURS, Todo
from lambdas.errors import Misconfigured, RemoteUnavailable
from tests.lambdas.adapters.conftest import Now
from tests.lambdas.adapters.hubspot_wire import Wire

NOTE = Note(key="review#approved", body="<p><strong>AWS &amp; we</strong></p><p>a &lt; b</p>", at=1_789_000_000.25)
TODO = Todo(
    kind="fix", subject="AWS: 1 thing to fix", body=f"<ul><li>x</li></ul><p>{OURS}</p>", due=1_790_100_000, owner=None
)
LATER = 60.0


def _tasks(wire: Wire, deal: str) -> list[dict[str, Any]]:
    return [dict(task.properties) for task in wire.hubspot.tasks_of(deal)]


def test_a_note_is_on_the_deal_at_its_time(wire: Wire, family: str) -> None:
    deal = wire.deal()

    activities.create_note(deal, NOTE)

    (note,) = wire.hubspot.notes_of(deal)
    assert note.properties["hs_note_body"] == NOTE.body
    assert (note.properties["hs_timestamp"] or "").startswith("2026-09-10T00:26:40.25")
    assert len(wire.sent) == 1


def test_a_note_is_found_by_its_time_and_its_words(wire: Wire, family: str, now: Now) -> None:
    deal, begun = wire.deal(), now.seconds
    activities.create_note(deal, NOTE)
    now.seconds += LATER

    respelt = NOTE.model_copy(update={"body": "<b>AWS &amp; we</b>\n<p>a &lt; b</p>"})
    assert activities.has_note(deal, respelt, since=begun)
    assert not activities.has_note(deal, NOTE.model_copy(update={"at": NOTE.at + 1}), since=begun)
    assert not activities.has_note(deal, NOTE.model_copy(update={"body": "<p>else</p>"}), since=begun)
    assert not activities.has_note(wire.deal({"dealname": "Other"}), NOTE, since=begun)


def test_what_was_made_a_moment_ago_may_not_be_seen_yet(wire: Wire, family: str, now: Now) -> None:
    deal = wire.deal()
    for look in (lambda: activities.has_note(deal, NOTE, since=now.seconds), lambda: activities.find_task(deal, now())):
        with pytest.raises(RemoteUnavailable):
            look()
    assert wire.sent == []


def test_a_task_is_made_found_rewritten_and_completed(wire: Wire, family: str, now: Now) -> None:
    deal = wire.deal()
    begun = now.seconds = wire.hubspot.clock.now
    task = activities.create_task(deal, TODO, "")
    now.seconds += LATER
    assert activities.find_task(deal, begun) == task
    assert activities.is_open(task)

    later = replace_todo(subject="AWS: 2 things to fix", due=TODO.due + 86_400)
    activities.update_task(task, later, "", moves=False)
    (kept,) = _tasks(wire, deal)
    activities.update_task(task, later, "", moves=True)
    (moved,) = _tasks(wire, deal)
    assert (kept["hs_task_subject"], kept["hs_task_status"]) == ("AWS: 2 things to fix", "NOT_STARTED")
    assert kept["hs_timestamp"] != moved["hs_timestamp"]

    activities.complete_task(task)
    assert not activities.is_open(task)
    assert activities.find_task(deal, begun) is None


def test_a_task_of_somebody_else_is_not_ours(wire: Wire, family: str, now: Now) -> None:
    deal = wire.deal()
    wire.hubspot.people.creates("tasks", {"hs_task_subject": "AWS: call them"}, [("deals", deal)])
    begun = now.seconds = wire.hubspot.clock.now
    now.seconds += LATER

    assert activities.find_task(deal, begun) is None


def test_a_task_that_is_gone_is_closed(wire: Wire, family: str) -> None:
    task = activities.create_task(wire.deal(), TODO, "")
    wire.hubspot.people.deletes("tasks", task)

    assert not activities.is_open(task)
    activities.complete_task(task)


@pytest.mark.parametrize(("fallback", "whose"), [("12000001", "12000001"), ("", None), ("99", None)])
def test_an_owner_who_has_left_gets_no_task(wire: Wire, family: str, fallback: str, whose: str | None) -> None:
    gone = wire.hubspot.add_owner("gone@example.com", "Gone", "Owner")
    wire.hubspot.admin.archives_owner(gone)
    deal = wire.deal()

    task = activities.create_task(deal, replace_todo(owner=gone), fallback)

    assert wire.hubspot.record("tasks", task).properties["hubspot_owner_id"] == whose


def test_what_hubspot_refuses_otherwise_is_an_error(wire: Wire, family: str) -> None:
    wire.answers(400, {"status": "error", "message": "no", "errors": []})

    with pytest.raises(Misconfigured):
        activities.create_task("1", replace_todo(owner="12000001"), "12000001")
    assert len(wire.sent) == 1


def test_a_deal_that_was_deleted_or_merged_is_not_there(wire: Wire, family: str) -> None:
    kept, merged, deleted = (wire.deal({"dealname": name}) for name in ("kept", "merged", "deleted"))
    left = wire.hubspot.people.merges("deals", kept, merged)
    wire.hubspot.people.deletes("deals", deleted)

    assert [activities.is_there(deal) for deal in (left, merged, deleted)] == [True, False, False]


@pytest.mark.parametrize(("person", "typed"), [(True, True), (False, False)])
def test_whether_a_person_typed_what_cosell_replaced(wire: Wire, family: str, *, person: bool, typed: bool) -> None:
    people = wire.hubspot.people
    deal = wire.deal()
    (people if person else people.by_workflow("enrollmentId:1")).edits("deals", deal, {"dealname": "Theirs"})
    people.by_app(wire.hubspot.app.app_id).edits("deals", deal, {"dealname": "AWS's"})

    assert activities.was_typed(deal, "dealname") is typed


def replace_todo(**changes: Any) -> Todo:
    return TODO.model_copy(update=changes)
