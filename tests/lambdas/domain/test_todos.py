"""The deal's one task: whether there is one, what it says, until when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lambdas.domain import todos
from lambdas.domain.plan import Addressee, Plan, Results
from lambdas.domain.records import KnownTodo, Problem

WEEK = 7 * 24 * 3600
USE_CASE = Problem(record="deal", label="AWS: use case", what="it is empty", path="Project.CustomerUseCase")
ZIP = Problem(record="company", label="Postal code", what='"<1>" is none', path="Customer.Account.Address.PostalCode")
COMMENTS = Problem(record="aws", label="AWS asks for changes", what="more words", path="LifeCycle.ReviewComments")
REASON = Problem(record="deal", label="AWS: why lost", what="it is empty", path="LifeCycle.ClosedLostReason")


def _at(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def _plan(*problems: Problem, at: str = "2026-11-24T04:00", zone: str = "UTC", **facts: object) -> Plan:
    terms = Addressee(owner="7", now=_at(at), time_zone=zone)
    return Plan.model_validate(
        {"pair": "p", "fence": 1, "deal": "1", "problems": problems, "addressee": terms, "shown": {"x": None}} | facts
    )


def _known(**facts: object) -> KnownTodo:
    return KnownTodo.model_validate({"id": "71", "begun": 0, "kind": "fix", "digest": "d"} | facts)


@pytest.mark.parametrize(
    ("problems", "kind", "subject"),
    [
        ((USE_CASE,), "fix", "AWS: 1 thing to fix"),
        ((USE_CASE, ZIP), "fix", "AWS: 2 things to fix"),
        ((USE_CASE, COMMENTS), "review_comments", "AWS: answer the review comments"),
        ((REASON,), "lost_reason", "AWS: say why the deal was lost"),
        ((REASON, ZIP), "fix", "AWS: 2 things to fix"),
    ],
)
def test_the_most_pressing_problem_names_the_task(problems: tuple[Problem, ...], kind: str, subject: str) -> None:
    todo = todos.wanted(_plan(*problems), Results())

    assert todo is not None
    assert (todo.kind, todo.subject, todo.owner) == (kind, subject, "7")


def test_it_lists_every_problem_once_and_escapes_what_people_wrote() -> None:
    todo = todos.wanted(_plan(ZIP, USE_CASE, USE_CASE), Results(refused=(ZIP,)))

    assert todo is not None
    assert todo.body == (
        "<ul><li>Company postal code: &quot;&lt;1&gt;&quot; is none</li><li>AWS: use case: it is empty</li></ul>"
        f"<p>{todos.OURS}</p>"
    )


@pytest.mark.parametrize("facts", [{"problems": ()}, {"hands_off": True}, {"addressee": None}])
def test_where_nothing_is_to_be_done_there_is_no_task(facts: dict[str, object]) -> None:
    assert todos.wanted(_plan(ZIP).model_copy(update=facts), Results()) is None


@pytest.mark.parametrize(
    ("problem", "at", "zone", "due"),
    [
        (ZIP, "2026-11-24T10:00", "UTC", "2026-11-26T17:00"),  # Tuesday
        (ZIP, "2026-11-26T23:59", "UTC", "2026-11-30T17:00"),  # Thursday, over the weekend
        (ZIP, "2026-11-28T10:00", "UTC", "2026-12-01T17:00"),  # Saturday
        (COMMENTS, "2026-11-27T10:00", "Asia/Tokyo", "2026-12-01T17:00"),
        (REASON, "2026-10-29T10:00", "America/New_York", "2026-11-05T17:00"),  # over the end of summer time
    ],
)
def test_it_is_due_at_the_end_of_a_working_day_of_the_portal(problem: Problem, at: str, zone: str, due: str) -> None:
    todo = todos.wanted(_plan(problem, at=at, zone=zone), Results())

    assert todo is not None
    assert todo.due == _at(due, zone)


def test_a_portal_in_a_zone_that_nobody_here_knows_has_tasks_by_utc() -> None:
    plan = _plan(ZIP)
    assert plan.addressee is not None
    addressee = plan.addressee.model_copy(update={"time_zone": "Mars/Olympus"})

    todo = todos.wanted(plan.model_copy(update={"addressee": addressee}), Results())

    assert todo == todos.wanted(_plan(ZIP, zone="UTC"), Results())


def test_what_is_to_be_done_about_the_task_that_is_there() -> None:
    todo = todos.wanted(_plan(ZIP), Results())
    assert todo is not None
    same, now = todo.digest, 1_000.0
    table = [
        (None, None, None),
        (None, todo, "create"),
        (_known(digest=same), todo, None),
        (_known(digest="other"), todo, "update"),
        (_known(id=None, digest=same), todo, "create"),
        (_known(ticked=now - WEEK + 1), todo, None),
        (_known(ticked=now - WEEK), todo, "create"),
        (_known(), None, "complete"),
        (_known(ticked=now), None, "complete"),
    ]

    assert [todos.step(known, wanted, now) for known, wanted, _ in table] == [expected for _, _, expected in table]


def test_the_day_alone_changes_nothing_and_another_owner_does() -> None:
    first, later = (todos.wanted(_plan(ZIP, at=at), Results()) for at in ("2026-11-24T10:00", "2026-11-25T10:00"))
    assert first is not None
    assert later is not None
    assert first.digest == later.digest
    assert first.digest != first.model_copy(update={"owner": "8"}).digest
