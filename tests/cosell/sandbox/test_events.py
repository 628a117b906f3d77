"""Events reach what they are for, again and again if need be, and else a queue where somebody finds them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from cosell.sandbox.events import Archive, Rule
from cosell.sandbox.faults import Fault
from cosell.sandbox.schedules import BadSchedule, parse
from cosell.sandbox.targets import Target
from cosell.sandbox.wire import Request
from tests.cosell.sandbox.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"
DEAD = "arn:aws:sqs:us-east-1:123456789012:undelivered"
GREET = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
BREAK = {
    "QueryLanguage": "JSONata",
    "StartAt": "A",
    "States": {"A": {"Type": "Fail", "Error": "Broken", "Cause": "why"}},
}


@pytest.fixture
def events(account: Account) -> Account:
    """An account with two queues and a state machine."""
    for name in ("letters", "undelivered"):
        account.cloud.services.sqs.ask("CreateQueue", QueueName=name)
    account.cloud.machines.create_state_machine("greet", GREET)
    return account


def machine(name: str = "greet") -> str:
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"


def rule(arn: str, *, bus: str = "default", source: str = "test", **target: Any) -> Rule:
    return Rule("the-rule", bus, {"source": [source]}, [Target("T", arn, dead_letters=DEAD, **target)])


def put(account: Account, detail: Any = None, bus: str = "default") -> dict[str, Any]:
    event = account.cloud.events.event("test", "Something Happened", detail or {})
    account.cloud.events.put(event, bus)
    account.clock.run_until_quiet()
    return event


def messages(account: Account, queue: str = QUEUE) -> list[Any]:
    return [json.loads(message["Body"]) for message in account.cloud.services.messages(queue)]


def test_a_rule_starts_an_execution_with_the_whole_event(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine()))

    event = put(events, {"id": 1})

    (execution,) = events.cloud.machines.executions.values()
    assert execution.input == event
    assert execution.name.startswith(event["id"])
    assert execution.status == "SUCCEEDED"


def test_a_rule_forwards_to_another_bus_and_an_event_that_matches_nothing_goes_nowhere(events: Account) -> None:
    bus = events.cloud.events.add_bus("ours")
    events.cloud.events.add_rule(rule(bus))
    events.cloud.events.add_rule(rule(QUEUE, bus="ours"))
    events.cloud.events.add_rule(rule(QUEUE, bus="ours", source="other"))

    event = put(events)

    assert messages(events) == [event]
    assert [name for name, _ in events.cloud.events.seen] == ["default", "ours"]


def test_a_disabled_rule_does_nothing(events: Account) -> None:
    events.cloud.events.add_rule(Rule("off", "default", {"source": ["test"]}, [Target("T", QUEUE)], enabled=False))

    put(events)

    assert messages(events) == []


def test_a_lambda_target_is_run_again_twice_when_it_fails(events: Account) -> None:
    runs: list[float] = []

    def handler(_event: Any, _context: Any) -> None:
        runs.append(events.clock.now)
        raise ValueError("no")

    function = events.deploy("reader", handler)
    events.cloud.events.add_rule(rule(function.arn))

    put(events)

    assert [round(later - runs[0]) for later in runs] == [0, 60, 180]


def test_a_delivery_that_fails_for_a_while_is_tried_again(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine()))
    events.cloud.faults.add(Fault("unavailable", remote="states", operation="StartExecution", times=3))

    put(events)

    assert len(events.cloud.machines.executions) == 1
    assert [delivery.error for delivery in events.cloud.events.deliveries] == ["INTERNAL_ERROR"] * 3 + [None]
    assert messages(events, DEAD) == []


def test_a_delivery_that_keeps_failing_ends_in_the_dead_letter_queue(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine(), attempts=4))
    events.cloud.faults.add(Fault("throttled", remote="states", times=None))

    event = put(events)

    (letter,) = events.cloud.services.messages(DEAD)
    assert json.loads(letter["Body"]) == event
    assert letter["MessageAttributes"] == {
        "RULE_ARN": "arn:aws:events:us-east-1:123456789012:rule/the-rule",
        "TARGET_ARN": machine(),
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "states: throttled",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "4",
    }


def test_an_event_that_gets_too_old_ends_there_too(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine(), max_age=60))
    events.cloud.faults.add(Fault("unavailable", remote="states", times=None))
    before = events.clock.now

    put(events)

    (letter,) = events.cloud.services.messages(DEAD)
    assert letter["MessageAttributes"]["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert events.clock.now - before < 62


def test_a_target_that_is_not_there_is_not_tried_again(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine("nobody")))

    put(events)

    (letter,) = events.cloud.services.messages(DEAD)
    assert letter["MessageAttributes"]["ERROR_CODE"] == "NO_RESOURCE"
    assert "RETRY_ATTEMPTS" not in letter["MessageAttributes"]
    assert len(events.cloud.events.deliveries) == 1


def test_without_a_queue_it_is_dropped_and_that_can_be_seen(events: Account) -> None:
    events.cloud.events.add_rule(Rule("r", "default", {"source": ["test"]}, [Target("T", machine("nobody"))]))

    event = put(events)

    assert [dropped[2] for dropped in events.cloud.events.dropped] == [event]


def test_deliveries_can_be_made_twice(events: Account) -> None:
    events.cloud.events.add_rule(rule(machine()))
    events.cloud.events.duplicates = 1.0

    event = put(events)

    names = [execution.name for execution in events.cloud.machines.executions.values()]
    assert len(set(names)) == 2
    assert all(name.startswith(event["id"]) for name in names)


def test_an_archive_is_replayed_with_a_name(events: Account) -> None:
    events.cloud.events.add_bus("ours")
    events.cloud.events.add_archive(Archive("kept", "ours", {"source": ["test"]}))
    event = put(events, bus="ours")
    events.cloud.events.add_rule(rule(QUEUE, bus="ours"))

    assert events.cloud.events.replay("kept") == 1
    events.clock.run_until_quiet()

    (again,) = messages(events)
    assert again.pop("replay-name").startswith("replay-")
    assert again == event


def test_a_schedule_fires_only_when_time_passes_it(events: Account) -> None:
    events.cloud.events.add_rule(
        Rule("sweep", "default", None, [Target("T", QUEUE)], schedule=parse("rate(5 minutes)"))
    )

    events.clock.run_until_quiet()
    assert messages(events) == []
    events.clock.advance(601)

    assert [message["detail-type"] for message in messages(events)] == ["Scheduled Event"] * 2
    assert messages(events)[0]["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/sweep"]


@pytest.mark.parametrize(
    ("expression", "hours"),
    [("cron(0 6 * * ? *)", [21, 45]), ("cron(30 9 ? * MON-FRI *)", [0.5, 24.5]), ("cron(0/30 9 * * ? *)", [0.5, 24])],
)
def test_cron(events: Account, expression: str, hours: list[float]) -> None:
    began = events.clock.now  # a Tuesday, 9:00
    fired: list[float] = []
    events.cloud.events.destinations["sqs"] = lambda *_: fired.append(events.clock.now - began)
    events.cloud.events.add_rule(Rule("daily", "default", None, [Target("T", QUEUE)], schedule=parse(expression)))

    events.clock.advance(46 * 3600)

    assert [round(seconds / 3600, 2) for seconds in fired[:2]] == hours


@pytest.mark.parametrize("expression", ["rate(0.5 hours)", "cron(0 6 L * ? *)", "at(2026-11-24T10:00:00)", "cron(0 6)"])
def test_a_schedule_that_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(BadSchedule):
        parse(expression)


def test_every_change_of_an_executions_status_is_an_event(events: Account) -> None:
    events.cloud.machines.create_state_machine("break", BREAK)
    execution = events.cloud.machines.start(machine("break"), {"deal": 1}, "run-1")
    events.clock.run_until_quiet()

    running, failed = (event for _, event in events.cloud.events.seen)

    assert running["detail"] | {"startDate": 0} == {
        "executionArn": execution.arn,
        "stateMachineArn": machine("break"),
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": "run-1",
        "status": "RUNNING",
        "startDate": 0,
        "stopDate": None,
        "input": '{"deal":1}',
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is RUNNING and cannot be redriven",
        "error": None,
        "cause": None,
    }
    assert (failed["source"], failed["detail-type"]) == ("aws.states", "Step Functions Execution Status Change")
    assert failed["resources"] == [execution.arn]
    assert {key: failed["detail"][key] for key in ("status", "error", "cause", "redriveStatus")} == {
        "status": "FAILED",
        "error": "Broken",
        "cause": "why",
        "redriveStatus": "REDRIVABLE",
    }

    events.cloud.machines.redrive(execution.arn)
    events.clock.run_until_quiet()

    again = [event["detail"] for _, event in events.cloud.events.seen[2:]]
    assert [(detail["status"], detail["redriveCount"]) for detail in again] == [("RUNNING", 1), ("FAILED", 1)]


def put_events(entries: list[dict[str, Any]]) -> Any:
    answer = boto3.client("events").put_events(Entries=entries)
    return answer["FailedEntryCount"], [entry.get("ErrorCode") for entry in answer["Entries"]]


def test_put_events_takes_what_is_right_and_says_what_is_not(events: Account) -> None:
    events.cloud.events.add_bus("ours")
    good = {"Source": "test", "DetailType": "T", "Detail": '{"a": 1}', "EventBusName": "ours"}
    entries = [
        good,
        good | {"Detail": "not json"},
        good | {"Source": "aws.states"},
        good | {"EventBusName": "theirs"},
        {"DetailType": "T", "Detail": "{}"},
    ]

    answer = events.run(lambda _event, _context: put_events(entries))

    assert answer.payload == [
        4,
        [None, "MalformedDetail", "NotAuthorizedForSourceException", "ResourceNotFoundException", "InvalidArgument"],
    ]
    assert [event["detail"] for _, event in events.cloud.events.seen] == [{"a": 1}]


def test_put_events_can_fail_in_part_and_be_refused(events: Account) -> None:
    good = {"Source": "test", "DetailType": "T", "Detail": "{}"}
    events.cloud.events_api.refuse_entries = 1
    assert events.run(lambda _event, _context: put_events([good, good])).payload == [1, ["InternalFailure", None]]

    answer = events.run(lambda _event, _context: put_events([good] * 11))
    assert "ValidationException" in answer.cause

    answer = events.run(lambda _event, _context: boto3.client("events").delete_rule(Name="x"))
    assert "the sandbox's EventBridge knows PutEvents" in answer.cause


@pytest.mark.parametrize(
    "body", [b"garbage", b"[]", b'{"Entries": 5}', b'{"Entries": ["text"]}', b'{"Entries": [{"Detail": {}}]}']
)
def test_a_request_that_says_nothing_is_refused(events: Account, body: bytes) -> None:
    request = Request("POST", "https://events.us-east-1.amazonaws.com/", {"x-amz-target": "AWSEvents.PutEvents"}, body)

    answer = events.cloud.events_api.handle(request)

    assert (answer.status, answer.json()["__type"]) == (400, "SerializationException")


def test_the_size_of_all_entries_together_is_limited(events: Account) -> None:
    large = {"Source": "test", "DetailType": "T", "Detail": json.dumps({"text": "x" * 150_000})}
    assert events.run(lambda _event, _context: put_events([large])).payload == [0, [None]]

    answer = events.run(lambda _event, _context: put_events([large, large]))

    assert "Total size of the entries" in answer.cause
