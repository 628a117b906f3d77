"""Findings of cdk-nag that are as they should be, each with its reason beside the thing it is about."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Acknowledges findings by rule id, e.g. `{"AwsSolutions-IAM5[Resource::*]": "X-Ray has no resources"}`.

    A rule that reports several findings wants the id of each: the bare id does not cover them.
    """
    for rule, reason in reasons.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
