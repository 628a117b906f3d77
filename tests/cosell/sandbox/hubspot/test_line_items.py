"""Line items: their product, their amount, their one deal."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import DATED, DEAL, V3, Portal
from tests.support.rules import Source, rule


@rule(
    "A line item takes from its product what it is not given; its amount is quantity times price less discount.",
    Source.HS_LINE_ITEMS,
)
def test_a_line_item_copies_its_product_and_counts(hubspot: HubSpot, api: httpx.Client) -> None:
    product = api.post(f"{DATED}/products", json={"properties": {"name": "Support", "price": "10.50"}}).json()["id"]

    body = {"properties": {"hs_product_id": product, "quantity": "3", "hs_discount_percentage": "10"}}
    item = api.post(f"{DATED}/line_items", json=body).json()

    always = {"createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert {name: value for name, value in item["properties"].items() if name not in always} == {
        **body["properties"],
        "name": "Support",
        "price": "10.50",
        "amount": "28.35",
    }


@rule("What a line item is given itself is not taken from its product, an empty value neither.", Source.HS_LINE_ITEMS)
def test_what_is_given_stays(hubspot: HubSpot, api: httpx.Client) -> None:
    product = hubspot.people.creates("products", {"name": "Support", "price": "10", "hs_sku": "S1"})
    properties = {"hs_product_id": product, "price": "8", "hs_sku": ""}

    item = api.post(f"{DATED}/line_items", json={"properties": properties}).json()["id"]

    kept = hubspot.record("line_items", item).properties
    assert (kept["name"], kept["price"], kept["hs_sku"], kept["amount"]) == ("Support", "8", None, "8")


@rule("A line item's price is not negative.", Source.HS_LINE_ITEMS)
def test_a_negative_price(api: httpx.Client) -> None:
    refused = api.post(f"{DATED}/line_items", json={"properties": {"name": "Support", "price": "-1"}})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["price"]}


@rule("A line item needs no property.", Source.HS_LINE_ITEMS)
def test_an_empty_line_item(api: httpx.Client) -> None:
    assert api.post(f"{DATED}/line_items", json={"properties": {}}).status_code == 201


@rule("A line item refers to a product that is there.", switch="unknown_product")
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 201)])
def test_unknown_products(portal: Portal, behaviour: str, status: int) -> None:
    _, api = portal(unknown_product=behaviour)

    assert api.post(f"{DATED}/line_items", json={"properties": {"hs_product_id": "404"}}).status_code == status


def _on_deal(hubspot: HubSpot) -> tuple[str, str]:
    item = hubspot.people.creates("line_items", {"name": "Support"})
    return item, hubspot.people.creates("deals", {"dealname": "x"}, [("line_items", item)])


@rule("A line item belongs to one deal.", Source.HS_LINE_ITEMS, switch="line_item_second_parent")
@pytest.mark.parametrize(("behaviour", "deals"), [("refused", 1), ("accepted", 2)])
@pytest.mark.parametrize("way", ["default", "v3", "batch", "along with the deal", "in a batch of deals"])
def test_one_deal(portal: Portal, way: str, *, behaviour: str, deals: int) -> None:
    hubspot, api = portal(line_item_second_parent=behaviour)
    item, _ = _on_deal(hubspot)
    other = hubspot.people.creates("deals", {"dealname": "y"})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 19}]
    made = {"properties": DEAL, "associations": [{"to": {"id": item}, "types": types}]}

    match way:
        case "default":
            response = api.put(f"/crm/v4/objects/line_items/{item}/associations/default/deals/{other}")
        case "v3":
            response = api.put(f"{V3}/deals/{other}/associations/line_items/{item}/19")
        case "batch":
            pairs = {"inputs": [{"from": {"id": other}, "to": {"id": item}, "types": types}]}
            response = api.post("/crm/v4/associations/deals/line_items/batch/create", json=pairs)
        case "along with the deal":
            response = api.post(f"{DATED}/deals", json=made)
        case _:
            response = api.post(f"{DATED}/deals/batch/create", json={"inputs": [made]})

    assert len(hubspot.record("line_items", item).associations["deals"]) == deals
    assert (response.status_code in {200, 201}) == (behaviour == "accepted")


@rule("A new line item is made for one deal, and two new deals do not share one.", Source.HS_LINE_ITEMS)
def test_one_deal_for_what_is_new(hubspot: HubSpot, api: httpx.Client) -> None:
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    item = hubspot.people.creates("line_items", {"name": "Support"})
    to_deal = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 20}]
    to_item = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 19}]

    for_both = {"properties": {}, "associations": [{"to": {"id": id_}, "types": to_deal} for id_ in (first, second)]}
    assert api.post(f"{DATED}/line_items", json=for_both).status_code == 400
    with_item = {"properties": DEAL, "associations": [{"to": {"id": item}, "types": to_item}]}
    assert api.post(f"{DATED}/deals/batch/create", json={"inputs": [with_item, with_item]}).status_code == 400
    assert (len(hubspot.records("deals")), len(hubspot.records("line_items"))) == (2, 1)


@rule("Deleting a deal deletes its line items.", Source.HS_LINE_ITEMS, switch="line_items_go_with_deal")
@pytest.mark.parametrize("gone", [True, False])
def test_line_items_of_a_deleted_deal(portal: Portal, *, gone: bool) -> None:
    hubspot, _ = portal(line_items_go_with_deal=gone)
    item, deal = _on_deal(hubspot)

    hubspot.people.deletes("deals", deal)
    assert hubspot.record("line_items", item).archived == gone
    hubspot.people.restores("deals", deal)
    assert hubspot.record("line_items", item).archived is False
