"""The network between functions and remotes: botocore and httpx are cut at their transports, hosts lead to `Remote`s.

Everything above the transport is the real client: signing, serializing, retries, timeouts, error classes.
"""

from __future__ import annotations

import fnmatch
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import botocore.awsrequest
import botocore.exceptions
import botocore.httpsession
import httpx

from cosell.sandbox.baton import Baton, Caller
from cosell.sandbox.faults import Fault, Faults
from cosell.sandbox.wire import Remote, Request, Response

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ENDLESS = 3600.0
"""Seconds that a client without a timeout waits: longer than any function runs."""
OUTSIDE = Caller(function="(outside)")
"""Whoever calls from a thread that is no handler's: a test, the loader, an operator's command."""


class UnknownHost(RuntimeError):
    """Code called a host that the sandbox does not know."""


class NoAnswer(Exception):
    """The client waited in vain; whether the thing was done, it cannot know."""


class Reset(Exception):
    """The connection broke before the request arrived."""


@dataclass(frozen=True)
class Call:
    """One remote call as it happened; `ok` is what the caller saw: an answer below 400."""

    at: float
    caller: Caller
    remote: str
    operation: str
    ok: bool
    status: int | None
    fault: str | None = None

    @property
    def function(self) -> str:
        return self.caller.function

    @property
    def execution(self) -> str:
        return self.caller.execution


Guard = Callable[[str, str, Request, Caller], Response | None]
"""Answers in place of a remote where the caller may not call it (IAM), else None."""


class Network:
    """Routes by host, takes each call's time, lets faults strike, and keeps the trace of all calls."""

    def __init__(self, baton: Baton, faults: Faults) -> None:
        self.baton = baton
        self.faults = faults
        self.calls: list[Call] = []
        self.guard: Guard = lambda _remote, _operation, _request, _caller: None
        self._routes: list[tuple[str, str, Remote]] = []
        self._names: dict[str, Remote] = {}

    def add(self, name: str, remote: Remote, *hosts: str) -> None:
        """Makes `remote` known under `name` (for faults and counts) at the hosts, which may hold `*`."""
        self._names[name] = remote
        self._routes += [(host, name, remote) for host in hosts]

    def remote(self, name: str) -> Remote:
        return self._names[name]

    def send(self, request: Request, *, patience: float) -> Response:
        """Carries one request and its answer; from a handler's thread this takes virtual time.

        Raises NoAnswer (after `patience` seconds), Reset, UnknownHost.
        """
        name, remote = self._route(request)
        strand = self.baton.current
        if strand is None:
            return self.perform(name, remote, request, OUTSIDE)[0]
        waits = 0.0

        def perform() -> Response:
            nonlocal waits
            try:
                response, waits = self.perform(name, remote, request, strand.caller)
            except NoAnswer:
                waits = patience
                raise
            if waits > patience:
                waits = patience
                raise NoAnswer
            return response

        return self.baton.call(perform, extra=lambda: waits)

    def perform(self, name: str, remote: Remote, request: Request, caller: Caller) -> tuple[Response, float]:
        """What the remote answers, and how many seconds more than usual it takes."""
        operation = remote.operation(request)
        fault = None if caller is OUTSIDE else self.faults.strike(name, operation, caller)
        call = Call(
            self.baton.clock.now, caller, name, operation, ok=False, status=None, fault=fault.kind if fault else None
        )
        self.calls.append(call)
        place = len(self.calls) - 1
        response = self._answer(name, remote, request, call, fault)
        seen = fault is None or fault.kind != "lost answer"
        self.calls[place] = replace(call, status=response.status, ok=seen and response.status < 400)
        if not seen:
            raise NoAnswer
        return response, fault.seconds if fault and fault.kind == "slow" else 0.0

    def _answer(self, name: str, remote: Remote, request: Request, call: Call, fault: Fault | None) -> Response:
        match fault.kind if fault else None:
            case "timeout":
                raise NoAnswer
            case "reset":
                raise Reset
            case "throttled" | "failed" | "unavailable" | "locked" | "moving" as how:
                return remote.refuse(request, how)
        return self.guard(name, call.operation, request, call.caller) or remote.handle(request)

    def _route(self, request: Request) -> tuple[str, Remote]:
        for pattern, name, remote in self._routes:
            if fnmatch.fnmatchcase(request.host, pattern):
                return name, remote
        known = ", ".join(pattern for pattern, _, _ in self._routes)
        raise UnknownHost(
            f"{request.host or request.url} is no host of the sandbox; give it a remote with "
            f"Network.add(name, remote, {request.host!r}). Known: {known}"
        )

    @contextmanager
    def installed(self) -> Iterator[None]:
        """While this lasts, botocore, httpx and `time.sleep` of every handler go through this network."""
        aws_send = botocore.httpsession.URLLib3Session.send
        http_send = httpx.HTTPTransport.handle_request
        real_sleep = time.sleep

        def send(session: Any, request: Any) -> Any:
            if self._is_ours(request.url):
                return _botocore(self, session, request)
            return aws_send(session, request)

        def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if self._is_ours(str(request.url)):
                return _httpx(self, request)
            return http_send(transport, request)

        def sleep(seconds: float) -> None:
            if self.baton.current is None:
                real_sleep(seconds)
            else:
                self.baton.sleep(seconds)

        with (
            patch.object(botocore.httpsession.URLLib3Session, "send", send),
            patch.object(httpx.HTTPTransport, "handle_request", handle_request),
            patch.object(time, "sleep", sleep),
        ):
            yield

    def _is_ours(self, url: str) -> bool:
        """Everything a handler sends; from outside, the loopback address is the real one (the sandbox's own server)."""
        return self.baton.current is not None or Request("GET", url).host not in LOOPBACK


def _httpx(network: Network, request: httpx.Request) -> httpx.Response:
    timeout = request.extensions.get("timeout", {}).get("read")
    headers = {name.lower(): value for name, value in request.headers.items()}
    wire = Request(request.method, str(request.url), headers, request.read())
    try:
        response = network.send(wire, patience=ENDLESS if timeout is None else timeout)
    except NoAnswer:
        raise httpx.ReadTimeout("The read operation timed out", request=request) from None
    except Reset:
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request) from None
    return httpx.Response(response.status, headers=dict(response.headers), content=response.body)


class _Raw(io.BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self, *_args: object, **_kwargs: object) -> Iterator[bytes]:
        while chunk := self.read():
            yield chunk


def _botocore(network: Network, session: Any, request: Any) -> Any:
    timeout = session._timeout  # noqa: SLF001 - the only place where botocore keeps it
    patience = getattr(timeout, "read_timeout", timeout) or ENDLESS
    headers = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
    body = request.body or b""
    if not isinstance(body, (bytes, bytearray, str)):
        body = body.read()
    wire = Request(request.method, request.url, headers, body.encode() if isinstance(body, str) else bytes(body))
    try:
        response = network.send(wire, patience=float(patience))
    except NoAnswer:
        error = TimeoutError("Read timed out.")
        raise botocore.exceptions.ReadTimeoutError(endpoint_url=request.url, error=error) from None
    except Reset:
        reset = ConnectionResetError(104, "Connection reset by peer")
        raise botocore.exceptions.ConnectionClosedError(
            endpoint_url=request.url, error=reset, request=request
        ) from None
    raw = _Raw(response.body)
    answer = botocore.awsrequest.AWSResponse(request.url, response.status, dict(response.headers), raw)
    if not request.stream_output:
        _ = answer.content  # read at once, as the real session does
    return answer


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
