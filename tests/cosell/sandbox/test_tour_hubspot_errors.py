"""What users of HubSpot's own Python client see when something is refused, and what its validator says of webhooks."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hubspot import HubSpot as Client
from hubspot.crm import contacts, deals, properties
from hubspot.utils.signature import Signature

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from tests.support.touring import Portal, toured


@pytest.fixture
def portal() -> Iterator[Portal]:
    with toured() as made:
        yield made


def deal(**given: str) -> Any:
    named = {"dealname": "Warehouse", "dealstage": "contractsent"}
    return deals.SimplePublicObjectInputForCreate(properties={**named, **given}, associations=[])


def body_of(error: Any) -> Any:
    """A body as a user reads it: the client leaves it as text."""
    body = json.loads(error.body)
    assert (body["status"], body["correlationId"]) == ("error", error.headers["x-hubspot-correlation-id"])
    return body


def test_a_contact_that_exists_is_a_409_with_its_id(portal: Portal) -> None:
    ada = contacts.SimplePublicObjectInputForCreate(properties={"email": "ada@example.com"}, associations=[])
    made = portal.client.crm.contacts.basic_api.create(ada)

    with pytest.raises(contacts.ApiException) as refused:
        portal.client.crm.contacts.basic_api.create(ada)

    assert (refused.value.status, body_of(refused.value)["category"]) == (409, "CONFLICT")
    assert body_of(refused.value)["message"] == f"Contact already exists. Existing ID: {made.id}"


def test_refused_properties_are_named_in_a_400(portal: Portal) -> None:
    with pytest.raises(deals.ApiException) as refused:
        portal.client.crm.deals.basic_api.create(deal(colour="red", amount="much"))

    errors = body_of(refused.value)["errors"]
    assert refused.value.status == 400
    assert {error["context"]["propertyName"][0]: error["code"] for error in errors} == {
        "colour": "PROPERTY_DOESNT_EXIST",
        "amount": "INVALID_INTEGER",
    }


def test_a_unique_value_that_is_taken_is_a_400_with_its_owner(portal: Portal) -> None:
    portal.hubspot.define("deals", "erp_id", unique=True)
    made = portal.client.crm.deals.basic_api.create(deal(erp_id="E-1"))

    with pytest.raises(deals.ApiException) as refused:
        portal.client.crm.deals.basic_api.create(deal(erp_id="E-1"))

    found = re.search(r"(\d+) already has that value", body_of(refused.value)["message"])
    assert refused.value.status == 400
    assert found is not None
    assert found[1] == made.id
    assert portal.client.crm.deals.basic_api.get_by_id("E-1", id_property="erp_id").id == made.id


def test_a_property_that_exists_is_a_409(portal: Portal) -> None:
    wanted = properties.PropertyCreate(
        name="dealname", label="Name", type="string", field_type="text", group_name="dealinformation"
    )

    with pytest.raises(properties.ApiException) as refused:
        portal.client.crm.properties.core_api.create("deals", wanted)

    assert (refused.value.status, body_of(refused.value)["category"]) == (409, "OBJECT_ALREADY_EXISTS")


def test_what_is_not_there_is_not_found(portal: Portal) -> None:
    with pytest.raises(deals.exceptions.NotFoundException) as refused:
        portal.client.crm.deals.basic_api.get_by_id("404")

    assert (refused.value.status, body_of(refused.value)["message"]) == (404, "resource not found")


def test_a_wrong_token_and_a_missing_scope_have_classes_of_their_own(portal: Portal) -> None:
    stranger = Client(access_token="pat-na1-unknown", host=portal.at.url)
    portal.hubspot.app.scopes.discard("crm.objects.deals.write")

    with pytest.raises(deals.exceptions.UnauthorizedException) as unknown:
        stranger.crm.deals.basic_api.get_page()
    with pytest.raises(deals.exceptions.ForbiddenException) as forbidden:
        portal.client.crm.deals.basic_api.create(deal())

    assert body_of(unknown.value)["category"] == "INVALID_AUTHENTICATION"
    (error,) = body_of(forbidden.value)["errors"]
    assert error["context"]["requiredGranularScopes"] == ["crm.objects.deals.write"]


def test_too_many_calls_are_a_429_until_ten_seconds_have_passed() -> None:
    with toured(burst_limit=2, search_limit=1) as portal:
        api, search = portal.client.crm.deals.basic_api, portal.client.crm.deals.search_api
        for _ in range(2):
            api.get_page()
        search.do_search(deals.PublicObjectSearchRequest(limit=1))
        with pytest.raises(deals.ApiException) as refused:
            api.get_page()
        with pytest.raises(deals.ApiException) as searched:
            search.do_search(deals.PublicObjectSearchRequest(limit=1))
        portal.clock.advance(10)

        assert api.get_page().results == []

    assert (refused.value.status, body_of(refused.value)["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    assert refused.value.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert (searched.value.status, body_of(searched.value)["category"]) == (429, "RATE_LIMITS")


def test_the_client_s_validator_accepts_webhooks_as_they_come() -> None:
    """It compares timestamps with the real time, and its default is a version that these webhooks do not carry."""
    clock = Clock(time.time())
    hubspot, came = HubSpot(clock), list[Request]()
    hubspot.app.target_url = "https://cosell.example/webhooks?from=hubspot"
    hubspot.app.subscribe("deal.creation")
    hubspot.deliver = lambda request, _: came.append(request)
    hubspot.people.creates("deals", {"dealname": "Zoë's café ☕"})
    clock.advance(3)
    (request,) = came

    def accepts(signature: str, version: str, secret: str = hubspot.app.client_secret) -> bool:
        return bool(
            Signature.is_valid(
                request.headers[signature],
                secret,
                request.body.decode(),
                http_uri=request.url,
                http_method=request.method,
                signature_version=version,
                timestamp=request.headers["x-hubspot-request-timestamp"],
            )
        )

    assert accepts("x-hubspot-signature", "v1")
    assert accepts("x-hubspot-signature-v3", "v3")
    assert not accepts("x-hubspot-signature-v3", "v3", "another secret")
