"""A small API Gateway: REST APIs whose methods hand the whole request to a Lambda function."""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from cosell.sandbox.functions import Answer, Functions
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import ACCOUNT, REGION, Refusal, Request, Response, json_response

Done = Callable[[Response], None]

_TIMEOUT = 29.0
"""Seconds an integration may take where the method sets no limit."""


@dataclass(frozen=True)
class Method:
    """A method that a function answers; `path` is a template such as `/webhooks/{source}`, `verb` may be ANY."""

    verb: str
    path: str
    function: str
    timeout: float = _TIMEOUT

    def match(self, verb: str, path: str) -> dict[str, str] | None:
        """The path's parameters, or None where it is another method's."""
        if self.verb not in {verb, "ANY"}:
            return None
        parameters: dict[str, str] = {}
        parts, wanted = path.strip("/").split("/"), self.path.strip("/").split("/")
        for place, name in enumerate(wanted):
            if name.endswith("+}"):
                return {**parameters, name[1:-2]: "/".join(parts[place:])} if parts[place:] else None
            if place >= len(parts) or (not name.startswith("{") and name != parts[place]):
                return None
            if name.startswith("{"):
                parameters[name[1:-1]] = parts[place]
        return parameters if len(parts) == len(wanted) else None


@dataclass
class Api:
    """A REST API with its stages."""

    id: str
    name: str
    methods: list[Method] = field(default_factory=list)
    stages: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Stage variables by stage."""

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.{REGION}.amazonaws.com"


class Gateway:
    """All REST APIs of the account; also a remote, for code that calls one."""

    def __init__(self, clock: Clock, functions: Functions) -> None:
        self.apis: dict[str, Api] = {}
        self._clock = clock
        self._functions = functions
        self._requests = itertools.count(1)

    def operation(self, request: Request) -> str:
        return f"{request.method} {request.path}"

    def refuse(self, _request: Request, how: Refusal) -> Response:
        if how == "throttled":
            return json_response(429, {"message": "Too Many Requests"})
        return json_response(500, {"message": "Internal server error"})

    def handle(self, request: Request) -> Response:
        """Answers after doing everything that falls due until then."""
        answers: list[Response] = []
        self.receive(request, answers.append)
        self._clock.run_while(lambda: not answers)
        return answers[0] if answers else json_response(504, {"message": "Endpoint request timed out"})

    def receive(self, request: Request, done: Done) -> None:
        """Takes a request for `https://<api>.execute-api.../<stage>/<path>`; `done` gets the answer, later."""
        api = self.apis.get(request.host.split(".", 1)[0])
        stage, _, path = request.path.lstrip("/").partition("/")
        if api is None or stage not in api.stages:
            done(json_response(403, {"message": "Forbidden"}))
            return
        for method in api.methods:
            parameters = method.match(request.method, path)
            if parameters is not None:
                route = _Route(api, stage, f"/{path}", method, parameters)
                self._invoke(method, self._event(route, request), done)
                return
        done(json_response(403, {"message": "Missing Authentication Token"}))

    def _invoke(self, method: Method, event: dict[str, Any], done: Done) -> None:
        open_ = True

        def close(response: Response) -> None:
            nonlocal open_
            if open_:
                open_ = False
                timer.cancel()
                done(response)

        late = json_response(504, {"message": "Endpoint request timed out"})
        timer = self._clock.after(method.timeout, lambda: close(late))
        self._functions.invoke(method.function, event, lambda answer: close(_response(answer)))

    def _event(self, route: _Route, request: Request) -> dict[str, Any]:
        api, stage, path, method = route.api, route.stage, route.path, route.method
        sent = request.sent_headers or tuple((name.title(), value) for name, value in request.headers.items())
        headers = [(name, value) for name, value in sent if name.lower() not in {"host", "connection"}]
        headers += [("Host", api.host), ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")]
        query = parse_qsl(request.query, keep_blank_values=True)
        body, encoded = _text(request.body)
        now = datetime.fromtimestamp(self._clock.now, UTC)
        return {
            "resource": method.path,
            "path": path,
            "httpMethod": request.method,
            "headers": dict(headers),
            "multiValueHeaders": _grouped(headers),
            "queryStringParameters": dict(query) or None,
            "multiValueQueryStringParameters": _grouped(query) or None,
            "pathParameters": dict(route.parameters) or None,
            "stageVariables": dict(api.stages[stage]) or None,
            "requestContext": {
                "resourcePath": method.path,
                "httpMethod": request.method,
                "path": f"/{stage}{path}",
                "accountId": ACCOUNT,
                "protocol": "HTTP/1.1",
                "stage": stage,
                "domainPrefix": api.id,
                "domainName": api.host,
                "apiId": api.id,
                "requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{api.id} {next(self._requests)}")),
                "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": int(self._clock.now * 1000),
                "identity": {"sourceIp": "127.0.0.1", "userAgent": request.headers.get("user-agent")},
            },
            "body": body,
            "isBase64Encoded": encoded,
        }


@dataclass(frozen=True)
class _Route:
    """Where a request goes; `path` is without the stage."""

    api: Api
    stage: str
    path: str
    method: Method
    parameters: Mapping[str, str]


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _text(body: bytes) -> tuple[str | None, bool]:
    if not body:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _response(answer: Answer) -> Response:
    """What the client gets; everything that is no proxy response is a 502, as is the function's failure."""
    broken = json_response(502, {"message": "Internal server error"})
    payload = answer.payload
    if answer.error == "Sandbox.Timedout":
        return json_response(504, {"message": "Endpoint request timed out"})
    if answer.error is not None or not isinstance(payload, dict) or not isinstance(payload.get("statusCode"), int):
        return broken
    body = payload.get("body") or ""
    if not isinstance(body, str):
        return broken
    raw = base64.b64decode(body) if payload.get("isBase64Encoded") else body.encode()
    headers = {"content-type": "application/json"}
    headers |= {name.lower(): str(value) for name, value in (payload.get("headers") or {}).items()}
    headers |= {name.lower(): ", ".join(values) for name, values in (payload.get("multiValueHeaders") or {}).items()}
    return Response(payload["statusCode"], headers, raw)
