"""Pipelines of deals."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot, Refused
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.renewals import DATED, DEALS, RENEWALS, V3, in_use, stage
from tests.support.rules import Source, rule


@rule("The sales pipeline is called default; its stages have words as ids.", Source.HS_PIPELINES)
def test_the_default_pipeline(api: httpx.Client) -> None:
    (pipeline,) = api.get(DATED).json()["results"]

    assert (pipeline["id"], pipeline["label"], pipeline["archived"]) == ("default", "Sales Pipeline", False)
    assert [(one["id"], one["label"], one["metadata"]) for one in pipeline["stages"]] == [
        ("appointmentscheduled", "Appointment Scheduled", {"isClosed": "false", "probability": "0.2"}),
        ("qualifiedtobuy", "Qualified To Buy", {"isClosed": "false", "probability": "0.4"}),
        ("presentationscheduled", "Presentation Scheduled", {"isClosed": "false", "probability": "0.6"}),
        ("decisionmakerboughtin", "Decision Maker Bought-In", {"isClosed": "false", "probability": "0.8"}),
        ("contractsent", "Contract Sent", {"isClosed": "false", "probability": "0.9"}),
        ("closedwon", "Closed Won", {"isClosed": "true", "probability": "1.0"}),
        ("closedlost", "Closed Lost", {"isClosed": "true", "probability": "0.0"}),
    ]


@rule("Pipelines and stages are read one by one or all at once, in each family of paths.", Source.HS_PIPELINES)
@pytest.mark.parametrize("base", [V3, DATED, "/crm/pipelines/2026-03/0-3", "/crm/v3/pipelines/deal"])
def test_reading(hubspot: HubSpot, api: httpx.Client, base: str) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])

    second = api.get(base).json()["results"][1]

    assert api.get(f"{base}/148309411").json() == second
    assert api.get(f"{base}/148309411/stages").json()["results"] == second["stages"]
    assert api.get(f"{base}/148309411/stages/148309412").json() == second["stages"][0]
    assert second["stages"][0]["writePermissions"] == "CRM_PERMISSIONS_ENFORCEMENT"


@rule("A pipeline or stage that does not exist is a 404.", Source.HS_PIPELINES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("PUT", "/nope"),
        ("PATCH", "/nope"),
        ("DELETE", "/nope"),
        ("GET", "/nope/audit"),
        ("GET", "/nope/stages"),
        ("POST", "/nope/stages"),
        ("GET", "/default/stages/nope"),
        ("PUT", "/default/stages/nope"),
        ("PATCH", "/default/stages/nope"),
        ("GET", "/default/stages/nope/audit"),
    ],
)
def test_what_is_not_there(api: httpx.Client, method: str, path: str) -> None:
    response = api.request(method, f"{DATED}{path}", json={})

    assert (response.status_code, response.json()["category"]) == (404, "OBJECT_NOT_FOUND")


@rule(
    "A pipeline is created whole, with 201; without an id of its own it gets a number, as stages do.",
    Source.HS_PIPELINES,
)
@pytest.mark.parametrize("base", [V3, DATED])
def test_creating(api: httpx.Client, base: str) -> None:
    created = api.post(base, json=RENEWALS)

    assert created.status_code == 201
    body = created.json()
    assert body == api.get(f"{base}/{body['id']}").json()
    assert (body["label"], body["displayOrder"], body["id"].isdigit()) == ("Renewals", 3, True)
    due, renewed, gone = body["stages"]
    assert (due["id"].isdigit(), renewed["id"], gone["id"].isdigit()) == (True, "renewed", True)
    assert [one["metadata"]["isClosed"] for one in body["stages"]] == ["false", "true", "true"]
    deal = {"properties": {"dealname": "x", "pipeline": body["id"], "dealstage": due["id"]}}
    assert api.post(DEALS, json=deal).status_code == 201


@rule("Pipelines and stages are listed by their displayOrder, then by label.", Source.HS_PIPELINES)
def test_the_order_of_pipelines_and_stages(api: httpx.Client) -> None:
    stages = [stage("C", "0.3", 1), stage("B", "0.2", 0), stage("A", "0.1", 1)]

    body = api.post(V3, json={**RENEWALS, "displayOrder": 0, "stages": stages}).json()

    assert [one["label"] for one in body["stages"]] == ["B", "A", "C"]
    assert [one["label"] for one in api.get(V3).json()["results"]] == ["Renewals", "Sales Pipeline"]


@rule("A pipeline needs a label, an order and one to 100 stages.", Source.HS_PIPELINES)
@pytest.mark.parametrize(
    "change",
    [
        {"label": None},
        {"label": " "},
        {"displayOrder": None},
        {"displayOrder": -1},
        {"displayOrder": "1"},
        {"stages": None},
        {"stages": []},
        {"stages": [stage(f"Stage {number}", "0.1", number) for number in range(101)]},
        {"stages": ["x"]},
    ],
)
def test_pipelines_that_are_refused(api: httpx.Client, change: dict[str, Any]) -> None:
    response = api.post(V3, json={**RENEWALS, **change})

    assert (response.status_code, response.json()["category"]) == (400, "VALIDATION_ERROR")
    assert len(api.get(V3).json()["results"]) == 1


@rule("There is one deal pipeline on Free, and two on Starter.", Source.HS_PIPELINES, switch="pipeline_limit")
def test_the_most_pipelines(portal: Portal) -> None:
    for most in (1, 2):
        _, api = portal(pipeline_limit=most)
        statuses = [
            api.post(V3, json={"label": name, "displayOrder": 0, "stages": [stage("x", "0.1")]}).status_code
            for name in "ab"
        ]
        assert statuses == [201] * (most - 1) + [400] * (3 - most)


@rule("Two pipelines cannot share an id or a label, whatever its case.", Source.HS_PIPELINES, Source.HS_COMMUNITY)
@pytest.mark.parametrize("change", [{"pipelineId": "default"}, {"label": "sales PIPELINE"}])
def test_two_pipelines_alike(api: httpx.Client, change: dict[str, str]) -> None:
    assert api.post(V3, json={**RENEWALS, **change}).status_code == 400


@rule(
    "PUT replaces a pipeline: stages named by id stay, the others are new, those left out are gone.",
    Source.HS_PIPELINES,
)
def test_replacing(api: httpx.Client, clock: Clock) -> None:
    made = api.post(V3, json=RENEWALS).json()
    clock.advance(60)

    body = {
        "label": "Renewals 2",
        "displayOrder": 1,
        "stages": [stage("Done", "1.0", 1, stageId="renewed"), stage("Open", "0.3", 0)],
    }
    replaced = api.put(f"{DATED}/{made['id']}", json=body)

    assert replaced.status_code == 200
    now = api.get(f"{DATED}/{made['id']}").json()
    assert now == replaced.json()
    opened, renewed = now["stages"]
    assert (now["label"], now["displayOrder"], now["createdAt"]) == ("Renewals 2", 1, made["createdAt"])
    assert (renewed["id"], renewed["label"], renewed["createdAt"]) == ("renewed", "Done", made["createdAt"])
    assert opened["id"] not in {one["id"] for one in made["stages"]}
    assert opened["createdAt"] == now["updatedAt"] != made["updatedAt"]
    assert api.put(f"{DATED}/{made['id']}", json={"label": "Only a label"}).status_code == 400


@rule("PATCH changes a pipeline's label or order and leaves its stages.", Source.HS_PIPELINES)
def test_updating(api: httpx.Client, clock: Clock) -> None:
    before = api.get(f"{V3}/default").json()
    clock.advance(60)

    patched = api.patch(f"{V3}/default", json={"label": "Sales"})

    assert patched.status_code == 200
    body = patched.json()
    assert (body["label"], body["displayOrder"]) == ("Sales", 0)
    assert [one["id"] for one in body["stages"]] == [one["id"] for one in before["stages"]]
    assert {one["updatedAt"] for one in body["stages"]} == {body["updatedAt"]} != {before["updatedAt"]}
    assert api.patch(f"{V3}/default", json={"archived": False}).status_code == 400


@rule(
    "A pipeline is deleted with 204 and is gone, its deals are not; the default pipeline cannot be deleted.",
    Source.HS_PIPELINES,
)
def test_deleting(api: httpx.Client) -> None:
    made = api.post(V3, json={**RENEWALS, "pipelineId": "renewals"}).json()
    properties = {"dealname": "x", "pipeline": "renewals", "dealstage": made["stages"][0]["id"]}
    deal = api.post(DEALS, json={"properties": properties}).json()["id"]

    assert api.delete(f"{V3}/renewals").status_code == 204
    assert api.get(f"{V3}/renewals").status_code == 404
    assert api.get(f"{DEALS}/{deal}").json()["properties"]["dealstage"] == made["stages"][0]["id"]
    assert api.delete(f"{V3}/default").status_code == 400


IN_USE = [
    ("DELETE", "/renewals", {}),
    ("DELETE", "/renewals/stages/due", {}),
    ("PUT", "/renewals", {"label": "R", "displayOrder": 0, "stages": [stage("Renewed", "1.0", 0, stageId="renewed")]}),
]


@rule(
    "On 2026-09 a stage with deals cannot be taken away; the refusal names stages and deals.",
    Source.HS_PIPELINES,
    Source.HS_CHANGELOG,
)
@pytest.mark.parametrize(("method", "path", "body"), IN_USE)
def test_in_use_on_2026_09(api: httpx.Client, method: str, path: str, body: dict[str, Any]) -> None:
    deal = in_use(api)

    refused = api.request(method, DATED + path, json=body)

    assert refused.status_code == 400
    answer = refused.json()
    assert answer["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
    stages = "[due, renewed]" if path == "/renewals" and method == "DELETE" else "[due]"
    assert answer["context"] == {"stageIds": [stages], "objectIds": [f"[{deal}]"]}
    assert answer["message"] == f"Stage IDs: {stages} are being referenced by object IDs: [{deal}]"
    assert len(api.get(f"{DATED}/renewals/stages").json()["results"]) == 2

    api.delete(f"{DEALS}/{deal}")
    assert api.request(method, DATED + path, json=body).is_success


@rule(
    "Before 2026-09 a stage with deals can be taken away, unless the request asks to be checked.",
    Source.HS_PIPELINES,
    Source.HS_CHANGELOG,
)
@pytest.mark.parametrize("base", [V3, "/crm/pipelines/2026-03/deals"])
@pytest.mark.parametrize(("method", "path", "body"), IN_USE)
def test_in_use_before(api: httpx.Client, base: str, method: str, path: str, body: dict[str, Any]) -> None:
    in_use(api)

    for flag in ("validateReferencesBeforeDelete", "validateDealStageUsagesBeforeDelete"):
        assert api.request(method, f"{base}{path}?{flag}=true", json=body).status_code == 400
    assert api.request(method, f"{base}{path}?{flag}=false", json=body).is_success


@rule("On 2026-09 a request can skip the check for deals.", Source.HS_PIPELINES, switch="stage_check_can_be_skipped")
@pytest.mark.parametrize(("can", "status"), [(False, 400), (True, 204)])
def test_skipping_the_check(portal: Portal, *, can: bool, status: int) -> None:
    _, api = portal(stage_check_can_be_skipped=can)
    in_use(api)

    assert api.delete(f"{DATED}/renewals?validateDealStageUsagesBeforeDelete=false").status_code == status


@rule(
    "The log of a pipeline or stage lists its changes, newest first, each with what it was then.", Source.HS_PIPELINES
)
def test_the_log(api: httpx.Client, clock: Clock) -> None:
    api.post(V3, json={**RENEWALS, "pipelineId": "renewals"})
    clock.advance(60)
    api.patch(f"{V3}/renewals", json={"label": "Again"})
    api.patch(f"{V3}/renewals/stages/renewed", json={"label": "Won"})

    newest, middle, oldest = api.get(f"{DATED}/renewals/audit").json()["results"]

    assert [entry["action"] for entry in (newest, middle, oldest)] == ["UPDATE", "UPDATE", "CREATE"]
    assert (oldest["portalId"], oldest["identifier"], oldest["timestamp"]) == (
        44000001,
        "44000001:renewals",
        "2026-11-24T09:00:00Z",
    )
    assert [json.loads(entry["rawObject"])["label"] for entry in (middle, oldest)] == ["Again", "Renewals"]
    (of_stage,) = api.get(f"{V3}/renewals/stages/renewed/audit").json()["results"]
    assert (of_stage["action"], json.loads(of_stage["rawObject"])["label"]) == ("UPDATE", "Won")


@rule("A pipeline belongs to one object type.", Source.HS_PIPELINES)
def test_other_types(api: httpx.Client) -> None:
    assert api.get("/crm/v3/pipelines/contacts").json() == {"results": []}
    assert api.get("/crm/v3/pipelines/contacts/default").status_code == 404
    assert api.post("/crm/v3/pipelines/contacts", json=RENEWALS).status_code == 400


@rule("The same rules hold for pipelines that people make.", Source.HS_PIPELINES)
def test_an_admin_meets_the_same_rules(hubspot: HubSpot, api: httpx.Client) -> None:
    with pytest.raises(Refused, match="already exists"):
        hubspot.add_pipeline("sales", "Sales pipeline", [("first", "First", "0.1")])
    with pytest.raises(Refused, match="at least one stage"):
        hubspot.add_pipeline("empty", "Empty", [])

    hubspot.add_pipeline("160000001", "Numbers", [("170000001", "First", "0.1")])
    hubspot.portal.pipelines.pop("default")
    made = api.post(V3, json=RENEWALS).json()
    assert made["id"] == "160000002"
    assert "170000001" not in {one["id"] for one in made["stages"]}
