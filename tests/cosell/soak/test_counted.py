"""The counter in the wire knows a quota by itself: it finds a service that lets too much through."""

from __future__ import annotations

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from cosell.soak.counted import Counted
from cosell.soak.hubspot_client import HOST, quotas, refusal


def _searches(times: int, *, limits: bool) -> Counted:
    clock = Clock()
    hubspot = HubSpot(clock, switches=Switches(limits=limits))
    wire = Counted(clock, hubspot, quotas(), refusal)
    headers = {"authorization": f"Bearer {hubspot.app.token}"}
    for _ in range(times):
        wire.handle(Request("POST", f"{HOST}/crm/v3/objects/deals/search", headers, b"{}"))
    return wire


def test_a_service_that_keeps_its_quota_is_believed() -> None:
    wire = _searches(7, limits=True)

    assert (wire.calls["deals.search"], wire.refusals["429 search"]) == (7, 2)
    assert not any(quota.exceeded for quota in wire.quotas)


def test_a_service_that_does_not_is_found() -> None:
    wire = _searches(7, limits=False)

    assert {quota.name: quota.exceeded for quota in wire.quotas if quota.exceeded} == {
        "HubSpot's five searches a second": 2
    }
