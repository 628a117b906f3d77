"""Delivery: batches, signatures, the five seconds, retries over a day, and the verbs that disturb it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.hubspot.signatures import v1, v3
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


def portal(clock: Clock, *, seed: int = 0, switches: Switches | None = None) -> HubSpot:
    hubspot = HubSpot(clock, seed=seed, switches=switches)
    hubspot.app.target_url = URL
    hubspot.app.subscribe("deal.creation")
    hubspot.app.subscribe("deal.propertyChange", "dealname", "amount", "description", "closedate")
    return hubspot


def creates_deal(hubspot: HubSpot) -> str:
    deal = {"dealname": "Zoë — café ☕", "amount": "1", "description": "d", "closedate": "2026-12-31"}
    return hubspot.people.creates("deals", deal)


def test_a_delivery_is_signed_and_complete(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert len(receiver.messages) == 5
    assert hubspot.webhooks.delivered == 5
    for sent, request in receiver.requests:
        assert 0.2 <= sent - 1795510800 <= 2
        assert (request.method, request.url) == ("POST", URL)
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"].startswith("HubSpot Connect 2.0")
        timestamp = int(request.headers["x-hubspot-request-timestamp"])
        assert timestamp == round(sent * 1000)
        assert request.headers["x-hubspot-signature-v3"] == v3(
            hubspot.app.client_secret, "POST", URL, request.body, timestamp
        )
        assert request.headers["x-hubspot-signature"] == v1(hubspot.app.client_secret, request.body)
        assert request.headers["x-hubspot-signature-version"] == "v1"


def test_order_and_pieces_follow_the_seed_only() -> None:
    def run(seed: int) -> list[bytes]:
        clock = Clock()
        hubspot, receiver = portal(clock, seed=seed), Receiver(clock, 200)
        hubspot.deliver = receiver
        creates_deal(hubspot)
        clock.run_until_quiet()
        return [request.body for _, request in receiver.requests]

    assert run(3) == run(3)
    runs = [run(seed) for seed in range(12)]
    assert len({tuple(one) for one in runs}) == 12
    assert {len(one) for one in runs} > {1}
    firsts = {one[0].split(b'"subscriptionType":"')[1].split(b'"')[0] for one in runs}
    assert firsts == {b"deal.creation", b"deal.propertyChange"}


def test_order_as_it_happened_where_the_switch_says_so(clock: Clock) -> None:
    hubspot, receiver = (
        portal(clock, switches=Switches(webhook_order="as it happened", webhook_pieces=1)),
        Receiver(clock, 200),
    )
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert [message.get("propertyName") for message in receiver.messages] == [
        None,
        "dealname",
        "amount",
        "description",
        "closedate",
    ]


def test_messages_wait_until_somebody_delivers_them(clock: Clock) -> None:
    hubspot = portal(clock)
    creates_deal(hubspot)
    assert clock.quiet

    hubspot.deliver = Receiver(clock, 200)
    clock.run_until_quiet()

    assert (hubspot.webhooks.delivered, hubspot.webhooks.pending) == (5, [])


@pytest.mark.parametrize("refusal", [None, 400, 401, 429, 500, 302])
def test_a_failed_delivery_is_tried_again_as_the_same_events_signed_anew(clock: Clock, refusal: int | None) -> None:
    hubspot = portal(clock, switches=Switches(webhook_pieces=1))
    receiver = Receiver(clock, refusal, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    (first_at, first), (second_at, second) = receiver.requests
    waited = second_at - first_at - (5 if refusal is None else 0)
    assert 45 <= waited <= 75
    assert [message["attemptNumber"] for message in first.json()] == [0] * 5
    assert [message["attemptNumber"] for message in second.json()] == [1] * 5
    assert [message["eventId"] for message in first.json()] == [message["eventId"] for message in second.json()]
    assert second.headers["x-hubspot-request-timestamp"] == str(round(second_at * 1000))
    assert second.headers["x-hubspot-signature-v3"] != first.headers["x-hubspot-signature-v3"]
    assert (hubspot.webhooks.delivered, hubspot.webhooks.lost) == (5, 0)


def test_after_ten_retries_in_a_day_a_message_is_lost(clock: Clock) -> None:
    hubspot, receiver = portal(clock, switches=Switches(webhook_pieces=1)), Receiver(clock, 503)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    times = [sent for sent, _ in receiver.requests]
    assert len(times) == 11
    assert times[-1] - times[0] < 24 * 3600
    assert times[-1] - times[0] > 12 * 3600
    assert [request.json()[0]["attemptNumber"] for _, request in receiver.requests] == list(range(11))
    assert (hubspot.webhooks.delivered, hubspot.webhooks.lost, hubspot.webhooks.attempts) == (0, 5, 11)
    assert hubspot.webhooks.pending == []


def test_an_answer_after_five_seconds_comes_too_late(clock: Clock) -> None:
    hubspot = portal(clock, switches=Switches(webhook_pieces=1))
    sent: list[Request] = []

    def slowly(request: Request, answered: Answered) -> None:
        sent.append(request)
        clock.after(5.5 if len(sent) == 1 else 4.5, lambda: answered(Response(200)))

    hubspot.deliver = slowly
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert [request.json()[0]["attemptNumber"] for request in sent] == [0, 1]
    assert hubspot.webhooks.delivered == 5


def test_no_more_requests_at_once_than_the_app_allows(clock: Clock) -> None:
    hubspot = portal(clock)
    hubspot.app.max_concurrent_requests = 3
    under_way: list[Answered] = []
    most = 0

    def held(_: Request, answered: Answered) -> None:
        nonlocal most
        under_way.append(answered)
        most = max(most, len(under_way))
        clock.after(1, lambda: under_way.pop(0)(Response(200)))

    hubspot.webhooks.pause()
    hubspot.deliver = held
    creates_deal(hubspot)
    hubspot.webhooks.deliver_now(4, batch=2)
    clock.run_until_quiet()

    assert most == 3
    assert hubspot.webhooks.delivered == 20


def test_a_request_holds_a_hundred_messages_at_most(clock: Clock) -> None:
    hubspot, receiver = portal(clock, switches=Switches(webhook_pieces=1)), Receiver(clock, 200)
    for _ in range(41):
        creates_deal(hubspot)
    hubspot.deliver = receiver

    clock.run_until_quiet()

    assert sorted(len(request.json()) for _, request in receiver.requests) == [5, 100, 100]


def test_pausing_holds_everything_back(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)
    hubspot.webhooks.pause()
    tried = len(receiver.requests)
    creates_deal(hubspot)
    clock.run_until_quiet()
    assert len(receiver.requests) == tried
    assert len(hubspot.webhooks.pending) >= 5

    hubspot.webhooks.resume()
    clock.run_until_quiet()
    assert (hubspot.webhooks.delivered, hubspot.webhooks.pending) == (10, [])


def test_copies_shuffled_in_concurrent_batches(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.webhooks.pause()
    hubspot.deliver = receiver
    creates_deal(hubspot)
    first, *_ = hubspot.webhooks.pending

    left = hubspot.webhooks.deliver_now(100, shuffled=True, batch=25, only=lambda m: "propertyName" not in m)

    assert left == 100
    assert [len(request.json()) for _, request in receiver.requests] == [25] * 4
    assert {message["eventId"] for message in receiver.messages} == {first["eventId"]}
    assert len({sent for sent, _ in receiver.requests}) == 1
    assert len(hubspot.webhooks.pending) == 4

    hubspot.webhooks.deliver_now(2, shuffled=True)
    latest = receiver.messages[100:]
    assert sorted(message["propertyName"] for message in latest) == sorted(
        ["dealname", "amount", "description", "closedate"] * 2
    )
    assert latest[:4] != latest[4:]
    assert hubspot.webhooks.delivered == 108


def test_a_thousand_batches_at_once(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.webhooks.pause()
    hubspot.deliver = receiver
    creates_deal(hubspot)

    hubspot.webhooks.deliver_now(200, batch=1)

    assert (len(receiver.requests), hubspot.webhooks.delivered) == (1000, 1000)


def test_deliver_now_takes_what_waits_for_a_retry(clock: Clock) -> None:
    hubspot, receiver = portal(clock, switches=Switches(webhook_pieces=1)), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)

    assert hubspot.webhooks.deliver_now() == 5
    clock.run_until_quiet()

    assert len(receiver.requests) == 2
    assert {message["attemptNumber"] for message in receiver.requests[1][1].json()} == {1}
    assert hubspot.webhooks.delivered == 5


def test_a_share_of_messages_comes_twice_where_the_switch_says_so(clock: Clock) -> None:
    hubspot, receiver = portal(clock, switches=Switches(webhook_duplicates=1.0)), Receiver(clock, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    ids = [message["eventId"] for message in receiver.messages]
    assert (len(ids), len(set(ids))) == (10, 5)


def test_discarded_messages_count_as_lost(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.webhooks.pause()
    hubspot.deliver = receiver
    creates_deal(hubspot)

    assert hubspot.webhooks.discard() == 5
    hubspot.webhooks.resume()
    clock.run_until_quiet()

    assert (hubspot.webhooks.lost, receiver.requests) == (5, [])


def test_a_rotated_secret_signs_from_the_next_attempt_on(clock: Clock) -> None:
    hubspot, receiver = portal(clock, switches=Switches(webhook_pieces=1)), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)

    hubspot.app.client_secret = "rotated"
    clock.run_until_quiet()

    sent, request = receiver.requests[1]
    assert request.headers["x-hubspot-signature-v3"] == v3("rotated", "POST", URL, request.body, round(sent * 1000))


def test_inactive_subscriptions_and_other_types_are_silent(clock: Clock) -> None:
    hubspot = portal(clock)
    hubspot.app.deploy(
        {
            "settings": {"targetUrl": URL},
            "subscriptions": {"legacyCrmObjects": [{"subscriptionType": "deal.creation", "active": False}]},
        }
    )

    creates_deal(hubspot)
    hubspot.people.creates("companies", {"name": "Vandelay"})

    assert hubspot.webhooks.pending == []
