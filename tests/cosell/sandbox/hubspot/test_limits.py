"""Call limits, their headers and the three shapes of a 429."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from tests.support.rules import Source, rule

DEALS = "/crm/objects/2026-09/deals"
SEARCH = f"{DEALS}/search"


@rule("An app makes at most 100 calls in ten seconds; every answer says how many are left.", Source.HS_LIMITS)
def test_the_burst(api: httpx.Client, clock: Clock) -> None:
    first = api.get(DEALS)
    assert first.headers["x-hubspot-ratelimit-max"] == "100"
    assert first.headers["x-hubspot-ratelimit-remaining"] == "99"
    assert first.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert first.headers["x-hubspot-ratelimit-secondly"] == "10"
    assert first.headers["x-hubspot-ratelimit-secondly-remaining"] == "9"
    assert first.headers["x-hubspot-ratelimit-daily"] == "250000"
    assert first.headers["x-hubspot-ratelimit-daily-remaining"] == "249999"
    clock.advance(4)
    assert all(api.get(DEALS).status_code == 200 for _ in range(99))

    refused = api.get(DEALS)

    assert refused.status_code == 429
    assert refused.headers["x-hubspot-ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers
    body = refused.json()
    assert body == {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": refused.headers["x-hubspot-correlation-id"],
        "policyName": "TEN_SECONDLY_ROLLING",
        "groupName": "publicapi:private_app-api-calls-ten-secondly:9000001:44000001",
    }
    clock.advance(6)
    assert api.get(DEALS).status_code == 200
    assert api.get(DEALS).status_code == 429


@rule("An account makes at most five searches a second; they do not count for the ten seconds.", Source.HS_SEARCH)
def test_searches_have_a_limit_of_their_own(api: httpx.Client, clock: Clock) -> None:
    answers = [api.post(SEARCH, json={}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "x-hubspot-ratelimit-remaining" not in answers[0].headers
    body = answers[5].json()
    assert (body["message"], body["category"]) == ("You have reached your secondly limit.", "RATE_LIMITS")
    assert "policyName" not in body
    assert api.get(DEALS).headers["x-hubspot-ratelimit-remaining"] == "99"
    clock.advance(1)
    assert api.post(SEARCH, json={}).status_code == 200


@rule(
    "An account's calls of a day are limited, searches among them; the day ends at midnight of the account.",
    Source.HS_LIMITS,
    switch="daily_limit",
)
def test_the_day_ends_at_the_portals_midnight(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(daily_limit=2)))
    assert [api.get(DEALS).status_code, api.post(SEARCH, json={}).status_code] == [200, 200]

    refused = api.get(DEALS)
    assert refused.status_code == 429
    body = refused.json()
    assert (body["message"], body["errorType"], body["policyName"]) == (
        "You have reached your daily limit.",
        "RATE_LIMIT",
        "DAILY",
    )
    assert int(body["requestId"], 16) > 0
    assert refused.headers["x-hubspot-ratelimit-daily-remaining"] == "0"

    clock.advance(19 * 3600 - 1)  # 09:00 UTC is 04:00 in New York; twenty hours are left of the day there
    assert api.get(DEALS).status_code == 429
    clock.advance(3600 + 1)
    assert api.get(DEALS).status_code == 200


@rule("How many calls an app makes in ten seconds depends on the subscription.", Source.HS_LIMITS, switch="burst_limit")
@pytest.mark.parametrize("limit", [2, 190])
def test_the_burst_of_other_subscriptions(
    clock: Clock, client_of: Callable[[HubSpot], httpx.Client], limit: int
) -> None:
    api = client_of(HubSpot(clock, switches=Switches(burst_limit=limit)))

    statuses = [api.get(DEALS).status_code for _ in range(limit + 1)]

    assert statuses == [200] * limit + [429]


@rule("How many searches there may be in a second.", Source.HS_SEARCH, switch="search_limit")
def test_the_searches_of_a_second(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(search_limit=1)))

    assert [api.post(SEARCH, json={}).status_code for _ in range(2)] == [200, 429]


@rule("Whether a 429 says when to come back.", switch="retry_after")
@pytest.mark.parametrize("seconds", [None, 7])
def test_when_to_come_back(clock: Clock, client_of: Callable[[HubSpot], httpx.Client], seconds: int | None) -> None:
    api = client_of(HubSpot(clock, switches=Switches(burst_limit=0, retry_after=seconds)))

    refused = api.get(DEALS)

    assert refused.headers.get("retry-after") == (None if seconds is None else "7")


@rule("Whether the refusal of a search names its policy.", switch="search_refusal_names_policy")
@pytest.mark.parametrize(("names", "policy"), [(False, None), (True, "SECONDLY")])
def test_the_policy_of_searches(
    clock: Clock, client_of: Callable[[HubSpot], httpx.Client], *, names: bool, policy: str | None
) -> None:
    api = client_of(HubSpot(clock, switches=Switches(search_limit=0, search_refusal_names_policy=names)))

    assert api.post(SEARCH, json={}).json().get("policyName") == policy


@rule("A batch counts as one call.", Source.HS_LIMITS)
def test_a_batch_is_one_call(api: httpx.Client) -> None:
    response = api.post(f"{DEALS}/batch/read", json={"inputs": [{"id": str(number)} for number in range(1, 101)]})

    assert response.headers["x-hubspot-ratelimit-remaining"] == "99"


@rule("Calls are limited.", Source.HS_LIMITS, switch="limits")
def test_limits_can_be_switched_off(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(limits=False)))

    assert {api.get(DEALS).status_code for _ in range(200)} == {200}


@rule("The 429 of a search has another shape than those of all other calls.", Source.HS_LIMITS, Source.HS_COMMUNITY)
def test_refusals_on_demand_have_the_endpoints_own_shape(hubspot: HubSpot) -> None:
    get = Request("GET", f"https://api.hubapi.com{DEALS}")
    search = Request("POST", f"https://api.hubapi.com{SEARCH}")

    assert hubspot.refuse(get, "throttled").json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert hubspot.refuse(search, "throttled").json()["category"] == "RATE_LIMITS"


@rule("A service that is down is answered for by its gateway: with a page, or with nothing at all.", Source.HS_ERRORS)
def test_a_broken_service_speaks_no_json(hubspot: HubSpot) -> None:
    get = Request("GET", f"https://api.hubapi.com{DEALS}")

    unavailable, failed = hubspot.refuse(get, "unavailable"), hubspot.refuse(get, "failed")

    assert (unavailable.status, unavailable.headers["content-type"]) == (503, "text/html;charset=utf-8")
    assert unavailable.body.startswith(b"<html>")
    assert (failed.status, failed.body) == (502, b"")


@rule("Too many writes at once lock a record for two seconds: 423.", Source.HS_ERRORS)
def test_a_locked_record(hubspot: HubSpot) -> None:
    locked = hubspot.refuse(Request("PATCH", f"https://api.hubapi.com{DEALS}/1"), "locked")

    assert (locked.status, locked.json()["status"]) == (423, "error")
    assert "retry-after" not in locked.headers


@rule(
    "While an account moves to another data centre, calls are answered with 477 and the seconds to wait.",
    Source.HS_ERRORS,
    switch="moving_retry_after",
)
@pytest.mark.parametrize("seconds", [60, 86_400])
def test_an_account_that_moves(clock: Clock, seconds: int) -> None:
    hubspot = HubSpot(clock, switches=Switches(moving_retry_after=seconds))

    moving = hubspot.refuse(Request("GET", f"https://api.hubapi.com{DEALS}"), "moving")

    assert (moving.status, moving.headers["retry-after"]) == (477, str(seconds))
