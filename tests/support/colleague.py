"""A colleague at the partner's, who works in Partner Central and knows nothing of HubSpot."""

from __future__ import annotations

import json
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.wire import Request


def creates_opportunity(sandbox: Sandbox, **members: Any) -> str:
    """An opportunity made without Cosell, and as complete as `members` are; its id."""
    body = {"Catalog": "Sandbox", "ClientToken": "a-colleague-s", "Origin": "Partner Referral", **members}
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AWSPartnerCentralSelling.CreateOpportunity",
        "authorization": "AWS4-HMAC-SHA256 Credential=colleague",
    }
    url = "https://partnercentral-selling.us-east-1.api.aws/"
    answer = sandbox.partner_central.simulator.handle(Request("POST", url, headers, json.dumps(body).encode()))
    assert answer.status == 200, answer.body
    return str(answer.json()["Id"])


def does(sandbox: Sandbox, operation: str, **members: Any) -> None:
    """Any other operation, on what there is already."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
        "authorization": "AWS4-HMAC-SHA256 Credential=colleague",
    }
    url = "https://partnercentral-selling.us-east-1.api.aws/"
    answer = sandbox.partner_central.simulator.handle(Request("POST", url, headers, json.dumps(members).encode()))
    assert answer.status == 200, answer.body
