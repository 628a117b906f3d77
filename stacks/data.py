"""What must survive everything: the tables, HubSpot's secret, and Cosell's event bus with its archive."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aws_cdk import Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks import names
from stacks.config import Config
from stacks.nag import acknowledge

SECRET_KEYS = (
    "hubspot_token",
    "hubspot_client_secret",
    "hubspot_previous_client_secret",
    "hubspot_app_id",
    "portal_id",
)


class DataStack(Stack):
    """Updating or deleting the application leaves this stack alone."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description="Cosell: tables, secret, bus and archive",
            env=Environment(region=config.region),
            termination_protection=True,
        )
        self._deployment = config.deployment
        self.links = self._table("Links", "links")
        self.sync_state = self._table(
            "SyncState",
            "sync-state",
            sort_key=_text("sk"),
            ttl="ttl",
            # Sparse: only turns with a wish that nobody has served yet carry `open`.
            indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="open",
                    partition_key=_text("open"),
                    sort_key=dynamodb.Attribute(name="since", type=dynamodb.AttributeType.NUMBER),
                    projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                )
            ],
        )
        self.secret = self._secret()
        self.bus = self._bus()

    def _table(
        self,
        construct_id: str,
        name: str,
        *,
        sort_key: dynamodb.Attribute | None = None,
        ttl: str | None = None,
        indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2] = (),
    ) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            construct_id,
            table_name=f"{self._deployment}-{name}",
            partition_key=_text("pk"),
            billing=dynamodb.Billing.on_demand(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
            sort_key=sort_key,
            time_to_live_attribute=ttl,
            global_secondary_indexes=list(indexes),
        )

    def _secret(self) -> secretsmanager.Secret:
        # Until somebody fills it in, the client secret is a random string: nobody can sign a webhook with it.
        secret = secretsmanager.Secret(
            self,
            "HubSpot",
            secret_name=f"{self._deployment}/hubspot",
            description="HubSpot's access token and client secrets.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(dict.fromkeys(SECRET_KEYS, "")),
                generate_string_key="hubspot_client_secret",
                exclude_punctuation=True,
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(
            secret,
            {"AwsSolutions-SMG4": "HubSpot has no API to rotate an app's token; a person does that."},
        )
        return secret

    def _bus(self) -> events.EventBus:
        bus = events.EventBus(self, "Bus", event_bus_name=names.bus(self._deployment))
        events.Archive(
            self,
            "Archive",
            archive_name=names.bus(self._deployment),
            description="What came in, for a replay after a rule was wrong. Events carry ids, no values.",
            source_event_bus=bus,
            event_pattern=events.EventPattern(source=events.Match.prefix("")),
            retention=Duration.days(90),
        )
        return bus


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
