"""The endpoints of pipelines and of their stages. Only deals have pipelines here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

from cosell.sandbox.hubspot import stages
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.hubspot.people import FIRST_USER
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.stages import stage_json
from cosell.sandbox.hubspot.state import Audit, Pipeline, Stage
from cosell.sandbox.hubspot.values import instant

DEFAULT = "default"
FIRST_ID = 160_000_001
_FROM_ELSEWHERE = "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"

Action = Literal["CREATE", "UPDATE", "DELETE"]


def pipeline_json(pipeline: Pipeline) -> Json:
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [stage_json(stage) for stage in pipeline.stages],
        "createdAt": instant(pipeline.created_ms),
        "updatedAt": instant(pipeline.updated_ms),
        "archived": pipeline.archived,
    }


# Whoever changes a pipeline


def put(crm: Crm, pipeline: Pipeline, action: Action) -> None:
    """Keeps a pipeline as it is now, with its log. Raises Refused for one that cannot be beside the others."""
    stages.check(pipeline.stages)
    others = [other for other in crm.portal.pipelines.values() if other.id != pipeline.id]
    if any(other.label.casefold() == pipeline.label.casefold() for other in others):
        raise invalid(f"An active pipeline with label '{pipeline.label}' already exists")
    taken = {stage.id for other in others for stage in other.stages}
    if both := sorted(taken & {stage.id for stage in pipeline.stages}):
        message = f"Stage ids exist in another pipeline: [{', '.join(both)}]"
        raise Refused(409, message, "CONFLICT", sub_category=_FROM_ELSEWHERE, context={"stageIds": both})
    pipeline.stages.sort(key=lambda stage: (stage.display_order, stage.label))
    crm.portal.pipelines[pipeline.id] = pipeline
    _log(crm, pipeline.id, action, "Pipeline", _raw(crm, pipeline))


def _log(crm: Crm, subject: str, action: Action, what: str, raw: Json) -> None:
    message = f"{what} {action.lower()}"
    crm.portal.audits.append(Audit(subject, action, crm.now_ms, message, json.dumps(raw, separators=(",", ":"))))


def _raw(crm: Crm, pipeline: Pipeline) -> Json:
    deals = KINDS["deals"]
    return {
        "pipelineId": pipeline.id,
        "portalId": crm.portal.id,
        "objectType": deals.legacy,
        "objectTypeId": deals.type_id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "active": True,
        "stages": [_raw_stage(crm, pipeline, stage) for stage in pipeline.stages],
        "createdAt": pipeline.created_ms,
        "updatedAt": pipeline.updated_ms,
        "default": pipeline.id == DEFAULT,
    }


def _raw_stage(crm: Crm, pipeline: Pipeline, stage: Stage) -> Json:
    return {
        "stageId": stage.id,
        "portalId": crm.portal.id,
        "pipelineId": pipeline.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": stage_json(stage)["metadata"],
        "createdAt": stage.created_ms,
        "updatedAt": stage.updated_ms,
        "active": True,
    }


def _audit_json(crm: Crm, audit: Audit) -> Json:
    return {
        "portalId": crm.portal.id,
        "identifier": f"{crm.portal.id}:{audit.subject}",
        "action": audit.action,
        "timestamp": instant(audit.at_ms),
        "message": audit.message,
        "rawObject": audit.raw,
        "fromUserId": FIRST_USER,  # whoever installed the app
    }


def _audits(call: Call, subject: str) -> Reply:
    """The log of a pipeline or stage, newest first."""
    found = [audit for audit in reversed(call.crm.portal.audits) if audit.subject == subject]
    return Reply(200, {"results": [_audit_json(call.crm, audit) for audit in found]})


# Pipelines


def _all(call: Call) -> dict[str, Pipeline]:
    return call.crm.portal.pipelines if call.kind.name == "deals" else {}


def _found(call: Call) -> Pipeline:
    found = _all(call).get(call.params["id"])
    if found is None:
        raise Refused(404, "resource not found", "OBJECT_NOT_FOUND")
    return found


def page(call: Call) -> Reply:
    listed = sorted(_all(call).values(), key=lambda pipeline: (pipeline.display_order, pipeline.label))
    return Reply(200, {"results": [pipeline_json(one) for one in listed]})


def get(call: Call) -> Reply:
    return Reply(200, pipeline_json(_found(call)))


def create(call: Call) -> Reply:
    """A further pipeline, under the id given or a number."""
    known = call.crm.portal.pipelines
    if call.kind.name != "deals":
        raise invalid(f"{call.kind.legacy} objects have no pipelines")
    if len(known) >= call.crm.switches.pipeline_limit:
        raise invalid(f"The account has {len(known)} pipelines of deals, which is the most it can have")
    id_: str = call.member("pipelineId", str, default="") or _new_id(call)
    if id_ in known:
        raise invalid(f"There's another pipeline in this portal with pipelineId {id_}")
    now = call.crm.now_ms
    pipeline = _read(call, Pipeline(id_, "", 0, [], now, now))
    put(call.crm, pipeline, "CREATE")
    return Reply(201, pipeline_json(pipeline))


def _new_id(call: Call) -> str:
    while (id_ := call.crm.portal.next_number("pipelines", FIRST_ID)) in call.crm.portal.pipelines:
        pass
    return id_


def _read(call: Call, before: Pipeline) -> Pipeline:
    """The pipeline as the body describes it in full; stages it names by id stay those they are."""
    label, order = stages.label_and_order(call, call.body)
    given = call.objects("stages", default=[])
    listed = [_read_stage(call, before, one) for one in given]
    return replace(before, label=label, display_order=order, stages=listed, updated_ms=call.crm.now_ms)


def _read_stage(call: Call, pipeline: Pipeline, given: dict[str, Any]) -> Stage:
    id_: str = call.member("stageId", str, default="", inside=given)
    stage = stages.read(call, given, id_ or stages.new_id(call.crm.portal))
    kept = next((one for one in pipeline.stages if one.id == id_), None)
    return stage if kept is None else replace(stage, created_ms=kept.created_ms)


def replace_(call: Call) -> Reply:
    """Sets a pipeline to exactly what the body says; stages that it leaves out are gone."""
    before = _found(call)
    pipeline = _read(call, before)
    kept = {stage.id for stage in pipeline.stages}
    stages.check(pipeline.stages)
    stages.check_unused(call, [stage for stage in before.stages if stage.id not in kept])
    put(call.crm, pipeline, "UPDATE")
    return Reply(200, pipeline_json(pipeline))


def update(call: Call) -> Reply:
    """Changes label and order; stages have endpoints of their own."""
    before = _found(call)
    _not_archived(call)
    given = {"label": before.label, "displayOrder": before.display_order, **call.body}
    label, order = stages.label_and_order(call, given)
    now = call.crm.now_ms
    moved = [replace(stage, updated_ms=now) for stage in before.stages]
    pipeline = replace(before, label=label, display_order=order, stages=moved, updated_ms=now)
    put(call.crm, pipeline, "UPDATE")
    return Reply(200, pipeline_json(pipeline))


def _not_archived(call: Call) -> None:
    if call.body.get("archived") is not None:
        raise invalid("archived can only be given to restore what is archived")


def delete(call: Call) -> Reply:
    """Takes a pipeline away for good."""
    pipeline = _found(call)
    if pipeline.id == DEFAULT:
        raise invalid("The default pipeline cannot be deleted")
    stages.check_unused(call, pipeline.stages)
    del call.crm.portal.pipelines[pipeline.id]
    _log(call.crm, pipeline.id, "DELETE", "Pipeline", _raw(call.crm, pipeline))
    return Reply(204)


def audit(call: Call) -> Reply:
    return _audits(call, _found(call).id)


# Stages


def _found_stage(call: Call) -> tuple[Pipeline, Stage]:
    pipeline = _found(call)
    for stage in pipeline.stages:
        if stage.id == call.params["stage_id"]:
            return pipeline, stage
    raise Refused(404, "resource not found", "OBJECT_NOT_FOUND")


def stage_page(call: Call) -> Reply:
    return Reply(200, {"results": [stage_json(stage) for stage in _found(call).stages]})


def get_stage(call: Call) -> Reply:
    return Reply(200, stage_json(_found_stage(call)[1]))


def create_stage(call: Call) -> Reply:
    pipeline = _found(call)
    id_: str = call.member("stageId", str, default="") or stages.new_id(call.crm.portal)
    if call.crm.portal.stage(id_) is not None:
        raise Refused(400, f"A pipeline is already using stage id {id_}")
    stage = stages.read(call, call.body, id_)
    return Reply(201, _put_stage(call, pipeline, stage, "CREATE"))


def replace_stage(call: Call) -> Reply:
    """Sets a stage to exactly what the body says."""
    pipeline, before = _found_stage(call)
    stage = replace(stages.read(call, call.body, before.id), created_ms=before.created_ms)
    return Reply(200, _put_stage(call, pipeline, stage, "UPDATE"))


def update_stage(call: Call) -> Reply:
    """Changes what the body names; of the metadata, too."""
    pipeline, before = _found_stage(call)
    _not_archived(call)
    metadata = {"probability": before.probability, **call.member("metadata", dict, default={})}
    given = {"label": before.label, "displayOrder": before.display_order, **call.body, "metadata": metadata}
    stage = replace(stages.read(call, given, before.id), created_ms=before.created_ms)
    return Reply(200, _put_stage(call, pipeline, stage, "UPDATE"))


def _put_stage(call: Call, pipeline: Pipeline, stage: Stage, action: Action) -> Json:
    others = [one for one in pipeline.stages if one.id != stage.id]
    stages.check([*others, stage], sub_category=stages.LABEL_EXISTS)
    _log(call.crm, stage.id, action, "Stage", _raw_stage(call.crm, pipeline, stage))
    put(call.crm, replace(pipeline, stages=[*others, stage], updated_ms=call.crm.now_ms), "UPDATE")
    return stage_json(stage)


def delete_stage(call: Call) -> Reply:
    """Takes a stage away for good; also 204 for one that is not there. A pipeline keeps its last one."""
    pipeline = _all(call).get(call.params["id"])
    gone = [stage for stage in pipeline.stages if stage.id == call.params["stage_id"]] if pipeline else []
    if pipeline is None or not gone:
        return Reply(204)
    left = [stage for stage in pipeline.stages if stage not in gone]
    stages.check(left)
    stages.check_unused(call, gone)
    _log(call.crm, gone[0].id, "DELETE", "Stage", _raw_stage(call.crm, pipeline, gone[0]))
    put(call.crm, replace(pipeline, stages=left, updated_ms=call.crm.now_ms), "UPDATE")
    return Reply(204)


def stage_audit(call: Call) -> Reply:
    return _audits(call, _found_stage(call)[1].id)
