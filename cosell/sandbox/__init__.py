"""Cosell on a laptop: the synthesized stacks between simulated services, in virtual time, deterministic.

with Sandbox(seed=7) as sandbox:
    deal = sandbox.hubspot.seller.creates_deal(name="Data platform", shared_with_aws=True)
    sandbox.run_until_quiet()
    print(deal.now["aws_opportunity_id"], sandbox.executions.all)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cosell.sandbox.people import Deal
    from cosell.sandbox.sandbox import Sandbox

__all__ = ["Deal", "Sandbox"]


def __getattr__(name: str) -> Any:
    """Loads moto and boto3 only for those who want a whole sandbox: the simulators stand alone."""
    if name == "Sandbox":
        from cosell.sandbox.sandbox import Sandbox  # noqa: PLC0415

        return Sandbox
    if name == "Deal":
        from cosell.sandbox.people import Deal  # noqa: PLC0415

        return Deal
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
