"""The members that CreateOpportunity and UpdateOpportunity are sent."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from copy import deepcopy
from typing import Any, Final

from lambdas.domain import fields, paths, spend
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Change

# What UpdateOpportunity takes of GetOpportunity's answer. Dates, team and associations are not for it to change.
UPDATABLE: Final = frozenset(
    {
        "PrimaryNeedsFromAws",
        "NationalSecurity",
        "PartnerOpportunityIdentifier",
        "Customer",
        "Project",
        "OpportunityType",
        "Marketing",
        "SoftwareRevenue",
        "LifeCycle",
    }
)
# AWS's own members of LifeCycle: in the shape, but read-only.
READ_ONLY: Final = ("ReviewStatus", "ReviewComments", "ReviewStatusReason", "NextStepsHistory")


def create_body(values: Dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """CreateOpportunity's members for these canonical values, without Catalog and ClientToken."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        if value is not None:
            paths.put(body, path, deepcopy(value))
    for constant in mapping.constants:
        if paths.get(body, constant.path) is None:
            paths.put(body, constant.path, constant.value)
    return paths.tidy(spend.completed(body))


def update_body(
    current: dict[str, Any], changes: Iterable[Change], mapping: Mapping, *, unechoed: Dict[str, Any] | None = None
) -> dict[str, Any]:
    """UpdateOpportunity's members: the whole opportunity as AWS has it, with the changes.

    An omitted member is null to AWS, so everything goes back, unmapped members too. `Project.ExpectedContractDuration`
    goes back where AWS has one: a partner's own price is refused without it. `unechoed`: what AWS has and hides.
    What belongs to no such opportunity any more, because of the changes, is emptied with them.
    """
    body: dict[str, Any] = {name: deepcopy(value) for name, value in current.items() if name in UPDATABLE}
    for name in READ_ONLY:
        body.get("LifeCycle", {}).pop(name, None)
    for path, value in (unechoed or {}).items():
        paths.put(body, path, value)
    idle_before = _idle(body, mapping)
    for change in changes:
        paths.put(body, change.path, deepcopy(change.after))
    for path in _idle(body, mapping) - idle_before:
        paths.put(body, path, None)
    for constant in mapping.constants:
        if constant.when == "always" and paths.get(body, constant.path) is None:
            paths.put(body, constant.path, constant.value)
    return paths.tidy(spend.completed(body))


def _idle(body: dict[str, Any], mapping: Mapping) -> frozenset[str]:
    return fields.idle({path: paths.get(body, path) for path in mapping.paths}, mapping)
