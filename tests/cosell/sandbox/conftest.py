"""A small account with functions of the test's own, where the stacks would say too much."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.functions import Answer, Function
from cosell.sandbox.stepfunctions import Clock

Handler = Callable[[Any, Any], Any]


class Account:
    """An empty account that runs handlers which are plain functions of the test."""

    def __init__(self, module: ModuleType, seed: int = 0) -> None:
        self.clock = Clock()
        self.cloud = Cloud(self.clock, seed=seed)
        self._module = module

    def deploy(
        self, name: str, handler: Handler, *, timeout: float = 30.0, environment: Mapping[str, str] | None = None
    ) -> Function:
        attribute = name.replace("-", "_")
        setattr(self._module, attribute, handler)
        role = f"arn:aws:iam::123456789012:role/{name}"
        function = Function(name, f"tiny.{attribute}", environment or {}, timeout, role=role)
        self.cloud.functions.add(function)
        return function

    def invoke(self, name: str, payload: Any = None) -> list[Answer]:
        """Begins an invocation; the list has its answer once there is one."""
        answers: list[Answer] = []
        self.cloud.functions.invoke(name, payload, answers.append)
        return answers

    def run(self, handler: Handler, payload: Any = None, **options: Any) -> Answer:
        """Deploys and runs a handler, until the world is quiet."""
        self.deploy("tiny-work", handler, **options)
        answers = self.invoke("tiny-work", payload)
        self.clock.run_until_quiet()
        (answer,) = answers
        return answer


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that the handlers of `Account` are in."""
    module = ModuleType("tiny")
    monkeypatch.setitem(sys.modules, "tiny", module)
    return module


@pytest.fixture
def account(tiny: ModuleType) -> Iterator[Account]:
    made = Account(tiny)
    with made.cloud.running():
        yield made
