"""Webhook messages: which subscriptions a change concerns, and what each is sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cosell.sandbox.hubspot.app import App, Subscription
from cosell.sandbox.hubspot.changes import Change
from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.values import on_webhooks

REDACTED = "REDACTED"


@dataclass(frozen=True)
class Message:
    """One message and how often it was tried before."""

    content: dict[str, Any]
    """As the first attempt sends it, members in the order seen on the wire."""
    attempt: int = 0
    first_tried: float | None = None
    """When the first attempt was made, in seconds since the epoch."""

    @property
    def body(self) -> dict[str, Any]:
        """As this attempt sends it."""
        return {**self.content, "attemptNumber": self.attempt}

    def again(self, tried: float) -> Message:
        """The next attempt, after one at that time."""
        return Message(self.content, self.attempt + 1, tried if self.first_tried is None else self.first_tried)


def messages(change: Change, app: App, switches: Switches, portal_id: int, chance: random.Random) -> Iterator[Message]:
    """One message per active subscription that the change concerns, each with an event id of its own."""
    for subscription in app.subscriptions:
        if subscription.active and _concerns(subscription, change):
            head = {
                "eventId": chance.randrange(1, switches.webhook_event_ids + 1),
                "subscriptionId": subscription.id,
                "portalId": portal_id,
                "appId": app.app_id,
                "occurredAt": change.at_ms,
                switches.message_type_member: subscription.event_type,
                "attemptNumber": 0,
            }
            yield Message(head | _body(change, subscription, switches, head))


def _concerns(subscription: Subscription, change: Change) -> bool:
    name = subscription.property_name
    if name is not None and (change.definition is None or change.definition.name != name):
        return False  # first, because most subscriptions are of single properties
    family, _, what = subscription.event_type.partition(".")
    kind = KINDS[change.kind]
    ours = subscription.object_type_id == kind.type_id if family == "object" else family == kind.singular
    return what == change.what and ours


def _body(change: Change, subscription: Subscription, switches: Switches, head: dict[str, Any]) -> dict[str, Any]:
    generic = subscription.event_type.startswith("object.")
    if change.what == "associationChange":
        if not switches.association_change_has_subscription:
            del head["subscriptionId"]
        return _association(change, switches, generic=generic)
    body: dict[str, Any] = {"objectId": int(change.id)}
    if generic:
        body["objectTypeId"] = KINDS[change.kind].type_id
    if change.what == "propertyChange":
        body |= _property(change, switches, generic=generic)
    body |= _flag(change, switches)
    body |= {"changeSource": change.source.change, "sourceId": change.source.id}
    if change.definition is not None and generic:
        body["isSensitive"] = change.definition.sensitive
    if change.what == "merge":
        body |= _merge(change)
        if not switches.merge_has_object_id:
            del body["objectId"]
    return body


def _flag(change: Change, switches: Switches) -> dict[str, str]:
    flags = {
        "creation": switches.creation_flag,
        "deletion": "DELETED",
        "restore": switches.restore_flag,
        "privacyDeletion": switches.privacy_deletion_flag,
    }
    flag = flags.get(change.what)
    return {} if flag is None else {"changeFlag": flag}


def _property(change: Change, switches: Switches, *, generic: bool) -> dict[str, str]:
    assert change.definition is not None
    if change.definition.sensitive and (switches.generic_messages_redact or not generic):
        return {"propertyName": change.definition.name, "propertyValue": REDACTED}
    value = switches.cleared_value if change.value is None else on_webhooks(change.definition, change.value)
    return {"propertyName": change.definition.name} | ({} if value is None else {"propertyValue": value})


def _association(change: Change, switches: Switches, *, generic: bool) -> dict[str, Any]:
    link, other = change.link, change.other_id
    assert link is not None
    assert other is not None
    body: dict[str, Any] = {
        "changeSource": change.source.on_associations,
        "associationType": link.pair,
        "fromObjectId": int(change.id),
        "toObjectId": int(other),
        "associationRemoved": change.removed,
    }
    if switches.association_change_has_primary:
        body["isPrimaryAssociation"] = link.primary
    body["sourceId"] = change.source.id
    if generic:
        body |= {"fromObjectTypeId": KINDS[link.origin].type_id, "toObjectTypeId": KINDS[link.target].type_id}
        if switches.association_change_has_type:
            body |= {"associationTypeId": link.id, "associationCategory": link.category}
    return body


def _merge(change: Change) -> dict[str, Any]:
    assert change.primary_id is not None
    assert change.merged_id is not None
    return {
        "primaryObjectId": int(change.primary_id),
        "mergedObjectIds": [int(change.merged_id)],
        "newObjectId": int(change.id),
        "numberOfPropertiesMoved": change.moved,
    }
