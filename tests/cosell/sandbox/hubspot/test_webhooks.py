"""Delivery of webhooks: batches, signatures, the five seconds, retries over a day."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.hubspot.signatures import v1, v3
from cosell.sandbox.stepfunctions.clock import MORNING, Clock
from cosell.sandbox.wire import Request, Response
from tests.cosell.sandbox.hubspot.receiver import URL, Answered, Receiver, creates_deal, portal
from tests.support.rules import Source, rule


@rule(
    "A webhook is a POST to the target URL with a JSON array of messages, signed by v1 and v3 together.",
    Source.HS_WEBHOOKS,
    Source.HS_SIGNATURES,
)
def test_a_delivery_is_signed_and_complete(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert len(receiver.messages) == 5
    assert hubspot.webhooks.delivered == 5
    for sent, request in receiver.requests:
        assert 0.2 <= sent - MORNING <= 2
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


@rule("A webhook is first delivered a moment after its change.", switch="webhook_delay")
@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_the_first_delivery_takes_its_time(clock: Clock, seconds: float) -> None:
    hubspot, receiver = portal(clock, webhook_delay=(seconds, seconds)), Receiver(clock, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert {sent for sent, _ in receiver.requests} == {MORNING + seconds}


# The order of messages and their share of requests


@rule("Messages come in any order.", Source.HS_WEBHOOKS, switch="webhook_order")
@pytest.mark.parametrize(
    ("order", "firsts"),
    [("shuffled", {None, "dealname", "amount", "description", "closedate"}), ("as it happened", {None})],
)
def test_order(order: str, firsts: set[str | None]) -> None:
    seen = set()
    for seed in range(30):
        clock = Clock()
        hubspot, receiver = portal(clock, seed=seed, webhook_order=order), Receiver(clock, 200)
        hubspot.deliver = receiver
        creates_deal(hubspot)
        clock.run_until_quiet()
        seen.add(receiver.messages[0].get("propertyName"))

    assert seen == firsts


@rule("Messages of one change may come in several requests.", Source.HS_COMMUNITY, switch="webhook_pieces")
@pytest.mark.parametrize(("pieces", "sizes"), [(1, {(5,)}), (3, {(5,), (3, 2), (2, 2, 1)})])
def test_pieces(pieces: int, sizes: set[tuple[int, ...]]) -> None:
    seen = set()
    for seed in range(12):
        clock = Clock()
        hubspot, receiver = portal(clock, seed=seed, webhook_pieces=pieces), Receiver(clock, 200)
        hubspot.deliver = receiver
        creates_deal(hubspot)
        clock.run_until_quiet()
        seen.add(tuple(len(request.json()) for _, request in receiver.requests))

    assert seen == sizes


@rule("The same message may come twice.", Source.HS_WEBHOOKS, switch="webhook_duplicates")
@pytest.mark.parametrize(("share", "messages"), [(0.0, 5), (1.0, 10)])
def test_duplicates(clock: Clock, share: float, messages: int) -> None:
    hubspot, receiver = portal(clock, webhook_duplicates=share), Receiver(clock, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    ids = [message["eventId"] for message in receiver.messages]
    assert (len(ids), len(set(ids))) == (messages, 5)


@rule("A delivery has at most 100 messages.", Source.HS_WEBHOOKS)
def test_a_request_holds_a_hundred_messages_at_most(clock: Clock) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, 200)
    for _ in range(41):
        creates_deal(hubspot)
    hubspot.deliver = receiver

    clock.run_until_quiet()

    assert sorted(len(request.json()) for _, request in receiver.requests) == [5, 100, 100]


@rule("No more than `maxConcurrentRequests` deliveries are under way at once; the others wait.", Source.HS_WEBHOOKS)
def test_no_more_requests_at_once_than_the_app_allows(clock: Clock) -> None:
    hubspot = portal(clock)
    hubspot.app.configure(URL, 6)
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

    assert most == 6
    assert hubspot.webhooks.delivered == 20


# Failed deliveries


@rule(
    "Anything but a 2xx, or no answer, is tried again with the same event ids and a higher `attemptNumber`.",
    Source.HS_WEBHOOKS,
)
@pytest.mark.parametrize("refusal", [None, 400, 401, 429, 500, 302])
def test_a_failed_delivery_is_tried_again_as_the_same_events(clock: Clock, refusal: int | None) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, refusal, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    (first_at, first), (second_at, second) = receiver.requests
    waited = second_at - first_at - (5 if refusal is None else 0)
    assert 45 <= waited <= 75
    assert [message["attemptNumber"] for message in first.json()] == [0] * 5
    assert [message["attemptNumber"] for message in second.json()] == [1] * 5
    assert [message["eventId"] for message in first.json()] == [message["eventId"] for message in second.json()]
    assert (hubspot.webhooks.delivered, hubspot.webhooks.lost) == (5, 0)


@rule("An answer that takes longer than five seconds is none.", Source.HS_WEBHOOKS)
def test_an_answer_after_five_seconds_comes_too_late(clock: Clock) -> None:
    hubspot = portal(clock, webhook_pieces=1)
    sent: list[Request] = []

    def slowly(request: Request, answered: Answered) -> None:
        sent.append(request)
        clock.after(5.5 if len(sent) == 1 else 4.5, lambda: answered(Response(200)))

    hubspot.deliver = slowly
    creates_deal(hubspot)

    clock.run_until_quiet()

    assert [request.json()[0]["attemptNumber"] for request in sent] == [0, 1]
    assert hubspot.webhooks.delivered == 5


@rule("After ten retries within 24 hours a message is lost.", Source.HS_WEBHOOKS)
def test_after_ten_retries_in_a_day_a_message_is_lost(clock: Clock) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, 503)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    times = [sent for sent, _ in receiver.requests]
    assert len(times) == 11
    assert 12 * 3600 < times[-1] - times[0] < 24 * 3600
    assert [request.json()[0]["attemptNumber"] for _, request in receiver.requests] == list(range(11))
    assert (hubspot.webhooks.delivered, hubspot.webhooks.lost, hubspot.webhooks.attempts) == (0, 5, 11)
    assert hubspot.webhooks.pending == []


@rule("Retries are spaced at random over at most 24 hours.", Source.HS_WEBHOOKS, switch="webhook_first_retry")
@pytest.mark.parametrize(
    ("seconds", "attempts", "longest"), [(0.01, 11, 15.0), (60.0, 11, 86_400.0), (7200, 4, 86_400)]
)
def test_retries_are_spaced(clock: Clock, seconds: float, attempts: int, longest: float) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1, webhook_first_retry=seconds), Receiver(clock, 503)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    times = [sent for sent, _ in receiver.requests]
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert (len(times), hubspot.webhooks.lost) == (attempts, 5)
    assert times[-1] - times[0] <= longest
    assert all(later > sooner for sooner, later in itertools.pairwise(gaps))


@rule(
    "A retry is signed with a time of its own, by switch with that of the first attempt.",
    switch="retries_are_signed_anew",
)
@pytest.mark.parametrize("anew", [True, False])
def test_signatures_of_retries(clock: Clock, *, anew: bool) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1, retries_are_signed_anew=anew), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)

    clock.run_until_quiet()

    (first_at, _), (second_at, second) = receiver.requests
    signed = round((second_at if anew else first_at) * 1000)
    assert second.headers["x-hubspot-request-timestamp"] == str(signed)
    expected = v3(hubspot.app.client_secret, "POST", URL, second.body, signed)
    assert second.headers["x-hubspot-signature-v3"] == expected


@rule("Webhooks are signed with the client secret that the app has at that moment.", Source.HS_SIGNATURES)
def test_a_rotated_secret_signs_from_the_next_attempt_on(clock: Clock) -> None:
    hubspot, receiver = portal(clock, webhook_pieces=1), Receiver(clock, 500, 200)
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_while(lambda: not receiver.requests)

    hubspot.app.client_secret = "rotated"
    clock.run_until_quiet()

    sent, request = receiver.requests[1]
    assert request.headers["x-hubspot-signature-v3"] == v3("rotated", "POST", URL, request.body, round(sent * 1000))


@rule("Deliveries do not count against the limits of calls.", Source.HS_WEBHOOKS)
def test_deliveries_are_no_calls(clock: Clock, client_of: Callable[[HubSpot], httpx.Client]) -> None:
    hubspot, receiver = portal(clock, burst_limit=2, webhook_pieces=1), Receiver(clock, 200)
    hubspot.deliver = receiver
    for _ in range(3):
        creates_deal(hubspot)
        clock.run_until_quiet()

    answer = client_of(hubspot).get("/crm/v3/owners")

    assert len(receiver.requests) == 3
    assert answer.headers["x-hubspot-ratelimit-remaining"] == "1"


# What the app says


@rule("An app hears of what it has active subscriptions to, and of nothing else.", Source.HS_WEBHOOKS)
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


@rule(
    "A changed target URL or concurrency is used after up to five minutes.",
    Source.HS_WEBHOOKS,
    switch="webhook_settings_age",
)
@pytest.mark.parametrize(("age", "later", "used"), [(300, 290, "old"), (300, 310, "new"), (0, 290, "new")])
def test_settings_are_cached(clock: Clock, age: float, later: float, used: str) -> None:
    hubspot, receiver = portal(clock, webhook_settings_age=age), Receiver(clock, 200)
    hubspot.app.target_url = "https://example.com/old"
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.run_until_quiet()

    hubspot.app.target_url = "https://example.com/new"
    clock.advance(later)
    creates_deal(hubspot)
    clock.run_until_quiet()

    assert {request.url for _, request in receiver.requests[-1:]} == {f"https://example.com/{used}"}


@rule("Nothing is delivered for an app without settings.", Source.HS_WEBHOOKS)
def test_messages_wait_for_a_target_url(clock: Clock) -> None:
    hubspot, receiver = portal(clock), Receiver(clock, 200)
    hubspot.app.target_url = None
    hubspot.deliver = receiver
    creates_deal(hubspot)
    clock.advance(3600)
    assert (receiver.requests, len(hubspot.webhooks.pending)) == ([], 5)

    hubspot.app.target_url = URL
    clock.advance(300)

    assert (hubspot.webhooks.delivered, hubspot.webhooks.pending) == (5, [])
