"""A client, a seller and an app that fails at random hammer a portal, which may be saved and loaded at any moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
from hubspot.utils.signature import Signature
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cosell.sandbox.hubspot import HubSpot, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from tests.cosell.sandbox.hubspot.expected import EVENTS, HEARD, SINGULAR, UNIQUE, Expected, key
from tests.cosell.sandbox.hubspot.receiver import URL, Answered

SEARCH_LAG = 20.0
VALUES = {
    "dealname": ["a", "b", "c"],
    "amount": ["1", "2.5", ""],
    "order_id": ["O1", "o1", "O2", ""],
    "firstname": ["Art", "Elaine"],
    "email": ["art@vandelay.com", "ART@vandelay.com", "elaine@pendant.com", "kramer@kramerica.com"],
    "name": ["Vandelay", "Kramerica"],
}
NEEDED = {
    "deals": {"dealname": "a", "dealstage": "closedwon"},
    "contacts": {"firstname": "Art"},
    "companies": {"name": "X"},
}
KINDS, MERGEABLE = st.sampled_from(sorted(HEARD)), st.sampled_from(["deals", "companies"])
FAMILIES = st.sampled_from(["/crm/v3/objects", "/crm/objects/2026-09"])
ANSWERS = st.sampled_from([[200], [204, 500], [500], [None], [500, None, 200]])
SELDOM = st.sampled_from([False, False, False, True])
PICK, CHOICE = st.integers(0, 30), st.integers(1, 79)


def values_of(kind: str, choice: int) -> dict[str, str]:
    """Some values of a type's properties, by a number."""
    chosen = {}
    for name in HEARD[kind]:
        choice, which = divmod(choice, len(VALUES[name]) + 1)
        if which:
            chosen[name] = VALUES[name][which - 1]
    return chosen


class Hammered(RuleBasedStateMachine):
    """A portal, what it should hold, and an app that hears of it."""

    @initialize(seed=st.integers(0, 1000), answers=ANSWERS, choices=st.lists(CHOICE, min_size=9, max_size=9))
    def opens(self, seed: int, answers: list[int | None], choices: list[int]) -> None:
        self.clock, self.seed = Clock(), seed
        self.hubspot = self.new(self.clock)
        self.hubspot.app.target_url = URL
        self.hubspot.define("deals", "order_id", unique=True)
        for event in EVENTS:
            self.hubspot.app.subscribe(event)
        for kind, names in HEARD.items():
            self.hubspot.app.subscribe(f"{SINGULAR[kind]}.propertyChange", *names)
        headers = {"Authorization": f"Bearer {self.hubspot.app.token}"}
        transport = httpx.MockTransport(self.carries)
        self.api = httpx.Client(base_url="https://api.hubapi.com", headers=headers, transport=transport)
        self.expected = Expected()
        self.answers = answers
        self.received: list[tuple[int | None, list[dict[str, Any]]]] = []
        for number, choice in enumerate(choices):
            self.creates(sorted(HEARD)[number % 3], "/crm/objects/2026-09", choice)

    def new(self, clock: Clock) -> HubSpot:
        switches = Switches(limits=False, search_lag=SEARCH_LAG, webhook_duplicates=0.2, webhook_first_retry=2.0)
        hubspot = HubSpot(clock, seed=self.seed, switches=switches)
        hubspot.deliver = self.takes
        return hubspot

    def carries(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        response = self.hubspot.handle(Request(request.method, str(request.url), headers, request.content))
        return httpx.Response(response.status, headers=dict(response.headers), content=response.body)

    def takes(self, request: Request, answered: Answered) -> None:
        """The app: answers in turn what it was told to, and believes in signatures."""
        timestamp, body = request.headers["x-hubspot-request-timestamp"], request.body.decode()
        signature = Signature.get_signature(self.hubspot.app.client_secret, body, "v3", URL, "POST", timestamp)
        assert request.headers["x-hubspot-signature-v3"] == signature
        assert int(timestamp) == round(self.clock.now * 1000)
        answer = self.answers[len(self.received) % len(self.answers)]
        self.received.append((answer, json.loads(body)))
        if answer is not None:
            answered(Response(answer))

    def records(self, kind: str, *picks: int, archived: bool = False) -> list[str]:
        """As many different records as picks, or none."""
        there = self.expected.of(kind, archived=archived)
        return [there.pop(pick % len(there)) for pick in picks] if len(there) >= len(picks) else []

    def asks(self, method: str, path: str, body: object = None) -> httpx.Response:
        self.expected.now_ms = round(self.clock.now * 1000)
        return self.api.request(method, path, json=body)

    @property
    def seller(self) -> Any:
        self.expected.now_ms = round(self.clock.now * 1000)
        return self.hubspot.people

    # The client

    @rule(kind=KINDS, family=FAMILIES, choice=CHOICE)
    def creates(self, kind: str, family: str, choice: int) -> None:
        values = {**NEEDED[kind], **values_of(kind, choice)}
        holder = self.expected.holder(kind, values)

        response = self.asks("POST", f"{family}/{kind}", {"properties": values})

        if holder is not None:
            assert response.status_code == (409 if kind == "contacts" else 400)
            assert holder in response.json()["message"]
        else:
            assert response.status_code == 201
            self.expected.creates(kind, response.json()["id"], _heard(kind, values), "INTEGRATION")
            self.reads(kind, response.json()["id"])

    @rule(kind=KINDS, family=FAMILIES, pick=PICK, choice=CHOICE, wrong=SELDOM)
    def updates(self, kind: str, family: str, pick: int, choice: int, *, wrong: bool) -> None:
        values = values_of(kind, choice)
        for id_ in self.records(kind, pick) if values else ():
            refused = wrong or self.expected.holder(kind, values, but=id_) is not None
            properties = {**values, **({"nope": "1"} if wrong else {})}

            response = self.asks("PATCH", f"{family}/{kind}/{id_}", {"properties": properties})

            assert (response.status_code >= 400) is refused
            if not refused:
                self.expected.edits(kind, id_, values, "INTEGRATION")
            self.reads(kind, id_)

    @rule(kind=KINDS, family=FAMILIES, choices=st.lists(CHOICE, min_size=2, max_size=3), traced=st.booleans())
    def creates_several(self, kind: str, family: str, choices: list[int], *, traced: bool) -> None:
        inputs: list[dict[str, Any]] = [
            {"properties": {**NEEDED[kind], **values_of(kind, choice)}} for choice in choices
        ]
        if traced:
            inputs = [{**given, "objectWriteTraceId": str(n)} for n, given in enumerate(inputs)]
        good: list[dict[str, str]] = []
        for given in inputs:
            values, name = given["properties"], UNIQUE.get(kind, "")
            mine = values.get(name, "").casefold()
            clashes = mine and mine in {other.get(name, "").casefold() for other in good}
            if not clashes and self.expected.holder(kind, values) is None:
                good.append(values)
        whole = len(good) == len(inputs)

        response = self.asks("POST", f"{family}/{kind}/batch/create", {"inputs": inputs})

        if not whole and not traced:
            assert response.status_code in {400, 409}
            return
        assert response.status_code == (201 if whole else 207)
        made = sorted(response.json()["results"], key=lambda result: int(result["id"]))
        for result, values in zip(made, good, strict=True):
            self.expected.creates(kind, result["id"], _heard(kind, values), "INTEGRATION")

    @rule(kind=KINDS, family=FAMILIES, picks=st.tuples(PICK, PICK), choice=CHOICE)
    def updates_several(self, kind: str, family: str, picks: tuple[int, int], choice: int) -> None:
        values = {name: value for name, value in values_of(kind, choice).items() if name != UNIQUE.get(kind)}
        ids = self.records(kind, *picks) if values else []
        if ids:
            inputs = [{"id": id_, "properties": values} for id_ in ids]
            assert self.asks("POST", f"{family}/{kind}/batch/update", {"inputs": inputs}).status_code == 200
        for id_ in ids:
            self.expected.edits(kind, id_, values, "INTEGRATION")

    @rule(kind=KINDS, family=FAMILIES, pick=PICK)
    def archives(self, kind: str, family: str, pick: int) -> None:
        for id_ in self.records(kind, pick):
            assert self.asks("DELETE", f"{family}/{kind}/{id_}").status_code == 204
            self.expected.archives(kind, id_, "INTEGRATION")
            assert self.asks("GET", f"{family}/{kind}/{id_}").status_code == 404

    @rule(kind=MERGEABLE, family=FAMILIES, picks=st.tuples(PICK, PICK))
    def merges(self, kind: str, family: str, picks: tuple[int, int]) -> None:
        for winner, loser in [self.records(kind, *picks)] if self.records(kind, *picks) else []:
            body = {"primaryObjectId": winner, "objectIdToMerge": loser}
            into = self.asks("POST", f"{family}/{kind}/merge", body).json()["id"]
            self.expected.merges(kind, winner, loser, into, "INTEGRATION")
            self.reads(kind, into)

    @rule(other=st.sampled_from(["contacts", "companies"]), picks=st.tuples(PICK, PICK), removed=SELDOM)
    def associates(self, other: str, picks: tuple[int, int], *, removed: bool) -> None:
        for deal, id_ in zip(self.records("deals", picks[0]), self.records(other, picks[1]), strict=False):
            one = f"/crm/v4/objects/deals/{deal}/associations"
            path = f"{one}/{other}/{id_}" if removed else f"{one}/default/{other}/{id_}"
            assert self.asks("DELETE" if removed else "PUT", path).is_success
            self.expected.associates(deal, (other, id_), "INTEGRATION", removed=removed)

    @rule(kind=KINDS, family=FAMILIES, choice=CHOICE)
    def searches(self, kind: str, family: str, choice: int) -> None:
        """Once the index has caught up, it knows what the records say."""
        self.waits(SEARCH_LAG)
        (name, value), *_ = {**NEEDED[kind], **values_of(kind, choice)}.items()
        filters = [{"propertyName": name, "operator": "EQ", "value": value}]

        found = self.asks("POST", f"{family}/{kind}/search", {"filterGroups": [{"filters": filters}], "limit": 200})

        same = [id_ for id_ in self.expected.of(kind) if self.expected.live[kind, id_].get(name) == value]
        assert [result["id"] for result in found.json()["results"]] == same

    # The seller

    @rule(kind=KINDS, picks=st.lists(PICK, min_size=1, max_size=2), choice=CHOICE)
    def edits_by_hand(self, kind: str, picks: list[int], choice: int) -> None:
        values = {name: value for name, value in values_of(kind, choice).items() if name != UNIQUE.get(kind)}
        ids, bulk = self.records(kind, *picks), len(picks) > 1
        if bulk:
            self.seller.edits_all(kind, ids, values)
        for id_ in ids:
            if not bulk:
                self.seller.edits(kind, id_, values)
            self.expected.edits(kind, id_, values, "CRM_UI_BULK_ACTION" if bulk else "CRM_UI")

    @rule(pick=PICK)
    def restores(self, pick: int) -> None:
        for id_ in self.records("deals", pick, archived=True):
            if self.expected.holder("deals", self.expected.archived["deals", id_]) is None:
                self.seller.restores("deals", id_)
                self.expected.restores("deals", id_, "CRM_UI")

    @rule(pick=PICK)
    def erases(self, pick: int) -> None:
        for id_ in self.records("contacts", pick):
            self.seller.erases(id_)
            self.expected.erases(id_, "CRM_UI")

    @rule(picks=st.tuples(PICK, PICK))
    def associates_by_hand(self, picks: tuple[int, int]) -> None:
        for deal, contact in zip(self.records("deals", picks[0]), self.records("contacts", picks[1]), strict=False):
            self.seller.associates("deals", deal, "contacts", contact)
            self.expected.associates(deal, ("contacts", contact), "USER")

    # The app, time, and the machine that all runs on

    @rule(answers=ANSWERS)
    def answers_with(self, answers: list[int | None]) -> None:
        self.answers = answers

    @rule(seconds=st.sampled_from([0.5, 2.0, 7.0, 60.0, 3600.0]))
    def waits(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def moves_to_another_machine(self) -> None:
        text = json.dumps(self.hubspot.dump())
        clock = Clock(self.clock.now)
        self.hubspot, self.clock = self.new(clock), clock
        self.hubspot.load(json.loads(text))
        assert json.dumps(self.hubspot.dump()) == text

    # What holds at all times

    def reads(self, kind: str, id_: str) -> None:
        """A read shows every write that was accepted, and none that was refused."""
        path = f"/crm/objects/2026-09/{kind}/{id_}?properties={','.join(HEARD[kind])}"
        assert _set(kind, self.asks("GET", path).json()) == self.expected.live[kind, id_]

    @rule()
    def everything_is_there(self) -> None:
        """The lists have every record there is, and no other; ids that were merged away lead to the survivor."""
        for kind, names in HEARD.items():
            for archived in (False, True):
                query = f"limit=100&archived={str(archived).lower()}&properties={','.join(names)}"
                records = self.expected.archived if archived else self.expected.live
                listed = self.asks("GET", f"/crm/v3/objects/{kind}?{query}").json()["results"]
                assert {one["id"]: _set(kind, one) for one in listed} == {
                    id_: values for (type_, id_), values in records.items() if type_ == kind
                }
        for (kind, gone), (_, id_) in self.expected.survivors():
            assert self.asks("GET", f"/crm/v3/objects/{kind}/{gone}").json()["id"] == id_
        self.ends_agree()

    def ends_agree(self) -> None:
        """An association is seen alike from both ends."""
        for kind, others in (("deals", ("contacts", "companies")), ("contacts", ("deals",)), ("companies", ("deals",))):
            for id_ in self.expected.of(kind):
                path = f"/crm/objects/2026-09/{kind}/{id_}?associations={','.join(others)}"
                seen = self.asks("GET", path).json().get("associations", {})
                for other in others:
                    ids = {one["id"] for one in seen.get(other, {}).get("results", [])}
                    assert ids == self.expected.others((kind, id_), other)

    @invariant()
    def unique_values_lead_to_their_record(self) -> None:
        for kind, name in UNIQUE.items():
            values = [
                values[name].casefold()
                for (type_, _), values in self.expected.live.items()
                if type_ == kind and name in values
            ]
            assert len(set(values)) == len(values)

    @invariant()
    def every_change_has_one_message(self) -> None:
        webhooks = self.hubspot.webhooks
        waiting = [*webhooks.pending, *webhooks.under_way]
        assert webhooks.queued == webhooks.delivered + webhooks.lost + len(waiting)
        contents: dict[int, dict[str, Any]] = {}
        for message in [*(one for _, messages in self.received for one in messages), *waiting]:
            content = {name: value for name, value in message.items() if name != "attemptNumber"}
            assert contents.setdefault(message["eventId"], content) == content
        assert Counter(key(content) for content in contents.values()) == self.expected.told

    def teardown(self) -> None:
        """In the end each message has arrived, or was tried ten times again in vain."""
        if not hasattr(self, "hubspot"):
            return
        self.clock.run_until_quiet()
        self.every_change_has_one_message()
        self.everything_is_there()
        assert (self.hubspot.webhooks.pending, self.hubspot.webhooks.under_way) == ([], [])
        arrived = _events([messages for answer, messages in self.received if answer in {200, 204}])
        tried = _events([messages for _, messages in self.received])
        for event, attempts in tried.items():
            assert sorted(attempts) == list(range(max(attempts) + 1))
            assert event in arrived or max(attempts) == 10
        self.api.close()


def _heard(kind: str, values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name in HEARD[kind]}


def _set(kind: str, record: dict[str, Any]) -> dict[str, str]:
    """The values that a record in an answer has."""
    return {name: record["properties"][name] for name in HEARD[kind] if record["properties"].get(name)}


def _events(requests: Sequence[list[dict[str, Any]]]) -> dict[int, set[int]]:
    """Which attempts there were, by the id of the event."""
    events: dict[int, set[int]] = {}
    for message in (message for messages in requests for message in messages):
        events.setdefault(message["eventId"], set()).add(message["attemptNumber"])
    return events


def test_a_hammered_portal_loses_nothing() -> None:
    run_state_machine_as_test(
        Hammered,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
