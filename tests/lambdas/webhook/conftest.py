"""A receiver with its secret and its bus on moto's AWS, with the time held still."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from lambdas import runtime
from lambdas.adapters import aws, secrets
from tests.lambdas.webhook.receiver import APP, CURRENT, NOW, PREVIOUS, World

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "COSELL_CATALOG": "Sandbox",
    "COSELL_SECRET": "cosell-test/hubspot",
    "COSELL_BUS": "cosell-test-events",
}
SECRET = {
    "hubspot_token": "pat-na1",
    "hubspot_client_secret": CURRENT,
    "hubspot_previous_client_secret": PREVIOUS,
    "hubspot_app_id": str(APP),
    "portal_id": "44000001",
}


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        boto3.client("secretsmanager").create_secret(Name="cosell-test/hubspot", SecretString=json.dumps(SECRET))
        boto3.client("events").create_event_bus(Name="cosell-test-events")
        yield


@pytest.fixture
def world(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(runtime, "now", lambda: NOW)
    log = io.StringIO()
    monkeypatch.setattr(runtime.logger.registered_handler, "stream", log)
    aws.client.cache_clear()
    secrets._read.cache_clear()
    made = World(log)
    events = aws.client("events").meta.events
    events.register("provide-client-params.events.PutEvents", made.heard)
    events.register("after-call.events.PutEvents", made.answered)
    yield made
    aws.client.cache_clear()
    secrets._read.cache_clear()
