"""moto's services, in this process."""

from __future__ import annotations

import pytest

from cosell.sandbox.services import NAMES, ServiceError, Services
from cosell.sandbox.wire import Request

QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"


def test_each_world_begins_with_empty_services() -> None:
    first = Services()
    first.secretsmanager.ask("CreateSecret", Name="a", SecretString="b", ClientRequestToken="c" * 32)
    assert first.secretsmanager.ask("GetSecretValue", SecretId="a")["SecretString"] == "b"

    second = Services()

    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        second.secretsmanager.ask("GetSecretValue", SecretId="a")


def test_looking_at_messages_leaves_them_where_they_are() -> None:
    services = Services()
    services.sqs.ask("CreateQueue", QueueName="letters")
    for number in range(23):
        services.send(QUEUE, f"letter {number}", {"ERROR_CODE": "X"})

    assert len(services.messages(QUEUE)) == 23
    assert services.messages(QUEUE)[0] == {"Body": "letter 0", "MessageAttributes": {"ERROR_CODE": "X"}}


@pytest.mark.parametrize("name", NAMES)
def test_every_service_can_refuse(name: str) -> None:
    service = Services().named(name)
    request = Request("POST", f"https://{name}.us-east-1.amazonaws.com/", {"x-amz-target": "A.Do"})

    throttled, broken = service.refuse(request, "throttled"), service.refuse(request, "unavailable")

    assert 400 <= throttled.status <= 503
    assert broken.status >= 500
    assert throttled.body != broken.body


def test_operations_are_named_as_the_api_names_them() -> None:
    services = Services()
    url = "https://sqs.us-east-1.amazonaws.com/"

    assert services.dynamodb.operation(Request("POST", url, {"x-amz-target": "DynamoDB_20120810.GetItem"})) == "GetItem"
    assert services.sqs.operation(Request("POST", url, body=b"Action=SendMessage&Version=2012-11-05")) == "SendMessage"
    assert services.s3.operation(Request("GET", "https://s3.us-east-1.amazonaws.com/bucket/key")) == "GetObject"
