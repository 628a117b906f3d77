"""Answers what a first decision asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lambdas.adapters import hubspot, hubspot_labels, hubspot_owners, partner_central
from lambdas.domain.lookups import Known, Lookup


def answer(lookups: Iterable[Lookup]) -> Known:
    """Raises NotPermitted, RateLimited, RemoteUnavailable, Misconfigured."""
    return Known({lookup: _answer(lookup) for lookup in lookups})


def _answer(lookup: Lookup) -> Any:
    match lookup.kind:
        case "owner":
            return hubspot_owners.read_owner(lookup.key)
        case "owner_of":
            return hubspot_owners.owner_of(lookup.key)
        case "options":
            return hubspot.options_of(lookup.key)
        case "tags":
            return partner_central.tags_of(lookup.key)
        case "label":
            return hubspot_labels.has_label(lookup.key)
