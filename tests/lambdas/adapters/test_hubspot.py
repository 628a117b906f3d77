"""HubSpot's client, against the simulator, over both families of paths."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Refusal, Request
from lambdas import mapping
from lambdas.adapters import hubspot
from lambdas.domain.records import Deal
from lambdas.errors import CosellError, Misconfigured, NotPermitted, RateLimited, RemoteUnavailable
from tests.lambdas.adapters.hubspot_wire import Wire, set_token

PORTAL = "44000001"


def _deal(deal: str) -> Deal | None:
    return hubspot.read_deal(PORTAL, deal, mapping.load())


def test_a_deal_is_read_with_company_and_contacts_in_three_calls(wire: Wire, family: str) -> None:
    people = wire.hubspot.people
    company = people.creates("companies", {"name": "Example Inc", "domain": "example.com"})
    contacts = [people.creates("contacts", {"email": f"{name}@example.com"}) for name in ("ada", "bob")]
    identifier = wire.deal({"dealname": "Warehouse"}, companies=[company], contacts=contacts)

    deal = _deal(identifier)

    assert deal is not None
    assert (deal.portal, deal.id, deal.get("dealname"), deal.archived) == (PORTAL, identifier, "Warehouse", False)
    assert deal.get("dealstage") == "appointmentscheduled"
    assert deal.company is not None
    assert (deal.company.get("name"), deal.companies) == ("Example Inc", 1)
    assert [contact.id for contact in deal.contacts] == sorted(contacts)
    root = "/crm/v3/objects" if family == "v3" else "/crm/objects/2026-09"
    assert wire.sent == [
        ("GET", f"{root}/deals/{identifier}"),
        ("POST", f"{root}/companies/batch/read"),
        ("POST", f"{root}/contacts/batch/read"),
    ]


def test_a_deal_alone_takes_one_call(wire: Wire, family: str) -> None:
    deal = _deal(wire.deal())

    assert deal is not None
    assert (deal.company, deal.contacts, len(wire.sent)) == (None, (), 1)


def test_of_several_companies_the_primary_one_counts(wire: Wire, family: str) -> None:
    people = wire.hubspot.people
    first, second = (people.creates("companies", {"name": name}) for name in ("First", "Second"))
    identifier = wire.deal(companies=[first, second])
    people.associates("deals", identifier, "companies", second, hubspot.PRIMARY)

    deal = _deal(identifier)

    assert deal is not None
    assert deal.company is not None
    assert (deal.company.id, deal.companies) == (second, 2)


def test_several_companies_and_no_primary_one_is_no_company(wire: Wire, family: str) -> None:
    wire.hubspot = HubSpot(Clock(), switches=Switches(limits=False, first_company_is_primary=False))
    companies = [wire.hubspot.people.creates("companies", {"name": name}) for name in ("First", "Second")]

    deal = _deal(wire.deal(companies=companies))

    assert deal is not None
    assert (deal.company, deal.companies) == (None, 2)


def test_more_contacts_than_one_batch_takes(wire: Wire) -> None:
    contacts = [wire.hubspot.people.creates("contacts", {"email": f"c{n}@example.com"}) for n in range(101)]

    deal = _deal(wire.deal(contacts=contacts))

    assert deal is not None
    assert len(deal.contacts) == 101


def test_a_record_that_is_gone_in_the_meantime_is_left_out(wire: Wire) -> None:
    contact = wire.hubspot.people.creates("contacts", {"email": "ada@example.com"})
    identifier = wire.deal(contacts=[contact])

    def delete_in_between(request: httpx.Request) -> httpx.Response:
        wire.instead = None
        answer = wire(request)
        wire.hubspot.people.deletes("contacts", contact)
        return answer

    wire.instead = delete_in_between
    deal = _deal(identifier)

    assert deal is not None
    assert deal.contacts == ()


def test_an_archived_deal_is_read_as_archived(wire: Wire, family: str) -> None:
    identifier = wire.deal({"dealname": "Warehouse"})
    wire.hubspot.people.deletes("deals", identifier)

    deal = _deal(identifier)

    assert deal is not None
    assert (deal.archived, deal.get("dealname")) == (True, "Warehouse")


def test_a_deal_that_never_was_or_was_merged_away_is_none(wire: Wire, family: str) -> None:
    first, second = wire.deal(), wire.deal()
    wire.hubspot.people.merges("deals", first, second)

    assert _deal("404") is None
    assert _deal(second) is None


def test_only_yes_shares(wire: Wire, family: str) -> None:
    wire.hubspot.define("deals", "aws_share", type="enumeration", options=["yes", "paused"])
    deals = [wire.deal({"dealname": "X", "aws_share": value}) for value in ("yes", "paused", "")]

    seen = [hubspot.glance(deal) for deal in deals]
    assert [found is not None and found.is_shared for found in seen] == [True, False, False]
    assert hubspot.glance("404") is None


def test_a_deal_that_was_merged_away_shows_the_one_that_is_left(wire: Wire) -> None:
    wire.hubspot.define("deals", "aws_share", type="enumeration", options=["yes", "paused"])
    first, second = (wire.deal({"dealname": "X", "aws_share": "yes"}) for _ in range(2))
    survivor = wire.hubspot.people.merges("deals", first, second)

    assert hubspot.glance(second) == hubspot.glance(survivor) == (survivor, True, None)


def test_properties_are_written_and_cleared(wire: Wire, family: str) -> None:
    identifier = wire.deal({"dealname": "Warehouse", "description": "old"})

    hubspot.update_deal(identifier, {"dealname": "Renamed", "description": ""})
    deal = wire.hubspot.record("deals", identifier)
    assert (deal.properties["dealname"], deal.properties["description"]) == ("Renamed", None)
    hubspot.update_deal("404", {"dealname": "Renamed"})


def test_a_company_is_written_and_one_that_is_gone_is_not(wire: Wire, family: str) -> None:
    company = wire.hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.update_company(company, {"city": "Berlin"})

    assert wire.hubspot.record("companies", company).properties["city"] == "Berlin"
    hubspot.update_company("404", {"city": "Berlin"})


def test_refused_properties_are_named_without_their_values(wire: Wire, family: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        hubspot.update_deal(wire.deal(), {"aws_nothing": "ada@example.com", "dealname": "ada@example.com"})

    assert "aws_nothing (PROPERTY_DOESNT_EXIST)" in str(caught.value)
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize(
    "message",
    [
        'Property values were not valid: [{"isValid":false,"error":"INVALID_OPTION","name":"aws_status"}]',
        'Property "aws_status" does not exist',
        "Cannot set PropertyValueCoordinates{portalId=1, propertyName=aws_status, value=ada} on 3. 4 already has it.",
    ],
)
def test_names_are_found_in_plain_messages_too(message: str, wire: Wire) -> None:
    wire.answers(400, {"status": "error", "message": message})

    with pytest.raises(Misconfigured, match=r": 400, properties: aws_status$"):
        hubspot.update_deal("1", {"aws_status": "ada"})


def test_a_rotated_token_is_read_once_again(wire: Wire) -> None:
    identifier = wire.deal()
    hubspot.glance(identifier)
    wire.hubspot.app.token = "pat-na1-rotated"
    set_token("pat-na1-rotated")

    assert _deal(identifier) is not None


def test_a_token_that_is_wrong_is_a_setting_to_mend(wire: Wire) -> None:
    wire.hubspot.app.token = "pat-na1-unknown-to-us"

    with pytest.raises(Misconfigured, match="hubspot_token"):
        hubspot.glance("1")
    assert len(wire.sent) == 2


def test_missing_scopes_are_named(wire: Wire) -> None:
    wire.hubspot.app.scopes.discard("crm.objects.deals.write")

    with pytest.raises(NotPermitted, match=r"crm\.objects\.deals\.write"):
        hubspot.update_deal(wire.deal(), {"dealname": "X"})


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, RateLimited, "429 TEN_SECONDLY_ROLLING"),
        (429, {"category": "RATE_LIMITS"}, RateLimited, "429"),
        (423, {}, RateLimited, "423"),
        (477, {}, RemoteUnavailable, "477"),
        (500, "<html>", RemoteUnavailable, "500"),
        (502, "[]", RemoteUnavailable, "502"),
        (200, "<html>", RemoteUnavailable, "not JSON"),
        (403, {"errors": ["odd", {"context": {"requiredGranularScopes": ["a b"]}}]}, NotPermitted, "unnamed"),
        (414, "", Misconfigured, "414"),
        (404, "<html>", Misconfigured, "404"),
        (403, {"errors": [{"context": None}]}, NotPermitted, "unnamed"),
        (400, {"errors": [{"code": "X", "context": {"propertyName": None}}], "message": None}, Misconfigured, "400"),
    ],
)
def test_each_status_has_its_error(
    status: int, body: dict[str, Any] | str, error: type[CosellError], says: str, wire: Wire
) -> None:
    wire.answers(status, body)

    with pytest.raises(error, match=rf"HubSpot GET /crm/objects/2026-09/deals/1: .*{says}"):
        hubspot.glance("1")


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("locked", RateLimited, "423$"),
        ("moving", RemoteUnavailable, "477, to be tried again in 60 s$"),
        ("unavailable", RemoteUnavailable, "503$"),
        ("failed", RemoteUnavailable, "502$"),
    ],
)
def test_hubspots_own_refusals_are_passing(how: Refusal, error: type[CosellError], says: str, wire: Wire) -> None:
    refused = wire.hubspot.refuse(Request("GET", "https://api.hubapi.com/crm/objects/2026-09/deals/1"), how)
    wire.instead = lambda _: httpx.Response(refused.status, headers=dict(refused.headers), content=refused.body)

    with pytest.raises(error, match=says):
        hubspot.glance("1")


def test_a_locked_record_is_waited_for_as_long_as_hubspot_advises(wire: Wire) -> None:
    deal, url = wire.deal(), "https://api.hubapi.com/crm/objects/2026-09/deals"
    refused = wire.hubspot.refuse(Request("PATCH", url), "locked")

    def locked_once(_: httpx.Request) -> httpx.Response:
        wire.instead = None
        return httpx.Response(refused.status, headers=dict(refused.headers), content=refused.body)

    wire.instead = locked_once
    hubspot.update_deal(deal, {"dealname": "Lake"})

    assert wire.waits == [2.0]
    assert wire.hubspot.record("deals", deal).properties["dealname"] == "Lake"


def test_a_family_of_paths_that_hubspot_does_not_have_is_no_missing_deal(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = wire.deal()
    monkeypatch.setenv("COSELL_HUBSPOT_API", "1999-01")

    with pytest.raises(Misconfigured, match="/1999-01/deals"):
        hubspot.glance(identifier)


def test_requests_are_not_logged_one_by_one(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """httpx would, with the whole URL, and Lambda sets the level of all loggers to INFO."""
    with caplog.at_level(logging.INFO):
        hubspot.glance(wire.deal())

    assert caplog.records == []


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("x"), httpx.ConnectError("x"), httpx.RemoteProtocolError("x")])
def test_no_answer_is_an_outage(failure: Exception, wire: Wire) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise failure

    wire.instead = fail

    with pytest.raises(RemoteUnavailable, match=type(failure).__name__):
        hubspot.glance("1")


def test_what_somebody_edited_before_our_last_value_was_read_is_not_given_back(wire: Wire, family: str) -> None:
    """Our write of now was never made: on top is our value of before, which the plan read."""
    people, app = wire.hubspot.people, wire.hubspot.people.by_app(wire.hubspot.app.app_id)
    deal = wire.deal()
    people.edits("deals", deal, {"description": "theirs"})
    app.edits("deals", deal, {"description": "ours"})
    seen = {"description": "ours"}
    read_at = wire.hubspot.clock.now

    assert hubspot.overwritten("deals", deal, seen, read_at) == {}

    people.edits("deals", deal, {"description": "their next"})
    app.edits("deals", deal, {"description": "our next"})
    assert hubspot.overwritten("deals", deal, seen, read_at) == {"description": "their next"}
