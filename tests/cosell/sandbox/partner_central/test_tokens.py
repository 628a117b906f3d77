"""ClientToken."""

from __future__ import annotations

from tests.cosell.sandbox.partner_central.partner import complete, partner, refused
from tests.support.rules import Source, rule


@rule(
    "The same request with the same ClientToken gets the first answer and does nothing.",
    Source.PC_FROM_AWS,
    Source.PC_MODEL,
)
def test_the_same_request_again_gets_the_first_answer() -> None:
    us = partner()
    body = {"Catalog": "AWS", "ClientToken": "t", **complete()}
    first = us.post("CreateOpportunity", **body)
    us.sets(first.json()["Id"], "LifeCycle.NextSteps", "Something else")
    us.clock.advance(3600)
    again = us.post("CreateOpportunity", **body)
    assert again.body == first.body
    assert len(us.central.opportunities) == 1


@rule("Another body under a used ClientToken is a ConflictException with the documented message.", Source.PC_MODEL)
def test_another_body_under_the_token_is_a_conflict() -> None:
    us = partner()
    us.create(ClientToken="t")
    with refused() as refusal:
        us.create(complete(OpportunityType="Expansion"), ClientToken="t")
    assert refusal.code == "ConflictException"
    assert refusal.message == "Conflicting client token submitted for a new request body."
    assert len(us.central.opportunities) == 1


@rule("The same body under another ClientToken is another request.", Source.PC_MODEL)
def test_another_token_is_another_opportunity() -> None:
    us = partner()
    assert us.create(ClientToken="a") != us.create(ClientToken="b")


@rule("A refused request does not use its ClientToken up.", Source.PC_MODEL)
def test_a_refused_request_can_be_mended_under_its_token() -> None:
    us = partner()
    with refused():
        us.create(complete(NationalSecurity="Yes"), ClientToken="t")
    us.create(ClientToken="t")


@rule("A ClientToken belongs to one operation and one catalog.", Source.PC_MODEL)
def test_a_token_is_of_one_catalog_and_one_operation() -> None:
    us = partner()
    identifier = us.create(ClientToken="t")
    us.associate(identifier)
    us.client.start_engagement_from_opportunity_task(
        Catalog="AWS", ClientToken="t", Identifier=identifier, AwsSubmission={"InvolvementType": "Co-Sell"}
    )
    us.catalog = "Sandbox"
    assert us.create(ClientToken="t") != identifier


@rule("A ClientToken that is past its lifetime is new again.", switch="token_lifetime")
def test_a_token_is_forgotten_after_its_lifetime() -> None:
    us = partner(token_lifetime=600.0)
    first = us.create(ClientToken="t")
    us.clock.advance(599)
    assert us.create(ClientToken="t") == first
    us.clock.advance(1)
    assert us.create(ClientToken="t") != first
    assert len(us.central.state.tokens) == 1


@rule("A ClientToken is remembered for 24 hours.", switch="token_lifetime")
def test_a_day_by_default() -> None:
    us = partner()
    first = us.create(ClientToken="t")
    us.clock.advance(24 * 3600 - 1)
    assert us.create(ClientToken="t") == first
    us.clock.advance(1)
    assert us.create(ClientToken="t") != first
