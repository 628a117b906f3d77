"""The one way to make a Lambda function, with its rights, log group and alarms, from its row in `stacks/specs.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_logs import ILogGroup
from constructs import Construct

from stacks.alarms import PERIOD, Alarms
from stacks.config import Config
from stacks.data import DataStack
from stacks.nag import acknowledge
from stacks.parts import construct_id, log_group
from stacks.specs import Spec
from statemachines.task import TURN_TTL

NAMESPACE = "Cosell"
"""Of the metrics that functions count themselves (`lambdas.runtime`)."""
RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64


class Function(Construct):
    """A function with its own role, log group and alarms. `self.function` is the Lambda function."""

    def __init__(  # noqa: PLR0913 properties of a construct, by name
        self,
        scope: Construct,
        spec: Spec,
        *,
        config: Config,
        data: DataStack,
        code: lambda_.Code,
        alarms: Alarms,
    ) -> None:
        super().__init__(scope, construct_id(spec.name))
        kebab = spec.name.replace("_", "-")
        name = f"{config.deployment}-{kebab}"
        logs = log_group(self, f"/aws/lambda/{name}", config)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=f"Cosell: {spec.does[0].lower()}{spec.does[1:]}",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=f"{spec.module}.handler",
            code=code,
            role=self._role(spec, logs, config, data),
            timeout=Duration.seconds(spec.timeout),
            memory_size=512,  # the processor comes with the memory: below this, importing the SDK takes seconds
            environment=_environment(spec, config, data),
            log_group=logs,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
        )
        runtime = "Python 3.13 is what the zip is built for; the next one is a decision."
        acknowledge(
            self.function,
            {
                "AwsSolutions-L1": runtime,
                "Serverless-LambdaLatestVersion": runtime,
                "Serverless-LambdaDLQ": "Called by a state machine or an API, which see the failure themselves.",
            },
        )
        self._watch(kebab, alarms)
        for metric, means in spec.counts.items():
            alarms.at_least(self, f"{kebab}-{_dashed(metric)}", _own_metric(metric, name), means=means)

    def _role(self, spec: Spec, logs: ILogGroup, config: Config, data: DataStack) -> iam.Role:
        statements = _statements(spec, config, data)
        statements.append(_allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs.log_group_arn))
        role = iam.Role(
            self,
            "Role",
            description=f"Cosell: exactly what {spec.name} does",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Does": iam.PolicyDocument(statements=statements)},
        )
        acknowledge(role, _stars(spec, config))
        return role

    def _watch(self, kebab: str, alarms: Alarms) -> None:
        alarms.at_least(
            self,
            f"{kebab}-errors",
            self.function.metric_errors(period=PERIOD, statistic="Sum"),
            threshold=5,  # single errors are retried; the state machine alarms on what is left of them
            means="The function fails again and again. Its log group says why.",
        )
        alarms.at_least(
            self,
            f"{kebab}-throttles",
            self.function.metric_throttles(period=PERIOD, statistic="Sum"),
            means="Lambda had no capacity for it: raise the account's concurrent executions.",
        )


def _own_metric(metric: str, function: str) -> cloudwatch.Metric:
    """As `lambdas.runtime.count` counts it."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric,
        dimensions_map={"function_name": function},
        period=PERIOD,
        statistic="Sum",
    )


def _dashed(name: str) -> str:
    """`held-deletions` for `HeldDeletions`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _allow(actions: Sequence[str], *resources: str, catalog: str | None = None) -> iam.PolicyStatement:
    conditions = {"StringEquals": {"partnercentral:Catalog": catalog}} if catalog else None
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)


def _statements(spec: Spec, config: Config, data: DataStack) -> list[iam.PolicyStatement]:
    statements = []
    for table, actions in ((data.links, spec.links), (data.sync_state, spec.sync_state)):
        if actions:
            statements.append(_allow([f"dynamodb:{action}" for action in actions], table.table_arn))
    if spec.secret:
        statements.append(_allow(["secretsmanager:GetSecretValue"], data.secret.secret_arn))
    if spec.bus:
        statements.append(_allow(["events:PutEvents"], data.bus.event_bus_arn))
    if spec.partner_central_in(config):
        actions = [f"partnercentral:{operation}" for operation in spec.partner_central_in(config)]
        statements.append(_allow(actions, "*", catalog=config.catalog))
    if spec.tags and spec.tagging_in(config):
        # The request carries no catalog: a condition on it would never hold. The resource's name carries it.
        actions = [f"partnercentral:{operation}" for operation in spec.tagging_in(config)]
        statements.append(_allow(actions, *_taggable(spec, config, data.account)))
    return statements


def _taggable(spec: Spec, config: Config, account: str) -> list[str]:
    catalog = f"arn:aws:partnercentral:{config.region}:{account}:catalog/{config.catalog}"
    return [f"{catalog}/{kind}/*" for kind in spec.tags]


def _stars(spec: Spec, config: Config) -> dict[str, str]:
    reasons = {"AwsSolutions-IAM5[Resource::*]": "X-Ray's segments have no resource to name."}
    if not spec.partner_central_in(config):
        return reasons
    not_known = "Opportunities are not known before they are made; the catalog limits it."
    reasons["AwsSolutions-IAM5[Resource::*]"] += f" {not_known}"
    reasons["Serverless-LambdaStarPermissions"] = not_known
    tagged = _taggable(spec, config, "<AWS::AccountId>")
    return reasons | {f"AwsSolutions-IAM5[Resource::{resource}]": not_known for resource in tagged}


def _environment(spec: Spec, config: Config, data: DataStack) -> dict[str, str]:
    touched = {
        "links_table": data.links.table_name if spec.links else "",
        "sync_table": data.sync_state.table_name if spec.sync_state else "",
        "secret": data.secret.secret_arn if spec.secret else "",
        "bus": data.bus.event_bus_name if spec.bus else "",
    }
    chosen = {
        "hubspot_api": config.hubspot_api,
        "turn_ttl": str(TURN_TTL),
        "submission": config.submission,
        "submit_stages": ",".join(config.submit_stages),
        "involvement": config.involvement,
        "visibility": config.visibility,
        "solutions": ",".join(config.solutions),
        "fallback_owner": config.fallback_owner,
        "webhook_url": config.webhook_url,
        "go_live": config.go_live,
        "new_deals": config.new_deals,
        "deletion_grace": str(config.deletion_grace),
        "deletion_reason": config.deletion_reason,
        "most_deletions": str(config.most_deletions),
        "accept_v1": "true" if config.accept_v1 else "false",
    }
    values: dict[str, str] = {"catalog": config.catalog, "mode": config.mode}
    values |= {name: value for name, value in touched.items() if value}
    values |= {name: chosen[name] for name in spec.settings if chosen[name]}
    environment = {f"COSELL_{name.upper()}": value for name, value in values.items()}
    # What a task answers and how it fails may hold a person's data: neither belongs into a trace.
    return environment | {"POWERTOOLS_TRACER_CAPTURE_RESPONSE": "false", "POWERTOOLS_TRACER_CAPTURE_ERROR": "false"}
