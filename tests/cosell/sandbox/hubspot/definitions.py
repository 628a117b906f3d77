"""Property definitions to test with, as a client sends them."""

from __future__ import annotations

from typing import Any

V3 = "/crm/v3/properties/deals"
DATED = "/crm/properties/2026-09/deals"
TEXT: dict[str, Any] = {
    "name": "order_id",
    "label": "Order",
    "groupName": "dealinformation",
    "type": "string",
    "fieldType": "text",
    "hasUniqueValue": True,
}
CHOICE: dict[str, Any] = {
    "name": "answer",
    "label": "Answer",
    "groupName": "dealinformation",
    "type": "enumeration",
    "fieldType": "select",
    "options": [
        {"label": "Yes", "value": "yes", "displayOrder": 1, "hidden": False},
        {"label": "No", "value": "no", "displayOrder": 2, "hidden": False},
    ],
}
