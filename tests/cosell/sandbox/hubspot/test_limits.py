"""Call limits, their headers and the three shapes of a 429."""

from __future__ import annotations

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from tests.cosell.sandbox.hubspot.conftest import Portal
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


@rule(
    "An account makes at most five searches a second; they do not count for the ten seconds.",
    Source.HS_SEARCH,
    switch="search_limit",
)
@pytest.mark.parametrize("limit", [5, 4])
def test_searches_have_a_limit_of_their_own(portal: Portal, clock: Clock, limit: int) -> None:
    _, api = portal(search_limit=limit)

    answers = [api.post(SEARCH, json={}) for _ in range(limit + 1)]

    assert [answer.status_code for answer in answers] == [200] * limit + [429]
    assert "x-hubspot-ratelimit-remaining" not in answers[0].headers
    body = answers[-1].json()
    assert (body["message"], body["category"]) == ("You have reached your secondly limit.", "RATE_LIMITS")
    assert api.get(DEALS).headers["x-hubspot-ratelimit-remaining"] == "99"
    clock.advance(1)
    assert api.post(SEARCH, json={}).status_code == 200


@rule(
    "An account's calls of a day are limited, searches among them; the day ends at midnight of the account.",
    Source.HS_LIMITS,
    switch="daily_limit",
)
def test_the_day_ends_at_the_portals_midnight(clock: Clock, portal: Portal) -> None:
    _, api = portal(daily_limit=2)
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


@rule(
    "The calls of an app in ten seconds are 100 on Free and Starter, 190 from Professional on.",
    Source.HS_LIMITS,
    switch="burst_limit",
)
@pytest.mark.parametrize("limit", [100, 190])
def test_the_burst_of_other_subscriptions(portal: Portal, limit: int) -> None:
    _, api = portal(burst_limit=limit)

    statuses = [api.get(DEALS).status_code for _ in range(limit + 1)]

    assert statuses == [200] * limit + [429]


@rule("A 429 does not say when to come back.", switch="retry_after")
@pytest.mark.parametrize("seconds", [None, 7])
def test_when_to_come_back(portal: Portal, seconds: int | None) -> None:
    _, api = portal(burst_limit=0, retry_after=seconds)

    refused = api.get(DEALS)

    assert refused.headers.get("retry-after") == (None if seconds is None else "7")


@rule("The 429 of a search names no policy.", switch="search_refusal_names_policy")
@pytest.mark.parametrize(("names", "policy"), [(False, None), (True, "SECONDLY")])
def test_the_policy_of_searches(portal: Portal, *, names: bool, policy: str | None) -> None:
    _, api = portal(search_limit=0, search_refusal_names_policy=names)

    assert api.post(SEARCH, json={}).json().get("policyName") == policy


@rule("A batch counts as one call.", Source.HS_LIMITS)
def test_a_batch_is_one_call(api: httpx.Client) -> None:
    response = api.post(f"{DEALS}/batch/read", json={"inputs": [{"id": str(number)} for number in range(1, 101)]})

    assert response.headers["x-hubspot-ratelimit-remaining"] == "99"


@rule("A call over a limit is refused.", Source.HS_LIMITS, switch="limits")
@pytest.mark.parametrize(("enforced", "statuses"), [(True, [200, 429]), (False, [200, 200])])
def test_limits_can_be_switched_off(portal: Portal, statuses: list[int], *, enforced: bool) -> None:
    _, api = portal(limits=enforced, burst_limit=1)

    assert [api.get(DEALS).status_code for _ in range(2)] == statuses


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
