"""What AWS changes by itself. Such values are no edits: they never flow back, and what they replaced is not sent again.

Other rewrites are met where they happen: the forms of amounts and texts are made one in `transforms.canonical`, escapes
are undone when an answer is read, an emptied description of another solution is met with the solutions
(`associations.py`), and a calculator's link that AWS drops with the spend (`spend.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dict
from typing import Any, Final, NamedTuple

from lambdas.domain import paths
from lambdas.domain.records import Opportunity

FOR_VISIBILITY_ONLY: Final = "For Visibility Only"
NO_SUPPORT: Final = ["Do Not Need Support from AWS Sales Rep"]
NEEDS: Final = "PrimaryNeedsFromAws"


class Rewrite(NamedTuple):
    paths: tuple[str, ...]
    holds: Callable[[Opportunity], bool]
    empties: bool = False
    """AWS only ever takes the value away; one that it shows is meant."""
    because: str = ""
    """Why AWS does not keep what a seller has typed, where that needs a word."""


REWRITES: Final = (
    Rewrite((NEEDS,), lambda opportunity: opportunity.body.get(NEEDS) == NO_SUPPORT),
    Rewrite(
        ("LifeCycle.NextSteps",),
        lambda opportunity: (opportunity.summary or {}).get("InvolvementType") == FOR_VISIBILITY_ONLY,
        empties=True,
        because="AWS keeps none for a deal that is for visibility only; yours stays in HubSpot",
    ),
    # National security: AWS hides who the customer is, and sets the country to US.
    Rewrite(
        (
            "Customer.Account.CompanyName",
            "Customer.Account.WebsiteUrl",
            "Customer.Account.Address.CountryCode",
            "Customer.Account.Address.PostalCode",
            "Customer.Account.Address.StateOrRegion",
        ),
        lambda opportunity: opportunity.body.get("NationalSecurity") == "Yes",
    ),
)


def rewritten(opportunity: Opportunity) -> frozenset[str]:
    """Paths of which AWS's value is no opinion of anybody's."""
    return frozenset(path for path, _ in _now(opportunity))


def unkept(opportunity: Opportunity, wanted: Dict[str, Any]) -> dict[str, str]:
    """By path of a value that AWS does not keep: why."""
    return {path: rewrite.because for path, rewrite in _now(opportunity) if rewrite.because and wanted.get(path)}


def _now(opportunity: Opportunity) -> Iterator[tuple[str, Rewrite]]:
    for rewrite in REWRITES:
        if rewrite.holds(opportunity):
            for path in rewrite.paths:
                if not (rewrite.empties and paths.get(opportunity.body, path) is not None):
                    yield path, rewrite
