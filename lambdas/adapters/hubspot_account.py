"""What a HubSpot account says of itself: the time zone in which it means days, and the currency of its amounts."""

from __future__ import annotations

import re
from typing import Final

from lambdas import runtime
from lambdas.adapters import hubspot_client as client
from lambdas.adapters import tables
from lambdas.domain.records import ORDINARY, PortalFacts
from lambdas.settings import settings

FRESH: Final = 24 * 3600
"""Seconds for which an answer is used again: people hardly ever change either."""
_KIND: Final = "account"


def facts(portal: str) -> PortalFacts:
    """The account's facts, read from HubSpot at most once a day. What it leaves out is as in `ORDINARY`.

    Raises what `hubspot_client.request` raises.
    """
    key = {"pk": f"portal#{portal}", "sk": _KIND}
    known = tables.get(settings().sync_table, **key)
    if known is not None and runtime.now() - float(known["read"]) < FRESH:
        return PortalFacts.model_validate_json(known["facts"])
    found = _read()
    item: tables.Item = {**key, "facts": found.model_dump_json(), "read": runtime.now()}
    tables.put(settings().sync_table, item)
    return found


def _read() -> PortalFacts:
    answer = client.request("GET", client.path("account-info", "v3", "details")) or {}
    currency = str(answer.get("companyCurrency") or "")
    return PortalFacts(
        time_zone=str(answer.get("timeZone") or ORDINARY.time_zone),
        currency=currency if re.fullmatch("[A-Z]{3}", currency) else ORDINARY.currency,
    )
