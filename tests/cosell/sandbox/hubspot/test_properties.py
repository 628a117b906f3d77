"""Property definitions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot

V3 = "/crm/v3/properties/deals"
DATED = "/crm/properties/2026-09/deals"
TEXT = {
    "name": "order_id",
    "label": "Order",
    "groupName": "dealinformation",
    "type": "string",
    "fieldType": "text",
    "hasUniqueValue": True,
}
CHOICE = {
    "name": "answer",
    "label": "Answer",
    "groupName": "dealinformation",
    "type": "enumeration",
    "fieldType": "select",
    "options": [
        {"label": "Yes", "value": "yes", "displayOrder": 1, "hidden": False},
        {"label": "No", "value": "no", "displayOrder": 2, "hidden": False},
    ],
}


def test_create_and_get(api: httpx.Client) -> None:
    created = api.post(V3, json=CHOICE)

    assert created.status_code == 201
    body = created.json()
    assert body == api.get(f"{DATED}/answer").json()
    assert CHOICE.keys() <= body.keys()
    assert [option["value"] for option in body["options"]] == ["yes", "no"]
    assert body["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyOptions": False,
        "readOnlyValue": False,
    }
    assert (body["hasUniqueValue"], body["hubspotDefined"], body["archived"]) == (False, False, False)


def test_a_name_that_exists_is_a_conflict(api: httpx.Client) -> None:
    api.post(V3, json=TEXT)

    response = api.post(V3, json=TEXT)

    assert response.status_code == 409
    body = response.json()
    assert body["message"] == "A property named 'order_id' already exists."
    assert (body["category"], body["subCategory"]) == (
        "OBJECT_ALREADY_EXISTS",
        "Properties.PROPERTY_WITH_NAME_EXISTS",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Order"},
        {"name": "1order"},
        {"name": ""},
        {"label": None},
        {"type": "text"},
        {"fieldType": "number"},
        {"type": "enumeration", "fieldType": "select"},
        {"type": "bool", "fieldType": "booleancheckbox"},
        {"fieldType": "textarea"},
        {"options": "x"},
        {"options": [{"label": "A"}]},
    ],
)
def test_definitions_that_are_refused(api: httpx.Client, change: dict[str, Any]) -> None:
    assert api.post(V3, json={**TEXT, **change}).status_code == 400
    assert api.get(f"{V3}/order_id").status_code == 404


@pytest.mark.parametrize(
    "options",
    [
        [{"label": "A", "value": "a"}, {"label": "B", "value": "a"}],
        [{"label": "A", "value": "a"}, {"label": "A", "value": "b"}],
        [{"label": "A", "value": "a;b"}],
    ],
)
def test_options_that_are_refused(api: httpx.Client, options: list[dict[str, str]]) -> None:
    assert api.post(V3, json={**CHOICE, "options": options}).status_code == 400


def test_the_group_must_exist(api: httpx.Client) -> None:
    assert api.post(V3, json={**TEXT, "groupName": "nope"}).status_code == 404


def test_options_are_replaced_as_a_whole(hubspot: HubSpot, api: httpx.Client) -> None:
    api.post(V3, json=CHOICE)

    api.patch(f"{V3}/answer", json={"options": [{"label": "Perhaps", "value": "perhaps"}], "label": "Your answer"})

    definition = api.get(f"{V3}/answer").json()
    assert [option["value"] for option in definition["options"]] == ["perhaps"]
    assert definition["label"] == "Your answer"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("order_id", {"hasUniqueValue": False}),
        ("order_id", {"fieldType": "select"}),
        ("dealname", {"type": "number", "fieldType": "number"}),
    ],
)
def test_changes_that_are_refused(api: httpx.Client, name: str, change: dict[str, Any]) -> None:
    api.post(V3, json=TEXT)

    assert api.patch(f"{V3}/{name}", json=change).status_code == 400


def test_ten_unique_properties_at_most(api: httpx.Client) -> None:
    statuses = [api.post(V3, json={**TEXT, "name": f"order_{n}"}).status_code for n in range(11)]

    assert statuses == [201] * 10 + [400]


def test_an_archived_property_is_unknown_until_it_is_made_again(hubspot: HubSpot, api: httpx.Client) -> None:
    api.post(V3, json={**TEXT, "hasUniqueValue": False})
    deal = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})

    assert api.delete(f"{V3}/order_id").status_code == 204
    assert api.get(f"{V3}/order_id").status_code == 404
    assert api.get(f"{V3}/order_id?archived=true").json()["archived"] is True
    assert api.patch(f"/crm/v3/objects/deals/{deal}", json={"properties": {"order_id": "O2"}}).status_code == 400

    api.post(V3, json={**TEXT, "hasUniqueValue": False})
    read = api.get(f"/crm/v3/objects/deals/{deal}?properties=order_id").json()
    assert read["properties"]["order_id"] == "O1"


def test_hubspots_own_properties_cannot_be_archived(api: httpx.Client) -> None:
    assert api.delete(f"{V3}/dealname").status_code == 400


def test_list(api: httpx.Client) -> None:
    api.post(V3, json=TEXT)

    definitions = {found["name"]: found for found in api.get(DATED).json()["results"]}

    assert definitions["order_id"]["hasUniqueValue"] is True
    assert definitions["closedate"]["type"] == "datetime"
    assert definitions["hs_is_closed"]["calculated"] is True
    assert definitions["hubspot_owner_id"]["referencedObjectType"] == "OWNER"


def test_batches(api: httpx.Client) -> None:
    made = api.post(f"{V3}/batch/create", json={"inputs": [TEXT, {**CHOICE, "type": "x"}]})
    assert made.status_code == 207
    assert [found["name"] for found in made.json()["results"]] == ["order_id"]

    read = api.post(f"{V3}/batch/read", json={"inputs": [{"name": "order_id"}, {"name": "nope"}]})
    assert (read.status_code, read.json()["numErrors"]) == (207, 1)

    assert api.post(f"{V3}/batch/archive", json={"inputs": [{"name": "order_id"}]}).status_code == 204
    assert api.get(f"{V3}/order_id").status_code == 404
