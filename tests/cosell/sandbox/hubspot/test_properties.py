"""Property definitions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.definitions import CHOICE, DATED, TEXT, V3
from tests.support.rules import Source, rule


@rule("A property is created with 201, read back whole, and says what of it can be changed.", Source.HS_PROPERTIES)
@pytest.mark.parametrize("base", [V3, DATED, "/crm/properties/2026-03/0-3"])
def test_create_and_get(api: httpx.Client, base: str) -> None:
    created = api.post(base, json=CHOICE)

    assert created.status_code == 201
    assert created.headers["location"] == f"https://api.hubapi.com{base}/answer"
    body = created.json()
    assert body == api.get(f"{DATED}/answer").json() == api.get(f"{V3}/answer").json()
    assert CHOICE.keys() <= body.keys()
    assert [option["value"] for option in body["options"]] == ["yes", "no"]
    assert body["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyOptions": False,
        "readOnlyValue": False,
    }
    assert (body["hasUniqueValue"], body["hubspotDefined"], body["archived"]) == (False, False, False)
    assert (body["calculated"], body["externalOptions"], body["dataSensitivity"]) == (False, False, "non_sensitive")
    assert (body["displayOrder"], body["hidden"], body["formField"], body["description"]) == (-1, False, False, "")
    assert body["createdAt"] == body["updatedAt"] == "2026-11-24T09:00:00Z"
    assert body["createdUserId"] == body["updatedUserId"] == "75000001"


@rule("Each type of property has field types of its own, which an update keeps to.", Source.HS_PROPERTIES)
@pytest.mark.parametrize(
    ("type_", "field_types"),
    [
        ("string", {"text", "textarea", "html", "file", "phonenumber"}),
        ("number", {"number"}),
        ("bool", {"booleancheckbox"}),
        ("enumeration", {"select", "radio", "checkbox", "booleancheckbox"}),
        ("date", {"date"}),
        ("datetime", {"date"}),
        ("phone_number", {"phonenumber"}),
    ],
)
def test_types_and_field_types(api: httpx.Client, type_: str, field_types: set[str]) -> None:
    options = [{"label": value, "value": value} for value in ("true", "false")]
    definition: dict[str, Any] = {"label": "A", "groupName": "dealinformation", "type": type_}
    definition |= {"options": options} if type_ in {"bool", "enumeration"} else {}
    known = (
        "text",
        "textarea",
        "html",
        "file",
        "phonenumber",
        "number",
        "booleancheckbox",
        "select",
        "radio",
        "checkbox",
        "date",
    )

    accepted = {
        field_type
        for field_type in known
        if api.post(V3, json={**definition, "name": f"a_{field_type}", "fieldType": field_type}).status_code == 201
    }

    assert accepted == field_types
    for field_type in field_types:
        patched = api.patch(f"{V3}/a_{field_type}", json={"fieldType": "radio"})
        assert patched.status_code == (200 if "radio" in field_types else 400)


@rule("A property name that exists is a 409; the property stays as it was.", Source.HS_COMMUNITY)
def test_a_name_that_exists_is_a_conflict(api: httpx.Client) -> None:
    before = api.post(V3, json=TEXT).json()

    response = api.post(V3, json={**TEXT, "label": "Another"})

    assert response.status_code == 409
    assert api.get(f"{V3}/order_id").json() == before
    body = response.json()
    assert body["message"] == "A property named 'order_id' already exists."
    assert (body["category"], body["subCategory"]) == (
        "OBJECT_ALREADY_EXISTS",
        "Properties.PROPERTY_WITH_NAME_EXISTS",
    )


@rule(
    "A property needs name, label, type, field type and group; a name is lower-case letters, digits and underscores, "
    "a letter first.",
    Source.HS_PROPERTIES,
)
@pytest.mark.parametrize(
    "change",
    [
        {"name": "Order"},
        {"name": "1order"},
        {"name": "order-id"},
        {"name": "ordér"},
        {"groupName": None},
        {"fieldType": None},
        {"fieldType": "calculation_equation"},
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


@rule(
    "An enumeration has options, each with a value and a label of its own; a value holds no semicolon.",
    Source.HS_PROPERTIES,
)
@pytest.mark.parametrize(
    "options",
    [
        [{"label": "A", "value": "a"}, {"label": "B", "value": "a"}],
        [{"label": "A", "value": "a"}, {"label": "A", "value": "b"}],
        [{"label": "A", "value": "a;b"}],
        [],
    ],
)
def test_options_that_are_refused(api: httpx.Client, options: list[dict[str, str]]) -> None:
    assert api.post(V3, json={**CHOICE, "options": options}).status_code == 400


@rule("The group of a property must exist.", Source.HS_PROPERTIES)
def test_the_group_must_exist(api: httpx.Client) -> None:
    assert api.post(V3, json={**TEXT, "groupName": "nope"}).status_code == 404


@rule("An update replaces the whole list of options.", Source.HS_PROPERTIES, Source.HS_COMMUNITY)
def test_options_are_replaced_as_a_whole(hubspot: HubSpot, api: httpx.Client) -> None:
    api.post(V3, json=CHOICE)

    api.patch(f"{V3}/answer", json={"options": [{"label": "Perhaps", "value": "perhaps"}], "label": "Your answer"})

    definition = api.get(f"{V3}/answer").json()
    assert [option["value"] for option in definition["options"]] == ["perhaps"]
    assert definition["label"] == "Your answer"


@rule("What an update leaves out stays.", Source.HS_PROPERTIES)
def test_what_an_update_leaves_out(api: httpx.Client, clock: Clock) -> None:
    before = api.post(V3, json=CHOICE).json()
    clock.advance(60)

    after = api.patch(f"{DATED}/answer", json={"description": "What they said", "displayOrder": 4}).json()

    changed = {"description": "What they said", "displayOrder": 4, "updatedAt": "2026-11-24T09:01:00Z"}
    assert after == {**before, **changed}


@rule(
    "The definitions of HubSpot's own properties cannot be changed; the options of most enumerations can.",
    Source.HS_PROPERTIES,
)
def test_hubspots_own_properties(api: httpx.Client) -> None:
    options = [{"label": "Partner business", "value": "partnerbusiness"}]

    changed = api.patch(f"{V3}/dealtype", json={"options": options})

    assert changed.status_code == 200
    assert changed.json()["modificationMetadata"] == {
        "archivable": False,
        "readOnlyDefinition": True,
        "readOnlyOptions": False,
        "readOnlyValue": False,
    }
    stage = api.get(f"{V3}/dealstage").json()["modificationMetadata"]
    assert (stage["readOnlyOptions"], stage["readOnlyValue"]) == (True, False)
    assert api.get(f"{V3}/hs_is_closed").json()["modificationMetadata"]["readOnlyValue"] is True
    for name in ("dealstage", "hubspot_owner_id", "hs_is_closed", "dealname"):
        assert api.patch(f"{V3}/{name}", json={"options": options}).status_code == 400
    for change in ({"label": "Kind"}, {"type": "number", "fieldType": "number"}):
        assert api.patch(f"{V3}/dealtype", json=change).status_code == 400


@rule(
    "`hasUniqueValue` is set when a property is created, and never changed.",
    Source.HS_PROPERTIES,
    switch="unique_change",
)
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("ignored", 200)])
def test_uniqueness_is_for_good(portal: Portal, behaviour: str, status: int) -> None:
    _, api = portal(unique_change=behaviour)
    api.post(V3, json=TEXT)

    assert api.patch(f"{V3}/order_id", json={"hasUniqueValue": False}).status_code == status
    assert api.get(f"{V3}/order_id").json()["hasUniqueValue"] is True


@rule("Only single-line texts and numbers can be unique.", Source.HS_PROPERTIES)
@pytest.mark.parametrize(
    ("type_", "field_type", "status"),
    [("string", "text", 201), ("number", "number", 201), ("string", "textarea", 400), ("date", "date", 400)],
)
def test_what_can_be_unique(api: httpx.Client, type_: str, field_type: str, status: int) -> None:
    assert api.post(V3, json={**TEXT, "type": type_, "fieldType": field_type}).status_code == status


@rule("A property can take its options from the owners; it has none of its own then.", Source.HS_PROPERTIES)
def test_options_kept_elsewhere(hubspot: HubSpot, api: httpx.Client) -> None:
    reviewer = {**CHOICE, "name": "reviewer", "externalOptions": True, "referencedObjectType": "OWNER"}
    assert api.post(V3, json=reviewer).status_code == 400
    del reviewer["options"]

    made = api.post(V3, json=reviewer)

    assert (made.status_code, made.json()["referencedObjectType"]) == (201, "OWNER")
    assert api.post(V3, json={**reviewer, "name": "other", "referencedObjectType": None}).status_code == 400
    (owner,) = hubspot.portal.owners
    for value, status in ((owner, 201), ("1", 400)):
        deal = {"dealname": "x", "dealstage": "closedwon", "reviewer": value}
        assert api.post("/crm/v3/objects/deals", json={"properties": deal}).status_code == status


@rule(
    "A property with sensitive data needs a scope of its own; reads show it only to those who ask for such properties.",
    Source.HS_PROPERTIES,
    Source.HS_COMMUNITY,
)
def test_sensitive_data(hubspot: HubSpot, api: httpx.Client) -> None:
    sensitive = {**TEXT, "dataSensitivity": "sensitive"}
    assert api.post(V3, json=sensitive).status_code == 403
    assert api.post(V3, json={**TEXT, "dataSensitivity": "highly_sensitive"}).status_code == 400
    hubspot.app.scopes.add("crm.objects.deals.sensitive.write")

    assert api.post(V3, json=sensitive).json()["dataSensitivity"] == "sensitive"

    def seen(sensitivity: str) -> list[bool]:
        query = f"dataSensitivity={sensitivity}"
        batch = api.post(f"{V3}/batch/read", json={"inputs": [{"name": "order_id"}], "dataSensitivity": sensitivity})
        listed = api.get(f"{V3}?{query}&properties=order_id").json()["results"]
        return [api.get(f"{V3}/order_id?{query}").status_code == 200, bool(listed), bool(batch.json()["results"])]

    assert [set(seen(one)) for one in ("sensitive", "non_sensitive", "highly_sensitive")] == [{True}, {False}, {False}]
    assert api.get(f"{V3}/order_id").status_code == 404
    assert api.get(f"{V3}?dataSensitivity=secret").status_code == 400


@rule("HubSpot's own properties are listed with those of the account.", Source.HS_PROPERTIES)
def test_list(api: httpx.Client) -> None:
    api.post(V3, json=TEXT)

    definitions = {found["name"]: found for found in api.get(DATED).json()["results"]}

    assert definitions["order_id"]["hasUniqueValue"] is True
    assert definitions["closedate"]["type"] == "datetime"
    assert definitions["hs_is_closed"]["calculated"] is True
    assert definitions["hs_object_id"]["calculated"] is definitions["amount"]["calculated"] is False
    (folder,) = api.get("/crm/v3/properties/products?properties=hs_folder").json()["results"]
    assert (folder["calculated"], folder["modificationMetadata"]["readOnlyValue"]) == (False, True)
    assert definitions["hubspot_owner_id"]["referencedObjectType"] == "OWNER"


@rule(
    "Properties are created, read and archived in batches of up to 100; what fails alone is listed in a 207.",
    Source.HS_PROPERTIES,
)
def test_batches(api: httpx.Client) -> None:
    made = api.post(f"{V3}/batch/create", json={"inputs": [TEXT, {**CHOICE, "type": "x"}]})
    assert made.status_code == 207
    assert [found["name"] for found in made.json()["results"]] == ["order_id"]

    read = api.post(f"{V3}/batch/read", json={"inputs": [{"name": "order_id"}, {"name": "nope"}]})
    assert (read.status_code, read.json()["numErrors"]) == (207, 1)

    gone = {"inputs": [{"name": "order_id"}, {"name": "nope"}]}
    assert api.post(f"{V3}/batch/archive", json=gone).status_code == 204
    assert api.post(f"{DATED}/batch/archive", json=gone).status_code == 204
    assert api.get(f"{V3}/order_id").status_code == 404
    archived = api.post(f"{DATED}/batch/read", json={"archived": True, "inputs": [{"name": "order_id"}]})
    assert (archived.status_code, archived.json()["results"][0]["archived"]) == (200, True)
    many = {"inputs": [{"name": f"order_{number}"} for number in range(101)]}
    assert api.post(f"{V3}/batch/read", json=many).status_code == 400
    assert api.post(f"{V3}/batch/update", json=gone).status_code == 404
