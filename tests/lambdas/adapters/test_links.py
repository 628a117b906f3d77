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


def test_an_opportunity_without_a_deal_has_one_pair_and_its_deal_joins_once() -> None:
    pair = links.make_pair_of_opportunity("44000001", "O1000001")
    assert links.make_pair_of_opportunity("44000001", "O1000001") == pair
    assert links.of(pair) == Link(portal="44000001", deal=None, catalog="Sandbox", opportunity="O1000001")

    links.join_deal(pair, "31001")
    links.join_deal(pair, "31001")

    assert links.pair_of_deal("44000001", "31001") == links.pair_of_opportunity("Sandbox", "O1000001") == pair
    assert links.make_pair("44000001", "31001") == pair


def test_an_opportunity_that_was_linked_meanwhile_keeps_its_pair() -> None:
    pair = links.make_pair("44000001", "31001")
    links.join(pair, "O1000001")

    assert links.make_pair_of_opportunity("44000001", "O1000001") == pair


def test_a_deal_of_another_pair_is_refused_by_name() -> None:
    theirs = links.make_pair("44000001", "31001")
    pair = links.make_pair_of_opportunity("44000001", "O1000001")

    with pytest.raises(Misconfigured, match=f"deal 31001 is linked to pair {theirs}, pair {pair} to deal None"):
        links.join_deal(pair, "31001")
    assert links.of(pair).deal is None


def test_a_pair_takes_over_the_deal_that_its_own_went_into() -> None:
    pair = links.make_pair("44000001", "31001")

    assert links.adopt(pair, "44000001", "31009")
    assert links.adopt(pair, "44000001", "31009"), "again is no matter"

    assert links.pair_of_deal("44000001", "31009") == links.pair_of_deal("44000001", "31001") == pair
    assert links.of(pair).deal == "31009"


def test_a_deal_that_has_a_pair_is_not_taken_over() -> None:
    first, second = (links.make_pair("44000001", deal) for deal in ("31001", "31002"))

    assert not links.adopt(first, "44000001", "31002")
    assert (links.of(first).deal, links.of(second).deal) == ("31001", "31002")


def test_of_two_pairs_one_is_left_to_which_everything_leads() -> None:
    winner, loser = (links.make_pair("44000001", deal) for deal in ("31001", "31002"))
    links.join(winner, "O1000001")
    links.join(loser, "O1000002")
    links.adopt(loser, "44000001", "31009")

    assert links.absorb(winner, loser, portal="44000001", deal="31009", known=loser)

    assert links.pair_of_deal("44000001", "31009") == winner
    assert links.pair_of_opportunity("Sandbox", "O1000002") == winner
    assert links.of(winner) == Link("44000001", "31009", "Sandbox", "O1000001", rivals=frozenset({"O1000002"}))
    assert links.of(loser).merged_into == winner

    links.settle(winner, frozenset({"O1000002"}))
    assert links.of(winner).rivals == frozenset()


def test_two_runs_that_decide_about_one_merge_do_not_both_win() -> None:
    first, second, third = (links.make_pair("44000001", deal) for deal in ("31001", "31002", "31003"))
    assert links.absorb(first, third, portal="44000001", deal="31003", known=third)

    assert not links.absorb(second, third, portal="44000001", deal="31003", known=third)
    assert links.pair_of_deal("44000001", "31003") == first
