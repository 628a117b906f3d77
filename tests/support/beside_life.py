"""A deal's life beside its fields: solutions, products, an owner and tags, through the Task states that write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central.state import Solution, User
from cosell.sandbox.people import Deal
from lambdas.domain.mapping import Mapping
from lambdas.mapping import HERE, parse
from tests.support.life import rest

SOLUTIONS = ("S-1234567", "S-7654321")
OWNER = "sam.seller@example.com"


@cache
def with_extras() -> Mapping:
    """The default mapping with the properties of this subject that are switched off in it."""
    text = (HERE / "default.yaml").read_text(encoding="utf-8")
    return parse(f"{text}\nalso: [aws_tags, aws_products, aws_offer, aws_other_solution]\n", "default.yaml")


def prepare(sandbox: Sandbox) -> None:
    """A second solution, and a seller who is a user at Partner Central."""
    central = sandbox.partner_central.simulator
    central.solutions.append(Solution(SOLUTIONS[1], "Data lake", catalog="Sandbox"))
    central.users.append(User(OWNER, "Sam", "Seller"))
    sandbox.hubspot.simulator.admin.adds_option("deals", "aws_solutions", SOLUTIONS[1], "Data lake")
    sandbox.use_mapping(with_extras())


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    prepare(sandbox)
    owner = next(iter(sandbox.hubspot.simulator.portal.owners))
    deal = sandbox.hubspot.seller.creates_deal(
        shared_with_aws=True, aws_tags="segment=enterprise", hubspot_owner_id=owner
    )
    rest(sandbox, after_each)
    sandbox.hubspot.seller.edits(deal, aws_solutions=SOLUTIONS[1], aws_tags="tier=1")
    rest(sandbox, after_each)
    return deal


def live_with_offers(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> Deal:
    """As `live`, of a deal whose private offer is replaced: AWS takes one, so the old one makes room first."""
    prepare(sandbox)
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit", aws_offer="offer-abc123")
    rest(sandbox, after_each)
    sandbox.partner_central.aws.approves(deal.now["aws_opportunity_id"] or "")
    rest(sandbox, after_each)
    sandbox.hubspot.seller.edits(deal, aws_offer="offer-def456")
    rest(sandbox, after_each)
    return deal
