"""Where Cosell only observes: what a plan would do goes into the trail, and the plan is not applied."""

from __future__ import annotations

from lambdas.adapters import sync_state
from lambdas.domain import team
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
            plan.pair, plan.fence, _would(step.lower()), target=target, changes=plan.changes, properties=sorted(names)
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
    _around(plan)
    if tells(plan, nothing):
        sync_state.audit(plan.pair, plan.fence, _would("tell_seller"), target=target)
    return plan.model_copy(update={"observed": True})


def _around(plan: Plan) -> None:
    """What "Update deal" writes beside the deal."""
    if plan.company and plan.company_changes:
        names = sorted(plan.company_changes)
        sync_state.audit(plan.pair, plan.fence, _would("fill company"), target=plan.company, properties=names)
    for contact in plan.contact_roles:
        action = _would(f"fill contact#{contact}")
        sync_state.audit(plan.pair, plan.fence, action, target=contact, properties=[team.ROLE])
    for number, person in enumerate(plan.new_contacts, 1):
        action = _would(f"create contact {number}")
        sync_state.audit(plan.pair, plan.fence, action, target=plan.deal, properties=sorted(person))
    if plan.to_label or (plan.new_contacts and plan.labels_new):
        sync_state.audit(plan.pair, plan.fence, _would("label contacts"), target=plan.deal)
    if plan.line_items:
        action = _would(f"add line items of {', '.join(plan.line_items)}")
        sync_state.audit(plan.pair, plan.fence, action, target=plan.deal)


def _would(step: str) -> str:
    return f"would {step.replace('_', ' ')}"
