"""What woke a run."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.domain.events import Woken, woken
from lambdas.errors import Misconfigured


def an_event(kind: str, **detail: Any) -> dict[str, Any]:
    return {"source": "somewhere", "detail-type": kind, "detail": detail}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            an_event("HubSpot Record Changed", portal="44000001", type="deal", id="310", changes=["creation"]),
            Woken(by="hubspot", deal=("44000001", "310")),
        ),
        (
            an_event("HubSpot Record Changed", portal=44000001, type="company", id=900),
            Woken(by="hubspot"),
        ),
        (
            an_event("Opportunity Created", schemaVersion="1", catalog="AWS", opportunity={"identifier": "O1"}),
            Woken(by="aws", opportunity=("AWS", "O1"), is_new=True),
        ),
        (
            an_event("Opportunity Updated", catalog="sandbox", opportunity={"identifier": "o1"}),
            Woken(by="aws", opportunity=("Sandbox", "O1")),
        ),
        (an_event("Pair Handed On", pair="pair-1"), Woken(by="cosell", pair="pair-1")),
        (an_event("Pair Touched", pair="pair-1"), Woken(by="cosell", pair="pair-1")),
        (
            an_event("HubSpot Record Changed", portal="1", type="deal", id="310", changes=["deletion", "merge", "x"]),
            Woken(by="hubspot", deal=("1", "310"), why=frozenset({"deletion", "merge"})),
        ),
    ],
)
def test_events(event: dict[str, Any], expected: Woken) -> None:
    assert woken(event) == expected


@pytest.mark.parametrize(
    ("event", "named"),
    [
        (an_event("Engagement Created"), '"Engagement Created" from somewhere'),
        ({}, '"None" from None'),
        (an_event("Opportunity Updated", catalog="AWS"), "detail.opportunity.identifier"),
        (an_event("Opportunity Updated", catalog="AWS", opportunity="O1"), "detail.opportunity.identifier"),
        (an_event("HubSpot Record Changed", portal="1", type="deal", id=""), "detail.id"),
        ({"detail-type": "Pair Handed On"}, "detail.pair"),
    ],
)
def test_what_nobody_taught_us_to_read_is_named(event: dict[str, Any], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        woken(event)
