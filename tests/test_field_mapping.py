"""`docs/field-mapping.md` says what is, and every AWS field has a property or a reason."""

from __future__ import annotations

from typing import get_args

import pytest

from lambdas.domain.mapping import Condition
from lambdas.mapping import load
from stacks.mapping import OPERATIONS, read
from tests.support import mapping_tables
from tests.support.pages import FIELD_MAPPING, field_mapping

PAGE = FIELD_MAPPING.read_text(encoding="utf-8")


def test_the_tables_are_not_stale() -> None:
    assert field_mapping() == PAGE, "run: .venv/bin/python -m tests.support.pages"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_field_of_aws_has_a_row_a_constant_or_a_reason(operation: str) -> None:
    reasons = mapping_tables.reasons(operation)
    unexplained = [
        leaf for leaf in mapping_tables.without_row(operation) if not reasons.keys() & mapping_tables.covering(leaf)
    ]

    assert unexplained == []


def test_no_reason_is_given_for_what_has_a_row() -> None:
    for reasons in (mapping_tables.NO_ROW, mapping_tables.NO_ROW_OF_SUMMARY):
        operations = [name for name in OPERATIONS if mapping_tables.reasons(name) is reasons]
        open_ones = {
            way
            for name in operations
            for leaf in mapping_tables.without_row(name)
            for way in mapping_tables.covering(leaf)
        }
        assert reasons.keys() <= open_ones


def test_every_condition_has_its_words() -> None:
    assert mapping_tables.NEEDED.keys() == set(get_args(Condition))


def test_the_example_of_a_partners_own_file_works() -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]

    mapping = read(example, "mapping.yaml")

    assert mapping.has("aws_next_step")
    assert mapping.has("partner_comment")
    assert not mapping.has("aws_sales_activities")
    assert mapping.stage("95311420", "183920411") == (True, "Qualified")


def test_the_profiles_have_the_sizes_that_are_promised() -> None:
    mapping = load()
    deals = {row.property for row in mapping.rows if row.object == "deal" and not row.standard}
    core = {row.property for row in mapping.rows if row.object == "deal" and row.profile == "core" and not row.standard}

    assert len(deals) == 66
    assert core == {
        "aws_share",
        "aws_action",
        "aws_decision",
        "aws_sync_status",
        "aws_sync_message",
        "aws_customer_problem",
        "aws_use_case",
        "aws_monthly_spend",
        "aws_opportunity_id",
        "aws_invitation_id",
    }
