"""Companies, contacts and line items: their deals hear of them, once for a burst, and others do not."""

from __future__ import annotations

from cosell.sandbox import Sandbox
from cosell.sandbox.executions import ExecutionView


def _of_deals(runs: list[ExecutionView]) -> list[ExecutionView]:
    return [run for run in runs if run.machine.endswith("-deal-lifecycle")]


def test_a_change_of_many_contacts_of_a_deal_costs_one_look(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True)
    people = [seller.adds_contact(deal, f"Number{number} Person") for number in range(8)]
    sandbox.run_until_quiet()
    seen = len(sandbox.executions.all)

    for person in people:
        sandbox.hubspot.simulator.people.by_import("1").edits("contacts", person, {"jobtitle": "Architect"})
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    titles = [person.get("BusinessTitle") for person in opportunity.body["Customer"]["Contacts"]]
    assert titles.count("Architect") == 8
    new = sandbox.executions.all[seen:]
    woken = [run for run in _of_deals(new) if run.input["detail-type"] == "Pair Touched"]
    assert len(woken) == 1
    assert len(new) > 8, "each contact's event is an execution that fails and is redriven by itself"
    assert max(run.transitions for run in new if run.machine.endswith("-records-around")) == 2


def test_records_that_belong_to_no_deal_of_ours_wake_nobody(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    seller.creates_deal(shared_with_aws=True)
    stranger = seller.creates_deal(name="Not shared", company="Kruger", contact="Kel Varnsen")
    sandbox.run_until_quiet()
    seen = len(sandbox.executions.all)

    seller.edits_company(stranger, city="Albany", zip="12207")
    sandbox.run_until_quiet()

    assert {run.outcome for run in sandbox.executions.all[seen:]} == {"NO_PAIRS"}


def test_a_contact_who_left_the_deal_wakes_it_no_more(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True)
    person = seller.adds_contact(deal, "Kel Varnsen")
    sandbox.run_until_quiet()
    seller.removes_contact(deal, person)
    sandbox.run_until_quiet()
    seen = len(sandbox.executions.all)

    sandbox.hubspot.simulator.people.edits("contacts", person, {"jobtitle": "Architect"})
    sandbox.run_until_quiet()

    assert {run.outcome for run in sandbox.executions.all[seen:]} == {"NO_PAIRS"}


def test_a_company_that_is_deleted_is_missed_and_found_again(sandbox: Sandbox) -> None:
    seller, people = sandbox.hubspot.seller, sandbox.hubspot.simulator.people
    deal = seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    assert deal.company is not None

    people.deletes("companies", deal.company)
    sandbox.run_until_quiet()
    assert "Company: the deal has none" in (deal.now["aws_sync_message"] or "")

    people.restores("companies", deal.company)
    sandbox.run_until_quiet()
    assert deal.now["aws_sync_status"] == "in_step"


def test_a_merged_company_s_deals_go_on_with_the_one_that_is_left(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True)
    other = seller.creates_deal(name="Backups", company="Vandelay Industries", shared_with_aws=True)
    sandbox.run_until_quiet()

    left = seller.merges_companies(deal, other)
    sandbox.run_until_quiet()
    seller.edits_company(left, city="Albany", zip="12207")
    sandbox.run_until_quiet()

    cities = [one.body["Customer"]["Account"]["Address"]["City"] for one in sandbox.partner_central.opportunities]
    assert cities == ["Albany", "Albany"]
    assert [deal.now["aws_sync_status"], other.now["aws_sync_status"]] == ["in_step", "in_step"]


def test_a_failure_is_redriven(sandbox: Sandbox) -> None:
    seller = sandbox.hubspot.seller
    deal = seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.remote("events").fail(state="Resolve pairs", until_healed=True)
    seller.edits_company(deal, city="Albany", zip="12207")
    sandbox.run_until_quiet()
    failed = sandbox.executions.failed
    assert {run.state for run in failed} == {"Resolve pairs"}

    sandbox.heal()
    for run in failed:
        run.redrive()
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.body["Customer"]["Account"]["Address"]["City"] == "Albany"


def test_what_cosell_fills_in_at_a_company_reaches_its_other_deals(sandbox: Sandbox) -> None:
    """AWS adds the customer's number to one opportunity; the company has it then, and so has its other opportunity."""
    seller, aws = sandbox.hubspot.seller, sandbox.partner_central.aws
    for name in ("Data platform", "Data lake"):
        seller.creates_deal(name=name, shared_with_aws=True)
    sandbox.run_until_quiet()

    aws.edits(sandbox.partner_central.opportunities[0].id, "Customer.Account.Duns", "123456789")
    sandbox.run_until_quiet()

    numbers = [one.body["Customer"]["Account"].get("Duns") for one in sandbox.partner_central.opportunities]
    assert numbers == ["123456789"] * 2
    assert sandbox.executions.failed == []
