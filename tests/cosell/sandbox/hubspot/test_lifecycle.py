"""The ends of a record and the ways back: delete, restore, merge, erase."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Refused
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import DATED, V3, Portal
from tests.support.rules import Source, rule


@rule(
    "A deleted record is read and listed with `archived=true` only, and takes no updates; deleting it again is 204.",
    Source.HS_OBJECTS,
)
def test_archived_records_are_read_on_request_only(api: httpx.Client, deal: str) -> None:
    assert api.delete(f"{DATED}/deals/{deal}").status_code == 204
    assert api.delete(f"{DATED}/deals/{deal}").status_code == 204

    assert api.get(f"{DATED}/deals/{deal}").status_code == 404
    archived = api.get(f"{DATED}/deals/{deal}?archived=True").json()
    assert (archived["archived"], archived["archivedAt"]) == (True, "2026-11-24T09:00:00Z")
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "1"}}).status_code == 404
    assert api.get(f"{DATED}/deals").json()["results"] == []
    assert [one["id"] for one in api.get(f"{DATED}/deals?archived=true").json()["results"]] == [deal]


@rule(
    "A merge leaves one record: the winner's values, the loser's where there were none, the associations of both.",
    Source.HS_OBJECTS,
)
def test_a_merge_leaves_one_record(hubspot: HubSpot, api: httpx.Client) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    first = hubspot.people.creates("deals", {"dealname": "a", "amount": "1"})
    second = hubspot.people.creates("deals", {"dealname": "b", "description": "kept"}, [("companies", company)])

    merged = api.post(f"{DATED}/deals/merge", json={"primaryObjectId": first, "objectIdToMerge": second}).json()

    assert merged["id"] not in {first, second}
    properties = hubspot.record("deals", merged["id"]).properties
    assert (properties["dealname"], properties["amount"], properties["description"]) == ("a", "1", "kept")
    assert hubspot.record("deals", merged["id"]).associations["companies"] == {company: [5, 341]}
    assert len(hubspot.records("deals")) == 1


@rule("A deal with two contacts has one when they are merged, and counts one.", Source.HS_OBJECTS)
def test_a_deal_counts_merged_contacts_once(hubspot: HubSpot) -> None:
    contacts = [hubspot.people.creates("contacts", {"firstname": name}) for name in ("Art", "Arthur")]
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact) for contact in contacts])

    merged = hubspot.people.merges("contacts", *contacts)

    assert list(hubspot.record("deals", deal).associations["contacts"]) == [merged]
    assert hubspot.record("deals", deal).properties["num_associated_contacts"] == "1"


@rule("Only deals, contacts and companies can be merged, two that are there and not the same.", Source.HS_OBJECTS)
@pytest.mark.parametrize(
    ("type_", "pair", "status"),
    [
        *((type_, ("1", "2"), 400) for type_ in ("products", "line_items", "tasks", "notes")),
        *((type_, ("1", "2"), 404) for type_ in ("deals", "contacts", "companies")),
        ("deals", ("31000000001",) * 2, 400),
    ],
)
def test_a_merge_that_cannot_be(
    hubspot: HubSpot, api: httpx.Client, type_: str, pair: tuple[str, str], status: int
) -> None:
    hubspot.people.creates("deals", {"dealname": "x"})

    response = api.post(f"{DATED}/{type_}/merge", json={"primaryObjectId": pair[0], "objectIdToMerge": pair[1]})

    assert response.status_code == status


@rule("A GDPR deletion leaves nothing of a contact, found by id or by e-mail.", Source.HS_CONTACTS)
def test_gdpr_deletion_leaves_nothing(hubspot: HubSpot, api: httpx.Client) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact)])

    body = {"objectId": "art@vandelay.com", "idProperty": "email"}
    assert api.post(f"{V3}/contacts/gdpr-delete", json=body).status_code == 204

    assert hubspot.records("contacts") == []
    assert api.get(f"{V3}/contacts/{contact}?archived=true").status_code == 404
    assert hubspot.record("deals", deal).associations == {}
    assert api.post(f"{V3}/contacts/gdpr-delete", json=body).status_code == 404


@rule("A deleted record can be restored for 90 days.", Source.HS_OBJECTS)
def test_restoring(hubspot: HubSpot, api: httpx.Client, clock: Clock, deal: str) -> None:
    hubspot.people.deletes("deals", deal)
    clock.advance(90 * 86_400)
    hubspot.people.restores("deals", deal)
    assert api.get(f"{DATED}/deals/{deal}").json()["archived"] is False

    hubspot.people.deletes("deals", deal)
    clock.advance(90 * 86_400 + 1)
    with pytest.raises(Refused, match="90 days"):
        hubspot.people.restores("deals", deal)


@rule(
    "A unique value that somebody else took meanwhile stays theirs when a record is restored.",
    switch="archived_keeps_unique_value",
)
def test_restoring_a_value_that_was_taken(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.define("deals", "order_id", unique=True)
    first = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})
    hubspot.people.deletes("deals", first)
    second = hubspot.people.creates("deals", {"dealname": "y", "order_id": "O1"})

    hubspot.people.restores("deals", first)

    assert api.get(f"{DATED}/deals/O1?idProperty=order_id").json()["id"] == second


@rule("The record that is left of a merge has the history of both.", Source.HS_UNDERSTANDING)
def test_history_moves_with_a_merge(hubspot: HubSpot, api: httpx.Client, clock: Clock) -> None:
    first = hubspot.people.creates("deals", {"dealname": "a"})
    clock.advance(60)
    second = hubspot.people.creates("deals", {"dealname": "b", "description": "kept"})
    clock.advance(60)

    merged = hubspot.people.merges("deals", first, second)

    history = api.get(f"{DATED}/deals/{merged}?propertiesWithHistory=dealname,description").json()[
        "propertiesWithHistory"
    ]
    assert [(past["value"], past["timestamp"][14:19]) for past in history["dealname"]] == [
        ("a", "02:00"),
        ("b", "01:00"),
        ("a", "00:00"),
    ]
    assert [past["value"] for past in history["description"]] == ["kept"]


@rule("A merge ends in a record with a new id.", Source.HS_WEBHOOKS, switch="merge_makes_new_record")
@pytest.mark.parametrize("new", [True, False])
def test_the_id_after_a_merge(portal: Portal, *, new: bool) -> None:
    hubspot, api = portal(merge_makes_new_record=new)
    hubspot.define("deals", "order_id", unique=True)
    first = hubspot.people.creates("deals", {"dealname": "a", "order_id": "O1"})
    second = hubspot.people.creates("deals", {"dealname": "b", "order_id": "O2", "amount": "2"})

    merged = hubspot.people.merges("deals", first, second)

    assert (merged != first) == new
    assert hubspot.record("deals", merged).properties["amount"] == "2"
    assert api.get(f"{DATED}/deals/o1?idProperty=order_id").json()["id"] == merged
    assert api.get(f"{DATED}/deals/o2?idProperty=order_id").status_code == 404


@rule("An update by an id that was merged away changes the survivor.", switch="merged_ids_take_writes")
@pytest.mark.parametrize(("taken", "status", "amount"), [(True, 200, "1"), (False, 404, None)])
def test_updates_by_merged_ids(portal: Portal, amount: str | None, *, taken: bool, status: int) -> None:
    hubspot, api = portal(merged_ids_take_writes=taken)
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    merged = hubspot.people.merges("deals", first, second)

    assert api.patch(f"{DATED}/deals/{second}", json={"properties": {"amount": "1"}}).status_code == status
    assert hubspot.record("deals", merged).properties["amount"] == amount


@rule("A record is read by an id that was merged away, too.", switch="merged_ids_redirect")
@pytest.mark.parametrize(("redirect", "status"), [(True, 200), (False, 404)])
def test_reads_by_merged_ids(portal: Portal, *, redirect: bool, status: int) -> None:
    hubspot, api = portal(merged_ids_redirect=redirect)
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    merged = hubspot.people.merges("deals", first, second)

    response = api.get(f"{DATED}/deals/{second}")

    assert (response.status_code, response.json().get("id")) == (status, merged if redirect else None)


@rule("Batches say nothing of ids that were merged away.", Source.HS_COMMUNITY, switch="merged_ids_in_batches")
@pytest.mark.parametrize(("told", "status"), [("left out", 200), ("listed as missing", 207)])
@pytest.mark.parametrize("verb", ["read", "update"])
def test_merged_ids_in_batches(portal: Portal, verb: str, *, told: str, status: int) -> None:
    hubspot, api = portal(merged_ids_in_batches=told)
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    hubspot.people.merges("deals", first, second)

    body = {"inputs": [{"id": first, "properties": {"amount": "1"}}]}
    response = api.post(f"{DATED}/deals/batch/{verb}", json=body)

    assert (response.status_code, response.json()["results"]) == (status, [])


@rule("The e-mail of a contact merged away becomes a secondary one.", switch="merged_email_becomes_secondary")
@pytest.mark.parametrize(("kept", "emails", "status"), [(True, "b@v.com;c@v.com", 409), (False, "c@v.com", 201)])
def test_emails_of_merged_contacts(portal: Portal, *, kept: bool, emails: str, status: int) -> None:
    hubspot, api = portal(merged_email_becomes_secondary=kept)
    first = hubspot.people.creates("contacts", {"email": "a@v.com"})
    second = hubspot.people.creates("contacts", {"email": "b@v.com", "hs_additional_emails": "c@v.com"})

    merged = hubspot.people.merges("contacts", first, second)

    properties = hubspot.record("contacts", merged).properties
    assert (properties["email"], properties["hs_additional_emails"]) == ("a@v.com", emails)
    assert api.post(f"{DATED}/contacts", json={"properties": {"email": "b@v.com"}}).status_code == status
    assert api.post(f"{DATED}/contacts", json={"properties": {"email": "c@v.com"}}).status_code == 409


@rule("The e-mail of an erased contact is free.", Source.HS_CONTACTS)
def test_emails_of_erased_contacts(portal: Portal) -> None:
    hubspot, api = portal(archived_keeps_unique_value=True)
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})

    assert api.post(f"{DATED}/contacts/gdpr-delete", json={"objectId": contact}).status_code == 204
    assert api.post(f"{DATED}/contacts", json={"properties": {"email": "art@vandelay.com"}}).status_code == 201


@rule("The record that is left of a merge has the winner's primary company.", Source.HS_UNDERSTANDING)
def test_the_primary_company_after_a_merge(hubspot: HubSpot) -> None:
    mine, other = (hubspot.people.creates("companies", {"name": name}) for name in ("Vandelay", "Kramerica"))
    first = hubspot.people.creates("deals", {"dealname": "a"}, [("companies", mine)])
    second = hubspot.people.creates("deals", {"dealname": "b"}, [("companies", other)])

    merged = hubspot.people.merges("deals", first, second)

    assert hubspot.record("deals", merged).associations == {"companies": {mine: [5, 341], other: [341]}}
