"""The pipeline where AWS's referrals wait for an answer, apart from the sales that are counted and forecast."""

from __future__ import annotations

from typing import Final, NamedTuple


class ReferralStage(NamedTuple):
    id: str
    label: str
    probability: str
    """As HubSpot writes it. Deals here have no amount, so an open one weighs nothing in a forecast either."""


PIPELINE: Final = "aws_referrals"
"""Id of the pipeline, where the portal has room for one of its own."""
LABEL: Final = "AWS referrals"
STAGES: Final = (
    ReferralStage("aws_new_referral", "New referral", "0.1"),
    ReferralStage("aws_new_lead", "New lead", "0.1"),
    ReferralStage("aws_referral_declined", "Declined", "0.0"),
    ReferralStage("aws_referral_expired", "Expired", "0.0"),
)
