"""What is noted on the deal's timeline, and that it is noted once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from lambdas.domain import locks, notes
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Results
from lambdas.domain.records import Note, Opportunity, Problem, Timeline
from lambdas.domain.status import lost_after, tells, timeline_after
from tests.lambdas.domain.builders import MAPPING, NOW, World, linked, plan_for


def _news(world: World) -> list[str]:
    """What the world's next plan owes to the timeline, as a person reads it."""
    return [_text(note.body) for note in world.plan().timeline.owed]


def _text(body: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def _moved(world: World, at: str) -> World:
    assert world.opportunity is not None
    opportunity: Opportunity = world.opportunity.model_copy(update={"last_modified": at})
    return World(world.deal, opportunity, world.base)


def _stepped(world: World, *steps: tuple[str, str]) -> World:
    """AWS's own history of next steps, the newest first."""
    history = [{"Time": time, "Value": value} for time, value in steps]
    opportunity = world.opportunity
    assert opportunity is not None
    summary = {"LifeCycle": {"NextStepsHistory": history}}
    return World(world.deal, opportunity.model_copy(update={"summary": summary}), world.base)


def test_a_draft_is_no_news() -> None:
    assert _news(linked()) == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (locks.SUBMITTED, "AWS has the deal for review"),
        (locks.IN_REVIEW, "AWS has the deal for review"),
        (locks.APPROVED, "AWS has approved the deal"),
        (locks.ACTION_REQUIRED, "AWS asks for changes Say more."),
        (locks.REJECTED, "AWS has rejected the deal Say more."),
    ],
)
def test_each_step_of_the_review_is_noted_once_at_its_time(status: str, said: str) -> None:
    world = _moved(linked().reviewed(status, ReviewComments="Say more."), "2026-11-24T09:30:00.500000Z")

    assert _news(world) == [said]
    assert [note.at for note in world.plan().timeline.owed] == [1_795_512_600.5]
    after = world.round()
    assert _news(_moved(after, "2026-11-25T09:30:00.000000Z")) == []
    assert _news(after.forgets()) == [said]


def test_a_review_that_was_seen_to_begin_does_not_begin_again() -> None:
    world = linked().reviewed(locks.SUBMITTED).round()

    assert _news(world.reviewed(locks.IN_REVIEW)) == []


def test_the_same_words_after_another_round_of_review_are_news_again() -> None:
    asked = linked().reviewed(locks.ACTION_REQUIRED, ReviewComments="Say more.").round()
    assert _news(asked) == []

    resubmitted = asked.reviewed(locks.IN_REVIEW).round()
    again = _moved(resubmitted, "2026-11-26T00:00:00.000000Z")
    assert _news(again.reviewed(locks.ACTION_REQUIRED, ReviewComments="Say more.")) == [
        "AWS asks for changes Say more."
    ]


def test_next_steps_come_oldest_first_and_of_old_ones_the_last_three() -> None:
    old = [(f"2026-11-0{day}T00:00:00.000000Z", f"step {day}") for day in (5, 4, 3, 2)]
    world = _stepped(linked(), *old)
    assert _news(world) == ["AWS: next step step 3", "AWS: next step step 4", "AWS: next step step 5"]

    new = [(f"2026-11-1{day}T00:00:00.000000Z", f"step 1{day}") for day in (4, 3, 2, 1)]
    assert _news(_stepped(world.round(), *new, *old)) == [f"AWS: next step step 1{day}" for day in (1, 2, 3, 4)]


def test_an_edit_that_lost_is_noted_with_both_values() -> None:
    world = linked().seller_edits(aws_use_case="SAP")
    world = world.aws_edits(Project={"CustomerUseCase": "Oracle"})

    (said,) = _news(world)
    assert said.startswith("AWS: use case: your edit replaced AWS's ")
    assert said.endswith('AWS had "Oracle", yours is "SAP".')
    assert world.plan().timeline.owed[0].typed is None
    assert str(NOW) not in world.plan().timeline.owed[0].key  # while AWS refuses the edit, it is one note all the same
    assert _news(world.round()) == []


def test_an_edit_that_is_kept_back_has_replaced_nothing() -> None:
    world = linked().aws_edits(LifeCycle={"TargetCloseDate": "2027-05-31"}).seller_edits(aws_golive_date="2020-01-31")

    assert world.plan().update is None
    assert world.plan().lost == ()
    assert _news(world) == []
    mended = world.seller_edits(aws_golive_date="2027-06-30")
    assert [(change.before, change.after) for change in mended.plan().lost] == [("2027-05-31", "2027-06-30")]


def test_an_edit_that_aws_refuses_has_replaced_nothing() -> None:
    world = linked().seller_edits(aws_use_case="SAP").aws_edits(Project={"CustomerUseCase": "Oracle"})
    plan = world.plan()
    problem = Problem(record="aws", label="AWS", what="no")

    refused, later = Results(refused=(problem,)), Results(updated=True, refused=(problem,))

    assert (timeline_after(plan, refused).owed, lost_after(plan, refused)) == ((), ())
    for results in (later, Results(updated=True)):
        (note,) = timeline_after(plan, results).owed
        assert (note.key.partition("#")[0], len(lost_after(plan, results))) == ("conflict", 1)
        base = world.base.model_copy(update={"timeline": timeline_after(plan, results)})
        untold = replace(world.applied(plan), base=base).plan()
        assert timeline_after(untold, refused).owed[0].key == note.key  # owed before this round


def test_an_edit_of_aws_s_replaces_the_seller_s_whatever_is_refused() -> None:
    world, mapping = linked().seller_edits(aws_use_case="SAP"), _aws_wins("aws_use_case")
    world = world.aws_edits(Project={"CustomerUseCase": "Oracle"})
    plan = plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping)

    refused = Results(refused=(Problem(record="aws", label="AWS", what="no"),))

    assert (len(timeline_after(plan, refused).owed), len(lost_after(plan, refused))) == (1, 1)


def test_two_records_that_meet_are_no_conflict() -> None:
    world = linked().forgets().aws_edits(Project={"CustomerUseCase": "Oracle"})

    assert _news(world) == []


def test_what_is_owed_stays_owed_until_it_is_made() -> None:
    plan = linked().reviewed(locks.APPROVED).plan()
    assert tells(plan, Results())
    (note,) = plan.timeline.owed

    untold = linked().reviewed(locks.APPROVED)
    base = untold.round().base.model_copy(update={"timeline": plan.timeline})
    again = World(untold.deal, untold.opportunity, base).plan()
    assert again.timeline.owed == (note,)

    told = notes.made(plan.timeline, note)
    assert (told.owed, told.done, told.review) == ((), (note.key,), "approved")


def test_texts_are_escaped_cut_and_keep_their_lines() -> None:
    assert notes.written("A & B", "<script>\r\nx", " ") == (
        "<p><strong>A &amp; B</strong></p><p>&lt;script&gt;<br>x</p>"
    )
    assert len(notes.written("A", "x" * 70_000)) < 65_536


def test_only_the_last_keys_are_remembered() -> None:
    timeline = Timeline()
    for note in _many(50):
        timeline = notes.made(timeline, note)

    assert timeline.done == tuple(str(number) for number in range(30, 50))


def _many(count: int) -> Iterable[Note]:
    return (Note(key=str(number), body="", at=0.0) for number in range(count))


def test_a_paused_deal_hears_of_aws_decision_and_an_archived_one_does_not() -> None:
    world = linked().reviewed(locks.APPROVED)

    assert _news(world.seller_edits(aws_share="paused")) == ["AWS has approved the deal"]
    gone = World(world.deal.model_copy(update={"archived": True}), world.opportunity, world.base)
    assert _news(gone) == []


def _aws_wins(name: str) -> Mapping:
    rows = [row.model_copy(update={"policy": "aws"}) if row.property == name else row for row in MAPPING.rows]
    return Mapping.model_validate({name: getattr(MAPPING, name) for name in Mapping.model_fields} | {"rows": rows})


def test_an_edit_of_the_sellers_that_lost_is_noted_if_they_typed_it() -> None:
    mapping = _aws_wins("aws_use_case")
    world = linked().seller_edits(aws_use_case="SAP").aws_edits(Project={"CustomerUseCase": "Oracle"})
    plan = plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping)

    (note,) = plan.timeline.owed
    assert note.typed == "aws_use_case"
    assert _text(note.body).startswith("AWS: use case: AWS's edit replaced yours ")
    assert _text(note.body).endswith('Yours was "SAP", AWS has "Oracle".')
