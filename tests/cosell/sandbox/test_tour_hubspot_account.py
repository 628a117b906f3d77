"""HubSpot's own Python client, used as its users use it: the account around the records, and its webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hubspot import HubSpot as Client
from hubspot import webhooks as webhook_models
from hubspot.crm import pipelines as pipeline_models
from hubspot.crm import properties as property_models

from tests.support.touring import RECORDS, Portal, operations, toured


@pytest.fixture
def portal() -> Iterator[Portal]:
    with toured() as made:
        yield made


def properties(portal: Portal) -> None:
    groups_of_properties(portal.client.crm.properties.groups_api)
    single_properties(portal.client.crm.properties.core_api)
    properties_in_batches(portal.client.crm.properties.batch_api)


def groups_of_properties(api: Any) -> None:
    models = property_models
    made = api.create("deals", models.PropertyGroupCreate(name="erp", label="ERP", display_order=3))
    assert (made.name, made.label, made.archived) == ("erp", "ERP", False)
    changed = api.update("deals", "erp", models.PropertyGroupUpdate(label="Our ERP"))
    assert changed.label == api.get_by_name("deals", "erp").label == "Our ERP"
    assert "erp" in {group.name for group in api.get_all("deals").results}

    api.create("deals", models.PropertyGroupCreate(name="spare", label="Spare"))
    api.archive("deals", "spare")
    with pytest.raises(models.exceptions.NotFoundException):
        api.get_by_name("deals", "spare")


def definition(name: str, **members: Any) -> Any:
    given = {"label": name, "type": "string", "field_type": "text", "group_name": "erp", **members}
    return property_models.PropertyCreate(name=name, **given)


def single_properties(api: Any) -> None:
    models = property_models
    options = [models.OptionInput(label=value.title(), value=value, hidden=False) for value in ("north", "south")]
    made = api.create("deals", definition("region", type="enumeration", field_type="select", options=options))
    assert isinstance(made, models.ModelProperty)
    assert [(option.label, option.value) for option in made.options] == [("North", "north"), ("South", "south")]
    assert api.create("deals", definition("erp_number", has_unique_value=True)).has_unique_value

    api.update("deals", "region", models.PropertyUpdate(label="Region", options=options[:1]))
    read = api.get_by_name("deals", "region")
    assert (read.label, [option.value for option in read.options]) == ("Region", ["north"])
    assert {"region", "erp_number", "dealname"} <= {found.name for found in api.get_all("deals").results}

    api.archive("deals", "region")
    assert [found.name for found in api.get_all("deals", archived=True).results] == ["region"]


def properties_in_batches(api: Any) -> None:
    models = property_models
    names = {"street", "house"}
    made = api.create("deals", models.BatchInputPropertyCreate([definition(name) for name in names]))
    assert {found.name for found in made.results} == names
    wanted = [models.PropertyName(name=name) for name in names]
    read = api.read("deals", models.BatchReadInputPropertyName(inputs=wanted, archived=False))
    assert {found.name for found in read.results} == names
    api.archive("deals", models.BatchInputPropertyName(wanted))
    gone = api.read("deals", models.BatchReadInputPropertyName(inputs=wanted, archived=True))
    assert {found.name for found in gone.results if found.archived} == names


def stage(label: str, order: int, probability: str) -> Any:
    return pipeline_models.PipelineStageInput(label=label, display_order=order, metadata={"probability": probability})


def pipelines(portal: Portal) -> None:
    api, models = portal.client.crm.pipelines.pipelines_api, pipeline_models
    (default,) = api.get_all("deals").results
    assert (default.id, len(default.stages)) == ("default", 7)
    ends = [stage("Open", 0, "0.5"), stage("Won", 1, "1.0")]
    made = api.create("deals", models.PipelineInput(label="Renewals", display_order=1, stages=ends))
    assert [(one.label, one.metadata["probability"]) for one in made.stages] == [("Open", "0.5"), ("Won", "1.0")]

    stages(portal, made.id)
    changed = api.update("deals", made.id, models.PipelinePatchInput(label="Renewing"))
    assert changed.label == api.get_by_id("deals", made.id).label == "Renewing"
    replaced = api.replace("deals", made.id, models.PipelineInput(label="Again", display_order=2, stages=ends))
    assert (replaced.id, replaced.label, len(replaced.stages)) == (made.id, "Again", 2)

    audits = portal.client.crm.pipelines.pipeline_audits_api.get_audit("deals", made.id).results
    assert {audit.action for audit in audits} == {"CREATE", "UPDATE"}
    api.archive("deals", made.id)
    assert [one.id for one in api.get_all("deals").results] == ["default"]


def stages(portal: Portal, pipeline: str) -> None:
    api, models = portal.client.crm.pipelines.pipeline_stages_api, pipeline_models
    made = api.create("deals", pipeline, stage("Lost", 2, "0.0"))
    assert (made.label, made.metadata["isClosed"]) == ("Lost", "true")
    api.update("deals", pipeline, made.id, models.PipelineStagePatchInput(label="Gone", metadata={}))
    assert api.get_by_id("deals", pipeline, made.id).label == "Gone"
    api.replace("deals", pipeline, made.id, stage("Left", 3, "0.0"))
    assert [one.label for one in api.get_all("deals", pipeline).results] == ["Open", "Won", "Left"]

    # The client's method cannot name the pipeline that its path asks for.
    log = portal.ask(f"/crm/v3/pipelines/deals/{pipeline}/stages/{made.id}/audit")
    assert [entry["action"] for entry in log["results"]] == ["UPDATE", "UPDATE", "CREATE"]
    api.archive("deals", pipeline, made.id)
    assert [one.label for one in api.get_all("deals", pipeline).results] == ["Open", "Won"]


def owners(portal: Portal) -> None:
    owner = portal.hubspot.add_owner("pat.partner@example.com", "Pat", "Partner")
    api = portal.client.crm.owners.owners_api
    assert {one.email for one in portal.client.crm.owners.get_all()} >= {"pat.partner@example.com"}
    (found,) = api.get_page(email="pat.partner@example.com", limit=10).results
    assert (found.id, found.first_name, found.type) == (owner, "Pat", "PERSON")
    assert api.get_by_id(found.user_id, id_property="userId").id == owner


def account(portal: Portal) -> None:
    """The client has no method for it: its users ask as they would any other path."""
    details = portal.ask("/account-info/v3/details")
    assert (details["portalId"], details["companyCurrency"]) == (portal.hubspot.portal.id, "USD")
    assert portal.ask("/crm/v3/limits/custom-properties")["overallUsage"] == 0
    assert portal.ask("/crm/v3/limits/pipelines")["hubspotDefinedObjectTypes"][0]["usage"] == 1


def webhooks(portal: Portal) -> None:
    """The developer of an app has a key of their own for it, no token."""
    developer = Client(api_key=portal.hubspot.app.developer_key, host=portal.at.url).webhooks
    settings_of_webhooks(developer.settings_api, portal.hubspot.app.app_id)
    subscriptions(developer.subscriptions_api, portal.hubspot.app.app_id)


def settings_of_webhooks(api: Any, app: int) -> None:
    models = webhook_models
    throttling = models.ThrottlingSettings(max_concurrent_requests=10)
    target = models.SettingsChangeRequest(target_url="https://cosell.example/webhooks", throttling=throttling)
    assert api.configure(app, target).target_url == "https://cosell.example/webhooks"
    assert api.get_all(app).throttling.max_concurrent_requests == 10
    api.clear(app)
    with pytest.raises(models.exceptions.NotFoundException):
        api.get_all(app)


def subscriptions(api: Any, app: int) -> None:
    models = webhook_models
    made = api.create(app, models.SubscriptionCreateRequest(event_type="deal.creation", active=True))
    other = api.create(
        app, models.SubscriptionCreateRequest(event_type="deal.propertyChange", property_name="amount", active=False)
    )
    assert (made.event_type, made.active, other.property_name) == ("deal.creation", True, "amount")
    assert [found.id for found in api.get_all(app).results] == [made.id, other.id]

    assert not api.update(made.id, app, models.SubscriptionPatchRequest(active=False)).active
    inputs = [models.SubscriptionBatchUpdateRequest(id=int(one.id), active=True) for one in (made, other)]
    changed = api.update_batch(app, models.BatchInputSubscriptionBatchUpdateRequest(inputs))
    assert [one.active for one in changed.results] == [True, True]
    assert api.get_by_id(made.id, app).active

    api.archive(made.id, app)
    assert [found.id for found in api.get_all(app).results] == [other.id]


TOURS: dict[str, Callable[[Portal], None]] = {
    "properties": properties,
    "pipelines": pipelines,
    "owners": owners,
    "account": account,
    "webhooks": webhooks,
}


@pytest.mark.parametrize("area", TOURS)
def test_the_client_calls_every_endpoint_and_understands_the_answers(area: str, portal: Portal) -> None:
    TOURS[area](portal)

    assert portal.missed(area) == set()


def test_no_endpoint_of_the_account_is_without_a_tour() -> None:
    assert TOURS.keys() == operations().keys() - RECORDS
