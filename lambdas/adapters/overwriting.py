"""What people edit in the seconds between the plan's read and Cosell's write is found after the write, and given back.

HubSpot has no lock, but it keeps each property's history. That there is something to look for is noted before the
write: a run that ends in between, and never gets to looking, leaves it to the next one.
"""

from __future__ import annotations

from collections.abc import Iterable

from lambdas import mapping
from lambdas.adapters import hubspot, sync_state, turns
from lambdas.domain.plan import Plan, Results
from lambdas.domain.status import present


def note(plan: Plan, results: Results) -> bool:
    """Whether the round writes what people write, too; it is noted then."""
    is_at_stake = bool(_sellers(plan, results) or plan.company_changes)
    if is_at_stake:
        sync_state.note_overwriting(plan.pair, plan.fence)
    return is_at_stake


def give_back(plan: Plan, results: Results) -> None:
    """Gives back what the round wrote over, for another round. Twice is no matter.

    Raises what `hubspot_client.request` raises.
    """
    if seen := _sellers(plan, results):
        theirs = hubspot.overwritten("deals", plan.deal, seen, _read_at(plan))
        if theirs:
            _goes_round_again(plan, plan.deal, theirs)
            hubspot.update_deal(plan.deal, theirs)
    if plan.company and plan.company_changes:
        empty = dict.fromkeys(plan.company_changes)  # or they would not be filled
        theirs = hubspot.overwritten("companies", plan.company, empty, _read_at(plan))
        if theirs:
            _goes_round_again(plan, plan.company, theirs)
            hubspot.update_company(plan.company, theirs)


def give_back_of(pair: str, fence: int, deal: str) -> None:
    """The same for a round that did not get to it, and the pair is looked at anew, whatever was found.

    Where its plan is gone, or the deal was merged into another, nobody can tell any more.
    """
    turns.wish(pair, "hubspot")
    found = sync_state.stored(pair, fence)
    if found is not None and found[0].deal == deal:
        give_back(*found)
    sync_state.overwriting_is_over(pair)


def _sellers(plan: Plan, results: Results) -> dict[str, str | None]:
    """The deal properties that the round writes and sellers write as well, as the plan read them."""
    rows = ((name, mapping.load().row(name)) for name in present(plan, results))
    return {name: plan.shown.get(name) for name, row in rows if row is not None and row.writer == "seller"}


def _goes_round_again(plan: Plan, target: str, theirs: Iterable[str]) -> None:
    sync_state.audit(plan.pair, plan.fence, f"give back edits of {target}", target=target, properties=sorted(theirs))
    turns.wish(plan.pair, "hubspot")


def _read_at(plan: Plan) -> float:
    return plan.addressee.now if plan.addressee else 0.0
