"""`mode: observe`: both sides are read, the trail says what would be done, and neither side is written to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.assembly import synthesized

BLOCK = {"catalog": "Sandbox", "mode": "observe", "go_live": "2026-11-01"}


@pytest.fixture(scope="module")
def observing() -> Iterator[Sandbox]:
    """A sandbox in which a seller has shared a deal, and AWS has referred another one."""
    with Sandbox(synthesized({"cosell": {"cosell-sandbox": BLOCK}})) as sandbox:
        sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
        sandbox.partner_central.aws.refers(catalog="Sandbox")
        sandbox.run_until_quiet()
        yield sandbox


def test_neither_side_is_written_to(observing: Sandbox) -> None:
    hubspot = {call.operation for call in observing.calls if call.remote == "hubspot"}
    partner_central = {call.operation for call in observing.calls if call.remote == "partner_central"}

    assert {name for name in hubspot if not name.endswith((".get", "read", ".search", ".details", ".list"))} == set()
    assert {name for name in partner_central if not name.startswith(("Get", "List"))} == set()
    assert [record.properties["aws_sync_status"] for record in observing.hubspot.simulator.records("deals")] == [None]


def test_the_runs_end_well_and_wait_for_nothing(observing: Sandbox) -> None:
    assert observing.executions.failed == []
    assert set(observing.executions.outcomes) <= {"OBSERVED", "COALESCED", "NO_PAIRS"}


def test_the_trail_says_what_would_be_done(observing: Sandbox) -> None:
    entries = [item for item in observing.items("sync-state") if item["sk"].startswith("audit#")]
    would = {entry["action"]: entry for entry in entries}

    assert would.keys() >= {
        "would create deal",
        "would create opportunity",
        "would submit opportunity",
        "would update deal",
    }
    changes: list[dict[str, Any]] = json.loads(would["would create opportunity"]["changes"])
    assert {"path": "Project.CustomerUseCase", "before": None, "after": "Migration / Database Migration"} in changes
    assert "aws_origin" in json.loads(would["would create deal"]["properties"])


def test_nothing_that_writes_at_aws_is_granted(observing: Sandbox) -> None:
    statements = [
        statement
        for policies in observing.deployment.policies().values()
        for policy in policies
        for statement in policy["Statement"]
    ]
    actions = {action for statement in statements for action in _listed(statement["Action"])}

    at_aws = {action.partition(":")[2] for action in actions if action.startswith("partnercentral:")}
    assert {name for name in at_aws if not name.startswith(("Get", "List"))} == set()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
