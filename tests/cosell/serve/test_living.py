"""The believable portal: thirty deals, in all the states in which a deal can be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from cosell.sandbox import Sandbox
from cosell.sandbox.wire import Request
from cosell.serve import acts, living, portfolio


def test_a_portal_is_lived_looked_at_and_goes_on_in_another_world(assembly: Path) -> None:
    """One test, as living takes some seconds."""
    with Sandbox(assembly, seed=4) as world:
        began = world.clock.now
        assert list(living.lives(world, portfolio.load())) == list(range(1, 31))
        assert world.clock.now - began < living.SPAN
        _the_deals_are_in_all_states(world)
        _both_sides_tell_the_same(world)
        _its_people_are_many(world)
        _a_look_shows_the_newest_first_and_how_many_more_there_are(world)
        state, looked = world.dump(), acts.ACTS["look"](world, last=30)

    with Sandbox(assembly, state=state) as other:
        assert acts.ACTS["look"](other, last=30) == looked
        _what_waited_for_aws_is_sent(other)


def _the_deals_are_in_all_states(world: Sandbox) -> None:
    deals = [record.properties for record in world.hubspot.simulator.records("deals")]

    assert Counter(deal.get("aws_sync_status") for deal in deals) == {
        None: 6,
        "in_step": 10,
        "in_review": 4,
        "needs_you": 5,
        "closed": 2,
        "rejected": 1,
        "on_hold": 1,
        "paused": 1,
    }
    assert Counter((deal.get("aws_review_status"), deal.get("aws_opportunity_stage")) for deal in deals) == {
        (None, None): 8,
        ("Pending Submission", "Prospect"): 1,
        ("Pending Submission", "Qualified"): 4,
        ("Submitted", "Qualified"): 3,
        ("In review", "Qualified"): 2,
        ("Action Required", "Qualified"): 2,
        ("Rejected", "Qualified"): 1,
        ("Approved", "Qualified"): 2,
        ("Approved", "Technical Validation"): 2,
        ("Approved", "Business Validation"): 1,
        ("Approved", "Committed"): 2,
        ("Approved", "Launched"): 1,
        ("Approved", "Closed Lost"): 1,
    }
    assert all(deal["aws_sync_message"] for deal in deals if deal.get("aws_sync_status") == "needs_you")


def _both_sides_tell_the_same(world: Sandbox) -> None:
    deals = world.hubspot.simulator.records("deals")
    told = {id_: deal for deal in deals if (id_ := deal.properties.get("aws_opportunity_id"))}

    opportunities = {one.id: one for one in world.partner_central.opportunities}
    assert told.keys() == opportunities.keys()
    assert all(deal.id == opportunities[id_].partner_id for id_, deal in told.items())
    assert [one.title for one in opportunities.values() if one.involvement == "For Visibility Only"] == [
        "Fleet tracking"
    ]
    assert world.executions.failed == world.executions.running == []
    assert world.dlq("undelivered") == []


def _its_people_are_many(world: Sandbox) -> None:
    hubspot = world.hubspot.simulator
    deals = [hubspot.record("deals", record.id) for record in hubspot.records("deals")]

    assert len({deal.properties["hubspot_owner_id"] for deal in deals}) == 3
    assert len({company.properties["country"] for company in hubspot.records("companies")}) >= 12
    assert len(hubspot.records("contacts")) == len(hubspot.records("companies")) == 18
    assert sum(bool(hubspot.notes_of(deal.id)) for deal in deals) >= 10
    assert sum(bool(hubspot.tasks_of(deal.id)) for deal in deals) >= 5


def _a_look_shows_the_newest_first_and_how_many_more_there_are(world: Sandbox) -> None:
    answer = acts.page(world)(Request("POST", "http://127.0.0.1/sandbox/acts/look", {}, b'{"last": 4}'))

    assert answer is not None
    told = answer.json()
    assert [row[1] for row in told["rows"][1:]] == [
        "Newsroom search",
        "Booking engine",
        "Drone survey",
        "Trial data room",
    ]
    assert told["said"] == "The newest first. `act look --last 30` shows 26 more."


def _what_waited_for_aws_is_sent(world: Sandbox) -> None:
    waiting = next(one for one in world.partner_central.opportunities if one.title == "Edge quality control")
    world.partner_central.aws.approves(waiting.id)
    world.run_until_quiet()
    assert world.hubspot.deal(str(waiting.partner_id)).now["aws_sync_status"] == "in_step"
    (spend,) = world.partner_central.simulator.opportunity(waiting.id).body["Project"]["ExpectedCustomerSpend"]
    assert float(spend["Amount"]) == 22_000, "what was edited meanwhile"
