"""Webhook delivery: batches, concurrency, the five seconds, ten retries in a day, each attempt signed anew.

(developers.hubspot.com, "Webhooks API": up to 100 events a request, up to 10 retries over 24 hours, randomly spaced.)
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cosell.sandbox.hubspot.app import App
from cosell.sandbox.hubspot.changes import Change
from cosell.sandbox.hubspot.encoding import json_bytes
from cosell.sandbox.hubspot.messages import Message, messages
from cosell.sandbox.hubspot.signatures import sign
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response

Answered = Callable[[Response | None], None]
Deliver = Callable[[Request, Answered], None]

MOST_MESSAGES = 100
TIMEOUT_SECONDS = 5.0
RETRIES = 10
USER_AGENT = "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)"
_FIRST_RETRY_SECONDS = 60.0


@dataclass(eq=False)
class Batch:
    """Messages that travel, and are retried, together."""

    messages: list[Message]
    at_once: bool = False
    """Sent although deliveries are paused."""


class Webhooks:
    """The queue between what happens in the portal and the app's target URL.

    `deliver` is set from outside: it sends one request and calls back with the answer, or with None when there is none.
    Until it is set, messages wait. `delivered` counts those answered with 2xx, copies included, `lost` those given up.
    """

    def __init__(self, clock: Clock, app: App, switches: Switches, *, portal_id: int, seed: int) -> None:
        self._clock, self._app, self._switches, self._portal_id = clock, app, switches, portal_id
        self._random = random.Random(f"webhooks {seed}")
        self._deliver: Deliver | None = None
        self._new: list[Message] = []
        self._ready: list[Batch] = []
        self._in_flight = 0
        self._leaving = False
        self._pumping = False
        self._paused = False
        self._retrying: list[Batch] = []
        self.delivered = 0
        self.lost = 0
        self.attempts = 0

    @property
    def deliver(self) -> Deliver | None:
        return self._deliver

    @deliver.setter
    def deliver(self, deliver: Deliver | None) -> None:
        self._deliver = deliver
        self._leave_soon()

    @property
    def pending(self) -> list[dict[str, Any]]:
        """What waits for its first or next attempt and is not under way, oldest first."""
        batches = [*self._ready, *self._retrying]
        return [message.body for message in (*self._new, *(one for batch in batches for one in batch.messages))]

    # Queueing

    def hear(self, change: Change) -> None:
        """Queues what the app wants to know of a change."""
        for message in messages(change, self._app, self._switches, self._portal_id, self._random):
            self._new.append(message)
            if self._random.random() < self._switches.webhook_duplicates:
                self._new.append(message)
        self._leave_soon()

    def _leave_soon(self) -> None:
        if self._new and not self._leaving and not self._paused and self._deliver is not None:
            self._leaving = True
            self._clock.after(self._random.uniform(*self._switches.webhook_delay), self._leave)

    def _leave(self) -> None:
        self._leaving = False
        if self._paused or self._deliver is None:
            return
        leaving, self._new = self._new, []
        if self._switches.webhook_order == "shuffled":
            self._random.shuffle(leaving)
        pieces = self._random.randint(1, max(1, min(self._switches.webhook_pieces, len(leaving))))
        size = min(MOST_MESSAGES, -(-len(leaving) // pieces) or 1)
        self._ready += _cut(leaving, size)
        self._pump()

    def pause(self) -> None:
        """Holds everything back, retries too, until `resume` or `deliver_now`."""
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._pump()
        self._leave_soon()

    def deliver_now(
        self,
        copies: int = 1,
        *,
        shuffled: bool = False,
        batch: int = MOST_MESSAGES,
        only: Callable[[dict[str, Any]], bool] = lambda _: True,
    ) -> int:
        """Delivers what is pending at once, paused or not: so many copies of each message, in concurrent batches.

        `only` picks messages by their content; the others keep waiting. Returns how many leave, copies included.
        """
        chosen = [message for message in self._new if only(message.body)]
        self._new = [message for message in self._new if not only(message.body)]
        for queue in (self._ready, self._retrying):
            for waiting in queue:
                chosen += [message for message in waiting.messages if only(message.body)]
                waiting.messages = [message for message in waiting.messages if not only(message.body)]
            queue[:] = [waiting for waiting in queue if waiting.messages]
        leaving = chosen * copies
        if shuffled:
            self._random.shuffle(leaving)
        batches = _cut(leaving, min(batch, MOST_MESSAGES))
        for one in batches:
            one.at_once = True
        self._ready = batches + self._ready
        self._pump()
        return len(leaving)

    def discard(self) -> int:
        """Loses everything that is pending, as an outage longer than a day would. Returns how many messages."""
        count = len(self.pending)
        self._new, self._ready, self._retrying = [], [], []
        self.lost += count
        return count

    # Sending

    def _pump(self) -> None:
        """Sends as much as may be under way at once. An answer that comes before `deliver` returns pumps no deeper."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._deliver is not None and (batch := self._next()) is not None:
                self._ready.remove(batch)
                self._send(batch, self._deliver)
        finally:
            self._pumping = False

    def _next(self) -> Batch | None:
        if self._in_flight >= self._app.max_concurrent_requests:
            return None
        return next((batch for batch in self._ready if batch.at_once or not self._paused), None)

    def _send(self, batch: Batch, deliver: Deliver) -> None:
        self._in_flight += 1
        self.attempts += 1
        settled = False

        def answered(response: Response | None) -> None:
            nonlocal settled
            if settled:
                return
            settled = True
            timeout.cancel()
            self._in_flight -= 1
            self._settle(batch, response)
            self._pump()

        timeout = self._clock.after(TIMEOUT_SECONDS, lambda: answered(None))
        deliver(self._request(batch), answered)

    def _request(self, batch: Batch) -> Request:
        """The request that delivers these messages, signed with the secret and the time of this moment."""
        url = self._app.target_url or ""
        body = json_bytes([message.body for message in batch.messages])
        headers = {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            **sign(self._app.client_secret, "POST", url, body, round(self._clock.now * 1000)),
        }
        return Request("POST", url, headers, body)

    def _settle(self, batch: Batch, response: Response | None) -> None:
        if response is not None and 200 <= response.status < 300:
            self.delivered += len(batch.messages)
            return
        tired = [message for message in batch.messages if message.attempt >= RETRIES]
        self.lost += len(tired)
        again = Batch([message.again() for message in batch.messages if message.attempt < RETRIES])
        if again.messages:
            self._retrying.append(again)
            self._clock.after(self._spacing(again.messages[0].attempt), lambda: self._retry(again))

    def _spacing(self, attempt: int) -> float:
        """Seconds before an attempt: doubling from a minute, a quarter more or less, ten of them within 22 hours."""
        return float(_FIRST_RETRY_SECONDS * 2 ** (attempt - 1) * self._random.uniform(0.75, 1.25))

    def _retry(self, batch: Batch) -> None:
        if batch in self._retrying:
            self._retrying.remove(batch)
            self._ready.append(batch)
            self._pump()


def _cut(leaving: list[Message], size: int) -> list[Batch]:
    return [Batch(leaving[start : start + size]) for start in range(0, len(leaving), size)]
