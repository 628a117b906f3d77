"""A world that was saved, thrown away and loaded goes on as if nothing had happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.events import Archive, Rule
from cosell.sandbox.faults import Fault
from cosell.sandbox.schedules import parse
from cosell.sandbox.stepfunctions import Clock
from cosell.sandbox.stored import NotLoadable
from cosell.sandbox.targets import Target
from tests.cosell.sandbox.conftest import Account
from tests.support.life import Ending, ending

Act = Callable[[Sandbox], None]
DEAL = "31000000001"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"


def moved(world: Sandbox, assembly: Path, **options: Any) -> Sandbox:
    """Another world that goes on where this one stood; this one is closed."""
    state = json.loads(json.dumps(world.dump()))
    world.close()
    return Sandbox(assembly, state=state, **options)


def creates(world: Sandbox) -> None:
    deal = world.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    assert deal.id == DEAL


def approves(world: Sandbox) -> None:
    (opportunity,) = world.partner_central.opportunities
    world.partner_central.aws.approves(opportunity.id)


def edits(world: Sandbox) -> None:
    world.hubspot.seller.edits(world.hubspot.deal(DEAL), aws_monthly_spend="20000")


LIFE: tuple[Act, ...] = (creates, approves, edits)


def rested(world: Sandbox) -> Sandbox:
    world.run_until_quiet()
    return world


class Cut:
    """Runs a world until it is quiet, and moves it into a new one after every so many steps of the clock."""

    def __init__(self, assembly: Path, every: int) -> None:
        self.times = self._steps = 0
        self._assembly, self._every = assembly, every

    def __call__(self, world: Sandbox) -> Sandbox:
        while not world.clock.quiet:
            world.clock.step()
            self._steps += 1
            if self._steps % self._every == 0:
                world = moved(world, self._assembly)
                self.times += 1
        return world


def lived(assembly: Path, rest: Callable[[Sandbox], Sandbox]) -> tuple[Ending, list[str | None]]:
    """What is left of a deal's life, and how its executions ended."""
    world = Sandbox(assembly)
    try:
        for act in LIFE:
            act(world)
            world = rest(world)
        left = replace(ending(world, world.hubspot.deal(DEAL)), events_of_aws={})  # what was overheard is not kept
        return left, sorted(world.executions.outcomes, key=str)
    finally:
        world.close()


def test_wherever_a_deals_life_is_cut_it_ends_the_same(assembly: Path) -> None:
    cut = Cut(assembly, every=131)

    assert lived(assembly, cut) == lived(assembly, rested)
    assert cut.times >= 4


def test_a_failed_execution_is_redriven_in_another_world_and_faults_are_over(assembly: Path, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    with Sandbox(assembly, seed=3) as world:
        world.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
        creates(world)
        world.run_until_quiet()
        (failed,) = world.executions.failed
        history = failed.history
        world.save(path)

    with Sandbox.load(path, assembly) as world:
        assert json.loads(path.read_text()) == json.loads(json.dumps(world.dump())), "loading alone changes nothing"
        assert (world.seed, world.calls, world.logs) == (3, [], [])
        (again,) = world.executions.failed
        assert (again.state, again.history) == ("Create opportunity", history)

        again.redrive()
        world.run_until_quiet()

        assert (again.status, again.redrives, again.history[: len(history)]) == ("SUCCEEDED", 1, history)
        (opportunity,) = world.partner_central.opportunities
        assert world.hubspot.deal(DEAL).now["aws_opportunity_id"] == opportunity.id
        seller = world.hubspot.seller
        assert seller.creates_deal(name="Another").company == world.hubspot.deal(DEAL).company


def test_time_goes_on_from_the_clock_and_what_was_due_meanwhile_is_due_at_once(assembly: Path) -> None:
    world = Sandbox(assembly)
    creates(world)
    world.clock.run_while(lambda: not world.executions.running)
    later_that_day = world.clock.now + 1800

    with moved(world, assembly, clock=Clock(later_that_day)) as later:
        assert later.clock.now == later_that_day
        later.run_until_quiet()

        assert later.executions.failed == []
        assert later.hubspot.deal(DEAL).now["aws_sync_status"] == "in_review"
        assert later.clock.now - later_that_day < 3600


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 2}, "the state was saved by another version of Cosell: its format is 2, not 1"),
        ({"seed": 8}, "it was saved with the seed 8, not 0"),
        ({"portal": 7}, "it was saved with the HubSpot portal 7, this one is 44000001"),
        ({"now": "noon", "hubspot": []}, "the state is damaged: now, hubspot cannot be used"),
        ({"hubspot": {}}, "it does not fit this version of Cosell ("),
        ({"partner_central": {}}, "it does not fit this version of Cosell ("),
        ({"cloud": {}}, "it does not fit this version of Cosell (KeyError: 'chances')"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_next_world_is_fine(
    sandbox: Sandbox, assembly: Path, change: dict[str, Any], why: str
) -> None:
    state = {**sandbox.dump(), **change}
    sandbox.close()

    with pytest.raises(NotLoadable) as refused:
        Sandbox(assembly, seed=0, state=state)

    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)
    with Sandbox(assembly):
        pass


def test_what_is_not_deployed_any_more_is_named(sandbox: Sandbox, assembly: Path) -> None:
    state = sandbox.dump()
    sandbox.close()
    state["cloud"]["services"]["tables"]["gone"] = [{"pk": {"S": "x"}}]

    with pytest.raises(NotLoadable, match="the table gone, of which it has the content, is not deployed any more"):
        Sandbox(assembly, state=state)


@pytest.mark.parametrize(
    ("text", "why"),
    [("{", "cannot be read (Expecting"), ("[]", "is no saved sandbox"), ("\x00\xff", "cannot be read (")],
)
def test_a_file_that_is_none_is_refused_by_its_name(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(NotLoadable) as refused:
        Sandbox.load(path)

    assert str(refused.value).startswith(f"{path} {why}")


# The account around it


class Kept:
    """An account with a queue, a bus, an archive, a schedule, and a rule to a machine that is not there yet."""

    def __init__(self, tiny: ModuleType) -> None:
        self.account = Account(tiny)
        cloud = self.account.cloud
        for name in ("letters", "undelivered"):
            cloud.services.sqs.ask("CreateQueue", QueueName=name)
        cloud.events.add_archive(Archive("kept", "default", {"source": ["test"]}))
        hourly = Rule("hourly", "default", None, [Target("T", QUEUE, input='"tick"')], schedule=parse("rate(1 hour)"))
        cloud.events.add_rule(hourly)
        cloud.events.add_rule(Rule("forward", "default", {"source": ["test"]}, [Target("T", QUEUE)]))

    def moved(self, tiny: ModuleType) -> Kept:
        document = json.loads(json.dumps(self.account.cloud.dump()))
        other = Kept(tiny)
        other.account.clock.now = self.account.clock.now
        other.account.cloud.load(document)
        assert json.loads(json.dumps(other.account.cloud.dump())) == document
        return other

    def letters(self) -> list[Any]:
        return [json.loads(message["Body"]) for message in self.account.cloud.services.messages(QUEUE)]


def test_events_arrive_wherever_they_are_cut_off(tiny: ModuleType) -> None:
    kept = Kept(tiny)
    events = kept.account.cloud.events
    on_its_way, in_delivery = (events.event("test", "Something Happened", {"n": n}) for n in range(2))
    events.put(in_delivery)
    events.put(on_its_way, after=30)

    kept = kept.moved(tiny)
    kept.account.clock.run_until_quiet()
    kept = kept.moved(tiny)

    assert kept.letters() == [in_delivery, on_its_way]
    assert kept.account.cloud.events.replay("kept") == 2


def test_a_delivery_that_is_tried_again_and_a_schedule_keep_their_time(tiny: ModuleType) -> None:
    kept = Kept(tiny)
    clock, began = kept.account.clock, kept.account.clock.now
    kept.account.cloud.faults.add(Fault("unavailable", remote="sqs", times=None))
    event = kept.account.cloud.events.event("test", "Something Happened", {})
    kept.account.cloud.events.put(event)
    clock.advance(1800)

    kept = kept.moved(tiny)
    kept.account.clock.run_until_quiet()
    assert kept.letters() == [event]
    kept.account.clock.advance(began + 3601 - kept.account.clock.now)
    assert kept.letters() == [event, "tick"]


def test_dead_letters_keep_their_attributes(tiny: ModuleType) -> None:
    kept = Kept(tiny)
    kept.account.cloud.services.send(QUEUE, '"body"', {"ERROR_CODE": "NO_RESOURCE"})

    kept = kept.moved(tiny)

    (letter,) = kept.account.cloud.services.messages(QUEUE)
    assert letter == {"Body": '"body"', "MessageAttributes": {"ERROR_CODE": "NO_RESOURCE"}}
