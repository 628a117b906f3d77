"""A simulated portal, and set-up's view of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.portal import api
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.setup.api import Answer, Api, shown
from cosell.setup.show import set_up
from cosell.terminal import Trouble
from lambdas.domain.mapping import Mapping
from lambdas.mapping import load


@dataclass
class Told:
    """What a run of the command printed, and how it ended."""

    code: int
    text: str


class Portal:
    """A portal that counts what set-up asks of it, and breaks when told to."""

    def __init__(self, **switches: Any) -> None:
        self.clock = Clock()
        self.hubspot = HubSpot(self.clock, switches=Switches(**switches))
        self.written: list[tuple[str, str]] = []
        """Writes that did something."""
        self.breaks_at: int | None = None
        """The write before which the line goes dead."""
        self._plain = api(self.hubspot)
        self.api = Api(self._send)

    def _send(self, method: str, path: str, body: Any) -> Answer:
        if method != "GET" and body and body != {"properties": {}}:
            if len(self.written) == self.breaks_at:
                raise Trouble("HubSpot cannot be reached.")
            self.written.append((method, path))
        return self._plain.answer(method, path, body)

    def set_up(self, mapping: Mapping | None = None, *, apply: bool = False) -> Told:
        out = Console(file=io.StringIO(), width=120, highlight=False)
        self.api.wait = shown(out, self.clock.advance)
        code = set_up(out, self.api, mapping or load(), called="mapping.yaml", is_applied=apply)
        stream = out.file
        assert isinstance(stream, io.StringIO)
        return Told(code, stream.getvalue())

    def names(self, kind: str = "deals") -> set[str]:
        """The custom properties there are."""
        return {name for name, one in self.hubspot.portal.definitions[kind].items() if not one.standard}


@pytest.fixture
def portal() -> Portal:
    return Portal()
