"""What must hold once everything is mended and quiet, whatever happened before. Each check says what is broken."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from cosell.sandbox import Deal
from cosell.sandbox.partner_central import OpportunityView
from cosell.soak.interleaved import sides
from cosell.soak.interleaved.world import SILENT, Edit, World, mapping
from lambdas.domain import stages
from lambdas.domain.mapping import FieldRule, Row
from lambdas.domain.rules import STAGE

Check = Callable[[World], Iterator[str]]
READS: Final = ("get", "batch_read", "search", "list", "details")
"""What calls to HubSpot that change nothing end in."""
TASK: Final = "AWS: "
"""How the subject of each task of ours begins."""
MOST_EXECUTIONS: Final = 50
"""For each act: it is told of in some events, each may come twice, wake several deals, and be retried."""
MOST_OF_A_DELIVERY: Final = 12
"""For each request of HubSpot's webhooks: it tells of some records, and each event may come twice. One whose answer is
lost is sent again, ten times."""
ROUNDS: Final = 3
"""Executions that a look at a pair may cost: its own, one that follows, and one handed on."""


def nothing_is_left_failed(world: World) -> Iterator[str]:
    """Mended and redriven, everything has come to its end, and no event is buried."""
    for execution in world.sandbox.executions.failed:
        yield f"still failed after {world.redriven} redrives: {execution}"
    for execution in world.sandbox.executions.running:
        yield f"still running: {execution}"
    for message in world.sandbox.dlq("undelivered"):
        # A delivery whose answer was lost is tried again; the execution it started may have ended meanwhile.
        if "RESOURCE_ALREADY_EXISTS" not in json.dumps(message["MessageAttributes"]):
            yield f"undelivered: {message['Body'][:300]}"


def one_deal_for_each_opportunity(world: World) -> Iterator[str]:
    """No deal has two opportunities and no opportunity two deals, by what either side and the links say."""
    made = Counter(one.partner_id for one in world.sandbox.partner_central.opportunities)
    yield from (f"deal {deal} has {count} opportunities at AWS" for deal, count in made.items() if deal and count > 1)
    named = Counter(
        record.properties["aws_opportunity_id"] for record in world.sandbox.hubspot.simulator.records("deals")
    )
    yield from (f"{count} deals name opportunity {one}" for one, count in named.items() if one and count > 1)
    pairs = [item for item in world.sandbox.items("links") if item["pk"].startswith("pair#")]
    for name in ("deal", "opportunity"):
        linked = Counter(item.get(name) for item in pairs if not item.get("merged_into"))
        yield from (f"{count} pairs have {name} {one}" for one, count in linked.items() if one and count > 1)


def every_opportunity_is_linked(world: World) -> Iterator[str]:
    """None is an orphan: each leads to a pair that leads back to it, and the pair to a deal that names it."""
    for view in world.sandbox.partner_central.opportunities:
        aliases = world.sandbox.items("links", pk=f"opp#{view.catalog}#{view.id}")
        pair = aliases[0]["pair"] if aliases else None
        links = world.sandbox.items("links", pk=f"pair#{pair}") if pair else []
        if not links or not links[0].get("deal"):
            yield f"opportunity {view.id} is linked with no deal"
            continue
        if links[0].get("opportunity") != view.id and view.id not in (links[0].get("rivals") or ()):
            yield f"opportunity {view.id} leads to a pair of {links[0].get('opportunity')}"
        deal = next((one for one in world.deals if one.id == links[0]["deal"] and world.is_there(one)), None)
        if deal and deal.now["aws_opportunity_id"] != links[0].get("opportunity"):
            yield f"deal {deal.id} names {deal.now['aws_opportunity_id']}, and is linked with {view.id}"


def turns_are_given_back(world: World) -> Iterator[str]:
    """Nobody has a turn, and nothing that was wanted is left."""
    for item in world.sandbox.items("sync-state", sk="turn"):
        if "owner" in item or "open" in item or item.get("wanted") != item.get("seen"):
            yield f"the turn of pair {item['pk']} is not given back: {item}"


def differences_are_named(world: World) -> Iterator[str]:
    """A field that is not the same on both sides is one that the deal speaks of, or that nobody sends."""
    for deal, view in _linked(world):
        said, shown = sides.wanted(world.sandbox, deal, mapping()), sides.seen(view, mapping())
        for field in mapping().fields:
            if field.path not in said.fields or field.path not in shown or field.path in said.idle:
                continue
            ours, theirs = said.fields[field.path], shown[field.path]
            if field.path == STAGE:
                ours = stages.spoken(ours, theirs)
            if ours != theirs and explanation(world, deal, view, field) is None:
                yield f"deal {deal.id}, {field.path}: HubSpot has {ours!r}, {view.id} has {theirs!r}, nobody says why"


def problems_are_named(world: World) -> Iterator[str]:
    """What stands in the way of sending a deal is on the deal, until AWS has fixed the field for good."""
    for deal, view in _linked(world):
        if is_left_alone(deal, view) or view.review_status in {"Approved", "Rejected"}:
            continue
        for problem in sides.wanted(world.sandbox, deal, mapping()).problems:
            if not says(deal, problem.label):
                yield f"deal {deal.id} does not say that {problem.sentence}"


def no_edit_is_lost(world: World) -> Iterator[str]:
    """A value that somebody set is there, was replaced by the same side, or is in the trail: sent, or overruled."""
    linked = {deal.id: (deal, view) for deal, view in _linked(world)}
    for edit in world.edits:
        if edit.value != SILENT and edit.deal in linked and (lost := _fate(world, edit, *linked[edit.deal])):
            yield lost


def one_open_task(world: World) -> Iterator[str]:
    """A seller is asked in one place."""
    for deal in world.deals:
        subjects = [task.properties["hs_task_subject"] or "" for task in deal.open_tasks]
        ours = [subject for subject in subjects if subject.startswith(TASK)]
        if len(ours) > 1 and deal.id not in world.merged:
            yield f"deal {deal.id} has {len(ours)} open tasks: {ours}"


def no_note_is_doubled(world: World) -> Iterator[str]:
    """The same words at the same time are one note."""
    for deal in world.deals:
        notes = world.sandbox.hubspot.simulator.notes_of(deal.id)
        told = Counter((note.properties["hs_note_body"], note.properties["hs_timestamp"]) for note in notes)
        yield from (
            f"deal {deal.id} has {count} times the note {body}" for (body, _), count in told.items() if count > 1
        )


def traffic_stops(world: World) -> Iterator[str]:
    """Looked at once more, nobody writes anything, but that what an action came to is said until the next look."""
    executions = len(world.sandbox.executions.all)
    deliveries = world.sandbox.hubspot.simulator.webhooks.attempts
    if executions > MOST_EXECUTIONS * (world.done + 1) + MOST_OF_A_DELIVERY * deliveries:
        yield f"{world.done} acts started {executions} executions"
    yield from _written_by_a_look(world, allowed=("deals.update",))
    yield from _written_by_a_look(world)


def _written_by_a_look(world: World, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    sandbox = world.sandbox
    before, executions = len(sandbox.calls), len(sandbox.executions.all)
    pairs = sum(item["pk"].startswith("pair#") for item in sandbox.items("links"))
    world.pokes()
    for call in sandbox.calls[before:]:
        if is_write(call.remote, call.operation) and call.operation not in allowed:
            yield f"a look at a pair at rest wrote: {call.remote} {call.operation} in {call.caller.state}"
    started = len(sandbox.executions.all) - executions
    if started > ROUNDS * pairs:
        yield f"a look at {pairs} pairs started {started} executions"


INVARIANTS: Final[tuple[Check, ...]] = (
    nothing_is_left_failed,
    one_deal_for_each_opportunity,
    every_opportunity_is_linked,
    turns_are_given_back,
    differences_are_named,
    problems_are_named,
    no_edit_is_lost,
    one_open_task,
    no_note_is_doubled,
    traffic_stops,
)


def is_write(remote: str, operation: str) -> bool:
    if remote == "hubspot":
        return not operation.endswith(READS)
    return remote == "partner_central" and not operation.startswith(("Get", "List"))


def is_left_alone(deal: Deal, view: OpportunityView) -> bool:
    """A deal of which nothing is sent, whatever its fields say."""
    is_abandoned = says(deal, "The draft stays at AWS as it is")
    return deal.now["aws_share"] != "yes" or is_abandoned or view.review_status == "Rejected"


def explanation(world: World, deal: Deal, view: OpportunityView, field: FieldRule) -> str | None:
    """Why a field may differ; None: there is no reason that anybody could find."""
    if is_left_alone(deal, view):
        return "nothing is sent of this deal"
    if any(says(deal, row.label) for row in (*field.rows, *_goes_with(field))):
        return "the deal speaks of it"
    if says(deal, "AWS says"):
        return "AWS refused the update it would be part of"
    if any(row.quiet for row in field.rows) and view.review_status == "Approved":
        return "a change that is not worth a word"
    if field.back is None and _began_or_last_edited_at_aws(world, deal, field.path):
        return "AWS's value has no property to go to"
    return None


def _goes_with(field: FieldRule) -> Iterator[Row]:
    """A lost deal goes to AWS together with its reason, so that a word on one of them is on both."""
    lost = ("LifeCycle.Stage", "LifeCycle.ClosedLostReason")
    if field.path in lost:
        yield from (row for row in mapping().rows if row.path in lost and row.direction != "from_aws")


def _began_or_last_edited_at_aws(world: World, deal: Deal, path: str) -> bool:
    edits = [edit for edit in world.edits if edit.deal == deal.id and edit.path == path]
    return edits[-1].side == "aws" if edits else deal.now["aws_origin"] == "aws_referral"


def says(deal: Deal, words: str) -> bool:
    """Whether the deal's message has these words, or may have had them where it was cut."""
    message = (deal.now["aws_sync_message"] or "").lower()
    return words.lower() in message or message.endswith(" more.")


def _linked(world: World) -> Iterator[tuple[Deal, OpportunityView]]:
    """Deals that are there, with their opportunity. What a merge made of two is another matter."""
    opportunities = world.opportunities()
    for deal in world.deals:
        view = opportunities.get(deal.id) if world.is_there(deal) and deal.id not in world.merged else None
        if view is not None:
            yield deal, view


def _fate(world: World, edit: Edit, deal: Deal, view: OpportunityView) -> str | None:
    """A sentence where the value is lost without a trace."""
    if any(_is_newer(one, edit) for one in world.edits):
        return None
    said, shown = sides.wanted(world.sandbox, deal, mapping()).fields, sides.seen(view, mapping())
    ours, theirs = said.get(edit.path, SILENT), shown.get(edit.path, SILENT)
    if (ours if edit.side == "seller" else theirs) in (edit.value, SILENT):
        return None
    if edit.side == "seller" and _stands_behind(world, edit, deal):
        return None
    pair, trail = world.sandbox.pair(deal) or "", world.sandbox.audit(deal)
    if any(_names(entry, edit, pair) for entry in trail) or _takes_back(world, edit, pair, trail):
        return None
    return (
        f"deal {deal.id}, {edit.path}: what {edit.side} set at {edit.at - world.began:.1f} s, {edit.value!r}, is gone "
        f"without a trace; HubSpot has {ours!r}, {view.id} has {theirs!r}"
    )


def _is_newer(one: Edit, edit: Edit) -> bool:
    return _is_of_same(one, edit) and one.number > edit.number


def _is_of_same(one: Edit, edit: Edit) -> bool:
    return (one.side, one.deal, one.path) == (edit.side, edit.deal, edit.path)


def _stands_behind(world: World, edit: Edit, deal: Deal) -> bool:
    """Whether the value is in HubSpot still, in the property that speaks where the one that AWS fills is empty."""
    taker = next((field.back for field in mapping().fields if field.path == edit.path), None)
    if taker is None or edit.value is None:  # nothing stands anywhere
        return False
    behind = sides.wanted(world.sandbox, deal, mapping(), taker.property).fields
    return bool(behind.get(edit.path, SILENT) == edit.value)


def _takes_back(world: World, edit: Edit, pair: str, trail: list[dict[str, Any]]) -> bool:
    """Whether somebody went back to what they had said, before anybody heard of what they said in between."""
    earlier = (one for one in world.edits if _is_of_same(one, edit) and _is_newer(edit, one))
    return any(one.before == edit.value and not any(_names(entry, one, pair) for entry in trail) for one in earlier)


def _names(entry: dict[str, Any], edit: Edit, pair: str) -> bool:
    """Whether an entry of the trail has the value: as sent, or as overruled. People are in it by their hash only."""
    values = (edit.value, _hashed(pair, edit.value))
    changes = [change for change in json.loads(entry["changes"]) if change["path"] == edit.path]
    return any(change[when] in values for change in changes for when in ("before", "after"))


def _hashed(pair: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "hashed:" + hmac.digest(pair.encode(), text.encode(), hashlib.sha256).hex()[:32]
