from __future__ import annotations

from typing import Any

import pytest

from tests.support.synth import flat, synthesized

PARTNER_CENTRAL = "aws.partnercentral-selling"


def _rules() -> dict[str, dict[str, Any]]:
    rules = synthesized().by_name("AWS::Events::Rule", "Name")
    return {name.removeprefix("cosell-sandbox-"): rule for name, rule in rules.items()}


def test_every_target_is_tried_for_a_day_and_then_kept_in_the_dead_letter_queue() -> None:
    (queue_id,) = synthesized().resources("AWS::SQS::Queue")

    for rule in _rules().values():
        for target in rule["Targets"]:
            assert target["RetryPolicy"] == {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 24 * 3600}
            assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue_id, "Arn"]}}


def test_the_dead_letter_queue_keeps_messages_as_long_as_it_can_and_speaks_tls_only() -> None:
    (queue,) = synthesized().resources("AWS::SQS::Queue").values()
    (policy,) = synthesized().resources("AWS::SQS::QueuePolicy").values()

    assert queue == {"QueueName": "cosell-sandbox-undelivered", "MessageRetentionPeriod": 14 * 24 * 3600}
    statements = policy["PolicyDocument"]["Statement"]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )
    allowed = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert len(allowed) == len(_rules())
    assert all("aws:SourceArn" in statement["Condition"]["ArnEquals"] for statement in allowed)


def test_events_of_this_catalog_go_from_the_default_bus_to_cosells() -> None:
    rule = _rules()["partner-central"]

    assert "EventBusName" not in rule
    assert rule["EventPattern"] == {"source": [PARTNER_CENTRAL], "detail": {"catalog": ["Sandbox"]}}
    assert "GetAttBus" in flat(rule["Targets"][0]["Arn"])


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        (
            "deal-changed",
            {"source": ["cosell.hubspot"], "detail-type": ["HubSpot Record Changed"], "detail": {"type": ["deal"]}},
        ),
        (
            "opportunity-changed",
            {
                "source": [PARTNER_CENTRAL],
                "detail-type": ["Opportunity Created", "Opportunity Updated"],
                "detail": {"catalog": ["Sandbox"]},
            },
        ),
        ("pair-handed-on", {"source": ["cosell"], "detail-type": ["Pair Handed On"]}),
        ("pair-touched", {"source": ["cosell"], "detail-type": ["Pair Touched"]}),
    ],
)
def test_events_on_cosells_bus_start_the_deal_lifecycle(name: str, pattern: dict[str, Any]) -> None:
    rule = _rules()[name]

    assert rule["EventPattern"] == pattern
    assert "RefBus" in flat(rule["EventBusName"])
    assert _started_by(rule) == "cosell-sandbox-deal-lifecycle"


def test_the_catalog_is_read_once_a_day_and_when_an_operator_asks() -> None:
    daily, requested = _rules()["catalog-daily"], _rules()["catalog-requested"]

    assert (daily["ScheduleExpression"], "EventBusName" in daily) == ("cron(23 4 * * ? *)", False)
    assert requested["EventPattern"] == {"source": ["cosell"], "detail-type": ["Catalog Sync Requested"]}
    assert "RefBus" in flat(requested["EventBusName"])
    assert {_started_by(rule) for rule in (daily, requested)} == {"cosell-sandbox-catalog-sync"}


def test_records_around_a_deal_and_an_operator_s_word_start_what_finds_the_pairs() -> None:
    changed, confirmed = _rules()["record-around-changed"], _rules()["deletions-confirmed"]

    assert changed["EventPattern"]["detail"] == {"type": ["company", "contact", "line_item"]}
    assert confirmed["EventPattern"] == {"source": ["cosell"], "detail-type": ["Deletions Confirmed"]}
    assert {_started_by(rule) for rule in (changed, confirmed)} == {"cosell-sandbox-records-around"}


def _started_by(rule: dict[str, Any]) -> str:
    """The state machine that gets the rule's whole events."""
    (target,) = rule["Targets"]
    assert not {"Input", "InputPath", "InputTransformer"} & target.keys()
    name: str = synthesized().resources("AWS::StepFunctions::StateMachine")[target["Arn"]["Ref"]]["StateMachineName"]
    return name


def test_somebody_hears_of_events_that_are_not_delivered() -> None:
    alarms = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")

    assert alarms["cosell-sandbox-undelivered"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
    for name in _rules():
        assert alarms[f"cosell-sandbox-{name}-failed"]["MetricName"] == "FailedInvocations"
        assert alarms[f"cosell-sandbox-{name}-lost"]["MetricName"] == "InvocationsFailedToBeSentToDlq"


def test_an_alarm_watches_the_rule_on_the_bus_it_is_on() -> None:
    alarms = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")

    forwarding = alarms["cosell-sandbox-partner-central-failed"]["Dimensions"]
    starting = alarms["cosell-sandbox-deal-changed-failed"]["Dimensions"]
    assert [dimension["Name"] for dimension in forwarding] == ["RuleName"]
    assert [dimension["Name"] for dimension in starting] == ["EventBusName", "RuleName"]
