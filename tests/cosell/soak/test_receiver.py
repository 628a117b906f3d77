"""The receiver believes nothing: a retry must be of something that it refused one attempt before."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from cosell.sandbox.hubspot import sign
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from cosell.soak.book import Broken
from cosell.soak.receiver import URL, Receiver

SECRET = "secret"
MESSAGE = {"eventId": 7, "subscriptionType": "deal.creation", "objectId": 31, "attemptNumber": 0}


def _receiver(*, out: bool) -> tuple[Receiver, Clock]:
    """One whose outage lasts a minute, or is over."""
    clock = Clock()
    return Receiver(clock, SECRET, random.Random(0), outage=(clock.now, clock.now + 60 * out)), clock


def _deliver(receiver: Receiver, clock: Clock, *, age: float = 0.0, **members: Any) -> None:
    body = json.dumps([{**MESSAGE, **members}]).encode()
    headers = sign(SECRET, "POST", URL, body, round((clock.now - age) * 1000))
    receiver.deliver(Request("POST", URL, headers, body), lambda _: None)


def test_a_retry_of_what_was_refused_is_taken_and_no_longer_awaited() -> None:
    receiver, clock = _receiver(out=True)
    _deliver(receiver, clock)
    assert receiver.awaited == 1

    clock.advance(61)
    _deliver(receiver, clock, attemptNumber=1)

    assert (receiver.awaited, receiver.accepted, receiver.created) == (0, 1, {"31"})


@pytest.mark.parametrize("members", [{"eventId": 8}, {"objectId": 32}, {"attemptNumber": 2}])
def test_a_retry_that_changes_is_found(members: dict[str, Any]) -> None:
    receiver, clock = _receiver(out=True)
    _deliver(receiver, clock)

    with pytest.raises(Broken, match="repeats nothing that was refused before"):
        _deliver(receiver, clock, **{"attemptNumber": 1, **members})


def test_a_retry_of_what_was_accepted_is_found() -> None:
    receiver, clock = _receiver(out=False)
    _deliver(receiver, clock)

    with pytest.raises(Broken, match="Attempt 1 of event 7"):
        _deliver(receiver, clock, attemptNumber=1)


def test_an_old_signature_is_found() -> None:
    receiver, clock = _receiver(out=False)

    with pytest.raises(Broken, match="older than five minutes"):
        _deliver(receiver, clock, age=301)
