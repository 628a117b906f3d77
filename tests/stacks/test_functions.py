from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lambdas import runtime
from lambdas.settings import PREFIX, Settings
from stacks.specs import TASKS, WEBHOOK
from tests.support.synth import flat, synthesized

ROOT = Path(__file__).parents[2]
SPECS = (*TASKS, WEBHOOK)
NAMES = [spec.name.replace("_", "-") for spec in SPECS]


def _function(name: str) -> dict[str, Any]:
    return synthesized().by_name("AWS::Lambda::Function", "FunctionName")[f"cosell-sandbox-{name}"]


def _statements(name: str) -> list[dict[str, Any]]:
    role = _function(name)["Role"]["Fn::GetAtt"][0]
    inline = synthesized().resources("AWS::IAM::Role")[role].get("Policies", [])
    attached = synthesized().resources("AWS::IAM::Policy").values()
    policies = [*inline, *(policy for policy in attached if {"Ref": role} in policy["Roles"])]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


TAGGING = {f"partnercentral:{name}" for name in ("ListTagsForResource", "TagResource", "UntagResource")}
"""Requests that name no catalog: the resource does."""


@pytest.mark.parametrize("name", NAMES)
def test_partner_central_is_open_in_one_catalog_only(name: str) -> None:
    for statement in _statements(name):
        actions = _list(statement["Action"])
        if all(action in TAGGING for action in actions):
            assert all("catalog/Sandbox/" in flat(resource) for resource in _list(statement["Resource"]))
        elif any(action.startswith("partnercentral:") for action in actions):
            assert statement["Condition"] == {"StringEquals": {"partnercentral:Catalog": "Sandbox"}}


@pytest.mark.parametrize("name", NAMES)
def test_only_what_has_no_resource_is_allowed_on_everything(name: str) -> None:
    actions = {
        action
        for statement in _statements(name)
        for action in _list(statement["Action"])
        if "*" in action or "*" in _list(statement["Resource"])
    }

    assert {action.partition(":")[0] for action in actions} <= {"xray", "partnercentral"}
    assert not [action for action in actions if "*" in action]


def test_no_role_is_shared_and_none_has_a_managed_policy() -> None:
    functions = synthesized().resources("AWS::Lambda::Function").values()
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]

    assert len(set(roles)) == len(roles)
    assert not any("ManagedPolicyArns" in synthesized().resources("AWS::IAM::Role")[role] for role in roles)


@pytest.mark.parametrize("name", NAMES)
def test_every_function_is_made_alike(name: str) -> None:
    function = _function(name)

    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] == 512
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    log_group = synthesized().resources("AWS::Logs::LogGroup")[function["LoggingConfig"]["LogGroup"]["Ref"]]
    assert log_group == {"LogGroupName": f"/aws/lambda/cosell-sandbox-{name}", "RetentionInDays": 90}


def test_a_task_has_half_a_minute_and_the_webhook_less_than_hubspot_waits() -> None:
    assert {name: _function(name)["Timeout"] for name in NAMES} == {
        **dict.fromkeys(NAMES, 30),
        "webhook": 4,
    }


def test_all_functions_share_one_zip() -> None:
    zips = {str(function["Code"]) for function in synthesized().resources("AWS::Lambda::Function").values()}

    assert len(zips) == 1


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_function_has_a_module_and_its_settings_are_known(spec: Any) -> None:
    variables = _function(spec.name.replace("_", "-"))["Environment"]["Variables"]

    assert (ROOT / f"{spec.module.replace('.', '/')}.py").is_file()
    ours = {name.removeprefix(PREFIX).lower() for name in variables if name.startswith(PREFIX)}
    assert ours <= Settings.model_fields.keys()
    assert "catalog" in ours


def test_every_setting_reaches_a_function_that_reads_it() -> None:
    follow = {"links_table", "sync_table", "secret", "bus", "catalog", "mode"}

    assert {name for spec in SPECS for name in spec.settings} == Settings.model_fields.keys() - follow
    assert {spec.name for spec in SPECS if "new_deals" in spec.settings} == {"plan_sync"}


def test_settings_follow_from_what_a_function_touches() -> None:
    assert _function("webhook")["Environment"]["Variables"].keys() >= {"COSELL_BUS", "COSELL_SECRET"}
    assert "COSELL_LINKS_TABLE" not in _function("webhook")["Environment"]["Variables"]
    assert "COSELL_SECRET" not in _function("create-opportunity")["Environment"]["Variables"]


@pytest.mark.parametrize("name", NAMES)
def test_traces_hold_neither_answers_nor_errors(name: str) -> None:
    variables = _function(name)["Environment"]["Variables"]

    assert variables["POWERTOOLS_TRACER_CAPTURE_RESPONSE"] == "false"
    assert variables["POWERTOOLS_TRACER_CAPTURE_ERROR"] == "false"


@pytest.mark.parametrize("name", NAMES)
def test_somebody_hears_of_a_function_that_fails_or_is_throttled(name: str) -> None:
    alarms = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")

    assert alarms[f"cosell-sandbox-{name}-errors"]["MetricName"] == "Errors"
    assert alarms[f"cosell-sandbox-{name}-throttles"]["MetricName"] == "Throttles"


def test_somebody_hears_of_deletions_that_are_held() -> None:
    alarm = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")["cosell-sandbox-plan-sync-held-deletions"]

    assert (alarm["Namespace"], alarm["MetricName"]) == (runtime.NAMESPACE, "HeldDeletions")
    assert [dimension["Name"] for dimension in alarm["Dimensions"]] == ["function_name"]
