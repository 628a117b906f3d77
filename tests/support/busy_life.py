"""A seller who edits while every plan takes its time: no round ends the work, and after ten a fresh run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal
from tests.support.life import rest, timeless


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called once the world has become quiet."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    rest(sandbox, after_each)
    sandbox.partner_central.fail("GetOpportunity", with_="slow", seconds=5, state="Plan sync", until_healed=True)
    for spend in range(20_000, 52_000, 1_000):
        sandbox.hubspot.seller.edits(deal, aws_monthly_spend=str(spend))
        sandbox.advance(5)
    rest(sandbox, after_each)
    return deal


def ending(sandbox: Sandbox, deal: Deal) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The deal and the opportunity. How many edits one round covered depends on when it failed."""
    return timeless(dict(deal.now)), [timeless(one.body) for one in sandbox.partner_central.opportunities]
