"""moto's DynamoDB, SQS, Secrets Manager, S3 and SSM as remotes: unpatched, in this process, without a socket."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol, cast

from moto.moto_server.werkzeug_app import create_backend_app

from cosell.sandbox.wire import ACCOUNT, REGION, Refusal, Request, Response, json_response

NAMES = ("dynamodb", "sqs", "secretsmanager", "s3", "ssm")
HOSTS: Mapping[str, tuple[str, ...]] = {
    "dynamodb": (f"dynamodb.{REGION}.amazonaws.com", f"*.ddb.{REGION}.amazonaws.com"),
    "sqs": (f"sqs.{REGION}.amazonaws.com", f"{REGION}.queue.amazonaws.com"),
    "secretsmanager": (f"secretsmanager.{REGION}.amazonaws.com",),
    "s3": (f"s3.{REGION}.amazonaws.com", "s3.amazonaws.com", f"*.s3.{REGION}.amazonaws.com", "*.s3.amazonaws.com"),
    "ssm": (f"ssm.{REGION}.amazonaws.com",),
}

_TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "secretsmanager": ("secretsmanager", "application/x-amz-json-1.1"),
    "ssm": ("AmazonSSM", "application/x-amz-json-1.1"),
}
_REFUSALS: Mapping[tuple[str, Refusal], tuple[int, str]] = {
    ("dynamodb", "throttled"): (400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"),
    ("dynamodb", "unavailable"): (500, "com.amazonaws.dynamodb.v20120810#InternalServerError"),
    ("sqs", "throttled"): (403, "com.amazonaws.sqs#RequestThrottled"),
    ("sqs", "unavailable"): (500, "com.amazonaws.sqs#InternalFailure"),
    ("secretsmanager", "throttled"): (400, "ThrottlingException"),
    ("secretsmanager", "unavailable"): (500, "InternalServiceError"),
    ("ssm", "throttled"): (400, "ThrottlingException"),
    ("ssm", "unavailable"): (500, "InternalServerError"),
}
_S3_REFUSALS: Mapping[Refusal, tuple[int, str]] = {
    "throttled": (503, "SlowDown"),
    "unavailable": (500, "InternalError"),
}


_BATCH = 25
"""Items of one BatchWriteItem."""


class ServiceError(RuntimeError):
    """A service refused what the sandbox itself asked of it."""


class _StartResponse(Protocol):
    def __call__(self, status: str, headers: list[tuple[str, str]], error: object = None, /) -> None: ...


class _Application(Protocol):
    def __call__(self, environ: dict[str, Any], start_response: _StartResponse, /) -> Iterable[bytes]: ...


@cache
def _application(service: str) -> _Application:
    """moto's WSGI application. Making one takes a tenth of a second, so they serve all worlds of the process."""
    return cast("_Application", create_backend_app(cast("Any", service)))


class Service:
    """One of moto's services."""

    def __init__(self, name: str) -> None:
        self.name = name

    def operation(self, request: Request) -> str:
        if self.name == "s3":
            path = request.path.strip("/")
            within = "/" in path if request.host.startswith("s3.") else path  # else the bucket is in the host
            kind = "Object" if within else "Bucket"
            return f"{request.method.capitalize()}{kind}"
        return request.aws_operation or request.method

    def handle(self, request: Request) -> Response:
        return _call(_application(self.name), request)

    def refuse(self, request: Request, how: Refusal) -> Response:
        how = "throttled" if how == "throttled" else "unavailable"
        if self.name == "s3":
            status, code = _S3_REFUSALS[how]
            body = f"<Error><Code>{code}</Code><Message>{how}</Message><RequestId>sandbox</RequestId></Error>"
            return Response(status, {"content-type": "application/xml"}, body.encode())
        status, code = _REFUSALS[self.name, how]
        content_type = request.headers.get("content-type", "application/x-amz-json-1.1")
        return json_response(status, {"__type": code, "message": f"the sandbox made {self.name} {how}"}, content_type)

    def ask(self, operation: str, **members: Any) -> Any:
        """Does what the sandbox itself needs. Raises ServiceError, with the service's answer."""
        target, content_type = _TARGETS[self.name]
        scope = f"20261124/{REGION}/{self.name}/aws4_request"
        headers = {
            "x-amz-target": f"{target}.{operation}",
            "content-type": content_type,
            "authorization": f"AWS4-HMAC-SHA256 Credential=ASIASANDBOX/{scope}, SignedHeaders=host, Signature=0",
        }
        url = f"https://{self.name}.{REGION}.amazonaws.com/"
        response = self.handle(Request("POST", url, headers, json.dumps(members).encode()))
        if response.status >= 300:
            raise ServiceError(f"{self.name} {operation}: {response.status} {response.body.decode(errors='replace')}")
        return json.loads(response.body or b"{}")


class Services:
    """All of them, empty: a new world begins with new services."""

    def __init__(self) -> None:
        for action in ("reset", "seed?a=0"):  # the seed: ids that moto makes up are the same in every run
            _call(_application("moto_api"), Request("POST", f"http://localhost/moto-api/{action}"))
        self.dynamodb = Service("dynamodb")
        self.sqs = Service("sqs")
        self.secretsmanager = Service("secretsmanager")
        self.s3 = Service("s3")
        self.ssm = Service("ssm")

    def named(self, name: str) -> Service:
        service: Service = getattr(self, name)
        return service

    def queue_url(self, arn: str) -> str:
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{arn.rpartition(':')[2]}"

    def send(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Puts a message into a queue. Raises ServiceError."""
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.sqs.ask("SendMessage", QueueUrl=self.queue_url(queue_arn), MessageBody=body, MessageAttributes=typed)

    def messages(self, queue_arn: str) -> list[dict[str, Any]]:
        """All visible messages of a queue, left where they are: Body, and MessageAttributes as plain texts."""
        url = self.queue_url(queue_arn)
        found: list[dict[str, Any]] = []
        receive = {
            "QueueUrl": url,
            "MaxNumberOfMessages": 10,
            "MessageAttributeNames": ["All"],
            "VisibilityTimeout": 600,
        }
        while batch := self.sqs.ask("ReceiveMessage", **receive).get("Messages"):
            found += batch
        for message in found:
            handle = message["ReceiptHandle"]
            self.sqs.ask("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        return [
            {
                "Body": message["Body"],
                "MessageAttributes": {
                    name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
                },
            }
            for message in found
        ]

    # Saving

    def items(self, table: str, pk: str | None = None) -> list[dict[str, Any]]:
        """All items of a table, or those with this `pk`, as DynamoDB's API writes them."""
        asked: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
        if pk is not None:
            asked |= {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}}
        found: list[dict[str, Any]] = []
        while True:
            page = self.dynamodb.ask("Scan" if pk is None else "Query", **asked)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def dump(self) -> dict[str, Any]:
        """Items of all tables, values of all secrets, visible messages of all queues, by name, as JSON."""
        tables = self.dynamodb.ask("ListTables")["TableNames"]
        secrets = [secret["Name"] for secret in self.secretsmanager.ask("ListSecrets")["SecretList"]]
        queues = [url.rpartition("/")[2] for url in self.sqs.ask("ListQueues").get("QueueUrls", [])]
        ask_secret = self.secretsmanager.ask
        return {
            "tables": {name: self.items(name) for name in tables},
            "secrets": {name: ask_secret("GetSecretValue", SecretId=name)["SecretString"] for name in secrets},
            "queues": {name: self.messages(name) for name in queues},
        }

    def load(self, document: Mapping[str, Any]) -> None:
        """Fills tables, secrets and queues of the same names. Raises ValueError, naming what is not there."""
        here = self.dump()
        for kind, name in (("tables", "table"), ("secrets", "secret"), ("queues", "queue")):
            if missing := sorted(set(document[kind]) - set(here[kind])):
                raise ValueError(f"the {name} {missing[0]}, of which it has the content, is not deployed any more")
        for name, items in document["tables"].items():
            for start in range(0, len(items), _BATCH):
                puts = [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]
                self.dynamodb.ask("BatchWriteItem", RequestItems={name: puts})
        for name, text in document["secrets"].items():
            self.secretsmanager.ask("PutSecretValue", SecretId=name, SecretString=text)
        for name, messages in document["queues"].items():
            for message in messages:
                self.send(name, message["Body"], message["MessageAttributes"])


def _call(application: _Application, request: Request) -> Response:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path.encode().decode("latin-1"),  # WSGI's way to carry bytes
        "QUERY_STRING": request.query,
        "SERVER_NAME": request.host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": request.host,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key not in {"HOST", "CONTENT_LENGTH"}:
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    answered: list[tuple[str, list[tuple[str, str]]]] = []
    chunks = application(environ, lambda status, headers, _error=None, /: answered.append((status, headers)))
    body = b"".join(chunks)
    ((status, headers),) = answered
    return Response(int(status.split(" ", 1)[0]), {name.lower(): value for name, value in headers}, body)
