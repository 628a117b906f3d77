"""A pipeline to test with."""

from __future__ import annotations

from typing import Any

import httpx

V3 = "/crm/v3/pipelines/deals"
DATED = "/crm/pipelines/2026-09/deals"
DEALS = "/crm/objects/2026-09/deals"


def stage(label: str, probability: object, order: int = 0, **more: Any) -> dict[str, Any]:
    return {"label": label, "displayOrder": order, "metadata": {"probability": probability}, **more}


RENEWALS = {
    "label": "Renewals",
    "displayOrder": 3,
    "stages": [stage("Due", "0.2", 0), stage("Renewed", "1.0", 1, stageId="renewed"), stage("Gone", "0.0", 2)],
}


def in_use(api: httpx.Client) -> str:
    """A pipeline with a deal in its first stage; returns the deal's id."""
    stages = [stage("Due", "0.2", 0, stageId="due"), stage("Renewed", "1.0", 1, stageId="renewed")]
    api.post(V3, json={**RENEWALS, "pipelineId": "renewals", "stages": stages})
    properties = {"dealname": "x", "pipeline": "renewals", "dealstage": "due"}
    id_: str = api.post(DEALS, json={"properties": properties}).json()["id"]
    return id_
