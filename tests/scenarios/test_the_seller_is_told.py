"""The deal's one task and its timeline: what reaches a seller who is not looking at the deal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import LAMBDA, Fault
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.people import Deal

DAY = 24 * 3600
SAM = "12000001"
"""The owner that the portal has from the start."""
COMMENTS = "Please name the <systems> & the owner.\nThen it is fine."


def _incomplete(sandbox: Sandbox, **properties: str) -> Deal:
    """A shared deal that lacks a use case."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_use_case=None, **properties)
    sandbox.run_until_quiet()
    return deal


def _submitted(sandbox: Sandbox, **properties: str) -> tuple[Deal, str]:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit", **properties)
    sandbox.run_until_quiet()
    return deal, sandbox.partner_central.opportunities[0].id


def _approved(sandbox: Sandbox, **properties: str) -> tuple[Deal, str]:
    deal, opportunity = _submitted(sandbox, **properties)
    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    return deal, opportunity


def _writes(sandbox: Sandbox, operation: str) -> int:
    return sum(call.operation == operation for call in sandbox.calls)


# The task


def test_what_is_missing_is_one_task_of_the_owner_and_completed_when_it_is_there(sandbox: Sandbox) -> None:
    owner = sandbox.hubspot.simulator.add_owner("olga@example.com", "Olga", "Owner")
    deal = _incomplete(sandbox, hubspot_owner_id=owner)

    (task,) = deal.open_tasks
    assert task.properties["hs_task_subject"] == "AWS: 1 thing to fix"
    assert "AWS: use case" in (task.properties["hs_task_body"] or "")
    assert task.properties["hubspot_owner_id"] == owner
    due = datetime.fromisoformat(task.properties["hs_timestamp"] or "")
    assert due.astimezone(UTC).weekday() < 5
    assert 1 <= (due.timestamp() - sandbox.hubspot.simulator.clock.now) / DAY <= 5

    sandbox.hubspot.seller.edits(deal, aws_use_case="Database")
    sandbox.run_until_quiet()

    assert (deal.open_tasks, deal.tasks) == ([], ["AWS: 1 thing to fix"])
    assert deal.now["aws_sync_status"] == "in_step"


def test_the_same_task_says_what_is_left(sandbox: Sandbox) -> None:
    deal = _incomplete(sandbox, aws_customer_problem="")
    (first,) = deal.open_tasks
    assert first.properties["hs_task_subject"] == "AWS: 2 things to fix"

    sandbox.hubspot.seller.edits(deal, aws_use_case="Database")
    sandbox.run_until_quiet()

    seen = len(sandbox.calls)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    (second,) = deal.open_tasks
    assert second.id == first.id
    assert not [call for call in sandbox.calls[seen:] if call.operation.startswith("tasks.")]
    assert second.properties["hs_task_subject"] == "AWS: 1 thing to fix"
    assert second.properties["hs_timestamp"] == first.properties["hs_timestamp"]
    assert "use case" not in (second.properties["hs_task_body"] or "")


def test_a_task_that_is_ticked_off_unsolved_comes_back_after_a_week_at_the_earliest(sandbox: Sandbox) -> None:
    deal = _incomplete(sandbox, aws_customer_problem="")
    sandbox.hubspot.seller.ticks_off(deal)

    for use_case in ("Database", "", "Database"):
        sandbox.hubspot.seller.edits(deal, aws_use_case=use_case)
        sandbox.run_until_quiet()
        assert deal.open_tasks == []
        assert deal.now["aws_sync_status"] == "needs_you"

    sandbox.advance(8 * DAY)
    sandbox.hubspot.seller.edits(deal, aws_use_case="")
    sandbox.run_until_quiet()
    assert len(deal.open_tasks) == 1
    assert len(deal.tasks) == 2


def test_a_paused_deal_has_no_open_task(sandbox: Sandbox) -> None:
    deal = _incomplete(sandbox)

    sandbox.hubspot.seller.pauses(deal)
    sandbox.run_until_quiet()

    assert deal.open_tasks == []


def test_the_fallback_owner_gets_the_task_of_an_owner_who_has_left(sandbox: Sandbox) -> None:
    deployed = sandbox.cloud.functions.deployed
    name = "cosell-sandbox-tell-seller"
    environment = {**deployed[name].environment, "COSELL_FALLBACK_OWNER": SAM}
    deployed[name] = replace(deployed[name], environment=environment)
    hubspot = sandbox.hubspot.simulator
    gone = hubspot.add_owner("gone@example.com", "Gone", "Owner")
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_use_case=None, hubspot_owner_id=gone)
    hubspot.admin.archives_owner(gone)

    sandbox.run_until_quiet()

    (task,) = deal.open_tasks
    assert task.properties["hubspot_owner_id"] == SAM
    assert sandbox.executions.failed == []


def test_aws_asking_for_changes_is_a_task_with_its_words_until_they_are_sent(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)

    sandbox.partner_central.aws.asks_for_changes(opportunity, COMMENTS)
    sandbox.run_until_quiet()
    (task,) = deal.open_tasks
    assert task.properties["hs_task_subject"] == "AWS: answer the review comments"
    assert "name the &lt;systems&gt; &amp; the owner." in (task.properties["hs_task_body"] or "")

    sandbox.hubspot.seller.edits(deal, aws_customer_problem="SAP and Oracle: reports take two days, says Ms Lee.")
    sandbox.run_until_quiet()
    assert deal.open_tasks == []
    assert deal.now["aws_review_status"] == "Submitted"
    assert sandbox.partner_central.opportunities[0].body["Project"]["CustomerBusinessProblem"].startswith("SAP and")


# The timeline


def test_what_aws_decides_is_noted_once_at_its_own_time(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)
    for spend in ("20000", "30000"):
        sandbox.partner_central.aws.asks_for_changes(opportunity, COMMENTS)
        sandbox.run_until_quiet()
        sandbox.hubspot.seller.edits(deal, aws_monthly_spend=spend)
        sandbox.run_until_quiet()
    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="40000")
    sandbox.run_until_quiet()

    changes = "<p><strong>AWS asks for changes</strong></p>"
    changes += "<p>Please name the &lt;systems&gt; &amp; the owner.<br>Then it is fine.</p>"
    submitted = "<p><strong>AWS has the deal for review</strong></p>"
    approved = "<p><strong>AWS has approved the deal</strong></p>"
    assert deal.notes == [submitted, changes, submitted, changes, submitted, approved]
    for note in deal.hubspot.notes_of(deal.id):
        made, at = (datetime.fromisoformat(note.properties[name] or "") for name in ("hs_createdate", "hs_timestamp"))
        assert 0 < (made - at).total_seconds() < 60


def test_aws_next_steps_are_noted_each_once(sandbox: Sandbox) -> None:
    deal, opportunity = _approved(sandbox)
    seen = len(deal.notes)
    aws = sandbox.partner_central.aws

    for words in ("Call the CIO", "Send the offer", "Wait"):
        aws.moves_own_stage(opportunity, "Qualified", next_steps=words)
        sandbox.advance(60)
        sandbox.run_until_quiet()
    aws.moves_own_stage(opportunity, "Committed")
    sandbox.run_until_quiet()

    heading = "<p><strong>AWS: next step</strong></p>"
    assert deal.notes[seen:] == [f"{heading}<p>{words}</p>" for words in ("Call the CIO", "Send the offer", "Wait")]


def test_both_sides_edit_at_once_and_the_one_that_lost_is_noted(sandbox: Sandbox) -> None:
    deal, opportunity = _approved(sandbox)

    sandbox.partner_central.aws.edits(opportunity, "Project.CustomerUseCase", "SAP")
    sandbox.hubspot.seller.edits(deal, aws_use_case="Database")
    sandbox.run_until_quiet()

    assert sandbox.partner_central.opportunities[0].body["Project"]["CustomerUseCase"] == "Database"
    (note,) = [note for note in deal.notes if "use case" in note]
    assert note == (
        "<p><strong>AWS: use case: your edit replaced AWS&#x27;s</strong></p>"
        "<p>Both sides edited it at the same time. AWS had &quot;SAP&quot;, yours is &quot;Database&quot;.</p>"
    )


# What waits, and what is fixed


def test_a_drafts_stage_waits_and_follows_after_the_approval(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    opportunity = sandbox.partner_central.opportunities[0].id

    sandbox.hubspot.seller.moves(deal, "presentationscheduled")
    sandbox.run_until_quiet()
    assert deal.now["aws_sync_status"] == "on_hold"
    assert deal.now["aws_sync_message"] == (
        "Waits until AWS has approved the deal, because a draft keeps its stage: Deal stage."
    )
    assert deal.tasks == []

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    assert sandbox.partner_central.opportunities[0].stage == "Technical Validation"
    assert deal.now["aws_sync_message"] is None


def test_an_edit_of_what_approval_fixed_is_said_once_and_makes_nobody_work(sandbox: Sandbox) -> None:
    deal, opportunity = _approved(sandbox)
    notes = len(deal.notes)

    sandbox.hubspot.seller.edits(deal, aws_customer_problem="Something else altogether, as of this week.")
    sandbox.run_until_quiet()
    assert deal.now["aws_sync_message"] == (
        "Fixed by AWS since it approved the deal; your change stays in HubSpot: AWS: customer's business problem."
    )
    written = _writes(sandbox, "deals.update")

    sandbox.partner_central.aws.sets_summary(opportunity)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    assert _writes(sandbox, "deals.update") == written
    assert (len(deal.notes), deal.tasks) == (notes, [])


# Whatever goes wrong


@pytest.mark.parametrize("operation", ["notes.create", "tasks.create", "tasks.update"])
def test_a_lost_answer_doubles_nothing(sandbox: Sandbox, operation: str) -> None:
    sandbox.hubspot.fail(operation, with_="lost answer")
    deal, opportunity = _submitted(sandbox)
    sandbox.partner_central.aws.asks_for_changes(opportunity, COMMENTS)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()

    assert deal.tasks == ["AWS: answer the review comments"]
    assert deal.open_tasks == []
    assert len(deal.notes) == 3
    assert sandbox.executions.failed == []


@pytest.mark.parametrize("operation", ["notes.create", "tasks.create"])
def test_a_redrive_days_later_finds_what_was_made(sandbox: Sandbox, operation: str) -> None:
    deal, opportunity = _submitted(sandbox)
    down = Fault("failed", LAMBDA, state="Tell seller", times=None)
    sandbox.cloud.faults.add(Fault("lost answer", "hubspot", operation, state="Tell seller", then=down))
    sandbox.partner_central.aws.asks_for_changes(opportunity, COMMENTS)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    assert failed.state == "Tell seller"

    sandbox.heal()
    sandbox.advance(3 * DAY)
    failed.redrive()
    sandbox.run_until_quiet()

    assert deal.tasks == ["AWS: answer the review comments"]
    assert len(deal.notes) == 2


@pytest.mark.parametrize("operation", ["notes.create", "tasks.create"])
def test_a_second_try_after_an_outage_doubles_nothing(assembly: Path, operation: str) -> None:
    """What it made, and was never answered for, is not to be seen at the deal at once."""
    with Sandbox(assembly, hubspot=Switches(association_lag=20)) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal()
        sandbox.advance(60)
        sandbox.hubspot.seller.shares(deal)
        sandbox.hubspot.seller.submits(deal)
        sandbox.run_until_quiet()
        (opportunity,) = (one.id for one in sandbox.partner_central.opportunities)
        sandbox.hubspot.fail(operation, until_healed=True)
        sandbox.partner_central.aws.asks_for_changes(opportunity, COMMENTS)
        sandbox.run_until_quiet()
        (failed,) = sandbox.executions.failed

        sandbox.heal()
        sandbox.advance(3600)
        sandbox.hubspot.fail(operation, with_="lost answer")
        failed.redrive()
        sandbox.run_until_quiet()

        assert deal.tasks == ["AWS: answer the review comments"]
        assert len(deal.notes) == 2
        assert sandbox.executions.failed == []


def test_what_could_not_be_told_is_told_by_the_next_run(sandbox: Sandbox) -> None:
    """The deal is written and agreed on, and nobody redrives the run that failed right after."""
    deal, opportunity = _submitted(sandbox)
    sandbox.functions.fail(state="Tell seller", until_healed=True)
    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Approved"
    assert len(deal.notes) == 1

    sandbox.heal()
    sandbox.advance(3600)
    sandbox.partner_central.aws.sets_summary(opportunity)
    sandbox.run_until_quiet()
    assert deal.notes[1:] == ["<p><strong>AWS has approved the deal</strong></p>"]


def test_a_deal_that_is_deleted_meanwhile_is_told_nothing(sandbox: Sandbox) -> None:
    deal, opportunity = _submitted(sandbox)
    sandbox.hubspot.fail("notes.create", until_healed=True)
    sandbox.partner_central.aws.approves(opportunity)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed

    sandbox.heal()
    sandbox.hubspot.seller.deletes(deal)
    failed.redrive()
    sandbox.run_until_quiet()
    assert sandbox.executions.failed == []
    assert _writes(sandbox, "tasks.create") == 0
