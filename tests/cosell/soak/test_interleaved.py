"""`make soak`, second half: a dozen worlds hold, and whatever is broken on purpose is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from cosell.sandbox import Sandbox
from cosell.soak.interleaved import invariants, many
from cosell.soak.interleaved.acts import Act
from cosell.soak.interleaved.invariants import INVARIANTS
from cosell.soak.interleaved.schedule import schedule
from cosell.soak.interleaved.story import Story, prepared, shortened, told
from cosell.soak.interleaved.world import Edit, World
from lambdas.adapters import hubspot

SEEDS = (6, 22, 26, 31, 33, 34, 37, 45, 62, 79, 95, 102)
"""Small worlds, in all of which something breaks and both sides do something: a second each at most."""


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_holds_whatever_happens(assembly: Path, seed: int) -> None:
    assert told(assembly, seed).broken == ()


def test_the_same_seed_is_the_same_world_and_another_seed_is_another(assembly: Path) -> None:
    first = told(assembly, 79)

    assert first == told(assembly, 79)
    assert schedule(1) != schedule(2)


# What is broken on purpose


@pytest.fixture
def world(assembly: Path) -> Iterator[World]:
    """Two deals at rest, one of them approved."""
    with Sandbox(assembly) as sandbox:
        world = prepared(sandbox, seed=0)
        for name in ("Data platform", "Data lake"):
            world.deals.append(sandbox.hubspot.seller.creates_deal(name=name, shared_with_aws=True))
        sandbox.run_until_quiet()
        yield world


def _fails_a_run(world: World) -> None:
    world.sandbox.cloud.events.put(world.sandbox.cloud.events.event("cosell", "Pair Touched", {}), world.bus)
    world.sandbox.run_until_quiet()


def _gives_a_deal_another_opportunity(world: World) -> None:
    for opportunity in world.sandbox.partner_central.simulator.state.opportunities.values():
        opportunity.fields["PartnerOpportunityIdentifier"] = world.deals[0].id


def _makes_an_orphan(world: World) -> None:
    world.sandbox.partner_central.aws.refers(catalog="AWS")


def _keeps_a_turn(world: World) -> None:
    key = {"pk": {"S": world.sandbox.pair(world.deals[0])}, "sk": {"S": "turn"}}
    dynamodb = world.sandbox.cloud.services.named("dynamodb")
    table = world.sandbox.table("sync-state")
    dynamodb.ask("UpdateItem", TableName=table, Key=key, UpdateExpression="ADD wanted :n", **_ONE)


_ONE = {"ExpressionAttributeValues": {":n": {"N": "1"}}}


def _changes_the_deal_unheard(**properties: str) -> Callable[[World], None]:
    def changes(world: World) -> None:
        hubspot = world.sandbox.hubspot.simulator
        hubspot.portal.records["deals"][world.deals[0].id].properties.update(properties)

    return changes


def _forgets_an_edit(world: World) -> None:
    deal = world.deals[0].id
    world.edits.append(Edit(0, world.began, "seller", deal, "Project.AdditionalComments", "Who has seen me?"))


def _doubles(kind: str, **properties: str) -> Callable[[World], None]:
    def doubles(world: World) -> None:
        people = world.sandbox.hubspot.simulator.people
        for _ in range(2):
            people.creates(kind, properties | {"hs_timestamp": "1795600000000"}, [("deals", world.deals[0].id)])

    return doubles


BREAKAGES: dict[Callable[[World], Iterator[str]], tuple[Callable[[World], None], str]] = {
    invariants.one_open_task: (_doubles("tasks", hs_task_subject="AWS: 1 thing to fix"), "has 2 open tasks"),
    invariants.no_note_is_doubled: (_doubles("notes", hs_note_body="Twice"), "has 2 times the note Twice"),
    invariants.no_edit_is_lost: (_forgets_an_edit, "'Who has seen me?', is gone without a trace"),
    invariants.traffic_stops: (_changes_the_deal_unheard(aws_next_step="Call"), "wrote: partner_central Update"),
    invariants.differences_are_named: (_changes_the_deal_unheard(aws_comments="Hm"), "HubSpot has 'Hm'"),
    invariants.problems_are_named: (_changes_the_deal_unheard(aws_customer_problem="Short"), "does not say that"),
    invariants.nothing_is_left_failed: (_fails_a_run, "still failed after 0 redrives"),
    invariants.turns_are_given_back: (_keeps_a_turn, "is not given back"),
    invariants.every_opportunity_is_linked: (_makes_an_orphan, "is linked with no deal"),
    invariants.one_deal_for_each_opportunity: (_gives_a_deal_another_opportunity, "has 3 opportunities at AWS"),
}


def test_every_invariant_can_fail(world: World) -> None:
    assert set(BREAKAGES) == set(INVARIANTS)
    for check, (breaks, sentence) in BREAKAGES.items():
        assert list(check(world)) == [], check.__name__
        breaks(world)
        assert any(sentence in broken for broken in check(world)), check.__name__


@pytest.mark.parametrize(("was_said", "lost"), [(True, False), (False, True)])
def test_only_what_was_said_and_not_heard_can_be_taken_back(world: World, *, was_said: bool, lost: bool) -> None:
    """The seller has nothing to say again; whether that is an edit depends on what came before."""
    deal, comments = world.deals[0], "Project.AdditionalComments"
    _hears_from_aws(world, comments, "Of our own accord.")
    said = Edit(0, world.began, "seller", deal.id, comments, "Hm", before=None)
    taken_back = Edit(1, world.began, "seller", deal.id, comments, None, before="Hm")

    world.edits += [said, taken_back] if was_said else [taken_back]

    assert bool(list(invariants.no_edit_is_lost(world))) is lost


@pytest.mark.parametrize(("said", "lost"), [("2027-03-24", False), ("2027-03-25", True)])
def test_a_close_date_behind_awss_go_live_is_there_and_another_is_not(world: World, said: str, *, lost: bool) -> None:
    deal, day = world.deals[0], "LifeCycle.TargetCloseDate"
    _hears_from_aws(world, day, "2027-09-15")
    assert (deal.now["closedate"] or "").startswith("2027-03-24")

    world.edits.append(Edit(0, world.began, "seller", deal.id, day, said))

    assert bool(list(invariants.no_edit_is_lost(world))) is lost


def _hears_from_aws(world: World, path: str, value: str) -> None:
    opportunity = world.opportunity(world.deals[0])
    assert opportunity is not None
    world.sandbox.partner_central.aws.edits(opportunity.id, path, value)
    world.sandbox.run_until_quiet()


FASTER_THAN_COSELL = (
    Act(0.0, "seller creates", words={"name": "Deal", "company": "Vandelay", "contact": "Art", "shared": "yes"}),
    Act(10.0, "seller edits", words={"aws_delivery_models": "Resell"}),
    Act(60.0, "seller ticks off tasks"),
)


def test_a_cosell_that_writes_over_people_is_caught_and_the_story_shortened(assembly: Path) -> None:
    assert told(assembly, 1, FASTER_THAN_COSELL).broken == ()

    with patch.object(hubspot, "overwritten", lambda *_: {}):
        story = told(assembly, 1, FASTER_THAN_COSELL)
        (sentence,) = story.broken
        assert sentence.startswith("no_edit_is_lost: deal ")
        assert "what seller set at 10.0 s, ['Resell'], is gone without a trace" in sentence
        assert [act.name for act in shortened(assembly, story).acts] == ["seller creates", "seller edits"]


# How it looks


def _reported(*stories: Story, as_json: bool = False) -> tuple[int, str]:
    out = StringIO()
    code = many.report(Console(file=out, width=100), stories, as_json=as_json)
    return code, out.getvalue()


def test_worlds_in_which_all_holds_are_counted() -> None:
    code, text = _reported(Story(0, (), counts={"acts": 3}), Story(1, (), counts={"acts": 1_200}))

    assert code == 0
    assert "1,203" in text
    assert text.endswith("All held in 2 worlds.\n")


def test_a_broken_world_is_named_with_the_command_that_shows_it_again() -> None:
    broken = Story(17, (), ("one_open_task: deal 3 has 2 open tasks",))

    code, text = _reported(Story(0, ()), broken)

    assert code == 1
    assert "Seed 17: one_open_task: deal 3 has 2 open tasks" in text
    assert text.endswith("python -m cosell soak interleavings --worlds 1 --seed 17\n")
    numbers = json.loads(_reported(broken, as_json=True)[1])
    assert (numbers["held"]["one_open_task"], numbers["held"]["traffic_stops"]) == (0, 1)


def test_one_world_is_told_act_by_act(assembly: Path) -> None:
    out = StringIO()

    assert many.run(Console(file=out, width=200), assembly, worlds=1, seed=79) == 0

    assert [str(act) for act in schedule(79)] == [line for line in out.getvalue().splitlines() if " s  " in line]
