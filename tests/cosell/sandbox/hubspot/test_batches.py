"""Batches: whole or nothing, unless inputs can be told apart; what is missing is listed."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot

DATED = "/crm/objects/2026-09"
DEAL = {"dealname": "Data platform", "dealstage": "qualifiedtobuy"}


@pytest.fixture
def deals(hubspot: HubSpot) -> list[str]:
    hubspot.define("deals", "order_id", unique=True)
    return [hubspot.people.creates("deals", {"dealname": f"{n}", "order_id": f"O{n}"}) for n in range(3)]


def test_create(api: httpx.Client) -> None:
    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": [{"properties": DEAL}, {"properties": DEAL}]})

    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "COMPLETE"
    assert {"startedAt", "completedAt"} <= body.keys()
    assert [deal["properties"]["dealname"] for deal in body["results"]] == ["Data platform"] * 2


def test_one_bad_input_refuses_the_whole_create(hubspot: HubSpot, api: httpx.Client) -> None:
    inputs = [{"properties": DEAL}, {"properties": {**DEAL, "nope": "1"}}]

    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs})

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert hubspot.records("deals") == []


def test_traced_inputs_fail_one_by_one(hubspot: HubSpot, api: httpx.Client) -> None:
    inputs = [
        {"properties": DEAL, "objectWriteTraceId": "a"},
        {"properties": {**DEAL, "nope": "1"}, "objectWriteTraceId": "b"},
    ]

    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs})

    assert response.status_code == 207
    body = response.json()
    assert [deal["objectWriteTraceId"] for deal in body["results"]] == ["a"]
    assert body["numErrors"] == 1
    (error,) = body["errors"]
    assert error["context"]["objectWriteTraceId"] == ["b"]
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert "correlationId" not in error
    assert len(hubspot.records("deals")) == 1


def test_a_unique_value_twice_in_one_batch(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [{"properties": {**DEAL, "order_id": "O9"}}, {"properties": {**DEAL, "order_id": "o9"}}]

    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs})

    assert response.status_code == 400
    assert "already has that value" in response.json()["message"]
    assert len(hubspot.records("deals")) == len(deals)


def test_a_batch_makes_associations(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 20}]
    inputs = [{"properties": {"name": "x"}, "associations": [{"to": {"id": deals[0]}, "types": types}]}]

    api.post(f"{DATED}/line_items/batch/create", json={"inputs": inputs})

    assert list(hubspot.record("deals", deals[0]).associations) == ["line_items"]


def test_read_lists_what_is_missing(api: httpx.Client, deals: list[str]) -> None:
    body = {"properties": ["dealname"], "inputs": [{"id": deals[1]}, {"id": "404"}, {"id": deals[0]}]}

    response = api.post(f"{DATED}/deals/batch/read", json=body)

    assert response.status_code == 207
    assert [deal["id"] for deal in response.json()["results"]] == deals[:2]
    assert response.json()["errors"] == [
        {
            "status": "error",
            "message": "Could not get some DEAL objects, they may be deleted or not exist. Check that ids are valid.",
            "category": "OBJECT_NOT_FOUND",
            "context": {"ids": ["404"]},
        }
    ]


def test_read_by_a_unique_property_with_history(api: httpx.Client, deals: list[str]) -> None:
    body = {"idProperty": "order_id", "inputs": [{"id": "o2"}], "propertiesWithHistory": ["dealname"]}

    (found,) = api.post(f"{DATED}/deals/batch/read", json=body).json()["results"]

    assert found["id"] == deals[2]
    assert [past["value"] for past in found["propertiesWithHistory"]["dealname"]] == ["2"]
    assert "associations" not in found


def test_read_of_archived_records(api: httpx.Client, deals: list[str]) -> None:
    api.post(f"{DATED}/deals/batch/archive", json={"inputs": [{"id": deals[0]}, {"id": "404"}]})

    body = {"inputs": [{"id": deal} for deal in deals]}
    archived = api.post(f"{DATED}/deals/batch/read?archived=true", json=body)
    assert [deal["id"] for deal in archived.json()["results"]] == deals[:1]
    assert archived.json()["errors"][0]["context"]["ids"] == deals[1:]


def test_update(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [
        {"id": deals[0], "properties": {"amount": "1"}},
        {"id": "O1", "idProperty": "order_id", "properties": {"amount": "2"}},
        {"id": "404", "properties": {"amount": "3"}},
    ]

    response = api.post(f"{DATED}/deals/batch/update", json={"inputs": inputs})

    assert response.status_code == 207
    assert response.json()["errors"][0]["context"]["ids"] == ["404"]
    assert [hubspot.record("deals", deal).properties["amount"] for deal in deals] == ["1", "2", None]


def test_update_with_one_bad_input_changes_nothing(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [
        {"id": deals[0], "properties": {"amount": "1"}},
        {"id": deals[1], "properties": {"amount": "x"}},
    ]

    assert api.post(f"{DATED}/deals/batch/update", json={"inputs": inputs}).status_code == 400
    assert hubspot.record("deals", deals[0]).properties["amount"] is None


def test_update_says_nothing_of_merged_ids(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    hubspot.people.merges("deals", deals[0], deals[1])

    response = api.post(
        f"{DATED}/deals/batch/update", json={"inputs": [{"id": deals[0], "properties": {"amount": "1"}}]}
    )

    assert (response.status_code, response.json()["results"]) == (200, [])


def test_upsert_tells_new_from_old(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [
        {"id": "O1", "idProperty": "order_id", "properties": {"amount": "1"}},
        {"id": "O7", "idProperty": "order_id", "properties": DEAL},
    ]

    response = api.post(f"{DATED}/deals/batch/upsert", json={"inputs": inputs})

    assert response.status_code == 200
    assert {deal["properties"]["dealname"]: deal["new"] for deal in response.json()["results"]} == {
        "1": False,
        "Data platform": True,
    }
    assert hubspot.record("deals", deals[1]).properties["amount"] == "1"


def test_upsert_needs_a_unique_property(api: httpx.Client, deals: list[str]) -> None:
    inputs = [{"id": "1", "idProperty": "dealname", "properties": DEAL}]

    assert api.post(f"{DATED}/deals/batch/upsert", json={"inputs": inputs}).status_code == 400


@pytest.mark.parametrize("verb", ["read", "update", "archive"])
def test_duplicate_ids_refuse_the_batch(api: httpx.Client, deals: list[str], verb: str) -> None:
    inputs = [{"id": deals[0], "properties": {"amount": n}} for n in ("1", "2")]

    response = api.post(f"{DATED}/deals/batch/{verb}", json={"inputs": inputs})

    assert response.status_code == 400
    assert response.json()["message"] == f"Duplicate IDs found in batch input: [{deals[0]}]. IDs must be unique"
    assert response.json()["context"] == {"ids": [deals[0]]}


@pytest.mark.parametrize("verb", ["create", "read", "update", "upsert", "archive"])
@pytest.mark.parametrize("inputs", [[], [{"id": "1"}] * 101, "x", ["x"], None])
def test_a_batch_has_one_to_a_hundred_inputs(api: httpx.Client, verb: str, inputs: object) -> None:
    assert api.post(f"{DATED}/deals/batch/{verb}", json={"inputs": inputs}).status_code == 400
