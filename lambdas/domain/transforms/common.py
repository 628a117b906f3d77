"""What all conversions share: what they look at, how they refuse, and the form of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.records import ORDINARY, PortalFacts, Record


class Unfit(ValueError):
    """The value cannot cross over; the message is a sentence that goes with the property's label."""


@dataclass(frozen=True)
class Context:
    """What a conversion may look at beside the value itself."""

    mapping: Mapping
    row: Row
    record: Record = field(default_factory=lambda: Record(id="", properties={}))
    country: str | None = None
    """ISO code of the record's country, where it is known."""
    portal: PortalFacts = ORDINARY


@dataclass(frozen=True)
class Transform:
    to_aws: Callable[[str, Context], Any]
    to_hubspot: Callable[[Any, Context], str]
    canonical: Callable[[Any, Context], Any]


def for_example(row: Row) -> str:
    return f", for example {row.example}" if row.example else ""


def unescaped(text: str) -> str:
    """Text without AWS's HTML escapes.

    Some of AWS's answers spell `&` and `:` as entities, the colon's own `&` included (its JavaScript sample shows it);
    sent back that way, text is refused.
    """
    return text.replace("&amp;colon;", ":").replace("&amp;", "&")


def clean(text: str) -> str:
    """Text without AWS's HTML escapes, Windows line ends and blanks around it."""
    return unescaped(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """Text that fits into a sentence."""
    return " ".join(text.split())


def short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def same(value: Any, _context: Context) -> str:
    return clean(str(value))


def canonical_text(value: Any, _context: Context) -> str | None:
    return clean(str(value)) or None
