"""A deal that lacks things AWS wants, whose seller is told by one task; complete at last, it is submitted directly."""

from __future__ import annotations

from collections.abc import Callable

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal
from tests.support import life
from tests.support.life import rest

DIRECTLY = {"cosell": {"cosell-sandbox": {"catalog": "Sandbox", "submission": "direct"}}}
"""The CDK context of a deployment that submits with SubmitOpportunity, which has no task."""


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_use_case="", aws_customer_problem="")
    rest(sandbox, after_each)
    sandbox.hubspot.seller.edits(deal, aws_use_case="Database")
    rest(sandbox, after_each)
    problem = "Their accounts are closed by hand, which takes two weeks of every month."
    sandbox.hubspot.seller.edits(deal, aws_customer_problem=problem, aws_action="submit")
    rest(sandbox, after_each)
    return deal


def ending(sandbox: Sandbox, deal: Deal) -> tuple[life.Ending, int]:
    """And how many of the seller's tasks are still open."""
    return life.ending(sandbox, deal), len(deal.open_tasks)
