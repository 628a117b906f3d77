"""Account details, owners, pipelines."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock


@pytest.mark.parametrize("version", ["v3", "2026-09"])
def test_account_details(api: httpx.Client, version: str) -> None:
    body = api.get(f"/account-info/{version}/details").json()

    assert body["portalId"] == 44000001
    assert (body["timeZone"], body["companyCurrency"]) == ("America/New_York", "USD")
    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == ("-05:00", -18_000_000)


def test_an_offset_of_half_an_hour(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    body = client_of(HubSpot(clock, time_zone="Asia/Kolkata")).get("/account-info/v3/details").json()

    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == ("+05:30", 19_800_000)


def test_owners(hubspot: HubSpot, api: httpx.Client) -> None:
    second = hubspot.add_owner("elaine@vandelay.com", "Elaine", "Benes")

    listed = api.get("/crm/owners/2026-09?limit=1").json()
    assert [owner["firstName"] for owner in listed["results"]] == ["Sam"]
    after = listed["paging"]["next"]["after"]
    assert api.get(f"/crm/v3/owners?limit=1&after={after}").json()["results"][0]["id"] == second
    (found,) = api.get("/crm/v3/owners?email=ELAINE@vandelay.com").json()["results"]
    assert found["id"] == second
    assert api.get(f"/crm/v3/owners/{second}").json() == found
    assert api.get(f"/crm/v3/owners/{found['userId']}?idProperty=userId").json() == found
    assert api.get("/crm/v3/owners/404").status_code == 404


def test_an_owner_who_left(hubspot: HubSpot, api: httpx.Client) -> None:
    owner = hubspot.add_owner("newman@vandelay.com", "Newman", "Post")
    hubspot.portal.owners[owner].archived = True
    deal = {"dealname": "x", "dealstage": "closedwon", "hubspot_owner_id": owner}

    assert api.get(f"/crm/v3/owners/{owner}").status_code == 404
    left = api.get(f"/crm/v3/owners/{owner}?archived=true").json()
    assert (left["userId"], left["userIdIncludingInactive"]) == (None, 75000002)
    assert api.post("/crm/v3/objects/deals", json={"properties": deal}).status_code == 400


def test_pipelines(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])

    first, second = api.get("/crm/pipelines/2026-09/deals").json()["results"]

    assert (first["id"], first["label"]) == ("default", "Sales Pipeline")
    stages = {stage["id"]: stage["metadata"] for stage in first["stages"]}
    assert list(stages) == [
        "appointmentscheduled",
        "qualifiedtobuy",
        "presentationscheduled",
        "decisionmakerboughtin",
        "contractsent",
        "closedwon",
        "closedlost",
    ]
    assert stages["closedlost"] == {"isClosed": "true", "probability": "0.0"}
    assert api.get("/crm/v3/pipelines/deals/148309411").json() == second
    assert api.get("/crm/v3/pipelines/0-3/148309411/stages").json()["results"] == second["stages"]
    assert api.get("/crm/v3/pipelines/deals/148309411/stages/148309412").json() == second["stages"][0]


@pytest.mark.parametrize("path", ["deals/nope", "deals/default/stages/nope", "contacts/default"])
def test_pipelines_that_are_not_there(api: httpx.Client, path: str) -> None:
    assert api.get(f"/crm/v3/pipelines/{path}").status_code == 404
