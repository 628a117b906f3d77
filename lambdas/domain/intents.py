"""What is stored before a write that must happen once: the token AWS knows it by, and the exact body."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lambdas.domain import paths
from lambdas.domain.records import Frozen

REMEMBERED: Final = 24 * 3600.0
"""Seconds for which AWS is trusted to know a client token. It documents none; a day is the shortest anyone assumes."""


CREATE_OPPORTUNITY: Final = "create_opportunity"


class Intent(Frozen):
    """A write that was decided, perhaps sent, perhaps done. Sent again, it is sent unchanged."""

    purpose: str
    generation: int
    token: str
    body: dict[str, Any]
    """The request's members, without Catalog and ClientToken."""
    written: float
    """Seconds since the epoch when it was stored: before the first call."""
    erased: bool = False
    """A person was forgotten in its body: what it made is looked up, and it is never sent again."""

    def is_old(self, now: float) -> bool:
        """AWS may have forgotten the token: look for what the call made before sending it again."""
        return now - self.written > REMEMBERED


def likeness(body: dict[str, Any]) -> str:
    """Of an opportunity, from what a create sends and AWS shows: the customer's name and the title, not readable.

    An opportunity may not show whose it is. Whoever is about to make one just like it looks again.
    """
    parts = [paths.get(body, path) for path in ("Customer.Account.CompanyName", "Project.Title")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def client_token(*, catalog: str, pair: str, purpose: str, generation: int) -> str:
    """The same for every try of one intent, in any process; another one for the next generation.

    A pair's id is unique over all HubSpot portals, so the portal is in it.
    """
    return str(uuid5(NAMESPACE_URL, f"cosell:{catalog}/{pair}/{purpose}/{generation}"))
