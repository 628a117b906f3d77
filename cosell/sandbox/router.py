"""One address for everything: tells by headers and path whom a request is for, as hosts do elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.wire import REGION, Request, Response, json_response

Done = Callable[[Response], None]

_TARGETS = {
    "AWSStepFunctions": "states",
    "AWSEvents": "events",
    "AWSPartnerCentralSelling": "partner_central",
    "DynamoDB_20120810": "dynamodb",
    "AmazonSQS": "sqs",
    "secretsmanager": "secretsmanager",
    "AmazonSSM": "ssm",
}
_SIGNED_FOR = {"partnercentral-selling": "partner_central", "partnercentral": "partner_central"}
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")


class Router:
    """Answers requests from outside the sandbox. What it answers appears in no trace and suffers no fault."""

    def __init__(self, cloud: Cloud, hubspot: HubSpot) -> None:
        self.pages: list[Callable[[Request], Response | None]] = []
        """Asked first, in order: a console, for example."""
        self._cloud = cloud
        self._hubspot = hubspot

    def receive(self, request: Request, done: Done) -> None:
        """Answers now, or as soon as a function has; in the world's thread."""
        for page in self.pages:
            if (response := page(request)) is not None:
                done(response)
                return
        if (name := _service(request)) is not None:
            done(self._ask(name, request))
        elif (host := self._api(request)) is not None:
            self._cloud.gateway.receive(_at(host, request), done)
        elif self._hubspot.operation(request) != "unknown":
            done(self._hubspot.handle(_at("api.hubapi.com", request)))
        else:
            done(json_response(404, {"message": f"nothing in the sandbox answers {request.method} {request.path}"}))

    def _ask(self, name: str, request: Request) -> Response:
        try:
            remote = self._cloud.network.remote(name)
        except KeyError:
            return json_response(404, {"message": f"the sandbox has no {name}"})
        host = f"{name}.{REGION}.amazonaws.com"
        return remote.handle(_at(host, request))

    def _api(self, request: Request) -> str | None:
        stage = request.path.lstrip("/").partition("/")[0]
        return next((api.host for api in self._cloud.gateway.apis.values() if stage in api.stages), None)


def _service(request: Request) -> str | None:
    target = request.headers.get("x-amz-target", "").partition(".")[0]
    if target in _TARGETS:
        return _TARGETS[target]
    if found := _SCOPE.search(request.headers.get("authorization", "")):
        return _SIGNED_FOR.get(found[1], found[1])
    return None


def _at(host: str, request: Request) -> Request:
    """The same request, as it would have been sent to its real host."""
    url = urlsplit(request.url)._replace(scheme="https", netloc=host).geturl()
    return replace(request, url=url, headers={**request.headers, "host": host})
