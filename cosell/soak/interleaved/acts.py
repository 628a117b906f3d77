"""What can happen in a world: each act is plain data, drawn before the world begins, and done when its time comes.

An act that is not possible when its time comes (AWS cannot approve a draft, HubSpot refuses a value) is skipped: so a
schedule can be shortened and means the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from cosell.sandbox import Deal
from cosell.sandbox.hubspot import Refused
from cosell.sandbox.partner_central import NotPossible
from cosell.sandbox.wire import Request
from cosell.soak.interleaved import faulty
from cosell.soak.interleaved.values import AT_AWS, COMPANY, CONTACT, DEAL, OWNERS, PRODUCTS, SOLUTIONS, STAGES, Draw
from cosell.soak.interleaved.world import World

Words = Mapping[str, str]
Do = Callable[[World, Deal, Words], None]


@dataclass(frozen=True)
class Act:
    """One thing that happens, so many seconds after the world's beginning."""

    at: float
    name: str
    deal: int = 0
    """Which deal it is about, counted in the order in which they came."""
    words: Words = field(default_factory=dict)

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.words.items())
        whose = "" if self.name in WORLDLY else f"deal {self.deal + 1}: "
        return f"{self.at:9.1f} s  {whose}{self.name}{f' ({said})' if said else ''}"


class Impossible(Exception):
    """Not now."""


def do(world: World, act: Act) -> bool:
    """Does it at once; False where it is not possible now."""
    before = world.values()
    try:
        with _possible():
            if act.name in WORLDLY:
                WORLDLY[act.name].do(world, act.words)
            elif act.deal < len(world.deals):
                DEALINGS[act.name].do(world, world.deals[act.deal], act.words)
            else:
                return False
    except Impossible:
        return False
    world.meets_deals()
    world.notes(before)
    world.done += 1
    return True


@contextmanager
def _possible() -> Iterator[None]:
    try:
        yield
    except (NotPossible, Refused, LookupError) as error:
        raise Impossible from error


# Sellers


def _edits(world: World, deal: Deal, words: Words) -> None:
    world.sandbox.hubspot.seller.edits(deal, **words)


def _company(world: World, deal: Deal, words: Words) -> None:
    if deal.company is None:
        raise Impossible
    world.sandbox.hubspot.seller.edits_company(deal, **words)


def _contact(world: World, deal: Deal, words: Words) -> None:
    if deal.contact is None:
        raise Impossible
    world.sandbox.hubspot.seller.edits_contact(deal, **words)


def _adds_contact(world: World, deal: Deal, words: Words) -> None:
    world.sandbox.hubspot.seller.adds_contact(deal, words["name"])


def _removes_contact(world: World, deal: Deal, _: Words) -> None:
    if deal.contact is None:
        raise Impossible
    world.sandbox.hubspot.seller.removes_contact(deal, deal.contact)


def _erases_contact(world: World, deal: Deal, _: Words) -> None:
    if deal.contact is None:
        raise Impossible
    world.sandbox.hubspot.seller.erases_contact(deal)
    world.erased = True


def _deletes(world: World, deal: Deal, _: Words) -> None:
    world.sandbox.hubspot.seller.deletes(deal)


def _restores(world: World, deal: Deal, _: Words) -> None:
    world.sandbox.hubspot.seller.restores(deal)


def _ticks_off(world: World, deal: Deal, _: Words) -> None:
    world.sandbox.hubspot.seller.ticks_off(deal)


def _creates(world: World, words: Words) -> None:
    deal = world.sandbox.hubspot.seller.creates_deal(
        name=words["name"],
        company=words["company"],
        contact=words["contact"],
        shared_with_aws=words["shared"] == "yes",
        aws_action=words.get("aws_action"),
        aws_involvement=words.get("aws_involvement"),
    )
    world.deals.append(deal)


def _merges(world: World, deal: Deal, words: Words) -> None:
    other = int(words["other"])
    if other >= len(world.deals) or world.deals[other].id == deal.id:
        raise Impossible
    gone = world.deals[other]
    left = world.sandbox.hubspot.seller.merges(deal, gone)
    world.merged |= {deal.id, gone.id, left.id}
    world.deals[world.deals.index(deal)] = left


# AWS, and colleagues in Partner Central


def _opportunity(world: World, deal: Deal) -> str:
    view = world.opportunity(deal)
    if view is None:
        raise Impossible
    return view.id


def _aws(name: str) -> Do:
    """A verb of people at AWS that takes texts; one that is positional comes first."""

    def done(world: World, deal: Deal, words: Words) -> None:
        getattr(world.sandbox.partner_central.aws, name)(_opportunity(world, deal), **words)

    return done


def _aws_edits(world: World, deal: Deal, words: Words) -> None:
    value = json.loads(words["value"])
    world.sandbox.partner_central.aws.edits(_opportunity(world, deal), words["path"], value)


def _aws_scores(world: World, deal: Deal, words: Words) -> None:
    aws = world.sandbox.partner_central.aws
    aws.scores(_opportunity(world, deal), words["engagement"], quality=int(words["quality"]))


def _aws_staffs(world: World, deal: Deal, words: Words) -> None:
    person = (words["first"], words["last"], words["email"], "AWSSalesRep")
    world.sandbox.partner_central.aws.staffs(_opportunity(world, deal), person)


def _colleague(operation: str) -> Do:
    """Somebody at the partner's associates an entity, or takes it away, in Partner Central."""

    def done(world: World, deal: Deal, words: Words) -> None:
        names = {"RelatedEntityType": words["kind"], "RelatedEntityIdentifier": words["id"]}
        _asks(world, operation, OpportunityIdentifier=_opportunity(world, deal), **names)

    return done


def _asks(world: World, operation: str, **members: Any) -> None:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
        "authorization": "AWS4-HMAC-SHA256 Credential=colleague",
    }
    body = json.dumps({"Catalog": "Sandbox", **members}).encode()
    url = "https://partnercentral-selling.us-east-1.api.aws/"
    if world.sandbox.partner_central.simulator.handle(Request("POST", url, headers, body)).status != 200:
        raise Impossible


def _refers(world: World, _: Words) -> None:
    world.sandbox.partner_central.aws.refers(catalog="Sandbox")


# What breaks, and who mends it


def _breaks(world: World, words: Words) -> None:
    world.sandbox.cloud.faults.add(faulty.fault(words))


def _heals(world: World, _: Words) -> None:
    world.sandbox.heal()


def _redrives(world: World, _: Words) -> None:
    if not world.redrives():
        raise Impossible


def _stops(world: World, _: Words) -> None:
    running = world.sandbox.executions.running
    if not running:
        raise Impossible
    world.chance.choice(running).stop()


def _doubles_webhooks(world: World, _: Words) -> None:
    if not world.sandbox.hubspot.deliver_webhooks(copies=2, shuffled=True, batch=3):
        raise Impossible


@dataclass(frozen=True)
class Verb:
    """How often an act is drawn, with which words, and what it does."""

    weight: float
    draw: Draw
    do: Callable[..., None]


def _no_words(_: Random) -> dict[str, str]:
    return {}


def _one_of(**choices: tuple[str, ...]) -> Draw:
    return lambda chance: {name: chance.choice(values) for name, values in choices.items()}


def _some(draws: tuple[Draw, ...], most: int) -> Draw:
    def drawn(chance: Random) -> dict[str, str]:
        picked = chance.sample(draws, chance.randint(1, most))
        return {name: value for draw in picked for name, value in draw(chance).items()}

    return drawn


def _named(name: str, values: tuple[str, ...]) -> Draw:
    return lambda chance: {name: chance.choice(values)}


_STATUSES: Final = ("aws_share", ("paused", "yes", "yes"))
_AWS_STAGES: Final = ("Qualified", "Technical Validation", "Committed")
_LOST: Final = ("Price", "Timeline", "Lost to Competitor - Other")

DEALINGS: Final[Mapping[str, Verb]] = {
    "seller edits": Verb(16, _some(DEAL, 1), _edits),
    "seller edits a lot": Verb(5, _some(DEAL, 5), _edits),
    "seller edits company": Verb(3, _some(COMPANY, 2), _company),
    "seller edits contact": Verb(3, _some(CONTACT, 1), _contact),
    "seller adds contact": Verb(1, _named("name", ("Susan Ross", "Jo Bloggs")), _adds_contact),
    "seller removes contact": Verb(0.7, _no_words, _removes_contact),
    "contact is erased": Verb(0.4, _no_words, _erases_contact),
    "seller moves": Verb(5, _named("dealstage", STAGES), _edits),
    "seller loses": Verb(
        1, lambda chance: {"dealstage": "closedlost", "aws_lost_reason": chance.choice(_LOST)}, _edits
    ),
    "seller chooses solutions": Verb(2, _named("aws_solutions", SOLUTIONS), _edits),
    "seller chooses products": Verb(2, _named("aws_products", PRODUCTS), _edits),
    "seller gives it to": Verb(1, _named("hubspot_owner_id", OWNERS), _edits),
    "seller acts": Verb(4, _named("aws_action", ("submit", "submit", "refresh", "launch")), _edits),
    "seller shares or pauses": Verb(2, _named(*_STATUSES), _edits),
    "seller deletes": Verb(0.6, _no_words, _deletes),
    "seller restores": Verb(1.5, _no_words, _restores),
    "seller merges": Verb(0.3, _named("other", ("0", "1", "2")), _merges),
    "seller ticks off tasks": Verb(0.7, _no_words, _ticks_off),
    "AWS edits": Verb(12, lambda chance: chance.choice(AT_AWS)(chance), _aws_edits),
    "AWS starts review": Verb(1, _no_words, _aws("starts_review")),
    "AWS approves": Verb(4, _no_words, _aws("approves")),
    "AWS asks for changes": Verb(2, _named("comments", ("Say more.", "Which database?")), _aws("asks_for_changes")),
    "AWS rejects": Verb(0.4, _named("reason", ("Customer could not be verified",)), _aws("rejects")),
    "AWS moves it to": Verb(
        2, _named("stage", ("Qualified", "Technical Validation", "Committed")), _aws("moves_stage")
    ),
    "AWS loses it": Verb(0.4, lambda _: {"stage": "Closed Lost", "lost_reason": "Price"}, _aws("moves_stage")),
    "AWS's seller moves to": Verb(
        1, _one_of(stage=("Qualified", "Seller Engaged"), next_steps=("Call", "Meet")), _aws("moves_own_stage")
    ),
    "AWS staffs": Verb(0.7, _one_of(first=("Jane", "Ann"), last=("Roe",), email=("roe@example.com",)), _aws_staffs),
    "AWS scores": Verb(0.7, _one_of(engagement=("High", "Low"), quality=("40", "70")), _aws_scores),
    "AWS turns it to co-sell": Verb(0.3, _named("reason", ("Expansion Opportunity",)), _aws("turns_to_co_sell")),
    "the submission fails": Verb(0.5, _named("reason_code", ("InternalError",)), _aws("fails_task")),
    "a colleague associates": Verb(
        1, _one_of(kind=("AwsProducts",), id=("AmazonS3", "AmazonEC2")), _colleague("AssociateOpportunity")
    ),
    "a colleague takes away": Verb(
        0.7, _one_of(kind=("AwsProducts",), id=("AmazonS3", "AmazonEC2")), _colleague("DisassociateOpportunity")
    ),
}

WORLDLY: Final[Mapping[str, Verb]] = {
    "seller creates": Verb(0, _no_words, _creates),
    "AWS refers a customer": Verb(0.7, _no_words, _refers),
    "breaks": Verb(4, faulty.draw, _breaks),
    "everything is mended": Verb(5, _no_words, _heals),
    "operator redrives": Verb(8, _no_words, _redrives),
    "operator stops a run": Verb(0.7, _no_words, _stops),
    "HubSpot doubles its webhooks": Verb(2, _no_words, _doubles_webhooks),
}
