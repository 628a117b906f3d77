"""Switches that no other test turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock

DEALS = "/crm/objects/2026-09/deals"
Portal = Callable[[Switches], tuple[HubSpot, httpx.Client]]


@pytest.fixture
def portal(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> Portal:
    def make(switches: Switches) -> tuple[HubSpot, httpx.Client]:
        hubspot = HubSpot(clock, switches=switches)
        return hubspot, client_of(hubspot)

    return make


def test_defaults_are_as_documented() -> None:
    assert Switches() == Switches(burst_limit=100, daily_limit=250_000, search_limit=5, null_value="refused")
    assert len(fields(Switches)) == 24


@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 200)])
def test_stage_of_other_pipeline(portal: Portal, behaviour: str, status: int) -> None:
    hubspot, api = portal(Switches(stage_of_other_pipeline=behaviour))  # type: ignore[arg-type]
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    assert api.patch(f"{DEALS}/{deal}", json={"properties": {"dealstage": "148309412"}}).status_code == status


@pytest.mark.parametrize("shown", ["", None])
def test_cleared_in_answer(portal: Portal, shown: str | None) -> None:
    hubspot, api = portal(Switches(cleared_in_answer=shown))
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})

    assert api.patch(f"{DEALS}/{deal}", json={"properties": {"amount": ""}}).json()["properties"]["amount"] == shown


@pytest.mark.parametrize(("changes", "modified"), [(True, "2026-11-24T09:00:05Z"), (False, "2026-11-24T09:00:00Z")])
def test_same_value_changes_modified(clock: Clock, portal: Portal, *, changes: bool, modified: str) -> None:
    hubspot, api = portal(Switches(same_value_changes_modified=changes))
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    clock.advance(5)

    body = api.patch(f"{DEALS}/{deal}", json={"properties": {"amount": "1"}}).json()

    assert (body["updatedAt"], body["properties"]["hs_lastmodifieddate"]) == (modified, modified)


@pytest.mark.parametrize(("redirect", "status"), [(True, 200), (False, 404)])
def test_merged_ids_redirect(portal: Portal, *, redirect: bool, status: int) -> None:
    hubspot, api = portal(Switches(merged_ids_redirect=redirect))
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    hubspot.people.merges("deals", first, second)

    assert api.get(f"{DEALS}/{second}").status_code == status


def test_line_items_key(portal: Portal) -> None:
    hubspot, api = portal(Switches(line_items_key="line_items"))
    item = hubspot.people.creates("line_items", {"name": "Support"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("line_items", item)])

    assert list(api.get(f"{DEALS}/{deal}?associations=line_items").json()["associations"]) == ["line_items"]


def test_burst_and_search_limits(portal: Portal) -> None:
    _, api = portal(Switches(burst_limit=2, search_limit=1))

    assert [api.get(DEALS).status_code for _ in range(3)] == [200, 200, 429]
    assert [api.post(f"{DEALS}/search", json={}).status_code for _ in range(2)] == [200, 429]


def test_webhook_delay(clock: Clock, portal: Portal) -> None:
    hubspot, _ = portal(Switches(webhook_delay=(60, 60)))
    hubspot.app.subscribe("deal.creation")
    sent: list[float] = []
    hubspot.deliver = lambda *_: sent.append(clock.now)
    hubspot.people.creates("deals", {"dealname": "x"})

    clock.run_while(lambda: not sent)

    assert sent == [1795510800 + 60]
