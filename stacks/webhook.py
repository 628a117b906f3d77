"""The door for HubSpot: a REST API with one route, which hands every request to the receiver as it came."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.alarms import PERIOD, Alarms
from stacks.config import Config
from stacks.nag import acknowledge
from stacks.parts import log_group

STAGE = "prod"
"""Literal: a reference would tie the function, which checks signatures over the URL, to the API that calls it."""

PATH = "webhooks/hubspot"

_PUSH_LOGS = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Webhook(Construct):
    """`POST /webhooks/hubspot`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, receiver: lambda_.IFunction, config: Config, alarms: Alarms
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = self._api(config)
        method = self._method(receiver)
        acknowledge(
            method,
            dict.fromkeys(
                ("AwsSolutions-APIG4", "AwsSolutions-COG4"),
                "HubSpot signs its requests; the receiver checks the signature over the raw body.",
            ),
        )
        self._watch(alarms)
        CfnOutput(
            self, "Url", key="WebhookUrl", value=self.api.url_for_path(f"/{PATH}"), description="HubSpot calls this"
        )

    def _api(self, config: Config) -> apigateway.RestApi:
        name = f"{config.deployment}-webhook"
        logs = log_group(self, f"/aws/vendedlogs/apigateway/{name}", config)
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=name,
            description="Cosell: HubSpot's webhooks",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,  # once per account and region; kept when this stack goes
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=50,  # HubSpot sends ten batches at once, each of up to 100 events
                throttling_burst_limit=100,
                access_log_destination=apigateway.LogGroupLogDestination(logs),
                access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                    caller=False,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=False,
                ),
                logging_level=apigateway.MethodLoggingLevel.OFF,
                data_trace_enabled=False,  # it would log bodies, and those carry personal data
                metrics_enabled=True,
                tracing_enabled=True,
            ),
        )
        acknowledge(
            api.node.find_child("CloudWatchRole"),
            {f"AwsSolutions-IAM4[Policy::{_PUSH_LOGS}]": "API Gateway asks for this very policy to write its log."},
        )
        acknowledge(
            api.deployment_stage,
            {
                "AwsSolutions-APIG3": "The signature decides who may call; a firewall costs more than all the rest.",
                "AwsSolutions-APIG6": (
                    "The access log tells of every request. Execution logs go to a group that API Gateway makes "
                    "itself, without retention and without the deployment's name."
                ),
            },
        )
        return api

    def _method(self, receiver: lambda_.IFunction) -> apigateway.Method:
        # Demands no signature header and no model of the body: bad requests shall reach the receiver, which logs them.
        validator = apigateway.RequestValidator(
            self,
            "Validator",
            rest_api=self.api,
            request_validator_name="anything",
            validate_request_body=True,
            validate_request_parameters=True,
        )
        return self.api.root.resource_for_path(PATH).add_method(
            "POST",
            apigateway.LambdaIntegration(receiver, timeout=Duration.seconds(5), allow_test_invoke=False),
            request_validator=validator,
        )

    def _watch(self, alarms: Alarms) -> None:
        alarms.at_least(
            self,
            "webhook-5xx",
            self.api.metric_server_error(period=PERIOD, statistic="Sum"),
            means="HubSpot got a 5xx and will send the batch again, up to ten times in a day. See the receiver's log.",
        )
        alarms.at_least(
            self,
            "webhook-latency",
            self.api.metric_latency(period=PERIOD, statistic="p99"),
            threshold=4000,
            means="Answers come close to the 5 s after which HubSpot takes a batch for undelivered.",
        )
