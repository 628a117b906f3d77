"""What the webhooks queue consists of, as plain data that can be saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from cosell.sandbox.hubspot.messages import Message
from cosell.sandbox.saving import Chance


@dataclass(eq=False)
class Batch:
    """Messages that travel, and are retried, together. Times are in seconds since the epoch."""

    messages: list[Message]
    at_once: bool = False
    """Sent although deliveries are paused."""
    due: float = 0.0
    """When it is tried again, while it waits for that."""
    signed: float | None = None
    """When its first attempt was signed."""


@dataclass(frozen=True)
class Settings:
    """Where webhooks go and how many at once, as HubSpot read it last."""

    target_url: str
    max_concurrent_requests: int
    read: float
    """When that was, in seconds since the epoch."""


@dataclass(frozen=True)
class Forgery:
    """How deliveries are signed wrongly."""

    secret: str | None = None
    """Used instead of the app's."""
    age: float = 0.0
    """How many seconds old the timestamp is; negative is ahead of time."""


@dataclass
class Queue:
    """All messages that are not settled, and how far everything has got."""

    chance: Chance
    new: list[Message] = field(default_factory=list)
    leaves_at: float | None = None
    """When `new` goes on to `ready`."""
    ready: list[Batch] = field(default_factory=list)
    retrying: list[Batch] = field(default_factory=list)
    looks_at: float | None = None
    """When it is looked again whether the app has a target URL."""
    paused: bool = False
    settings: Settings | None = None
    forgery: Forgery = field(default_factory=Forgery)
    queued: int = 0
    delivered: int = 0
    lost: int = 0
    attempts: int = 0


def cut(leaving: list[Message], size: int) -> list[Batch]:
    """Batches of at most `size` messages."""
    return [Batch(leaving[start : start + size]) for start in range(0, len(leaving), size)]
