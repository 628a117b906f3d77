"""The app that is installed in the portal: its credentials, its scopes, and what it wants to hear of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cosell.sandbox.hubspot.kinds import KINDS, kind_of

_OBJECTS = ("deals", "contacts", "companies", "products", "line_items")
SCOPES = frozenset(
    {"oauth", "e-commerce", "crm.objects.owners.read"}
    | {f"crm.objects.{name}.{verb}" for name in _OBJECTS for verb in ("read", "write")}
    | {f"crm.schemas.{name}.{verb}" for name in _OBJECTS[:3] for verb in ("read", "write")}
)
MOST_SUBSCRIPTIONS = 1000
_FAMILIES = {kind.singular for kind in KINDS.values()} - {"task", "note"} | {"object"}
_EVENTS = {"creation", "deletion", "merge", "restore", "propertyChange", "associationChange"}
EVENT_TYPES = frozenset(
    {f"{family}.{event}" for family in _FAMILIES for event in _EVENTS} - {"product.associationChange"}
    | {"contact.privacyDeletion"}
)
"""Subscription types of the object types that this portal has; tasks and notes are reached by `object.*` only."""
_SILENT = {"num_unique_conversion_events", "hs_lastmodifieddate"}
"""Properties that cannot be subscribed to (webhooks guide)."""


@dataclass(frozen=True)
class Subscription:
    """What the app is told of: `deal.creation`, or `deal.propertyChange` with exactly one property.

    `object_type_id` belongs to the generic `object.*` types only.
    """

    id: int
    event_type: str
    property_name: str | None = None
    object_type_id: str | None = None
    active: bool = True


@dataclass
class App:
    """A private app with a static token. Credentials may be replaced; the next call or delivery uses them."""

    app_id: int = 9000001
    token: str = "pat-na1-00000000-0000-4000-8000-000000000001"  # noqa: S105 (opens nothing but this simulator)
    client_secret: str = "00000000-0000-4000-8000-0000000000c1"  # noqa: S105 (signs nothing but its webhooks)
    target_url: str | None = None
    max_concurrent_requests: int = 10
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    subscriptions: list[Subscription] = field(default_factory=list)

    def subscribe(self, event_type: str, *property_names: str, object_type: str | None = None) -> None:
        """Adds a subscription per property, or one without property for all other event types."""
        for name in property_names or (None,):
            self._add(event_type, name, object_type)

    def deploy(self, webhooks: Mapping[str, Any]) -> None:
        """Takes the `config` of a project's webhooks component: target URL, concurrency and all subscriptions.

        What was subscribed before is replaced, as `hs project upload` does.
        """
        settings, lists = webhooks["settings"], webhooks["subscriptions"]
        self.target_url = settings["targetUrl"]
        self.max_concurrent_requests = settings.get("maxConcurrentRequests", 10)
        self.subscriptions.clear()
        for entries in (lists.get(name, ()) for name in ("crmObjects", "legacyCrmObjects", "hubEvents")):
            self._take(entries)

    def _take(self, entries: Iterable[Mapping[str, Any]]) -> None:
        for entry in entries:
            event_type, name = entry["subscriptionType"], entry.get("propertyName")
            self._add(event_type, name, entry.get("objectType"), active=entry.get("active", True))

    def _add(self, event_type: str, name: str | None, object_type: str | None, *, active: bool = True) -> None:
        if len(self.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise ValueError(
                "Couldn't create another subscription. You've reached the maximum number allowed per application "
                f"({MOST_SUBSCRIPTIONS})."
            )
        if event_type not in EVENT_TYPES:
            raise ValueError(f"{event_type} is not a subscription type")
        if event_type.startswith("object.") != (object_type is not None):
            raise ValueError(f"{event_type}: object.* types name an object type, the others imply it")
        if name in _SILENT:
            raise ValueError(f"{name} cannot be subscribed to")
        if (name is None) == event_type.endswith(".propertyChange"):
            raise ValueError(f"{event_type}: a propertyChange names exactly one property, nothing else names any")
        type_id = kind_of(object_type).type_id if object_type else None
        self.subscriptions.append(Subscription(4001 + len(self.subscriptions), event_type, name, type_id, active))
