"""The one way to make a Lambda function, and the table of what each one may touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_logs import ILogGroup
from constructs import Construct

from stacks.alarms import PERIOD, Alarms
from stacks.config import Config
from stacks.data import DataStack
from stacks.nag import acknowledge
from stacks.parts import construct_id, log_group
from statemachines.task import FUNCTION_TIMEOUT, TURN_TTL

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

# A transaction has no right of its own in IAM: it takes those of the writes in it.
GET = ("GetItem",)
UPDATE = ("UpdateItem",)
WRITE = ("GetItem", "PutItem", "UpdateItem")


@dataclass(frozen=True)
class Spec:
    """One function: its module and exactly what it may touch."""

    module: str
    does: str
    """For the console."""
    links: Sequence[str] = ()
    """DynamoDB actions on the table, as are those of `sync_state`."""
    sync_state: Sequence[str] = ()
    secret: bool = False
    bus: bool = False
    partner_central: Sequence[str] = ()
    """Operations of Partner Central, in the deployment's catalog only."""
    tags: Sequence[str] = ()
    """Kinds of Partner Central's resources that AWS tags in its name: it asks for the right, tags or none."""
    settings: Sequence[str] = ()
    """Fields of `lambdas.settings.Settings` besides those that follow from what it touches."""
    timeout: int = FUNCTION_TIMEOUT
    """Seconds."""

    @property
    def name(self) -> str:
        return self.module.rpartition(".")[2]


TASKS = (
    Spec(
        "lambdas.tasks.take_turn",
        "Finds the pair an event is about and takes its turn",
        links=(*GET, *UPDATE),
        sync_state=UPDATE,
        secret=True,
        bus=True,
        partner_central=("GetOpportunity",),
        settings=("hubspot_api", "turn_ttl"),
    ),
    Spec(
        "lambdas.tasks.plan_sync",
        "Reads both sides and decides what this round does",
        links=GET,
        sync_state=WRITE,
        secret=True,
        partner_central=("GetOpportunity", "GetAwsOpportunitySummary", "ListEngagementFromOpportunityTasks"),
        settings=("hubspot_api", "turn_ttl", "submit_stages", "involvement", "visibility", "solutions"),
    ),
    Spec(
        "lambdas.tasks.create_opportunity",
        "Creates the pair's opportunity, exactly once",
        links=(*GET, *UPDATE),
        sync_state=WRITE,
        partner_central=("CreateOpportunity", "GetOpportunity", "ListOpportunities"),
        tags=("opportunity",),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.associate_opportunity",
        "Links solutions to the opportunity",
        sync_state=WRITE,
        partner_central=("AssociateOpportunity", "GetOpportunity"),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.update_opportunity",
        "Writes the planned changes to the opportunity",
        sync_state=WRITE,
        partner_central=("UpdateOpportunity",),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.submit_opportunity",
        "Submits the opportunity for AWS's review",
        sync_state=WRITE,
        partner_central=(
            "GetOpportunity",
            "ListEngagementFromOpportunityTasks",
            "StartEngagementFromOpportunityTask",
            # The steps of that task, which AWS takes with the caller's rights:
            "CreateEngagement",
            "CreateEngagementInvitation",
            "CreateResourceSnapshot",
            "CreateResourceSnapshotJob",
            "StartResourceSnapshotJob",
            "SubmitOpportunity",
        ),
        tags=("opportunity", "resource-snapshot-job"),
        settings=("turn_ttl", "submission"),
    ),
    Spec(
        "lambdas.tasks.update_deal",
        "Writes to the deal what AWS says",
        sync_state=WRITE,
        secret=True,
        settings=("hubspot_api", "turn_ttl"),
    ),
    Spec(
        "lambdas.tasks.finish_turn",
        "Gives the turn back, or goes round again",
        sync_state=(*GET, *UPDATE),
        settings=("turn_ttl",),
    ),
)

WEBHOOK = Spec(
    "lambdas.webhook",
    "Receives HubSpot's webhooks",
    secret=True,
    bus=True,
    settings=("webhook_url", "accept_v1"),
    timeout=4,  # the API gives up after 5 s, as HubSpot does: the function's own end is the one that is logged
)


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
    if spec.partner_central:
        actions = [f"partnercentral:{operation}" for operation in spec.partner_central]
        statements.append(_allow(actions, "*", catalog=config.catalog))
    if spec.tags:
        # The request carries no catalog: a condition on it would never hold. The resource's name carries it.
        statements.append(_allow(["partnercentral:TagResource"], *_taggable(spec, config, data.account)))
    return statements


def _taggable(spec: Spec, config: Config, account: str) -> list[str]:
    catalog = f"arn:aws:partnercentral:{config.region}:{account}:catalog/{config.catalog}"
    return [f"{catalog}/{kind}/*" for kind in spec.tags]


def _stars(spec: Spec, config: Config) -> dict[str, str]:
    reasons = {"AwsSolutions-IAM5[Resource::*]": "X-Ray's segments have no resource to name."}
    if not spec.partner_central:
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
        "webhook_url": config.webhook_url,
        "accept_v1": "true" if config.accept_v1 else "false",
    }
    values: dict[str, str] = {"catalog": config.catalog}
    values |= {name: value for name, value in touched.items() if value}
    values |= {name: chosen[name] for name in spec.settings if chosen[name]}
    environment = {f"COSELL_{name.upper()}": value for name, value in values.items()}
    # What a task answers and how it fails may hold a person's data: neither belongs into a trace.
    return environment | {"POWERTOOLS_TRACER_CAPTURE_RESPONSE": "false", "POWERTOOLS_TRACER_CAPTURE_ERROR": "false"}
