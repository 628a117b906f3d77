"""The simulator's own handles: what disturbs webhooks, and what is counted of them."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot.signatures import v3
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.receiver import URL, Receiver, creates_deal, portal


def test_messages_wait_until_somebody_delivers_them(clock: Clock) -> None:
    hubspot = portal(clock)
    creates_deal(hubspot)
    assert clock.quiet

    hubspot.deliver = Receiver(clock, 200)
    clock.run_until_quiet()

    assert (hubspot.webhooks.delivered, hubspot.webhooks.pending) == (5, [])


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
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)

    assert hubspot.webhooks.deliver_now() == 5
    clock.run_until_quiet()

    assert len(receiver.requests) == 2
    assert {message["attemptNumber"] for message in receiver.requests[1][1].json()} == {1}
    assert hubspot.webhooks.delivered == 5


def test_discarded_messages_count_as_lost(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.webhooks.pause()
    hubspot.deliver = receiver
    creates_deal(hubspot)

    assert hubspot.webhooks.discard() == 5
    hubspot.webhooks.resume()
    clock.run_until_quiet()

    assert (hubspot.webhooks.lost, receiver.requests) == (5, [])


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


def test_only_some_are_discarded(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    creates_deal(hubspot)

    assert hubspot.webhooks.discard(lambda message: message.get("propertyName") == "amount") == 1
    hubspot.deliver = receiver
    clock.run_until_quiet()

    assert (hubspot.webhooks.lost, hubspot.webhooks.delivered) == (1, 4)
    assert "amount" not in {message.get("propertyName") for message in receiver.messages}


@pytest.mark.parametrize(("secret", "age"), [("somebody else's", 0.0), (None, 301.0), (None, -120.0)])
def test_signatures_can_be_wrong(clock: Clock, secret: str | None, age: float) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, 401, 200)
    hubspot.deliver = receiver
    hubspot.webhooks.sign_with(secret, age=age)
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)
    hubspot.webhooks.sign_with()
    clock.run_until_quiet()

    (first_at, first), (second_at, second) = receiver.requests
    for sent, request, by in (
        (first_at - age, first, secret or hubspot.app.client_secret),
        (second_at, second, hubspot.app.client_secret),
    ):
        assert request.headers["x-hubspot-request-timestamp"] == str(round(sent * 1000))
        expected = v3(by, "POST", URL, request.body, round(sent * 1000))
        assert request.headers["x-hubspot-signature-v3"] == expected


def test_every_message_is_counted_once(clock: Clock) -> None:
    hubspot = portal(clock, webhook_pieces=1)
    hubspot.deliver = Receiver(clock, None, 200)
    creates_deal(hubspot)
    assert (hubspot.webhooks.queued, len(hubspot.webhooks.pending), hubspot.webhooks.under_way) == (5, 5, [])

    clock.advance(2)
    assert (len(hubspot.webhooks.pending), len(hubspot.webhooks.under_way)) == (0, 5)

    clock.run_until_quiet()
    assert (hubspot.webhooks.queued, hubspot.webhooks.delivered, hubspot.webhooks.attempts) == (5, 5, 2)
