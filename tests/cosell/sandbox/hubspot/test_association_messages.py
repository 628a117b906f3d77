"""What a change of an association says in a webhook, and what generic subscriptions are told."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import HubSpot
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.told import USER, head, told
from tests.support.rules import Source, rule


@rule(
    "A primary association makes two messages at each end: the primary one and the unlabelled one.", Source.HS_WEBHOOKS
)
def test_a_primary_association_makes_two_messages_at_each_end(hubspot: HubSpot) -> None:
    company = hubspot.people.creates("companies", {"name": "Vandelay"})
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.app.subscribe("deal.associationChange")
    hubspot.app.subscribe("company.associationChange")

    hubspot.people.associates("deals", deal, "companies", company)

    messages = told(hubspot)
    assert sorted((one["associationType"], one["isPrimaryAssociation"]) for one in messages) == [
        ("COMPANY_TO_DEAL", False),
        ("COMPANY_TO_DEAL", True),
        ("DEAL_TO_COMPANY", False),
        ("DEAL_TO_COMPANY", True),
    ]
    expected = head("deal.associationChange")
    del expected["subscriptionId"]
    assert messages[0] == {
        **expected,
        "changeSource": "USER",
        "associationType": "DEAL_TO_COMPANY",
        "fromObjectId": int(deal),
        "toObjectId": int(company),
        "associationRemoved": False,
        "isPrimaryAssociation": True,
        "sourceId": "userId:75000001",
    }


@rule("An association that is taken away says so.", Source.HS_WEBHOOKS)
def test_a_removed_association_says_so(hubspot: HubSpot) -> None:
    contact = hubspot.people.creates("contacts", {"email": "art@vandelay.com"})
    deal = hubspot.people.creates("deals", {"dealname": "x"}, [("contacts", contact)])
    hubspot.app.subscribe("contact.associationChange")

    hubspot.people.dissociates("deals", deal, "contacts", contact)

    (message,) = told(hubspot)
    assert (message["associationType"], message["associationRemoved"]) == ("CONTACT_TO_DEAL", True)


@rule(
    "The change of an association carries no `subscriptionId`; by switch it does.",
    Source.HS_WEBHOOKS,
    Source.HS_COMMUNITY,
    switch="association_change_has_subscription",
)
@pytest.mark.parametrize("has", [True, False])
def test_the_subscription_of_association_changes(portal: Portal, *, has: bool) -> None:
    hubspot = portal(association_change_has_subscription=has)[0]
    hubspot.app.subscribe("deal.associationChange")
    company = hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert {one.get("subscriptionId") for one in told(hubspot)} == {4001 if has else None}


@rule(
    "The change of an association says whether it is the primary one, unless switched off.",
    Source.HS_WEBHOOKS,
    Source.HS_COMMUNITY,
    switch="association_change_has_primary",
)
@pytest.mark.parametrize(("has", "said"), [(True, {True, False}), (False, {None})])
def test_the_primary_of_association_changes(portal: Portal, said: set[bool | None], *, has: bool) -> None:
    hubspot = portal(association_change_has_primary=has)[0]
    hubspot.app.subscribe("deal.associationChange")
    company = hubspot.people.creates("companies", {"name": "Vandelay"})

    hubspot.people.creates("deals", {"dealname": "x"}, [("companies", company)])

    assert {one.get("isPrimaryAssociation") for one in told(hubspot)} == said


# Generic types


@rule("Generic types tell of any object type and name it by its id.", Source.HS_WEBHOOKS)
def test_generic_subscriptions_name_the_type(hubspot: HubSpot) -> None:
    hubspot.app.subscribe("object.propertyChange", "hs_task_status", object_type="task")
    hubspot.app.subscribe("object.creation", object_type="tasks")
    hubspot.app.subscribe("object.creation", object_type="notes")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    task = hubspot.people.creates("tasks", {"hs_task_status": "WAITING"}, [("deals", deal)])

    named = {"objectId": int(task), "objectTypeId": "0-27"}
    assert told(hubspot) == [
        {**head("object.creation", 4002), **named, "changeFlag": "CREATED", **USER},
        {
            **head("object.propertyChange"),
            **named,
            "propertyName": "hs_task_status",
            "propertyValue": "WAITING",
            **USER,
            "isSensitive": False,
        },
    ]


@rule(
    "A generic change of an association names both object types.",
    Source.HS_WEBHOOKS,
    switch="association_change_has_type",
)
@pytest.mark.parametrize(("has", "type_id", "category"), [(True, 216, "HUBSPOT_DEFINED"), (False, None, None)])
def test_generic_association_changes(portal: Portal, type_id: int | None, category: str | None, *, has: bool) -> None:
    hubspot = portal(association_change_has_type=has)[0]
    hubspot.app.subscribe("object.associationChange", object_type="0-27")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    hubspot.people.creates("tasks", {}, [("deals", deal)])

    (message,) = told(hubspot)
    assert (message["fromObjectTypeId"], message["toObjectTypeId"]) == ("0-27", "0-3")
    assert (message.get("associationTypeId"), message.get("associationCategory")) == (type_id, category)
