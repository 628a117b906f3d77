"""The other end of HubSpot's webhooks: checks every signature, mostly answers, and has its moods and an outage.

It counts for itself. What it accepted in time is delivered, what it refused must come again: the same event under the
same id, one attempt later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections import Counter
from typing import Any

from cosell.sandbox.hubspot.webhooks import Answered
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from cosell.soak.book import Broken

URL = "https://receiver.example/hubspot/webhooks"
_OLDEST_SECONDS = 300.0
_OK, _BROKEN = Response(200), Response(500)
_SHARES = {"answers": 0.94, "fails": 0.02, "is late": 0.02, "says nothing": 0.02}


class Receiver:
    """One endpoint. `outage` is its first and its last moment, in seconds since the epoch: it says nothing then."""

    def __init__(self, clock: Clock, secret: str, chance: random.Random, *, outage: tuple[float, float]) -> None:
        self._clock, self._secret, self._chance = clock, secret.encode(), chance
        self._outage = outage
        self._refused: Counter[tuple[int, int]] = Counter()
        self.accepted = 0
        """Messages answered with 200 in time."""
        self.requests: Counter[str] = Counter()
        """By what became of them."""
        self.created: set[str] = set()
        """Ids of the deals whose creation was accepted."""

    @property
    def awaited(self) -> int:
        """Messages that were refused and have not come again yet: on their way, or lost."""
        return self._refused.total()

    def deliver(self, request: Request, answered: Answered) -> None:
        """What HubSpot calls for each request. Raises Broken for one that it must never send."""
        self._check_signature(request)
        messages = request.json()
        for message in messages:
            self._check_attempt(message)
        mood = self._mood()
        self.requests[mood] += 1
        if mood == "answers":
            self.accept(messages)
            answered(_OK)
            return
        self._refused.update((_digest(message), message["attemptNumber"]) for message in messages)
        if mood == "fails":
            answered(_BROKEN)
        elif mood == "is late":
            self._clock.after(self._chance.uniform(5.5, 30.0), lambda: answered(_OK))

    def accept(self, messages: list[dict[str, Any]]) -> None:
        """Counts what is answered with 200."""
        self.accepted += len(messages)
        for message in messages:
            if message["subscriptionType"] == "deal.creation":
                self.created.add(str(message["objectId"]))

    def _mood(self) -> str:
        if self._outage[0] <= self._clock.now < self._outage[1]:
            return "is out"
        return self._chance.choices(list(_SHARES), list(_SHARES.values()))[0]

    def _check_signature(self, request: Request) -> None:
        at = request.headers["x-hubspot-request-timestamp"]
        signed = f"{request.method}{request.url}".encode() + request.body + at.encode()
        expected = base64.b64encode(hmac.new(self._secret, signed, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(expected, request.headers["x-hubspot-signature-v3"]):
            raise Broken("A webhook request is not signed with the app's secret.")
        if abs(self._clock.now - int(at) / 1000) > _OLDEST_SECONDS:
            raise Broken("A webhook request has a signature older than five minutes.")

    def _check_attempt(self, message: dict[str, Any]) -> None:
        """A retry must be of something that was refused one attempt before, to the letter."""
        attempt = message["attemptNumber"]
        if attempt == 0:
            return
        before = (_digest(message), attempt - 1)
        if self._refused[before] == 0:
            raise Broken(f"Attempt {attempt} of event {message['eventId']} repeats nothing that was refused before.")
        self._refused[before] -= 1
        if not self._refused[before]:
            del self._refused[before]


def _digest(message: dict[str, Any]) -> int:
    """The same for all attempts of one message."""
    content = json.dumps({**message, "attemptNumber": None}, sort_keys=True)
    return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest())
