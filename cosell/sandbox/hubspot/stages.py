"""A stage of a deal pipeline: read from a request, checked, printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cosell.sandbox.hubspot.calls import Call
from cosell.sandbox.hubspot.errors import invalid
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Portal, Stage
from cosell.sandbox.hubspot.values import instant

MOST_STAGES = 100
FIRST_ID = 170_000_001
LABEL_EXISTS = "PipelineError.STAGE_LABEL_EXISTS"


def stage_json(stage: Stage) -> Json:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": {"isClosed": str(stage.closed).lower(), "probability": stage.probability},
        "createdAt": instant(stage.created_ms),
        "updatedAt": instant(stage.updated_ms),
        "archived": stage.archived,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def read(call: Call, given: Mapping[str, Any], id_: str) -> Stage:
    """The stage a request describes in full. Raises Refused."""
    label, order = label_and_order(call, given)
    metadata: dict[str, Any] = call.member("metadata", dict, inside=given)
    now = call.crm.now_ms
    likelihood = probability(metadata.get("probability"), in_tenths=call.crm.switches.probability_in_tenths)
    return Stage(id_, label, order, likelihood, created_ms=now, updated_ms=now)


def label_and_order(call: Call, given: Mapping[str, Any]) -> tuple[str, int]:
    """What pipelines and stages both need. Raises Refused."""
    label: str = call.member("label", str, inside=given)
    order: int = call.member("displayOrder", int, inside=given)
    if not label.strip():
        raise invalid("label must not be blank")
    if order < 0:
        raise invalid("displayOrder must not be negative")
    return label, order


def probability(given: object, *, in_tenths: bool) -> str:
    """How likely deals of a stage are won, as HubSpot prints it: `0.5`, `1.0`. Raises Refused."""
    if isinstance(given, bool) or not isinstance(given, str | int | float) or given == "":
        raise invalid("You must specify probability when writing a dealstage")
    try:
        number = Decimal(str(given))
    except InvalidOperation as wrong:
        raise invalid(f"{given} is not a probability") from wrong
    if not (number.is_finite() and 0 <= number <= 1):
        raise invalid("probability must be from 0.0 to 1.0")
    if in_tenths and (number * 10) % 1:
        raise invalid("probability must be a multiple of 0.1")
    return str(float(number))


def check(stages: Iterable[Stage], *, sub_category: str | None = None) -> None:
    """Raises Refused for stages that cannot be together in a pipeline: none, too many, or two with one label or id."""
    stages = list(stages)
    if not stages:
        raise invalid("Pipeline must have at least one stage")
    if len(stages) > MOST_STAGES:
        raise invalid(f"A pipeline has at most {MOST_STAGES} stages")
    if len({stage.id for stage in stages}) < len(stages):
        raise invalid("Stage ids must be unique")
    if len({stage.label.strip().casefold() for stage in stages}) < len(stages):
        raise invalid("Stage labels must be unique within a pipeline", sub_category=sub_category)


def new_id(portal: Portal) -> str:
    """A number no stage has."""
    while portal.stage(id_ := portal.next_number("stages", FIRST_ID)) is not None:
        pass
    return id_


def check_unused(call: Call, stages: Iterable[Stage]) -> None:
    """Refuses to take stages away that deals are in, where the version or the request asks for this check.

    Raises Refused. Archived deals do not count.
    """
    ids = [stage.id for stage in stages]
    if not _asked(call):
        return
    deals = [deal.id for deal in call.crm.portal.live("deals") if deal.value("dealstage") in ids]
    if deals:
        listed, users = (f"[{', '.join(names)}]" for names in (ids, deals))
        raise invalid(
            f"Stage IDs: {listed} are being referenced by object IDs: {users}",
            context={"stageIds": [listed], "objectIds": [users]},  # lists of one text, as HubSpot has them
            sub_category="PipelineError.STAGE_ID_IN_USE",
        )


def _asked(call: Call) -> bool:
    flags = ("validateReferencesBeforeDelete", "validateDealStageUsagesBeforeDelete")
    if call.rules_of_2026_09:
        declined = (call.text(flags[1]) or "").lower() == "false"
        return not (declined and call.crm.switches.stage_check_can_be_skipped)
    return any(call.flag(flag) for flag in flags)
