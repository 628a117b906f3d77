"""What happens around a deal: its company moves, and its contact is to be forgotten."""

from __future__ import annotations

from collections.abc import Callable

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal
from tests.support.life import rest


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    rest(sandbox, after_each)
    sandbox.hubspot.seller.edits_company(deal, city="Albany", zip="12207")
    rest(sandbox, after_each)
    sandbox.hubspot.seller.erases_contact(deal)
    rest(sandbox, after_each)
    return deal
