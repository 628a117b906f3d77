"""A right that the templates do not give is missing here, too."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.permissions import Asked, Permissions, UnknownPolicy
from cosell.sandbox.wire import Request
from tests.cosell.sandbox.conftest import Account

ROLE = "arn:aws:iam::123456789012:role/reader"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/links"


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def permissions(*statements: dict[str, Any]) -> Permissions:
    return Permissions({ROLE: [{"Statement": list(statements)}]})


def refused(given: Permissions, remote: str, operation: str, **body: Any) -> str | None:
    """The action that is missing, as the answer names it."""
    request = Request("POST", "https://x/", {"x-amz-target": f"X.{operation}"}, json.dumps(body).encode())
    response = given.refusal(ROLE, remote, operation, request)
    if response is None:
        return None
    assert response.status == 400
    assert response.json()["__type"] == "AccessDeniedException"
    return str(response.json()["message"]).partition("perform: ")[2].partition(" because")[0]


def test_actions_and_resources() -> None:
    given = permissions(allow(["dynamodb:GetItem", "dynamodb:Put*"], TABLE))

    assert refused(given, "dynamodb", "GetItem", TableName="links") is None
    assert refused(given, "dynamodb", "PutItem", TableName="links") is None
    assert refused(given, "dynamodb", "DeleteItem", TableName="links") == f"dynamodb:DeleteItem on resource: {TABLE}"
    other = "arn:aws:dynamodb:us-east-1:123456789012:table/other"
    assert refused(given, "dynamodb", "GetItem", TableName="other") == f"dynamodb:GetItem on resource: {other}"
    index = f"dynamodb:Query on resource: {TABLE}/index/open"
    assert refused(given, "dynamodb", "Query", TableName="links", IndexName="open") == index


def test_a_transaction_needs_the_rights_of_its_parts() -> None:
    items = [{"Put": {"TableName": "links"}}, {"ConditionCheck": {"TableName": "links"}}]

    given = permissions(allow("dynamodb:PutItem", TABLE))
    missing = f"dynamodb:ConditionCheckItem on resource: {TABLE}"
    assert refused(given, "dynamodb", "TransactWriteItems", TransactItems=items) == missing

    given = permissions(allow(["dynamodb:PutItem", "dynamodb:ConditionCheckItem"], TABLE))
    assert refused(given, "dynamodb", "TransactWriteItems", TransactItems=items) is None


def test_conditions_and_the_rights_an_operation_also_needs() -> None:
    sandbox_only = {"StringEquals": {"partnercentral:Catalog": "Sandbox"}}
    create = allow("partnercentral:CreateOpportunity", Condition=sandbox_only)
    tag = allow("partnercentral:TagResource", "arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/*")

    assert refused(permissions(create, tag), "partner_central", "CreateOpportunity", Catalog="Sandbox") is None
    denied = refused(permissions(create, tag), "partner_central", "CreateOpportunity", Catalog="AWS")
    assert denied is not None
    assert denied.startswith("partnercentral:CreateOpportunity on")
    denied = refused(permissions(create), "partner_central", "CreateOpportunity", Catalog="Sandbox")
    assert denied is not None
    assert denied.startswith("partnercentral:TagResource on")


def test_a_deny_outweighs_and_no_statement_is_no() -> None:
    asked = Asked("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q", {})

    assert permissions(allow("sqs:*")).allow(ROLE, asked)
    assert not permissions(allow("sqs:*"), {**allow("sqs:SendMessage"), "Effect": "Deny"}).allow(ROLE, asked)
    assert not permissions().allow(ROLE, asked)
    assert not permissions(allow("*")).allow("arn:aws:iam::123456789012:role/another", asked)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, "NotAction in a policy is not known"),
        (allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), "IpAddress on aws:SourceIp"),
        (allow("s3:*", Condition={"StringEquals": {"s3:prefix": "a"}}), "StringEquals on s3:prefix"),
    ],
)
def test_what_is_not_known_is_refused_by_name(statement: dict[str, Any], says: str) -> None:
    with pytest.raises(UnknownPolicy, match=says):
        permissions(statement)


def test_a_handler_gets_the_error_that_boto3_makes_of_it(account: Account) -> None:
    account.cloud.permissions = Permissions({})

    answer = account.run(lambda _event, _context: boto3.client("dynamodb").get_item(TableName="links", Key={}))

    assert answer.error == "ClientError"
    assert "AccessDeniedException" in answer.cause
    assert "not authorized to perform: dynamodb:GetItem" in answer.cause


def test_machines_and_rules_need_rights_of_their_own(sandbox: Sandbox) -> None:
    sandbox.cloud.permissions = Permissions({})
    machine = next(iter(sandbox.cloud.machines.machines))
    execution = sandbox.cloud.machines.start(machine, {})
    sandbox.cloud.events.put(sandbox.cloud.events.event("cosell", "Pair Handed On", {}), "cosell-sandbox-events")
    sandbox.run_until_quiet()

    assert execution.error == "Lambda.AWSLambdaException"
    assert "lambda:InvokeFunction" in str(execution.cause)
    (letter,) = sandbox.dlq("undelivered")
    assert letter["MessageAttributes"]["ERROR_CODE"] == "NO_PERMISSIONS"
