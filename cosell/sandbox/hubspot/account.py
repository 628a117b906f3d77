"""The endpoints that describe the account: details, owners, pipelines. Read only."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Owner, Pipeline, Stage
from cosell.sandbox.hubspot.values import instant


def details(call: Call) -> Reply:
    portal = call.crm.portal
    offset = datetime.fromtimestamp(call.crm.clock.now, ZoneInfo(portal.time_zone)).utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    answer = {
        "portalId": portal.id,
        "accountType": "STANDARD",
        "timeZone": portal.time_zone,
        "companyCurrency": portal.currency,
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{hours:02}:{rest:02}",
        "utcOffsetMilliseconds": minutes * 60_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    return Reply(200, answer)


# Owners


def _owner_json(owner: Owner) -> Json:
    """An archived owner has no user id any more, but the id it had."""
    return {
        "id": owner.id,
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "userId": None if owner.archived else owner.user_id,
        "userIdIncludingInactive": owner.user_id,
        "createdAt": instant(owner.created_ms),
        "updatedAt": instant(owner.created_ms),
        "archived": owner.archived,
        "teams": [],
    }


def owners(call: Call) -> Reply:
    archived, email, limit = call.flag("archived"), call.text("email"), call.limit(100, 500)
    found = [
        owner
        for owner in call.crm.portal.owners.values()
        if owner.archived == archived and (email is None or owner.email.casefold() == email.casefold())
    ]
    start = call.after
    body: Json = {"results": [_owner_json(owner) for owner in found[start : start + limit]]}
    if len(found) > start + limit:
        body["paging"] = {"next": {"after": str(start + limit)}}
    return Reply(200, body)


def owner(call: Call) -> Reply:
    key, by_user, archived = (
        call.params["id"],
        (call.text("idProperty") or "id").lower() == "userid",
        call.flag("archived"),
    )
    for one in call.crm.portal.owners.values():
        if key == (str(one.user_id) if by_user else one.id) and one.archived == archived:
            return Reply(200, _owner_json(one))
    raise Refused(404, "resource not found")


# Pipelines


def _stage_json(pipeline: Pipeline, stage: Stage) -> Json:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": {"isClosed": str(stage.closed).lower(), "probability": stage.probability},
        "createdAt": instant(pipeline.created_ms),
        "updatedAt": instant(pipeline.updated_ms),
        "archived": stage.archived,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def _pipeline_json(pipeline: Pipeline) -> Json:
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [_stage_json(pipeline, stage) for stage in pipeline.stages],
        "createdAt": instant(pipeline.created_ms),
        "updatedAt": instant(pipeline.updated_ms),
        "archived": pipeline.archived,
    }


def _pipelines(call: Call) -> dict[str, Pipeline]:
    return call.crm.portal.pipelines if call.kind.name == "deals" else {}


def _pipeline(call: Call) -> Pipeline:
    found = _pipelines(call).get(call.params["id"])
    if found is None:
        raise Refused(404, "resource not found", "OBJECT_NOT_FOUND")
    return found


def pipelines(call: Call) -> Reply:
    return Reply(200, {"results": [_pipeline_json(one) for one in _pipelines(call).values()]})


def pipeline(call: Call) -> Reply:
    return Reply(200, _pipeline_json(_pipeline(call)))


def stages(call: Call) -> Reply:
    found = _pipeline(call)
    return Reply(200, {"results": [_stage_json(found, stage) for stage in found.stages]})


def stage(call: Call) -> Reply:
    found = _pipeline(call)
    for one in found.stages:
        if one.id == call.params["stage_id"]:
            return Reply(200, _stage_json(found, one))
    raise Refused(404, "resource not found", "OBJECT_NOT_FOUND")
