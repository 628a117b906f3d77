"""What webhooks would say now, and what surrounds it in every message."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.hubspot import HubSpot

USER = {"changeSource": "CRM_UI", "sourceId": "userId:75000001"}


def told(hubspot: HubSpot) -> list[dict[str, Any]]:
    """What is pending, in the order it happened, without the numbers that are drawn."""
    return [{name: value for name, value in one.items() if name != "eventId"} for one in hubspot.webhooks.pending]


def head(event_type: str, subscription: int = 4001, at: int = 1795510800000) -> dict[str, Any]:
    return {
        "subscriptionId": subscription,
        "portalId": 44000001,
        "appId": 9000001,
        "occurredAt": at,
        "subscriptionType": event_type,
        "attemptNumber": 0,
    }
