"""The state of a portal, saved and loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from tests.cosell.sandbox.hubspot.receiver import URL, Answered, Receiver, creates_deal, portal

SWITCHES: dict[str, Any] = {
    "webhook_duplicates": 0.3,
    "webhook_first_retry": 20.0,
    "search_lag": 30.0,
    "association_lag": 3.0,
    "burst_limit": 12,
    "search_limit": 2,
}
DEALS, COMPANIES, CONTACTS = (f"/crm/objects/2026-09/{name}" for name in ("deals", "companies", "contacts"))


def new(clock: Clock) -> HubSpot:
    return portal(clock, seed=7, **SWITCHES)


def loaded(hubspot: HubSpot, clock: Clock) -> HubSpot:
    """The same portal in a new simulator, by way of a text."""
    twin = new(clock)
    twin.load(json.loads(json.dumps(hubspot.dump())))
    return twin


class Run:
    """A portal, what it answered, and what it sent to an app that takes one delivery of four."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.hubspot = new(self.clock)
        self.answers: list[Response] = []
        self.sent: list[tuple[float, Request]] = []
        self.hubspot.deliver = self.takes

    def takes(self, request: Request, answered: Answered) -> None:
        self.sent.append((self.clock.now, request))
        answered(Response(500 if len(self.sent) % 4 else 204))

    def asks(self, method: str, path: str, body: object = None) -> Any:
        headers = {"authorization": f"Bearer {self.hubspot.app.token}"}
        content = b"" if body is None else json.dumps(body).encode()
        response = self.hubspot.handle(Request(method, f"https://api.hubapi.com{path}", headers, content))
        self.answers.append(response)
        return response.json() if response.body else None

    def moves_on(self) -> None:
        """Goes on in a new simulator at the same moment."""
        clock = Clock(self.clock.now)
        self.hubspot, self.clock = loaded(self.hubspot, clock), clock
        self.hubspot.deliver = self.takes

    def newest(self, kind: str) -> str:
        return [record.id for record in self.hubspot.records(kind) if not record.archived][-1]


def prepares(run: Run) -> None:
    run.hubspot.define("deals", "order_id", unique=True)
    for event_type in ("deal.deletion", "deal.restore", "deal.associationChange", "company.creation"):
        run.hubspot.app.subscribe(event_type)


def uses_the_api(run: Run) -> None:
    company = run.asks("POST", COMPANIES, {"properties": {"name": "Vandelay"}})["id"]
    to = {"to": {"id": company}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 341}]}
    deal = {"properties": {"dealname": "y", "dealstage": "closedwon", "order_id": "O2"}, "associations": [to]}
    run.asks("POST", DEALS, deal)
    run.asks("POST", DEALS, {"properties": {"dealname": "z", "dealstage": "closedwon", "order_id": "o2"}})
    run.asks("POST", CONTACTS, {"properties": {"email": "art@vandelay.com"}})


def asks_around(run: Run) -> None:
    """Reads what lags, and runs into the limits."""
    newest = run.newest("deals")
    run.asks("GET", f"{DEALS}/{newest}?associations=companies&propertiesWithHistory=dealname,amount")
    for _ in range(3):
        run.asks("POST", f"{DEALS}/search", {"sorts": ["dealname"], "properties": ["dealname", "order_id"]})
    for _ in range(4):
        run.asks("GET", f"{DEALS}?limit=100")


def deletes_and_restores(run: Run) -> None:
    deal = run.newest("deals")
    run.hubspot.people.deletes("deals", deal)
    run.asks("GET", f"{DEALS}/{deal}")
    run.hubspot.people.restores("deals", deal)


def merges(run: Run) -> None:
    first, second, *_ = (record.id for record in run.hubspot.records("deals") if not record.archived)
    run.hubspot.people.merges("deals", first, second)
    run.asks("GET", f"{DEALS}/{second}")


def shapes_the_account(run: Run) -> None:
    run.hubspot.app.subscribe("deal.merge")
    run.hubspot.app.rotate_token("pat-na1-new", old_until=run.clock.now + 60)
    run.hubspot.admin.renames_stage("closedwon", "Hooray")
    group = {"name": "orders", "label": "Orders"}
    run.asks("POST", "/crm/properties/2026-09/deals/groups", group)
    run.hubspot.webhooks.sign_with("wrong")


def waits(seconds: float) -> Callable[[Run], None]:
    return lambda run: run.clock.advance(seconds)


SCRIPT: list[Callable[[Run], object]] = [
    prepares,
    lambda run: creates_deal(run.hubspot),
    waits(0.1),
    uses_the_api,
    asks_around,
    waits(1.5),
    asks_around,
    shapes_the_account,
    deletes_and_restores,
    waits(14),
    lambda run: creates_deal(run.hubspot),
    lambda run: run.hubspot.webhooks.pause(),
    merges,
    waits(30),
    lambda run: run.hubspot.webhooks.resume(),
    asks_around,
    lambda run: run.hubspot.webhooks.sign_with(),
    waits(40),
    lambda run: run.clock.run_until_quiet(),
    asks_around,
]


@cache
def story(cut: int | None) -> tuple[object, ...]:
    """Everything that can be seen of the script, with the portal moved to another simulator before that step."""
    run = Run()
    for number, step in enumerate(SCRIPT):
        if number == cut:
            run.moves_on()
        step(run)
    counts = (run.hubspot.webhooks.queued, run.hubspot.webhooks.delivered, run.hubspot.webhooks.attempts)
    return run.answers, run.sent, counts, run.hubspot.records("deals"), run.hubspot.dump()


@pytest.mark.parametrize("cut", range(len(SCRIPT)))
def test_a_portal_goes_on_as_if_nothing_had_happened(cut: int) -> None:
    answers, sent, *_ = uncut = story(None)
    assert {response.status for response in answers} >= {200, 201, 400, 429}  # type: ignore[attr-defined]
    assert len(sent) > 10  # type: ignore[arg-type]

    assert story(cut) == uncut


def test_what_was_loaded_is_saved_as_the_same() -> None:
    text = json.dumps(story(None)[-1])
    twin = new(Clock())

    twin.load(json.loads(text))

    assert json.dumps(twin.dump()) == text


def test_what_was_under_way_is_sent_again_as_the_same_attempt(clock: Clock) -> None:
    hubspot, silent = new(clock), Receiver(clock, None)
    hubspot.deliver = silent
    creates_deal(hubspot)
    clock.run_while(lambda: not hubspot.webhooks.under_way)

    twin, receiver = loaded(hubspot, clock), Receiver(clock, 200)
    assert len(twin.webhooks.pending) == twin.webhooks.queued
    twin.deliver = receiver
    clock.run_until_quiet()

    assert receiver.requests[0][1].json() == silent.requests[0][1].json()
    assert twin.webhooks.delivered == twin.webhooks.queued


def test_what_fell_due_meanwhile_is_due_at_once(clock: Clock) -> None:
    hubspot = new(clock)
    hubspot.deliver = Receiver(clock, 500)
    creates_deal(hubspot)
    clock.advance(10)

    later = Clock(clock.now + 3600)
    twin, receiver = loaded(hubspot, later), Receiver(later, 200)
    twin.deliver = receiver
    later.advance(0)

    assert {sent for sent, _ in receiver.requests} == {later.now}
    assert (twin.webhooks.delivered, twin.webhooks.pending) == (twin.webhooks.queued, [])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda document: document.pop("webhooks"), r"webhooks\s+Field required"),
        (lambda document: document["portal"].update(id=1), "saved from account 1, and this is account 44000001"),
        (lambda document: document["app"].update(scopes=7), "scopes"),
        (lambda document: document["correlations"].pop(), "correlations"),
    ],
)
def test_a_document_that_does_not_fit_changes_nothing(
    clock: Clock, spoil: Callable[[dict[str, Any]], object], said: str
) -> None:
    hubspot = new(clock)
    creates_deal(hubspot)
    document, twin = hubspot.dump(), new(clock)
    before = twin.dump()
    spoil(document)

    with pytest.raises(ValueError, match=said):
        twin.load(document)

    assert twin.dump() == before
    assert twin.app.target_url == URL
