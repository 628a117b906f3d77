from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain import catalog
from lambdas.domain.catalog import Solution, Step
from lambdas.domain.mapping import Mapping
from lambdas.domain.records import Record
from tests.lambdas.domain.builders import MAPPING

LAKE = Solution(id="S-1", name="Data lake", status="Active")
MESH = Solution(id="S-2", name="Data mesh", status="Active")


def _option(value: str, label: str, *, hidden: bool = False, order: int = 0) -> dict[str, Any]:
    return {"value": value, "label": label, "description": "", "displayOrder": order, "hidden": hidden}


def _agreed(*solutions: Solution) -> dict[str, Solution]:
    return {one.id: one for one in solutions}


def _product(solution: Solution, **changes: str | None) -> Record:
    values = {"aws_solution_id": solution.id, "hs_sku": solution.id, "name": solution.name}
    return Record(id="41", properties={**values, "aws_solution_status": solution.status, **changes})


def _written(
    *solutions: Solution,
    agreed: dict[str, Solution] | None = None,
    there: dict[str, Record] | None = None,
    by_sku: dict[str, Record] | None = None,
) -> dict[str, tuple[str | None, dict[str, str]]]:
    writes = catalog.product_writes(MAPPING, solutions, agreed=agreed or {}, there=there or {}, by_sku=by_sku or {})
    return {write.solution: (write.record, write.properties) for write in writes}


def _withdrawn(solution: Solution, status: str = "Inactive") -> Solution:
    return solution.model_copy(update={"status": status})


def _renamed(solution: Solution, name: str) -> Solution:
    return solution.model_copy(update={"name": name})


def test_what_aws_lists_no_longer_counts_as_withdrawn() -> None:
    assert catalog.merged([LAKE, MESH], [_renamed(MESH, "Mesh")]) == (_withdrawn(LAKE), _renamed(MESH, "Mesh"))


# Products


def test_a_new_solution_becomes_a_product_without_a_price() -> None:
    properties = {"aws_solution_status": "Active", "name": "Data lake", "hs_sku": "S-1"}

    assert _written(LAKE) == {"S-1": (None, properties)}


@pytest.mark.parametrize("status", ["Inactive", "Draft"])
def test_what_nobody_can_sell_needs_no_product(status: str) -> None:
    assert _written(_withdrawn(LAKE, status)) == {}


def test_a_product_that_says_what_aws_says_is_not_written() -> None:
    assert _written(LAKE, agreed=_agreed(LAKE), there={"S-1": _product(LAKE)}) == {}


def test_aws_renames_and_withdraws() -> None:
    now = _withdrawn(_renamed(LAKE, "Lake"))

    written = _written(now, agreed=_agreed(LAKE), there={"S-1": _product(LAKE)})

    assert written == {"S-1": (None, {"aws_solution_status": "Inactive", "name": "Lake"})}


def test_a_name_that_an_admin_chose_stays_until_aws_changes_its_own() -> None:
    there = {"S-1": _product(LAKE, name="The lake")}

    assert _written(LAKE, agreed=_agreed(LAKE), there=there) == {}
    assert _written(_renamed(LAKE, "Lake"), agreed=_agreed(LAKE), there=there) == {"S-1": (None, {"name": "Lake"})}


def test_a_product_made_by_hand_is_taken_over_with_its_name() -> None:
    by_hand = _product(LAKE, name="Our lake", aws_solution_id=None, aws_solution_status=None)

    written = _written(LAKE, by_sku={"S-1": by_hand})

    assert written == {"S-1": ("41", {"aws_solution_status": "Active", "aws_solution_id": "S-1"})}


def test_a_status_that_the_portal_has_no_option_for_is_left_out() -> None:
    assert _written(_withdrawn(LAKE, "Frozen"), agreed=_agreed(LAKE), there={"S-1": _product(LAKE)}) == {}


def test_the_trail_says_what_a_product_said_and_says() -> None:
    there = {"S-1": _product(_withdrawn(LAKE))}
    (write,) = catalog.product_writes(MAPPING, [LAKE], agreed={}, there=there, by_sku={})

    (change,) = catalog.changes_of(write)
    assert (change.path, change.before, change.after) == ("aws_solution_status", "Inactive", "Active")


# Options


def test_new_solutions_come_after_the_options_that_are_there() -> None:
    foreign = _option("other", "Something else", order=7)

    merged = catalog.merged_options([LAKE, _withdrawn(MESH)], {}, [foreign])

    assert merged == [foreign, _option("S-1", "Data lake", order=1), _option("S-2", "Data mesh", hidden=True, order=2)]


def test_what_aws_never_listed_is_the_admins() -> None:
    """Also where it looks like a solution, as the default one of AWS's Sandbox catalog, which no list shows."""
    there = [_option("S-1234567", "Example"), _option("S-1", "Data lake")]

    assert catalog.merged_options([LAKE], _agreed(LAKE), there) == there


def test_an_option_follows_aws_and_is_never_deleted() -> None:
    now = _withdrawn(_renamed(LAKE, "Lake"))

    assert catalog.merged_options([now], _agreed(LAKE), [_option("S-1", "Data lake")]) == [
        _option("S-1", "Lake", hidden=True)
    ]
    assert catalog.merged_options([LAKE], _agreed(_withdrawn(LAKE)), [_option("S-1", "Data lake", hidden=True)]) == [
        _option("S-1", "Data lake")
    ]


def test_what_an_admin_made_of_an_option_stays_until_aws_changes_it() -> None:
    there = [_option("S-1", "The lake", hidden=True)]

    assert catalog.merged_options([LAKE], _agreed(LAKE), there) == there
    assert catalog.merged_options([_renamed(LAKE, "Lake")], _agreed(LAKE), there) == [
        _option("S-1", "Lake", hidden=True)
    ]


def test_an_option_that_was_deleted_comes_back() -> None:
    """Deals that AWS links with the solution could not show it."""
    assert catalog.merged_options([LAKE], _agreed(LAKE), []) == [_option("S-1", "Data lake")]


def test_two_solutions_of_one_name_are_told_apart() -> None:
    """HubSpot refuses two options of one label."""
    merged = catalog.merged_options([LAKE, _renamed(MESH, "data lake")], {}, [])

    assert [option["label"] for option in merged] == ["Data lake", "data lake (S-2)"]
    assert catalog.merged_options([LAKE, _renamed(MESH, "data lake")], _agreed(LAKE, MESH), merged) == merged


def test_a_solution_without_a_name_goes_by_its_id() -> None:
    nameless = _renamed(LAKE, " ")

    assert catalog.merged_options([nameless], {}, [])[0]["label"] == "S-1"
    assert _written(nameless)["S-1"][1]["name"] == "S-1"


SOLUTIONS = st.lists(
    st.builds(
        Solution,
        id=st.integers(1, 6).map("S-{}".format),
        name=st.sampled_from(["Lake", "lake", "Mesh", ""]),
        status=st.sampled_from(["Active", "Inactive", "Draft"]),
    ),
    unique_by=lambda one: one.id,
)
FOREIGN = st.lists(st.sampled_from(["Lake", "S-3", "Lake (S-2)"]).map(lambda text: _option(f"own {text}", text)))


@given(SOLUTIONS, SOLUTIONS, FOREIGN)
def test_options_settle_at_once_with_labels_that_hubspot_takes(
    first: list[Solution], second: list[Solution], foreign: list[dict[str, Any]]
) -> None:
    foreign = list({option["value"]: option for option in foreign}.values())
    options: list[dict[str, Any]] = foreign
    before: tuple[Solution, ...] = ()
    for listed in (first, second):
        now = catalog.merged(before, listed)
        options = catalog.merged_options(now, _agreed(*before), options)
        before = now

        assert catalog.merged_options(now, _agreed(*now), options) == options
        assert len({option["label"] for option in options}) == len(options)
        assert len({option["value"] for option in options}) == len(options)
        assert options[: len(foreign)] == foreign


# Steps


def test_only_what_the_portal_has_properties_for_is_updated() -> None:
    core = Mapping.model_validate(MAPPING.model_dump() | {"profile": "core"})

    assert list(_steps(MAPPING)) == [Step.UPDATE_PRODUCTS, Step.UPDATE_OPTIONS, Step.DONE]
    assert catalog.next_step(core, after=None) == Step.DONE


def _steps(mapping: Mapping) -> Iterator[Step]:
    step: Step | None = None
    while step is not Step.DONE:
        step = catalog.next_step(mapping, after=step)
        yield step
