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


@rule("No digit of a moment is lost between an answer and the request that sends it back.", Source.PC_SAMPLES)
@given(some.integers(0, 4_000_000_000 * instants.SECOND))
def test_what_is_written_can_be_read(moment: int) -> None:
    assert instants.read(instants.write(moment)) == moment
