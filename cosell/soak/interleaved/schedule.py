"""What happens in a world, and how its services behave: drawn from the seed before the world begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from cosell.sandbox.hubspot import Switches as HubSpotSwitches
from cosell.sandbox.partner_central import Switches as PartnerCentralSwitches
from cosell.soak.interleaved.acts import DEALINGS, WORLDLY, Act

DEALS: Final = (1, 1, 1, 1, 1, 2, 2, 3)
"""How many there are in a world, each as likely as the others."""
FEWEST_ACTS: Final = 6
MOST_ACTS: Final = 14
MOST_FAULTS: Final = 3
_TOGETHER: Final = 0.3
_AT_ONCE: Final = 0.75
_SOON: Final = 0.95
"""How likely an act comes with the one before; or within a run of Cosell's; or a while after, the rest much later."""


_ANOTHER: Final = 0.1


def schedule(seed: int) -> tuple[Act, ...]:
    """The acts of a seed, in order."""
    chance = Random(f"interleaved {seed}")
    deals = chance.choice(DEALS)
    acts = [*_begins(chance, deals), *_goes_on(chance, deals)]
    return tuple(sorted([*acts, *_breaks(chance, acts)], key=lambda act: act.at))


def _begins(chance: Random, deals: int) -> list[Act]:
    """The deals, and for most of them a review, without which nothing is ever approved."""
    acts = []
    for number in range(deals):
        made = chance.uniform(0, 30)
        acts.append(Act(made, "seller creates", words=_new_deal(chance, number)))
        reviewed = made + chance.uniform(20, 200)
        if chance.random() < 0.8:
            name = chance.choice(("AWS approves", "AWS approves", "AWS approves", "AWS asks for changes"))
            acts.append(Act(reviewed, name, number, DEALINGS[name].draw(chance)))
            if name != "AWS approves":
                acts.append(Act(reviewed + chance.uniform(20, 200), "AWS approves", number))
    return acts


def _new_deal(chance: Random, number: int) -> dict[str, str]:
    words = {"name": f"Data platform {number + 1}", "company": chance.choice(("Vandelay", "Kramerica"))}
    words |= {"contact": chance.choice(("Art Vandelay", "Newman Post"))}
    words["shared"] = "yes" if chance.random() < 0.85 else "no"
    if chance.random() < 0.85:
        words["aws_action"] = "submit"
    if chance.random() < 0.15:
        words["aws_involvement"] = "For Visibility Only"
    return words


def _goes_on(chance: Random, deals: int) -> list[Act]:
    """Some are about a deal that comes later, if at all: one that Cosell makes."""
    verbs = {**DEALINGS, **WORLDLY}
    weights = [verb.weight for verb in verbs.values()]
    now, acts = chance.uniform(0, 90), []
    for _ in range(chance.randint(FEWEST_ACTS, MOST_ACTS)):
        now += _pause(chance)
        name = chance.choices([*verbs], weights)[0]
        deal = deals if chance.random() < _ANOTHER else chance.randrange(deals)
        acts.append(Act(now, name, deal, verbs[name].draw(chance)))
    return acts


def _breaks(chance: Random, acts: Sequence[Act]) -> Iterator[Act]:
    """What breaks is of no account while nobody does anything: it does so around other acts, in their runs."""
    for _ in range(chance.randint(1, MOST_FAULTS)):
        at = max(0.0, chance.choice(acts).at + chance.uniform(-2, 12))
        yield Act(at, "breaks", words=WORLDLY["breaks"].draw(chance))


def _pause(chance: Random) -> float:
    kind = chance.random()
    if kind < _TOGETHER:
        return chance.choice((0.0, 0.1, 0.5))
    if kind < _AT_ONCE:
        return chance.uniform(0, 15)
    return chance.uniform(15, 240) if kind < _SOON else chance.uniform(600, 6 * 3600)


def hubspot(seed: int) -> HubSpotSwitches:
    chance = Random(f"HubSpot {seed}")
    return HubSpotSwitches(
        webhook_duplicates=chance.choice((0.0, 0.3)),
        webhook_delay=chance.choice(((0.2, 2.0), (0.0, 30.0))),
        webhook_pieces=chance.randint(1, 4),
        search_lag=chance.choice((0.0, 10.0)),
        association_lag=chance.choice((0.0, 0.5)),
        webhook_first_retry=chance.choice((5.0, 60.0)),
    )


def partner_central(seed: int) -> PartnerCentralSwitches:
    chance = Random(f"Partner Central {seed}")
    return PartnerCentralSwitches(
        event_scatter=chance.choice((0.0, 20.0)),
        events_twice=chance.random() < 0.3,
        updates_in_pairs=chance.random() < 0.3,
        task_seconds=chance.choice((0.0, 4.0, 90.0)),
        read_lag=chance.choice((0.0, 3.0)),
        association_moves_date=chance.random() < 0.5,
        echo_partner_identifier=chance.random() < 0.7,
        latest_association_first=chance.random() < 0.3,
    )


def duplicates(seed: int) -> float:
    """The share of EventBridge's deliveries that come twice."""
    return Random(f"EventBridge {seed}").choice((0.0, 0.0, 0.2))


def patience(seed: int) -> float:
    """For how many seconds what is broken stays broken in the end: a task's retries take four minutes."""
    return Random(f"patience {seed}").choice((0.0, 30.0, 600.0, 600.0))


def days_late(seed: int) -> float:
    """After how many days somebody redrives what failed; most are quick."""
    chance = Random(f"operator {seed}")
    return chance.uniform(1, 12) if chance.random() < 0.15 else 0.0
