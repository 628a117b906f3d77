"""Making a deal with company and contacts at HubSpot, against the simulator, over both families of paths."""

from __future__ import annotations

import pytest

from lambdas.adapters import hubspot_client, hubspot_making
from lambdas.adapters.hubspot_making import Made
from lambdas.errors import Misconfigured
from tests.lambdas.adapters.hubspot_wire import Wire

OPPORTUNITY = "O1000001"
NEW = {"dealname": "Warehouse", "pipeline": "default", "dealstage": "qualifiedtobuy"}


@pytest.fixture(autouse=True)
def _property(wire: Wire) -> None:
    wire.hubspot.define("deals", hubspot_making.IDENTITY, unique=True)


def test_a_deal_is_made_once_and_found_by_its_opportunity(wire: Wire, family: str) -> None:
    assert hubspot_making.find_deal(OPPORTUNITY) is None

    deal = hubspot_making.make_deal(OPPORTUNITY, NEW)

    assert hubspot_making.make_deal(OPPORTUNITY, NEW) == deal
    assert hubspot_making.find_deal(OPPORTUNITY) == Made(deal, company=None)
    assert len(wire.hubspot.records("deals")) == 1


@pytest.mark.usefixtures("cloud")
def test_a_company_is_the_deal_s_from_its_first_moment(wire: Wire, family: str) -> None:
    deal = hubspot_making.make_deal(OPPORTUNITY, NEW)

    company = hubspot_making.make_company("pair-1", {"name": "Example Inc", "domain": "example.com"}, deal)

    assert hubspot_making.find_deal(OPPORTUNITY) == Made(deal, company)
    assert (hubspot_making.find_company("example.com"), hubspot_making.find_company("example.org")) == (company, None)


@pytest.mark.usefixtures("cloud")
def test_a_company_that_was_made_a_moment_ago_and_is_gone_is_not_found(wire: Wire, family: str) -> None:
    deal = hubspot_making.make_deal(OPPORTUNITY, NEW)
    company = hubspot_making.make_company("pair-1", {"name": "Example Inc", "domain": "example.com"}, deal)

    wire.hubspot.people.deletes("companies", company)

    assert hubspot_making.find_company("example.com") is None


def test_of_two_companies_of_one_domain_the_older_one_is_found(wire: Wire, family: str) -> None:
    first, _ = (wire.hubspot.people.creates("companies", {"domain": "example.com"}) for _ in range(2))

    assert hubspot_making.find_company("example.com") == first


def test_a_contact_of_that_address_stays_as_it_is_and_joins_the_deal(wire: Wire, family: str) -> None:
    known = wire.hubspot.people.creates("contacts", {"email": "ada@example.com", "firstname": "Ada"})
    deal = hubspot_making.make_deal(OPPORTUNITY, NEW)

    for _ in range(2):
        hubspot_making.make_contact({"email": "ada@example.com", "firstname": "A."}, deal, None)
        hubspot_making.make_contact({"email": "bob@example.com", "firstname": "Bob"}, deal, None)

    contacts = wire.hubspot.records("contacts")
    assert [(contact.id == known, contact.properties["firstname"]) for contact in contacts] == [
        (True, "Ada"),
        (False, "Bob"),
    ]
    assert all(deal in contact.associations["deals"] for contact in contacts)


@pytest.mark.parametrize(
    ("stage", "opportunity", "has_one"),
    [("qualifiedtobuy", None, True), ("closedlost", None, False), ("qualifiedtobuy", "O1000002", False)],
)
def test_only_an_open_deal_without_an_opportunity_may_be_the_same_business(
    stage: str, opportunity: str | None, has_one: bool, wire: Wire, family: str
) -> None:
    company = wire.hubspot.people.creates("companies", {"name": "Example Inc"})
    assert not hubspot_making.has_open_deal_of_its_own(company)
    values = {"dealname": "Warehouse", "pipeline": "default", "dealstage": stage, hubspot_making.IDENTITY: opportunity}

    wire.deal({name: value for name, value in values.items() if value}, companies=[company])

    assert hubspot_making.has_open_deal_of_its_own(company) is has_one


def test_a_conflict_that_names_no_record_is_no_record(wire: Wire, family: str) -> None:
    wire.answers(409, {"message": "Conflict", "category": "CONFLICT"})

    with pytest.raises(Misconfigured, match="409"):
        hubspot_client.create(hubspot_client.objects("contacts"), {"properties": {}})
