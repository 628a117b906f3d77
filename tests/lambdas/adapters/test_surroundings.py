"""Companies, contacts and line items lead to the pairs of their deals."""

from __future__ import annotations

import pytest

from lambdas.adapters import links, surroundings
from lambdas.domain.records import Record
from tests.lambdas.domain.builders import a_contact, a_deal

pytestmark = pytest.mark.usefixtures("cloud")

PORTAL = "44000001"


def _record(identifier: str) -> Record:
    return Record(id=identifier, properties={})


def test_every_record_around_a_deal_leads_to_its_pair() -> None:
    deal = a_deal(contacts=(a_contact(),)).model_copy(update={"line_items": (_record("55"),)})
    pair = links.make_pair(PORTAL, deal.id)

    surroundings.surround(pair, frozenset(), surroundings.of_deal(deal))

    found = {kind: surroundings.pairs(PORTAL, kind, of) for kind, of in AROUND.items()}
    assert found == {kind: {pair} for kind in AROUND}
    assert links.of(pair).around == surroundings.of_deal(deal)
    assert surroundings.pairs("another", "company", "900") == frozenset()


AROUND = {"company": "900", "contact": "700", "line_item": "55"}


def test_two_deals_of_one_company_are_two_pairs() -> None:
    company = frozenset({f"company#{PORTAL}#900"})
    pairs = {links.make_pair(PORTAL, deal) for deal in ("1", "2")}
    for pair in pairs:
        surroundings.surround(pair, frozenset(), company)

    assert surroundings.pairs(PORTAL, "company", "900") == pairs


def test_a_record_that_left_is_remembered_and_may_come_back() -> None:
    pair, there = links.make_pair(PORTAL, "1"), frozenset({f"contact#{PORTAL}#700"})
    surroundings.surround(pair, frozenset(), there)
    surroundings.surround(pair, there, frozenset())

    assert surroundings.pairs(PORTAL, "contact", "700") == frozenset()
    assert surroundings.pairs(PORTAL, "contact", "700", past=True) == {pair}
    assert links.of(pair).around == frozenset()

    surroundings.surround(pair, frozenset(), there)
    assert surroundings.pairs(PORTAL, "contact", "700") == {pair}


def test_more_records_than_a_transaction_takes() -> None:
    pair = links.make_pair(PORTAL, "1")
    many = frozenset(f"contact#{PORTAL}#{number}" for number in range(120))

    surroundings.surround(pair, frozenset(), many)

    assert links.of(pair).around == many
    assert surroundings.pairs(PORTAL, "contact", "119") == {pair}
