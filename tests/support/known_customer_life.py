"""An opportunity of a customer whom HubSpot knows; then AWS's people and a solution come to its deal."""

from __future__ import annotations

from collections.abc import Callable

from cosell.sandbox import Sandbox
from lambdas.domain.mapping import Mapping
from lambdas.mapping import load
from tests.support import colleague
from tests.support.life import rest


def live(sandbox: Sandbox, after_each: Callable[[], None] = lambda: None) -> None:
    """Lives it; `after_each` is called whenever the world has become quiet."""
    sandbox.use_mapping(Mapping.model_validate(load().model_dump() | {"aws_people": "contacts"}))
    sandbox.hubspot.simulator.admin.adds_label("deals", "contacts", "AWS")
    portal = sandbox.hubspot.simulator.people
    portal.creates("companies", {"name": "Kramerica", "domain": "kramerica.example"})
    portal.creates("contacts", {"email": "darren@kramerica.example", "firstname": "Darren"})
    portal.creates("contacts", {"email": "pete@example.com", "firstname": "Pete"})
    rest(sandbox, after_each)
    opportunity = sandbox.partner_central.aws.refers(catalog="Sandbox")
    rest(sandbox, after_each)
    jane, pete = ("Jane", "Roe", "jane@example.com", "AWSSalesRep"), ("Pete", "Poe", "pete@example.com", "PSM")
    sandbox.partner_central.aws.staffs(opportunity, jane, pete)
    solution, *_ = sandbox.partner_central.simulator.solutions
    colleague.does(
        sandbox,
        "AssociateOpportunity",
        Catalog="Sandbox",
        OpportunityIdentifier=opportunity,
        RelatedEntityType="Solutions",
        RelatedEntityIdentifier=solution.id,
    )
    rest(sandbox, after_each)
