"""A HubSpot account in memory: REST API in both path families, signed webhooks, and people who work in it.

It follows HubSpot's public documentation; where that is silent or contradicts itself, `Switches` has a named choice. It
needs nothing but a clock, and knows no property that HubSpot does not.
"""

from __future__ import annotations

from cosell.sandbox.hubspot.admin import Admin
from cosell.sandbox.hubspot.app import App, Subscription
from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.people import People
from cosell.sandbox.hubspot.signatures import sign
from cosell.sandbox.hubspot.simulator import HubSpot
from cosell.sandbox.hubspot.state import Owner
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.views import RecordView
from cosell.sandbox.hubspot.webhooks import Webhooks

__all__ = ["App", "HubSpot", "Owner", "People", "RecordView", "Refused", "Subscription", "Switches", "Webhooks", "sign"]
