"""Every function of HubSpot's that the requirements name (HS-API-001 to 012) is at work when Cosell is."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.people import Deal
from tests.support import adoption_life, catalog_life

DAISY = ("Daisy", "Doe", "daisy@example.com", "PSM")

FUNCTIONS = {
    "HS-API-001, a deal is made": "deals.batch_upsert",
    "HS-API-002, a deal is updated": "deals.update",
    "HS-API-003, a deal is read": "deals.get",
    "HS-API-004, deals are searched before one is made": "deals.search",
    "HS-API-005, a contact is made": "contacts.create",
    "HS-API-006, a contact is updated": "contacts.update",
    "HS-API-007, a company is made": "companies.create",
    "HS-API-008, records are associated": "associations.set_default",
    "HS-API-009, a task is made": "tasks.create",
    "HS-API-010, a note is made": "notes.create",
    "HS-API-011, a product is made": "products.batch_upsert",
    "HS-API-012, a line item is made": "line_items.create",
}


@pytest.fixture(scope="module")
def used(assembly: Path) -> set[str]:
    """What Cosell asks of HubSpot, by the states that ask, in three worlds."""
    asked: set[str] = set()
    for live in (_a_referral_of_a_customer_we_know, adoption_life.live, catalog_life.live):
        with Sandbox(assembly) as sandbox:
            live(sandbox)
            assert sandbox.executions.failed == []
            asked |= {call.operation for call in sandbox.calls if call.remote == "hubspot" and call.ok}
    return asked


def _a_referral_of_a_customer_we_know(sandbox: Sandbox) -> None:
    hubspot = sandbox.hubspot.simulator
    company = hubspot.people.creates("companies", {"name": "Kramerica", "domain": "kramerica.example.com"})
    hubspot.people.creates("contacts", {"email": "cosmo@kramerica.example.com", "firstname": "Cosmo"})
    deal = hubspot.people.creates(
        "deals",
        {"dealname": "Latex", "pipeline": "default", "dealstage": "qualifiedtobuy"},
        [("companies", company)],
    )
    sandbox.run_until_quiet()
    account = {
        "CompanyName": "Kramerica",
        "WebsiteUrl": "https://kramerica.example.com",
        "Industry": "Retail",
        "Address": {"CountryCode": "DE", "PostalCode": "10115"},
    }
    contact = {"Email": "cosmo@kramerica.example.com", "FirstName": "Cosmo", "LastName": "Kramer"}
    sandbox.partner_central.aws.refers(catalog="Sandbox", Customer={"Account": account, "Contacts": [contact]})
    sandbox.run_until_quiet()
    (made,) = (record.id for record in hubspot.records("deals") if record.id != deal)
    hubspot.people.edits("deals", made, {"aws_share": "yes", "aws_solutions": "S-1234567"})
    sandbox.run_until_quiet()
    people = hubspot.people.creates("contacts", {"email": DAISY[2], "firstname": DAISY[0]}, [("deals", made)])
    sandbox.partner_central.aws.staffs(_opportunity(sandbox.hubspot.deal(made)), DAISY)
    sandbox.run_until_quiet()
    assert hubspot.record("contacts", people).properties["aws_contact_role"] == "Partner success manager"
    hubspot.people.edits("deals", made, {"aws_customer_problem": "Short"})
    hubspot.people.edits("deals", made, {"aws_monthly_spend": "-1"})
    sandbox.run_until_quiet()


def _opportunity(deal: Deal) -> str:
    return deal.now["aws_opportunity_id"] or ""


@pytest.mark.parametrize("operation", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_every_function_is_used(operation: str, used: set[str]) -> None:
    assert operation in used
