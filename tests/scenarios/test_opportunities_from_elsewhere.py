"""AWS tells of every opportunity of the partner's: of those that are not linked, only ours are ours to touch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.wire import Request

HOUR = 3600


def _colleague_creates(sandbox: Sandbox, **members: Any) -> None:
    """An opportunity that somebody makes at Partner Central without us."""
    body = {"Catalog": "Sandbox", "ClientToken": "a-colleague-s", "Origin": "Partner Referral", **members}
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AWSPartnerCentralSelling.CreateOpportunity",
        "authorization": "AWS4-HMAC-SHA256 Credential=colleague",
    }
    url = "https://partnercentral-selling.us-east-1.api.aws/"
    answer = sandbox.partner_central.simulator.handle(Request("POST", url, headers, json.dumps(body).encode()))
    assert answer.status == 200, answer.body


def test_our_own_opportunity_is_found_before_it_is_linked(sandbox: Sandbox) -> None:
    """AWS made it and we never heard: the deal's id that it carries says whose it is."""
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    assert [item["pk"] for item in sandbox.items("links") if item["pk"].startswith("opp#")] == []
    of_aws = [execution for execution in sandbox.executions.all if execution.input["source"].startswith("aws.")]
    assert [execution.outcome for execution in of_aws] == ["COALESCED"]

    sandbox.heal()
    sandbox.advance(HOUR)
    sandbox.partner_central.aws.edits(opportunity.id, "Project.CustomerUseCase", "SAP")
    sandbox.run_until_quiet()

    assert [one.id for one in sandbox.partner_central.opportunities] == [opportunity.id]
    assert deal.now["aws_opportunity_id"] == opportunity.id
    assert deal.now["aws_sync_status"] == "in_step"


@pytest.mark.parametrize("identifier", ["SF-0042", None])
def test_somebody_else_s_opportunity_is_left_alone(sandbox: Sandbox, identifier: str | None) -> None:
    _colleague_creates(sandbox, PartnerOpportunityIdentifier=identifier)

    sandbox.run_until_quiet()

    assert sandbox.executions.outcomes == ["NOT_SHARED"]
    assert sandbox.items("links") == sandbox.items("sync-state") == []
    assert sandbox.hubspot.calls == []
