"""AWS says no to what we could not know beforehand: the seller reads what to change, in HubSpot's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.assembly import synthesized
from cosell.sandbox.partner_central import Solution
from cosell.sandbox.partner_central.views import OpportunityView
from cosell.sandbox.people import Deal

FOREIGN = "O9999999"
"""An opportunity of another partner, which only AWS can tell from one of our own."""


def _says(deal: Deal) -> str:
    return deal.now["aws_sync_message"] or ""


def _of(sandbox: Sandbox, deal: Deal) -> OpportunityView | None:
    return next((one for one in sandbox.partner_central.opportunities if one.partner_id == deal.id), None)


def _renewal(sandbox: Sandbox, renewed: str, **properties: str) -> Deal:
    """A shared deal that renews this opportunity."""
    deal = sandbox.hubspot.seller.creates_deal(
        shared_with_aws=True, aws_opportunity_type="Flat Renewal", aws_renewed_opportunity=renewed, **properties
    )
    sandbox.run_until_quiet()
    return deal


def _renews(sandbox: Sandbox, deal: Deal, renewed: str) -> None:
    sandbox.hubspot.seller.edits(deal, aws_renewed_opportunity=renewed)
    sandbox.run_until_quiet()


@pytest.fixture
def earlier(sandbox: Sandbox) -> str:
    """An opportunity of our own."""
    deal = sandbox.hubspot.seller.creates_deal(name="Earlier deal", shared_with_aws=True)
    sandbox.run_until_quiet()
    return deal.now["aws_opportunity_id"] or ""


@pytest.fixture(scope="module")
def retired() -> Path:
    """A deployment that is configured with a solution that AWS does not have (any more)."""
    return synthesized({"cosell": {"cosell-sandbox": {"catalog": "Sandbox", "solutions": ["S-7654321"]}}})


def test_a_deal_that_aws_will_not_create_says_what_to_change(sandbox: Sandbox, earlier: str) -> None:
    deal = _renewal(sandbox, FOREIGN)
    assert _of(sandbox, deal) is None
    assert deal.now["aws_sync_status"] == "needs_you"
    assert _says(deal).startswith("AWS: renewed opportunity: AWS does not take this value")

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    assert _of(sandbox, deal) is None
    assert _says(deal).startswith("AWS: renewed opportunity: ")

    _renews(sandbox, deal, earlier)
    opportunity = _of(sandbox, deal)
    assert opportunity is not None
    assert opportunity.body["Project"]["RelatedOpportunityIdentifier"] == earlier
    assert deal.now["aws_sync_status"] == "in_step"
    assert _says(deal) == ""
    assert sandbox.executions.failed == []


def test_a_submission_that_the_create_stopped_has_to_be_chosen_again(sandbox: Sandbox, earlier: str) -> None:
    deal = _renewal(sandbox, FOREIGN, aws_action="submit")
    assert deal.now["aws_action"] is None
    assert _says(deal).splitlines()[1:] == [
        "Submit to AWS: not done yet. Mend what is said here, then choose it again."
    ]

    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    sandbox.run_until_quiet()
    assert _says(deal).startswith("AWS: renewed opportunity: ")
    assert "not done yet" in _says(deal)
    assert "nothing is in the way" not in _says(deal)

    _renews(sandbox, deal, earlier)
    assert _says(deal) == "Submit to AWS: nothing is in the way any more. Choose it again."
    opportunity = _of(sandbox, deal)
    assert opportunity is not None
    assert not opportunity.submitted

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Submitted"
    assert _says(deal) == ""


def test_an_update_that_aws_refuses_is_said_until_it_is_mended(sandbox: Sandbox, earlier: str) -> None:
    deal = _renewal(sandbox, earlier)

    _renews(sandbox, deal, FOREIGN)
    opportunity = _of(sandbox, deal)
    assert opportunity is not None
    assert opportunity.body["Project"]["RelatedOpportunityIdentifier"] == earlier
    assert deal.now["aws_sync_status"] == "needs_you"
    assert _says(deal).startswith("AWS: renewed opportunity: AWS does not take this value")

    sandbox.partner_central.aws.edits(opportunity.id, "Project.CustomerUseCase", "SAP")
    sandbox.run_until_quiet()
    assert deal.now["aws_use_case"] == "SAP"
    assert _says(deal).startswith("AWS: renewed opportunity: ")

    _renews(sandbox, deal, earlier)
    assert deal.now["aws_sync_status"] == "in_step"
    assert _says(deal) == ""


def test_a_postal_code_that_the_country_does_not_have_is_not_even_asked_for(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, country="United Kingdom", postal_code="12345")
    sandbox.run_until_quiet()

    assert _says(deal) == "Company postal code: in United Kingdom it looks like A1 2BC or A12 3BC; it says 12345."
    assert not [call for call in sandbox.partner_central.calls if call.operation == "CreateOpportunity"]


def test_a_solution_that_aws_does_not_know_is_said_until_another_is_chosen(retired: Path) -> None:
    with Sandbox(retired) as sandbox:
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, solution=None, aws_action="submit")
        sandbox.run_until_quiet()
        (opportunity,) = sandbox.partner_central.opportunities
        assert deal.now["aws_opportunity_id"] == opportunity.id
        assert deal.now["aws_sync_status"] == "needs_you"
        assert _says(deal).startswith("AWS: our solutions: AWS does not take this value")
        assert "S-7654321" in _says(deal)

        sandbox.partner_central.aws.edits(opportunity.id, "Project.CustomerUseCase", "SAP")
        sandbox.run_until_quiet()
        assert _says(deal).startswith("AWS: our solutions: ")
        assert "not done yet" in _says(deal)

        sandbox.hubspot.seller.edits(deal, aws_solutions="S-1234567", aws_action="submit")
        sandbox.run_until_quiet()
        (opportunity,) = sandbox.partner_central.opportunities
        assert opportunity.solutions == ("S-1234567",)
        assert deal.now["aws_review_status"] == "Submitted"
        assert _says(deal) == ""


def test_what_aws_takes_after_all_is_no_longer_refused(retired: Path) -> None:
    """AWS refuses, and we never hear that our task said so; by the redrive AWS has the solution."""
    with Sandbox(retired) as sandbox:
        sandbox.functions.fail(with_="lost answer", state="Associate opportunity", until_healed=True)
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, solution=None, aws_action="submit")
        sandbox.run_until_quiet()
        (failed,) = sandbox.executions.failed
        assert failed.state == "Associate opportunity"

        sandbox.heal()
        sandbox.partner_central.simulator.solutions.append(Solution("S-7654321", "Returned", catalog="Sandbox"))
        failed.redrive()
        sandbox.run_until_quiet()

        assert sandbox.partner_central.opportunities[0].solutions == ("S-7654321",)
        assert deal.now["aws_review_status"] == "Submitted"
        assert _says(deal) == "AWS: our solutions: AWS also has S-7654321, which this property has no option for yet."


def test_a_submission_that_aws_would_refuse_is_said_until_it_is_made_again(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_involvement="For Visibility Only")
    sandbox.hubspot.seller.edits_company(deal, aws_industry="Government")
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    sandbox.partner_central.aws.edits(opportunity.id, "NationalSecurity", "Yes")

    sandbox.hubspot.seller.submits(deal)
    sandbox.run_until_quiet()
    assert not sandbox.partner_central.opportunities[0].submitted
    assert deal.now["aws_sync_status"] == "needs_you"
    first, again = _says(deal).splitlines()
    assert first == "AWS: involvement: AWS takes no deal of national security for its visibility only; choose Co-Sell."
    assert again == "Submit to AWS: not done yet. Mend what is said here, then choose it again."

    sandbox.partner_central.aws.edits(opportunity.id, "Project.CustomerUseCase", "SAP")
    sandbox.run_until_quiet()
    assert _says(deal).splitlines() == [first, again]

    sandbox.hubspot.seller.edits(deal, aws_involvement="Co-Sell", aws_action="submit")
    sandbox.run_until_quiet()
    assert deal.now["aws_review_status"] == "Submitted"
    assert deal.now["aws_involvement"] == "Co-Sell"
    assert _says(deal) == ""
