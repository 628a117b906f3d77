"""A small Lambda: handlers run in this process, with their own environment, limits, and Lambda's errors."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import sys
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
from aws_lambda_powertools.logging import logger as powertools
from botocore.loaders import Loader, create_loader

from cosell.sandbox.baton import Baton, Caller, Strand
from cosell.sandbox.faults import LAMBDA, Fault, Faults
from cosell.sandbox.logs import Logs
from cosell.sandbox.wire import ACCOUNT, REGION

KEEPS_ANSWERS = "lambdas.adapters.secrets"
"""Keeps what a remote answered. All functions share this process, so without forgetting it the secret that one function
read would serve the others, which in Lambda read it for themselves."""
PAYLOAD_LIMIT = 6 * 1024 * 1024
"""Bytes of a synchronous request or answer."""

_HIDDEN = ("AWS_", "COSELL_", "POWERTOOLS_", "LAMBDA_", "_X_AMZN")
"""Variables of the developer's shell that a function must not see."""


@dataclass(frozen=True)
class Function:
    """A function as its template declares it."""

    name: str
    handler: str
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 3.0
    memory: int = 128
    role: str = ""

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True)
class Answer:
    """What an invocation came to: a payload, or an error with its cause as Step Functions reports them."""

    payload: Any = None
    error: str | None = None
    cause: str = ""


@dataclass(frozen=True)
class Invocation:
    """One run of a handler, or an attempt at one."""

    at: float
    caller: Caller
    seconds: float
    error: str | None


class Context:
    """What Lambda passes as a handler's second argument."""

    function_version = "$LATEST"

    def __init__(self, function: Function, request: str, ends: float, now: Callable[[], float]) -> None:
        self.function_name = function.name
        self.memory_limit_in_mb = str(function.memory)
        self.invoked_function_arn = function.arn
        self.aws_request_id = request
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = "2026/11/24/[$LATEST]sandbox"
        self._ends = ends
        self._now = now

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - self._now()) * 1000))


class _Costume:
    """Puts the function's environment on while its handler has the baton, and logs what it prints."""

    def __init__(self, variables: Mapping[str, str], logs: Logs) -> None:
        self._variables = variables
        self._logs = logs
        self._shell: dict[str, str | None] = {}
        self._hidden = [name for name in os.environ if name.startswith(_HIDDEN)]
        self._keys: dict[int, dict[str, Any]] = {}
        self._streams = contextlib.ExitStack()

    def on(self) -> None:
        self._shell = {name: os.environ.pop(name, None) for name in self._hidden}
        for name, value in self._variables.items():
            self._shell.setdefault(name, os.environ.get(name))
            os.environ[name] = value
        self._streams.enter_context(self._logs.streams(self._keys))

    def off(self) -> None:
        self._streams.close()
        for name, value in self._shell.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Functions:
    """The deployed functions. One at a time has the baton; any number may be under way."""

    def __init__(self, baton: Baton, faults: Faults, *, seed: int = 0) -> None:
        self.deployed: dict[str, Function] = {}
        self.invocations: list[Invocation] = []
        self.logs = Logs(baton)
        self._baton = baton
        self._clock = baton.clock
        self._faults = faults
        self.chance = random.Random(f"functions {seed}")
        """Makes request ids."""
        self._modules = 0
        self._warm: set[str] = set()

    def add(self, function: Function) -> None:
        self.deployed[function.name] = function

    def find(self, name_or_arn: str) -> Function:
        """Raises KeyError, naming what is deployed."""
        name = name_or_arn.rpartition(":function:")[2].split(":", 1)[0]
        if name not in self.deployed:
            raise KeyError(f"no function is called {name}; deployed: {', '.join(sorted(self.deployed))}")
        return self.deployed[name]

    def invoke(
        self, name_or_arn: str, payload: Any, done: Callable[[Answer], None], *, execution: str = "", state: str = ""
    ) -> None:
        """Invokes as the API does, synchronously: `done` gets the answer, later, in the world's thread.

        `payload` is anything JSON can say. Never raises for what the function does.
        """
        function = self.find(name_or_arn)
        request = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        caller = Caller(function.name, request, execution, state)
        text = json.dumps(payload)
        fault = self._faults.strike(LAMBDA, "Invoke", caller)
        started = self._clock.now

        def answer(result: Answer) -> None:
            result = _altered(result, fault)
            self.invocations.append(Invocation(started, caller, self._clock.now - started, result.error))
            delay = self._baton.delay() + (fault.seconds if fault and fault.kind == "slow" else 0.0)
            self._clock.after(delay, lambda: done(result))

        if fault and fault.kind not in {"slow", "lost answer"}:
            answer(Answer())
        elif len(text) > PAYLOAD_LIMIT:
            answer(Answer(error="Lambda.RequestTooLargeException", cause=f"{len(text)} byte payload is too large"))
        else:
            self._clock.after(self._baton.delay(), lambda: self._run(function, caller, text, answer))

    def _run(self, function: Function, caller: Caller, text: str, answer: Callable[[Answer], None]) -> None:
        ends = self._clock.now + function.timeout
        context = Context(function, caller.request, ends, lambda: self._clock.now)
        strand: Strand | None = None

        def time_out() -> None:
            if strand is not None:
                self._baton.kill(strand)
            message = f"RequestId: {caller.request} Error: Task timed out after {function.timeout:.2f} seconds"
            answer(_failure("Sandbox.Timedout", message))

        timer = self._clock.at(ends, time_out)

        def done(get: Callable[[], Answer]) -> None:
            timer.cancel()
            answer(get())

        costume = _Costume(_variables(function), self.logs)
        strand = self._baton.start(
            lambda: self._handle(function, json.loads(text), context), done, caller=caller, costume=costume
        )

    def _handle(self, function: Function, event: Any, context: Context) -> Answer:
        """Runs in the handler's thread. What the handler raises is its answer."""
        if function.name not in self._warm:
            self._warm.add(function.name)
            forget(KEEPS_ANSWERS)
        try:
            result = self._load(function)(event, context)
        except SystemExit as error:
            message = f"RequestId: {context.aws_request_id} Error: Runtime exited with error: exit status {error.code}"
            return _failure("Runtime.ExitError", message)
        except Exception as error:  # noqa: BLE001 - Lambda's runtime catches everything, too
            return self._raised(error, context)
        try:
            text = json.dumps(result)
        except TypeError as error:
            return _failure("Runtime.MarshalError", f"Unable to marshal response: {error}")
        if len(text) > PAYLOAD_LIMIT:
            limit = f"exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)"
            return _failure("Function.ResponseSizeTooLarge", f"Response payload size ({len(text)} bytes) {limit}.")
        return Answer(payload=json.loads(text))

    def _raised(self, error: Exception, context: Context) -> Answer:
        kind, message = type(error).__name__, str(error)
        if isinstance(error, _NotRunnable):
            kind = error.kind
        cause = {
            "errorMessage": message,
            "errorType": kind,
            "requestId": context.aws_request_id,
            "stackTrace": traceback.format_tb(error.__traceback__)[1:],
        }
        self.logs.write(json.dumps({"level": "ERROR", **cause}) + "\n")  # Lambda's runtime logs it, whoever else did
        return Answer(error=kind, cause=json.dumps(cause))

    def _load(self, function: Function) -> Callable[[Any, Any], Any]:
        module_name, _, name = function.handler.rpartition(".")
        try:
            module = importlib.import_module(module_name)
        except ImportError as error:
            message = f"Unable to import module '{module_name}': {error}"
            raise _NotRunnable("Runtime.ImportModuleError", message) from error
        if len(sys.modules) != self._modules:  # something was imported, perhaps with a logger
            self._modules = len(sys.modules)
            for loaded in _loaded(module_name.partition(".")[0]):
                self.logs.redirect(loaded)
        if not hasattr(module, name):
            raise _NotRunnable("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
        handler: Callable[[Any, Any], Any] = getattr(module, name)
        return handler

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """While this lasts, the functions' code reads its time from the clock.

        It begins and ends as a cold start, but for the packed mapping, which is the same in all worlds.
        """
        runtime = importlib.import_module("lambdas.runtime")
        real = runtime.time
        vars(runtime)["time"] = SimpleNamespace(time=lambda: self._clock.now)
        forget("lambdas.adapters")
        try:
            # boto3 would remember the credentials of whoever used it first, Powertools that something ran before.
            with (
                self.logs.capturing(),
                patch.object(boto3, "DEFAULT_SESSION", _session()),
                patch.object(powertools, "is_cold_start", new=True),
            ):
                yield
        finally:
            vars(runtime)["time"] = real
            forget("lambdas.adapters")


def _session() -> boto3.Session:
    """A new session, which shares with those of other worlds what botocore has read of its own files."""
    session = botocore.session.Session()
    session.register_component("data_loader", _data_of_botocore())
    return boto3.Session(botocore_session=session)


@cache
def _data_of_botocore() -> Loader:
    return create_loader()


class _NotRunnable(Exception):
    """The handler cannot be found; `kind` is Lambda's name for it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def forget(package: str) -> None:
    """Clears every cached function of the package's loaded modules, as a new Lambda environment would."""
    for module in _loaded(package):
        for value in list(vars(module).values()):
            clear = getattr(value, "cache_clear", None)
            if callable(clear) and not isinstance(value, type):
                clear()


def _loaded(package: str) -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name == package or name.startswith(f"{package}.")]


def _variables(function: Function) -> dict[str, str]:
    """The function's environment, with what Lambda adds.

    LAMBDA_TASK_ROOT is left out: Powertools would take it for an X-Ray daemon's presence.
    """
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "ASIASANDBOX",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_SESSION_TOKEN": "sandbox",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "_HANDLER": function.handler,
        **function.environment,
    }


def _altered(answer: Answer, fault: Fault | None) -> Answer:
    """The answer as Step Functions sees it under this fault.

    A lost answer is Lambda.SdkClientException: the error of the client, not of the service, which the client reports
    when a connection breaks or times out; only it leaves open whether the function ran. The service's own
    Lambda.ServiceException is reported before the handler is reached.
    """
    if fault is None or fault.kind == "slow":
        return answer
    if fault.kind == "throttled":
        return Answer(error="Lambda.TooManyRequestsException", cause="Rate Exceeded. (Service: Lambda, Status: 429)")
    if fault.kind in {"failed", "unavailable"}:
        return Answer(error="Lambda.ServiceException", cause="Service error. (Service: Lambda, Status: 500)")
    return Answer(error="Lambda.SdkClientException", cause="Unable to execute HTTP request: Read timed out")


def _failure(kind: str, message: str) -> Answer:
    return Answer(error=kind, cause=json.dumps({"errorType": kind, "errorMessage": message}))
