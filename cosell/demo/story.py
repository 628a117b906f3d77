"""What happens in the demo, and what must be true of it. Nothing here prints.

Each act yields what there is to see, checks what it claims, and raises NotAsTold when the world disagrees.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from cosell.sandbox import Sandbox
from cosell.sandbox.executions import ExecutionView
from cosell.sandbox.partner_central import OpportunityView
from cosell.sandbox.people import Deal
from cosell.sandbox.wire import Request, Response
from cosell.views import usage
from cosell.views.sides import Side, opportunities_of, shown, side_by_side
from cosell.views.timeline import Visit, cause, visits
from cosell.views.usage import Usage


class NotAsTold(Exception):
    """The story says one thing, the world another; the message is the sentence for the user."""


@dataclass(frozen=True)
class Act:
    title: str


@dataclass(frozen=True)
class Line:
    """A sentence of the story. `mood`: what it is to the people in it."""

    text: str
    mood: str = "plain"


@dataclass(frozen=True)
class Timeline:
    """A run: all its visits to states, or those since a redrive."""

    execution: ExecutionView
    title: str
    visits: list[Visit]


@dataclass(frozen=True)
class Facts:
    """Names and values that somebody reads somewhere, under a sentence that says who and where."""

    says: str
    values: list[tuple[str, str]]
    mood: str = "plain"


@dataclass(frozen=True)
class Comparison:
    deal: str
    opportunity: str
    sides: list[Side]


@dataclass(frozen=True)
class Bill:
    """Usage by run, in the order of the story; the last row is the total."""

    rows: list[tuple[str, Usage]]


Moment: TypeAlias = Act | Line | Timeline | Facts | Comparison | Bill


def tell(world: Sandbox, *, heals: bool = True) -> Iterator[Moment]:
    """The whole story, in a fresh world that listens on a socket. With `heals=False` HubSpot never comes back.

    Raises NotAsTold.
    """
    runs: list[tuple[str, ExecutionView]] = []
    deal = yield from _becomes_an_opportunity(world, runs)
    yield from _is_approved(world, deal, runs)
    yield from _survives_an_outage(world, runs, heals=heals)
    yield _bill(world, runs)


def _becomes_an_opportunity(world: Sandbox, runs: list[tuple[str, ExecutionView]]) -> Generator[Moment, None, Deal]:
    yield Act("A deal becomes an opportunity")
    yield Line("Dana creates the deal Data platform for Vandelay, with Art Vandelay as its contact.", "seller")
    yield Line("She shares it with AWS and asks Cosell to submit it.", "seller")
    heard, seen = _overhear(world), len(world.executions.all)
    deal = world.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True, aws_action="submit")
    world.run_until_quiet()
    yield _webhooks(world, deal, heard)
    yield _forgery(world, deal, heard[0])
    run, others = _runs_since(world, seen)
    runs.append(("Created and submitted", run))
    yield _timeline(world, run, "deal-lifecycle")
    yield Line(f"{others} more executions found the turn taken, or a record in no pair yet, and left it at that.")
    opportunity = _only_opportunity(world, deal)
    _check(opportunity.submitted, f"{opportunity.id} should be submitted, but AWS shows {opportunity.review_status}")
    yield _comparison(world, deal, opportunity)
    return deal


def _is_approved(world: Sandbox, deal: Deal, runs: list[tuple[str, ExecutionView]]) -> Iterator[Moment]:
    yield Act("AWS approves")
    opportunity = _only_opportunity(world, deal)
    seen = len(world.executions.all)
    world.partner_central.aws.approves(opportunity.id)
    yield Line(f"AWS approves {opportunity.id}; its event reaches the same state machine.", "aws")
    world.run_until_quiet()
    run, _ = _runs_since(world, seen)
    runs.append(("AWS approves", run))
    yield _timeline(world, run, "deal-lifecycle")
    review = deal.now["aws_review_status"]
    _check(review == "Approved", f"the deal should show AWS's approval, but it shows {review}")
    values = [shown(deal.now, name) for name in ("aws_review_status", "aws_sync_status")]
    yield Facts("Dana reads on the deal:", values, "seller")


def _survives_an_outage(world: Sandbox, runs: list[tuple[str, ExecutionView]], *, heals: bool) -> Iterator[Moment]:
    yield Act("HubSpot goes down in the middle")
    yield Line("Dana shares a second deal, Warehouse move for Kramerica.", "seller")
    seen = len(world.executions.all)
    deal = world.hubspot.seller.creates_deal(
        name="Warehouse move", company="Kramerica", contact="Cosmo Kramer", shared_with_aws=True
    )
    world.clock.run_while(lambda: not opportunities_of(world, deal))
    opportunity = _only_opportunity(world, deal)
    world.hubspot.fail(until_healed=True)
    yield Line(f"AWS has just created {opportunity.id} when HubSpot goes down: every call is answered 502.", "trouble")
    world.run_until_quiet()
    run, _ = _runs_since(world, seen)
    runs.append(("Created, failed, redriven", run))
    yield _timeline(world, run, "deal-lifecycle")
    yield _failure(run)
    known = deal.now["aws_opportunity_id"]
    _check(known is None, f"the deal should not know its opportunity yet, but it shows {known}")
    if heals:
        world.hubspot.heal()
        yield Line("HubSpot is back. An operator redrives the execution: it goes on at the state that failed.", "good")
    before = len(_visits(world, run))
    run.redrive()
    world.run_until_quiet()
    yield _timeline(world, run, "deal-lifecycle, redriven", since=before)
    _check(
        run.status == "SUCCEEDED",
        f"the redriven execution should succeed, but it is {run.status} at {run.state}: {cause(run)}",
    )
    yield _comparison(world, deal, _only_opportunity(world, deal))
    yield Line(f"Exactly one opportunity, {opportunity.id}: nothing was done twice, nothing was lost.", "good")


# What there is to see


def _webhooks(world: Sandbox, deal: Deal, heard: list[Request]) -> Line:
    webhooks = world.hubspot.simulator.webhooks
    url = world.hubspot.simulator.app.target_url or ""
    _check(world.server is not None and url.startswith("http://127.0.0.1:"), "the webhooks should go through a socket")
    _check(webhooks.delivered > 0 and heard, "HubSpot's webhooks should have been accepted, but none was")
    passed_on = str([event["detail"] for _, event in world.cloud.events.seen if event["source"] == "cosell.hubspot"])
    _check(deal.id in passed_on, f"deal {deal.id} should have been passed on, but it was not")
    for value in ("Data platform", "Vandelay", str(deal.now["aws_customer_problem"])):
        _check(value not in passed_on, f"no value should go on from the webhooks, but {value!r} did")
    return Line(
        f"{webhooks.delivered} signed changes arrived over HTTP in {len(heard)} requests; "
        "each signature was checked, ids went on, values did not."
    )


def _overhear(world: Sandbox) -> list[Request]:
    """Notes every webhook that HubSpot sends from now on, on its way."""
    heard: list[Request] = []
    hubspot = world.hubspot.simulator
    deliver = hubspot.deliver

    def pass_on(request: Request, answered: Callable[[Response | None], None]) -> None:
        heard.append(request)
        if deliver is not None:
            deliver(request, answered)

    hubspot.deliver = pass_on
    return heard


def _forgery(world: Sandbox, deal: Deal, overheard: Request) -> Line:
    """Somebody sends a webhook again that speaks of another deal now, under the signature of the first."""
    other = overheard.body.replace(deal.id.encode(), b"31000000666")
    answers: list[Response | None] = []
    deliver = world.hubspot.simulator.deliver
    if deliver is not None:
        deliver(replace(overheard, body=other), answers.append)
    world.run_until_quiet()
    status = answers[0].status if answers and answers[0] else None
    _check(status == 401, f"a forged webhook should be refused with 401, but the answer was {status}")
    return Line("One was sent again with another deal's id in it: the signature no longer fits, 401.")


def _timeline(world: Sandbox, run: ExecutionView, title: str, *, since: int = 0) -> Timeline:
    told = _visits(world, run)[since:]
    _check(bool(told), f"the execution {run.name} should have gone through states, but it went through none")
    return Timeline(run, title, told)


def _visits(world: Sandbox, run: ExecutionView) -> list[Visit]:
    return visits(run, world.calls)


def _failure(run: ExecutionView) -> Facts:
    where = f"{run.status} at {run.state}" if run.state else run.status
    _check(
        run.status == "FAILED" and run.state == "Update deal",
        f"the execution should have failed at Update deal, where HubSpot is needed next, but it is {where}",
    )
    told = [("Error", run.error or ""), ("Cause", cause(run))]
    return Facts(f"The console shows {run.status} at {run.state}:", told, "trouble")


def _comparison(world: Sandbox, deal: Deal, opportunity: OpportunityView) -> Comparison:
    sides = side_by_side(world, deal, opportunity)
    differ = [side for side in sides if side.agrees is False]
    apart = "; ".join(f"{side.label} is {side.deal!r} on the deal and {side.opportunity!r} at AWS" for side in differ)
    _check(not differ, f"deal {deal.id} and {opportunity.id} should agree, but {apart}")
    return Comparison(deal.id, opportunity.id, sides)


def _bill(world: Sandbox, runs: list[tuple[str, ExecutionView]]) -> Bill:
    rows = [(title, usage.of_executions(world, [run])) for title, run in runs]
    told = {run.arn for _, run in runs}
    others = [run for run in world.executions.all if run.arn not in told]
    unfinished = [run for run in world.executions.all if run.status != "SUCCEEDED"]
    _check(not unfinished, f"all executions should have succeeded, but there is {unfinished[:1]}")
    rows.append((f"{len(others)} that left it to them", usage.of_executions(world, others)))
    rows.append(("Receiver of webhooks", usage.of_receiver(world)))
    return Bill([*rows, ("Together", sum((one for _, one in rows), Usage()))])


# What must be true


def _check(holds: object, otherwise: str) -> None:
    if not holds:
        raise NotAsTold(otherwise)


_ASIDE = {"COALESCED", "NOT_SHARED", "NO_PAIRS", "TOLD"}
"""How a run ends that leaves the work to another."""


def _runs_since(world: Sandbox, seen: int) -> tuple[ExecutionView, int]:
    """The one execution that took the turn, and how many set themselves aside."""
    new = world.executions.all[seen:]
    worked = [run for run in new if run.outcome not in _ASIDE]
    _check(len(worked) == 1, f"one execution should do the work, but {len(worked)} did: {worked}")
    return worked[0], len(new) - 1


def _only_opportunity(world: Sandbox, deal: Deal) -> OpportunityView:
    found = opportunities_of(world, deal)
    names = ", ".join(one.id for one in found) or "none"
    _check(len(found) == 1, f"deal {deal.id} should have exactly one opportunity, but there is {names}")
    return found[0]
