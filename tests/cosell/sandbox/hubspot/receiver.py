"""An app that receives webhooks, and a portal that sends them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response

URL = "https://abc123.execute-api.us-east-1.amazonaws.com/webhooks/hubspot"
Answered = Callable[[Response | None], None]


class Receiver:
    """Takes deliveries and answers each with the next of `answers`; the last one stays. None is no answer at all."""

    def __init__(self, clock: Clock, *answers: int | None) -> None:
        self.clock = clock
        self.requests: list[tuple[float, Request]] = []
        self._answers = itertools.chain(answers[:-1], itertools.repeat(answers[-1]))

    def __call__(self, request: Request, answered: Answered) -> None:
        self.requests.append((self.clock.now, request))
        status = next(self._answers)
        if status is not None:
            answered(Response(status))

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for _, request in self.requests for message in request.json()]


def portal(clock: Clock, *, seed: int = 0, **switches: Any) -> HubSpot:
    """A portal whose app hears of new deals and of four of their properties."""
    hubspot = HubSpot(clock, seed=seed, switches=Switches(**switches))
    hubspot.app.target_url = URL
    hubspot.app.subscribe("deal.creation")
    hubspot.app.subscribe("deal.propertyChange", "dealname", "amount", "description", "closedate")
    return hubspot


def creates_deal(hubspot: HubSpot) -> str:
    """Something of which five messages tell."""
    deal = {"dealname": "Zoë — café ☕", "amount": "1", "description": "d", "closedate": "2026-12-31"}
    return hubspot.people.creates("deals", deal)
