"""AWS's people who work on a deal: a text on it, a role on contacts, and contacts where the partner wants them."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.faults import Kind
from cosell.sandbox.hubspot import RecordView
from cosell.sandbox.people import Deal
from lambdas.domain.mapping import Mapping
from lambdas.mapping import load

DAISY = ("Daisy", "Doe", "daisy@example.com", "PSM")
FAULTS: tuple[Kind, ...] = ("failed", "lost answer")
JANE = ("Jane", "Roe", "Jane@example.com", "AWSSalesRep")


@pytest.fixture
def with_contacts(sandbox: Sandbox) -> Sandbox:
    """A portal whose partner wants AWS's people as contacts."""
    sandbox.use_mapping(Mapping.model_validate(load().model_dump() | {"aws_people": "contacts"}))
    return sandbox


def _linked(sandbox: Sandbox) -> Deal:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    sandbox.run_until_quiet()
    return deal


def _staffs(sandbox: Sandbox, deal: Deal, *people: tuple[str, str, str, str]) -> None:
    sandbox.partner_central.aws.staffs(deal.now["aws_opportunity_id"] or "", *people)
    sandbox.run_until_quiet()


def _labels(sandbox: Sandbox, deal: Deal, contact: str) -> list[int]:
    """The numbers of a contact's associations with the deal."""
    return sandbox.hubspot.simulator.record("deals", deal.id).associations["contacts"][contact]


def _contacts(sandbox: Sandbox, address: str) -> list[RecordView]:
    records = sandbox.hubspot.simulator.records("contacts")
    return [record for record in records if (record.properties["email"] or "").lower() == address]


def _of_deal(sandbox: Sandbox, deal: Deal) -> set[str]:
    return set(sandbox.hubspot.simulator.record("deals", deal.id).associations.get("contacts", {}))


def _at_aws(sandbox: Sandbox) -> list[dict[str, Any]]:
    (opportunity,) = sandbox.partner_central.opportunities
    people: list[dict[str, Any]] = opportunity.body["Customer"]["Contacts"]
    return people


def test_a_role_is_told_once_and_kept_when_somebody_leaves(sandbox: Sandbox) -> None:
    deal = _linked(sandbox)
    daisy = sandbox.hubspot.simulator.people.creates("contacts", {"email": DAISY[2].upper()}, [("deals", deal.id)])

    _staffs(sandbox, deal, DAISY)
    _staffs(sandbox, deal)

    writes = [call for call in sandbox.calls if call.operation == "contacts.update"]
    assert len(writes) == 1
    after = sandbox.hubspot.simulator.record("contacts", daisy)
    assert after.properties["aws_contact_role"] == "Partner success manager"
    (entry,) = [entry for entry in sandbox.audit(deal.id) if entry["action"].startswith("fill contact")]
    assert entry["target"] == daisy


def test_nobody_becomes_a_contact_unless_the_mapping_says_so(sandbox: Sandbox) -> None:
    deal = _linked(sandbox)

    _staffs(sandbox, deal, DAISY)

    assert _contacts(sandbox, "daisy@example.com") == []
    assert deal.now["aws_team"] == "Partner success manager, Daisy Doe, daisy@example.com"


def test_who_works_on_a_deal_at_aws_becomes_a_contact_who_is_never_shared(with_contacts: Sandbox) -> None:
    deal = _linked(with_contacts)

    _staffs(with_contacts, deal, DAISY, JANE)
    _staffs(with_contacts, deal, JANE, DAISY)

    (daisy,), (jane,) = (_contacts(with_contacts, address) for address in ("daisy@example.com", "jane@example.com"))
    assert {daisy.id, jane.id} < _of_deal(with_contacts, deal)
    shown = ("firstname", "lastname", "aws_contact_role", "lifecyclestage", "hubspot_owner_id", "aws_share_contact")
    assert [jane.properties[name] for name in shown] == ["Jane", "Roe", "AWS sales rep", "other", None, None]
    assert [person["FirstName"] for person in _at_aws(with_contacts)] == ["Art"]
    assert with_contacts.executions.failed == []


def test_a_contact_of_that_address_joins_the_deal_and_one_who_is_taken_off_stays_off(with_contacts: Sandbox) -> None:
    deal = _linked(with_contacts)
    people = with_contacts.hubspot.simulator.people
    known = people.creates("contacts", {"email": "daisy@example.com", "firstname": "D.", "lifecyclestage": "lead"})

    _staffs(with_contacts, deal, DAISY)
    assert known in _of_deal(with_contacts, deal)
    with_contacts.hubspot.seller.removes_contact(deal, known)
    _staffs(with_contacts, deal, DAISY, JANE)

    assert known not in _of_deal(with_contacts, deal)
    (daisy,) = _contacts(with_contacts, "daisy@example.com")
    assert [daisy.properties[name] for name in ("firstname", "lifecyclestage")] == ["D.", "lead"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_contact_whose_making_failed_is_made_once(with_contacts: Sandbox, fault: Kind) -> None:
    deal = _linked(with_contacts)
    with_contacts.hubspot.fail("contacts.create", with_=fault)
    _staffs(with_contacts, deal, DAISY)

    (daisy,) = _contacts(with_contacts, "daisy@example.com")
    assert daisy.id in _of_deal(with_contacts, deal)
    assert [call.ok for call in with_contacts.calls if call.operation == "contacts.create"] == [
        False,
        fault == "failed",
    ]
    assert with_contacts.executions.failed == []


def _calls(sandbox: Sandbox, *operations: str) -> list[str]:
    return [call.operation for call in sandbox.calls if call.operation in operations]


def test_aws_s_people_get_the_label_that_the_portal_has_for_them(with_contacts: Sandbox) -> None:
    simulator = with_contacts.hubspot.simulator
    label = simulator.admin.adds_label("deals", "contacts", "AWS")
    deal = _linked(with_contacts)
    jane = simulator.people.creates("contacts", {"email": "jane@example.com"}, [("deals", deal.id)])
    with_contacts.run_until_quiet()
    assert _calls(with_contacts, "association_labels.list") == []

    _staffs(with_contacts, deal, DAISY, JANE)
    _staffs(with_contacts, deal, JANE, DAISY)

    (daisy,) = _contacts(with_contacts, "daisy@example.com")
    assert label in _labels(with_contacts, deal, daisy.id)
    assert label in _labels(with_contacts, deal, jane)
    customers = _of_deal(with_contacts, deal) - {daisy.id, jane}
    assert [label in _labels(with_contacts, deal, contact) for contact in customers] == [False]
    assert _calls(with_contacts, "associations.batch_set") == ["associations.batch_set"]
    assert [entry["action"] for entry in with_contacts.audit(deal.id)].count("label contacts") == 1
    assert with_contacts.executions.failed == []


def test_a_label_that_the_seller_takes_off_stays_off(sandbox: Sandbox) -> None:
    simulator = sandbox.hubspot.simulator
    label = simulator.admin.adds_label("deals", "contacts", "aws")
    deal = _linked(sandbox)
    daisy = simulator.people.creates("contacts", {"email": DAISY[2]}, [("deals", deal.id)])
    _staffs(sandbox, deal, DAISY)
    assert label in _labels(sandbox, deal, daisy)

    simulator.people.dissociates("deals", deal.id, "contacts", daisy)
    simulator.people.associates("deals", deal.id, "contacts", daisy)
    _staffs(sandbox, deal, DAISY, JANE)

    assert label not in _labels(sandbox, deal, daisy)


def test_a_portal_without_the_label_is_asked_once_a_day(sandbox: Sandbox) -> None:
    deal = _linked(sandbox)
    daisy = sandbox.hubspot.simulator.people.creates("contacts", {"email": DAISY[2]}, [("deals", deal.id)])

    _staffs(sandbox, deal, DAISY)
    _staffs(sandbox, deal, DAISY, JANE)
    assert _calls(sandbox, "association_labels.list", "associations.batch_read") == ["association_labels.list"]

    label = sandbox.hubspot.simulator.admin.adds_label("deals", "contacts", "AWS")
    sandbox.advance(25 * 3600)
    _staffs(sandbox, deal, JANE, DAISY)

    assert label in _labels(sandbox, deal, daisy)
