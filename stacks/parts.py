"""Small parts that several constructs are made of."""

from __future__ import annotations

import re

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import Config


def construct_id(name: str) -> str:
    """`DealLifecycle` for `deal-lifecycle`, `TakeTurn` for `take_turn`."""
    return "".join(word.capitalize() for word in re.split("[-_]", name))


def log_group(scope: Construct, name: str, config: Config) -> logs.LogGroup:
    """A log group that keeps what the deployment says, and goes when its stack goes."""
    return logs.LogGroup(
        scope, "Logs", log_group_name=name, retention=config.log_retention, removal_policy=RemovalPolicy.DESTROY
    )
