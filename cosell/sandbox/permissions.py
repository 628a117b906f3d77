"""IAM, as far as roles are concerned: who calls may do what the templates allow their role, and nothing else.

A right that is missing is then found on a laptop. Not looked at: policies of resources, boundaries, conditions on time
or network. An element of a policy that is not known here is an error that names it.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cosell.sandbox.wire import ACCOUNT, REGION, Request, Response, json_response

_ELEMENTS = {"Action", "Condition", "Effect", "Resource", "Sid"}
_CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringLike": fnmatch.fnmatchcase,
    "ArnEquals": fnmatch.fnmatchcase,
    "ArnLike": fnmatch.fnmatchcase,
}
_KEYS = {"partnercentral:Catalog", "partnercentral:RelatedEntityType", "dynamodb:LeadingKeys"}
_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_ALSO_NEEDED: Mapping[str, tuple[str, ...]] = {
    "CreateOpportunity": ("TagResource",),
    "StartEngagementFromOpportunityTask": (
        "CreateEngagement",
        "CreateEngagementInvitation",
        "CreateResourceSnapshot",
        "CreateResourceSnapshotJob",
        "GetOpportunity",
        "StartResourceSnapshotJob",
        "SubmitOpportunity",
        "TagResource",
    ),
}
"""Dependent actions (Service Authorization Reference, "AWS Partner Central Selling"): taken in the caller's name."""


class UnknownPolicy(ValueError):
    """A policy says something that is not known here."""


@dataclass(frozen=True)
class Asked:
    """One action on one resource, with the condition keys the request sets."""

    action: str
    resource: str
    keys: Mapping[str, str]


@dataclass(frozen=True)
class _Statement:
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key, values."""

    def covers(self, asked: Asked) -> bool:
        return (
            any(fnmatch.fnmatchcase(asked.action.lower(), action.lower()) for action in self.actions)
            and any(fnmatch.fnmatchcase(asked.resource, resource) for resource in self.resources)
            and all(
                key in asked.keys and any(_CONDITIONS[operator](asked.keys[key], value) for value in values)
                for operator, key, values in self.conditions
            )
        )


class Permissions:
    """What roles may do. `policies` are the policy documents of each role, by its ARN.

    Raises UnknownPolicy.
    """

    def __init__(self, policies: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        self._statements = {
            role: [statement for document in documents for statement in _parsed(document, role)]
            for role, documents in policies.items()
        }

    def allow(self, role: str, asked: Asked) -> bool:
        """Whether the role may; a Deny outweighs every Allow."""
        covering = [statement.allows for statement in self._statements.get(role, []) if statement.covers(asked)]
        return bool(covering) and all(covering)

    def refusal(self, role: str, remote: str, operation: str, request: Request) -> Response | None:
        """The answer where the role lacks a right; None where it has all that the request needs."""
        for asked in _needed(remote, operation, request):
            if not self.allow(role, asked):
                message = why_not(role, asked)
                body = {"__type": "AccessDeniedException", "message": message, "Message": message}
                return json_response(400, body, request.headers.get("content-type", "application/x-amz-json-1.1"))
        return None


def why_not(role: str, asked: Asked) -> str:
    """IAM's sentence."""
    assumed = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rpartition('/')[2]}/sandbox"
    return (
        f"User: {assumed} is not authorized to perform: {asked.action} on resource: {asked.resource} "
        f"because no identity-based policy allows the {asked.action} action"
    )


def _parsed(document: Mapping[str, Any], where: str) -> Iterator[_Statement]:
    for statement in _listed(document["Statement"]):
        if unknown := set(statement) - _ELEMENTS:
            raise UnknownPolicy(f"{where}: {', '.join(sorted(unknown))} in a policy is not known to the sandbox")
        conditions = [
            (operator, key, tuple(str(value) for value in _listed(values)))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        ]
        for operator, key, _ in conditions:
            if operator not in _CONDITIONS or (key not in _KEYS and not key.startswith("aws:")):
                raise UnknownPolicy(f"{where}: the condition {operator} on {key} is not known to the sandbox")
        yield _Statement(
            statement["Effect"] == "Allow",
            tuple(_listed(statement["Action"])),
            tuple(_listed(statement["Resource"])),
            tuple(conditions),
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _needed(remote: str, operation: str, request: Request) -> Iterable[Asked]:
    """What a request needs to be allowed. Nothing where the remote is none of AWS's, or not known here."""
    needs: Mapping[str, Callable[[str, Any], Iterable[Asked]]] = {
        "dynamodb": _dynamodb,
        "events": _events,
        "partner_central": _partner_central,
        "secretsmanager": _secretsmanager,
        "sqs": _sqs,
        "states": _states,
    }
    if remote not in needs:
        return ()
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return ()
    return needs[remote](operation, body)


def _dynamodb(operation: str, body: Any) -> Iterable[Asked]:
    if operation in {"TransactWriteItems", "TransactGetItems"}:  # has no right of its own: it takes those of its parts
        for item in body["TransactItems"]:
            for part, members in item.items():
                yield Asked(f"dynamodb:{_PARTS.get(part, 'GetItem')}", _table(members["TableName"]), {})
    elif operation.startswith("Batch"):
        for name in body["RequestItems"]:
            yield Asked(f"dynamodb:{operation}", _table(name), {})
    else:
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield Asked(f"dynamodb:{operation}", _table(body.get("TableName", "*")) + index, {})


def _table(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _events(operation: str, body: Any) -> Iterable[Asked]:
    buses = {entry.get("EventBusName", "default") for entry in body.get("Entries", [])} or {"default"}
    for bus in sorted(buses):
        arn = bus if bus.startswith("arn:") else f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus}"
        yield Asked(f"events:{operation}", arn, {})


def _partner_central(operation: str, body: Any) -> Iterable[Asked]:
    catalog = body.get("Catalog")
    keys = {"partnercentral:Catalog": catalog} if catalog else {}
    if "RelatedEntityType" in body:
        keys["partnercentral:RelatedEntityType"] = body["RelatedEntityType"]
    of_catalog = f"arn:aws:partnercentral:{REGION}:{ACCOUNT}:catalog/{catalog}/opportunity/"
    resource = body.get("ResourceArn") or of_catalog + str(body.get("Identifier") or "new").rpartition("/")[2]
    for action in (operation, *_ALSO_NEEDED.get(operation, ())):
        yield Asked(f"partnercentral:{action}", resource, keys)


def _secretsmanager(operation: str, body: Any) -> Iterable[Asked]:
    secret = body.get("SecretId", "*")
    arn = secret if secret.startswith("arn:") else f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{secret}-??????"
    yield Asked(f"secretsmanager:{operation}", arn, {})


def _sqs(operation: str, body: Any) -> Iterable[Asked]:
    queue = str(body.get("QueueUrl", "*")).rpartition("/")[2]
    yield Asked(f"sqs:{operation.removesuffix('Batch')}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}", {})


def _states(operation: str, body: Any) -> Iterable[Asked]:
    yield Asked(f"states:{operation}", body.get("executionArn") or body.get("stateMachineArn", "*"), {})
