"""The app that is installed in the portal: its credentials, its scopes, and what it wants to hear of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import PlainSerializer

from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.kinds import kind_of

_OBJECTS = ("deals", "contacts", "companies", "products", "line_items")
SCOPES = frozenset(
    {"oauth", "e-commerce", "crm.objects.owners.read"}
    | {f"crm.objects.{name}.{verb}" for name in _OBJECTS for verb in ("read", "write")}
    | {f"crm.schemas.{name}.{verb}" for name in _OBJECTS[:3] for verb in ("read", "write")}
)
MOST_SUBSCRIPTIONS = 1000
FEWEST_CONCURRENT_REQUESTS = 6
LONGEST_UID = 64
_EVENTS = ("creation", "deletion", "merge", "restore", "propertyChange", "associationChange")
EVENT_TYPES = frozenset(
    {
        f"{family}.{event}"
        for family in ("contact", "company", "deal", "ticket", "line_item", "product", "object")
        for event in _EVENTS
    }
    - {"product.associationChange"}
    | {f"conversation.{event}" for event in ("creation", "deletion", "newMessage", "privacyDeletion", "propertyChange")}
    | {"contact.privacyDeletion", "event.completed"}
)
"""All subscription types of HubSpot; those of objects that this portal does not have never fire."""
_SILENT = {"num_unique_conversion_events", "hs_lastmodifieddate"}
"""Properties that cannot be subscribed to (webhooks guide)."""
_TYPE_ID = re.compile(r"[0-9]{1,9}-[0-9]{1,18}")

Names = Annotated[set[str], PlainSerializer(sorted)]


@dataclass(frozen=True)
class Subscription:
    """What the app is told of: `deal.creation`, or `deal.propertyChange` with exactly one property.

    `object_type_id` belongs to the generic `object.*` types only. Times are in milliseconds since the epoch.
    """

    id: int
    event_type: str
    property_name: str | None = None
    object_type_id: str | None = None
    active: bool = True
    created_ms: int = 0
    updated_ms: int = 0


@dataclass
class App:
    """A private app with a static token. Credentials may be replaced; the next call or delivery uses them."""

    app_id: int = 9000001
    token: str = "pat-na1-00000000-0000-4000-8000-000000000001"  # noqa: S105 (opens nothing but this simulator)
    client_secret: str = "00000000-0000-4000-8000-0000000000c1"  # noqa: S105 (signs nothing but its webhooks)
    developer_key: str = "00000000-0000-4000-8000-0000000000d1"
    """`hapikey` of the developer account the app belongs to: it opens the management of webhooks and nothing else."""
    target_url: str | None = None
    max_concurrent_requests: int = 10
    scopes: Names = field(default_factory=lambda: set(SCOPES))
    subscriptions: list[Subscription] = field(default_factory=list)
    created_ms: int = 0
    updated_ms: int = 0
    """When the target URL or the concurrency were last set through the API (ms)."""
    retired: dict[str, float] = field(default_factory=dict)
    """Tokens rotated away that still work, and until when (seconds since the epoch)."""
    last_subscription_id: int = 4000

    def rotate_token(self, token: str, *, old_until: float | None = None) -> None:
        """Gives the app a new token. The old one stops at once, or works until `old_until`: HubSpot allows 7 days."""
        if old_until is not None:
            self.retired[self.token] = old_until
        self.token = token

    def admits(self, token: str, now: float) -> bool:
        """Whether a bearer of that token is this app."""
        return token == self.token or now < self.retired.get(token, 0)

    # Subscriptions

    def subscribe(self, event_type: str, *property_names: str, object_type: str | None = None) -> None:
        """Adds a subscription per property, or one without property for all other event types.

        Raises ValueError for what HubSpot would not let an app subscribe to.
        """
        for name in property_names or (None,):
            self.add(event_type, name, object_type)

    def add(
        self,
        event_type: str,
        property_name: str | None,
        object_type: str | None,
        *,
        active: bool = True,
        now_ms: int | None = None,
    ) -> Subscription:
        """Adds one subscription. Raises ValueError for one too many, or one that makes no sense."""
        if len(self.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise ValueError(
                "Couldn't create another subscription. You've reached the maximum number allowed per application "
                f"({MOST_SUBSCRIPTIONS})."
            )
        _check(event_type, property_name, object_type)
        self.last_subscription_id += 1
        ms = self.created_ms if now_ms is None else now_ms
        type_id = _type_id(object_type) if object_type else None
        added = Subscription(self.last_subscription_id, event_type, property_name, type_id, active, ms, ms)
        self.subscriptions.append(added)
        return added

    def activate(self, subscription: Subscription, *, active: bool, now_ms: int) -> Subscription:
        """Resumes or pauses a subscription; returns it as it is now."""
        changed = replace(subscription, active=active, updated_ms=now_ms)
        self.subscriptions[self.subscriptions.index(subscription)] = changed
        return changed

    # Files of a project

    def upload(self, *components: Mapping[str, Any]) -> None:
        """Takes the component files of a project (`*-hsmeta.json`), as `hs project upload` does.

        An `app` brings its required scopes, `webhooks` what `deploy` takes; other types are left aside. Raises
        ValueError for a uid that is missing, too long or used twice, and what `deploy` raises.
        """
        uids = [str(component.get("uid") or "") for component in components]
        wrong = sorted({uid for uid in uids if not 0 < len(uid) <= LONGEST_UID or uids.count(uid) > 1})
        if wrong:
            raise ValueError(f"uid {', '.join(map(repr, wrong))}: each has 1 to {LONGEST_UID} characters and is unique")
        for component in components:
            config = component["config"]
            if component["type"] == "app":
                self.scopes = set(config["auth"]["requiredScopes"])
            elif component["type"] == "webhooks":
                self.deploy(config)

    def deploy(self, webhooks: Mapping[str, Any]) -> None:
        """Takes the `config` of a project's webhooks component: target URL, concurrency and all subscriptions.

        What was subscribed before is replaced. Raises ValueError for what cannot be subscribed to, or too little
        concurrency.
        """
        settings, lists = webhooks["settings"], webhooks["subscriptions"]
        self.configure(settings["targetUrl"], settings.get("maxConcurrentRequests", 10))
        self.subscriptions.clear()
        for entries in (lists.get(name, ()) for name in ("crmObjects", "legacyCrmObjects", "hubEvents")):
            self._take(entries)

    def _take(self, entries: Iterable[Mapping[str, Any]]) -> None:
        for entry in entries:
            event_type, name = entry["subscriptionType"], entry.get("propertyName")
            self.add(event_type, name, entry.get("objectType"), active=entry.get("active", True))

    def configure(self, target_url: str, max_concurrent_requests: int) -> None:
        """Sets where webhooks go, and how many requests at once. Raises ValueError for fewer than six."""
        if max_concurrent_requests < FEWEST_CONCURRENT_REQUESTS:
            raise ValueError(f"maxConcurrentRequests must be more than {FEWEST_CONCURRENT_REQUESTS - 1}")
        self.target_url, self.max_concurrent_requests = target_url, max_concurrent_requests


def _check(event_type: str, property_name: str | None, object_type: str | None) -> None:
    if event_type not in EVENT_TYPES:
        raise ValueError(f"{event_type} is not a subscription type")
    if event_type.startswith("object.") != (object_type is not None):
        raise ValueError(f"{event_type}: object.* types name an object type, the others imply it")
    if property_name in _SILENT:
        raise ValueError(f"{property_name} cannot be subscribed to")
    if (property_name is None) == event_type.endswith(".propertyChange"):
        raise ValueError(f"{event_type}: a propertyChange names exactly one property, nothing else names any")


def _type_id(object_type: str) -> str:
    """The id behind a name or an id; types that the portal does not have are known by id only."""
    try:
        return kind_of(object_type).type_id
    except Refused:
        if not _TYPE_ID.fullmatch(object_type):
            raise ValueError(f"{object_type} is not an object type") from None
        return object_type
