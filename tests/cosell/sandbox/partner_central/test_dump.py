"""State, saved and loaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cosell.sandbox.partner_central import PartnerCentral, Solution, User
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Response
from tests.cosell.sandbox.partner_central.partner import Document, Partner, complete, partner, with_value

Step = Callable[["Run"], object]


class Run:
    """A partner that asks raw, so that answers are compared to the byte, and knows its opportunities by number."""

    def __init__(self) -> None:
        self.us = partner(
            throttling=True,
            event_scatter=7.0,
            events_twice=True,
            updates_in_pairs=True,
            incomplete_submission="task fails",
        )
        self.ids: list[str] = []

    def ask(self, operation: str, **body: object) -> Response:
        return self.us.post(operation, **{"Catalog": "AWS", **body})

    def create(self, token: str, body: Document | None = None) -> Response:
        response = self.ask("CreateOpportunity", ClientToken=token, **(body or complete()))
        if response.status == 200 and response.json()["Id"] not in self.ids:
            self.ids.append(response.json()["Id"])
        return response

    def update(self, number: int, path: str, value: object) -> Response:
        body = self.us.raw(self.ids[number])
        return self.ask("UpdateOpportunity", Identifier=body.pop("Id"), **with_value(body, path, value))

    def start(self, number: int, token: str) -> Response:
        submission = {"InvolvementType": "Co-Sell"}
        return self.ask(
            "StartEngagementFromOpportunityTask",
            ClientToken=token,
            Identifier=self.ids[number],
            AwsSubmission=submission,
            Tags=[{"Key": "team", "Value": "north"}],
        )

    def associate(self, number: int) -> Response:
        return self.ask(
            "AssociateOpportunity",
            OpportunityIdentifier=self.ids[number],
            RelatedEntityType="Solutions",
            RelatedEntityIdentifier="S-1234567",
        )

    def everything(self) -> object:
        return [
            self.ask("ListOpportunities"),
            self.ask("ListEngagementFromOpportunityTasks"),
            [(view.body, view.summary, view.engagement) for view in self.us.central.opportunities],
        ]


def wait(seconds: float) -> Step:
    return lambda run: run.us.clock.advance(seconds)


def aws(verb: str, number: int, *words: str, **more: Any) -> Step:
    return lambda run: getattr(run.us.central.aws, verb)(run.ids[number], *words, **more)


STEPS: list[Step] = [
    lambda run: run.create("a"),
    lambda run: run.create("b"),  # throttled
    wait(1),
    lambda run: run.create("a"),  # the first answer
    wait(1),
    lambda run: run.create("b"),
    wait(1.5),
    lambda run: run.associate(0),
    wait(1.2),
    lambda run: run.start(0, "a"),
    wait(1.3),
    lambda run: run.start(1, "b"),  # ends FAILED: no solution
    wait(1),
    lambda run: run.update(1, "LifeCycle.NextSteps", "Call"),
    wait(2),
    lambda run: run.everything(),
    lambda run: run.start(1, "b"),
    wait(1),
    lambda run: run.associate(1),
    aws("fails_task", 1, "InternalError"),
    wait(1),
    lambda run: run.start(1, "c"),
    lambda run: run.ask("PutSellingSystemSettings", ResourceSnapshotJobRoleIdentifier="snapshots"),
    lambda run: run.us.central.estimates.update({"https://calculator.aws/#/estimate?id=0": "1"}),
    wait(5),
    aws("starts_review", 0),
    aws("approves", 0),
    aws("scores", 0, "High", quality=40),
    lambda run: run.us.central.aws.refers(),
    wait(0.2),
    lambda run: run.start(1, "d"),
    lambda run: run.update(0, "LifeCycle.Stage", "Committed"),  # throttled
    lambda run: run.create("b", complete(OpportunityType="Expansion")),  # throttled, would conflict
    wait(10),
    lambda run: run.create("b", complete(OpportunityType="Expansion")),
    aws("asks_for_changes", 1, "Which region?", "Missing"),
    lambda run: run.everything(),
    wait(16 * 86_400),  # an invitation expires, tokens are forgotten
    lambda run: run.create("a"),
    lambda run: run.everything(),
]


@cache
def run(cut: int | None = None) -> tuple[list[object], list[Document]]:
    """All answers and all events of the script, which is interrupted before the step `cut`."""
    one = Run()
    answers = []
    for number, step in enumerate(STEPS):
        if number == cut:
            one.us = one.us.restarted()
        answers.append(step(one))
    one.us.clock.run_until_quiet()
    return answers, one.us.events


@pytest.mark.parametrize("cut", range(len(STEPS)))
def test_a_run_that_is_interrupted_goes_on_as_if_it_was_not(cut: int) -> None:
    answers, events = run(cut)
    assert answers == run()[0]
    assert events == run()[1]


def test_the_script_is_about_what_can_go_wrong() -> None:
    answers, events = run()
    texts = str(answers)
    for word in ("ThrottlingException", "ConflictException", "IN_PROGRESS", "COMPLETE", "FAILED", "Action Required"):
        assert word in texts
    assert "Engagement Invitation Expired" in {event["detail-type"] for event in events}
    times = [event["time"] for event in events]
    assert times != sorted(times)


def test_what_was_due_while_nobody_ran_is_due_at_once_in_its_order() -> None:
    us = partner(event_scatter=30.0)
    identifier = us.create()
    for step in range(5):
        us.sets(identifier, "LifeCycle.NextSteps", f"Step {step}")
    document = us.central.dump()
    late = Partner(PartnerCentral(clock := Clock(us.clock.now + 3600), switches=us.switches), clock)
    late.central.load(document)
    late.central.on_event.append(late.events.append)
    clock.run_until_quiet()
    us.clock.run_until_quiet()
    assert late.events == us.events
    assert clock.now == us.clock.now + 3600 - (us.clock.now - Clock().now)


def test_what_a_test_adds_is_saved_too() -> None:
    us = partner()
    us.central.solutions.append(Solution("S-7654321", "Another"))
    us.central.users.append(User("second@partner.example", "Second", "User"))
    again = us.restarted()
    again.associate(again.create(), "S-7654321")
    assert [user.email for user in again.central.users] == ["alliance.lead@partner.example", "second@partner.example"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"seed": 7}, "differs in seed"),
        ({"account": "999999999999"}, "differs in account"),
        ({"switches": {}}, "differs in .*throttling"),
        ({"state": {"opportunities": {"O1": {"id": "O1"}}}}, "not a saved Partner Central"),
        ({"state": "all is well"}, "not a saved Partner Central"),
        ({"switches": None}, "not a saved Partner Central"),
    ],
)
def test_another_document_is_refused(change: Document, complaint: str) -> None:
    us, fresh = partner(), PartnerCentral(Clock(), switches=partner().switches)
    us.create()
    before = fresh.dump()
    with pytest.raises(ValueError, match=complaint):
        fresh.load({**us.central.dump(), **change})
    with pytest.raises(ValueError, match="not a saved Partner Central"):
        fresh.load({})
    assert fresh.dump() == before


def test_only_a_new_simulator_is_loaded() -> None:
    us = partner()
    us.create()
    with pytest.raises(ValueError, match="only a new simulator"):
        us.central.load(us.central.dump())
