"""The endpoints that manage an app's webhooks, for its developer: settings and subscriptions.

They call `eventType` what a message calls `subscriptionType`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cosell.sandbox.hubspot.app import App, Subscription
from cosell.sandbox.hubspot.calls import Call, Reply, batch_reply
from cosell.sandbox.hubspot.encoding import whole_number
from cosell.sandbox.hubspot.errors import Refused, invalid, missing_fields, unauthenticated
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.values import instant

AREAS = ("webhooks", "app-webhooks")
T = TypeVar("T")


def authorise(call: Call) -> None:
    """Raises Refused without the developer's key, and for an app that is not theirs."""
    if call.text("hapikey") != call.app.developer_key:
        raise unauthenticated()
    if call.params["app_id"] != str(call.app.app_id):
        raise Refused(404, "resource not found")


def _checked(act: Callable[[], T]) -> T:
    try:
        return act()
    except ValueError as wrong:
        raise invalid(str(wrong)) from wrong


# Settings


def _settings_json(app: App) -> Json:
    if app.target_url is None:
        raise Refused(404, "resource not found")
    return {
        "targetUrl": app.target_url,
        "throttling": {"maxConcurrentRequests": app.max_concurrent_requests},
        "createdAt": instant(app.created_ms),
        "updatedAt": instant(app.updated_ms),
    }


def settings(call: Call) -> Reply:
    return Reply(200, _settings_json(call.app))


def configure(call: Call) -> Reply:
    """Sets both; the `period` of older clients changes nothing."""
    url, throttling = call.member("targetUrl", str), call.member("throttling", dict)
    most = call.member("maxConcurrentRequests", int, inside=throttling)
    _checked(lambda: call.app.configure(url, most))
    call.app.updated_ms = call.crm.now_ms
    return Reply(200, _settings_json(call.app))


def clear(call: Call) -> Reply:
    """Ends all deliveries; the subscriptions stay."""
    call.app.target_url = None
    return Reply(204)


# Subscriptions


def _subscription_json(subscription: Subscription) -> Json:
    named = {"propertyName": subscription.property_name, "objectTypeId": subscription.object_type_id}
    return {
        "id": str(subscription.id),
        "eventType": subscription.event_type,
        **{member: value for member, value in named.items() if value is not None},
        "active": subscription.active,
        "createdAt": instant(subscription.created_ms),
        "updatedAt": instant(subscription.updated_ms),
    }


def _found(call: Call, id_: str) -> Subscription:
    for subscription in call.app.subscriptions:
        if subscription.id == whole_number(id_):
            return subscription
    raise Refused(404, "resource not found")


def page(call: Call) -> Reply:
    return Reply(200, {"results": [_subscription_json(each) for each in call.app.subscriptions]})


def get(call: Call) -> Reply:
    return Reply(200, _subscription_json(_found(call, call.params["id"])))


def create(call: Call) -> Reply:
    event_type, now_ms = call.member("eventType", str), call.crm.now_ms
    name, type_id = (call.member(member, str, default="") or None for member in ("propertyName", "objectTypeId"))
    active = call.member("active", bool, default=not call.crm.switches.new_subscriptions_paused)
    added = _checked(lambda: call.app.add(event_type, name, type_id, active=active, now_ms=now_ms))
    return Reply(201, _subscription_json(added))


def update(call: Call) -> Reply:
    found, active = _found(call, call.params["id"]), call.member("active", bool)
    return Reply(200, _subscription_json(call.app.activate(found, active=active, now_ms=call.crm.now_ms)))


def delete(call: Call) -> Reply:
    call.app.subscriptions.remove(_found(call, call.params["id"]))
    return Reply(204)


def batch_update(call: Call) -> Reply:
    results: list[Json] = []
    errors: list[Refused] = []
    for entry in call.inputs():
        if not isinstance(entry.get("id"), int | str):
            raise missing_fields(["id"])
        active = call.member("active", bool, inside=entry)
        try:
            found = _found(call, str(entry["id"]))
        except Refused as refused:
            errors.append(refused.with_context("id", str(entry["id"])))
            continue
        results.append(_subscription_json(call.app.activate(found, active=active, now_ms=call.crm.now_ms)))
    return batch_reply(call, results, errors)
