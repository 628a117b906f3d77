"""How much of the account's allowances is used."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot.kinds import KINDS
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

NEW = {"name": "region", "label": "Region", "type": "string", "fieldType": "text"}


@rule(
    "How many custom properties there are and can be is told by object type, and in all.",
    Source.HS_ALLOWANCES,
    switch="custom_property_limit_in_all",
)
@pytest.mark.parametrize("base", ["/crm/v3/limits", "/crm/limits/2026-09"])
def test_custom_properties(portal: Portal, base: str) -> None:
    hubspot, api = portal(custom_property_limit=4, custom_property_limit_in_all=2)
    hubspot.define("deals", "region")

    answer = api.get(f"{base}/custom-properties").json()

    assert (answer["overallLimit"], answer["overallUsage"], answer["overallPercentage"]) == (2, 1, 0.5)
    assert next(one for one in answer["byObjectType"] if one["objectTypeId"] == KINDS["deals"].type_id) == {
        "objectTypeId": "0-3",
        "singularLabel": "Deal",
        "pluralLabel": "Deals",
        "limit": 4,
        "usage": 1,
        "percentage": 0.25,
    }
    hubspot.define("contacts", "region")
    refused = api.post("/crm/v3/properties/companies", json=NEW | {"groupName": "companyinformation"})
    assert refused.status_code == 400
    assert "the most it can have" in refused.json()["message"]


@rule("How many pipelines there are and can be is told for each of HubSpot's own object types.", Source.HS_ALLOWANCES)
@pytest.mark.parametrize("base", ["/crm/v3/limits", "/crm/limits/2026-09"])
def test_pipelines(portal: Portal, base: str) -> None:
    _, api = portal(pipeline_limit=2)

    (deals,) = api.get(f"{base}/pipelines").json()["hubspotDefinedObjectTypes"]

    assert (deals["objectTypeId"], deals["limit"], deals["usage"]) == ("0-3", 2, 1)


@rule("Any scope of any object opens the allowances.", Source.HS_ALLOWANCES)
def test_scopes(portal: Portal) -> None:
    hubspot, api = portal()

    hubspot.app.scopes = {"oauth", "crm.objects.contacts.read"}
    assert api.get("/crm/limits/2026-09/pipelines").status_code == 200
    hubspot.app.scopes = {"oauth", "crm.schemas.deals.read"}
    assert api.get("/crm/limits/2026-09/pipelines").status_code == 403
