"""What a write must hold: required properties, stages, owners, and properties that go together."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import DATED, DEAL, V3, Portal
from tests.support.rules import Source, rule


@rule(
    "A create needs a contact's e-mail or name, a company's name or domain, a product's name, a task's or note's time.",
    Source.HS_CONTACTS,
    Source.HS_COMPANIES,
    Source.HS_PRODUCTS,
    Source.HS_TASKS,
    Source.HS_NOTES,
)
@pytest.mark.parametrize(
    ("type_", "properties", "missing"),
    [
        ("contacts", {"phone": "1"}, "email"),
        ("companies", {"city": "Berlin"}, "name"),
        ("products", {"price": "1"}, "name"),
        ("tasks", {"hs_task_subject": "Call"}, "hs_timestamp"),
        ("notes", {"hs_note_body": "Called"}, "hs_timestamp"),
    ],
)
def test_required_properties(api: httpx.Client, type_: str, properties: dict[str, str], missing: str) -> None:
    response = api.post(f"{DATED}/{type_}", json={"properties": properties})

    assert response.status_code == 400
    body = response.json()
    assert body["category"] == "VALIDATION_ERROR"
    assert body["message"].endswith(". Some required properties were not set.")
    assert body["context"] == {"properties": [missing]}


@rule(
    "Properties that admins require are required by the API from version 2026-09 on, and by none before.",
    Source.HS_CHANGELOG,
)
def test_what_admins_require_counts_from_2026_09_on(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.define("deals", "segment", required=True)

    refused = api.post(f"{DATED}/deals", json={"properties": DEAL})
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "message": "A value for segment must be provided",
            "code": "MISSING_REQUIRED_PROPERTY",
            "context": {"propertyName": ["segment"]},
        }
    ]
    assert api.post("/crm/objects/2026-03/deals", json={"properties": DEAL}).status_code == 201
    assert api.post(f"{V3}/deals", json={"properties": DEAL}).status_code == 201


@rule("A new deal needs a name and a stage.", Source.HS_DEALS, switch="deals_need_name_and_stage")
@pytest.mark.parametrize(("needed", "status"), [(True, 400), (False, 201)])
@pytest.mark.parametrize(
    ("properties", "missing"),
    [({}, ["dealname", "dealstage"]), ({"dealname": "x"}, ["dealstage"]), ({"dealstage": "closedwon"}, ["dealname"])],
)
def test_a_deal_in_part(
    portal: Portal, properties: dict[str, str], missing: list[str], *, needed: bool, status: int
) -> None:
    _, api = portal(deals_need_name_and_stage=needed)

    response = api.post(f"{V3}/deals", json={"properties": properties})

    assert response.status_code == status
    assert response.json().get("context") == ({"properties": missing} if needed else None)


@rule(
    "A stage of another pipeline is refused unless the pipeline is set with it.",
    Source.HS_PIPELINES,
    switch="stage_of_other_pipeline",
)
@pytest.mark.parametrize(("behaviour", "refused"), [("refused", [["dealstage"]]), ("accepted", [])])
def test_a_stage_must_be_of_the_deals_pipeline(portal: Portal, behaviour: str, refused: list[list[str]]) -> None:
    hubspot, api = portal(stage_of_other_pipeline=behaviour)
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    alone = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"dealstage": "148309412"}})
    assert alone.status_code == (400 if refused else 200)
    assert [error["context"]["propertyName"] for error in alone.json().get("errors", [])] == refused

    both = {"dealstage": "148309412", "pipeline": "148309411"}
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": both}).status_code == 200
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "3"}}).status_code == 200


@rule("A deal made without pipeline is in that of its stage.", Source.HS_DEALS)
def test_a_new_deal_takes_its_pipeline_from_the_stage(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])

    created = api.post(f"{DATED}/deals", json={"properties": {"dealname": "x", "dealstage": "148309412"}})

    assert created.json()["properties"]["pipeline"] == "148309411"


@rule(
    "From 2026-09 on an update may not clear what admins require; what was missing before does not hinder it.",
    Source.HS_CHANGELOG,
)
def test_an_update_is_held_to_what_it_writes(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "segment", required=True)

    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "1"}}).status_code == 200
    refused = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"segment": ""}})
    assert refused.json()["errors"][0]["code"] == "MISSING_REQUIRED_PROPERTY"
    assert api.patch(f"{V3}/deals/{deal}", json={"properties": {"segment": ""}}).status_code == 200


@rule(
    "From 2026-09 on a property may be required for some values of another one, and the refusal names that one.",
    Source.HS_CHANGELOG,
)
def test_conditional_rules(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    hubspot.define("deals", "lost_to", required_if=("dealstage", ["closedlost"]))
    lost = {"dealstage": "closedlost"}

    refused = api.patch(f"{DATED}/deals/{deal}", json={"properties": lost})

    assert refused.status_code == 400
    assert refused.json()["category"] == "VALIDATION_ERROR"
    assert refused.json()["errors"] == [
        {
            "message": "lost_to is required because of a conditional property rule based on [dealstage]",
            "code": "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
            "context": {"propertyName": ["lost_to"]},
        }
    ]
    assert api.post(f"{DATED}/deals", json={"properties": {**DEAL, **lost}}).status_code == 400
    assert api.post(f"{DATED}/deals", json={"properties": DEAL}).status_code == 201
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {**lost, "lost_to": "Acme"}}).status_code == 200
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"lost_to": ""}}).status_code == 400
    assert api.patch(f"{DATED}/deals/{deal}", json={"properties": {"amount": "2"}}).status_code == 200
    assert api.patch(f"{V3}/deals/{deal}", json={"properties": {"lost_to": ""}}).status_code == 200


@rule(
    "A lifecycle stage moves forward only; an earlier one takes hold after the stage was cleared.",
    Source.HS_CONTACTS,
    switch="lifecycle_backwards",
)
@pytest.mark.parametrize(
    ("behaviour", "status", "stage"),
    [("ignored", 200, "customer"), ("refused", 400, "customer"), ("accepted", 200, "lead")],
)
@pytest.mark.parametrize("type_", ["contacts", "companies"])
def test_lifecycle_stages(portal: Portal, type_: str, *, behaviour: str, status: int, stage: str) -> None:
    hubspot, api = portal(lifecycle_backwards=behaviour)
    name = {"contacts": "email", "companies": "domain"}[type_]
    id_ = hubspot.people.creates(type_, {name: "art@vandelay.com", "lifecyclestage": "lead"})
    path = f"{V3}/{type_}/{id_}"

    assert api.patch(path, json={"properties": {"lifecyclestage": "customer"}}).status_code == 200
    assert api.patch(path, json={"properties": {"lifecyclestage": "lead"}}).status_code == status
    assert hubspot.record(type_, id_).properties["lifecyclestage"] == stage
    for value in ("", "lead"):
        assert api.patch(path, json={"properties": {"lifecyclestage": value}}).status_code == 200
    assert hubspot.record(type_, id_).properties["lifecyclestage"] == "lead"


@rule("`hubspot_owner_id` takes an owner's id, not the id of a user.", Source.HS_OWNERS)
def test_owners_own(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    owner = hubspot.add_owner("olga.owner@example.com", "Olga", "Owner", user_id=75000099)

    assert api.patch(f"{V3}/deals/{deal}", json={"properties": {"hubspot_owner_id": owner}}).status_code == 200
    refused = api.patch(f"{V3}/deals/{deal}", json={"properties": {"hubspot_owner_id": "75000099"}})
    assert refused.json()["errors"][0]["code"] == "INVALID_OPTION"


@rule("Nothing can be given to an archived owner; what was theirs stays theirs.", switch="archived_owner")
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 201)])
def test_archived_owners(portal: Portal, behaviour: str, status: int) -> None:
    hubspot, api = portal(archived_owner=behaviour)
    owner = hubspot.add_owner("olga.owner@example.com", "Olga", "Owner")
    owned = hubspot.people.creates("deals", {"dealname": "x", "hubspot_owner_id": owner})
    hubspot.admin.archives_owner(owner)

    body = {"properties": {**DEAL, "hubspot_owner_id": owner}}
    assert api.post(f"{V3}/deals", json=body).status_code == status
    assert hubspot.record("deals", owned).properties["hubspot_owner_id"] == owner


@rule("An activity is pinned to a deal by its id, and must be associated with it already.", Source.HS_DEALS)
def test_pinning(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    note = hubspot.people.creates("notes", {"hs_note_body": "AWS called"})
    pin = {"properties": {"hs_pinned_engagement_id": note}}

    assert api.patch(f"{DATED}/deals/{deal}", json=pin).status_code == 400
    hubspot.people.associates("deals", deal, "notes", note)
    assert api.patch(f"{DATED}/deals/{deal}", json=pin).status_code == 200
    assert (
        api.get(f"{DATED}/deals/{deal}?properties=hs_pinned_engagement_id").json()["properties"][
            "hs_pinned_engagement_id"
        ]
        == note
    )


@rule("A deal may be made, associated with an activity and have it pinned in one request.", Source.HS_DEALS)
def test_pinning_on_create(hubspot: HubSpot, api: httpx.Client) -> None:
    note = hubspot.people.creates("notes", {"hs_note_body": "AWS called"})
    body = {"properties": {**DEAL, "hs_pinned_engagement_id": note}}
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 213}]

    assert api.post(f"{DATED}/deals", json=body).status_code == 400
    associated = {**body, "associations": [{"to": {"id": note}, "types": types}]}
    assert api.post(f"{DATED}/deals", json=associated).status_code == 201


@rule(
    "A company made with a domain alone takes it for its name; one made with a name has no domain.", Source.HS_COMPANIES
)
def test_names_of_companies(api: httpx.Client) -> None:
    by_domain = api.post(f"{DATED}/companies", json={"properties": {"domain": "vandelay.com"}}).json()
    by_name = api.post(f"{DATED}/companies", json={"properties": {"name": "Vandelay"}}).json()

    assert by_domain["properties"]["name"] == "vandelay.com"
    assert by_name["properties"]["domain"] is None
