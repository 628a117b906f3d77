"""Values HubSpot sets by itself when others are written."""

from __future__ import annotations

from decimal import Decimal

from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.hubspot.links import ends
from cosell.sandbox.hubspot.state import Portal, Record
from cosell.sandbox.hubspot.values import instant

CALCULATED = {"hs_deal_stage_probability", "hs_is_closed", "hs_is_closed_won", "num_associated_contacts", "amount"}
"""HubSpot's own properties that it works out of others, where they are read-only: a deal's `amount` is not."""
_FROM_PRODUCT = (
    "name",
    "description",
    "price",
    "hs_sku",
    "hs_cost_of_goods_sold",
    "recurringbillingfrequency",
    "hs_recurring_billing_period",
)

Values = dict[str, str | None]


def before_create(portal: Portal, kind: str, values: Values) -> None:
    """Fills in what a new record takes from elsewhere: pipeline, company name, product data, a task's state."""
    if kind == "deals":
        stage = portal.stage(values.get("dealstage") or "")
        values.setdefault("pipeline", stage[0].id if stage else "default")
    elif kind == "companies" and not values.get("name"):
        values["name"] = values.get("domain")
    elif kind == "line_items":
        product = portal.records["products"].get(values.get("hs_product_id") or "")
        values.update(_copied(product, values) if product is not None else {})
    elif kind == "tasks":
        values.setdefault("hs_task_status", "NOT_STARTED")
        values.setdefault("hs_task_priority", "NONE")
        values.setdefault("hs_task_type", "TODO")


def _copied(product: Record, given: Values) -> Values:
    """What the product has and the line item is not given."""
    return {name: value for name in _FROM_PRODUCT if name not in given and (value := product.value(name)) is not None}


def calculated(portal: Portal, record: Record, ms: int) -> Values:
    """The calculated properties as they should be now; webhooks do not report them."""
    if record.kind == "deals":
        return _of_deal(portal, record)
    if record.kind == "line_items":
        return {"amount": _amount(record)}
    if record.kind == "tasks":
        done = record.value("hs_task_status") == "COMPLETED"
        return {"hs_task_completion_date": (record.value("hs_task_completion_date") or instant(ms)) if done else None}
    return {}


def _of_deal(portal: Portal, deal: Record) -> Values:
    contacts = {"num_associated_contacts": str(len(ends(portal, deal.end, KINDS["contacts"])))}
    found = portal.stage(deal.value("dealstage") or "")
    if found is None:
        return {**contacts, "hs_deal_stage_probability": None, "hs_is_closed": None, "hs_is_closed_won": None}
    stage = found[1]
    return {
        **contacts,
        "hs_deal_stage_probability": stage.probability,
        "hs_is_closed": str(stage.closed).lower(),
        "hs_is_closed_won": str(stage.won).lower(),
    }


def _amount(line_item: Record) -> str | None:
    """Quantity times price, less the discounts; a line item without quantity counts once."""
    price = line_item.value("price")
    if price is None:
        return None
    gross = Decimal(line_item.value("quantity") or "1") * Decimal(price)
    percent = Decimal(line_item.value("hs_discount_percentage") or "0")
    net = gross - gross * percent / 100 - Decimal(line_item.value("discount") or "0")
    return f"{net.normalize():f}"
