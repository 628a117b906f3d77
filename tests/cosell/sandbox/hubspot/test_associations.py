"""Associations: both directions, defaults and types, single and in batches."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.hubspot.links import TYPES
from cosell.sandbox.stepfunctions.clock import Clock

V4 = "/crm/v4"
DATED_OBJECTS = "/crm/objects/2026-09"
DATED = "/crm/associations/2026-09"


@pytest.fixture
def deal(hubspot: HubSpot) -> str:
    return hubspot.people.creates("deals", {"dealname": "x"})


@pytest.fixture
def company(hubspot: HubSpot) -> str:
    return hubspot.people.creates("companies", {"name": "Vandelay"})


def test_every_type_has_its_inverse() -> None:
    for link in TYPES.values():
        back = TYPES[link.inverse]
        assert (back.origin, back.target, back.inverse) == (link.target, link.origin, link.id)


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


def test_the_first_company_becomes_primary(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    other = hubspot.people.creates("companies", {"name": "Kramerica"})
    for id_ in (company, other):
        api.put(f"{DATED_OBJECTS}/deals/{deal}/associations/default/companies/{id_}")

    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341], other: [341]}}
    assert hubspot.record("companies", company).associations == {"deals": {deal: [6, 342]}}


def test_seen_from_the_company_too(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    api.put(f"{V4}/objects/companies/{company}/associations/default/deals/{deal}")

    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


def test_no_company_becomes_primary_by_itself_where_the_switch_says_so(
    clock: Clock, client_of: Callable[[HubSpot], httpx.Client]
) -> None:
    hubspot = HubSpot(clock, switches=Switches(first_company_is_primary=False))
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    client_of(hubspot).put(f"{V4}/objects/deals/{deal}/associations/default/companies/{company}")

    assert hubspot.record("deals", deal).associations == {"companies": {company: [341]}}


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
        "fromObjectId": deal,
        "toObjectTypeId": "0-2",
        "toObjectId": other,
        "labels": ["Primary"],
    }
    assert hubspot.record("deals", deal).associations == {"companies": {company: [341], other: [5, 341]}}


def test_delete_takes_every_association_of_the_pair(
    hubspot: HubSpot, api: httpx.Client, deal: str, company: str
) -> None:
    hubspot.people.associates("deals", deal, "companies", company)

    for _ in range(2):
        assert api.delete(f"{V4}/objects/deals/{deal}/associations/companies/{company}").status_code == 204
    assert hubspot.record("deals", deal).associations == {}
    assert hubspot.record("companies", company).associations == {}


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


def test_products_have_no_associations(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    product = hubspot.people.creates("products", {"name": "Support"})

    assert api.put(f"{V4}/objects/deals/{deal}/associations/default/products/{product}").status_code == 400


@pytest.mark.parametrize("types", [[], "x", [{"associationTypeId": 342}], [{"associationTypeId": "x"}], [{}]])
def test_a_type_must_fit_the_direction(api: httpx.Client, deal: str, company: str, types: object) -> None:
    assert api.put(f"{V4}/objects/deals/{deal}/associations/companies/{company}", json=types).status_code == 400


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


def test_batches_of_associations(hubspot: HubSpot, api: httpx.Client, deal: str, company: str) -> None:
    pair = {"from": {"id": deal}, "to": {"id": company}}

    made = api.post(f"{DATED}/deals/companies/batch/associate/default", json={"inputs": [pair]})
    assert (made.status_code, len(made.json()["results"])) == (200, 2)
    gone = {"inputs": [{"from": {"id": deal}, "to": [{"id": company}]}]}
    assert api.post(f"{DATED}/deals/companies/batch/archive", json=gone).status_code == 204
    assert hubspot.record("deals", deal).associations == {}

    typed = {**pair, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]}
    missing = {**typed, "to": {"id": "404"}}
    mixed = api.post(f"{DATED}/deals/companies/batch/create", json={"inputs": [typed, missing]})
    assert mixed.status_code == 207
    assert mixed.json()["errors"][0]["context"]["INVALID_OBJECT_IDS"] == [deal, "404"]
    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


def test_labels(api: httpx.Client) -> None:
    assert api.get(f"{DATED}/deals/companies/labels").json()["results"] == [
        {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
        {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
    ]


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


def test_archived_ends_are_hidden_and_come_back(hubspot: HubSpot, deal: str, company: str) -> None:
    hubspot.people.associates("deals", deal, "companies", company)

    hubspot.people.deletes("companies", company)
    assert hubspot.record("deals", deal).associations == {}
    hubspot.people.restores("companies", company)
    assert hubspot.record("deals", deal).associations == {"companies": {company: [5, 341]}}


def test_reads_of_associations_may_lag(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    hubspot = HubSpot(clock, switches=Switches(association_lag=0.5))
    api = client_of(hubspot)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert "associations" not in api.get(f"{DATED_OBJECTS}/deals/{deal}?associations=companies").json()
    clock.advance(0.5)
    assert "associations" in api.get(f"{DATED_OBJECTS}/deals/{deal}?associations=companies").json()
