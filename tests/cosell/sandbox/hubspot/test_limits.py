"""Call limits, their headers and the three shapes of a 429."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request

DEALS = "/crm/objects/2026-09/deals"
SEARCH = f"{DEALS}/search"


def test_the_burst(api: httpx.Client, clock: Clock) -> None:
    first = api.get(DEALS)
    assert first.headers["x-hubspot-ratelimit-max"] == "100"
    assert first.headers["x-hubspot-ratelimit-remaining"] == "99"
    assert first.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
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


def test_the_day_ends_at_the_portals_midnight(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(daily_limit=2, retry_after=7)))
    assert [api.get(DEALS).status_code for _ in range(2)] == [200, 200]

    refused = api.get(DEALS)
    assert (refused.status_code, refused.json()["policyName"]) == (429, "DAILY")
    assert refused.headers["retry-after"] == "7"

    clock.advance(19 * 3600 - 1)  # 09:00 UTC is 04:00 in New York; twenty hours are left of the day there
    assert api.get(DEALS).status_code == 429
    clock.advance(3600 + 1)
    assert api.get(DEALS).status_code == 200


def test_limits_can_be_switched_off(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    api = client_of(HubSpot(clock, switches=Switches(limits=False)))

    assert {api.get(DEALS).status_code for _ in range(200)} == {200}


def test_refusals_on_demand_have_the_endpoints_own_shape(hubspot: HubSpot) -> None:
    get = Request("GET", f"https://api.hubapi.com{DEALS}")
    search = Request("POST", f"https://api.hubapi.com{SEARCH}")

    assert hubspot.refuse(get, "throttled").json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert hubspot.refuse(search, "throttled").json()["category"] == "RATE_LIMITS"
    broken = hubspot.refuse(get, "unavailable")
    assert broken.status == 503
    assert broken.headers["content-type"].startswith("text/html")
