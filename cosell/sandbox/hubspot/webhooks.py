"""Webhook delivery: batches, concurrency, the five seconds, ten retries in a day, each attempt signed anew.

(developers.hubspot.com, "Webhooks API": up to 100 events a request, up to 10 retries over 24 hours, randomly spaced.)
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from cosell.sandbox.hubspot.app import App
from cosell.sandbox.hubspot.changes import Change
from cosell.sandbox.hubspot.deliveries import Batch, Forgery, Queue, Settings, cut
from cosell.sandbox.hubspot.encoding import json_bytes
from cosell.sandbox.hubspot.messages import Message, messages
from cosell.sandbox.hubspot.signatures import sign
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response

Answered = Callable[[Response | None], None]
Deliver = Callable[[Request, Answered], None]
Picks = Callable[[dict[str, Any]], bool]

MOST_MESSAGES = 100
TIMEOUT_SECONDS = 5.0
RETRIES = 10
RETRY_SECONDS = 24 * 3600.0
USER_AGENT = "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)"


def _all(_: dict[str, Any]) -> bool:
    return True


class Webhooks:
    """The queue between what happens in the portal and the app's target URL.

    `deliver` is set from outside: it sends one request and calls back with the answer, or with None when there is none.
    Until it is set, and while the app has no target URL, messages wait.
    """

    def __init__(self, clock: Clock, app: App, switches: Switches, *, portal_id: int, seed: int) -> None:
        self._clock, self._app, self._switches, self._portal_id = clock, app, switches, portal_id
        self._queue = Queue(random.Random(f"webhooks {seed}"))
        self._deliver: Deliver | None = None
        self._in_flight: list[Batch] = []
        self._pumping = False

    @property
    def deliver(self) -> Deliver | None:
        return self._deliver

    @deliver.setter
    def deliver(self, deliver: Deliver | None) -> None:
        self._deliver = deliver
        self._leave_soon()
        self._wake()

    @property
    def pending(self) -> list[dict[str, Any]]:
        """What waits for its first or next attempt and is not under way, oldest first."""
        queue = self._queue
        waiting = [message for batch in (*queue.ready, *queue.retrying) for message in batch.messages]
        return [message.body for message in (*queue.new, *waiting)]

    @property
    def under_way(self) -> list[dict[str, Any]]:
        """What is sent and not answered yet."""
        return [message.body for batch in self._in_flight for message in batch.messages]

    @property
    def queued(self) -> int:
        """How many messages there were so far, copies included: those delivered, lost, pending and under way."""
        return self._queue.queued

    @property
    def delivered(self) -> int:
        """How many messages were answered with 2xx, copies included."""
        return self._queue.delivered

    @property
    def lost(self) -> int:
        """How many messages were given up, or discarded."""
        return self._queue.lost

    @property
    def attempts(self) -> int:
        """How many requests were sent."""
        return self._queue.attempts

    # Queueing

    def hear(self, change: Change) -> None:
        """Queues what the app wants to know of a change."""
        queue = self._queue
        for message in messages(change, self._app, self._switches, self._portal_id, queue.chance):
            copies = 2 if queue.chance.random() < self._switches.webhook_duplicates else 1
            queue.new += [message] * copies
            queue.queued += copies
        self._leave_soon()

    def _leave_soon(self) -> None:
        queue = self._queue
        if queue.new and queue.leaves_at is None and not queue.paused and self._deliver is not None:
            queue.leaves_at = self._clock.now + queue.chance.uniform(*self._switches.webhook_delay)
            self._clock.at(queue.leaves_at, self._leave)

    def _leave(self) -> None:
        queue = self._queue
        queue.leaves_at = None
        if queue.paused or self._deliver is None:
            return
        leaving, queue.new = queue.new, []
        if self._switches.webhook_order == "shuffled":
            queue.chance.shuffle(leaving)
        pieces = queue.chance.randint(1, max(1, min(self._switches.webhook_pieces, len(leaving))))
        size = min(MOST_MESSAGES, -(-len(leaving) // pieces) or 1)
        queue.ready += cut(leaving, size)
        self._pump()

    # Disturbing

    def pause(self) -> None:
        """Holds everything back, retries too, until `resume` or `deliver_now`."""
        self._queue.paused = True

    def resume(self) -> None:
        self._queue.paused = False
        self._pump()
        self._leave_soon()

    def deliver_now(
        self, copies: int = 1, *, shuffled: bool = False, batch: int = MOST_MESSAGES, only: Picks = _all
    ) -> int:
        """Delivers what is pending at once, paused or not: so many copies of each message, in concurrent batches.

        `only` picks messages by their content; the others keep waiting. Returns how many leave, copies included.
        """
        chosen = self._take(only)
        leaving = chosen * copies
        self._queue.queued += len(leaving) - len(chosen)
        if shuffled:
            self._queue.chance.shuffle(leaving)
        batches = cut(leaving, min(batch, MOST_MESSAGES))
        for one in batches:
            one.at_once = True
        self._queue.ready = batches + self._queue.ready
        self._pump()
        return len(leaving)

    def discard(self, only: Picks = _all) -> int:
        """Loses what is pending, as an outage longer than a day would; `only` picks messages. Returns how many."""
        count = len(self._take(only))
        self._queue.lost += count
        return count

    def sign_with(self, secret: str | None = None, *, age: float = 0.0) -> None:
        """Signs what is sent from now on wrongly: with another secret than the app's, or a timestamp of seconds ago.

        A negative age is ahead of time. Without arguments, signatures are right again.
        """
        self._queue.forgery = Forgery(secret, age)

    def _take(self, only: Picks) -> list[Message]:
        """Takes messages out of everything that waits, oldest first."""
        queue = self._queue
        chosen = [message for message in queue.new if only(message.body)]
        queue.new = [message for message in queue.new if not only(message.body)]
        for batches in (queue.ready, queue.retrying):
            for waiting in batches:
                chosen += [message for message in waiting.messages if only(message.body)]
                waiting.messages = [message for message in waiting.messages if not only(message.body)]
            batches[:] = [waiting for waiting in batches if waiting.messages]
        return chosen

    # Sending

    def _pump(self) -> None:
        """Sends as much as may be under way at once. An answer that comes before `deliver` returns pumps no deeper."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._deliver is not None and (batch := self._next()) is not None:
                settings = self._settings()
                if settings is None:
                    self._look_again()
                    return
                if len(self._in_flight) >= settings.max_concurrent_requests:
                    return
                self._queue.ready.remove(batch)
                self._send(batch, settings, self._deliver)
        finally:
            self._pumping = False

    def _wake(self) -> None:
        if self._queue.ready and self._deliver is not None and self._queue.looks_at is None:
            self._clock.after(0, self._pump)

    def _next(self) -> Batch | None:
        return next((batch for batch in self._queue.ready if batch.at_once or not self._queue.paused), None)

    def _settings(self) -> Settings | None:
        """The app's settings, which HubSpot reads every few minutes only; None for an app without target URL."""
        read = self._queue.settings
        if read is None or self._clock.now >= read.read + self._switches.webhook_settings_age:
            url, most = self._app.target_url, self._app.max_concurrent_requests
            read = Settings(url, most, self._clock.now) if url else None
            self._queue.settings = read
        return read

    def _look_again(self) -> None:
        if self._queue.looks_at is None:
            self._queue.looks_at = self._clock.now + max(1.0, self._switches.webhook_settings_age)
            self._clock.at(self._queue.looks_at, self._look, standing=True)

    def _look(self) -> None:
        self._queue.looks_at = None
        self._pump()

    def _send(self, batch: Batch, settings: Settings, deliver: Deliver) -> None:
        self._in_flight.append(batch)
        self._queue.attempts += 1
        sent = self._clock.now
        settled = False

        def answered(response: Response | None) -> None:
            nonlocal settled
            if settled:
                return
            settled = True
            timeout.cancel()
            self._in_flight.remove(batch)
            self._settle(batch, sent, response)
            self._pump()

        timeout = self._clock.after(TIMEOUT_SECONDS, lambda: answered(None))
        deliver(self._request(batch, settings.target_url), answered)

    def _request(self, batch: Batch, url: str) -> Request:
        """The request that delivers these messages, signed with the secret and the time of this moment."""
        batch.signed = self._clock.now if batch.signed is None else batch.signed
        forgery = self._queue.forgery
        signed = (self._clock.now if self._switches.retries_are_signed_anew else batch.signed) - forgery.age
        secret = self._app.client_secret if forgery.secret is None else forgery.secret
        body = json_bytes([message.body for message in batch.messages])
        headers = {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            **sign(secret, "POST", url, body, round(signed * 1000)),
        }
        return Request("POST", url, headers, body)

    def _settle(self, batch: Batch, sent: float, response: Response | None) -> None:
        queue = self._queue
        if response is not None and 200 <= response.status < 300:
            queue.delivered += len(batch.messages)
            return
        again = [message.again(sent) for message in batch.messages if message.attempt < RETRIES]
        due = self._clock.now + (self._spacing(again[0].attempt) if again else 0)
        again = [message for message in again if due <= (message.first_tried or sent) + RETRY_SECONDS]
        queue.lost += len(batch.messages) - len(again)
        if again:
            retry = Batch(again, due=due, signed=batch.signed)
            queue.retrying.append(retry)
            self._clock.at(due, partial(self._retry, retry))

    def _spacing(self, attempt: int) -> float:
        """Seconds before an attempt, doubling each time, a quarter more or less: by default all within 22 hours."""
        seconds = self._switches.webhook_first_retry * 2 ** (attempt - 1)
        return float(seconds * self._queue.chance.uniform(0.75, 1.25))

    def _retry(self, batch: Batch) -> None:
        if batch in self._queue.retrying:
            self._queue.retrying.remove(batch)
            self._queue.ready.append(batch)
            self._pump()

    # Saving

    def state(self) -> Queue:
        """All that waits. What is under way is in it as if it were still to be sent."""
        return replace(self._queue, ready=[*self._in_flight, *self._queue.ready])

    def take_over(self, queue: Queue) -> None:
        """Goes on with a queue that was saved; what was due meanwhile is due at once."""
        self._queue = queue
        if queue.leaves_at is not None:
            self._clock.at(queue.leaves_at, self._leave)
        if queue.looks_at is not None:
            self._clock.at(queue.looks_at, self._look, standing=True)
        for batch in queue.retrying:
            self._clock.at(batch.due, partial(self._retry, batch))
        self._wake()
