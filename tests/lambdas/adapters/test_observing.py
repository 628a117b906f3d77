"""What the trail says where Cosell only observes."""

from __future__ import annotations

import json

import pytest

from lambdas.adapters import tables
from lambdas.adapters.observing import observed
from lambdas.domain.plan import Change, Plan, Submit

pytestmark = pytest.mark.usefixtures("cloud")


def _entry(action: str) -> tuple[str, list[str]] | None:
    item = tables.get("cosell-test-sync-state", pk="a-pair", sk=f"audit#0000000007#would {action}")
    return (str(item["target"]), json.loads(item["properties"])) if item else None


def test_each_write_that_is_left_out_has_an_entry() -> None:
    plan = Plan(
        pair="a-pair",
        fence=7,
        deal="310",
        opportunity="O1",
        update={"Project": {}},
        changes=(Change(path="Project.Title", before="Old", after="New"),),
        submit=Submit(involvement="Co-Sell", visibility="Full", generation=1),
        deal_changes={"aws_next_step": "Call"},
        shown={"aws_next_step": None, "aws_opportunity_id": "O1", "aws_sync_status": "in_step"},
        company="900",
        company_changes={"city": "Berlin", "aws_duns": "123456789"},
        contact_roles={"700": "Partner success manager"},
        new_contacts=({"email": "daisy@example.com", "firstname": "Daisy"},),
        labels_new=True,
        line_items=("S-1234567",),
    )

    assert observed(plan).observed
    assert _entry("update opportunity") == _entry("submit opportunity") == ("310", [])
    assert _entry("update deal") == ("310", ["aws_next_step"])
    assert _entry("fill company") == ("900", ["aws_duns", "city"])
    assert _entry("fill contact#700") == ("700", ["aws_contact_role"])
    assert _entry("create contact 1") == ("310", ["email", "firstname"])
    assert _entry("label contacts") == ("310", [])
    assert _entry("add line items of S-1234567") == ("310", [])
