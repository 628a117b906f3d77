"""Account details and owners."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from tests.support.rules import Source, rule


@rule("The account's details name its id, type, time zone, currencies and data centre.", Source.HS_ACCOUNT)
@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_account_details(api: httpx.Client, version: str) -> None:
    body = api.get(f"/account-info/{version}/details").json()

    assert body["portalId"] == 44000001
    assert (body["timeZone"], body["companyCurrency"]) == ("America/New_York", "USD")
    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == ("-05:00", -18_000_000)
    assert (body["accountType"], body["additionalCurrencies"]) == ("STANDARD", [])
    assert (body["uiDomain"], body["dataHostingLocation"]) == ("app.hubspot.com", "na1")


@rule("The offset to UTC is that of the account's time zone now.", Source.HS_ACCOUNT)
def test_an_offset_of_half_an_hour(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    body = client_of(HubSpot(clock, time_zone="Asia/Kolkata")).get("/account-info/v3/details").json()

    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == ("+05:30", 19_800_000)


@rule("Owners are listed page by page, or found by e-mail.", Source.HS_OWNERS)
@pytest.mark.parametrize("base", ["/crm/v3/owners", "/crm/owners/2026-03", "/crm/owners/2026-09/"])
def test_owners(hubspot: HubSpot, api: httpx.Client, base: str) -> None:
    second = hubspot.add_owner("elaine@vandelay.com", "Elaine", "Benes")

    listed = api.get(f"{base}?limit=1").json()
    assert [owner["firstName"] for owner in listed["results"]] == ["Sam"]
    following = listed["paging"]["next"]
    (last,) = api.get(f"{base}{following['link']}&limit=1").json()["results"]
    assert api.get(f"{base}?limit=1&after={following['after']}").json() == {"results": [last]}
    assert api.get(f"{base}?email=ELAINE@vandelay.com").json() == {"results": [last]}
    assert api.get(f"{base}?email=nobody@vandelay.com").json() == {"results": []}
    assert last == {
        "id": second,
        "email": "elaine@vandelay.com",
        "type": "PERSON",
        "firstName": "Elaine",
        "lastName": "Benes",
        "userId": 75000002,
        "userIdIncludingInactive": 75000002,
        "createdAt": "2026-11-24T09:00:00Z",
        "updatedAt": "2026-11-24T09:00:00Z",
        "archived": False,
        "teams": [],
    }


@rule("A page of owners has at most 500.", Source.HS_OWNERS)
@pytest.mark.parametrize(("limit", "status"), [(500, 200), (501, 400), (0, 400)])
def test_the_longest_page_of_owners(api: httpx.Client, limit: int, status: int) -> None:
    assert api.get(f"/crm/v3/owners?limit={limit}").status_code == status


@rule("One owner is read by its id, or by the id of its user, which is another.", Source.HS_OWNERS)
def test_an_owner(hubspot: HubSpot, api: httpx.Client) -> None:
    owner = hubspot.add_owner("elaine@vandelay.com", "Elaine", "Benes")

    found = api.get(f"/crm/v3/owners/{owner}").json()

    assert found["id"] == owner != str(found["userId"])
    assert api.get(f"/crm/owners/2026-09/{found['userId']}?idProperty=userId").json() == found
    assert api.get(f"/crm/v3/owners/{owner}?idProperty=id").json() == found
    assert api.get(f"/crm/v3/owners/{found['userId']}").status_code == 404
    assert api.get(f"/crm/v3/owners/{owner}?idProperty=email").status_code == 400


@rule("An archived owner has no user id any more, and is read and listed with `archived=true` only.", Source.HS_OWNERS)
def test_an_owner_who_left(hubspot: HubSpot, api: httpx.Client) -> None:
    owner = hubspot.add_owner("newman@vandelay.com", "Newman", "Post")
    hubspot.admin.archives_owner(owner)

    assert api.get(f"/crm/v3/owners/{owner}").status_code == 404
    left = api.get(f"/crm/v3/owners/{owner}?archived=true").json()
    assert (left["userId"], left["userIdIncludingInactive"]) == (None, 75000002)
    assert api.get("/crm/v3/owners?archived=true").json() == {"results": [left]}
    assert len(api.get("/crm/v3/owners").json()["results"]) == 1
