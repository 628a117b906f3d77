"""The sandbox as a test's author sees it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import boto3
import pytest

from cosell.sandbox import Sandbox


def story(sandbox: Sandbox) -> list[Any]:
    """Two sellers' morning, in full: every call with its time, every execution's history, every line of the logs."""
    seller = sandbox.hubspot.seller
    deals = [seller.creates_deal(name=f"Deal {number}", shared_with_aws=True) for number in range(2)]
    sandbox.hubspot.deliver_webhooks(copies=2, shuffled=True, batch=5)
    sandbox.run_until_quiet()
    seller.edits(deals[0], aws_monthly_spend="999")
    seller.submits(deals[1])
    sandbox.run_until_quiet()
    calls = [(call.at, call.caller, call.remote, call.operation, call.ok) for call in sandbox.calls]
    return [calls, [view.history for view in sandbox.executions.all], sandbox.logs, sandbox.deployment.made]


def test_the_same_seed_gives_the_same_run_and_another_seed_another(assembly: Path) -> None:
    runs = []
    for seed in (1, 1, 2):
        with Sandbox(assembly, seed=seed) as sandbox:
            runs.append(story(sandbox))

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_deal_created_with_the_defaults_can_be_submitted_and_approved(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.approves(opportunity.id)
    sandbox.run_until_quiet()

    assert deal.now["aws_review_status"] == "Approved"
    assert sandbox.executions.failed == []
    assert {view.outcome for view in sandbox.executions.of(deal)} >= {"IN_STEP"}
    assert sandbox.dlq("undelivered") == []
    assert "create opportunity" in {entry["action"] for entry in sandbox.audit(deal)}


def test_what_is_said_of_one_deal_is_not_said_of_another(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    shared, private = seller.creates_deal(shared_with_aws=True), seller.creates_deal(name="Private")
    sandbox.run_until_quiet()

    assert {view.outcome for view in sandbox.executions.of(private.id)} == {"NOT_SHARED"}
    assert sandbox.audit(private.id) == []
    assert sandbox.pair(shared.id) is not None
    assert not {view.arn for view in sandbox.executions.of(shared.id)} & {
        view.arn for view in sandbox.executions.of(private.id)
    }


def test_a_failure_names_its_state_and_a_redrive_mends_it(sandbox: Sandbox) -> None:
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed

    assert (failed.state, failed.error) == ("Create opportunity", "RemoteUnavailable")
    assert failed.states[0] == "Take turn"
    assert failed.transitions > len(failed.states)

    sandbox.partner_central.heal()
    failed.redrive()
    sandbox.run_until_quiet()

    assert (failed.status, failed.redrives, failed.outcome) == ("SUCCEEDED", 1, "IN_STEP")
    assert len(sandbox.partner_central.opportunities) == 1


def test_a_functions_answer_can_be_lost(sandbox: Sandbox) -> None:
    sandbox.functions.fail(function="create-opportunity", with_="lost answer")
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()

    created = [one for one in sandbox.cloud.functions.invocations if one.caller.function.endswith("create-opportunity")]
    assert (created[0].error, created[-1].error) == ("Lambda.SdkClientException", None)
    assert len(sandbox.partner_central.opportunities) == 1


def test_nothing_happens_by_itself(sandbox: Sandbox) -> None:
    sandbox.run_until_quiet()

    assert sandbox.executions.all == []
    assert sandbox.calls == []
    assert sandbox.hubspot.simulator.webhooks.pending == []


def test_only_one_is_open_at_a_time_and_closing_twice_is_fine(assembly: Path) -> None:
    first = Sandbox(assembly)
    with pytest.raises(RuntimeError, match="open in this process already"):
        Sandbox(assembly)
    first.close()
    first.close()

    with Sandbox(assembly):
        pass


def test_closing_in_the_middle_of_things_leaves_no_thread(assembly: Path) -> None:
    before = set(threading.enumerate())
    with Sandbox(assembly) as sandbox:
        for number in range(5):
            sandbox.hubspot.seller.creates_deal(name=f"Deal {number}", shared_with_aws=True)
        sandbox.clock.run_while(lambda: sandbox.cloud.baton.running < 3)
        assert sandbox.cloud.baton.running >= 3

    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(1)
    assert not any(thread.is_alive() for thread in left)


def test_a_test_may_use_boto3_itself(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")

    tables = boto3.client("dynamodb", region_name="us-east-1").list_tables()["TableNames"]

    assert sandbox.table("links") in tables


def test_names_that_are_not_there_are_said(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError, match="no queue's name ends in nothing"):
        sandbox.dlq("nothing")
    with pytest.raises(KeyError, match="no table's name ends in nothing"):
        sandbox.table("nothing")


def test_a_contact_writes_from_the_company_whatever_that_is_called(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(company="Müller & Söhne", contact="José Peña")

    assert deal.contact
    email = sandbox.hubspot.simulator.record("contacts", deal.contact).properties["email"]
    assert email == "jos.1@m-ller-s-hne.com"
