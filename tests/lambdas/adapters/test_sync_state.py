"""What is remembered about a pair."""

from __future__ import annotations

import json
from typing import Protocol

import pytest

from lambdas.adapters import sync_state, tables
from lambdas.adapters.sync_state import Begun
from lambdas.domain.plan import Change, Plan, Results
from lambdas.domain.records import Base, Note, Problem, Submission, SubmissionTask, Timeline
from lambdas.errors import LeaseLost, RemoteUnavailable

pytestmark = pytest.mark.usefixtures("cloud")

TABLE, PAIR = "cosell-test-sync-state", "a-pair"
PROBLEM = Problem(record="deal", label="AWS: use case", what="AWS needs it.")


class Now(Protocol):
    seconds: float


def _plan(fence: int = 7, **members: object) -> Plan:
    return Plan.model_validate({"pair": PAIR, "fence": fence, "deal": "31001", **members})


def _audit() -> list[tables.Item]:
    rows = [tables.get(TABLE, pk=PAIR, sk=f"audit#{fence:010}#update opportunity") for fence in (7, 8)]
    return [row for row in rows if row is not None]


def test_a_plan_comes_back_as_it_was() -> None:
    plan = _plan(create={"Project": {"Title": "Zoë — café", "Spend": [{"Amount": "12500.00"}], "Ratio": 0.1}})
    sync_state.put_plan(plan)

    assert sync_state.planned(PAIR, 7) == (plan, Results())


def test_a_plan_outlives_the_last_day_on_which_it_can_be_redriven(now: Now) -> None:
    sync_state.put_plan(_plan())

    item = tables.get(TABLE, pk=PAIR, sk="plan#0000000007")
    assert item is not None
    assert item["ttl"] > now.seconds + 15 * 86_400


def test_results_of_the_steps_add_up() -> None:
    sync_state.put_plan(_plan())
    so_far = sync_state.record(PAIR, 7, Results(), created="O1000001")

    results = sync_state.record(PAIR, 7, so_far, refused=(PROBLEM,), submitted=True)

    assert results == Results(created="O1000001", refused=(PROBLEM,), submitted=True)
    assert sync_state.planned(PAIR, 7) == (_plan(), results)


def test_a_new_plan_under_the_same_fence_has_no_results() -> None:
    sync_state.put_plan(_plan())
    sync_state.record(PAIR, 7, Results(), submitted=True)
    sync_state.put_plan(_plan())

    assert sync_state.planned(PAIR, 7)[1] == Results()


def test_a_round_without_a_plan_is_planned_anew() -> None:
    with pytest.raises(LeaseLost):
        sync_state.planned(PAIR, 6)
    with pytest.raises(LeaseLost):
        sync_state.record(PAIR, 6, Results(), submitted=True)


def test_before_the_first_agreement_the_base_knows_nothing() -> None:
    assert sync_state.base(PAIR) == Base()

    sync_state.write_pending(PAIR, {"Project.Title": "New"})

    assert sync_state.base(PAIR) == Base(pending={"Project.Title": "New"})


def test_an_agreement_settles_what_was_pending() -> None:
    sync_state.write_pending(PAIR, {"Project.Title": "New"})
    agreed = Base(fields={"Project.Title": "New"}, known=True, digest="d")
    sync_state.save_base(PAIR, agreed)

    assert sync_state.base(PAIR) == agreed


def test_what_is_pending_leaves_the_agreement_alone() -> None:
    sync_state.save_base(PAIR, Base(fields={"Project.Title": "Old"}, known=True))
    sync_state.write_pending(PAIR, {"Project.Title": "New"})

    base = sync_state.base(PAIR)
    assert (base.fields, base.pending, base.known) == ({"Project.Title": "Old"}, {"Project.Title": "New"}, True)


def test_the_first_body_is_the_one_that_is_sent(now: Now) -> None:
    first = sync_state.write_ahead(PAIR, "create_opportunity", {"Project": {"Title": "First"}})
    now.seconds += 86_401

    again = sync_state.write_ahead(PAIR, "create_opportunity", {"Project": {"Title": "Second"}})

    assert again == first
    assert (first.is_old(first.written), first.is_old(now.seconds)) == (False, True)


def test_after_a_definite_no_another_body_gets_another_token() -> None:
    first = sync_state.write_ahead(PAIR, "create_opportunity", {"Title": "First"})
    sync_state.close_intent(PAIR, "create_opportunity", first.generation)
    sync_state.close_intent(PAIR, "create_opportunity", first.generation)

    second = sync_state.write_ahead(PAIR, "create_opportunity", {"Title": "Second"})

    assert (second.generation, second.body) == (2, {"Title": "Second"})
    assert second.token != first.token


def test_a_plan_may_ask_for_a_later_generation() -> None:
    tokens = {sync_state.write_ahead(PAIR, "submit_opportunity", {}, generation=n).token for n in (1, 2, 3)}

    assert len(tokens) == 3


def test_purposes_pairs_and_catalogs_have_tokens_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [
        sync_state.write_ahead(PAIR, "create_opportunity", {}).token,
        sync_state.write_ahead(PAIR, "submit_opportunity", {}).token,
        sync_state.write_ahead("another-pair", "create_opportunity", {}).token,
    ]
    monkeypatch.setenv("COSELL_CATALOG", "AWS")
    tokens.append(sync_state.write_ahead("a-third-pair", "create_opportunity", {}).token)

    assert len(set(tokens)) == 4


def test_the_submission_is_remembered() -> None:
    assert sync_state.submission(PAIR) is None
    submission = Submission(generation=1, started=1.5, task=SubmissionTask(id="task-1", status="IN_PROGRESS"))

    sync_state.record_submission(PAIR, submission)

    assert sync_state.submission(PAIR) == submission


def test_one_action_under_one_fence_is_one_entry(now: Now) -> None:
    changes = [Change(path="Project.Title", before="Old", after="New")]
    sync_state.audit(PAIR, 7, "update opportunity", target="O1", changes=changes)
    now.seconds += 60
    sync_state.audit(PAIR, 7, "update opportunity", target="O1", changes=changes)
    sync_state.audit(PAIR, 8, "update opportunity", target="O1", properties=["dealstage"])

    first, second = _audit()
    assert (first["target"], json.loads(first["changes"])) == (
        "O1",
        [{"path": "Project.Title", "before": "Old", "after": "New"}],
    )
    assert first["at"] == now.seconds - 60
    assert json.loads(second["properties"]) == ["dealstage"]


def test_a_person_s_data_is_only_recognised_never_shown() -> None:
    def entry(pair: str, fence: int, after: str) -> str:
        change = Change(path="Customer.Contacts", before=None, after=[{"Email": after}], personal=True)
        sync_state.audit(pair, fence, "update opportunity", target="O1", changes=[change])
        item = tables.get(TABLE, pk=pair, sk=f"audit#{fence:010}#update opportunity")
        assert item is not None
        assert after not in str(item)
        return str(json.loads(item["changes"])[0]["after"])

    assert entry(PAIR, 7, "ada@example.com") == entry(PAIR, 8, "ada@example.com")
    assert entry(PAIR, 9, "bob@example.com") != entry(PAIR, 10, "ada@example.com")
    assert entry("another-pair", 7, "ada@example.com") != entry(PAIR, 11, "ada@example.com")


def test_the_timeline_lies_beside_the_agreement_and_neither_save_touches_the_other(cloud: None) -> None:
    note = Note(key="review#approved", body="<p>AWS</p>", at=1.5)
    timeline = Timeline(review="approved", owed=(note,), begun={note.key: 2.5}, unfinished=True)
    sync_state.save_timeline("p", timeline)
    assert sync_state.base("p") == Base(timeline=timeline)

    sync_state.save_base("p", Base(fields={"Project.Title": "Warehouse"}, known=True))
    assert sync_state.base("p").timeline == timeline

    sync_state.save_timeline("p", Timeline())
    assert sync_state.base("p") == Base(fields={"Project.Title": "Warehouse"}, known=True)


def test_what_is_being_linked_is_kept_until_the_next_agreement() -> None:
    sync_state.write_linking(PAIR, {"aws_solutions": ("S-1",)})
    assert sync_state.base(PAIR).linking == {"aws_solutions": ("S-1",)}

    sync_state.save_base(PAIR, Base(known=True))

    assert sync_state.base(PAIR) == Base(known=True)


def test_what_was_begun_before_says_since_when(now: Now) -> None:
    began = now.seconds
    assert sync_state.begin(PAIR, "line item S-1") is None
    now.seconds += 5

    assert sync_state.begin(PAIR, "line item S-1") == Begun(began)
    assert sync_state.begin(PAIR, "line item S-2") is None


def test_only_one_tries_again_what_somebody_began(now: Now) -> None:
    sync_state.begin("customer#example.com", "company")
    sync_state.note_made("customer#example.com", "company", "31")
    before = sync_state.begun("customer#example.com", "company")
    assert before == Begun(now.seconds, made="31")
    now.seconds += 60

    sync_state.begin_again("customer#example.com", "company", before)

    assert sync_state.begun("customer#example.com", "company") == Begun(now.seconds)
    with pytest.raises(RemoteUnavailable):
        sync_state.begin_again("customer#example.com", "company", before)
