"""`make soak`: a day adds up, and whatever is broken on purpose is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from cosell.soak import SOAKS, run
from cosell.soak.day import Day, lived
from cosell.soak.figures import MOST_MEMORY_MB, MOST_SECONDS, Report
from cosell.soak.report import Soak

DEALS = 50
HOUR = 3600


def _soak(soak: Soak, *, as_json: bool = False) -> tuple[int, str]:
    """Exit code and text, as in a pipe."""
    out = StringIO()
    code = run(Console(file=out, width=100), soak, deals=DEALS, seed=0, as_json=as_json)
    return code, out.getvalue()


def _tampered(tamper: Callable[[Day], None]) -> Soak:
    """A day in which something that must not happen happens just before the look at hour twelve."""

    def live(deals: int, seed: int) -> Iterator[Report]:
        day = Day(deals=deals, seed=seed)
        day.clock.at(day.clock.now + 12 * HOUR - 0.1, lambda: tamper(day))
        return lived(day)

    return live


def test_a_day_adds_up() -> None:
    code, text = _soak(SOAKS["day"], as_json=True)

    day = json.loads(text)
    assert (code, day["shortcoming"], day["hours"], day["deals"], day["checks"]) == (0, None, 24, DEALS, 24)
    assert day["all_events"] == sum(day["events"].values()) > 10 * DEALS
    assert day["events"]["webhook messages"] == day["fates"]["delivered"]
    assert all(day["events"].values())
    assert all(day["calls"].values())
    assert day["requests"].keys() == {"answers", "fails", "is late", "says nothing", "is out"}
    assert day["refusals"]["HubSpot 429 search"] > 0
    assert 0 < day["peak_memory_mb"] < MOST_MEMORY_MB


def test_the_same_seed_is_the_same_day_and_another_seed_is_another() -> None:
    def counts(seed: int) -> Report:
        *_, last = SOAKS["day"](20, seed)
        return replace(last, wall_seconds=0.0, peak_memory_mb=0.0, seed=0)

    assert counts(1) == counts(1) != counts(2)


def _loses_count(day: Day) -> None:
    day.receiver.accepted -= 1


def _loses_a_message(day: Day) -> None:
    day.hubspot.webhooks.pause()
    day.sellers.creates_deal()
    day.hubspot.webhooks.discard()
    day.hubspot.webhooks.resume()


def _changes_a_record(day: Day) -> None:
    for record in day.hubspot.portal.records["deals"].values():
        record.properties["amount"] = "1"


def _forgets_a_record(day: Day) -> None:
    deals = day.hubspot.portal.records["deals"]
    for deal in list(deals)[: len(deals) // 2]:
        del deals[deal]


def _doubles_an_email(day: Day) -> None:
    contacts = list(day.hubspot.portal.records["contacts"].values())
    for contact in contacts[:5]:
        contact.properties["email"] = "everybody@company.example"


def _signs_wrongly(day: Day) -> None:
    day.hubspot.webhooks.sign_with("another secret")


def _forgets_a_review(day: Day) -> None:
    for opportunity in day.central.state.opportunities.values():
        opportunity.review_status = "Pending Submission"


def _turns_back_time(day: Day) -> None:
    for opportunity in day.central.state.opportunities.values():
        opportunity.modified -= 10**12


def _loses_an_update(day: Day) -> None:
    for opportunity in day.central.state.opportunities.values():
        opportunity.fields["Project"]["ExpectedCustomerSpend"][0]["Amount"] = "1"


def _forgets_an_opportunity(day: Day) -> None:
    day.opportunities.entries["O1"] = next(iter(day.opportunities.entries.values()))


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (_loses_count, "the receiver accepted"),
        (_loses_a_message, "to send or lost."),
        (_changes_a_record, "shows amount as '1'; last written was"),
        (_forgets_a_record, "exists, and a batch read leaves it out."),
        (_doubles_an_email, "5 records hold the unique value everybody@company.example of email."),
        (_signs_wrongly, "is not signed with the app's secret."),
        (_forgets_a_review, "to Pending Submission."),
        (_turns_back_time, "does not increase"),
        (_loses_an_update, "last written was"),
        (_forgets_an_opportunity, "opportunities are listed; "),
    ],
)
def test_what_is_broken_is_found_and_named(tamper: Callable[[Day], None], sentence: str) -> None:
    code, text = _soak(_tampered(tamper))

    assert code == 1
    assert sentence in text
    assert text.endswith("python -m cosell soak day --deals 50 --seed 0\n")


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            Report("day", 0, 10, peak_memory_mb=MOST_MEMORY_MB + 1),
            "It took 1,501 MB of memory; at most 1,500 are allowed.",
        ),
        (Report("day", 0, 10, wall_seconds=MOST_SECONDS + 1), "It took 601 seconds; at most 600 are allowed."),
        (Report("day", 0, 10, events={"messages": 99}), "There were 99 events only; 10 a deal are wanted."),
        (Report("day", 0, 10, events={"messages": 100}), None),
    ],
)
def test_a_day_may_take_only_so_much(figures: Report, sentence: str | None) -> None:
    assert figures.shortcoming == sentence
    assert _soak(lambda *_: iter([figures]))[0] == (0 if sentence is None else 1)


def test_a_pipe_gets_the_table_and_no_bar() -> None:
    code, text = _soak(lambda *_: iter([Report("day", 0, 10, events={"messages": 100})]))

    assert code == 0
    assert text.startswith("┌")
