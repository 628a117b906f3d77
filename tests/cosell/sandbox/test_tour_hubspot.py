"""HubSpot's own Python client, used as its users use it: records of every type, and what ties them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import Any

import pytest
from hubspot.crm.associations import v4 as association_models
from hubspot.crm.associations.v4 import schema as label_models
from hubspot.crm.contacts import PublicGdprDeleteInput
from hubspot.crm.deals import PublicMergeInput

from cosell.sandbox.hubspot.kinds import KINDS
from tests.support.touring import RECORDS, Portal, operations, toured

DUE = "2026-12-01T12:00:00Z"
EXAMPLES: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "deals": (
        "deals",
        {"dealname": "Warehouse", "dealstage": "contractsent", "amount": "1500"},
        {"dealname": "Factory"},
    ),
    "contacts": ("contacts", {"firstname": "Ada", "lastname": "Byron"}, {"firstname": "Augusta"}),
    "companies": ("companies", {"name": "Example Inc"}, {"name": "Example Ltd"}),
    "products": ("products", {"name": "Support", "price": "100"}, {"name": "Gold support"}),
    "line_items": ("line_items", {"name": "Support", "quantity": "2", "price": "100"}, {"name": "Gold support"}),
    "tasks": ("objects.tasks", {"hs_timestamp": DUE, "hs_task_subject": "Call"}, {"hs_task_subject": "Write"}),
    "notes": ("objects.notes", {"hs_timestamp": DUE, "hs_note_body": "They called"}, {"hs_note_body": "We called"}),
}
"""For each type the client's package, what to create, and what to change."""


@pytest.fixture
def portal() -> Iterator[Portal]:
    with toured() as made:
        yield made


def records(portal: Portal, kind: str) -> None:
    package, given, change = EXAMPLES[kind]
    apis, models = attrgetter(package)(portal.client.crm), import_module(f"hubspot.crm.{package}")
    portal.hubspot.define(kind, "erp_id", unique=True)
    one_by_one(apis.basic_api, models, given, change)
    in_batches(apis.batch_api, models, given, change)
    searched(portal, apis.search_api, models, change)
    if KINDS[kind].mergeable:
        merged(apis.basic_api, models, given)
    if kind == "contacts":
        forgotten(apis.basic_api, models, given)


def one_by_one(api: Any, models: Any, given: dict[str, str], change: dict[str, str]) -> None:
    first, second = (
        api.create(models.SimplePublicObjectInputForCreate(properties=given, associations=[])) for _ in range(2)
    )
    assert isinstance(first, models.SimplePublicObject)
    assert given.items() <= first.properties.items()
    assert (first.archived, first.created_at.utcoffset().total_seconds()) == (False, 0)

    changed = api.update(first.id, models.SimplePublicObjectInput(properties=change))
    name, value = next(iter(change.items()))
    read = api.get_by_id(first.id, properties=[name], properties_with_history=[name])
    assert changed.properties[name] == read.properties[name] == value
    assert [entry.value for entry in read.properties_with_history[name]] == [value, given[name]]

    page = api.get_page(limit=1)
    following = api.get_page(limit=1, after=page.paging.next.after)
    assert [found.id for found in page.results + following.results] == [first.id, second.id]
    assert following.paging is None

    api.archive(second.id)
    with pytest.raises(models.exceptions.NotFoundException):
        api.get_by_id(second.id)
    assert api.get_by_id(second.id, archived=True).archived


def in_batches(api: Any, models: Any, given: dict[str, str], change: dict[str, str]) -> None:
    def ids(answer: Any) -> set[str]:
        assert answer.status == "COMPLETE"
        return {found.id for found in answer.results}

    inputs = [models.SimplePublicObjectBatchInputForCreate(properties=given, associations=[]) for _ in range(2)]
    made = ids(api.create(models.BatchInputSimplePublicObjectBatchInputForCreate(inputs)))
    name, value = next(iter(change.items()))
    renamed = [models.SimplePublicObjectBatchInput(id=one, properties=change) for one in made]
    assert ids(api.update(models.BatchInputSimplePublicObjectBatchInput(renamed))) == made

    by_number = [
        models.SimplePublicObjectBatchInputUpsert(id=number, id_property="erp_id", properties={**given, **change})
        for number in ("E-1", "E-2")
    ]
    upserted = api.upsert(models.BatchInputSimplePublicObjectBatchInputUpsert(by_number))
    again = api.upsert(models.BatchInputSimplePublicObjectBatchInputUpsert(by_number))
    assert ids(upserted) == ids(again)
    assert [result.new for result in upserted.results + again.results] == [True, True, False, False]

    everyone = [models.SimplePublicObjectId(id=one) for one in made | ids(upserted)]
    wanted = models.BatchReadInputSimplePublicObjectId(properties=[name], properties_with_history=[], inputs=everyone)
    read = api.read(wanted)
    assert ids(read) == made | ids(upserted)
    assert {found.properties[name] for found in read.results} == {value}

    api.archive(models.BatchInputSimplePublicObjectId([models.SimplePublicObjectId(id=one) for one in made]))
    # In a 207 the client has a model of its own, with what is missing.
    left = api.read(wanted)
    assert isinstance(left, models.BatchResponseSimplePublicObjectWithErrors)
    assert (ids(left), left.num_errors) == (ids(upserted), 1)
    assert set(left.errors[0].context["ids"]) == made


def searched(portal: Portal, api: Any, models: Any, change: dict[str, str]) -> None:
    portal.clock.advance(10)
    name, value = next(iter(change.items()))
    wanted = models.Filter(property_name=name, operator="EQ", value=value)
    asked = models.PublicObjectSearchRequest(
        filter_groups=[models.FilterGroup([wanted])], sorts=["hs_object_id"], properties=[name], limit=2, after="0"
    )
    page = api.do_search(asked)
    asked.after = page.paging.next.after
    last = api.do_search(asked)
    found = page.results + last.results
    assert (page.total, len(found), last.paging) == (3, 3, None)
    assert {one.properties[name] for one in found} == {value}


def merged(api: Any, models: Any, given: dict[str, str]) -> None:
    first, second = (
        api.create(models.SimplePublicObjectInputForCreate(properties=given, associations=[])) for _ in range(2)
    )
    left = api.merge(PublicMergeInput(primary_object_id=first.id, object_id_to_merge=second.id))
    assert isinstance(left, models.SimplePublicObject)
    assert api.get_by_id(second.id).id == left.id


def forgotten(api: Any, models: Any, given: dict[str, str]) -> None:
    contact = api.create(models.SimplePublicObjectInputForCreate(properties=given, associations=[]))
    assert api.purge(PublicGdprDeleteInput(object_id=contact.id)) is None
    with pytest.raises(models.exceptions.NotFoundException):
        api.get_by_id(contact.id)


# Associations


def associations(portal: Portal) -> None:
    people = portal.hubspot.people
    deal = people.creates("deals", {"dealname": "Warehouse"})
    companies = [people.creates("companies", {"name": name}) for name in ("Example Inc", "Sister Inc")]
    one_association(portal.client.crm.associations.v4.basic_api, deal, companies[0])
    many_associations(portal.client.crm.associations.v4.batch_api, deal, companies)
    made_with_a_record(portal, deal)
    in_v3(portal, deal, companies[0])
    labels(portal.client.crm.associations.v4.schema.definitions_api, portal, deal, companies[0])


def spec(type_id: int, category: str = "HUBSPOT_DEFINED") -> Any:
    return association_models.AssociationSpec(association_category=category, association_type_id=type_id)


def types_of(targets: list[Any]) -> dict[str, set[int]]:
    """By the id of the other end: clients compare ids as text."""
    return {str(target.to_object_id): {one.type_id for one in target.association_types} for target in targets}


def one_association(api: Any, deal: str, company: str) -> None:
    made = api.create_default("deals", deal, "companies", company)
    assert [result.association_spec.association_type_id for result in made.results] == [341, 342]
    named = api.create("deals", deal, "companies", company, [spec(5)])
    assert (str(named.from_object_id), str(named.to_object_id)) == (deal, company)

    page = api.get_page("deals", deal, "companies", limit=500)
    assert types_of(page.results) == {company: {5, 341}}

    assert api.archive("deals", deal, "companies", company) is None
    assert api.get_page("deals", deal, "companies").results == []


def many_associations(api: Any, deal: str, companies: list[str]) -> None:
    models = association_models

    def end(identifier: str) -> Any:
        return models.PublicObjectId(id=identifier)

    pairs = [models.PublicDefaultAssociationMultiPost(_from=end(deal), to=end(company)) for company in companies]
    batch = models.BatchInputPublicDefaultAssociationMultiPost(pairs)
    assert len(api.create_default("deals", "companies", batch).results) == 4
    primary = [models.PublicAssociationMultiPost(types=[spec(5)], _from=end(deal), to=end(companies[1]))]
    named = api.create("deals", "companies", models.BatchInputPublicAssociationMultiPost(primary))
    assert [str(result.to_object_id) for result in named.results] == [companies[1]]

    def read() -> Any:
        wanted = [models.PublicFetchAssociationsBatchRequest(id=deal)]
        return api.get_page("deals", "companies", models.BatchInputPublicFetchAssociationsBatchRequest(wanted))

    (found,) = read().results
    assert found._from.id == deal
    assert types_of(found.to) == {companies[0]: {341}, companies[1]: {5, 341}}

    api.archive_labels("deals", "companies", models.BatchInputPublicAssociationMultiPost(primary))
    assert types_of(read().results[0].to) == {company: {341} for company in companies}

    gone = models.PublicAssociationMultiArchive(_from=end(deal), to=[end(company) for company in companies])
    api.archive("deals", "companies", models.BatchInputPublicAssociationMultiArchive([gone]))
    answer = read()
    assert (answer.results, answer.num_errors) == ([], 1)


def made_with_a_record(portal: Portal, deal: str) -> None:
    models = import_module("hubspot.crm.objects.notes")
    to_deal = models.PublicAssociationsForObject(to=models.PublicObjectId(id=deal), types=[spec(214)])
    note = models.SimplePublicObjectInputForCreate(properties={"hs_timestamp": DUE}, associations=[to_deal])
    made = portal.client.crm.objects.notes.basic_api.create(note)
    read = portal.client.crm.objects.notes.basic_api.get_by_id(made.id, associations=["deals"])
    assert {result.id for result in read.associations["deals"].results} == {deal}


def in_v3(portal: Portal, deal: str, company: str) -> None:
    """The client has left these to its users: their type is in the path."""
    path = f"/crm/v3/objects/deals/{deal}/associations/companies/{company}/5"
    basic = portal.client.crm.associations.v4.basic_api
    assert portal.ask(path, "PUT")["id"] == deal
    assert 5 in types_of(basic.get_page("deals", deal, "companies").results)[company]
    assert portal.ask(path, "DELETE") is None
    assert 5 not in types_of(basic.get_page("deals", deal, "companies").results).get(company, set())


def labels(api: Any, portal: Portal, deal: str, company: str) -> None:
    models = label_models
    made = api.create(
        "deals",
        "companies",
        models.PublicAssociationDefinitionCreateRequest(name="reseller", label="Reseller", inverse_label="Resells"),
    )
    assert {result.category for result in made.results} == {"USER_DEFINED"}
    there = {result.label: result.type_id for result in api.get_all("deals", "companies").results}
    back = {result.label: result.type_id for result in api.get_all("companies", "deals").results}
    assert {there["Reseller"], back["Resells"]} == {result.type_id for result in made.results}

    basic = portal.client.crm.associations.v4.basic_api
    named = basic.create("deals", deal, "companies", company, [spec(there["Reseller"], "USER_DEFINED")])
    assert named.labels == ["Reseller"]

    change = models.PublicAssociationDefinitionUpdateRequest(association_type_id=there["Reseller"], label="Partner")
    assert api.update("deals", "companies", change) is None
    assert "Partner" in {result.label for result in api.get_all("deals", "companies").results}

    basic.archive("deals", deal, "companies", company)
    assert api.remove("deals", "companies", there["Reseller"]) is None
    assert "Partner" not in {result.label for result in api.get_all("deals", "companies").results}


TOURS: dict[str, Callable[[Portal], None]] = {
    **{kind: partial(records, kind=kind) for kind in KINDS},
    "associations": associations,
}


@pytest.mark.parametrize("area", TOURS)
def test_the_client_calls_every_endpoint_and_understands_the_answers(area: str, portal: Portal) -> None:
    TOURS[area](portal)

    assert portal.missed(area) == set()


def test_no_endpoint_of_records_is_without_a_tour() -> None:
    assert TOURS.keys() == operations().keys() & RECORDS
