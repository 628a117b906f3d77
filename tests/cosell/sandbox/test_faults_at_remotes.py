"""The same faults at HubSpot, at Partner Central and at each of moto's services, as real clients meet them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from cosell.sandbox.baton import Caller
from cosell.sandbox.faults import ONLY_OF, Fault, Faults, Kind
from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.partner_central import PartnerCentral, Switches
from tests.cosell.sandbox.conftest import Account

OUTCOMES: dict[Kind, tuple[str, int]] = {
    "failed": ("refused", 0),
    "unavailable": ("refused", 0),
    "throttled": ("throttled", 0),
    "locked": ("423", 0),
    "moving": ("477, again in 60 s", 0),
    "timeout": ("no answer", 0),
    "reset": ("reset", 0),
    "slow": ("no answer", 1),
    "lost answer": ("no answer", 1),
}
"""What the client sees of each kind, and how often the thing was done."""
THROTTLED = {"ThrottlingException", "RequestThrottled", "SlowDown", "429"}
DEALS = "https://api.hubapi.com/crm/objects/2026-09/deals"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/q"


@cache
def client(service: str) -> Any:
    """One for all tests: the network is under it, and making one takes longer than all its calls."""
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=5),
    )


@dataclass(frozen=True)
class Asked:
    """A call that leaves one thing behind each time, and how many things there are."""

    operation: str
    make: Callable[[int], object]
    count: Callable[[], int]
    prepare: Callable[[], object] = lambda: None


TOKEN = {"Authorization": "Bearer pat-na1-00000000-0000-4000-8000-000000000001"}


def make_deal(number: int) -> None:
    body = {"properties": {"dealname": f"Deal {number}", "dealstage": "qualifiedtobuy"}}
    httpx.post(DEALS, json=body, headers=TOKEN, timeout=5).raise_for_status()


def make_table() -> None:
    client("dynamodb").create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


ASKED = {
    "hubspot": Asked("deals.create", make_deal, lambda: len(httpx.get(DEALS, headers=TOKEN).json()["results"])),
    "partner_central": Asked(
        "CreateOpportunity",
        lambda n: client("partnercentral-selling").create_opportunity(Catalog="AWS", ClientToken=f"{n}"),
        lambda: len(client("partnercentral-selling").list_opportunities(Catalog="AWS")["OpportunitySummaries"]),
    ),
    "dynamodb": Asked(
        "PutItem",
        lambda n: client("dynamodb").put_item(TableName="t", Item={"k": {"S": f"{n}"}}),
        lambda: int(client("dynamodb").scan(TableName="t")["Count"]),
        make_table,
    ),
    "sqs": Asked(
        "SendMessage",
        lambda n: client("sqs").send_message(QueueUrl=QUEUE, MessageBody=f"{n}"),
        lambda: int(
            client("sqs").get_queue_attributes(QueueUrl=QUEUE, AttributeNames=["All"])["Attributes"][
                "ApproximateNumberOfMessages"
            ]
        ),
        lambda: client("sqs").create_queue(QueueName="q"),
    ),
    "secretsmanager": Asked(
        "CreateSecret",
        lambda n: client("secretsmanager").create_secret(Name=f"s{n}", SecretString="x"),
        lambda: len(client("secretsmanager").list_secrets()["SecretList"]),
    ),
    "s3": Asked(
        "PutObject",
        lambda n: client("s3").put_object(Bucket="bucket", Key=f"{n}", Body=b"x"),
        lambda: int(client("s3").list_objects_v2(Bucket="bucket")["KeyCount"]),
        lambda: client("s3").create_bucket(Bucket="bucket"),
    ),
    "ssm": Asked(
        "PutParameter",
        lambda n: client("ssm").put_parameter(Name=f"/p{n}", Value="x", Type="String"),
        lambda: len(client("ssm").describe_parameters()["Parameters"]),
    ),
}


def outcome(make: Callable[[int], object], number: int) -> str:
    """What a client sees of one call."""
    try:
        make(number)
    except (ReadTimeoutError, httpx.ReadTimeout):
        return "no answer"
    except (ConnectionClosedError, httpx.ReadError):
        return "reset"
    except ClientError as error:
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    except httpx.HTTPStatusError as error:
        status, wait = error.response.status_code, error.response.headers.get("retry-after")
        code = f"{status}, again in {wait} s" if wait else f"{status}"
    else:
        return "done"
    return "throttled" if code in THROTTLED else "refused" if status >= 500 else code


@pytest.fixture(params=ASKED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def asked(account: Account, name: str) -> Asked:
    account.cloud.network.add("hubspot", HubSpot(account.clock), "api.hubapi.com")
    account.cloud.network.add(
        "partner_central",
        PartnerCentral(account.clock, switches=Switches(throttling=False)),
        "partnercentral-selling.us-east-1.api.aws",
    )
    ASKED[name].prepare()
    return ASKED[name]


def test_each_kind_of_fault(account: Account, name: str, asked: Asked) -> None:
    kinds = [kind for kind in get_args(Kind) if ONLY_OF.get(kind, name) == name]

    def handler(number: int, _context: Any) -> str:
        return outcome(asked.make, number)

    for number, kind in enumerate(kinds):
        before = asked.count()
        account.cloud.faults.add(Fault(kind, remote=name, operation=asked.operation))

        seen = account.run(handler, number).payload

        assert (kind, seen, asked.count() - before) == (kind, *OUTCOMES[kind])
    assert account.run(handler, len(kinds)).payload == "done"


def test_a_share_of_one_operation_fails_until_healed(account: Account, name: str, asked: Asked) -> None:
    fault = Fault("unavailable", remote=name, operation=asked.operation, times=None, rate=0.5)
    account.cloud.faults.add(fault)
    account.cloud.faults.add(Fault("unavailable", remote="elsewhere", times=None))
    foretold = Faults(seed=0)
    foretold.add(fault)
    expected = [
        "done" if foretold.strike(name, asked.operation, Caller("tiny-work")) is None else "refused" for _ in range(6)
    ]

    def handler(numbers: list[int], _context: Any) -> list[str]:
        return [outcome(asked.make, number) for number in numbers]

    assert account.run(handler, [*range(6)]).payload == expected
    assert set(expected) == {"done", "refused"}
    assert asked.count() == expected.count("done")
    account.cloud.faults.heal(name)
    assert account.run(handler, [6, 7]).payload == ["done", "done"]
