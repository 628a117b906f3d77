"""Templates are deployed as they are written, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.resources import BUILDERS
from cosell.sandbox.stepfunctions import Clock
from cosell.sandbox.templates import Deployment, TemplateError, deploy

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}


def deployed(directory: Path, *templates: dict[str, Any]) -> tuple[Cloud, Deployment]:
    """Stacks `s0`, `s1`..., each dependent on the one before; listed last first."""
    artifacts: dict[str, Any] = {}
    for number, template in enumerate(templates):
        file = f"s{number}.template.json"
        (directory / file).write_text(json.dumps(template))
        artifacts[f"s{number}"] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": file},
            "dependencies": [f"s{number - 1}"] if number else [],
        }
    (directory / "manifest.json").write_text(json.dumps({"artifacts": dict(reversed(artifacts.items()))}))
    cloud = Cloud(Clock())
    return cloud, deploy(directory, cloud, BUILDERS)


def resolved(directory: Path, value: Any, **resources: Any) -> Any:
    template = {"Resources": {"Role": ROLE, **resources}, "Outputs": {"Value": {"Value": value}}}
    return deployed(directory, template)[1].outputs["Value"]


@pytest.mark.parametrize(
    ("value", "gives"),
    [
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Role"}, "s0-Role"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::123456789012:role/s0-Role"),
        ({"Fn::GetAtt": "Role.Arn"}, "arn:aws:iam::123456789012:role/s0-Role"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Partition"}, 3]]}, "a-aws-3"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        (
            {"Fn::Sub": "${AWS::AccountId}/${Role.Arn}/${!literal}"},
            "123456789012/arn:aws:iam::123456789012:role/s0-Role/${literal}",
        ),
        ({"Fn::Sub": ["${A}-${Role}", {"A": {"Ref": "AWS::URLSuffix"}}]}, "amazonaws.com-s0-Role"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
    ],
    ids=repr,
)
def test_intrinsics(tmp_path: Path, value: Any, gives: Any) -> None:
    assert resolved(tmp_path, value) == gives


def test_resources_are_made_when_they_are_needed_and_stacks_in_order(tmp_path: Path) -> None:
    first = {
        "Resources": {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "ours"}}},
        "Outputs": {"Bus": {"Value": {"Fn::GetAtt": ["Bus", "Arn"]}, "Export": {"Name": "s0:bus"}}},
    }
    second = {
        "Resources": {
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "Name": "all",
                    "EventBusName": {"Fn::ImportValue": "s0:bus"},
                    "EventPattern": {"source": [{"prefix": ""}]},
                    "Targets": [{"Id": "T", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
                },
            },
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "letters"}},
        }
    }

    cloud, _ = deployed(tmp_path, first, second)
    cloud.events.put(cloud.events.event("a", "b", {}), "ours")
    cloud.clock.run_until_quiet()

    assert len(cloud.services.messages("arn:aws:sqs:us-east-1:123456789012:letters")) == 1


def test_a_table_is_made_with_its_index_and_time_to_live(tmp_path: Path) -> None:
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "TableName": "state",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "open")],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "open",
                    "KeySchema": [{"AttributeName": "open", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
            "Replicas": [{"Region": "us-east-1"}],
        },
    }

    cloud, _ = deployed(tmp_path, {"Resources": {"Table": table}})

    described = cloud.services.dynamodb.ask("DescribeTable", TableName="state")["Table"]
    assert [index["IndexName"] for index in described["GlobalSecondaryIndexes"]] == ["open"]
    ttl = cloud.services.dynamodb.ask("DescribeTimeToLive", TableName="state")["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "ttl"


@pytest.mark.parametrize(
    ("resources", "says"),
    [
        ({"It": {"Type": "AWS::Kinesis::Stream"}}, "s0.It: the sandbox has no AWS::Kinesis::Stream"),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Condition": "IsProduction"}},
            "s0.It: Condition is not known to the sandbox",
        ),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}},
            r"s0.It \(AWS::SQS::Queue\): .property DelaySeconds is not known",
        ),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Cidr": []}}}},
            "Fn::Cidr is not known to the sandbox",
        ),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Nothing"}}}},
            "nothing is called Nothing",
        ),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["Role", "Nope"]}}}},
            "Role has no attribute Nope; the sandbox knows Arn",
        ),
        (
            {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::ImportValue": "x"}}}},
            "no stack deployed before exports x",
        ),
        (
            {
                "A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}}},
                "B": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "A"}}},
            },
            "A -> B -> A go in circles",
        ),
        (
            {"It": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"a": [{"cidr": "x"}]}}}},
            "'cidr' is no operator",
        ),
        (
            {"It": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 fortnight)"}}},
            "'rate\\(1 fortnight\\)' is no rate",
        ),
        (
            {"It": {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Id": "T", "Arn": "arn:aws:sns:::t"}]}}},
            "the sandbox delivers to states, lambda, sqs, events, not to arn:aws:sns:::t",
        ),
    ],
)
def test_what_is_not_known_is_an_error_that_names_it(tmp_path: Path, resources: dict[str, Any], says: str) -> None:
    with pytest.raises(TemplateError, match=says):
        deployed(tmp_path, {"Resources": {"Role": ROLE, **resources}})


def test_an_unknown_section_and_an_unset_parameter_are_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="section Conditions"):
        deployed(tmp_path, {"Conditions": {}})
    with pytest.raises(TemplateError, match="parameter Size has no default"):
        deployed(
            tmp_path,
            {
                "Parameters": {"Size": {"Type": "String"}},
                "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Size"}}}},
            },
        )


def test_a_state_machine_with_an_unknown_field_is_not_deployed(tmp_path: Path) -> None:
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed", "Sleep": 1}}}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": json.dumps(definition), "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    }

    with pytest.raises(Exception, match="Sleep"):
        deployed(tmp_path, {"Resources": {"Role": ROLE, "Machine": machine}})
