"""A HubSpot account in memory: REST API in both path families, signed webhooks, and people who work in it.

It follows HubSpot's public documentation; where that is silent or contradicts itself, `Switches` has a named choice. It
needs nothing but a clock, and knows no property that HubSpot does not.

    clock = Clock()
    hubspot = HubSpot(clock)
    hubspot.define("deals", "order_id", unique=True)
    hubspot.app.configure("https://example.com/hook", 10)
    hubspot.app.subscribe("deal.creation")
    hubspot.deliver = lambda request, answered: answered(Response(200))
    deal = hubspot.people.creates("deals", {"dealname": "Data platform", "order_id": "O1"})
    clock.run_until_quiet()
    assert hubspot.webhooks.delivered == 1

    url = "https://api.hubapi.com/crm/objects/2026-09/deals/O1?idProperty=order_id"
    answer = hubspot.handle(Request("GET", url, {"authorization": f"Bearer {hubspot.app.token}"}))
    assert answer.json()["id"] == deal

`handle` answers a request whoever carried it; `Server(clock, Router(Cloud(clock), hubspot))`, of the sandbox around
this package, does it on a loopback port, for HubSpot's own clients. `people` act as users, `admin` changes what a
client has got used to, `webhooks` can be held, copied, shuffled, lost and signed wrongly, `dump` and `load` keep all of
it as JSON.

There are deals, companies, contacts, products, line items, notes and tasks, with batches, search, merges and
associations; pipelines of deals, properties, groups, labels, owners, account details; call limits; webhooks and their
management. v3, v4, 2026-03 and 2026-09.

Left out: other and custom objects, lists, imports, files, forms, workflows as such (`people.by_workflow` makes their
changes), OAuth, the webhooks journal, teams, calculated properties of one's own, a deal's amount from its line items.
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

__all__ = [
    "Admin",
    "App",
    "HubSpot",
    "Owner",
    "People",
    "RecordView",
    "Refused",
    "Subscription",
    "Switches",
    "Webhooks",
    "sign",
]
