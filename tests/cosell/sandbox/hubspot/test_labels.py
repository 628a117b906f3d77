"""Association labels: HubSpot's own types, and what people add."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

V4 = "/crm/v4"
DATED = "/crm/associations/2026-09"
LABELS = f"{V4}/associations/deals/contacts/labels"
BILLING = {"name": "billing", "label": "Billing contact"}


def _spec(type_id: int) -> list[dict[str, object]]:
    return [{"associationCategory": "USER_DEFINED", "associationTypeId": type_id}]


def _made(api: httpx.Client, path: str = LABELS, **body: str) -> list[int]:
    """The type ids of a new label, in the direction of the path and back."""
    response = api.post(path, json=body or BILLING)
    assert response.status_code == 200, response.text
    return [entry["typeId"] for entry in response.json()["results"]]


@pytest.fixture
def pair(hubspot: HubSpot) -> tuple[str, str]:
    """A deal and a contact."""
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    return hubspot.people.creates("deals", {"dealname": "x"}), contact


@rule("The labels from one object type to another are HubSpot's own and then those people added.", Source.HS_LABELS)
def test_the_labels_there_are(api: httpx.Client) -> None:
    there, _ = _made(api, f"{DATED}/deals/companies/labels", name="reseller", label="Reseller")

    assert api.get(f"{DATED}/deals/companies/labels").json() == {
        "results": [
            {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
            {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
            {"category": "USER_DEFINED", "typeId": there, "label": "Reseller"},
        ]
    }


@rule("A single label reads the same from both ends, under a type of its own for each direction.", Source.HS_LABELS)
def test_a_single_label(api: httpx.Client) -> None:
    there, back = _made(api)

    assert there != back
    for path, type_id in ((LABELS, there), (f"{V4}/associations/contacts/deals/labels", back)):
        listed = api.get(path).json()["results"]
        assert {"category": "USER_DEFINED", "typeId": type_id, "label": "Billing contact"} in listed


@rule("A paired label reads differently from its two ends.", Source.HS_LABELS)
def test_a_paired_label(hubspot: HubSpot, api: httpx.Client) -> None:
    path = f"{V4}/associations/contacts/contacts/labels"
    manages, reports = _made(api, path, name="manager", label="Manager", inverseLabel="Employee")
    first, second = (hubspot.people.creates("contacts", {"email": f"{name}@vandelay.com"}) for name in "ab")

    made = api.put(f"{V4}/objects/contacts/{first}/associations/contacts/{second}", json=_spec(manages))

    assert (made.status_code, made.json()["labels"]) == (201, ["Manager"])
    assert hubspot.record("contacts", first).associations == {"contacts": {second: [manages, 449]}}
    assert hubspot.record("contacts", second).associations == {"contacts": {first: [reports, 449]}}


@rule("A single label between records of one object type is one type for both directions.", Source.HS_LABELS)
def test_a_label_within_one_type(hubspot: HubSpot, api: httpx.Client) -> None:
    (friend,) = _made(api, f"{V4}/associations/contacts/contacts/labels", name="friend", label="Friend")
    first, second = (hubspot.people.creates("contacts", {"email": f"{name}@vandelay.com"}) for name in "ab")

    api.put(f"{V4}/objects/contacts/{first}/associations/contacts/{second}", json=_spec(friend))

    assert hubspot.record("contacts", second).associations == {"contacts": {first: [friend, 449]}}


@rule("A label comes with the unlabelled type, and shows wherever associations are read.", Source.HS_ASSOCIATIONS)
def test_a_label_in_answers(hubspot: HubSpot, api: httpx.Client, pair: tuple[str, str]) -> None:
    deal, contact = pair
    there, _ = _made(api)
    api.put(f"{V4}/objects/deals/{deal}/associations/contacts/{contact}", json=_spec(there))
    types = [
        {"category": "USER_DEFINED", "typeId": there, "label": "Billing contact"},
        {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None},
    ]

    listed = api.get(f"{V4}/objects/deals/{deal}/associations/contacts").json()["results"]
    batch = api.post(f"{DATED}/deals/contacts/batch/read", json={"inputs": [{"id": deal}]}).json()["results"]
    one = api.get(f"/crm/v3/objects/deals/{deal}?associations=contacts").json()["associations"]["contacts"]["results"]

    assert listed == [{"toObjectId": int(contact), "associationTypes": types}]
    assert batch == [{"from": {"id": deal}, "to": [{"toObjectId": contact, "associationTypes": types}]}]
    assert one == [{"id": contact, "type": "billing"}, {"id": contact, "type": "deal_to_contact"}]


@rule("A create may give its associations labels.", Source.HS_ASSOCIATIONS)
def test_a_label_on_create(hubspot: HubSpot, api: httpx.Client, pair: tuple[str, str]) -> None:
    there, _ = _made(api)
    associations = [{"to": {"id": pair[1]}, "types": _spec(there)}]
    properties = {"dealname": "x", "dealstage": "qualifiedtobuy"}

    body = {"properties": properties, "associations": associations}
    deal = api.post("/crm/v3/objects/deals", json=body).json()["id"]

    assert hubspot.record("deals", deal).associations == {"contacts": {pair[1]: [there, 3]}}


@rule("A batch takes single labels away and leaves the other types of the pair.", Source.HS_ASSOCIATIONS)
def test_taking_labels_away(hubspot: HubSpot, api: httpx.Client, pair: tuple[str, str]) -> None:
    deal, contact = pair
    there, _ = _made(api)
    inputs = [{"from": {"id": deal}, "to": {"id": contact}, "types": _spec(there)}]
    api.post(f"{V4}/associations/deals/contacts/batch/create", json={"inputs": inputs})

    answer = api.post(f"{V4}/associations/deals/contacts/batch/labels/archive", json={"inputs": inputs})

    assert answer.status_code == 204
    assert hubspot.record("deals", deal).associations == {"contacts": {contact: [3]}}


@rule("A label is renamed in one direction, or in both.", Source.HS_LABELS)
def test_renaming(api: httpx.Client) -> None:
    there, back = _made(api, name="manager", label="Manager", inverseLabel="Managed")

    one = api.put(LABELS, json={"associationTypeId": there, "label": "Lead"})
    labels = _labels(api)
    both = api.put(LABELS, json={"associationTypeId": there, "label": "Chief", "inverseLabel": "Subject"})

    assert (one.status_code, both.status_code) == (204, 204)
    assert labels == {there: "Lead", back: "Managed"}
    assert _labels(api) == {there: "Chief", back: "Subject"}


def _labels(api: httpx.Client) -> dict[int, str]:
    listed = [api.get(f"{V4}/associations/{path}/labels").json() for path in ("deals/contacts", "contacts/deals")]
    return {
        entry["typeId"]: entry["label"]
        for one in listed
        for entry in one["results"]
        if entry["category"] == "USER_DEFINED"
    }


@rule("Deleting a label deletes both its directions.", Source.HS_LABELS)
def test_deleting(api: httpx.Client) -> None:
    there, _ = _made(api)

    assert api.delete(f"{LABELS}/{there}").status_code == 204
    assert _labels(api) == {}
    assert api.delete(f"{LABELS}/{there}").status_code == 404


@rule("A label that records have cannot be deleted.", switch="label_in_use")
@pytest.mark.parametrize(("behaviour", "status", "labelled"), [("refused", 400, True), ("removed", 204, False)])
def test_deleting_a_label_in_use(portal: Portal, *, behaviour: str, status: int, labelled: bool) -> None:
    hubspot, api = portal(label_in_use=behaviour)
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    there, _ = _made(api)
    hubspot.people.associates("deals", deal, "contacts", contact, there)

    assert api.delete(f"{LABELS}/{there}").status_code == status
    assert hubspot.record("deals", deal).associations == {"contacts": {contact: [there, 3] if labelled else [3]}}


@rule("HubSpot's own association types cannot be renamed or deleted.", Source.HS_LABELS)
def test_hubspots_own(api: httpx.Client) -> None:
    assert api.put(LABELS, json={"associationTypeId": 3, "label": "x"}).status_code == 400
    assert api.delete(f"{LABELS}/3").status_code == 400


@rule(
    "A label has a name without hyphens that begins with no digit; name and label are new to the pair.",
    Source.HS_LABELS,
)
@pytest.mark.parametrize(
    "body",
    [
        {"label": "No name"},
        {"name": "no_label"},
        {"name": "with-hyphen", "label": "x"},
        {"name": "1st", "label": "x"},
        {"name": "blank", "label": " "},
        {"name": "BILLING", "label": "x"},
        {"name": "other", "label": "billing CONTACT"},
    ],
)
def test_labels_that_are_refused(api: httpx.Client, body: dict[str, str]) -> None:
    _made(api)

    assert api.post(LABELS, json=body).status_code == 400


@rule("People add labels between contacts, companies and deals, not for activities or line items.", Source.HS_LABELS)
@pytest.mark.parametrize("types", ["deals/notes", "tasks/contacts", "line_items/deals", "products/deals"])
def test_where_labels_are(api: httpx.Client, types: str) -> None:
    assert api.post(f"{V4}/associations/{types}/labels", json=BILLING).status_code == 400


@rule("People can add ten labels to a pair of object types.", Source.HS_LABELS, switch="label_limit")
@pytest.mark.parametrize("most", [2, 10])
def test_how_many_labels(portal: Portal, most: int) -> None:
    _, api = portal(label_limit=most)
    bodies = [{"name": f"label_{number}", "label": f"Label {number}"} for number in range(most + 1)]

    statuses = [api.post(LABELS, json=body).status_code for body in bodies]

    assert statuses == [200] * most + [400]


@rule("Labelling two records tells webhooks of both types.", Source.HS_WEBHOOKS)
def test_webhooks(hubspot: HubSpot, api: httpx.Client, pair: tuple[str, str]) -> None:
    deal, contact = pair
    there, _ = _made(api)
    hubspot.app.subscribe("deal.associationChange")

    api.put(f"{V4}/objects/deals/{deal}/associations/contacts/{contact}", json=_spec(there))

    assert [one["associationType"] for one in hubspot.webhooks.pending] == ["DEAL_TO_CONTACT"] * 2
