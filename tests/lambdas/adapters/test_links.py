"""Deals and opportunities, and the pair that both are."""

from __future__ import annotations

import pytest

from lambdas.adapters import links, tables
from lambdas.adapters.links import Link
from lambdas.errors import Misconfigured

pytestmark = pytest.mark.usefixtures("cloud")

TABLE = "cosell-test-links"


def test_a_deal_has_one_pair_however_often_it_is_made() -> None:
    assert links.pair_of_deal("44000001", "31001") is None

    pair = links.make_pair("44000001", "31001")

    assert links.make_pair("44000001", "31001") == pair
    assert links.pair_of_deal("44000001", "31001") == pair
    assert links.of(pair) == Link(portal="44000001", deal="31001", catalog="Sandbox")


def test_deals_of_one_id_in_two_portals_are_two_pairs() -> None:
    assert links.make_pair("44000001", "31001") != links.make_pair("44000002", "31001")


def test_a_deal_that_was_given_to_another_pair_keeps_it() -> None:
    tables.put(TABLE, {"pk": "deal#44000001#31001", "pair": "survivor"})

    assert links.make_pair("44000001", "31001") == "survivor"


def test_a_pair_of_the_other_catalog_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    links.make_pair("44000001", "31001")
    monkeypatch.setenv("COSELL_CATALOG", "AWS")

    with pytest.raises(Misconfigured, match="deal 31001 of portal 44000001 was linked for another catalog"):
        links.make_pair("44000001", "31001")


def test_an_opportunity_is_joined_once() -> None:
    pair = links.make_pair("44000001", "31001")

    links.join(pair, "O1000001")
    links.join(pair, "O1000001")

    assert links.pair_of_opportunity("Sandbox", "O1000001") == pair
    assert links.pair_of_opportunity("AWS", "O1000001") is None
    assert links.of(pair).opportunity == "O1000001"


def test_another_opportunity_is_refused_by_name() -> None:
    pair = links.make_pair("44000001", "31001")
    links.join(pair, "O1000001")

    with pytest.raises(Misconfigured, match=r"O1000002 is linked to pair None.* to opportunity O1000001"):
        links.join(pair, "O1000002")
    assert links.pair_of_opportunity("Sandbox", "O1000002") is None


def test_an_opportunity_of_another_pair_is_refused_by_name() -> None:
    first, second = (links.make_pair("44000001", deal) for deal in ("31001", "31002"))
    links.join(first, "O1000001")

    with pytest.raises(Misconfigured, match=f"O1000001 is linked to pair {first}"):
        links.join(second, "O1000001")
    assert links.of(second).opportunity is None


def test_making_the_pair_again_keeps_what_it_is_joined_to() -> None:
    pair = links.make_pair("44000001", "31001")
    links.join(pair, "O1000001")

    links.make_pair("44000001", "31001")

    assert links.of(pair).opportunity == "O1000001"


def test_a_pair_that_nobody_made_is_a_mistake() -> None:
    with pytest.raises(Misconfigured, match="no-pair has no link"):
        links.of("no-pair")
