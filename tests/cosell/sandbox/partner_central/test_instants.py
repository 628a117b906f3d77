"""Moments, written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cosell.sandbox.partner_central import instants
from tests.support.rules import Source, rule


@rule(
    "A moment is written in UTC with none, three, or up to nine digits of a second, then without trailing zeros.",
    Source.PC_SAMPLES,
)
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_764_000_000_000_000_000, "2025-11-24T16:00:00Z"),
        (1_764_000_000_591_000_000, "2025-11-24T16:00:00.591Z"),
        (1_764_000_000_500_000_000, "2025-11-24T16:00:00.500Z"),
        (1_764_000_000_049_325_970, "2025-11-24T16:00:00.04932597Z"),
        (1_764_000_000_000_000_001, "2025-11-24T16:00:00.000000001Z"),
    ],
)
def test_as_recorded(moment: int, text: str) -> None:
    assert instants.write(moment) == text
    assert instants.read(text) == moment


@rule("Moments keep their nanoseconds.", Source.PC_SAMPLES)
@given(some.integers(0, 4_000_000_000 * instants.SECOND))
def test_what_is_written_can_be_read(moment: int) -> None:
    assert instants.read(instants.write(moment)) == moment


@rule("One moment can be written with any offset and number of digits.", Source.PC_MODEL)
@pytest.mark.parametrize(
    "text", ["2025-11-24T16:00:00.5+00:00", "2025-11-24T17:00:00.500+01:00", "2025-11-24T11:00:00.5-0500"]
)
def test_one_moment_has_many_texts(text: str) -> None:
    assert instants.read(text) == 1_764_000_000_500_000_000


@rule("A date without time, or a time without zone, is no moment.", Source.PC_MODEL)
@pytest.mark.parametrize(
    "text", ["", "2025-11-24", "2025-11-24T16:00:00", "2025-13-24T16:00:00Z", "2025-11-24T16:00:00.1234567890Z"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|month"):
        instants.read(text)


@rule("Days are those of UTC.", Source.PC_MODEL)
def test_a_day_is_of_utc() -> None:
    assert instants.day(instants.read("2026-11-24T23:59:59.999Z")).isoformat() == "2026-11-24"
