"""Single records over HTTP, in the dated family unless a test is about the other."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import DATED, DEAL, V3, Portal
from tests.support.rules import Source, rule


@rule(
    "A create answers 201 with what was given, the default set, what HubSpot calculates, and the record's `Location`.",
    Source.HS_OBJECTS,
)
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


@rule(
    "A path names an object type by its plural, its singular or its number, in every version.", Source.HS_UNDERSTANDING
)
@pytest.mark.parametrize("name", ["deals", "deal", "0-3", "DEALS"])
@pytest.mark.parametrize("family", [V3, DATED, "/crm/objects/2026-03"])
def test_every_spelling_of_a_type_in_every_family(api: httpx.Client, deal: str, family: str, name: str) -> None:
    assert api.get(f"{family}/{name}/{deal}").json()["id"] == deal


@rule(
    "A read leaves unknown names out and shows empty properties as null; names come with commas or as repeated keys.",
    Source.HS_OBJECTS,
)
@pytest.mark.parametrize(
    "query", ["properties=dealname,nope,description", "properties=dealname&properties=description"]
)
def test_a_read_leaves_unknown_names_out_and_shows_empty_ones_as_null(api: httpx.Client, deal: str, query: str) -> None:
    properties = api.get(f"{DATED}/deals/{deal}?{query}").json()["properties"]

    assert properties["dealname"] == "Data platform"
    assert properties["description"] is None
    assert set(properties) == {"createdate", "dealname", "description", "hs_lastmodifieddate", "hs_object_id"}


@rule(
    "An update answers with what it changed and with the default set, and moves the last-modified date.",
    Source.HS_OBJECTS,
)
def test_an_update_answers_with_what_changed(api: httpx.Client, clock: Clock, deal: str) -> None:
    clock.advance(1.5)
    body = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "", "dealstage": "closedwon"}}).json()

    assert body["properties"]["amount"] == ""
    assert body["properties"]["hs_is_closed_won"] == "true"
    assert body["updatedAt"] == "2026-11-24T09:00:01.500Z"
    assert api.get(f"{DATED}/deals/{deal}").json()["properties"]["amount"] is None


@rule("A list is ordered by id; `paging.next` has the id of the next record and a link.", Source.HS_OBJECTS)
def test_a_list_pages_by_the_next_id(api: httpx.Client) -> None:
    ids = [api.post(f"{DATED}/deals", json={"properties": DEAL}).json()["id"] for _ in range(5)]

    first = api.get(f"{DATED}/deals?limit=2&properties=dealname").json()
    assert [deal["id"] for deal in first["results"]] == ids[:2]
    assert first["paging"]["next"]["after"] == ids[2]
    second = api.get(first["paging"]["next"]["link"]).json()
    assert [deal["id"] for deal in second["results"]] == ids[2:4]
    last = api.get(f"{DATED}/deals?limit=2&after={ids[4]}").json()
    assert ([deal["id"] for deal in last["results"]], "paging" in last) == (ids[4:], False)


@rule("A page of a list has 1 to 100 records.", Source.HS_OBJECTS)
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x"])
def test_a_page_has_its_limits(api: httpx.Client, query: str) -> None:
    assert api.get(f"{DATED}/deals?{query}").status_code == 400
    assert api.get(f"{DATED}/deals?limit=100").status_code == 200


@rule("A page with history has at most 50 records.", Source.HS_OBJECTS, switch="history_page_limit")
@pytest.mark.parametrize("most", [20, 50])
def test_a_page_with_history_is_shorter(portal: Portal, most: int) -> None:
    _, api = portal(history_page_limit=most)
    pages = [api.get(f"{DATED}/deals?propertiesWithHistory=dealname&limit={limit}") for limit in (most, most + 1)]

    assert [page.status_code for page in pages] == [200, 400]


@rule("`propertiesWithHistory` has every value of a property, newest first, with time and source.", Source.HS_OBJECTS)
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
                "sourceLabel": "Sam Seller",
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


@rule(
    "`associations` adds the ids at the other end, one entry for each association type, and no empty lists.",
    Source.HS_OBJECTS,
)
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


@rule("A create makes associations along with the record.", Source.HS_NOTES, Source.HS_ASSOCIATIONS)
def test_a_note_is_made_on_its_deal(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    body = {
        "properties": {"hs_timestamp": "2026-12-01T12:00:00Z", "hs_note_body": "<p>AWS called</p>"},
        "associations": [
            {"to": {"id": deal}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}]}
        ],
    }

    assert api.post(f"{DATED}/notes", json=body).status_code == 201
    assert [note.properties["hs_note_body"] for note in hubspot.notes_of(deal)] == ["<p>AWS called</p>"]


@rule(
    "A create is refused as a whole when one of its associations leads nowhere or has a type of another direction.",
    Source.HS_ASSOCIATIONS,
)
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


@rule("A completed task gets its date of completion from HubSpot.", Source.HS_TASKS)
def test_a_completed_task_gets_its_date(hubspot: HubSpot, api: httpx.Client) -> None:
    task = api.post(f"{DATED}/tasks", json={"properties": {"hs_timestamp": "1796000000000"}}).json()["id"]
    assert hubspot.record("tasks", task).properties["hs_task_status"] == "NOT_STARTED"

    api.patch(f"{DATED}/tasks/{task}", json={"properties": {"hs_task_status": "COMPLETED"}})
    assert hubspot.record("tasks", task).properties["hs_task_completion_date"] == "2026-11-24T09:00:00Z"


@rule("A read that names only unknown properties gives those that always come.", Source.HS_OBJECTS)
def test_a_read_of_unknown_names_alone(api: httpx.Client, deal: str) -> None:
    properties = api.get(f"{DATED}/deals/{deal}?properties=nope").json()["properties"]

    assert set(properties) == {"createdate", "hs_lastmodifieddate", "hs_object_id"}


DEFAULTS = {
    "deals": ("dealname", "dealname amount closedate pipeline dealstage createdate hs_lastmodifieddate hs_object_id"),
    "contacts": ("email", "firstname lastname email createdate lastmodifieddate hs_object_id"),
    "companies": ("name", "name domain createdate hs_lastmodifieddate hs_object_id"),
    "products": ("name", "name description price createdate hs_lastmodifieddate hs_object_id"),
    "line_items": ("name", "quantity amount price createdate hs_lastmodifieddate hs_object_id"),
    "tasks": ("hs_task_subject", "hs_createdate hs_lastmodifieddate hs_object_id"),
    "notes": ("hs_note_body", "hs_createdate hs_lastmodifieddate hs_object_id"),
}


@rule(
    "A read that names no properties gives the default set of its type; a contact's last change is `lastmodifieddate`.",
    Source.HS_DEALS,
    Source.HS_CONTACTS,
    Source.HS_COMPANIES,
    Source.HS_PRODUCTS,
    Source.HS_LINE_ITEMS,
    Source.HS_TASKS,
    Source.HS_NOTES,
)
@pytest.mark.parametrize("type_", DEFAULTS)
def test_default_properties(hubspot: HubSpot, api: httpx.Client, type_: str) -> None:
    given, defaults = DEFAULTS[type_]
    id_ = hubspot.people.creates(type_, {given: "art@vandelay.com"})

    one, listed = api.get(f"{DATED}/{type_}/{id_}").json(), api.get(f"{V3}/{type_}").json()["results"][0]
    found = api.post(f"{DATED}/{type_}/search", json={}).json()["results"][0]

    assert [set(record["properties"]) for record in (one, listed, found)] == [set(defaults.split())] * 3


@rule("A record is updated by a unique value as by its id.", Source.HS_OBJECTS)
def test_an_update_by_a_unique_value(hubspot: HubSpot, api: httpx.Client) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})

    body = {"properties": {"jobtitle": "Importer"}}
    assert api.patch(f"{V3}/contacts/art@vandelay.com?idProperty=email", json=body).json()["id"] == contact
    assert hubspot.record("contacts", contact).properties["jobtitle"] == "Importer"


@rule("An update does not change associations.", Source.HS_LINE_ITEMS)
def test_an_update_leaves_associations(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 341}]
    body = {"properties": {"amount": "1"}, "associations": [{"to": {"id": company}, "types": types}]}

    assert api.patch(f"{DATED}/deals/{deal}", json=body).status_code == 200
    assert hubspot.record("deals", deal).associations == {}


@rule(
    "A record's members are id, properties, its times, archived and url, then associations and history if asked for.",
    Source.HS_OBJECTS,
)
def test_the_members_of_an_object(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    hubspot.people.associates("deals", deal, "companies", company)
    query = "associations=companies&propertiesWithHistory=dealstage"

    assert list(api.get(f"{DATED}/deals/{deal}?{query}").json()) == [
        "id",
        "properties",
        "createdAt",
        "updatedAt",
        "archived",
        "url",
        "associations",
        "propertiesWithHistory",
    ]


@rule("A record's `associations` list the unlabelled type beside the primary one.", switch="unlabelled_beside_primary")
@pytest.mark.parametrize(
    ("listed", "types"),
    [(True, ["deal_to_company", "deal_to_company_unlabeled"]), (False, ["deal_to_company"])],
)
def test_the_unlabelled_type(portal: Portal, *, listed: bool, types: list[str]) -> None:
    hubspot, api = portal(unlabelled_beside_primary=listed)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    companies = api.get(f"{DATED}/deals/{deal}?associations=companies").json()["associations"]["companies"]

    assert [entry["type"] for entry in companies["results"]] == types


@rule("The associations of a create are a list, and the types of each lead to one object type.", Source.HS_ASSOCIATIONS)
@pytest.mark.parametrize(
    ("associations", "message"),
    [
        ({"to": {"id": "1"}}, "associations is not of type list"),
        ([{"to": {"id": "1"}}], "[types]"),
        ([{"to": {"id": "1"}, "types": [{"associationTypeId": 3}]}], "[associationCategory]"),
        (
            [
                {
                    "to": {"id": "1"},
                    "types": [
                        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id} for type_id in (3, 341)
                    ],
                }
            ],
            "one object type",
        ),
    ],
)
def test_associations_that_make_no_sense(api: httpx.Client, associations: object, message: str) -> None:
    response = api.post(f"{DATED}/deals", json={"properties": DEAL, "associations": associations})

    assert response.status_code == 400
    assert message in response.json()["message"]


@rule("Under `associations`, line items have a key with a blank.", Source.HS_COMMUNITY, switch="line_items_key")
@pytest.mark.parametrize("key", ["line items", "line_items"])
def test_the_key_of_line_items(portal: Portal, key: str) -> None:
    hubspot, api = portal(line_items_key=key)
    item = hubspot.people.creates("line_items", {"name": "Support"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("line_items", item)])

    assert list(api.get(f"{DATED}/deals/{deal}?associations=line_items").json()["associations"]) == [key]


@rule("The answer to a write shows a property that it cleared as an empty string.", switch="cleared_in_answer")
@pytest.mark.parametrize("shown", ["", None])
def test_what_a_write_cleared(portal: Portal, shown: str | None) -> None:
    hubspot, api = portal(cleared_in_answer=shown)
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})

    assert (
        api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": ""}}).json()["properties"]["amount"] == shown
    )


@rule("Writing the value that is there changes the last-modified date.", switch="same_value_changes_modified")
@pytest.mark.parametrize(("changes", "modified"), [(True, "2026-11-24T09:00:05Z"), (False, "2026-11-24T09:00:00Z")])
def test_writing_the_same_value(clock: Clock, portal: Portal, *, changes: bool, modified: str) -> None:
    hubspot, api = portal(same_value_changes_modified=changes)
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    clock.advance(5)

    body = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "1"}}).json()

    assert (body["updatedAt"], body["properties"]["hs_lastmodifieddate"]) == (modified, modified)
