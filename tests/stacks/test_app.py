"""What is true of all that is deployed."""

from __future__ import annotations

import json
from pathlib import Path

import app
from tests.support.synth import WITHOUT_ZIP, synthesized

NAMED_BY = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Events::Archive": "ArchiveName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::ApiGateway::RestApi": "Name",
}
LOG_PREFIXES = ("/aws/lambda/", "/aws/vendedlogs/states/", "/aws/vendedlogs/apigateway/")


def test_every_name_carries_the_deployment() -> None:
    for kind, key in NAMED_BY.items():
        for name in synthesized().by_name(kind, key):
            assert name.startswith("cosell-sandbox-" if kind != "AWS::SecretsManager::Secret" else "cosell-sandbox/")
    for name in synthesized().by_name("AWS::Logs::LogGroup", "LogGroupName"):
        (prefix,) = (prefix for prefix in LOG_PREFIXES if name.startswith(prefix))
        assert name.removeprefix(prefix).startswith("cosell-sandbox-")
    assert {stack.stack_name for stack in synthesized().assembly.stacks} == {
        "cosell-sandbox-data",
        "cosell-sandbox-app",
    }


def test_another_deployment_shares_no_name_and_another_catalog(tmp_path: Path) -> None:
    assembly = app.build(WITHOUT_ZIP | {"deployment": "cosell"}, str(tmp_path))

    text = json.dumps([stack.template for stack in assembly.stacks])
    assert "cosell-sandbox" not in text
    assert "Sandbox" not in text.replace("Sandbox.Timedout", "")
    assert '"partnercentral:Catalog": "AWS"' in text


def test_both_stacks_are_where_partner_central_is() -> None:
    assert {stack.environment.region for stack in synthesized().assembly.stacks} == {"us-east-1"}


def test_every_alarm_says_what_to_do() -> None:
    for alarm in synthesized().resources("AWS::CloudWatch::Alarm").values():
        assert len(alarm["AlarmDescription"]) > 40


def test_alarms_go_where_the_configuration_says(tmp_path: Path) -> None:
    block = {
        "catalog": "AWS",
        "alarm_email": "operations@example.com",
        "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms",
    }
    assembly = app.build(WITHOUT_ZIP | {"deployment": "loud", "cosell": {"loud": block}}, str(tmp_path))

    resources = assembly.get_stack_by_name("loud-app").template["Resources"]
    alarms = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::CloudWatch::Alarm"]
    (topic_id,) = (name for name, resource in resources.items() if resource["Type"] == "AWS::SNS::Topic")
    assert alarms
    assert all(alarm["AlarmActions"] == [{"Ref": topic_id}, block["alarm_topic_arn"]] for alarm in alarms)
    # A topic's own policy takes the place of the one that lets the whole account in.
    (policy,) = (resource for resource in resources.values() if resource["Type"] == "AWS::SNS::TopicPolicy")
    allowed = [one for one in policy["Properties"]["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert [(one["Action"], one["Principal"]) for one in allowed] == [
        ("sns:Publish", {"Service": "cloudwatch.amazonaws.com"})
    ]
    assert [one["Condition"] for one in allowed] == [{"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}]


def test_the_application_stack_holds_nothing_that_cannot_be_made_again() -> None:
    kinds = {resource["Type"] for resource in synthesized().template("cosell-sandbox-app")["Resources"].values()}

    assert not kinds & {"AWS::DynamoDB::GlobalTable", "AWS::SecretsManager::Secret", "AWS::Events::EventBus"}
