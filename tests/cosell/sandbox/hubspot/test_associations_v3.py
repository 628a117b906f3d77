"""Associations of a single type, which v3 still has."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.support.rules import Source, rule


@pytest.fixture
def deal(hubspot: HubSpot) -> str:
    return hubspot.people.creates("deals", {"dealname": "x"})


@rule(
    "In v3 an association is made and deleted by the number or the name of its type.",
    Source.HS_NOTES,
    Source.HS_TASKS,
)
@pytest.mark.parametrize("named", ["214", "note_to_deal"])
def test_one_type_in_v3(hubspot: HubSpot, api: httpx.Client, deal: str, named: str) -> None:
    note = hubspot.people.creates("notes", {"hs_note_body": "AWS called"})
    path = f"/crm/v3/objects/notes/{note}/associations/deals/{deal}/{named}"

    made = api.put(path)

    assert (made.status_code, made.json()["id"]) == (200, note)
    assert made.json()["associations"] == {"deals": {"results": [{"id": deal, "type": "note_to_deal"}]}}
    assert [api.delete(path).status_code for _ in range(2)] == [204, 204]
    assert hubspot.record("notes", note).associations == {}
    assert api.put(path.replace(named, "213")).status_code == 400
    assert api.put(path.replace(deal, "404")).status_code == 404


@rule("Deleting one type in v3 leaves the others of the pair.", Source.HS_ASSOCIATIONS)
def test_deleting_one_type_in_v3(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    hubspot.people.associates("deals", deal, "companies", company)

    api.delete(f"/crm/v3/objects/deals/{deal}/associations/companies/{company}/deal_to_company")

    assert hubspot.record("deals", deal).associations == {"companies": {company: [341]}}
