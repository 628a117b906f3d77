"""What the deal says, and what the router does next."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.domain import status
from lambdas.domain.plan import Change, Plan, Results, Step, Submit
from lambdas.domain.records import Problem

WRONG = Problem(record="company", label="Postal code", what="it is empty")
REFUSED = Problem(record="aws", label="AWS refused this", what="Not today.")
SUBMIT = Submit(involvement="Co-Sell", visibility="Full", generation=1)


def a_plan(**members: Any) -> Plan:
    given: dict[str, Any] = {"pair": "pair-1", "fence": 1, "deal": "310", "opportunity": "O1"}
    quiet = {"aws_opportunity_id": "O1", "aws_sync_status": "in_step", "aws_sync_message": None}
    return Plan.model_validate(given | {"shown": quiet} | members)


FULL = a_plan(create={"Project": {}}, associate=("S-1",), update={"Project": {}}, submit=SUBMIT, opportunity=None)
NEW = a_plan(create={"Project": {}}, submit=SUBMIT, opportunity=None)


@pytest.mark.parametrize(
    ("plan", "results", "after", "step"),
    [
        (FULL, Results(), None, Step.CREATE_OPPORTUNITY),
        (FULL, Results(created="O1"), Step.CREATE_OPPORTUNITY, Step.ASSOCIATE_OPPORTUNITY),
        (FULL, Results(created="O1"), Step.ASSOCIATE_OPPORTUNITY, Step.UPDATE_OPPORTUNITY),
        (FULL, Results(created="O1"), Step.UPDATE_OPPORTUNITY, Step.SUBMIT_OPPORTUNITY),
        (FULL, Results(created="O1", submitted=True), Step.SUBMIT_OPPORTUNITY, Step.UPDATE_DEAL),
        (NEW, Results(created="O1", submitted=True), Step.SUBMIT_OPPORTUNITY, Step.FINISH_TURN),
        (NEW, Results(created="O1", submitted=True, tagged=True), Step.SUBMIT_OPPORTUNITY, Step.UPDATE_DEAL),
        (NEW, Results(created="O1", refused=(REFUSED,)), Step.SUBMIT_OPPORTUNITY, Step.UPDATE_DEAL),
        (FULL, Results(refused=(REFUSED,)), Step.CREATE_OPPORTUNITY, Step.UPDATE_DEAL),
        (FULL, Results(created="O1"), Step.UPDATE_DEAL, Step.FINISH_TURN),
        (a_plan(), Results(), None, Step.FINISH_TURN),
        (a_plan(deal_changes={"aws_use_case": "SAP"}), Results(), None, Step.UPDATE_DEAL),
        (a_plan(base_changed=True), Results(), None, Step.UPDATE_DEAL),
        (a_plan(update={"Project": {}}), Results(), Step.UPDATE_OPPORTUNITY, Step.UPDATE_DEAL),
        (a_plan(problems=(WRONG,)), Results(), None, Step.UPDATE_DEAL),
    ],
)
def test_what_comes_next(plan: Plan, results: Results, after: Step | None, step: Step) -> None:
    assert status.next_step(plan, results, after) is step


@pytest.mark.parametrize(
    ("members", "results", "word", "outcome"),
    [
        ({}, Results(), "in_step", "IN_STEP"),
        ({"paused": True}, Results(), "paused", "ON_HOLD"),
        ({"problems": (WRONG,), "review_status": "In review"}, Results(), "needs_you", "NEEDS_YOU"),
        ({"update": {}}, Results(refused=(REFUSED,)), "needs_you", "NEEDS_YOU"),
        ({"following": True}, Results(), "sending", "WAITING"),
        ({"following": True, "overdue": True}, Results(), "delayed", "WAITING"),
        ({"submit": SUBMIT}, Results(submitted=True), "sending", "WAITING"),
        ({"review_status": "Submitted"}, Results(), "in_review", "IN_STEP"),
        ({"review_status": "In review"}, Results(), "in_review", "IN_STEP"),
        ({"review_status": "In review", "held": ("Project.Title",)}, Results(), "on_hold", "ON_HOLD"),
        ({"review_status": "Rejected"}, Results(), "rejected", "IN_STEP"),
        ({"review_status": "Approved", "stage": "Closed Lost"}, Results(), "closed", "IN_STEP"),
        ({"review_status": "Approved", "stage": "Launched"}, Results(), "closed", "IN_STEP"),
        ({"review_status": "Approved", "stage": "Committed"}, Results(), "in_step", "IN_STEP"),
    ],
)
def test_one_word_and_one_outcome(members: dict[str, Any], results: Results, word: str, outcome: str) -> None:
    plan = a_plan(**members)

    assert status.status(plan, results) == word
    assert status.outcome(plan, results) == outcome


def test_only_differences_are_written() -> None:
    shown = {
        "aws_sync_status": "needs_you",
        "aws_sync_message": "Old.",
        "aws_opportunity_id": None,
        "aws_use_case": "SAP",
    }

    plan = a_plan(shown=shown, deal_changes={"aws_use_case": "SAP"}, clear_action=True)

    assert status.present(plan, Results()) == {
        "aws_opportunity_id": "O1",
        "aws_sync_status": "in_step",
        "aws_sync_message": "",
    }


def test_a_plan_that_read_no_deal_writes_nothing() -> None:
    plan = a_plan(shown={})

    assert status.present(plan, Results()) == {}
    assert status.base_after(plan, Results()) is None
    assert status.next_step(plan, Results()) is Step.FINISH_TURN


def test_problems_come_first_each_once_and_ten_lines_are_enough() -> None:
    problems = tuple(Problem(record="deal", label=f"Field {n}", what="it is empty") for n in range(12))
    plan = a_plan(problems=(*problems, problems[0]), notices_if_refused=("Said besides.",))

    lines = status.message(plan, Results(refused=(REFUSED,))).splitlines()

    assert lines[:2] == ["AWS refused this: Not today.", "Field 0: it is empty."]
    assert len(lines) == 10
    assert lines[-1] == "And 5 more."


def test_a_long_line_is_cut() -> None:
    assert len(status.message(a_plan(notices=("x" * 5000,)), Results())) == status.LONGEST_LINE


CHANGED = (Change(path="Project.Title", before="a", after="b"), Change(path="LifeCycle.Stage", before="c", after=None))


@pytest.mark.parametrize(
    ("members", "results", "fields"),
    [
        ({"update": {}, "changes": CHANGED}, Results(), {"Project.Title": "b"}),
        (
            {"update": {}, "changes": CHANGED},
            Results(refused=(REFUSED,)),
            {"Project.Title": "a", "LifeCycle.Stage": "c"},
        ),
        ({}, Results(), {"Project.Title": "a", "LifeCycle.Stage": "c"}),
    ],
)
def test_what_aws_took_is_agreed_on(members: dict[str, Any], results: Results, fields: dict[str, Any]) -> None:
    plan = a_plan(base_fields={"Project.Title": "a", "LifeCycle.Stage": "c"}, digest="d", **members)

    base = status.base_after(plan, results)

    assert base is not None
    assert (base.fields, base.known) == (fields, True)


def test_after_a_write_whatever_aws_shows_is_news() -> None:
    """It may drop a value without a word, and then look as it did before."""
    plan = a_plan(update={}, changes=CHANGED, digest="d")
    refused = Results(refused=(REFUSED,))

    assert [
        base and base.digest for base in (status.base_after(plan, Results()), status.base_after(plan, refused))
    ] == [
        "",
        "d",
    ]


@pytest.mark.parametrize("members", [{"paused": True}, {"hands_off": True}, {"opportunity": None, "create": {}}])
def test_without_an_opportunity_in_play_the_old_agreement_stays(members: dict[str, Any]) -> None:
    assert status.base_after(a_plan(**members), Results()) is None
