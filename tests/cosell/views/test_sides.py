"""Deal and opportunity side by side."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from cosell.views.sides import opportunities_of, shown, side_by_side


def test_a_deal_and_its_opportunity_agree_until_one_of_them_changes(sandbox: Sandbox) -> None:
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    sandbox.run_until_quiet()
    (opportunity,) = opportunities_of(sandbox, deal)

    before = side_by_side(sandbox, deal, opportunity)
    sandbox.hubspot.seller.edits(deal, aws_monthly_spend="20000")
    after = side_by_side(sandbox, deal, opportunity)

    assert [side.label for side in before if side.agrees is False] == []
    assert [(side.label, side.deal, side.opportunity) for side in after if side.agrees is False] == [
        ("AWS: expected monthly AWS spend", "20000", "12500")
    ]


def test_a_property_is_shown_as_the_seller_reads_it() -> None:
    assert shown({"aws_sync_status": "needs_you"}, "aws_sync_status") == ("AWS: where it stands", "Needs you")
    assert shown({}, "aws_review_status") == ("AWS: review", "-")
    with pytest.raises(KeyError):
        shown({}, "aws_nonsense")
