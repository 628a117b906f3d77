"""What may be edited at AWS in which review status.

From AWS's guide "Working with opportunity updates". The sheet of the older exchange format locks some more members
after approval; they are held as well, because one refused member refuses the whole update.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lambdas.domain import paths

PENDING: Final = "Pending Submission"
SUBMITTED: Final = "Submitted"
IN_REVIEW: Final = "In review"
ACTION_REQUIRED: Final = "Action Required"
APPROVED: Final = "Approved"
REJECTED: Final = "Rejected"

EVERYTHING: Final = ("",)

# A path stands for itself and all below it.
LOCKED: Final[dict[str, tuple[str, ...]]] = {
    PENDING: ("LifeCycle.Stage", "LifeCycle.ClosedLostReason"),  # a draft does not change its stage
    SUBMITTED: EVERYTHING,
    IN_REVIEW: EVERYTHING,
    ACTION_REQUIRED: EVERYTHING,
    APPROVED: (
        "Customer.Account.Address.CountryCode",
        "Customer.Account.Address.PostalCode",
        "Customer.Account.Address.StateOrRegion",
        "Customer.Account.CompanyName",
        "Customer.Account.Industry",
        "Customer.Account.OtherIndustry",
        "Customer.Account.WebsiteUrl",
        "NationalSecurity",
        "PartnerOpportunityIdentifier",
        "Project.CustomerBusinessProblem",
        "Project.Title",
    ),
    REJECTED: EVERYTHING,
}

# Exceptions to the table above.
EDITABLE: Final[dict[str, tuple[str, ...]]] = {
    ACTION_REQUIRED: (
        "Customer.Account.Address",
        "Customer.Account.WebsiteUrl",
        "LifeCycle.TargetCloseDate",
        "PartnerOpportunityIdentifier",
        "Project.CustomerBusinessProblem",
        "Project.ExpectedCustomerSpend",
    ),
}

# Solutions are associated, not updated. AWS documents no lock: we keep to the states in which the record is open.
ASSOCIABLE: Final = frozenset({PENDING, ACTION_REQUIRED, APPROVED})


def locked_in(status: str) -> Callable[[str], bool]:
    """Whether a path must not be sent changed in this review status. A status we do not know locks everything."""
    closed, open_ = LOCKED.get(status, EVERYTHING), EDITABLE.get(status, ())
    return lambda path: _covers(closed, path) and not _covers(open_, path)


def _covers(entries: tuple[str, ...], path: str) -> bool:
    bare = paths.bare(path)
    return any(entry in {"", bare} or bare.startswith(f"{entry}.") for entry in entries)
