"""How each CloudFormation resource type comes into being in the sandbox: one small function a type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from cosell.sandbox import schedules
from cosell.sandbox.cloud import Cloud
from cosell.sandbox.events import Archive, Rule
from cosell.sandbox.functions import Function
from cosell.sandbox.gateway import Api, Method
from cosell.sandbox.targets import from_template
from cosell.sandbox.templates import Builder, Made, Resource
from cosell.sandbox.wire import ACCOUNT, REGION

BUILDERS: dict[str, Builder] = {}


def _builds(kind: str, *properties: str) -> Callable[[Builder], Builder]:
    """Registers the builder of a type; a property that is not among those it knows is refused by name."""

    def register(build: Builder) -> Builder:
        def checked(cloud: Cloud, resource: Resource) -> Made:
            if unknown := set(resource.properties) - set(properties):
                raise KeyError(f"property {', '.join(sorted(unknown))} is not known to the sandbox")
            return build(cloud, resource)

        BUILDERS[kind] = checked
        return checked

    return register


def _arn(service: str, path: str, *, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{path}"


def _short(*parts: str) -> str:
    """Ten letters that stand for these parts, as API Gateway's ids look."""
    digest = hashlib.sha256("/".join(parts).encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:10])


# Data


def _table(cloud: Cloud, resource: Resource, members: Mapping[str, Any]) -> Made:
    name = resource.properties.get("TableName", resource.default_name)
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in resource.properties.get("GlobalSecondaryIndexes", [])
    ]
    create: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": resource.properties["AttributeDefinitions"],
        "KeySchema": resource.properties["KeySchema"],
        "BillingMode": "PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }
    cloud.services.dynamodb.ask("CreateTable", **create)
    ttl = resource.properties.get("TimeToLiveSpecification")
    if ttl is not None:
        cloud.services.dynamodb.ask("UpdateTimeToLive", TableName=name, TimeToLiveSpecification=ttl)
    return Made(name, {"Arn": _arn("dynamodb", f"table/{name}"), **members})


@_builds(
    "AWS::DynamoDB::GlobalTable",
    *("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"),
    *("TimeToLiveSpecification", "Replicas", "SSESpecification"),
)
def _global_table(cloud: Cloud, resource: Resource) -> Made:
    return _table(cloud, resource, {"TableId": resource.id})


@_builds(
    "AWS::DynamoDB::Table",
    *("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"),
    *("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "SSESpecification"),
)
def _plain_table(cloud: Cloud, resource: Resource) -> Made:
    return _table(cloud, resource, {})


@_builds(
    "AWS::SQS::Queue",
    *("QueueName", "MessageRetentionPeriod", "VisibilityTimeout", "RedrivePolicy", "SqsManagedSseEnabled"),
)
def _queue(cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties.get("QueueName", resource.default_name)
    attributes = {
        key: json.dumps(value) if isinstance(value, dict) else str(value)
        for key, value in resource.properties.items()
        if key in {"MessageRetentionPeriod", "VisibilityTimeout", "RedrivePolicy"}
    }
    cloud.services.sqs.ask("CreateQueue", QueueName=name, Attributes=attributes)
    arn = _arn("sqs", name)
    return Made(
        cloud.services.queue_url(arn), {"Arn": arn, "QueueName": name, "QueueUrl": cloud.services.queue_url(arn)}
    )


@_builds("AWS::SecretsManager::Secret", "Name", "Description", "GenerateSecretString", "SecretString", "KmsKeyId")
def _secret(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    text = properties.get("SecretString", "")
    if generate := properties.get("GenerateSecretString"):
        made_up = hashlib.sha256(resource.id.encode()).hexdigest()[:32]
        template = json.loads(generate.get("SecretStringTemplate", "{}"))
        key = generate.get("GenerateStringKey")
        text = json.dumps({**template, key: made_up}) if key else made_up
    name = properties.get("Name", resource.default_name)
    token = hashlib.sha256(f"{resource.stack}{resource.id}".encode()).hexdigest()
    arn = cloud.services.secretsmanager.ask("CreateSecret", Name=name, SecretString=text, ClientRequestToken=token)[
        "ARN"
    ]
    return Made(arn, {"Id": arn})


@_builds("AWS::SSM::Parameter", "Name", "Type", "Value", "Description", "Tier")
def _parameter(cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties.get("Name", resource.default_name)
    members = {"Name": name, "Type": resource.properties["Type"], "Value": resource.properties["Value"]}
    cloud.services.ssm.ask("PutParameter", **members)
    return Made(name, {"Type": members["Type"], "Value": members["Value"]})


# What runs


@_builds(
    "AWS::Lambda::Function",
    *("FunctionName", "Handler", "Runtime", "Code", "Role", "Environment", "Timeout", "MemorySize", "Description"),
    *("Architectures", "LoggingConfig", "TracingConfig", "Tags"),
)
def _function(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    function = Function(
        name=properties.get("FunctionName", resource.default_name),
        handler=properties["Handler"],
        environment=properties.get("Environment", {}).get("Variables", {}),
        timeout=float(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        role=properties["Role"],
    )
    cloud.functions.add(function)
    return Made(function.name, {"Arn": function.arn})


@_builds(
    "AWS::StepFunctions::StateMachine",
    *("StateMachineName", "StateMachineType", "DefinitionString", "RoleArn", "LoggingConfiguration"),
    *("TracingConfiguration", "Tags"),
)
def _state_machine(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    if (kind := properties.get("StateMachineType", "STANDARD")) != "STANDARD":
        raise KeyError(f"a state machine of type {kind} is not known to the sandbox")
    name = properties.get("StateMachineName", resource.default_name)
    definition = json.loads(properties["DefinitionString"])
    machine = cloud.machines.create_state_machine(name, definition, role_arn=properties["RoleArn"])
    return Made(machine.arn, {"Arn": machine.arn, "Name": name})


@_builds("AWS::Events::EventBus", "Name", "Description", "KmsKeyIdentifier", "DeadLetterConfig")
def _event_bus(cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties["Name"]
    arn = cloud.events.add_bus(name)
    return Made(name, {"Arn": arn, "Name": name})


@_builds(
    "AWS::Events::Rule",
    *("Name", "Description", "EventBusName", "EventPattern", "ScheduleExpression", "State", "Targets"),
)
def _rule(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    schedule = properties.get("ScheduleExpression")
    rule = Rule(
        name=properties.get("Name", resource.default_name),
        bus=properties.get("EventBusName", "default").rpartition("/")[2],
        pattern=properties.get("EventPattern"),
        targets=[from_template(target) for target in properties.get("Targets", [])],
        schedule=schedules.parse(schedule) if schedule else None,
        enabled=properties.get("State", "ENABLED") != "DISABLED",
    )
    cloud.events.add_rule(rule)
    return Made(rule.name, {"Arn": rule.arn})


@_builds(
    "AWS::Events::Archive",
    *("ArchiveName", "Description", "EventPattern", "KmsKeyIdentifier", "RetentionDays", "SourceArn"),
)
def _archive(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    name = properties.get("ArchiveName", resource.default_name)
    bus = properties["SourceArn"].rpartition("/")[2]
    arn = cloud.events.add_archive(Archive(name, bus, properties.get("EventPattern")))
    return Made(name, {"Arn": arn})


@_builds(
    "AWS::Scheduler::Schedule",
    *("Name", "Description", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "State"),
    *("Target", "GroupName"),
)
def _schedule(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    name = properties.get("Name", resource.default_name)
    if (zone := properties.get("ScheduleExpressionTimezone", "UTC")) not in {"UTC", "Etc/UTC"}:
        raise KeyError(f"time zone {zone} is not known to the sandbox")
    rule = Rule(
        name=name,
        bus="default",
        pattern=None,
        targets=[from_template({"Id": name, **properties["Target"]})],
        schedule=schedules.parse(properties["ScheduleExpression"]),
        enabled=properties.get("State", "ENABLED") == "ENABLED",
    )
    cloud.events.add_rule(rule)
    return Made(name, {"Arn": _arn("scheduler", f"schedule/default/{name}")})


# The door


@_builds("AWS::ApiGateway::RestApi", "Name", "Description", "EndpointConfiguration")
def _rest_api(cloud: Cloud, resource: Resource) -> Made:
    api = Api(_short(resource.stack, resource.id), resource.properties["Name"])
    cloud.gateway.apis[api.id] = api
    return Made(api.id, {"RestApiId": api.id, "RootResourceId": f"{api.id}:/"})


@_builds("AWS::ApiGateway::Resource", "ParentId", "PathPart", "RestApiId")
def _path(_cloud: Cloud, resource: Resource) -> Made:
    # An id that says which path it stands for: `<api>:/webhooks/hubspot`.
    parent = resource.properties["ParentId"].rstrip("/")
    made = f"{parent}/{resource.properties['PathPart']}"
    return Made(made, {"ResourceId": made})


@_builds(
    "AWS::ApiGateway::Method",
    *("RestApiId", "ResourceId", "HttpMethod", "AuthorizationType", "Integration", "RequestValidatorId"),
    *("ApiKeyRequired", "OperationName"),
)
def _method(cloud: Cloud, resource: Resource) -> Made:
    properties = resource.properties
    integration = properties["Integration"]
    if (
        integration["Type"] != "AWS_PROXY"
        or properties["AuthorizationType"] != "NONE"
        or properties.get("ApiKeyRequired")
    ):
        raise KeyError("only open methods with an AWS_PROXY integration are known to the sandbox")
    api = cloud.gateway.apis[properties["RestApiId"]]
    path = properties["ResourceId"].partition(":")[2]
    function = integration["Uri"].partition("/functions/")[2].removesuffix("/invocations")
    timeout = integration.get("TimeoutInMillis", 29_000) / 1000
    api.methods.append(Method(properties["HttpMethod"], path, function, timeout))
    return Made(f"{resource.id}-method")


@_builds("AWS::ApiGateway::Deployment", "RestApiId", "Description", "StageName")
def _deployment(cloud: Cloud, resource: Resource) -> Made:
    if stage := resource.properties.get("StageName"):
        cloud.gateway.apis[resource.properties["RestApiId"]].stages[stage] = {}
    return Made(_short(resource.id), {"DeploymentId": _short(resource.id)})


@_builds(
    "AWS::ApiGateway::Stage",
    *("RestApiId", "DeploymentId", "StageName", "Variables", "AccessLogSetting", "MethodSettings", "TracingEnabled"),
)
def _stage(cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties["StageName"]
    cloud.gateway.apis[resource.properties["RestApiId"]].stages[name] = resource.properties.get("Variables", {})
    return Made(name)


# What is there, and does nothing here


@_builds(
    "AWS::IAM::Role",
    *("AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "Policies", "RoleName", "Path", "Tags"),
)
def _role(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties.get("RoleName", resource.default_name)
    return Made(name, {"Arn": _arn("iam", f"role/{name}", region=""), "RoleId": _short(resource.id)})


@_builds("AWS::Logs::LogGroup", "LogGroupName", "RetentionInDays", "KmsKeyId", "LogGroupClass", "Tags")
def _log_group(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties.get("LogGroupName", resource.default_name)
    return Made(name, {"Arn": _arn("logs", f"log-group:{name}:*")})


@_builds("AWS::SNS::Topic", "TopicName", "DisplayName", "KmsMasterKeyId", "Tags")
def _topic(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.properties.get("TopicName", resource.default_name)
    return Made(_arn("sns", name), {"TopicArn": _arn("sns", name), "TopicName": name})


@_builds("AWS::KMS::Key", "Description", "KeyPolicy", "EnableKeyRotation", "PendingWindowInDays", "Enabled", "Tags")
def _key(_cloud: Cloud, resource: Resource) -> Made:
    return Made(_short(resource.id), {"Arn": _arn("kms", f"key/{_short(resource.id)}"), "KeyId": _short(resource.id)})


INERT = (
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::RequestValidator",
    "AWS::CDK::Metadata",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::KMS::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Permission",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::QueryDefinition",
    "AWS::Logs::ResourcePolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::XRay::Group",
)
"""What changes nothing that can be seen from inside: kept, with its properties, for those who ask."""


def _inert(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.default_name
    return Made(name, {"Arn": _arn("sandbox", name), "Id": name, "RequestValidatorId": name})


BUILDERS |= dict.fromkeys(INERT, _inert)
