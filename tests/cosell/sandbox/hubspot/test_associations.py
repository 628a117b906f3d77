"""Associations: both directions, defaults and types, single and in batches."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

V4 = "/crm/v4"
DATED_OBJECTS = "/crm/objects/2026-09"
DATED = "/crm/associations/2026-09"


@pytest.fixture
def deal(hubspot: HubSpot) -> str:
    return hubspot.people.creates("deals", {"dealname": "x"})


@pytest.fixture
def company(hubspot: HubSpot) -> str:
    return hubspot.people.creates("companies", {"name": "Vandelay"})


@rule("HubSpot's association types have a number for each direction.", Source.HS_ASSOCIATIONS)
@pytest.mark.parametrize(
    ("origin", "target", "there", "back"),
    [
        ("contacts", "contacts", {449}, {449}),
        ("contacts", "companies", {279, 1}, {280, 2}),
        ("contacts", "deals", {4}, {3}),
        ("contacts", "tasks", {203}, {204}),
        ("contacts", "notes", {201}, {202}),
        ("companies", "companies", {450, 13, 14}, {450, 13, 14}),
        ("companies", "deals", {342, 6}, {341, 5}),
        ("companies", "tasks", {191}, {192}),
        ("companies", "notes", {189}, {190}),
        ("deals", "deals", {451}, {451}),
        ("deals", "tasks", {215}, {216}),
        ("deals", "notes", {213}, {214}),
        ("deals", "line_items", {19}, {20}),
        ("deals", "products", set(), set()),
        ("tasks", "notes", set(), set()),
    ],
)
def test_the_numbers_of_types(api: httpx.Client, origin: str, target: str, there: set[int], back: set[int]) -> None:
    for pair, numbers in ((f"{origin}/{target}", there), (f"{target}/{origin}", back)):
        listed = api.get(f"{V4}/associations/{pair}/labels").json()["results"]
        assert {link["typeId"] for link in listed} == numbers


@rule(
    "A default association is made in both directions, and once however often it is asked for.", Source.HS_ASSOCIATIONS
)
def test_a_default_association_is_made_in_both_directions_and_once(
    hubspot: HubSpot, api: httpx.Client, deal: str
) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    path = f"{DATED_OBJECTS}/deals/{deal}/associations/default/contacts/{contact}"

    first, again = api.put(path), api.put(path)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["results"] == again.json()["results"]
    assert first.json()["results"] == [
        {
            "from": {"id": deal},
            "to": {"id": contact},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3},
        },
        {
            "from": {"id": contact},
            "to": {"id": deal},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 4},
        },
    ]
    assert hubspot.record("deals", deal).associations == {"contacts": {contact: [3]}}
    assert hubspot.record("contacts", contact).associations == {"deals": {deal: [4]}}
    assert hubspot.record("deals", deal).properties["num_associated_contacts"] == "1"


@rule("The first company of a deal becomes its primary one.", switch="first_company_is_primary")
@pytest.mark.parametrize(("first", "types"), [(True, [5, 341]), (False, [341])])
def test_the_first_company_becomes_primary(portal: Portal, *, first: bool, types: list[int]) -> None:
    hubspot, api = portal(first_company_is_primary=first)
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    company, other = (hubspot.people.creates("companies", {"name": name}) for name in ("Vandelay", "Kramerica"))
    for id_ in (company, other):
        api.put(f"{DATED_OBJECTS}/deals/{deal}/associations/default/companies/{id_}")

    assert hubspot.record("deals", deal).associations == {"companies": {company: types, other: [341]}}
    assert hubspot.record("companies", company).associations == {"deals": {deal: [one + 1 for one in types]}}


@rule("An association may be made from either end.", Source.HS_ASSOCIATIONS)
def test_seen_from_the_company_too(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    api.put(f"{V4}/objects/companies/{company}/associations/default/deals/{deal}")

    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


@rule(
    "A deal has one primary company; a new one takes the place of the old one, which stays associated.",
    Source.HS_ASSOCIATIONS,
)
def test_a_new_primary_takes_the_place_of_the_old(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    other = hubspot.people.creates("companies", {"name": "Kramerica"})
    hubspot.people.associates("deals", deal, "companies", company)

    response = api.put(
        f"{V4}/objects/deals/{deal}/associations/companies/{other}",
        json=[{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}],
    )

    assert response.status_code == 201
    assert response.json() == {
        "fromObjectTypeId": "0-3",
        "fromObjectId": int(deal),
        "toObjectTypeId": "0-2",
        "toObjectId": int(other),
        "labels": ["Primary"],
    }
    assert hubspot.record("deals", deal).associations == {"companies": {company: [341], other: [5, 341]}}


@rule("Deleting takes away every association of two records; 204 also when there is none.", Source.HS_ASSOCIATIONS)
def test_delete_takes_every_association_of_the_pair(
    hubspot: HubSpot, api: httpx.Client, deal: str, company: str
) -> None:
    hubspot.people.associates("deals", deal, "companies", company)

    for _ in range(2):
        assert api.delete(f"{V4}/objects/deals/{deal}/associations/companies/{company}").status_code == 204
    assert hubspot.record("deals", deal).associations == {}
    assert hubspot.record("companies", company).associations == {}


@rule("Records that are not there cannot be associated.", Source.HS_ASSOCIATIONS)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("deals/{deal}/associations/default/companies/404", 404),
        ("deals/404/associations/default/companies/{company}", 404),
        ("deals/{deal}/associations/default/products/1", 404),
        ("deals/{deal}/associations/default/widgets/1", 400),
    ],
)
def test_what_is_not_there_cannot_be_associated(
    api: httpx.Client, deal: str, company: str, path: str, status: int
) -> None:
    assert api.put(f"{V4}/objects/{path.format(deal=deal, company=company)}").status_code == status


@rule("Products have no associations.", Source.HS_ASSOCIATIONS)
def test_products_have_no_associations(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    product = hubspot.people.creates("products", {"name": "Support"})

    assert api.put(f"{V4}/objects/deals/{deal}/associations/default/products/{product}").status_code == 400


TYPES_THAT_DO_NOT_FIT: list[object] = [
    [],
    "x",
    [{}],
    [{"associationTypeId": 341}],
    [{"associationCategory": "HUBSPOT_DEFINED"}],
    [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 342}],
    [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": "x"}],
    [{"associationCategory": "USER_DEFINED", "associationTypeId": 341}],
]


@rule("An association type fits one direction, and goes with its category.", Source.HS_ASSOCIATIONS)
@pytest.mark.parametrize("types", TYPES_THAT_DO_NOT_FIT)
def test_a_type_must_fit_the_direction(api: httpx.Client, deal: str, company: str, types: object) -> None:
    assert api.put(f"{V4}/objects/deals/{deal}/associations/companies/{company}", json=types).status_code == 400


@rule(
    "In v4 a record's associations are listed by object type, in pages, with numbers for ids.", Source.HS_ASSOCIATIONS
)
def test_list_pages(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    contacts = [hubspot.people.creates("contacts", {"email": f"{n}@vandelay.com"}) for n in range(3)]
    for contact in contacts:
        hubspot.people.associates("deals", deal, "contacts", contact)

    first = api.get(f"{V4}/objects/deals/{deal}/associations/contacts?limit=2").json()

    assert first["results"][0] == {
        "toObjectId": int(contacts[0]),
        "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}],
    }
    after = first["paging"]["next"]["after"]
    second = api.get(f"{V4}/objects/deals/{deal}/associations/contacts?limit=2&after={after}").json()
    assert [entry["toObjectId"] for entry in second["results"]] == [int(contacts[2])]
    assert api.get(f"{DATED_OBJECTS}/deals/{deal}/associations/contacts").status_code == 404


@rule(
    "A batch read of associations has labels and ids for each record; one without any is an error in a 207.",
    Source.HS_ASSOCIATIONS,
)
def test_batch_read(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    hubspot.people.associates("deals", deal, "companies", company)
    alone = hubspot.people.creates("deals", {"dealname": "alone"})
    inputs = [{"id": deal}, {"id": alone}]

    response = api.post(f"{DATED}/deals/companies/batch/read", json={"inputs": inputs})

    assert response.status_code == 207
    assert response.json()["results"] == [
        {
            "from": {"id": deal},
            "to": [
                {
                    "toObjectId": company,
                    "associationTypes": [
                        {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
                        {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
                    ],
                }
            ],
        }
    ]
    (error,) = response.json()["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == [alone]
    v4 = api.post(f"{V4}/associations/0-3/0-2/batch/read", json={"inputs": [{"id": deal}]})
    assert v4.status_code == 200
    assert v4.json()["results"][0]["to"][0]["toObjectId"] == int(company)


@rule("Associations are made in batches, with 207 for records that are not there.", Source.HS_ASSOCIATIONS)
def test_batches_of_associations(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    pair = {"from": {"id": deal}, "to": {"id": company}}

    made = api.post(f"{DATED}/deals/companies/batch/associate/default", json={"inputs": [pair]})
    assert (made.status_code, len(made.json()["results"])) == (200, 2)
    gone = {"inputs": [{"from": {"id": deal}, "to": [{"id": company}]}]}
    assert api.post(f"{V4}/associations/deals/companies/batch/archive", json=gone).status_code == 204
    assert hubspot.record("deals", deal).associations == {}

    typed = {**pair, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]}
    missing = {**typed, "to": {"id": "404"}}
    mixed = api.post(f"{DATED}/deals/companies/batch/create", json={"inputs": [typed, missing]})
    assert mixed.status_code == 207
    assert mixed.json()["errors"][0]["context"]["INVALID_OBJECT_IDS"] == [deal, "404"]
    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


@rule("Companies are associated as parent and child by a type for each direction.", Source.HS_ASSOCIATIONS)
def test_parents_and_children(hubspot: HubSpot, api: httpx.Client, company: str) -> None:
    child = hubspot.people.creates("companies", {"name": "Vandelay Berlin"})
    hubspot.app.subscribe("company.associationChange")

    hubspot.people.associates("companies", company, "companies", child, 13)

    read = api.get(f"{DATED_OBJECTS}/companies/{child}?associations=companies").json()
    assert read["associations"] == {"companies": {"results": [{"id": company, "type": "child_to_parent_company"}]}}
    told = [(one["associationType"], one["fromObjectId"]) for one in hubspot.webhooks.pending]
    assert told == [
        ("PARENT_COMPANY_TO_CHILD_COMPANY", int(company)),
        ("CHILD_COMPANY_TO_PARENT_COMPANY", int(child)),
    ]


@rule("The associations of a deleted record are hidden, and come back with it.", Source.HS_UNDERSTANDING)
def test_archived_ends_are_hidden_and_come_back(hubspot: HubSpot, deal: str, company: str) -> None:
    hubspot.people.associates("deals", deal, "companies", company)

    hubspot.people.deletes("companies", company)
    assert hubspot.record("deals", deal).associations == {}
    hubspot.people.restores("companies", company)
    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


@rule("A new association may take a while to show in reads.", Source.HS_COMMUNITY, switch="association_lag")
@pytest.mark.parametrize("lag", [0, 0.5])
def test_reads_of_associations_may_lag(clock: Clock, portal: Portal, lag: float) -> None:
    hubspot, api = portal(association_lag=lag)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    def shown() -> list[bool]:
        one = api.get(f"{DATED_OBJECTS}/deals/{deal}?associations=companies").json()
        listed = api.get(f"{V4}/objects/deals/{deal}/associations/companies").json()
        batch = api.post(f"{DATED}/deals/companies/batch/read", json={"inputs": [{"id": deal}]})
        return ["associations" in one, bool(listed["results"]), batch.status_code == 200]

    assert shown() == [not lag] * 3
    clock.advance(lag)
    assert shown() == [True] * 3


@rule("Dated versions have no list of the associations of one record.", switch="dated_association_list")
@pytest.mark.parametrize(("listed", "status"), [(True, 200), (False, 404)])
def test_the_list_in_dated_versions(portal: Portal, *, listed: bool, status: int) -> None:
    hubspot, api = portal(dated_association_list=listed)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    response = api.get(f"{DATED_OBJECTS}/deals/{deal}/associations/companies")

    assert response.status_code == status
    assert response.text.startswith("<html>") != listed
    assert not listed or response.json()["results"][0]["toObjectId"] == company


@rule("Dated versions answer batches of associations, made or deleted, with 200.", switch="dated_association_statuses")
@pytest.mark.parametrize(("statuses", "told"), [("200", [200, 200, 200]), ("as v4", [201, 204, 204])])
def test_statuses_of_dated_batches(portal: Portal, statuses: str, told: list[int]) -> None:
    hubspot, api = portal(dated_association_statuses=statuses)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 341}]
    typed = {"inputs": [{"from": {"id": deal}, "to": {"id": company}, "types": types}]}
    pairs = {"inputs": [{"from": {"id": deal}, "to": [{"id": company}]}]}

    path = f"{DATED}/deals/companies/batch"
    answers = [
        api.post(f"{path}/create", json=typed),
        api.post(f"{path}/labels/archive", json=typed),
        api.post(f"{path}/archive", json=pairs),
    ]

    assert [answer.status_code for answer in answers] == told


@rule(
    "A batch makes up to 2,000 associations and reads those of up to 1,000 records.",
    Source.HS_ASSOCIATIONS,
)
def test_limits_of_batches(api: httpx.Client) -> None:
    pair = {"from": {"id": "1"}, "to": {"id": "2"}, "types": []}
    path = f"{V4}/associations/deals/companies/batch"

    assert api.post(f"{path}/create", json={"inputs": [pair] * 2000}).status_code == 207
    assert api.post(f"{path}/create", json={"inputs": [pair] * 2001}).status_code == 400
    assert api.post(f"{path}/read", json={"inputs": [{"id": "1"}] * 1000}).status_code == 207
    assert api.post(f"{path}/read", json={"inputs": [{"id": "1"}] * 1001}).status_code == 400


@rule(
    "A batch read of associations gives 500 for each record; `after` in an input asks for the next.",
    Source.HS_ASSOCIATIONS,
)
def test_batch_reads_page(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    tasks = [hubspot.people.creates("tasks", {"hs_task_subject": str(n)}, [("deals", deal)]) for n in range(501)]
    path = f"{V4}/associations/deals/tasks/batch/read"

    (first,) = api.post(path, json={"inputs": [{"id": deal}]}).json()["results"]
    (second,) = api.post(path, json={"inputs": [{"id": deal, **first["paging"]["next"]}]}).json()["results"]

    assert [entry["toObjectId"] for entry in (*first["to"], *second["to"])] == [int(task) for task in tasks]
    assert "paging" not in second
    assert api.post(path, json={"inputs": [{"id": deal, "after": "x"}]}).status_code == 400


@rule("A record is not associated with itself.", Source.HS_ASSOCIATIONS)
def test_not_with_itself(api: httpx.Client, deal: str) -> None:
    assert api.put(f"{V4}/objects/deals/{deal}/associations/default/deals/{deal}").status_code == 400


@rule("Two records of one type are associated in both directions by one type.", Source.HS_ASSOCIATIONS)
def test_records_of_one_type(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    other = hubspot.people.creates("deals", {"dealname": "y"})

    api.put(f"{V4}/objects/deals/{deal}/associations/default/deals/{other}")
    assert hubspot.record("deals", other).associations == {"deals": {deal: [451]}}
    api.delete(f"{V4}/objects/deals/{other}/associations/deals/{deal}")
    assert hubspot.record("deals", deal).associations == {}


@rule("A batch deletes nothing, and says nothing, where a record is not there.", Source.HS_ASSOCIATIONS)
def test_deleting_what_is_not_there(api: httpx.Client, deal: str) -> None:
    gone = {"inputs": [{"from": {"id": deal}, "to": [{"id": "404"}]}]}

    assert api.post(f"{V4}/associations/deals/companies/batch/archive", json=gone).status_code == 204
