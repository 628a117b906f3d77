"""Property groups."""

from __future__ import annotations

import httpx
import pytest

from tests.support.rules import Source, rule

V3 = "/crm/v3/properties/deals/groups"
DATED = "/crm/properties/2026-09/deals/groups"
GROUP = {"name": "referrals", "label": "Referrals", "displayOrder": 2}


@rule("Groups of properties are created, read, listed, relabelled and deleted.", Source.HS_PROPERTIES)
@pytest.mark.parametrize("base", [V3, DATED, "/crm/properties/2026-03/0-3/groups"])
def test_a_group_from_start_to_end(api: httpx.Client, base: str) -> None:
    created = api.post(base, json=GROUP)
    assert (created.status_code, created.json()) == (201, {**GROUP, "archived": False})
    assert created.headers["location"] == f"https://api.hubapi.com{base}/referrals"
    assert api.get(f"{base}/referrals").json() == created.json()

    assert api.patch(f"{base}/referrals", json={"label": "From AWS"}).json()["label"] == "From AWS"
    assert {group["name"] for group in api.get(base).json()["results"]} == {"dealinformation", "referrals"}

    assert api.delete(f"{base}/referrals").status_code == 204
    assert api.get(f"{base}/referrals").status_code == 404
    assert api.delete(f"{base}/referrals").status_code == 404
    assert api.post(base, json=GROUP).status_code == 201


@rule("A group name that exists is a 409.", Source.HS_PROPERTIES, Source.HS_COMMUNITY)
def test_a_name_that_exists_is_a_conflict(api: httpx.Client) -> None:
    api.post(V3, json=GROUP)

    response = api.post(V3, json=GROUP)

    assert (response.status_code, response.json()["category"]) == (409, "OBJECT_ALREADY_EXISTS")


@rule("A group cannot be deleted while it has properties that are not archived.", Source.HS_COMMUNITY)
def test_a_group_in_use_stays(api: httpx.Client) -> None:
    response = api.delete(f"{V3}/dealinformation")

    assert response.status_code == 400
    assert response.json()["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"

    api.post(V3, json=GROUP)
    definition = {"name": "a", "label": "A", "groupName": "referrals", "type": "string", "fieldType": "text"}
    api.post("/crm/v3/properties/deals", json=definition)
    assert api.delete(f"{V3}/referrals").status_code == 400
    api.delete("/crm/v3/properties/deals/a")
    assert api.delete(f"{V3}/referrals").status_code == 204


@rule("A group needs a name and a label.", Source.HS_PROPERTIES)
def test_name_and_label_are_needed(api: httpx.Client) -> None:
    response = api.post(V3, json={"name": "referrals"})

    assert (response.status_code, response.json()["message"]) == (400, "Some required fields were not set: [label]")
