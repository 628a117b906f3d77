"""The endpoints that say how much of the account's allowances is used: custom properties and pipelines. Read only."""

from __future__ import annotations

from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.shapes import Json


def custom_properties(call: Call) -> Reply:
    """By object type, and in all, which need not be their sum."""
    switches = call.crm.switches
    used = {kind.name: _custom(call, kind) for kind in KINDS.values()}
    listed = [_use(KINDS[name], usage, switches.custom_property_limit) for name, usage in used.items()]
    most, usage = switches.custom_property_limit_in_all, sum(used.values())
    in_all = {"overallLimit": most, "overallUsage": usage, "overallPercentage": usage / most}
    return Reply(200, {**in_all, "byObjectType": listed})


def pipelines(call: Call) -> Reply:
    """Only deals have pipelines here, and there are no custom objects."""
    deals = _use(KINDS["deals"], len(call.crm.portal.pipelines), call.crm.switches.pipeline_limit)
    none = {"overallLimit": 0, "overallUsage": 0, "overallPercentage": 0.0, "byObjectType": []}
    return Reply(200, {"hubspotDefinedObjectTypes": [deals], "customObjectTypes": none})


def _custom(call: Call, kind: Kind) -> int:
    definitions = call.crm.portal.definitions[kind.name].values()
    return sum(not definition.standard and not definition.archived for definition in definitions)


def _use(kind: Kind, usage: int, limit: int) -> Json:
    words = kind.singular.replace("_", " ").capitalize(), kind.name.replace("_", " ").capitalize()
    return {
        "objectTypeId": kind.type_id,
        "singularLabel": words[0],
        "pluralLabel": words[1],
        "limit": limit,
        "usage": usage,
        "percentage": usage / limit,
    }
