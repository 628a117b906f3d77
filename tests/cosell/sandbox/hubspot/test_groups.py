"""Property groups."""

from __future__ import annotations

import httpx

V3 = "/crm/v3/properties/deals/groups"
GROUP = {"name": "referrals", "label": "Referrals", "displayOrder": 2}


def test_a_group_from_start_to_end(api: httpx.Client) -> None:
    created = api.post(V3, json=GROUP)
    assert (created.status_code, created.json()) == (201, {**GROUP, "archived": False})
    assert api.get(f"/crm/properties/2026-09/deals/groups/{GROUP['name']}").json() == created.json()

    assert api.patch(f"{V3}/referrals", json={"label": "From AWS"}).json()["label"] == "From AWS"
    assert {group["name"] for group in api.get(V3).json()["results"]} == {"dealinformation", "referrals"}

    assert api.delete(f"{V3}/referrals").status_code == 204
    assert api.get(f"{V3}/referrals").status_code == 404


def test_a_name_that_exists_is_a_conflict(api: httpx.Client) -> None:
    api.post(V3, json=GROUP)

    response = api.post(V3, json=GROUP)

    assert (response.status_code, response.json()["category"]) == (409, "OBJECT_ALREADY_EXISTS")


def test_a_group_in_use_stays(api: httpx.Client) -> None:
    response = api.delete(f"{V3}/dealinformation")

    assert response.status_code == 400
    assert response.json()["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"


def test_name_and_label_are_needed(api: httpx.Client) -> None:
    response = api.post(V3, json={"name": "referrals"})

    assert (response.status_code, response.json()["message"]) == (400, "Some required fields were not set: [label]")
