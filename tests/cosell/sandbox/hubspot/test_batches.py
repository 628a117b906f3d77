"""Batches: whole or nothing, unless inputs can be told apart; what is missing is listed."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

DATED = "/crm/objects/2026-09"
DEAL = {"dealname": "Data platform", "dealstage": "qualifiedtobuy"}


@pytest.fixture
def deals(hubspot: HubSpot) -> list[str]:
    hubspot.define("deals", "order_id", unique=True)
    return [hubspot.people.creates("deals", {"dealname": f"{n}", "order_id": f"O{n}"}) for n in range(3)]


@rule("A batch answers with status, results and the times of its start and end.", Source.HS_OBJECTS)
def test_create(api: httpx.Client) -> None:
    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": [{"properties": DEAL}, {"properties": DEAL}]})

    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "COMPLETE"
    assert {"startedAt", "completedAt"} <= body.keys()
    assert [deal["properties"]["dealname"] for deal in body["results"]] == ["Data platform"] * 2


@rule("One bad input refuses a whole batch of creates.", Source.HS_ERRORS)
def test_one_bad_input_refuses_the_whole_create(hubspot: HubSpot, api: httpx.Client) -> None:
    inputs = [{"properties": DEAL}, {"properties": {**DEAL, "nope": "1"}}]

    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs})

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert hubspot.records("deals") == []


@rule(
    "Where every input has an `objectWriteTraceId` of its own, a 207 lists the bad ones and the good ones are written.",
    Source.HS_ERRORS,
)
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


@rule("A unique value that two inputs of a batch share refuses the batch.", Source.HS_PROPERTIES)
def test_a_unique_value_twice_in_one_batch(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [{"properties": {**DEAL, "order_id": "O9"}}, {"properties": {**DEAL, "order_id": "o9"}}]

    response = api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs})

    assert response.status_code == 400
    assert "already has that value" in response.json()["message"]
    assert len(hubspot.records("deals")) == len(deals)


@rule("A batch of creates makes associations along with the records.", Source.HS_OBJECTS)
def test_a_batch_makes_associations(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 20}]
    inputs = [{"properties": {"name": "x"}, "associations": [{"to": {"id": deals[0]}, "types": types}]}]

    api.post(f"{DATED}/line_items/batch/create", json={"inputs": inputs})

    assert list(hubspot.record("deals", deals[0]).associations) == ["line_items"]


@rule("Batches that update do not change associations.", Source.HS_OBJECTS)
@pytest.mark.parametrize(
    ("verb", "key"), [("update", {"id": "31000000001"}), ("upsert", {"id": "O0", "idProperty": "order_id"})]
)
def test_updates_leave_associations(
    hubspot: HubSpot, api: httpx.Client, deals: list[str], verb: str, key: dict[str, str]
) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 341}]
    entry = {**key, "properties": {"amount": "1"}, "associations": [{"to": {"id": company}, "types": types}]}

    assert api.post(f"{DATED}/deals/batch/{verb}", json={"inputs": [entry]}).status_code == 200
    assert hubspot.record("deals", deals[0]).properties["amount"] == "1"
    assert hubspot.record("deals", deals[0]).associations == {}


@rule(
    "A batch read answers 207 when ids are missing, and lists them in one error.", Source.HS_OBJECTS, Source.HS_ERRORS
)
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


@rule("A batch read finds records by a unique property and may add history, never associations.", Source.HS_OBJECTS)
def test_read_by_a_unique_property_with_history(api: httpx.Client, deals: list[str]) -> None:
    body = {"idProperty": "order_id", "inputs": [{"id": "o2"}], "propertiesWithHistory": ["dealname"]}

    (found,) = api.post(f"{DATED}/deals/batch/read", json=body).json()["results"]

    assert found["id"] == deals[2]
    assert [past["value"] for past in found["propertiesWithHistory"]["dealname"]] == ["2"]
    assert "associations" not in found


@rule(
    "A batch read with `archived=true` finds deleted records only; a batch deletion says nothing of unknown ids.",
    Source.HS_OBJECTS,
)
def test_read_of_archived_records(api: httpx.Client, deals: list[str]) -> None:
    api.post(f"{DATED}/deals/batch/archive", json={"inputs": [{"id": deals[0]}, {"id": "404"}]})

    body = {"inputs": [{"id": deal} for deal in deals]}
    archived = api.post(f"{DATED}/deals/batch/read?archived=true", json=body)
    assert [deal["id"] for deal in archived.json()["results"]] == deals[:1]
    assert archived.json()["errors"][0]["context"]["ids"] == deals[1:]


@rule(
    "A batch update finds each record by its id or a unique property, and lists those that are missing.",
    Source.HS_OBJECTS,
)
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


@rule("One bad input refuses a whole batch of updates.", Source.HS_ERRORS)
def test_update_with_one_bad_input_changes_nothing(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [
        {"id": deals[0], "properties": {"amount": "1"}},
        {"id": deals[1], "properties": {"amount": "x"}},
    ]

    assert api.post(f"{DATED}/deals/batch/update", json={"inputs": inputs}).status_code == 400
    assert hubspot.record("deals", deals[0]).properties["amount"] is None


@rule("An upsert updates the record that has the unique value or makes one; `new` says which.", Source.HS_OBJECTS)
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


@rule("An upsert goes by a unique property.", Source.HS_OBJECTS)
def test_upsert_needs_a_unique_property(api: httpx.Client, deals: list[str]) -> None:
    inputs = [{"id": "1", "idProperty": "dealname", "properties": DEAL}]

    assert api.post(f"{DATED}/deals/batch/upsert", json={"inputs": inputs}).status_code == 400


@rule("An id that comes twice refuses the batch, and is named.", Source.HS_ERRORS)
@pytest.mark.parametrize(
    ("verb", "key"),
    [
        *((verb, {"id": "31000000001"}) for verb in ("read", "update", "archive")),
        ("upsert", {"id": "O9", "idProperty": "order_id"}),
    ],
)
def test_duplicate_ids_refuse_the_batch(api: httpx.Client, deals: list[str], verb: str, key: dict[str, str]) -> None:
    inputs = [{**key, "properties": {**DEAL, "amount": n}} for n in ("1", "2")]

    response = api.post(f"{DATED}/deals/batch/{verb}", json={"inputs": inputs})

    assert response.status_code == 400
    assert response.json()["message"] == f"Duplicate IDs found in batch input: [{key['id']}]. IDs must be unique"
    assert response.json()["context"] == {"ids": [key["id"]]}


@rule("A batch has 1 to 100 inputs.", Source.HS_OBJECTS)
@pytest.mark.parametrize("verb", ["create", "read", "update", "upsert", "archive"])
@pytest.mark.parametrize("inputs", [[], [{"id": "1"}] * 101, "x", ["x"], None])
def test_a_batch_has_one_to_a_hundred_inputs(api: httpx.Client, verb: str, inputs: object) -> None:
    assert api.post(f"{DATED}/deals/batch/{verb}", json={"inputs": inputs}).status_code == 400


@rule("A batch answers 207 with `numErrors` and `errors` beside the results of the others.", Source.HS_ERRORS)
def test_the_members_of_an_answer(api: httpx.Client, deals: list[str]) -> None:
    good = api.post(f"{DATED}/deals/batch/read", json={"inputs": [{"id": deals[0]}]})
    partly = api.post(f"{DATED}/deals/batch/read", json={"inputs": [{"id": deals[0]}, {"id": "404"}]})

    members = {"status", "results", "startedAt", "completedAt"}
    assert (good.status_code, set(good.json())) == (200, members)
    assert (partly.status_code, set(partly.json())) == (207, members | {"numErrors", "errors"})


@rule("Trace ids that are not distinct, or not on every input, leave a batch all or nothing.", Source.HS_ERRORS)
@pytest.mark.parametrize("traces", [("a", "a"), ("a", None)])
def test_traces_must_be_distinct(hubspot: HubSpot, api: httpx.Client, traces: tuple[str | None, ...]) -> None:
    inputs = [
        {"properties": properties, "objectWriteTraceId": trace}
        for properties, trace in zip((DEAL, {**DEAL, "nope": "1"}), traces, strict=True)
    ]

    assert api.post(f"{DATED}/deals/batch/create", json={"inputs": inputs}).status_code == 400
    assert hubspot.records("deals") == []


@rule("Unknown properties in a batch read are left out, of the history too.", Source.HS_OBJECTS)
def test_unknown_properties(api: httpx.Client, deals: list[str]) -> None:
    body = {"properties": ["nope"], "propertiesWithHistory": ["nope", "dealname"], "inputs": [{"id": deals[0]}]}

    (found,) = api.post(f"{DATED}/deals/batch/read", json=body).json()["results"]

    assert "nope" not in found["properties"]
    assert list(found["propertiesWithHistory"]) == ["dealname"]


@rule("An upsert leaves the unique value that found the record as it is.", Source.HS_OBJECTS)
def test_upsert_keeps_the_unique_value(hubspot: HubSpot, api: httpx.Client, deals: list[str]) -> None:
    inputs = [{"id": "o1", "idProperty": "order_id", "properties": {"amount": "1"}}]

    api.post(f"{DATED}/deals/batch/upsert", json={"inputs": inputs})

    assert hubspot.record("deals", deals[1]).properties["order_id"] == "O1"


@rule(
    "An upsert of contacts by e-mail must send all that the contact has.",
    Source.HS_OBJECTS,
    switch="partial_upsert_by_email",
)
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 200)])
def test_partial_upserts_by_email(portal: Portal, behaviour: str, status: int) -> None:
    hubspot, api = portal(partial_upsert_by_email=behaviour)
    hubspot.people.creates("contacts", {"email": "art@vandelay.com", "firstname": "Art", "lastname": "Vandelay"})

    def upsert(**properties: str) -> int:
        inputs = [{"id": "art@vandelay.com", "idProperty": "email", "properties": properties}]
        return api.post(f"{DATED}/contacts/batch/upsert", json={"inputs": inputs}).status_code

    assert upsert(firstname="Arthur") == status
    assert upsert(firstname="Arthur", lastname="Vandelay") == 200


@rule("A batch update of contacts goes by record ids.", Source.HS_CONTACTS, switch="contact_batch_update_by_email")
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 200)])
def test_batch_updates_by_email(portal: Portal, behaviour: str, status: int) -> None:
    hubspot, api = portal(contact_batch_update_by_email=behaviour)
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})

    def update(entry: dict[str, str]) -> int:
        inputs = [{**entry, "properties": {"firstname": "Art"}}]
        return api.post(f"{DATED}/contacts/batch/update", json={"inputs": inputs}).status_code

    assert update({"id": "art@vandelay.com", "idProperty": "email"}) == status
    assert update({"id": contact}) == 200


@rule(
    "One bad input refuses a whole batch of updates or upserts, or is listed in a 207.",
    Source.HS_ERRORS,
    switch="bad_input_in_batch_write",
)
@pytest.mark.parametrize(("behaviour", "status", "amount"), [("refuses all", 400, None), ("is listed", 207, "1")])
def test_a_bad_input_of_a_batch_that_writes(portal: Portal, behaviour: str, status: int, amount: str | None) -> None:
    hubspot, api = portal(bad_input_in_batch_write=behaviour)
    deals = [hubspot.people.creates("deals", DEAL) for _ in range(2)]
    inputs = [{"id": deal, "properties": {"amount": text}} for deal, text in zip(deals, ("1", "x"), strict=True)]

    response = api.post(f"{DATED}/deals/batch/update", json={"inputs": inputs})

    assert (response.status_code, hubspot.record("deals", deals[0]).properties["amount"]) == (status, amount)
    if status == 207:
        (error,) = response.json()["errors"]
        assert (error["category"], error["errors"][0]["context"]) == ("VALIDATION_ERROR", {"propertyName": ["amount"]})
