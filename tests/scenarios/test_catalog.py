"""The partner's solutions reach HubSpot: as products, and as what a seller can choose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.partner_central.state import Solution
from tests.support.catalog_life import asks_for_a_sync

DAY = 24 * 3600


def _products(sandbox: Sandbox) -> dict[str | None, tuple[str | None, str | None]]:
    products = (product.properties for product in sandbox.hubspot.simulator.records("products"))
    return {values["aws_solution_id"]: (values["name"], values["aws_solution_status"]) for values in products}


def _choices(sandbox: Sandbox) -> dict[str, str]:
    """What sellers can choose: values and labels."""
    definition = sandbox.hubspot.simulator.portal.definitions["deals"]["aws_solutions"]
    return {option.value: option.label for option in definition.options if not option.hidden}


def test_a_day_later_the_portal_shows_what_the_partner_changed_at_aws(sandbox: Sandbox) -> None:
    solutions = sandbox.partner_central.simulator.solutions
    solutions.append(Solution("S-7654321", "Data lake", catalog="Sandbox"))
    sandbox.advance(DAY)

    assert _products(sandbox)["S-7654321"] == ("Data lake", "Active")
    assert _choices(sandbox) == {"S-1234567": "Example solution", "S-7654321": "Data lake"}

    solutions[-1] = replace(solutions[-1], name="Lake", status="Inactive")
    sandbox.advance(DAY)

    assert _products(sandbox)["S-7654321"] == ("Lake", "Inactive")
    assert _choices(sandbox) == {"S-1234567": "Example solution"}
    assert [run.outcome for run in sandbox.executions.all] == ["IN_STEP", "IN_STEP"]


def test_a_day_without_news_writes_nothing(sandbox: Sandbox) -> None:
    sandbox.advance(DAY)
    seen = len(sandbox.calls)

    sandbox.advance(DAY)

    at_hubspot = [call.operation for call in sandbox.calls[seen:] if call.remote == "hubspot"]
    assert at_hubspot == ["products.batch_read", "properties.get"]


def test_what_an_admin_made_of_it_stays(sandbox: Sandbox) -> None:
    sandbox.advance(DAY)
    hubspot = sandbox.hubspot.simulator
    hubspot.admin.adds_option("deals", "aws_solutions", "none_of_ours", "None of ours")
    hubspot.admin.renames_option("deals", "aws_solutions", "S-1234567", "The example")

    sandbox.advance(DAY)

    assert _choices(sandbox) == {"S-1234567": "The example", "none_of_ours": "None of ours"}


def test_a_seller_chooses_a_new_solution_and_aws_gets_it(sandbox: Sandbox) -> None:
    sandbox.partner_central.simulator.solutions.append(Solution("S-7654321", "Data lake", catalog="Sandbox"))
    asks_for_a_sync(sandbox)
    sandbox.run_until_quiet()

    sandbox.hubspot.seller.creates_deal(shared_with_aws=True, solution="S-7654321")
    sandbox.run_until_quiet()

    (opportunity,) = sandbox.partner_central.opportunities
    assert opportunity.solutions == ("S-7654321",)


def test_a_long_list_comes_in_pages_and_leaves_in_batches(sandbox: Sandbox) -> None:
    solutions = sandbox.partner_central.simulator.solutions
    solutions += [Solution(f"S-{number}", f"Solution {number}", catalog="Sandbox") for number in range(100, 220)]
    asks_for_a_sync(sandbox)
    sandbox.run_until_quiet()

    assert len(_products(sandbox)) == len(_choices(sandbox)) == 121


def test_an_empty_list_hides_nothing(assembly: Path) -> None:
    with Sandbox(assembly, partner_central=Switches(sandbox_lists_solutions=False)) as sandbox:
        asks_for_a_sync(sandbox)
        sandbox.run_until_quiet()

        assert [run.outcome for run in sandbox.executions.all] == ["NOTHING_LISTED"]
        assert _choices(sandbox) == {"S-1234567": "Example solution"}


def test_two_runs_at_once_do_what_one_does(sandbox: Sandbox) -> None:
    sandbox.partner_central.simulator.solutions.append(Solution("S-7654321", "Data lake", catalog="Sandbox"))
    asks_for_a_sync(sandbox)
    asks_for_a_sync(sandbox)
    sandbox.run_until_quiet()

    assert [run.outcome for run in sandbox.executions.all] == ["IN_STEP", "IN_STEP"]
    assert len(sandbox.hubspot.simulator.records("products")) == len(_products(sandbox)) == 2


def test_no_name_of_a_solution_is_in_a_history(sandbox: Sandbox) -> None:
    """What a partner is about to sell may be a secret, and the console has more readers than Partner Central."""
    sandbox.partner_central.simulator.solutions.append(Solution("S-7654321", "Unannounced", catalog="Sandbox"))
    asks_for_a_sync(sandbox)
    sandbox.run_until_quiet()

    told: list[Any] = [run.history for run in sandbox.executions.all] + [line.text for line in sandbox.logs]
    assert "S-7654321" in str(told)
    assert "Unannounced" not in str(told)


def test_a_deployment_that_observes_only_notes_what_it_would_write(sandbox: Sandbox) -> None:
    functions = sandbox.cloud.functions.deployed
    for name, function in functions.items():
        functions[name] = replace(function, environment={**function.environment, "COSELL_MODE": "observe"})
    sandbox.partner_central.simulator.solutions.append(Solution("S-7654321", "Data lake", catalog="Sandbox"))
    asks_for_a_sync(sandbox)
    sandbox.run_until_quiet()

    assert [run.outcome for run in sandbox.executions.all] == ["OBSERVED"]
    assert (_products(sandbox), _choices(sandbox)) == ({}, {"S-1234567": "Example solution"})
    trail = [item["action"] for item in sandbox.items("sync-state", pk="catalog#Sandbox") if "action" in item]
    assert trail == [
        "would update options of aws_solutions",
        "would update product S-1234567",
        "would update product S-7654321",
    ]
