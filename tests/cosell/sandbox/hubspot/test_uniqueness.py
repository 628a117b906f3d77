"""Unique values and e-mail addresses: whose they are, and when they are free."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import DATED, DEAL, Portal
from tests.support.rules import Source, rule


@rule(
    "`idProperty` finds a record by the value of a unique property, and refuses properties that are not unique.",
    Source.HS_OBJECTS,
)
def test_a_unique_value_finds_its_record(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.define("deals", "order_id", unique=True)
    created = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).json()

    assert api.get(f"{DATED}/deals/o1?idProperty=order_id").json()["id"] == created["id"]
    assert api.get(f"{DATED}/deals/O2?idProperty=order_id").status_code == 404
    assert api.get(f"{DATED}/deals/x?idProperty=dealname").status_code == 400


@rule(
    "A unique value that another record has is refused with 400 and the id of that record.",
    Source.HS_PROPERTIES,
    Source.HS_COMMUNITY,
)
def test_a_unique_value_belongs_to_one_record(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "order_id", unique=True)
    owner = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O123"}}).json()["id"]

    response = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"order_id": "o123"}})

    assert response.status_code == 400
    body = response.json()
    assert body["category"] == "VALIDATION_ERROR"
    assert body["message"] == (
        "Cannot set PropertyValueCoordinates{portalId=44000001, objectTypeId=ObjectTypeId{legacyObjectType=DEAL}, "
        f"propertyName=order_id, value=o123}} on {deal}. {owner} already has that value."
    )
    again = api.patch(f"{DATED}/deals/{owner}", json={"properties": {"order_id": "O123"}})
    assert again.status_code == 200


@rule("A contact's e-mail that another contact has is refused with 409 and the id of that contact.", Source.HS_CONTACTS)
def test_a_contacts_email_is_unique_with_a_conflict_of_its_own(api: httpx.Client) -> None:
    first = api.post(f"{DATED}/contacts", json={"properties": {"email": "art@vandelay.com"}}).json()["id"]

    response = api.post(f"{DATED}/contacts", json={"properties": {"email": "Art@Vandelay.com"}})

    assert response.status_code == 409
    assert response.json()["message"] == f"Contact already exists. Existing ID: {first}"
    assert response.json()["category"] == "CONFLICT"


@rule("Two companies may have the same domain.", Source.HS_COMPANIES)
def test_company_domains_are_not_unique(api: httpx.Client) -> None:
    created = [api.post(f"{DATED}/companies", json={"properties": {"domain": "vandelay.com"}}) for _ in range(2)]

    assert [response.status_code for response in created] == [201, 201]


@rule("A unique value that was cleared is free.", Source.HS_PROPERTIES)
def test_a_cleared_value_is_free(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "order_id", unique=True)
    owner = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})

    api.patch(f"{DATED}/deals/{owner}", json={"properties": {"order_id": ""}})

    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"order_id": "O1"}}).status_code == 200


@rule("The unique values of a deleted record are free.", switch="archived_keeps_unique_value")
@pytest.mark.parametrize(("kept", "status"), [(True, 400), (False, 201)])
def test_values_of_archived_records(portal: Portal, *, kept: bool, status: int) -> None:
    hubspot, api = portal(archived_keeps_unique_value=kept)
    hubspot.define("deals", "order_id", unique=True)
    deal = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})
    hubspot.people.deletes("deals", deal)

    assert api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).status_code == status


@rule(
    "Unique values that differ in case alone are the same value.",
    Source.HS_COMMUNITY,
    switch="unique_values_ignore_case",
)
@pytest.mark.parametrize(("ignored", "status"), [(True, 400), (False, 201)])
def test_case(portal: Portal, *, ignored: bool, status: int) -> None:
    hubspot, api = portal(unique_values_ignore_case=ignored)
    hubspot.define("deals", "order_id", unique=True)
    hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})

    assert api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "o1"}}).status_code == status


@rule("The refusal of a unique value that is taken has no code.", Source.HS_ERRORS, switch="unique_conflict_has_code")
@pytest.mark.parametrize(("coded", "codes"), [(True, ["CONFLICTING_UNIQUE_VALUE"]), (False, [])])
def test_the_code_of_a_conflict(portal: Portal, *, coded: bool, codes: list[str]) -> None:
    hubspot, api = portal(unique_conflict_has_code=coded)
    hubspot.define("deals", "order_id", unique=True)
    owner = hubspot.people.creates("deals", {"dealname": "x", "order_id": "O1"})

    body = api.post(f"{DATED}/deals", json={"properties": {**DEAL, "order_id": "O1"}}).json()

    assert [error["code"] for error in body.get("errors", [])] == codes
    assert f"{owner} already has that value" in body["message"]


@rule("The secondary e-mails of a contact are taken like its first one.", Source.HS_CONTACTS)
def test_secondary_emails_are_taken(hubspot: HubSpot, api: httpx.Client) -> None:
    art = hubspot.people.creates("contacts", {"email": "art@vandelay.com", "hs_additional_emails": "a@v.com;b@v.com"})
    conflict = f"Contact already exists. Existing ID: {art}"

    for properties in ({"email": "B@v.com"}, {"email": "kel@v.com", "hs_additional_emails": "art@vandelay.com"}):
        refused = api.post(f"{DATED}/contacts", json={"properties": properties})
        assert (refused.status_code, refused.json()["message"]) == (409, conflict)

    api.patch(f"{DATED}/contacts/{art}", json={"properties": {"hs_additional_emails": "a@v.com"}})
    assert api.post(f"{DATED}/contacts", json={"properties": {"email": "b@v.com"}}).status_code == 201
    assert api.post(f"{DATED}/contacts", json={"properties": {"email": "a@v.com"}}).status_code == 409


@rule("Each secondary e-mail must look like one.", Source.HS_CONTACTS)
def test_secondary_emails_look_like_emails(api: httpx.Client) -> None:
    properties = {"email": "art@vandelay.com", "hs_additional_emails": "kel@vandelay.com;kel"}

    refused = api.post(f"{DATED}/contacts", json={"properties": properties})

    assert refused.json()["errors"][0]["code"] == "INVALID_EMAIL"
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["hs_additional_emails"]}


@rule("A contact is not found by a secondary e-mail.", switch="secondary_email_finds")
@pytest.mark.parametrize(("finds", "status"), [(True, 200), (False, 404)])
def test_looking_for_secondary_emails(portal: Portal, *, finds: bool, status: int) -> None:
    hubspot, api = portal(secondary_email_finds=finds)
    hubspot.people.creates("contacts", {"email": "art@vandelay.com", "hs_additional_emails": "a@v.com"})

    assert api.get(f"{DATED}/contacts/a@v.com?idProperty=email").status_code == status
    assert api.get(f"{DATED}/contacts/Art@vandelay.com?idProperty=email").status_code == 200
