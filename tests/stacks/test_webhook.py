from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.synth import synthesized


def _one(kind: str) -> dict[str, Any]:
    (properties,) = synthesized().resources(kind).values()
    return properties


def test_hubspot_posts_to_one_route() -> None:
    paths = {resource["PathPart"] for resource in synthesized().resources("AWS::ApiGateway::Resource").values()}

    assert paths == {"webhooks", "hubspot"}
    assert _one("AWS::ApiGateway::Method")["HttpMethod"] == "POST"
    assert _one("AWS::ApiGateway::RestApi")["Name"] == "cosell-sandbox-webhook"


def test_the_receiver_gets_every_request_as_it_came() -> None:
    method = _one("AWS::ApiGateway::Method")

    assert method["Integration"]["Type"] == "AWS_PROXY"
    assert not {"RequestParameters", "RequestModels"} & method.keys()
    assert method["AuthorizationType"] == "NONE"


def test_the_api_gives_up_when_hubspot_does_and_the_function_before_that() -> None:
    integration = _one("AWS::ApiGateway::Method")["Integration"]["TimeoutInMillis"]
    functions = synthesized().by_name("AWS::Lambda::Function", "FunctionName")

    assert integration == 5000
    assert functions["cosell-sandbox-webhook"]["Timeout"] * 1000 < integration


def test_only_this_route_may_call_the_receiver() -> None:
    permission = _one("AWS::Lambda::Permission")

    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "/POST/webhooks/hubspot" in json.dumps(permission["SourceArn"])


def test_the_stage_is_literal_throttled_traced_and_logged_without_bodies() -> None:
    stage = _one("AWS::ApiGateway::Stage")

    assert stage["StageName"] == "prod"
    assert stage["TracingEnabled"]
    (settings,) = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)
    assert settings["DataTraceEnabled"] is False
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"requestId", "status", "requestTime", "resourcePath"} <= logged.keys()
    assert not {"user", "caller"} & {key for key, value in logged.items() if value != "-"}


def test_the_url_is_an_output() -> None:
    outputs = synthesized().template("cosell-sandbox-app")["Outputs"]

    assert json.dumps(outputs["WebhookUrl"]["Value"]).endswith('/webhooks/hubspot"]]}')


@pytest.mark.parametrize(
    ("alarm", "metric", "threshold"), [("webhook-5xx", "5XXError", 1), ("webhook-latency", "Latency", 4000)]
)
def test_somebody_hears_of_what_hubspot_gets_to_feel(alarm: str, metric: str, threshold: int) -> None:
    properties = synthesized().by_name("AWS::CloudWatch::Alarm", "AlarmName")[f"cosell-sandbox-{alarm}"]

    assert (properties["MetricName"], properties["Threshold"]) == (metric, threshold)
