"""What AWS changes by itself is nobody's edit."""

from __future__ import annotations

from typing import Any

from lambdas.domain import locks
from tests.lambdas.domain.builders import World, linked

NO_SUPPORT = ["Do Not Need Support from AWS Sales Rep"]


def _for_visibility_only(world: World) -> World:
    """Submitted as that, and approved: AWS wants no help wanted and keeps no next step."""
    assert world.opportunity is not None
    opportunity = world.opportunity.model_copy(update={"summary": {"InvolvementType": "For Visibility Only"}})
    world = World(world.deal, opportunity, world.base)
    return world.aws_edits(PrimaryNeedsFromAws=NO_SUPPORT, LifeCycle={"NextSteps": None}).reviewed(locks.APPROVED)


def _project(world: World) -> dict[str, Any]:
    project: dict[str, Any] = world.body["Project"]
    return project


def test_a_deal_for_visibility_only_keeps_its_next_step_and_its_needs() -> None:
    world = _for_visibility_only(linked(aws_next_step="Call the CIO")).round()

    assert world.deal.get("aws_next_step") == "Call the CIO"
    assert world.deal.get("aws_primary_needs") == "Co-Sell - Deal Support"
    assert world.deal.get("aws_sync_message") == (
        "AWS: next step AWS sees: AWS keeps none for a deal that is for visibility only; yours stays in HubSpot."
    )


def test_nothing_that_aws_would_drop_is_sent() -> None:
    world = _for_visibility_only(linked()).round().seller_edits(aws_next_step="Send the offer")

    assert world.plan().update is None
    assert "AWS keeps none" in (world.round().deal.get("aws_sync_message") or "")


def test_a_next_step_that_a_colleague_cleared_at_aws_is_an_edit() -> None:
    world = linked(aws_next_step="Call the CIO").aws_edits(LifeCycle={"NextSteps": None}).round()

    assert world.deal.get("aws_next_step") is None


def test_a_redacted_customer_is_neither_sent_nor_missed() -> None:
    world = linked().aws_edits(NationalSecurity="Yes")
    account = world.body["Customer"]["Account"] | {"CompanyName": None, "WebsiteUrl": None}
    account["Address"] = account["Address"] | {"PostalCode": None, "CountryCode": "US"}
    world = world.aws_edits(Customer={"Account": account}).round()

    assert world.plan().update is None
    assert world.round().deal.get("aws_sync_message") is None


def test_another_form_of_the_same_amount_is_no_edit() -> None:
    world = linked()
    spend = [_project(world)["ExpectedCustomerSpend"][0] | {"Amount": "12500.00"}]
    world = world.aws_edits(Project={"ExpectedCustomerSpend": spend})

    assert world.plan().update is None
    assert world.round().deal.get("aws_monthly_spend") == "12500"
