"""Products and options at HubSpot, against the simulator, over both families of paths."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.portal import set_up
from cosell.sandbox.stepfunctions.clock import Clock
from lambdas import mapping
from lambdas.adapters import hubspot_catalog
from lambdas.domain.catalog import ProductWrite
from lambdas.errors import CosellError, Misconfigured, NotPermitted, RateLimited, RemoteUnavailable
from tests.lambdas.adapters.hubspot_wire import Wire


@pytest.fixture
def portal(wire: Wire) -> Wire:
    """A portal that was set up with two solutions."""
    set_up(wire.hubspot, mapping.load(), solutions=[("S-1", "One"), ("S-2", "Two")])
    wire.sent.clear()
    return wire


def _write(solution: str, record: str | None = None, **properties: str) -> ProductWrite:
    return ProductWrite(solution=solution, record=record, before={}, properties=properties)


def test_a_product_is_made_once_and_then_found_by_its_solution(portal: Wire, family: str) -> None:
    hubspot_catalog.write_products([_write("S-1", name="One", hs_sku="S-1")])
    hubspot_catalog.write_products([_write("S-1", name="One and a half")])

    found = hubspot_catalog.products(["S-1", "S-2"])
    assert {solution: record.get("name") for solution, record in found.items()} == {"S-1": "One and a half"}
    assert len(portal.hubspot.records("products")) == 1


def test_products_made_by_hand_are_found_by_their_sku_unless_there_are_two(portal: Wire, family: str) -> None:
    people = portal.hubspot.people
    by_hand = people.creates("products", {"name": "The first", "hs_sku": "s-1"})
    for name in ("The second", "The second, too"):
        people.creates("products", {"name": name, "hs_sku": "S-2"})
    portal.hubspot.clock.advance(60)

    found = hubspot_catalog.products_by_sku(["S-1", "S-2", "S-3"])
    hubspot_catalog.write_products([_write("S-1", by_hand, aws_solution_id="S-1")])

    assert {sku: record.id for sku, record in found.items()} == {"S-1": by_hand}
    assert hubspot_catalog.products(["S-1"])["S-1"].id == by_hand


def test_more_products_than_one_batch_takes(portal: Wire) -> None:
    solutions = [f"S-{number}" for number in range(1, 102)]
    for start in (0, 100):
        some = solutions[start : start + 100]
        hubspot_catalog.write_products([_write(solution, name=solution) for solution in some])

    assert sorted(hubspot_catalog.products(solutions)) == sorted(solutions)


def test_a_product_that_hubspot_refuses_is_no_success(portal: Wire, family: str) -> None:
    portal.hubspot = HubSpot(Clock(), switches=Switches(limits=False, bad_input_in_batch_write="is listed"))
    set_up(portal.hubspot, mapping.load(), solutions=[])
    writes = [_write("S-1", name="One", aws_solution_status="Secret"), _write("S-2", name="Two")]

    with pytest.raises(Misconfigured, match=r"400, properties: aws_solution_status \(INVALID_OPTION\)$") as refused:
        hubspot_catalog.write_products(writes)

    assert refused.value.properties == ("aws_solution_status",)
    assert list(hubspot_catalog.products(["S-1", "S-2"])) == ["S-2"]


def test_a_product_that_is_deleted_meanwhile_is_left_out(portal: Wire, family: str) -> None:
    hubspot_catalog.write_products([_write("S-1", "404", name="One")])

    assert portal.hubspot.records("products") == []


VALIDATION = {"category": "VALIDATION_ERROR", "message": 'Property "amount" does not take 7'}
GONE = {"category": "OBJECT_NOT_FOUND", "message": "Could not get some objects", "context": {"ids": ["7"]}}


@pytest.mark.parametrize(
    ("errors", "raised", "says"),
    [
        ([VALIDATION, GONE], Misconfigured, "400, properties: amount"),
        ([{"category": "CONFLICT"}], Misconfigured, "409"),
        ([{"category": "MISSING_SCOPES"}], NotPermitted, "403, the app lacks scopes: unnamed"),
        ([{"category": "RATE_LIMITS"}, VALIDATION], RateLimited, "429"),
        ([{"category": "SOMETHING_ELSE"}, VALIDATION], RemoteUnavailable, "500"),
        ([{}], RemoteUnavailable, "500"),
        ([], RemoteUnavailable, "500"),
    ],
)
def test_what_fails_in_a_batch_is_the_error_it_is_by_itself(
    wire: Wire, errors: list[dict[str, Any]], raised: type[CosellError], says: str
) -> None:
    wire.answers(207, {"status": "COMPLETE", "results": [], "numErrors": len(errors) or 1, "errors": errors})

    with pytest.raises(raised) as refused:
        hubspot_catalog.write_products([_write("S-1", name="One")])

    assert str(refused.value).endswith(f": {says}")


def test_options_are_read_and_written_whole(portal: Wire, family: str) -> None:
    options = hubspot_catalog.options()
    hubspot_catalog.write_options([*options, {**options[0], "value": "S-3", "label": "Three", "hidden": True}])

    after = hubspot_catalog.options()
    assert after[:2] == options
    assert [(option["value"], option["label"], option["hidden"]) for option in after] == [
        ("S-1", "One", False),
        ("S-2", "Two", False),
        ("S-3", "Three", True),
    ]


def test_a_portal_without_the_property_says_what_is_missing(wire: Wire, family: str) -> None:
    with pytest.raises(Misconfigured, match="no deal property aws_solutions"):
        hubspot_catalog.options()
