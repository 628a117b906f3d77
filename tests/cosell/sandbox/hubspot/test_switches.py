"""Switches that no other test turns."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from tests.support.rules import Source, rule

DEALS = "/crm/objects/2026-09/deals"
Portal = Callable[[Switches], tuple[HubSpot, httpx.Client]]


@pytest.fixture
def portal(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> Portal:
    def make(switches: Switches) -> tuple[HubSpot, httpx.Client]:
        hubspot = HubSpot(clock, switches=switches)
        return hubspot, client_of(hubspot)

    return make


@rule("A deal cannot be in a stage of a pipeline that it is not in.", Source.HS_DEALS, switch="stage_of_other_pipeline")
@pytest.mark.parametrize(("behaviour", "status"), [("refused", 400), ("accepted", 200)])
def test_stage_of_other_pipeline(portal: Portal, behaviour: str, status: int) -> None:
    hubspot, api = portal(Switches(stage_of_other_pipeline=behaviour))  # type: ignore[arg-type]
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    assert api.patch(f"{DEALS}/{deal}", json={"properties": {"dealstage": "148309412"}}).status_code == status


@rule("What the answer to a write shows for a property it cleared.", switch="cleared_in_answer")
@pytest.mark.parametrize("shown", ["", None])
def test_cleared_in_answer(portal: Portal, shown: str | None) -> None:
    hubspot, api = portal(Switches(cleared_in_answer=shown))
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})

    assert api.patch(f"{DEALS}/{deal}", json={"properties": {"amount": ""}}).json()["properties"]["amount"] == shown


@rule("Whether a write of the same value changes the last-modified date.", switch="same_value_changes_modified")
@pytest.mark.parametrize(("changes", "modified"), [(True, "2026-11-24T09:00:05Z"), (False, "2026-11-24T09:00:00Z")])
def test_same_value_changes_modified(clock: Clock, portal: Portal, *, changes: bool, modified: str) -> None:
    hubspot, api = portal(Switches(same_value_changes_modified=changes))
    deal = hubspot.people.creates("deals", {"dealname": "x", "amount": "1"})
    clock.advance(5)

    body = api.patch(f"{DEALS}/{deal}", json={"properties": {"amount": "1"}}).json()

    assert (body["updatedAt"], body["properties"]["hs_lastmodifieddate"]) == (modified, modified)


@rule("Whether a record is read by an id that was merged away.", switch="merged_ids_redirect")
@pytest.mark.parametrize(("redirect", "status"), [(True, 200), (False, 404)])
def test_merged_ids_redirect(portal: Portal, *, redirect: bool, status: int) -> None:
    hubspot, api = portal(Switches(merged_ids_redirect=redirect))
    first, second = (hubspot.people.creates("deals", {"dealname": name}) for name in "ab")
    hubspot.people.merges("deals", first, second)

    assert api.get(f"{DEALS}/{second}").status_code == status


@rule("Under which key a record lists its line items.", Source.HS_COMMUNITY, switch="line_items_key")
@pytest.mark.parametrize("key", ["line items", "line_items"])
def test_line_items_key(portal: Portal, key: str) -> None:
    hubspot, api = portal(Switches(line_items_key=key))
    item = hubspot.people.creates("line_items", {"name": "Support"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("line_items", item)])

    assert list(api.get(f"{DEALS}/{deal}?associations=line_items").json()["associations"]) == [key]
