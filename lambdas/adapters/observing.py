"""Where Cosell only observes: what a plan would do goes into the trail, and the plan is not applied."""

from __future__ import annotations

from lambdas.adapters import sync_state
from lambdas.domain.plan import Plan, Results
from lambdas.domain.status import present, tells


def observed(plan: Plan) -> Plan:
    """The plan as one that is not to be applied, with an entry "would ..." for each write that it leaves out.

    The entries are those of a run that writes: the names of properties, and AWS's fields with their values, those of
    persons hashed.
    """
    nothing, target = Results(), plan.deal or plan.opportunity or ""
    for step in plan.steps():
        names = plan.new_deal.properties if plan.new_deal else ()
        sync_state.audit(
            plan.pair, plan.fence, _would(step), target=target, changes=plan.changes, properties=sorted(names)
        )
    if properties := present(plan, nothing):
        sync_state.audit(
            plan.pair,
            plan.fence,
            _would("update_deal"),
            target=target,
            changes=plan.lost,
            properties=sorted(properties),
        )
    if tells(plan, nothing):
        sync_state.audit(plan.pair, plan.fence, _would("tell_seller"), target=target)
    return plan.model_copy(update={"observed": True})


def _would(step: str) -> str:
    return f"would {step.lower().replace('_', ' ')}"
