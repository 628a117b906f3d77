"""Tags on opportunities and snapshot jobs."""

from __future__ import annotations

import re

from cosell.sandbox.partner_central.errors import Problem, broken_rules, not_found
from cosell.sandbox.partner_central.state import Document
from cosell.sandbox.partner_central.world import World

_TAGGABLE = re.compile(r"arn:aws:partnercentral:us-east-1:(\d{12}):catalog/([A-Za-z]+)/([a-z-]+)/([\w-]+)", re.ASCII)
_MOST_TAGS = 50  # AWS's usual limit for one resource; the model does not say


def problems(present: dict[str, str], given: list[Document]) -> list[Problem]:
    """What is wrong with giving these tags to a resource that has `present`."""
    keys = [item["Key"] for item in given]
    found = []
    if len(set(keys)) < len(keys):
        found.append(Problem("DUPLICATE_KEY_VALUE", "A tag key appears twice", "tags.key"))
    if any(key.lower().startswith("aws:") for key in keys):
        found.append(Problem("ACTION_NOT_PERMITTED", "Tag keys that begin with aws: are reserved", "tags.key"))
    if len(present.keys() | set(keys)) > _MOST_TAGS:
        found.append(Problem("TOO_MANY_VALUES", f"A resource takes at most {_MOST_TAGS} tags", "tags"))
    return found


def tag(world: World, request: Document) -> Document:
    """Raises ServiceError: no such resource, a key twice, a reserved key, too many."""
    arn = _resource(world, request["ResourceArn"])
    present = world.state.tags.get(arn, {})
    if found := problems(present, request["Tags"]):
        raise broken_rules(found)
    world.state.tags[arn] = {**present, **{item["Key"]: item["Value"] for item in request["Tags"]}}
    return {}


def untag(world: World, request: Document) -> Document:
    """Keys that are not there are ignored. Raises ServiceError when the resource is not there."""
    tags = world.state.tags.get(_resource(world, request["ResourceArn"]), {})
    for key in request["TagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags(world: World, request: Document) -> Document:
    """Raises ServiceError when the resource is not there."""
    tags = world.state.tags.get(_resource(world, request["ResourceArn"]), {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def _resource(world: World, arn: str) -> str:
    match = _TAGGABLE.fullmatch(arn)
    if match is not None and match[1] == world.account:
        _, catalog, kind, identifier = match.groups()
        opportunity = world.state.opportunities.get(identifier) if kind == "opportunity" else None
        job = world.state.jobs.get(identifier) if kind == "resource-snapshot-job" else None
        if any(found is not None and found.catalog == catalog for found in (opportunity, job)):
            return arn
    raise not_found("Resource", arn)
