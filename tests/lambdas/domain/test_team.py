"""Which of AWS's people become contacts of a deal, and what their contacts say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain.lookups import NOTHING, Known, Lookup
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


def plan(world: World, mapping: Mapping = WITH_CONTACTS, known: Known = NOTHING) -> Plan:
    return plan_for(world.deal, world.opportunity, base=world.base, mapping=mapping, known=known)


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


ASKS = Lookup(kind="label", key="44000001")


def _asked(found: Plan) -> list[Lookup]:
    return [lookup for lookup in found.lookups if lookup.kind == "label"]


def _with_contact(world: World, email: str = "daisy@EXAMPLE.com") -> World:
    there = Record(id="700", properties={"email": email, "aws_contact_role": "Partner success manager"})
    return replace(world, deal=world.deal.model_copy(update={"contacts": (there,)}))


def test_the_label_is_asked_for_only_where_one_of_aws_s_people_is_a_contact() -> None:
    assert _asked(plan(staffed(), MAPPING)) == []
    assert _asked(plan(_with_contact(staffed(DAISY), "art@example.com"), MAPPING)) == []

    found = plan(_with_contact(staffed(DAISY)), MAPPING)

    assert (_asked(found), found.to_label, found.beside.labelled) == ([ASKS], (), ())


def test_who_has_the_role_from_another_deal_is_labelled_on_this_one_once() -> None:
    world, known = _with_contact(staffed(DAISY)), Known({ASKS: True})

    found = plan(world, MAPPING, known)

    assert (found.to_label, found.contact_roles) == (("700",), {})
    again = plan(world.applied(found), MAPPING)
    assert (_asked(again), again.to_label) == ([], ())


def test_who_becomes_a_contact_is_labelled_with_it() -> None:
    found = plan(staffed(DAISY), known=Known({ASKS: True}))

    assert (len(found.new_contacts), found.labels_new, found.to_label) == (1, True, ())
    assert _asked(plan(_with_contact(staffed(DAISY).applied(found)))) == []


def test_a_portal_may_get_its_label_later() -> None:
    world = _with_contact(staffed(DAISY))
    without = plan(world, MAPPING, Known({ASKS: False}))

    assert without.to_label == ()
    assert _asked(plan(world.applied(without), MAPPING)) == [ASKS]
