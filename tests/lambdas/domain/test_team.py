"""Which of AWS's people become contacts of a deal, and what their contacts say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan
from lambdas.domain.records import Record
from tests.lambdas.domain.builders import MAPPING, World, linked, plan_for

WITH_CONTACTS = Mapping.model_validate(MAPPING.model_dump() | {"aws_people": "contacts"})
DAISY = {"FirstName": "Daisy", "LastName": "Doe", "Email": "Daisy@example.com", "BusinessTitle": "PSM"}
CONTACT = {
    "email": "daisy@example.com",
    "firstname": "Daisy",
    "lastname": "Doe",
    "aws_contact_role": "Partner success manager",
    "lifecyclestage": "other",
}


def staffed(*people: Any) -> World:
    world = linked()
    assert world.opportunity is not None
    return replace(world, opportunity=world.opportunity.model_copy(update={"summary": {"OpportunityTeam": [*people]}}))


def plan(world: World, mapping: Mapping = WITH_CONTACTS) -> Plan:
    return plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping)


def test_each_person_is_made_a_contact_once() -> None:
    first = plan(staffed(DAISY, DAISY))
    again = plan(staffed(DAISY).applied(first))

    assert first.new_contacts == (CONTACT,)
    assert again.new_contacts == ()
    assert "daisy" not in str(first.beside).lower()


def test_who_is_a_contact_of_the_deal_is_not_made_one() -> None:
    world = staffed(DAISY)
    there = Record(id="700", properties={"email": "daisy@EXAMPLE.com"})
    deal = world.deal.model_copy(update={"contacts": (there,)})

    found = plan(replace(world, deal=deal))

    assert found.new_contacts == ()
    assert found.contact_roles == {"700": "Partner success manager"}


@pytest.mark.parametrize("person", [{"FirstName": "Max"}, {"Email": ""}, {"Email": None}, None, "Max"])
def test_without_an_address_nobody_is_made(person: Any) -> None:
    assert plan(staffed(person)).new_contacts == ()


def test_a_deal_s_text_is_enough_unless_the_mapping_says_otherwise() -> None:
    found = plan(staffed(DAISY), MAPPING)

    assert (found.new_contacts, found.beside.people) == ((), ())


def test_without_the_property_there_is_no_role() -> None:
    rows = [row | {"disabled": row["property"] == "aws_contact_role"} for row in WITH_CONTACTS.model_dump()["rows"]]
    (made,) = plan(staffed(DAISY), Mapping.model_validate(WITH_CONTACTS.model_dump() | {"rows": rows})).new_contacts

    assert "aws_contact_role" not in made
