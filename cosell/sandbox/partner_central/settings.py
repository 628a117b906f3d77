"""The account's settings in each catalog: the role with which snapshot jobs work."""

from __future__ import annotations

from cosell.sandbox.partner_central.state import Document
from cosell.sandbox.partner_central.world import World


def get(world: World, request: Document) -> Document:
    """The role's ARN, None where there is none."""
    return {"Catalog": request["Catalog"], "ResourceSnapshotJobRoleArn": world.state.settings.get(request["Catalog"])}


def put(world: World, request: Document) -> Document:
    """A role's name or ARN; without one, the role is cleared (switch). Answers always have the ARN."""
    role = request.get("ResourceSnapshotJobRoleIdentifier")
    if role is None and world.switches.omitted_role_clears:
        world.state.settings.pop(request["Catalog"], None)
    elif role is not None:
        arn = role if role.startswith("arn:") else f"arn:aws:iam::{world.account}:role/{role}"
        world.state.settings[request["Catalog"]] = arn
    return get(world, request)
