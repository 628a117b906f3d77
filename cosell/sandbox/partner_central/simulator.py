"""The door: requests in, answers out, in AWS JSON 1.0."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from cosell.sandbox import saving
from cosell.sandbox.agenda import Agenda
from cosell.sandbox.partner_central import (
    associations,
    engagements,
    listing,
    model,
    opportunities,
    quotas,
    settings,
    submissions,
    summary,
    tags,
    tokens,
    views,
    wording,
)
from cosell.sandbox.partner_central.chance import Dice
from cosell.sandbox.partner_central.errors import (
    ServiceError,
    internal,
    no_permission,
    throttled,
    unavailable,
    unknown_operation,
    unreadable,
    wrong_partner_state,
)
from cosell.sandbox.partner_central.events import Event, Events
from cosell.sandbox.partner_central.people import Aws
from cosell.sandbox.partner_central.state import Document, Due, Solution, State, User
from cosell.sandbox.partner_central.switches import Switches
from cosell.sandbox.partner_central.world import World
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Refusal, Request, Response

Operation = Callable[[World, Document], Document | None]

OPERATIONS: dict[str, Operation] = {
    "AssignOpportunity": opportunities.assign,
    "AssociateOpportunity": associations.associate,
    "CreateOpportunity": opportunities.create,
    "DisassociateOpportunity": associations.disassociate,
    "GetAwsOpportunitySummary": summary.get,
    "GetOpportunity": opportunities.get,
    "GetSellingSystemSettings": settings.get,
    "ListEngagementFromOpportunityTasks": submissions.list_tasks,
    "ListOpportunities": listing.list_opportunities,
    "ListSolutions": listing.list_solutions,
    "ListTagsForResource": tags.list_tags,
    "PutSellingSystemSettings": settings.put,
    "StartEngagementFromOpportunityTask": submissions.start_task,
    "SubmitOpportunity": submissions.submit,
    "TagResource": tags.tag,
    "UntagResource": tags.untag,
    "UpdateOpportunity": opportunities.update,
}

_TARGET = "AWSPartnerCentralSelling."
_Pending = list[tuple[float, Due]]
"""What is due and when, in seconds since the epoch."""

DEFAULT_SOLUTION = "S-1234567"
"""The solution that the developer guide names for association tests in the Sandbox."""


class PartnerCentral:
    """One partner's account at AWS Partner Central, both catalogs. A `Remote`.

    `aws` is what people at AWS do; `on_event` are called with complete EventBridge events; `solutions`, `users` and
    `estimates` (the pricing calculator's links, with their monthly amounts) are lists to add to. The first user owns
    what nobody is assigned to.
    """

    def __init__(
        self, clock: Clock, *, account: str = "111122223333", seed: int = 0, switches: Switches | None = None
    ) -> None:
        switches = switches or Switches()
        self.state = State(solutions=_default_solutions(), users=_default_users())
        dice = Dice(seed, self.state)
        agenda = Agenda(clock, self._fall_due, standing=lambda due: due.kind == "expiry")
        events = Events(clock, account, switches, dice, agenda)
        self._world = World(clock, account, switches, self.state, dice, agenda, events)
        self.aws = Aws(self._world)

    @property
    def on_event(self) -> list[Callable[[Event], None]]:
        return self._world.events.listeners

    @property
    def solutions(self) -> list[Solution]:
        return self.state.solutions

    @property
    def users(self) -> list[User]:
        return self.state.users

    @property
    def estimates(self) -> dict[str, str]:
        return self.state.estimates

    @property
    def opportunities(self) -> list[views.OpportunityView]:
        """All opportunities, in the order of their creation."""
        return [views.view(self._world, one) for one in self.state.opportunities.values()]

    def opportunity(self, opportunity_id: str) -> views.OpportunityView:
        """Raises KeyError."""
        return views.view(self._world, self.state.opportunities[opportunity_id])

    def dump(self) -> Document:
        """All that later behaviour depends on, except the time, as JSON can hold it."""
        world = self._world
        return {
            "account": world.account,
            "seed": world.dice.seed,
            "switches": asdict(world.switches),
            "state": saving.dump(State, self.state),
            "due": saving.dump(_Pending, world.agenda.pending),
        }

    def load(self, document: Document) -> None:
        """Goes on from what `dump` gave, in a new simulator with the same account, seed and switches. What was due
        before the clock's time is due at once.

        Raises ValueError: not a document of `dump`, of another simulator, or this one is not new.
        """
        if self.state.counters:
            raise ValueError("only a new simulator can be loaded: this one has been used")
        world = self._world
        expected = {"account": world.account, "seed": world.dice.seed, **asdict(world.switches)}
        try:
            found = {"account": document["account"], "seed": document["seed"], **document["switches"]}
            state, due = saving.load(State, document["state"]), saving.load(_Pending, document["due"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is not a saved Partner Central: {error}") from error
        others = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        if others:
            raise ValueError(f"the saved Partner Central differs in {', '.join(others)}")
        vars(self.state).update(vars(state))
        world.agenda.restore(due)

    def _fall_due(self, due: Due) -> None:
        match due:
            case Due("event", dict() as event):
                self._world.events.deliver(event)
            case Due("task", str() as task):
                submissions.finish(self._world, self.state.tasks[task])
            case Due("expiry"):
                engagements.expire(self._world)

    def operation(self, request: Request) -> str:
        """The operation's name: from X-Amz-Target, or from the last part of the path, as AWS's Postman collection
        sends it."""
        target = {name.lower(): value for name, value in request.headers.items()}.get("x-amz-target")
        if target is not None:
            return target.removeprefix(_TARGET)
        return urlsplit(request.url).path.rstrip("/").rsplit("/", 1)[-1]

    def handle(self, request: Request) -> Response:
        name = self.operation(request)
        try:
            answer = self._answer(name, request)
        except ServiceError as error:
            return self._refusal(error)
        if answer is None:
            return Response(200, self._headers(b""), b"")
        body = json.dumps(wording.word(name, answer, self._world.switches), ensure_ascii=False).encode()
        return Response(200, self._headers(body), body)

    def refuse(self, request: Request, how: Refusal) -> Response:  # noqa: ARG002 - all are refused alike
        reasons = {"throttled": throttled, "failed": internal}
        return self._refusal(reasons.get(how, unavailable)())

    def _answer(self, name: str, request: Request) -> Document | None:
        if request.method != "POST" or name not in OPERATIONS:
            raise unknown_operation(name or request.method)
        if self._world.switches.access == "no permission":
            raise no_permission(name)
        body = _read(request)
        if not self._has_quota(name, body):
            raise throttled()
        if self._world.switches.access == "wrong partner state":
            raise wrong_partner_state()
        asked = model.check(name, body, self._world.switches)
        remembered = tokens.recall(self._world, name, asked)
        if remembered is not None:
            return remembered
        answer = OPERATIONS[name](self._world, asked)
        tokens.remember(self._world, name, asked, answer)
        return answer

    def _has_quota(self, name: str, body: Document) -> bool:
        switches = self._world.switches
        if not switches.throttling:
            return True
        return quotas.allows(self.state.quotas, name, body.get("Catalog"), switches, self._world.clock.now)

    def _refusal(self, error: ServiceError) -> Response:
        body = error.body()
        return Response(error.status, {**self._headers(body), **error.headers()}, body)

    def _headers(self, body: bytes) -> dict[str, str]:
        return {
            "content-type": "application/x-amz-json-1.0",
            "content-length": str(len(body)),
            "x-amzn-requestid": str(uuid.UUID(int=self._world.dice.roll("request").getrandbits(128), version=4)),
        }


def _read(request: Request) -> Document:
    try:
        body: Any = json.loads(request.body or b"{}")
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair can be read, but never written
    except (ValueError, RecursionError):
        raise unreadable("The request is not JSON.") from None
    if not isinstance(body, dict):
        raise unreadable("The request is not a JSON object.")
    return body


def _default_solutions() -> list[Solution]:
    return [Solution(DEFAULT_SOLUTION, "Example solution", catalog=catalog) for catalog in ("AWS", "Sandbox")]


def _default_users() -> list[User]:
    return [User("alliance.lead@partner.example", "Alliance", "Lead")]
