"""Single records over HTTP, in the dated family unless a test is about the other."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock

DATED = "/crm/objects/2026-09"
V3 = "/crm/v3/objects"
DEAL = {"dealname": "Data platform", "dealstage": "qualifiedtobuy", "amount": "1500.00"}


@pytest.fixture
def deal(api: httpx.Client) -> str:
    return str(api.post(f"{DATED}/deals", json={"properties": DEAL}).json()["id"])


def test_create_answers_with_what_was_given_and_what_hubspot_adds(api: httpx.Client) -> None:
    response = api.post(f"{DATED}/deals", json={"properties": DEAL})

    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"].endswith(f"/crm/objects/2026-09/deals/{body['id']}")
    assert body == {
        "id": "31000000001",
        "properties": {
            "amount": "1500.00",
            "closedate": None,
            "createdate": "2026-11-24T09:00:00Z",
            "dealname": "Data platform",
            "dealstage": "qualifiedtobuy",
            "hs_deal_stage_probability": "0.4",
            "hs_is_closed": "false",
            "hs_is_closed_won": "false",
            "hs_lastmodifieddate": "2026-11-24T09:00:00Z",
            "hs_object_id": "31000000001",
            "num_associated_contacts": "0",
            "pipeline": "default",
        },
        "createdAt": "2026-11-24T09:00:00Z",
        "updatedAt": "2026-11-24T09:00:00Z",
        "archived": False,
        "url": "https://app.hubspot.com/contacts/44000001/record/0-3/31000000001",
    }
    assert list(body["properties"]) == sorted(body["properties"])


@pytest.mark.parametrize("name", ["deals", "deal", "0-3", "DEALS"])
@pytest.mark.parametrize("family", [V3, DATED, "/crm/objects/2026-03", "/crm/objects/v3"])
def test_every_spelling_of_a_type_in_every_family(api: httpx.Client, deal: str, family: str, name: str) -> None:
    assert api.get(f"{family}/{name}/{deal}").json()["id"] == deal


def test_a_read_without_names_gives_the_default_set(api: httpx.Client, deal: str) -> None:
    properties = api.get(f"{DATED}/deals/{deal}").json()["properties"]

    assert set(properties) == {
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    }


@pytest.mark.parametrize(
    "query", ["properties=dealname,nope,description", "properties=dealname&properties=description"]
)
def test_a_read_leaves_unknown_names_out_and_shows_empty_ones_as_null(api: httpx.Client, deal: str, query: str) -> None:
    properties = api.get(f"{DATED}/deals/{deal}?{query}").json()["properties"]

    assert properties["dealname"] == "Data platform"
    assert properties["description"] is None
    assert set(properties) == {"createdate", "dealname", "description", "hs_lastmodifieddate", "hs_object_id"}


def test_an_update_answers_with_what_changed(api: httpx.Client, clock: Clock, deal: str) -> None:
    clock.advance(1.5)
    body = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "", "dealstage": "closedwon"}}).json()

    assert body["properties"]["amount"] == ""
    assert body["properties"]["hs_is_closed_won"] == "true"
    assert body["updatedAt"] == "2026-11-24T09:00:01.500Z"
    assert api.get(f"{DATED}/deals/{deal}").json()["properties"]["amount"] is None


@pytest.mark.parametrize(
    ("type_", "properties", "missing"),
    [
        ("deals", {"dealname": "x"}, "dealstage"),
        ("contacts", {"phone": "1"}, "email"),
        ("companies", {"city": "Berlin"}, "name"),
        ("products", {"price": "1"}, "name"),
        ("tasks", {"hs_task_subject": "Call"}, "hs_timestamp"),
        ("notes", {"hs_note_body": "Called"}, "hs_timestamp"),
    ],
)
def test_required_properties(api: httpx.Client, type_: str, properties: dict[str, str], missing: str) -> None:
    response = api.post(f"{DATED}/{type_}", json={"properties": properties})

    assert response.status_code == 400
    body = response.json()
    assert body["category"] == "VALIDATION_ERROR"
    assert body["message"].endswith(". Some required properties were not set.")
    assert body["context"] == {"properties": [missing]}


def test_what_admins_require_counts_from_2026_09_on(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.define("deals", "segment", required=True)

    refused = api.post(f"{DATED}/deals", json={"properties": DEAL})
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "message": "A value for segment must be provided",
            "code": "MISSING_REQUIRED_PROPERTY",
            "context": {"propertyName": ["segment"]},
        }
    ]
    assert api.post("/crm/objects/2026-03/deals", json={"properties": DEAL}).status_code == 201
    assert api.post(f"{V3}/deals", json={"properties": DEAL}).status_code == 201


def test_an_empty_deal_where_the_switch_allows_it(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(deals_need_name_and_stage=False)))

    assert api.post(f"{V3}/deals", json={"properties": {}}).status_code == 201


def test_a_stage_must_be_of_the_deals_pipeline(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])

    refused = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"dealstage": "148309412"}})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["dealstage"]}

    both = {"dealstage": "148309412", "pipeline": "148309411"}
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": both}).status_code == 200
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "3"}}).status_code == 200


def test_a_new_deal_takes_its_pipeline_from_the_stage(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])

    created = api.post(f"{DATED}/deals", json={"properties": {"dealname": "x", "dealstage": "148309412"}})

    assert created.json()["properties"]["pipeline"] == "148309411"


def test_a_unique_value_finds_its_record(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.define("deals", "order_id", unique=True)
    created = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).json()

    assert api.get(f"{DATED}/deals/o1?idProperty=order_id").json()["id"] == created["id"]
    assert api.get(f"{DATED}/deals/O2?idProperty=order_id").status_code == 404
    assert api.get(f"{DATED}/deals/x?idProperty=dealname").status_code == 400


def test_a_unique_value_belongs_to_one_record(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "order_id", unique=True)
    owner = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O123"}}).json()["id"]

    response = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"order_id": "o123"}})

    assert response.status_code == 400
    body = response.json()
    assert body["category"] == "VALIDATION_ERROR"
    assert body["message"] == (
        "Cannot set PropertyValueCoordinates{portalId=44000001, objectTypeId=ObjectTypeId{legacyObjectType=DEAL}, "
        f"propertyName=order_id, value=o123}} on {deal}. {owner} already has that value."
    )
    again = api.patch(f"{DATED}/deals/{owner}", json={"properties": {"order_id": "O123"}})
    assert again.status_code == 200


def test_a_cleared_or_archived_unique_value_is_free(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "order_id", unique=True)
    owner = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).json()["id"]
    api.delete(f"{DATED}/deals/{owner}")

    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"order_id": "O1"}}).status_code == 200
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"order_id": ""}}).status_code == 200
    assert api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).status_code == 201


def test_an_archived_record_keeps_its_unique_value_where_the_switch_says_so(
    clock: Clock, client_of: Callable[[HubSpot], httpx.Client]
) -> None:
    hubspot = HubSpot(clock, switches=Switches(archived_keeps_unique_value=True))
    hubspot.define("deals", "order_id", unique=True)
    hubspot.people.deletes("deals", hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"}))

    assert client_of(hubspot).post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).status_code == 400


def test_a_contacts_email_is_unique_with_a_conflict_of_its_own(api: httpx.Client) -> None:
    first = api.post(f"{DATED}/contacts", json={"properties": {"email": "art@vandelay.com"}}).json()["id"]

    response = api.post(f"{DATED}/contacts", json={"properties": {"email": "Art@Vandelay.com"}})

    assert response.status_code == 409
    assert response.json()["message"] == f"Contact already exists. Existing ID: {first}"
    assert response.json()["category"] == "CONFLICT"


def test_company_domains_are_not_unique_and_give_a_name(api: httpx.Client) -> None:
    created = [api.post(f"{DATED}/companies", json={"properties": {"domain": "vandelay.com"}}) for _ in range(2)]

    assert [response.status_code for response in created] == [201, 201]
    assert created[0].json()["properties"]["name"] == "vandelay.com"


def test_archived_records_are_read_on_request_only(api: httpx.Client, deal: str) -> None:
    assert api.delete(f"{DATED}/deals/{deal}").status_code == 204
    assert api.delete(f"{DATED}/deals/{deal}").status_code == 204

    assert api.get(f"{DATED}/deals/{deal}").status_code == 404
    archived = api.get(f"{DATED}/deals/{deal}?archived=True").json()
    assert (archived["archived"], archived["archivedAt"]) == (True, "2026-11-24T09:00:00Z")
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "1"}}).status_code == 404
    assert api.get(f"{DATED}/deals").json()["results"] == []


def test_a_list_pages_by_the_next_id(api: httpx.Client) -> None:
    ids = [api.post(f"{DATED}/deals", json={"properties": DEAL}).json()["id"] for _ in range(5)]

    first = api.get(f"{DATED}/deals?limit=2&properties=dealname").json()
    assert [deal["id"] for deal in first["results"]] == ids[:2]
    assert first["paging"]["next"]["after"] == ids[2]
    second = api.get(first["paging"]["next"]["link"]).json()
    assert [deal["id"] for deal in second["results"]] == ids[2:4]
    last = api.get(f"{DATED}/deals?limit=2&after={ids[4]}").json()
    assert ([deal["id"] for deal in last["results"]], "paging" in last) == (ids[4:], False)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "propertiesWithHistory=dealname&limit=51"])
def test_a_page_has_its_limits(api: httpx.Client, query: str) -> None:
    assert api.get(f"{DATED}/deals?{query}").status_code == 400


def test_history_names_who_set_what(hubspot: HubSpot, api: httpx.Client, clock: Clock, deal: str) -> None:
    clock.advance(60)
    hubspot.people.edits("deals", deal, {"dealstage": "closedwon"})

    history = api.get(f"{DATED}/deals/{deal}?propertiesWithHistory=dealstage").json()["propertiesWithHistory"]

    assert history == {
        "dealstage": [
            {
                "value": "closedwon",
                "timestamp": "2026-11-24T09:01:00Z",
                "sourceType": "CRM_UI",
                "sourceId": "userId:75000001",
                "updatedByUserId": 75000001,
            },
            {
                "value": "qualifiedtobuy",
                "timestamp": "2026-11-24T09:00:00Z",
                "sourceType": "INTEGRATION",
                "sourceId": "9000001",
            },
        ]
    }


def test_associations_come_with_a_read(hubspot: HubSpot, api: httpx.Client) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    item = hubspot.people.creates("line_items", {"name": "Support", "price": "10"})
    deal = hubspot.people.creates(
        "deals", {"dealname": "x"}, [("companies", company), ("contacts", contact), ("line_items", item)]
    )

    associations = api.get(f"{DATED}/deals/{deal}?associations=companies,contacts,line_items,tasks").json()[
        "associations"
    ]

    assert associations == {
        "companies": {
            "results": [
                {"id": company, "type": "deal_to_company"},
                {"id": company, "type": "deal_to_company_unlabeled"},
            ]
        },
        "contacts": {"results": [{"id": contact, "type": "deal_to_contact"}]},
        "line items": {"results": [{"id": item, "type": "deal_to_line_item"}]},
    }
    assert "associations" not in api.get(f"{DATED}/deals/{deal}?associations=notes").json()


def test_a_note_is_made_on_its_deal(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    body = {
        "properties": {"hs_timestamp": "2026-12-01T12:00:00Z", "hs_note_body": "<p>AWS called</p>"},
        "associations": [
            {"to": {"id": deal}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}]}
        ],
    }

    assert api.post(f"{DATED}/notes", json=body).status_code == 201
    assert [note.properties["hs_note_body"] for note in hubspot.notes_of(deal)] == ["<p>AWS called</p>"]


@pytest.mark.parametrize(
    ("type_id", "target", "message"),
    [
        (213, None, "is invalid from object type 0-46 for associations to be created. expected: 0-3"),
        (214, "999", "One or more associations are invalid"),
        (9, None, "9 is not a valid association type id"),
    ],
)
def test_an_association_that_cannot_be_made_refuses_the_create(
    hubspot: HubSpot, api: httpx.Client, deal: str, *, type_id: int, target: str | None, message: str
) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    body = {
        "properties": {"hs_timestamp": "2026-12-01T12:00:00Z"},
        "associations": [{"to": {"id": target or deal}, "types": types}],
    }

    response = api.post(f"{DATED}/notes", json=body)

    assert response.status_code == 400
    assert message in response.json()["message"]
    assert hubspot.records("notes") == []


def test_a_completed_task_gets_its_date(hubspot: HubSpot, api: httpx.Client) -> None:
    task = api.post(f"{DATED}/tasks", json={"properties": {"hs_timestamp": "1796000000000"}}).json()["id"]
    assert hubspot.record("tasks", task).properties["hs_task_status"] == "NOT_STARTED"

    api.patch(f"{DATED}/tasks/{task}", json={"properties": {"hs_task_status": "COMPLETED"}})
    assert hubspot.record("tasks", task).properties["hs_task_completion_date"] == "2026-11-24T09:00:00Z"


def test_a_line_item_copies_its_product_and_counts(hubspot: HubSpot, api: httpx.Client) -> None:
    product = api.post(f"{DATED}/products", json={"properties": {"name": "Support", "price": "10.50"}}).json()["id"]

    body = {"properties": {"hs_product_id": product, "quantity": "3", "hs_discount_percentage": "10"}}
    item = api.post(f"{DATED}/line_items", json=body).json()

    assert hubspot.record("line_items", item["id"]).properties["name"] == "Support"
    assert float(item["properties"]["amount"]) == pytest.approx(28.35)


def test_a_merge_leaves_one_record_with_a_new_id(hubspot: HubSpot, api: httpx.Client) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    first = hubspot.people.creates("deals", {"dealname": "a", "amount": "1"})
    second = hubspot.people.creates("deals", {"dealname": "b", "description": "kept"}, [("companies", company)])

    merged = api.post(f"{DATED}/deals/merge", json={"primaryObjectId": first, "objectIdToMerge": second}).json()

    assert merged["id"] not in {first, second}
    properties = hubspot.record("deals", merged["id"]).properties
    assert (properties["dealname"], properties["amount"], properties["description"]) == ("a", "1", "kept")
    assert hubspot.record("deals", merged["id"]).associations["companies"] == {company: [5, 341]}
    assert api.get(f"{DATED}/deals/{second}").json()["id"] == merged["id"]
    assert len(hubspot.records("deals")) == 1


@pytest.mark.parametrize(
    ("type_", "pair", "status"),
    [("notes", ("1", "2"), 400), ("deals", ("1", "2"), 404), ("deals", ("31000000001",) * 2, 400)],
)
def test_a_merge_that_cannot_be(
    hubspot: HubSpot, api: httpx.Client, type_: str, pair: tuple[str, str], status: int
) -> None:
    hubspot.people.creates("deals", {"dealname": "x"})

    response = api.post(f"{DATED}/{type_}/merge", json={"primaryObjectId": pair[0], "objectIdToMerge": pair[1]})

    assert response.status_code == status


def test_gdpr_deletion_leaves_nothing(hubspot: HubSpot, api: httpx.Client) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact)])

    body = {"objectId": "art@vandelay.com", "idProperty": "email"}
    assert api.post(f"{V3}/contacts/gdpr-delete", json=body).status_code == 204

    assert hubspot.records("contacts") == []
    assert api.get(f"{V3}/contacts/{contact}?archived=true").status_code == 404
    assert hubspot.record("deals", deal).associations == {}
    assert api.post(f"{V3}/contacts/gdpr-delete", json=body).status_code == 404
