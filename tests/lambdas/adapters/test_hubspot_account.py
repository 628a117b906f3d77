"""The account's facts: read once a day, and never in the way where HubSpot leaves them out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from lambdas.adapters import hubspot_account
from lambdas.domain.records import ORDINARY
from tests.lambdas.adapters.conftest import Now
from tests.lambdas.adapters.hubspot_wire import Wire

PORTAL = "44000001"


def test_the_account_says_its_zone_and_currency_once_a_day(wire: Wire, family: str, now: Now) -> None:
    wire.hubspot.portal.time_zone, wire.hubspot.portal.currency = "Europe/Berlin", "EUR"

    first = hubspot_account.facts(PORTAL)
    wire.hubspot.portal.currency = "USD"
    now.seconds += hubspot_account.FRESH - 1
    again = hubspot_account.facts(PORTAL)

    assert (first.zone, first.currency) == (ZoneInfo("Europe/Berlin"), "EUR")
    assert again == first
    root = "/account-info/v3" if family == "v3" else "/account-info/2026-09"
    assert wire.sent == [("GET", f"{root}/details")]


def test_a_day_later_it_is_asked_again(wire: Wire, now: Now) -> None:
    hubspot_account.facts(PORTAL)
    wire.hubspot.portal.currency = "EUR"
    now.seconds += hubspot_account.FRESH

    assert hubspot_account.facts(PORTAL).currency == "EUR"


@pytest.mark.parametrize("answer", [{}, {"timeZone": None, "companyCurrency": ""}, {"companyCurrency": "euros"}])
def test_what_the_account_leaves_out_is_ordinary(wire: Wire, answer: dict[str, str | None]) -> None:
    wire.answers(200, answer)

    assert hubspot_account.facts(PORTAL) == ORDINARY


def test_accounts_are_kept_apart(wire: Wire) -> None:
    hubspot_account.facts(PORTAL)
    hubspot_account.facts("44000002")

    assert len(wire.sent) == 2
