"""The adapters on moto's AWS, with the time held still."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import httpx
import pytest
from moto import mock_aws

from lambdas import runtime
from lambdas.adapters import aws, hubspot_client, secrets
from tests.lambdas.adapters.hubspot_wire import Wire, set_token


@dataclass
class Now:
    """The time that adapters read: seconds since the epoch, moved by tests alone."""

    seconds: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    held = Now()
    monkeypatch.setattr(runtime, "now", held)
    return held


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "COSELL_CATALOG": "Sandbox",
    "COSELL_LINKS_TABLE": "cosell-test-links",
    "COSELL_SYNC_TABLE": "cosell-test-sync-state",
    "COSELL_SECRET": "cosell-test/hubspot",
    "COSELL_BUS": "cosell-test-events",
}
SECRET = {
    "hubspot_token": "pat-na1-first",
    "hubspot_client_secret": "current",
    "hubspot_previous_client_secret": "previous",
    "hubspot_app_id": 9000001,
    "portal_id": "44000001",
}


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    """The data stack of a deployment, and clients made for it: both cost more than most tests."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        aws.client.cache_clear()
        _make_tables()
        boto3.client("secretsmanager").create_secret(Name="cosell-test/hubspot", SecretString="{}")
        boto3.client("events").create_event_bus(Name="cosell-test-events")
        yield
    aws.client.cache_clear()


@pytest.fixture
def cloud(account: None, now: Now) -> Iterator[None]:
    """Empty tables and a whole secret."""
    dynamodb = boto3.client("dynamodb")
    for table, names in (("cosell-test-links", ("pk",)), ("cosell-test-sync-state", ("pk", "sk"))):
        for item in dynamodb.scan(TableName=table)["Items"]:
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in names})
    boto3.client("secretsmanager").put_secret_value(SecretId="cosell-test/hubspot", SecretString=json.dumps(SECRET))
    secrets._read.cache_clear()
    yield
    secrets._read.cache_clear()


def _make_tables() -> None:
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="cosell-test-links",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.create_table(
        TableName="cosell-test-sync-state",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "open", "AttributeType": "S"},
            {"AttributeName": "since", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "open",
                "KeySchema": [
                    {"AttributeName": "open", "KeyType": "HASH"},
                    {"AttributeName": "since", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def wire(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    carried = Wire()
    set_token(carried.hubspot.app.token)
    secrets._read.cache_clear()
    monkeypatch.setattr(time, "sleep", carried.waits.append)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: _read(carried(request), request))
    yield carried
    hubspot_client.http().close()
    hubspot_client.http.cache_clear()


def _read(response: httpx.Response, request: httpx.Request) -> httpx.Response:
    response.request = request
    return response


@pytest.fixture(params=["2026-09", "v3"])
def family(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COSELL_HUBSPOT_API", request.param)
    return str(request.param)
