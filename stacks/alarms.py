"""One way to raise an alarm. Alarms are made by the helper that makes the thing they watch."""

from __future__ import annotations

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.config import Config
from stacks.nag import acknowledge
from stacks.parts import construct_id

PERIOD = Duration.minutes(5)


class Alarms(Construct):
    """Where alarms go: to `alarm_email`, to `alarm_topic_arn`, to both, or only to the console."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._deployment = config.deployment
        self._topics: list[sns.ITopic] = []
        if config.alarm_email:
            topic = sns.Topic(self, "Topic", topic_name=f"{config.deployment}-alarms", enforce_ssl=True)
            # The policy that demands TLS takes the place of the one that lets the account's alarms in.
            topic.grant_publish(
                iam.ServicePrincipal(
                    "cloudwatch.amazonaws.com",
                    conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
                )
            )
            topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
            acknowledge(
                topic,
                {
                    "Serverless-SNSRedrivePolicy": "E-mail needs none; the alarm stays in the console.",
                },
            )
            self._topics.append(topic)
        if config.alarm_topic_arn:
            self._topics.append(sns.Topic.from_topic_arn(self, "OwnTopic", config.alarm_topic_arn))

    def at_least(
        self, scope: Construct, name: str, metric: cloudwatch.IMetric, *, means: str, threshold: float = 1
    ) -> cloudwatch.Alarm:
        """An alarm as soon as `metric` reaches `threshold`; `means` tells a person what happened and what to do."""
        alarm = cloudwatch.Alarm(
            scope,
            construct_id(name) + "Alarm",
            alarm_name=f"{self._deployment}-{name}",
            alarm_description=means,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        for topic in self._topics:
            alarm.add_alarm_action(actions.SnsAction(topic))
        return alarm
