"""Property definitions: how many there may be, and what becomes of them."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Refused
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.definitions import CHOICE, DATED, TEXT, V3
from tests.support.rules import Source, rule


@rule("An object type has at most 1,000 custom properties.", Source.HS_PROPERTIES, switch="custom_property_limit")
def test_the_most_custom_properties(portal: Portal) -> None:
    hubspot, api = portal(custom_property_limit=2)
    statuses = [api.post(V3, json={**TEXT, "name": f"order_{n}"}).status_code for n in range(3)]
    assert statuses == [201, 201, 400]
    with pytest.raises(Refused, match="2 custom properties"):
        hubspot.define("deals", "order_3")

    assert api.delete(f"{V3}/order_0").status_code == 204
    assert api.post(V3, json={**TEXT, "name": "order_4"}).status_code == 201


@rule("A new property may take a while to show in reads of definitions.", switch="property_lag")
def test_a_new_property_shows_late(clock: Clock, portal: Portal) -> None:
    _, api = portal(property_lag=0.7)
    api.post(V3, json=TEXT)

    def seen() -> set[int]:
        names = {found["name"] for found in api.get(V3).json()["results"]}
        batch = api.post(f"{V3}/batch/read", json={"inputs": [{"name": "order_id"}]})
        return {
            api.get(f"{V3}/order_id").status_code,
            200 if "order_id" in names else 404,
            404 if "errors" in batch.json() else 200,
        }

    assert seen() == {404}
    deal = {"dealname": "x", "dealstage": "closedwon", "order_id": "O1"}
    assert api.post("/crm/v3/objects/deals", json={"properties": deal}).status_code == 201
    clock.advance(0.7)
    assert seen() == {200}
    assert api.get(f"{V3}/dealname").status_code == 200


@rule("An object type has at most ten properties with unique values.", Source.HS_PROPERTIES)
def test_ten_unique_properties_at_most(api: httpx.Client) -> None:
    statuses = [api.post(V3, json={**TEXT, "name": f"order_{n}"}).status_code for n in range(11)]

    assert statuses == [201] * 10 + [400]


@rule(
    "An archived property is unknown to records; creating its name again brings it back, with the records' values.",
    Source.HS_PROPERTIES,
    Source.HS_COMMUNITY,
)
def test_an_archived_property_is_unknown_until_it_is_made_again(hubspot: HubSpot, api: httpx.Client) -> None:
    made = api.post(V3, json={**TEXT, "hasUniqueValue": False}).json()
    deal = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})
    hubspot.clock.advance(60)

    assert api.delete(f"{V3}/order_id").status_code == 204
    assert api.get(f"{V3}/order_id").status_code == 404
    gone = api.get(f"{V3}/order_id?archived=true").json()
    assert (gone["archived"], gone["archivedAt"]) == (True, "2026-11-24T09:01:00Z")
    assert api.delete(f"{V3}/order_id").status_code == 404
    assert api.patch(f"/crm/v3/objects/deals/{deal}", json={"properties": {"order_id": "O2"}}).status_code == 400

    restored = api.post(V3, json={**TEXT, "label": "Again"})
    assert restored.status_code == 201
    assert (restored.json()["label"], restored.json()["createdAt"]) == ("Again", made["createdAt"])
    read = api.get(f"/crm/v3/objects/deals/{deal}?properties=order_id").json()
    assert read["properties"]["order_id"] == "O1"
    assert api.get("/crm/v3/objects/deals/O1?idProperty=order_id").json()["id"] == deal


@rule("A property that a calculated one uses cannot be archived.", Source.HS_COMMUNITY)
def test_a_property_in_use(api: httpx.Client) -> None:
    api.post(V3, json={**TEXT, "name": "seats", "type": "number", "fieldType": "number"})
    calculated = {
        **TEXT,
        "name": "cost",
        "type": "number",
        "fieldType": "calculation_equation",
        "hasUniqueValue": False,
    }
    made = api.post(V3, json={**calculated, "calculationFormula": "seats * 12"}).json()
    assert (made["calculated"], made["calculationFormula"]) == (True, "seats * 12")
    deal = {"dealname": "x", "dealstage": "closedwon", "cost": "1"}
    assert api.post("/crm/v3/objects/deals", json={"properties": deal}).json()["errors"][0]["code"] == "READ_ONLY_VALUE"

    for refused in (
        api.delete(f"{V3}/seats"),
        api.post(f"{V3}/batch/archive", json={"inputs": [{"name": "seats"}]}),
    ):
        assert refused.status_code == 400
        assert refused.json()["subCategory"] == "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
        assert refused.json()["errors"][0]["context"]["parentName"] == ["0-3/cost"]

    assert api.delete(f"{V3}/cost").status_code == 204
    assert api.delete(f"{V3}/seats").status_code == 204


@rule("HubSpot's own properties cannot be archived.", Source.HS_PROPERTIES)
def test_hubspots_own_properties_cannot_be_archived(api: httpx.Client) -> None:
    assert api.delete(f"{V3}/dealname").status_code == 400


@rule("The list of properties shows live or archived ones, all or those named.", Source.HS_PROPERTIES)
def test_filters_of_the_list(api: httpx.Client) -> None:
    api.post(V3, json=TEXT)
    api.post(V3, json=CHOICE)
    api.delete(f"{V3}/answer")

    def names(query: str) -> list[str]:
        return [found["name"] for found in api.get(f"{DATED}?{query}").json()["results"]]

    assert names("archived=true") == ["answer"]
    assert "answer" not in names("archived=false")
    assert sorted(names("properties=order_id,amount,answer")) == ["amount", "order_id"]
