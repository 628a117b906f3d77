"""The deals of a believable portal, as `portfolio.yaml` has them; that file says what its fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

Step = Literal[
    "share",
    "submit",
    "review",
    "approve",
    "ask for changes",
    "reject",
    "edit",
    "pause",
    "validate",
    "propose",
    "win",
    "launch",
    "lose",
]


@dataclass(frozen=True)
class Seller:
    email: str
    first: str
    last: str


@dataclass(frozen=True)
class Person:
    """Whom to talk to at a customer's."""

    name: str
    title: str
    phone: str | None = None


@dataclass(frozen=True)
class Company:
    """A customer; `address` is by HubSpot's names, but for `street`."""

    name: str
    domain: str
    industry: str
    employees: int
    address: Mapping[str, str]
    person: Person


@dataclass(frozen=True)
class Sale:
    """A deal, its customer and seller by name, and its story."""

    name: str
    company: str
    seller: str
    amount: int
    spend: int
    use_case: str
    problem: str = ""
    steps: tuple[Step, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    closing: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    note: str = ""
    task: str = ""


@dataclass(frozen=True)
class Portfolio:
    """`sales` in the order in which the deals were created."""

    sellers: Mapping[str, Seller]
    companies: tuple[Company, ...]
    sales: tuple[Sale, ...]


@cache
def load() -> Portfolio:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return TypeAdapter(Portfolio).validate_python(yaml.safe_load(text))
