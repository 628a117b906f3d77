"""Search: filters, sorting, limits, lag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

SEARCH = "/crm/objects/2026-09/deals/search"


@pytest.fixture
def api(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> httpx.Client:
    """Four deals: alpha 100, Beta 20 (won), gamma without amount, and an archived one."""
    hubspot = HubSpot(clock, switches=Switches(limits=False))
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    hubspot.people.creates("deals", {"dealname": "alpha one", "amount": "100", "closedate": "2026-12-01"})
    hubspot.people.creates("deals", {"dealname": "Beta", "amount": "20", "dealstage": "closedwon"})
    hubspot.people.creates("deals", {"dealname": "gamma"}, [("companies", company)])
    hubspot.people.deletes("deals", hubspot.people.creates("deals", {"dealname": "delta", "amount": "5"}))
    return client_of(hubspot)


def names(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [deal["properties"]["dealname"] for deal in response.json()["results"]]


def one(name: str, operator: str, **members: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **members}]}]}


@rule("A search filters by any property with one of 13 operators; only enumerations heed case.", Source.HS_SEARCH)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["alpha one", "Beta", "gamma"]),
        (one("dealname", "EQ", value="beta"), ["Beta"]),
        (one("dealname", "NEQ", value="beta"), ["alpha one", "gamma"]),
        (one("dealstage", "EQ", value="CLOSEDWON"), []),
        (one("dealname", "IN", values=["beta"]), ["Beta"]),
        (one("dealname", "IN", values=["Beta"]), []),
        (one("dealname", "NOT_IN", values=["Beta"]), ["alpha one", "Beta", "gamma"]),
        (one("dealstage", "IN", values=["closedwon"]), ["Beta"]),
        (one("dealstage", "NOT_IN", values=["closedwon"]), ["alpha one", "gamma"]),
        (one("amount", "GT", value="20"), ["alpha one"]),
        (one("amount", "GTE", value="20"), ["alpha one", "Beta"]),
        (one("amount", "LT", value="100"), ["Beta"]),
        (one("amount", "LTE", value="100"), ["alpha one", "Beta"]),
        (one("amount", "BETWEEN", value="10", highValue="30"), ["Beta"]),
        (one("amount", "HAS_PROPERTY"), ["alpha one", "Beta"]),
        (one("amount", "NOT_HAS_PROPERTY"), ["gamma"]),
        (one("dealname", "CONTAINS_TOKEN", value="al*"), ["alpha one"]),
        (one("dealname", "CONTAINS_TOKEN", value="alpha"), ["alpha one"]),
        (one("dealname", "NOT_CONTAINS_TOKEN", value="one"), ["Beta", "gamma"]),
        (one("closedate", "LT", value="1798675200000"), ["alpha one"]),
        (one("closedate", "EQ", value="2026-12-01"), ["alpha one"]),
        (one("associations.company", "EQ", value="11000000001"), ["gamma"]),
        (one("associations.company", "NEQ", value="11000000001"), ["alpha one", "Beta"]),
    ],
)
def test_filters(api: httpx.Client, query: dict[str, Any], found: list[str]) -> None:
    assert names(api.post(SEARCH, json=query)) == found


@rule("`query` finds records where each of its words begins a word of certain properties.", Source.HS_SEARCH)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"query": "BET"}, ["Beta"]),
        ({"query": "eta"}, []),
        ({"query": "one alp"}, ["alpha one"]),
        ({"query": "alpha beta"}, []),
        ({"query": "100"}, []),
        ({"query": "closedw"}, ["Beta"]),
    ],
)
def test_words(api: httpx.Client, query: dict[str, Any], found: list[str]) -> None:
    assert names(api.post(SEARCH, json=query)) == found


@rule("A search sorts by one property, in either direction.", Source.HS_SEARCH)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sorts": [{"propertyName": "amount", "direction": "DESCENDING"}]}, ["alpha one", "Beta", "gamma"]),
        ({"sorts": ["dealname"]}, ["alpha one", "Beta", "gamma"]),
        ({"sorts": [{"propertyName": "amount", "direction": "ASCENDING"}]}, ["Beta", "alpha one", "gamma"]),
    ],
)
def test_sorting(api: httpx.Client, query: dict[str, Any], found: list[str]) -> None:
    assert names(api.post(SEARCH, json=query)) == found


@rule("In CONTAINS_TOKEN a `*` stands for any part of a word, of an e-mail address too.", Source.HS_SEARCH)
@pytest.mark.parametrize(
    ("token", "total"), [("*@vandelay.com", 1), ("art.*", 1), ("*vandelay*", 1), ("*@kramer.com", 0)]
)
def test_wildcards(portal: Portal, token: str, total: int) -> None:
    hubspot, api = portal()
    hubspot.people.creates("contacts", {"email": "art.vandelay@vandelay.com"})

    search = one("email", "CONTAINS_TOKEN", value=token)
    assert api.post("/crm/v3/objects/contacts/search", json=search).json()["total"] == total


@rule("Filter groups are alternatives; the filters of a group all hold.", Source.HS_SEARCH)
def test_groups_are_alternatives_and_filters_all_hold(api: httpx.Client) -> None:
    won = {"propertyName": "dealstage", "operator": "EQ", "value": "closedwon"}
    rich = {"propertyName": "amount", "operator": "GT", "value": "50"}

    assert names(api.post(SEARCH, json={"filterGroups": [{"filters": [won, rich]}]})) == []
    both = {"filterGroups": [{"filters": [won]}, {"filters": [rich]}]}
    assert names(api.post(SEARCH, json=both)) == ["alpha one", "Beta"]


@rule("A search pages by offset, without links.", Source.HS_SEARCH)
def test_pages_by_offset(api: httpx.Client) -> None:
    first = api.post(SEARCH, json={"limit": 2}).json()

    assert (first["total"], first["paging"]) == (3, {"next": {"after": "2"}})
    second = api.post(SEARCH, json={"limit": 2, "after": "2", "properties": ["amount"]}).json()
    assert [set(deal["properties"]) for deal in second["results"]] == [
        {"amount", "createdate", "hs_lastmodifieddate", "hs_object_id"}
    ]
    assert "paging" not in second


FILTER = {"propertyName": "amount", "operator": "HAS_PROPERTY"}


def filters(*numbers: int) -> dict[str, Any]:
    """Groups of so many filters each."""
    return {"filterGroups": [{"filters": [FILTER] * number} for number in numbers]}


@rule(
    "A search has at most 5 groups of 6 filters, 18 in all, one sort, pages of 200, 10,000 results.", Source.HS_SEARCH
)
@pytest.mark.parametrize(
    ("most", "more", "message"),
    [
        (filters(1, 1, 1, 1, 1), filters(1, 1, 1, 1, 1, 1), "too many filterGroups (count: 6, max allowed: 5)"),
        (filters(6), filters(7), "(count: 7, max allowed: 6)"),
        (filters(6, 6, 6), filters(6, 6, 6, 1), "(count: 19, max allowed: 18)"),
        ({"sorts": ["amount"]}, {"sorts": ["amount", "dealname"]}, "Only one sort"),
        ({"limit": 200}, {"limit": 201}, "limit must be a number from 1 to 200"),
        ({"limit": 1}, {"limit": 0}, "limit must be a number from 1 to 200"),
        ({"after": "9800", "limit": 200}, {"after": "9801", "limit": 200}, "10000"),
        ({"after": "9999", "limit": 1}, {"after": "10000", "limit": 1}, "10000"),
    ],
)
def test_limits(api: httpx.Client, most: dict[str, Any], more: dict[str, Any], message: str) -> None:
    assert api.post(SEARCH, json=most).status_code == 200
    refused = api.post(SEARCH, json=more)
    assert (refused.status_code, message in refused.json()["message"]) == (400, True)


@rule("The body of a search has at most 3,000 characters, not bytes.", Source.HS_SEARCH)
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_the_longest_search(api: httpx.Client, letter: str) -> None:
    bodies = [f'{{"query":"{letter * length}"}}' for length in (3000 - 12, 3000 - 11)]

    assert [len(body) for body in bodies] == [3000, 3001]
    assert [api.post(SEARCH, content=body).status_code for body in bodies] == [200, 400]


@rule("A search names properties that exist, and gives each operator the values that it takes.", Source.HS_SEARCH)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": True}, "limit"),
        ({"after": "x"}, "after must be a number"),
        ({"sorts": ["nope"]}, "nope"),
        (one("nope", "EQ", value="1"), "nope"),
        (one("amount", "LIKE", value="1"), "LIKE"),
        (one("amount", "EQ"), "value"),
        (one("amount", "IN", value="1"), "values"),
        (one("amount", "BETWEEN", value="1"), "highValue"),
        (one("amount", "GT", value="x"), "not a value of amount"),
        (one("associations.company", "GT", value="1"), "GT"),
        ({"filterGroups": [{}]}, "filters"),
        ({"filterGroups": "x"}, "filterGroups"),
    ],
)
def test_what_is_refused(api: httpx.Client, query: dict[str, Any], message: str) -> None:
    response = api.post(SEARCH, json=query)

    assert response.status_code == 400
    assert message in response.json()["message"]


@rule("A search may show the records as they were a while ago.", Source.HS_SEARCH, switch="search_lag")
def test_the_index_lags(clock: Clock, portal: Portal) -> None:
    hubspot, api = portal(search_lag=30)
    deal = hubspot.people.creates("deals", {"dealname": "old name"})

    assert names(api.post(SEARCH, json={})) == []
    clock.advance(30)
    hubspot.people.edits("deals", deal, {"dealname": "new name"})
    assert names(api.post(SEARCH, json=one("dealname", "EQ", value="old name"))) == ["old name"]
    clock.advance(30)
    hubspot.people.deletes("deals", deal)
    assert names(api.post(SEARCH, json={})) == ["new name"]
    clock.advance(30)
    assert names(api.post(SEARCH, json={})) == []


@rule("The index lags behind new associations as well.", Source.HS_SEARCH, switch="search_lag")
def test_associations_in_the_index_lag(clock: Clock, portal: Portal) -> None:
    hubspot, api = portal(search_lag=30)
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    clock.advance(30)
    hubspot.people.associates("deals", deal, "companies", company)
    search = one("associations.company", "EQ", value=company)

    assert names(api.post(SEARCH, json=search)) == []
    clock.advance(30)
    assert names(api.post(SEARCH, json=search)) == ["x"]


@rule(
    "NEQ, NOT_IN and NOT_CONTAINS_TOKEN do not find records that have no value.", switch="search_negatives_find_empty"
)
@pytest.mark.parametrize(("found", "deals"), [(True, ["without"]), (False, [])])
@pytest.mark.parametrize(
    "search",
    [
        one("description", "NEQ", value="a"),
        one("description", "NOT_IN", values=["a"]),
        one("description", "NOT_CONTAINS_TOKEN", value="a"),
    ],
)
def test_negatives(portal: Portal, search: dict[str, Any], *, found: bool, deals: list[str]) -> None:
    hubspot, api = portal(search_negatives_find_empty=found)
    hubspot.people.creates("deals", {"dealname": "without"})
    hubspot.people.creates("deals", {"dealname": "with", "description": "b"})

    assert names(api.post(SEARCH, json=search)) == [*deals, "with"]


@rule("A search gives 10 records where no limit is asked for.", Source.HS_SEARCH)
def test_the_usual_page(portal: Portal) -> None:
    hubspot, api = portal()
    for number in range(11):
        hubspot.people.creates("deals", {"dealname": str(number)})

    answer = api.post(SEARCH, json={}).json()

    assert (len(answer["results"]), answer["total"], answer["paging"]) == (10, 11, {"next": {"after": "10"}})
