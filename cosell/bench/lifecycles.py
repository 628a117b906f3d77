"""Runs deals through the sandbox and counts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cosell.bench.budgets import ECHO, EDIT, MAIN, NOTHING_NEW, QUIET, SANDBOX, TEN_EDITS
from cosell.sandbox import Sandbox
from cosell.sandbox.network import Call
from cosell.sandbox.people import Deal
from cosell.sandbox.wire import Request
from cosell.views import usage
from cosell.views.usage import Usage

EDITS = 10
WRITES_A_DAY, READS_A_DAY = 10_000, 100_000
"""Partner Central's quotas in any 24 hours."""

Figures = dict[str, dict[str, float]]


def measure(assembly: Path, *, deals: int, seed: int) -> Iterator[Figures]:
    """Yields figures after each step, `deals + 4` times: the last ones are complete, and those of the worst deal."""
    figures: Figures = {}
    with Sandbox(assembly, seed=seed) as world:
        began = time.perf_counter()
        for number in range(deals):
            deal = _creates_and_submits(world, number, figures)
            yield figures
        figures[SANDBOX] = _speed(world, time.perf_counter() - began)
        figures[NOTHING_NEW] = _aws_repeats_itself(world, deal)
        yield figures
        figures[EDIT] = _counts(one := _edits(world, deal, ["15000"]))
        yield figures
        figures[TEN_EDITS] = _more(one, _edits(world, deal, [str(15_100 + step) for step in range(EDITS)]))
        yield figures
        figures[ECHO] = _we_write(world, deal)
        yield figures


def _creates_and_submits(world: Sandbox, number: int, figures: Figures) -> Deal:
    seen = len(world.executions.all)
    deal = world.hubspot.seller.creates_deal(name=f"Deal {number}", shared_with_aws=True, aws_action="submit")
    world.run_until_quiet()
    runs = world.executions.all[seen:]
    longest = max(runs, key=lambda run: run.transitions)
    _keep_worst(figures, MAIN, _counts(usage.of_executions(world, [longest])))
    all_of_them = usage.of_executions(world, runs)
    reads = all_of_them.partner_central - all_of_them.partner_central_writes
    more = {
        "Executions": len(runs),
        "Day's quota of writes, %": 100 * all_of_them.partner_central_writes / WRITES_A_DAY,
        "Day's quota of reads, %": 100 * reads / READS_A_DAY,
    }
    _keep_worst(figures, QUIET, _counts(all_of_them) | more)
    return deal


def _counts(used: Usage) -> dict[str, float]:
    return {
        "HubSpot calls": used.hubspot,
        "Partner Central calls": used.partner_central,
        "DynamoDB calls": used.dynamodb,
        "State transitions": used.transitions,
        "Dollars for 1,000": 1_000 * used.cost,
    }


def _keep_worst(figures: Figures, section: str, found: dict[str, float]) -> None:
    known = figures.setdefault(section, {})
    for name, figure in found.items():
        known[name] = max(figure, known.get(name, 0.0))


def _aws_repeats_itself(world: Sandbox, deal: Deal) -> dict[str, float]:
    """Two events about an opportunity that is as it was."""
    opportunity = deal.now["aws_opportunity_id"] or ""
    seen, called = len(world.executions.all), len(world.calls)
    for _ in range(2):
        world.partner_central.aws.sets_summary(opportunity)
    world.run_until_quiet()
    remote = [call for call in world.calls[called:] if call.remote in {"hubspot", "partner_central"}]
    reads = sum(_reads(call) for call in remote)
    return {
        "State transitions": sum(run.transitions for run in world.executions.all[seen:]),
        "HubSpot and Partner Central reads": reads,
        "HubSpot and Partner Central writes": len(remote) - reads,
    }


def _edits(world: Sandbox, deal: Deal, amounts: Sequence[str]) -> Usage:
    """A field of an approved deal, set to one amount after the other within five seconds."""
    opportunity = next(one for one in world.partner_central.opportunities if one.id == deal.now["aws_opportunity_id"])
    if opportunity.review_status != "Approved":
        world.partner_central.aws.approves(opportunity.id)
        world.run_until_quiet()
    seen = len(world.executions.all)
    for amount in amounts:
        world.hubspot.seller.edits(deal, aws_monthly_spend=amount)
        world.advance(5 / len(amounts))
    world.run_until_quiet()
    return usage.of_executions(world, world.executions.all[seen:])


def _more(one: Usage, many: Usage) -> dict[str, float]:
    """What the further edits cost."""
    further = many.hubspot + many.partner_central - one.hubspot - one.partner_central
    return {
        "HubSpot and Partner Central calls more": further,
        "Transitions for each further edit": (many.transitions - one.transitions) / (EDITS - 1),
    }


def _reads(call: Call) -> bool:
    verb = call.operation.rpartition(".")[2]
    return verb.startswith(("Get", "List", "get", "list", "batch_read", "search"))


def _we_write(world: Sandbox, deal: Deal) -> dict[str, float]:
    """The app itself writes a property that it is subscribed to, as "Update deal" does."""
    seen, hubspot = len(world.executions.all), world.hubspot.simulator
    headers = {"authorization": f"Bearer {hubspot.app.token}", "content-type": "application/json"}
    body = json.dumps({"properties": {"aws_monthly_spend": "13000"}}).encode()
    url = f"https://api.hubapi.com/crm/v3/objects/deals/{deal.id}"
    response = hubspot.handle(Request("PATCH", url, headers, body))
    if response.status != 200:
        raise RuntimeError(f"HubSpot refuses to write the deal: {response.status} {response.body.decode()}")
    world.run_until_quiet()
    return {"Executions": len(world.executions.all) - seen}


def _speed(world: Sandbox, seconds: float) -> dict[str, float]:
    """Events: webhook messages and executions' starts and ends."""
    runs = world.executions.all
    events = world.hubspot.simulator.webhooks.delivered + 2 * len(runs)
    return {
        "Events per second": events / seconds,
        "Transitions per second": sum(run.transitions for run in runs) / seconds,
    }
