"""The label for AWS's people between a deal and its contacts, which an admin of the portal may have made.

Labels need a paid plan of HubSpot's, so a portal may well have none. Everything here raises what
`hubspot_client.request` raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from lambdas import runtime
from lambdas.adapters import hubspot_client as client
from lambdas.adapters import tables
from lambdas.adapters.hubspot_account import FRESH
from lambdas.settings import settings

LABEL: Final = "AWS"
"""As people see it, in any case of letters."""
OWN: Final = "USER_DEFINED"
"""HubSpot's category of the labels that people made."""
_KIND: Final = "label"


def has_label(portal: str) -> bool:
    """Whether the portal has the label, read from HubSpot at most once a day."""
    key = {"pk": f"portal#{portal}", "sk": _KIND}
    known = tables.get(settings().sync_table, **key)
    if known is not None and runtime.now() - float(known["read"]) < FRESH:
        return bool(known["label"])
    label = _label()
    item: tables.Item = {**key, "label": label or "", "read": runtime.now()}
    tables.put(settings().sync_table, item)
    return label is not None


def add(deal: str, contacts: Collection[str], new: Collection[str] = ()) -> None:
    """Gives these contacts of the deal the label; those labels that they have stay.

    Nobody is made a contact by it, so one who is none of the deal's any more is left out, but for the `new` ones, whom
    HubSpot may not show at the deal yet. A label that was taken out of the portal since it was seen is nobody's.
    """
    label = _label()
    if label is None:
        return
    has: dict[str, set[str]] = {contact: set() for contact in new} | dict(_labels_of(deal))
    inputs = [
        {"from": {"id": deal}, "to": {"id": contact}, "types": [_spec(one) for one in sorted({*has[contact], label})]}
        for contact in dict.fromkeys((*contacts, *new))
        if contact in has and label not in has[contact]
    ]
    if inputs:
        client.request("POST", _path("batch", "create"), json={"inputs": inputs})


def _label() -> str | None:
    """The number of its association type, from deal to contact."""
    answer = client.request("GET", _path("labels")) or {}
    own = (one for one in answer.get("results", ()) if one.get("category") == OWN)
    return next((str(one["typeId"]) for one in own if str(one.get("label")).casefold() == LABEL.casefold()), None)


def _labels_of(deal: str) -> Iterator[tuple[str, set[str]]]:
    """By contact of the deal: the numbers of the labels that people gave them there."""
    answer = client.request("POST", _path("batch", "read"), json={"inputs": [{"id": deal}]}) or {}
    for row in answer.get("results", ()):
        for contact in row.get("to", ()):
            kinds = contact.get("associationTypes", ())
            yield str(contact["toObjectId"]), {str(kind["typeId"]) for kind in kinds if kind.get("category") == OWN}


def _spec(label: str) -> dict[str, Any]:
    return {"associationCategory": OWN, "associationTypeId": int(label)}


def _path(*parts: str) -> str:
    return client.associations("deals", "contacts", *parts)
