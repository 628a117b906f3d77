"""Names of operations, and what happens to requests that lead nowhere or may not."""

from __future__ import annotations

import re

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.hubspot.routes import ENDPOINTS, Endpoint
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule


@rule(
    "Each endpoint has a path in the older form, with v3 or v4, and in the dated one.",
    Source.HS_CHANGELOG,
    Source.HS_CLIENT,
)
@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/crm/v3/objects/deals", "deals.create"),
        ("POST", "/crm/objects/2026-09/0-3", "deals.create"),
        ("GET", "/crm/v3/objects/deal/1?properties=a", "deals.get"),
        ("PATCH", "/crm/objects/2026-09/companies/1", "companies.update"),
        ("POST", "/crm/objects/2026-09/companies/batch/read", "companies.batch_read"),
        ("POST", "/crm/v3/objects/line_items/batch/upsert", "line_items.batch_upsert"),
        ("POST", "/crm/v3/objects/deals/search", "deals.search"),
        ("POST", "/crm/v3/objects/contacts/gdpr-delete", "contacts.gdpr_delete"),
        ("PUT", "/crm/v4/objects/deals/1/associations/default/companies/2", "associations.set_default"),
        ("PUT", "/crm/objects/2026-09/deals/1/associations/companies/2", "associations.set"),
        ("DELETE", "/crm/v4/objects/deals/1/associations/companies/2", "associations.delete"),
        ("POST", "/crm/associations/2026-09/deals/companies/batch/read", "associations.batch_read"),
        ("POST", "/crm/v3/properties/deals", "properties.create"),
        ("GET", "/crm/properties/2026-09/deals/groups", "property_groups.list"),
        ("GET", "/crm/associations/2026-03/0-3/0-2/labels", "association_labels.list"),
        ("GET", "/crm/v3/pipelines/deals", "pipelines.list"),
        ("POST", "/crm/pipelines/2026-09/0-3", "pipelines.create"),
        ("DELETE", "/crm/pipelines/2026-03/deals/1/stages/2", "pipeline_stages.delete"),
        ("GET", "/crm/v3/pipelines/deals/1/stages/2/audit", "pipeline_stages.audit"),
        ("POST", "/crm/properties/2026-09/deals/batch/archive", "properties.batch_archive"),
        ("GET", "/crm/v3/owners/", "owners.list"),
        ("GET", "/crm/owners/2026-09/1", "owners.get"),
        ("GET", "/account-info/v3/details", "account.details"),
        ("GET", "/account-info/2026-09/details", "account.details"),
        ("GET", "/crm/v3/objects/widgets", "unknown"),
        ("PUT", "/crm/v3/objects/deals", "unknown"),
        ("GET", "/crm/v1/objects/deals", "unknown"),
        ("GET", "/", "unknown"),
    ],
)
def test_operations(hubspot: HubSpot, method: str, path: str, operation: str) -> None:
    assert hubspot.operation(Request(method, f"https://api.hubapi.com{path}")) == operation


@rule(
    "A path that is not routed, such as a version that does not exist, is answered with an HTML page.",
    Source.HS_COMMUNITY,
)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/crm",
        "/crm/v3/nope",
        "/crm/v3/objects/deals/1/2/3",
        "/crm/v1/objects/deals",
        "/crm/v4/properties/deals",
        "/crm/objects/v3/deals",
        "/crm/2026-09/objects/deals",
        "/crm/objects/2025-09/deals",
        "/crm/objects/2026-06/deals",
        "/crm/objects/2027-03/deals",
        "/crm/properties/2027-03/deals",
        "/crm/pipelines/2026-9/deals",
        "/crm/owners/2026-09-beta",
        "/account-info/v4/details",
        "/oauth/v1/token",
    ],
)
def test_an_unknown_route_is_a_page(api: httpx.Client, path: str) -> None:
    response = api.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<html>")


@rule("A method that a path does not have is a 405.", Source.HS_ERRORS)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/crm/v3/objects/deals"),
        ("POST", "/crm/owners/2026-09"),
        ("PATCH", "/crm/pipelines/2026-09/deals"),
        ("PUT", "/crm/v3/properties/deals/dealname"),
        ("DELETE", "/account-info/v3/details"),
    ],
)
def test_a_wrong_method(api: httpx.Client, method: str, path: str) -> None:
    assert api.request(method, path).status_code == 405


@rule("A URL that is too long is a 414.", Source.HS_ERRORS, switch="longest_url")
@pytest.mark.parametrize("most", [8_192, 200])
def test_a_long_url(portal: Portal, most: int) -> None:
    _, api = portal(longest_url=most)
    start = "https://api.hubapi.com/crm/v3/objects/deals?properties="

    assert [api.get(start + "a" * (length - len(start))).status_code for length in (most, most + 1)] == [200, 414]


@rule("A type that does not exist is a 400 that names it.", Source.HS_COMMUNITY)
def test_an_unknown_type(api: httpx.Client) -> None:
    response = api.get("/crm/v3/objects/widgets")

    assert response.status_code == 400
    assert response.json()["message"] == "Unable to infer object type from: widgets"


@rule("The 404 of a record has a category only where the id is not a number.", Source.HS_COMMUNITY)
def test_records_that_are_not_there(api: httpx.Client) -> None:
    numeric, word = api.get("/crm/v3/objects/deals/404"), api.get("/crm/v3/objects/deals/abc")

    assert numeric.status_code == word.status_code == 404
    assert numeric.json() == {
        "status": "error",
        "message": "resource not found",
        "correlationId": numeric.headers["x-hubspot-correlation-id"],
    }
    assert word.json()["message"] == "Object not found.  objectId are usually numeric."
    assert (word.json()["category"], word.json()["context"]) == ("OBJECT_NOT_FOUND", {"id": ["abc"]})


@rule("A call without a valid token is a 401.", Source.HS_ERRORS)
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nope", "Basic abc", "nope"])
def test_without_the_token_nothing_is_answered(api: httpx.Client, authorization: str) -> None:
    response = api.get("/crm/v3/objects/deals", headers={"Authorization": authorization})

    assert response.status_code == 401
    body = response.json()
    assert body["category"] == "INVALID_AUTHENTICATION"
    assert body["message"].startswith(
        "Authentication credentials not found. This API supports OAuth 2.0 authentication"
    )
    assert body["correlationId"] == response.headers["x-hubspot-correlation-id"]


@rule("A call without its scopes is a 403 that names them.", Source.HS_ERRORS, Source.HS_SCOPES)
@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/crm/v3/objects/deals", "crm.objects.deals.read"),
        ("POST", "/crm/v3/objects/notes", "crm.objects.contacts.write"),
        ("POST", "/crm/objects/2026-09/tasks/batch/create", "crm.objects.contacts.write"),
        ("POST", "/crm/v3/objects/companies/search", "crm.objects.companies.read"),
        ("GET", "/crm/properties/2026-09/deals", "crm.schemas.deals.read"),
        ("GET", "/crm/v3/properties/line_items", "e-commerce"),
        ("POST", "/crm/pipelines/2026-09/deals", "crm.schemas.deals.write"),
        ("DELETE", "/crm/v3/pipelines/deals/1/stages/2", "crm.schemas.deals.write"),
        ("GET", "/account-info/v3/details", "oauth"),
        ("GET", "/crm/v3/owners", "crm.objects.owners.read"),
        ("POST", "/crm/v3/properties/companies", "crm.schemas.companies.write"),
        ("PUT", "/crm/v4/objects/deals/1/associations/default/companies/2", "crm.objects.companies.write"),
    ],
)
def test_a_missing_scope_is_named(hubspot: HubSpot, api: httpx.Client, method: str, path: str, scope: str) -> None:
    hubspot.app.scopes.remove(scope)

    response = api.request(method, path)

    assert response.status_code == 403
    body = response.json()
    assert body["category"] == "MISSING_SCOPES"
    assert body["errors"][0]["context"] == {"requiredGranularScopes": [scope]}
    assert body["links"] == {"scopes": "https://developers.hubspot.com/scopes"}


@rule("Pipelines are read with the scope of the records, or with that of the definitions.", Source.HS_SCOPES)
def test_either_scope_opens_pipelines(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.app.scopes.remove("crm.objects.deals.read")
    assert api.get("/crm/v3/pipelines/deals").status_code == 200

    hubspot.app.scopes.remove("crm.schemas.deals.read")
    refused = api.get("/crm/v3/pipelines/deals")
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["context"]["requiredGranularScopes"] == [
        "crm.objects.deals.read",
        "crm.schemas.deals.read",
    ]


@rule("The older scope for commerce still opens products and line items.", Source.HS_SCOPES)
def test_the_older_scope_still_opens_products(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.app.scopes.remove("crm.objects.products.read")

    assert api.get("/crm/v3/objects/products").status_code == 200
    hubspot.app.scopes.remove("e-commerce")
    assert api.get("/crm/v3/objects/products").status_code == 403


@rule("A body that is not the JSON expected is a 400 that says where.", Source.HS_COMMUNITY)
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "Invalid input JSON on line 1, column 2"),
        ("", "Invalid input JSON on line 1, column 1"),
        ("[]", "Invalid input JSON on line 1, column 1"),
        ("{}", "Some required fields were not set: [properties]"),
        ('{"properties": 1}', "Invalid input JSON on line 1, column 1"),
        ("\xff", "Invalid input JSON on line 1, column 1"),
    ],
)
def test_bodies_that_are_not_understood(api: httpx.Client, body: str, message: str) -> None:
    response = api.post("/crm/v3/objects/deals", content=body.encode("latin-1"))

    assert response.status_code == 400
    assert response.json()["message"].startswith(message)


@rule("An update without properties is a 400.", Source.HS_COMMUNITY)
def test_an_empty_update(api: httpx.Client, hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    response = api.patch(f"/crm/v3/objects/deals/{deal}", json={"properties": {}})

    assert response.status_code == 400
    assert response.json()["message"] == "No properties found to update, please provide at least one."


JUNK = [
    b"",
    b"\x00\xff",
    b"null",
    b"[]",
    b"[1]",
    b'"text"',
    b"{}",
    b'{"inputs": [{}]}',
    b'{"inputs": [{"id": {}, "properties": []}]}',
    b'{"inputs": [{"id": "1", "idProperty": 7, "properties": {"dealname": {}}}]}',
    b'{"inputs": [{"from": 1, "to": [1], "types": 1}]}',
    b'{"inputs": [{"from": {"id": {}}, "to": {"id": []}}]}',
    b'{"inputs": [{"id": "1"}], "properties": 5, "propertiesWithHistory": 6, "idProperty": []}',
    b'{"properties": {"dealname": [], "amount": {}}, "associations": {}}',
    b'{"properties": {"dealname": "x", "dealstage": "closedwon"}, "associations": [5]}',
    b'{"properties": {"dealname": "x"}, "associations": [{"to": {"id": 1}, "types": [{"associationTypeId": "x"}]}]}',
    b'{"filterGroups": [{"filters": [5]}], "sorts": 5, "limit": "x", "after": {}}',
    b'{"filterGroups": [{"filters": [{"propertyName": {}, "operator": []}]}]}',
    b'{"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "IN", "values": 5}]}], "sorts": [5]}',
    b'{"sorts": [5]}',
    b'{"sorts": [{"propertyName": "amount", "direction": 5}], "properties": 5, "query": {}}',
    b'{"name": 5, "label": [], "type": {}, "fieldType": 1, "groupName": 2, "options": [5]}',
    b'{"name": "a", "label": "b", "type": "string", "fieldType": "text", "groupName": "task", "options": [5]}',
    b'{"options": [{"label": 1, "value": {}}]}',
    b'{"primaryObjectId": 5, "objectIdToMerge": {}, "objectId": []}',
    b'{"properties": {"dealname": "\\ud800", "dealstage": "closedwon"}}',
    b'{"properties": {"dealname": "x", "amount": ' + b"9" * 5000 + b"}}",
    b"[" * 3000,
]


VALUES = {
    "type": "deals",
    "to_type": "companies",
    "to_id": "1",
    "name": "amount",
    "stage_id": "1",
    "type_id": "1",
    "association_type": "341",
}


def address(endpoint: Endpoint, version: str, **values: str) -> str:
    """A URL of an endpoint."""
    path = re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", lambda found: {**VALUES, **values}[found[1]], endpoint.path.pattern)
    if endpoint.area in {"account-info", "webhooks", "app-webhooks"}:
        root = f"/{endpoint.area}/{version}"
    else:
        root = f"/crm/{version}/{endpoint.area}" if version.startswith("v") else f"/crm/{endpoint.area}/{version}"
    return f"https://api.hubapi.com{root}{path}"


@rule("Input that makes no sense is refused in JSON, with a 4xx.", Source.HS_ERRORS)
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.name} {endpoint.versions[0]}")
def test_junk_is_refused_and_never_raises(clock: Clock, endpoint: Endpoint) -> None:
    hubspot = HubSpot(clock, switches=Switches(limits=False))
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    urls = [address(endpoint, version, id=deal, app_id=str(hubspot.app.app_id)) for version in endpoint.versions]
    assert "unknown" not in {hubspot.operation(Request(endpoint.method, url)) for url in urls}
    headers = {"authorization": f"Bearer {hubspot.app.token}"}

    for query in (
        f"?hapikey={hubspot.app.developer_key}",
        "?limit=\u00b2",
        f"?after={'9' * 5000}",
        "?limit=x&after=y&archived=perhaps&associations=widgets&idProperty=nope&properties=,,",
    ):
        for body in JUNK:
            request = Request(endpoint.method, urls[0] + query, headers, body)
            response = hubspot.handle(request)
            assert response.status < 500
            if response.body:
                assert isinstance(response.json(), dict)
