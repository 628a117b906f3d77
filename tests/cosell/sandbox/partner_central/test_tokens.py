"""ClientToken."""

from __future__ import annotations

from tests.cosell.sandbox.partner_central.partner import complete, partner, refused


def test_the_same_request_again_gets_the_first_answer() -> None:
    us = partner()
    body = {"Catalog": "AWS", "ClientToken": "t", **complete()}
    first = us.post("CreateOpportunity", **body)
    us.sets(first.json()["Id"], "LifeCycle.NextSteps", "Something else")
    us.clock.advance(3600)
    again = us.post("CreateOpportunity", **body)
    assert again.body == first.body
    assert len(us.central.opportunities) == 1


def test_another_body_under_the_token_is_a_conflict() -> None:
    us = partner()
    us.create(ClientToken="t")
    with refused() as refusal:
        us.create(complete(OpportunityType="Expansion"), ClientToken="t")
    assert refusal.code == "ConflictException"
    assert refusal.message == "Conflicting client token submitted for a new request body."
    assert len(us.central.opportunities) == 1


def test_another_token_is_another_opportunity() -> None:
    us = partner()
    assert us.create(ClientToken="a") != us.create(ClientToken="b")


def test_a_refused_request_can_be_mended_under_its_token() -> None:
    us = partner()
    with refused():
        us.create(complete(NationalSecurity="Yes"), ClientToken="t")
    us.create(ClientToken="t")


def test_a_token_is_of_one_catalog_and_one_operation() -> None:
    us = partner()
    identifier = us.create(ClientToken="t")
    us.associate(identifier)
    us.client.start_engagement_from_opportunity_task(
        Catalog="AWS", ClientToken="t", Identifier=identifier, AwsSubmission={"InvolvementType": "Co-Sell"}
    )
    us.catalog = "Sandbox"
    assert us.create(ClientToken="t") != identifier


def test_a_token_is_forgotten_after_its_lifetime() -> None:
    us = partner(token_lifetime=600.0)
    first = us.create(ClientToken="t")
    us.clock.advance(599)
    assert us.create(ClientToken="t") == first
    us.clock.advance(1)
    assert us.create(ClientToken="t") != first
    assert len(us.central.state.tokens) == 1


def test_a_day_by_default() -> None:
    us = partner()
    first = us.create(ClientToken="t")
    us.clock.advance(24 * 3600 - 1)
    assert us.create(ClientToken="t") == first
    us.clock.advance(1)
    assert us.create(ClientToken="t") != first
