"""What can be edited in which review status (developer guide, "Working with opportunity updates").

An update carries the whole opportunity, because what is omitted becomes null. So a locked field is not refused for
being there, but for being different.
"""

from __future__ import annotations

from typing import Any

from cosell.sandbox.partner_central.errors import Problem, ServiceError, broken_rule, conflict
from cosell.sandbox.partner_central.model import field_name
from cosell.sandbox.partner_central.spend import same_amount
from cosell.sandbox.partner_central.state import (
    ACTION_REQUIRED,
    APPROVED,
    IN_REVIEW,
    PENDING,
    REJECTED,
    SUBMITTED,
    Document,
    Opportunity,
)
from cosell.sandbox.partner_central.switches import Switches

CLOSED_TO_EDITS = (SUBMITTED, IN_REVIEW, REJECTED)

_OPEN_FOR_CHANGES_ASKED = (
    "Customer.Account.Address.",
    "Customer.Account.WebsiteUrl",
    "LifeCycle.TargetCloseDate",
    "Project.ExpectedCustomerSpend",
    "Project.CustomerBusinessProblem",
    "PartnerOpportunityIdentifier",
)
_LOCKED_AFTER_APPROVAL = frozenset(
    {
        "Customer.Account.Address.CountryCode",
        "Customer.Account.Address.PostalCode",
        "Customer.Account.Industry",
        "Customer.Account.WebsiteUrl",
        "Project.CustomerBusinessProblem",
        "PartnerOpportunityIdentifier",
        "Project.Title",
    }
)
_LOCKED_BY_THE_SHEET = frozenset(
    {
        "Customer.Account.CompanyName",
        "Customer.Account.Address.StateOrRegion",
        "Customer.Account.OtherIndustry",
        "NationalSecurity",
    }
)


def is_closed_to_links(opportunity: Opportunity, switches: Switches) -> bool:
    """Whether associations and the owner are closed, as the record itself is."""
    return switches.associations_wait_for_review and opportunity.review_status in CLOSED_TO_EDITS


def closed(opportunity: Opportunity, switches: Switches) -> ServiceError:
    """The refusal of any write to a record that AWS is looking at, or has turned down."""
    message = f"Record is not editable. Its review status is {opportunity.review_status}."
    if switches.locked_record == "ConflictException":
        return conflict(message)
    return broken_rule("INVALID_RESOURCE_STATE", message, "lifeCycle.reviewStatus")


def locked_changes(opportunity: Opportunity, fields: Document, switches: Switches) -> list[Problem]:
    """The differences between what is stored and `fields` that the review status does not allow."""
    return [
        Problem(
            "ACTION_NOT_PERMITTED",
            f"{path.rsplit('.', 1)[-1]} is not editable if status is {opportunity.review_status}",
            field_name(tuple(path.split("."))),
        )
        for path in sorted(changed_paths(opportunity.fields, fields))
        if _is_locked(path, opportunity.review_status, switches)
    ]


def changed_paths(before: Document, after: Document) -> set[str]:
    """Paths of the leaves that differ; a list is one leaf, null and missing are the same."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    return {path for path in old.keys() | new.keys() if not _same(old.get(path), new.get(path))}


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [] if value is None else [(path, value)]
    return [leaf for name, item in value.items() for leaf in _leaves(item, f"{path}.{name}" if path else name)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(
            same_amount(one.get(name), other.get(name)) if name == "Amount" else one.get(name) == other.get(name)
            for name in one.keys() | other.keys()
        )
    return bool(one == other)


def _is_locked(path: str, status: str, switches: Switches) -> bool:
    if status == PENDING:
        return path == "LifeCycle.Stage" and not switches.draft_may_move_stage
    if status == ACTION_REQUIRED:
        return not path.startswith(_OPEN_FOR_CHANGES_ASKED)
    if status == APPROVED:
        if switches.sheet_locks:
            return path in (_LOCKED_AFTER_APPROVAL | _LOCKED_BY_THE_SHEET) - {"PartnerOpportunityIdentifier"}
        return path in _LOCKED_AFTER_APPROVAL
    return True
