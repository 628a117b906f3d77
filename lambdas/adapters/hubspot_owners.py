"""Owners at HubSpot. Everything here raises what `hubspot_client.request` raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambdas.adapters import hubspot_client as client
from lambdas.domain.lookups import Owner


def read_owner(identifier: str) -> Owner | None:
    """The owner, active or not; None where HubSpot knows none of this id."""
    for archived in ("false", "true"):
        path = client.path("crm/owners", "v3", identifier)
        found = client.request("GET", path, query={"archived": archived})
        if found is not None:
            return _owner(found)
    return None


def owner_of(email: str) -> Owner | None:
    """The active owner with this e-mail address."""
    found = client.request("GET", client.path("crm/owners", "v3"), query={"email": email, "limit": "1"}) or {}
    return next((_owner(row) for row in found.get("results", ())), None)


def _owner(row: Mapping[str, Any]) -> Owner:
    return Owner(
        id=str(row["id"]),
        email=row.get("email") or "",
        first_name=row.get("firstName") or "",
        last_name=row.get("lastName") or "",
        archived=bool(row.get("archived")),
    )
