"""Whatever is edited, wherever: one round brings both sides to rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import status
from lambdas.domain.plan import Results, Step
from lambdas.domain.status import next_step
from tests.lambdas.domain.builders import MAPPING, World, linked

USE_CASES = st.sampled_from(["Database", "SAP", "Energy", "Migration / Database Migration"])


SPENDS = st.sampled_from(["12500", "800.50", "1", "99999999.99"])


EDITS = st.one_of(
    st.builds(lambda value: ("seller", {"aws_use_case": value}), USE_CASES),
    st.builds(lambda value: ("seller", {"aws_monthly_spend": value}), SPENDS),
    st.builds(lambda value: ("seller", {"aws_project_title": value}), st.sampled_from([None, "A", "B &amp; C", "  "])),
    st.builds(lambda value: ("seller", {"dealstage": value}), st.sampled_from(sorted(MAPPING.stages["default"]))),
    st.builds(
        lambda value: ("seller", {"aws_delivery_models": value}), st.sampled_from([None, "Other;Resell", "Resell"])
    ),
    st.builds(lambda value: ("aws", {"Project": {"CustomerUseCase": value}}), USE_CASES),
    st.builds(lambda value: ("aws", {"Project": {"Title": value}}), st.sampled_from(["A", "C", "D: &amp;"])),
    st.builds(
        lambda value: ("aws", {"Project": {"DeliveryModels": value}}), st.sampled_from([["Other"], ["Resell", "Other"]])
    ),
    st.just(("seller", {"aws_action": "launch"})),
    st.builds(
        lambda value: ("aws", {"LifeCycle": {"Stage": value, "ClosedLostReason": "Price"}}),
        st.sampled_from(["Prospect", "Technical Validation", "Committed", "Launched", "Closed Lost"]),
    ),
    st.builds(lambda value: ("aws", {"PartnerOpportunityIdentifier": value}), st.sampled_from([None, "x"])),
    st.builds(
        lambda value: ("aws", {"LifeCycle": {"ReviewStatus": value}}),
        st.sampled_from(["Pending Submission", "Submitted", "In review", "Action Required", "Approved", "Rejected"]),
    ),
)


@given(st.lists(st.lists(EDITS, max_size=4), max_size=4))
def test_whatever_is_edited_where_one_round_brings_both_sides_to_rest(
    rounds: list[list[tuple[str, dict[str, object]]]],
) -> None:
    world = linked(aws_lost_reason="Price")
    for edits in rounds:
        for side, values in edits:
            world = world.seller_edits(**values) if side == "seller" else world.aws_edits(**values)  # type: ignore[arg-type]
        world = world.round()
        # What a seller reads may follow a step behind, what is agreed does not.
        assert world.plan().steps() == ()
        assert world.round().plan().deal_changes == {}
        assert status.present(world.round().plan(), Results()) == {}


@given(st.lists(EDITS, max_size=6))
def test_independent_edits_commute(edits: list[tuple[str, dict[str, object]]]) -> None:
    def after(ordered: list[tuple[str, dict[str, object]]]) -> World:
        world = linked(aws_lost_reason="Price")
        for side, values in ordered:
            world = world.seller_edits(**values) if side == "seller" else world.aws_edits(**values)  # type: ignore[arg-type]
        return world.round().round()

    by_field = {(side, *values, *map(str, _members(values))): (side, values) for side, values in edits}
    ordered = list(by_field.values())

    one, other = after(ordered), after(ordered[::-1])

    assert one.deal == other.deal
    assert one.body == other.body


def _members(values: dict[str, object]) -> list[str]:
    return [name for value in values.values() if isinstance(value, dict) for name in value]


def test_a_deal_that_cannot_be_submitted_yet_is_at_rest_once_that_is_said() -> None:
    world = World().seller_edits(aws_solutions="S-1234567", aws_customer_problem=None, aws_action="submit").round()

    plan = world.plan()

    assert plan.problems
    assert next_step(plan, Results()) is Step.FINISH_TURN
