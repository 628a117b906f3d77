"""Owners, options and line items at HubSpot, against the simulator, over both families of paths."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.portal import set_up
from cosell.sandbox.stepfunctions.clock import Clock
from lambdas import mapping
from lambdas.adapters import hubspot, hubspot_line_items, lookups
from lambdas.domain.lookups import Lookup, Owner
from lambdas.errors import Misconfigured, RemoteUnavailable
from tests.lambdas.adapters.conftest import Now
from tests.lambdas.adapters.hubspot_wire import Wire, set_token

PAIR = "pair-1"


@pytest.fixture
def portal(wire: Wire) -> Wire:
    set_up(wire.hubspot, mapping.load(), solutions=[("S-1", "One"), ("S-2", "Two")])
    wire.sent.clear()
    return wire


def test_an_owner_is_read_active_or_not(portal: Wire, family: str) -> None:
    owner = portal.hubspot.add_owner("kim@example.com", "Kim", "Kay")
    asks, nobody = Lookup(kind="owner", key=owner), Lookup(kind="owner", key="999")
    kim = Owner(id=owner, email="kim@example.com", first_name="Kim", last_name="Kay")

    assert lookups.answer([asks]).owner(asks) == kim
    portal.hubspot.admin.archives_owner(owner)
    assert lookups.answer([asks]).owner(asks) == kim.model_copy(update={"archived": True})
    known = lookups.answer([nobody])
    assert (known.has(nobody), known.owner(nobody)) == (True, None)


def test_an_owner_is_found_by_e_mail_while_active(portal: Wire, family: str) -> None:
    owner = portal.hubspot.add_owner("kim@example.com", "Kim", "Kay")
    asks = Lookup(kind="owner_of", key="kim@example.com")

    found = lookups.answer([asks]).owner(asks)

    assert found is not None
    assert found.id == owner
    portal.hubspot.admin.archives_owner(owner)
    assert lookups.answer([asks]).owner(asks) is None


def test_options_are_those_of_the_portal(portal: Wire, family: str) -> None:
    assert lookups.answer([Lookup(kind="options", key="aws_solutions")]).options("aws_solutions") == frozenset(
        {"S-1", "S-2"}
    )
    with pytest.raises(Misconfigured, match="aws_nothing"):
        lookups.answer([Lookup(kind="options", key="aws_nothing")])


def test_line_items_of_deals_of_our_own_are_read(portal: Wire, family: str) -> None:
    people, rows = portal.hubspot.people, mapping.load()
    deals = [portal.deal({"dealname": origin, "aws_origin": origin}) for origin in ("aws_referral", "partner_referral")]
    for deal in deals:
        people.creates("line_items", {"name": "One", "hs_sku": "S-1"}, [("deals", deal)])

    ours, theirs = [hubspot.read_deal("44000001", deal, rows) for deal in deals]

    assert ours is not None
    assert [item.get("hs_sku") for item in ours.line_items] == ["S-1"]
    assert theirs is not None
    assert [item.properties for item in theirs.line_items] == [{}]


def test_a_line_item_has_its_product_s_name_or_the_solution_s_id(portal: Wire, family: str) -> None:
    product = portal.hubspot.people.creates("products", {"name": "One", "hs_sku": "S-1", "aws_solution_id": "S-1"})
    deal = portal.deal()

    hubspot_line_items.add_solutions(PAIR, deal, ["S-1", "S-2"])

    items = portal.hubspot.records("line_items")
    assert [(item.properties["name"], item.properties.get("hs_product_id")) for item in items] == [
        ("One", product),
        ("S-2", None),
    ]


@pytest.mark.parametrize("spelled", ["line items", "line_items"])
def test_a_line_item_is_made_once(wire: Wire, now: Now, spelled: str) -> None:
    wire.hubspot = HubSpot(Clock(), switches=Switches(limits=False, line_items_key=spelled))
    set_token(wire.hubspot.app.token)
    set_up(wire.hubspot, mapping.load(), solutions=[("S-1", "One")])
    deal = wire.deal()
    hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])

    with pytest.raises(RemoteUnavailable):
        hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])
    now.seconds += 61
    hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])

    assert len(wire.hubspot.records("line_items")) == 1


def test_one_that_the_seller_took_off_and_wants_again_is_made_once_too(portal: Wire, now: Now, family: str) -> None:
    deal = portal.deal()
    hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])
    (item,) = portal.hubspot.records("line_items")
    portal.hubspot.people.deletes("line_items", item.id)
    now.seconds += 10 * 24 * 3600

    hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])
    with pytest.raises(RemoteUnavailable):
        hubspot_line_items.add_solutions(PAIR, deal, ["S-1"])

    assert [other.archived for other in portal.hubspot.records("line_items")] == [True, False]
