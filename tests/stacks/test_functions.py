from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lambdas.settings import PREFIX, Settings
from stacks.functions import TASKS, WEBHOOK
from tests.support.synth import flat, synthesized

ROOT = Path(__file__).parents[2]
SPECS = (*TASKS, WEBHOOK)
NAMES = [spec.name.replace("_", "-") for spec in SPECS]

SUBMISSION_STEPS = {
    "CreateEngagement",
    "CreateEngagementInvitation",
    "CreateResourceSnapshot",
    "CreateResourceSnapshotJob",
    "GetOpportunity",
    "StartResourceSnapshotJob",
    "SubmitOpportunity",
    "TagResource",
}

GET, UPDATE, WRITE = ["GetItem"], ["GetItem", "UpdateItem"], ["GetItem", "PutItem", "UpdateItem"]

MAY: dict[str, dict[str, list[str]]] = {
    "take-turn": {
        "links": UPDATE,
        "sync-state": ["UpdateItem"],
        "secret": ["GetSecretValue"],
        "bus": ["PutEvents"],
        "partner-central": ["GetOpportunity"],
    },
    "plan-sync": {
        "links": GET,
        "sync-state": WRITE,
        "secret": ["GetSecretValue"],
        "partner-central": ["GetAwsOpportunitySummary", "GetOpportunity", "ListEngagementFromOpportunityTasks"],
    },
    "create-opportunity": {
        "links": UPDATE,
        "sync-state": WRITE,
        "partner-central": ["CreateOpportunity", "GetOpportunity", "ListOpportunities", "TagResource"],
    },
    "associate-opportunity": {"sync-state": WRITE, "partner-central": ["AssociateOpportunity", "GetOpportunity"]},
    "update-opportunity": {"sync-state": WRITE, "partner-central": ["UpdateOpportunity"]},
    "submit-opportunity": {
        "sync-state": WRITE,
        "partner-central": sorted(
            {"StartEngagementFromOpportunityTask", "ListEngagementFromOpportunityTasks", *SUBMISSION_STEPS}
        ),
    },
    "update-deal": {"sync-state": WRITE, "secret": ["GetSecretValue"]},
    "finish-turn": {"sync-state": UPDATE},
    "webhook": {"secret": ["GetSecretValue"], "bus": ["PutEvents"]},
}

_THINGS: dict[str, str] = {"Links": "links", "SyncState": "sync-state", "HubSpot": "secret", "Bus": "bus"}


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


def _thing(statement: dict[str, Any]) -> str:
    """What a statement is about."""
    service = str(_list(statement["Action"])[0]).partition(":")[0]
    if service == "partnercentral":
        return "partner-central"
    if service in {"logs", "xray"}:
        return service
    (resource,) = _list(statement["Resource"])
    match = re.search(r"(?:GetAtt|Ref)(Links|SyncState|HubSpot|Bus)", flat(resource))
    assert match is not None
    return _THINGS[match[1]]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_do_exactly_what_it_does(name: str) -> None:
    may: dict[str, set[str]] = {}
    for statement in _statements(name):
        actions = {action.partition(":")[2] for action in _list(statement["Action"])}
        may.setdefault(_thing(statement), set()).update(actions)

    assert may.pop("logs") == {"CreateLogStream", "PutLogEvents"}
    assert may.pop("xray") == {"PutTelemetryRecords", "PutTraceSegments"}
    assert {thing: sorted(actions) for thing, actions in may.items()} == MAY[name]


@pytest.mark.parametrize("name", NAMES)
def test_partner_central_is_open_in_one_catalog_only(name: str) -> None:
    for statement in _statements(name):
        if _thing(statement) != "partner-central":
            continue
        if statement["Action"] == "partnercentral:TagResource":
            assert all("catalog/Sandbox/" in flat(resource) for resource in statement["Resource"])
        else:
            assert statement["Condition"] == {"StringEquals": {"partnercentral:Catalog": "Sandbox"}}


@pytest.mark.parametrize("name", NAMES)
def test_only_what_has_no_resource_is_allowed_on_everything(name: str) -> None:
    everything = {_thing(statement) for statement in _statements(name) if statement["Resource"] == "*"}

    assert everything <= {"xray", "partner-central"}
    assert not [action for statement in _statements(name) for action in _list(statement["Action"]) if "*" in action]


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
    assert {"deployment", "catalog"} <= ours


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
