"""Stages of a pipeline."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.cosell.sandbox.hubspot.renewals import DATED, DEALS, RENEWALS, V3, in_use, stage
from tests.support.rules import Source, rule


@rule("A stage of a deal pipeline needs label, order and a probability from 0.0 to 1.0.", Source.HS_PIPELINES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "x", "displayOrder": 0},
        {"label": "x", "displayOrder": 0, "metadata": {}},
        {"displayOrder": 0, "metadata": {"probability": "0.1"}},
        {"label": "x", "metadata": {"probability": "0.1"}},
        *[stage("x", probability) for probability in ("", "high", "-0.1", "1.1", 2, True, None, "NaN", "Infinity")],
    ],
)
def test_stages_that_are_refused(api: httpx.Client, wrong: dict[str, Any]) -> None:
    assert api.post(f"{V3}/default/stages", json=wrong).status_code == 400
    assert api.post(V3, json={**RENEWALS, "stages": [wrong]}).status_code == 400
    assert len(api.get(f"{V3}/default/stages").json()["results"]) == 7


@rule(
    "A probability may be a number or a text, and is kept as a text; closed is what is 0.0 or 1.0.",
    Source.HS_PIPELINES,
    Source.HS_COMMUNITY,
)
@pytest.mark.parametrize(
    ("given", "kept", "closed"),
    [(0.5, "0.5", "false"), ("0.50", "0.5", "false"), (1, "1.0", "true"), ("0", "0.0", "true")],
)
def test_probabilities(api: httpx.Client, given: object, kept: str, closed: str) -> None:
    body = api.post(f"{V3}/default/stages", json=stage("x", given, 9)).json()

    assert body["metadata"] == {"isClosed": closed, "probability": kept}


@rule("A probability is a multiple of 0.1.", Source.HS_PIPELINES, switch="probability_in_tenths")
@pytest.mark.parametrize(("strict", "status"), [(True, 400), (False, 201)])
def test_probabilities_between_tenths(portal: Portal, *, strict: bool, status: int) -> None:
    _, api = portal(probability_in_tenths=strict)

    assert api.post(f"{V3}/default/stages", json=stage("x", "0.25", 9)).status_code == status


@rule(
    "Stage ids are unique across pipelines: another's id is a 409 in a pipeline, a 400 for a single stage.",
    Source.HS_PIPELINES,
    Source.HS_COMMUNITY,
)
def test_stage_ids_of_another_pipeline(api: httpx.Client) -> None:
    borrowed = stage("x", "0.1", 9, stageId="closedwon")

    created = api.post(V3, json={**RENEWALS, "stages": [borrowed]})
    assert (created.status_code, created.json()["subCategory"]) == (
        409,
        "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE",
    )
    single = api.post(f"{V3}/default/stages", json=borrowed)
    assert (single.status_code, "category" in single.json()) == (400, False)
    twice = [stage("x", "0.1", 1, stageId="one"), stage("y", "0.1", 2, stageId="one")]
    assert api.post(V3, json={**RENEWALS, "stages": twice}).status_code == 400


@rule("Stage labels are unique within a pipeline, whatever their case.", Source.HS_PIPELINES)
def test_stage_labels(api: httpx.Client) -> None:
    refused = api.post(f"{V3}/default/stages", json=stage(" closed WON", "0.1", 9))

    assert (refused.status_code, refused.json()["subCategory"]) == (400, "PipelineError.STAGE_LABEL_EXISTS")
    assert api.post(V3, json={**RENEWALS, "stages": [stage("Closed Won", "1.0")]}).status_code == 201


@rule("Stages are created, replaced, changed in part and deleted on their own.", Source.HS_PIPELINES)
@pytest.mark.parametrize("base", [V3, DATED])
def test_a_stage_from_start_to_end(api: httpx.Client, clock: Clock, base: str) -> None:
    created = api.post(f"{base}/default/stages", json=stage("Legal", "0.7", 9))
    assert created.status_code == 201
    made = created.json()
    path = f"{base}/default/stages/{made['id']}"
    assert (made["id"].isdigit(), api.get(path).json()) == (True, made)
    clock.advance(60)

    replaced = api.put(path, json=stage("Legal review", "0.8", 8))
    assert (replaced.status_code, replaced.json()) == (200, api.get(path).json())
    assert replaced.json()["createdAt"] == made["createdAt"] != replaced.json()["updatedAt"]
    assert api.put(path, json={"label": "Legal"}).status_code == 400

    patched = api.patch(path, json={"label": "Lawyers", "metadata": {}}).json()
    assert (patched["label"], patched["displayOrder"], patched["metadata"]["probability"]) == ("Lawyers", 8, "0.8")
    assert api.patch(path, json={"metadata": {"probability": 0.9}}).json()["metadata"]["probability"] == "0.9"
    assert api.patch(path, json={"metadata": {"probability": None}}).status_code == 400
    assert api.patch(path, json={"archived": True}).status_code == 400

    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.delete(path).status_code == 204


@rule("The probability of its stage is a deal's probability.", Source.HS_DEALS)
def test_a_changed_probability_reaches_deals_with_their_next_change(api: httpx.Client) -> None:
    deal = in_use(api)
    api.patch(f"{V3}/renewals/stages/due", json={"metadata": {"probability": "0.5"}})

    body = api.patch(f"{DEALS}/{deal}", json={"properties": {"amount": "1"}}).json()

    assert body["properties"]["hs_deal_stage_probability"] == "0.5"


@rule(
    "A pipeline keeps its last stage; deleting a stage of another pipeline does nothing.",
    Source.HS_PIPELINES,
    Source.HS_COMMUNITY,
)
def test_the_last_stage(api: httpx.Client) -> None:
    api.post(V3, json={**RENEWALS, "pipelineId": "renewals", "stages": [stage("Only", "0.1", stageId="only")]})

    assert api.delete(f"{V3}/renewals/stages/only").status_code == 400
    assert api.delete(f"{V3}/default/stages/only").status_code == 204
    assert api.delete(f"{V3}/nope/stages/only").status_code == 204
    assert api.get(f"{V3}/renewals/stages/only").status_code == 200
