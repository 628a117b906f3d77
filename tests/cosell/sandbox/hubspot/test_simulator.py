"""HubSpot's own Python client, over a socket, takes a tour of what is built."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hubspot import HubSpot as Client
from hubspot.crm.associations.v4.models import AssociationSpec
from hubspot.crm.deals.exceptions import ApiException

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.wire import Request


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


def served(hubspot: HubSpot) -> Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]:
    """The simulator as a WSGI application."""

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        url = f"https://api.hubapi.com{environ['PATH_INFO']}{query}"
        response = hubspot.handle(Request(environ["REQUEST_METHOD"], url, headers, body))
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", list(response.headers.items()))
        return [response.body]

    return application


@pytest.fixture
def client(hubspot: HubSpot) -> Iterator[Client]:
    with make_server("127.0.0.1", 0, served(hubspot), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Client(access_token=hubspot.app.token, host=f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_records(client: Client) -> None:
    deals = client.crm.deals.basic_api
    created = deals.create(
        simple_public_object_input_for_create={"properties": {"dealname": "x", "dealstage": "closedwon"}}
    )
    assert created.properties["hs_is_closed_won"] == "true"

    updated = deals.update(created.id, simple_public_object_input={"properties": {"amount": "12.50"}})
    assert updated.properties["amount"] == "12.50"

    read = deals.get_by_id(created.id, properties=["amount", "dealname"], properties_with_history=["dealname"])
    assert (read.properties["amount"], read.properties_with_history["dealname"][0].value) == ("12.50", "x")
    assert read.created_at.year == 2026

    assert [deal.id for deal in deals.get_page(limit=1, properties=["amount"]).results] == [created.id]
    deals.archive(created.id)
    with pytest.raises(ApiException) as caught:
        deals.get_by_id(created.id)
    assert caught.value.status == 404
    assert deals.get_by_id(created.id, archived=True).archived


def test_errors_reach_the_client(client: Client) -> None:
    deals = client.crm.deals.basic_api

    with pytest.raises(ApiException) as caught:
        deals.create(simple_public_object_input_for_create={"properties": {"nope": "1"}})

    assert caught.value.status == 400
    assert json.loads(caught.value.body)["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert caught.value.headers["x-hubspot-correlation-id"]


@pytest.mark.parametrize("name", ["contacts", "companies", "products", "line_items"])
def test_batches(client: Client, name: str) -> None:
    batch = getattr(client.crm, name).batch_api
    naming = "firstname" if name == "contacts" else "name"

    made = batch.create(
        {"inputs": [{"properties": {naming: text}, "associations": []} for text in ("a", "b")]},
    )
    ids = [one.id for one in made.results]
    read = batch.read({"inputs": [{"id": id_} for id_ in [*ids, "404"]], "properties": [naming]})
    assert [one.properties[naming] for one in read.results] == ["a", "b"]
    assert (read.num_errors, read.errors[0].context["ids"]) == (1, ["404"])
    updated = batch.update({"inputs": [{"id": ids[0], "properties": {naming: "c"}}]})
    assert updated.results[0].properties[naming] == "c"
    batch.archive({"inputs": [{"id": id_} for id_ in ids]})
    assert getattr(client.crm, name).basic_api.get_page().results == []


def test_upsert_search_and_merge(hubspot: HubSpot, client: Client) -> None:
    hubspot.define("deals", "order_id", unique=True)
    inputs = [
        {"id": n, "idProperty": "order_id", "properties": {"dealname": n, "dealstage": "closedwon"}}
        for n in ("O1", "O2")
    ]
    deals = client.crm.deals

    made = deals.batch_api.upsert({"inputs": inputs})

    assert [one.new for one in made.results] == [True, True]
    query = {"filterGroups": [{"filters": [{"propertyName": "order_id", "operator": "EQ", "value": "O2"}]}], "limit": 5}
    found = deals.search_api.do_search(public_object_search_request=query)
    assert (found.total, found.results[0].properties["dealname"]) == (1, "O2")
    first, second = (one.id for one in made.results)
    merged = deals.basic_api.merge({"primaryObjectId": first, "objectIdToMerge": second})
    assert merged.properties["dealname"] == "O1"


def test_activities_and_associations(hubspot: HubSpot, client: Client) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    note_to_deal = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}
    to_deal = {"to": {"id": deal}, "types": [note_to_deal]}
    note = client.crm.objects.notes.basic_api.create(
        {"properties": {"hs_timestamp": "1796000000000", "hs_note_body": "<p>x</p>"}, "associations": [to_deal]}
    )
    task = client.crm.objects.tasks.basic_api.create({"properties": {"hs_timestamp": "1796000000000"}})
    v4 = client.crm.associations.v4

    made = v4.basic_api.create_default("deals", deal, "companies", company)
    assert [one.association_spec.association_type_id for one in made.results] == [341, 342]
    spec = AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=216)
    assert v4.basic_api.create("tasks", task.id, "deals", deal, [spec]).to_object_id == deal
    (listed,) = v4.basic_api.get_page("deals", deal, "companies").results
    assert [one.type_id for one in listed.association_types] == [5, 341]
    (read,) = v4.batch_api.get_page("deals", "notes", {"inputs": [{"id": deal}]}).results
    assert str(read.to[0].to_object_id) == note.id
    labels = v4.schema.definitions_api.get_all("deals", "companies").results
    assert {one.type_id for one in labels} == {5, 341}
    v4.basic_api.archive("deals", deal, "companies", company)
    assert hubspot.record("deals", deal).associations.keys() == {"notes", "tasks"}


def test_definitions_pipelines_and_owners(client: Client) -> None:
    properties = client.crm.properties
    properties.groups_api.create("deals", {"name": "orders", "label": "Orders"})
    made = properties.core_api.create(
        "deals",
        {"name": "order_id", "label": "Order", "type": "string", "fieldType": "text", "groupName": "orders"},
    )
    assert (made.name, made.has_unique_value) == ("order_id", False)
    assert properties.core_api.update("deals", "order_id", {"label": "Number"}).label == "Number"
    assert "order_id" in {one.name for one in properties.core_api.get_all("deals").results}
    properties.core_api.archive("deals", "order_id")

    (pipeline,) = client.crm.pipelines.pipelines_api.get_all("deals").results
    assert pipeline.stages[0].metadata["probability"] == "0.2"
    (owner,) = client.crm.owners.owners_api.get_page(email="sam.seller@example.com").results
    assert client.crm.owners.owners_api.get_by_id(owner.user_id, id_property="userId").id == owner.id
