"""What a write must hold beyond the values being well formed: required properties, and properties that go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from cosell.sandbox.hubspot.errors import invalid
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.links import ends
from cosell.sandbox.hubspot.state import Definition, Portal, Record
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.values import Problem, values_refused

PINNED = "hs_pinned_engagement_id"
LIFECYCLE = "lifecyclestage"
_ACTIVITIES = ("notes", "tasks")

Values = dict[str, str | None]


def required(switches: Switches, kind: Kind, values: Mapping[str, str | None]) -> None:
    """What HubSpot itself asks for on create, whatever the version. Raises Refused."""
    groups = () if kind.name == "deals" and not switches.deals_need_name_and_stage else kind.required
    missing = [group[0] for group in groups if not any(values.get(name) for name in group)]
    if missing:
        message = f"Error creating {kind.legacy}. Some required properties were not set."
        raise invalid(message, context={"properties": missing})


def admins_rules(portal: Portal, kind: Kind, values: Mapping[str, str | None], record: Record | None) -> None:
    """What the portal's admins ask for; 2026-09 and later versions honour it. Raises Refused.

    An update is held to the rules that concern what it writes, not to what was missing before.
    """
    definitions = [one for one in portal.definitions[kind.name].values() if not one.archived]
    problems = [problem for one in definitions for problem in _rules_broken(one, values, record)]
    if problems:
        raise values_refused(portal.id, problems)


def _rules_broken(definition: Definition, values: Mapping[str, str | None], record: Record | None) -> Iterator[Problem]:
    name = definition.name
    after: Mapping[str, str | None] = values if record is None else {**record.properties, **values}
    if after.get(name):
        return
    if definition.required and (record is None or name in values):
        yield Problem(name, "MISSING_REQUIRED_PROPERTY", f"A value for {name} must be provided")
    if definition.required_if is not None:
        other, which = definition.required_if
        if after.get(other) in which and (record is None or not values.keys().isdisjoint((name, other))):
            message = f"{name} is required because of a conditional property rule based on [{other}]"
            yield Problem(name, "MISSING_CONDITIONAL_REQUIRED_PROPERTY", message)


def stage(
    portal: Portal, switches: Switches, kind: Kind, values: Mapping[str, str | None], record: Record | None
) -> None:
    """A stage must be one of the deal's pipeline; the code and the sentence are not documented. Raises Refused."""
    if kind.name != "deals" or switches.stage_of_other_pipeline == "accepted":
        return
    current = record.properties if record else {}
    stage_id = values.get("dealstage", current.get("dealstage"))
    pipeline_id = values.get("pipeline", current.get("pipeline"))
    found = portal.stage(stage_id or "")
    if found is not None and found[0].id != pipeline_id and not {"dealstage", "pipeline"}.isdisjoint(values):
        message = f'"{stage_id}" is not a stage of the pipeline "{pipeline_id}"'
        raise values_refused(portal.id, [Problem("dealstage", "INVALID_OPTION", message, stage_id)])


def forward_only(portal: Portal, switches: Switches, kind: Kind, values: Values, record: Record | None) -> None:
    """A lifecycle stage does not move back unless it is cleared first: such a value is dropped. Raises Refused."""
    before, after = record.value(LIFECYCLE) if record else None, values.get(LIFECYCLE)
    if not before or not after or switches.lifecycle_backwards == "accepted":
        return
    order = [option.value for option in portal.definitions[kind.name][LIFECYCLE].options]
    if before not in order or order.index(after) >= order.index(before):
        return
    if switches.lifecycle_backwards == "refused":
        message = f"{LIFECYCLE} cannot move back from {before} to {after}"
        raise values_refused(portal.id, [Problem(LIFECYCLE, "INVALID_OPTION", message, after)])
    values[LIFECYCLE] = before


def line_item(portal: Portal, switches: Switches, kind: Kind, values: Mapping[str, str | None]) -> None:
    """A line item's price is not negative, and its product exists. Raises Refused."""
    if kind.name != "line_items":
        return
    price, product = values.get("price"), values.get("hs_product_id")
    if price and Decimal(price) < 0:
        raise values_refused(portal.id, [Problem("price", "INVALID_INTEGER", "price must not be negative", price)])
    known = portal.records["products"].get(product or "")
    if product and (known is None or known.archived) and switches.unknown_product == "refused":
        raise invalid(f"There is no product with the id {product}")


def pinned(kind: Kind, portal: Portal, values: Values, record: Record | None, planned: Iterable[Record]) -> None:
    """Only an activity that is associated with the record can be pinned to it. Raises Refused."""
    activity = values.get(PINNED)
    if kind.name != "deals" or not activity:
        return
    near = {other.id for other in planned if other.kind in _ACTIVITIES}
    if record is not None:
        near |= {id_ for name in _ACTIVITIES for id_ in ends(portal, record.end, KINDS[name])}
    if activity not in near:
        raise invalid(f"The activity {activity} cannot be pinned: it is not associated with the record")
