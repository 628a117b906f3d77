"""The expected spend as AWS stores it: a monthly amount, a calculator's estimate, or the total value of a contract.

From AWS's guide "Deal sizing insights": the partner's own entry (`Self`) needs the contract's duration, and the
currency of AWS's entry, which AWS then makes of it. A calculator's link that disagrees with the amount is dropped
without a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from typing import Any, Final

from lambdas.domain import fields, paths, rules
from lambdas.domain.plan import Change
from lambdas.domain.situation import Situation

OWN: Final = "Project.ExpectedCustomerSpend[Self]"


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """Adds in place what goes without saying beside a contract's months and value.

    Without months the duration is left out: AWS then keeps the one that it has, and refuses one that is empty.
    """
    project = body.get("Project", {})
    if paths.get(body, fields.MONTHS) is not None:
        paths.put(body, "Project.ExpectedContractDuration.Term", "Months")
    else:
        project.pop("ExpectedContractDuration", None)
    currency = paths.get(body, rules.CURRENCY)
    if paths.get(body, f"{OWN}.Amount") is not None and currency is not None:
        paths.put(body, f"{OWN}.CurrencyCode", currency)
    return body


def stays(path: str, seen: Dict[str, Any]) -> bool:
    """Whether HubSpot's value stays although AWS's is gone: a calculator's link that AWS threw away is no edit."""
    return path == fields.ESTIMATE and seen.get(path) is None


def dropped_estimate(now: Situation, said: Dict[str, Any], seen: Dict[str, Any], to_aws: Iterable[Change]) -> list[str]:
    """What there is to say of a calculator's link that AWS has thrown away."""
    is_sent = any(change.path == fields.ESTIMATE for change in to_aws)
    if is_sent or seen.get(fields.ESTIMATE) is not None or said.get(fields.ESTIMATE) is None:
        return []
    label = now.source(fields.ESTIMATE).label
    return [f"{label}: AWS did not keep it, because its estimate is not the monthly spend. Change it to send it again."]
