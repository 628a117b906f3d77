"""The label for AWS's people, against the simulator, over both families of paths."""

from __future__ import annotations

import pytest

from lambdas.adapters import hubspot_client, hubspot_labels
from lambdas.adapters.hubspot_account import FRESH
from tests.lambdas.adapters.conftest import Now
from tests.lambdas.adapters.hubspot_wire import Wire

PORTAL = "44000001"


def _deal(wire: Wire, *contacts: str) -> str:
    return wire.deal(contacts=list(contacts))


def _person(wire: Wire, name: str) -> str:
    return wire.hubspot.people.creates("contacts", {"email": f"{name}@example.com"})


def _labels(wire: Wire, deal: str, contact: str) -> set[int]:
    return set(wire.hubspot.record("deals", deal).associations["contacts"].get(contact, ())) - {3}


def test_a_portal_is_asked_once_a_day_whether_it_has_the_label(wire: Wire, family: str, now: Now) -> None:
    wire.hubspot.admin.adds_label("deals", "contacts", "Champion")
    wire.hubspot.admin.adds_label("contacts", "companies", "AWS")
    assert [hubspot_labels.has_label(PORTAL) for _ in range(2)] == [False, False]

    wire.hubspot.admin.adds_label("deals", "contacts", "Aws")
    now.seconds += FRESH

    assert [hubspot_labels.has_label(PORTAL) for _ in range(2)] == [True, True]
    root = "/crm/v4/associations" if family == "v3" else "/crm/associations/2026-09"
    assert wire.sent == [("GET", f"{root}/deals/contacts/labels")] * 2


def test_the_label_joins_those_that_a_contact_has(wire: Wire, family: str) -> None:
    champion, label = (wire.hubspot.admin.adds_label("deals", "contacts", name) for name in ("Champion", "AWS"))
    daisy, jane, customer = (_person(wire, name) for name in ("daisy", "jane", "art"))
    deal = _deal(wire, daisy, jane, customer)
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": champion}
    inputs = [{"from": {"id": deal}, "to": {"id": daisy}, "types": [spec]}]
    hubspot_client.request(
        "POST", hubspot_client.associations("deals", "contacts", "batch", "create"), json={"inputs": inputs}
    )

    for _ in range(2):
        hubspot_labels.add(deal, [daisy, jane])

    assert [_labels(wire, deal, one) for one in (daisy, jane, customer)] == [{champion, label}, {label}, set()]
    assert [path.rpartition("/")[2] for _, path in wire.sent[1:]] == ["labels", "read", "create", "labels", "read"]


@pytest.mark.parametrize("is_new", [False, True])
def test_only_a_new_contact_is_labelled_before_hubspot_shows_them(wire: Wire, family: str, is_new: bool) -> None:
    label = wire.hubspot.admin.adds_label("deals", "contacts", "AWS")
    deal, daisy = _deal(wire, _person(wire, "art")), _person(wire, "daisy")

    hubspot_labels.add(deal, [] if is_new else [daisy], [daisy] if is_new else [])

    assert _labels(wire, deal, daisy) == ({label} if is_new else set())


def test_a_label_that_is_gone_is_nobody_s(wire: Wire, family: str) -> None:
    daisy = _person(wire, "daisy")
    deal = _deal(wire, daisy)

    hubspot_labels.add(deal, [daisy])

    assert [method for method, _ in wire.sent] == ["GET"]
