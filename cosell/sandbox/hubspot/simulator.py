"""HubSpot, as seen from `api.hubapi.com`, from its webhooks and from the people who work in it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cosell.sandbox import saving
from cosell.sandbox.hubspot import errors, management, pipelines, properties
from cosell.sandbox.hubspot.admin import Admin
from cosell.sandbox.hubspot.app import App
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.deliveries import Queue
from cosell.sandbox.hubspot.errors import Refused, Unrouted
from cosell.sandbox.hubspot.kinds import KINDS, kind_of
from cosell.sandbox.hubspot.limits import Counts, Limits
from cosell.sandbox.hubspot.links import ends
from cosell.sandbox.hubspot.people import FIRST_USER, People
from cosell.sandbox.hubspot.routes import Route, route
from cosell.sandbox.hubspot.standard import furnish
from cosell.sandbox.hubspot.state import Definition, Group, Option, Owner, Pipeline, Portal, Source, Stage
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.views import RecordView, view
from cosell.sandbox.hubspot.webhooks import Deliver, Webhooks
from cosell.sandbox.saving import Chance
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Refusal, Request, Response

UNKNOWN = "unknown"


@dataclass
class _Account:
    """What is saved."""

    portal: Portal
    app: App
    limits: Counts
    webhooks: Queue
    correlations: Chance


class HubSpot:
    """One HubSpot account with one private app installed. A `Remote`.

    Same seed and same calls: same ids, same event ids, same order of webhooks. `deliver` sends a webhook request and
    calls back with the answer, or None when there is none; messages wait until it is set.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        portal_id: int = 44000001,
        time_zone: str = "America/New_York",
        currency: str = "USD",
        seed: int = 0,
        switches: Switches | None = None,
    ) -> None:
        switches = switches or Switches()
        opened_ms = round(clock.now * 1000)
        self.clock = clock
        self.portal = Portal(portal_id, time_zone, currency, opened_ms)
        furnish(self.portal)
        self.app = App(created_ms=opened_ms, updated_ms=opened_ms)
        self._crm = Crm(clock, self.portal, switches)
        self._correlations = random.Random(f"correlation {seed}")
        self._limits = Limits(clock, switches, time_zone=time_zone, portal_id=portal_id, app_id=self.app.app_id)
        self.webhooks = Webhooks(clock, self.app, switches, portal_id=portal_id, seed=seed)
        self._crm.on_change.append(self.webhooks.hear)
        self.people = People(self._crm)
        self.admin = Admin(self._crm)
        self.add_owner("sam.seller@example.com", "Sam", "Seller", user_id=FIRST_USER)

    @property
    def deliver(self) -> Deliver | None:
        return self.webhooks.deliver

    @deliver.setter
    def deliver(self, deliver: Deliver | None) -> None:
        self.webhooks.deliver = deliver

    # The Remote

    def operation(self, request: Request) -> str:
        """`deals.create`, `associations.set_default`, `owners.list`...; "unknown" for what HubSpot would not route."""
        try:
            found = route(request.method, request.url)
            operation = found.operation if found else UNKNOWN
        except Refused:
            return UNKNOWN
        return operation

    def handle(self, request: Request) -> Response:
        search = False
        if len(request.url) > self._crm.switches.longest_url:
            return errors.page(414, "Request-URI Too Large")
        try:
            found = route(request.method, request.url)
            if found is None:
                return errors.page(404, "Page Not Found")
            search = found.endpoint.search
            call = Call(self._crm, request, found.version, found.params, self._source(), self.app)
            self._authorise(call, found)
            self._limits.admit(search=search)
            reply = found.endpoint.answer(call)
        except Unrouted:
            return errors.page(404, "Page Not Found")
        except Refused as refused:
            return self._refusal(refused, search=search)
        return reply.response(self._headers(self._correlation(), search=search))

    def refuse(self, request: Request, how: Refusal) -> Response:
        """A 429 in the shape this endpoint uses, a 423, a 477, or what stands in for a broken service."""
        search = self.operation(request).endswith(".search")
        match how:
            case "unavailable":
                return errors.page(503, "Service Unavailable")
            case "failed":
                return errors.failed()
            case "locked":
                refused = errors.locked()
            case "moving":
                refused = errors.moving(self._crm.switches.moving_retry_after)
            case "throttled":
                refused = self._limits.secondly() if search else self._limits.ten_secondly()
        return self._refusal(refused, search=search)

    def _source(self) -> Source:
        return Source.app(self._crm.switches.app_source_id or self.app.app_id)

    def _authorise(self, call: Call, found: Route) -> None:
        if found.endpoint.area in management.AREAS:
            management.authorise(call)
            return
        scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self.app.admits(token.strip(), self.clock.now):
            raise errors.unauthenticated()
        lacking = [any_of for any_of in found.endpoint.scopes(found.params) if self.app.scopes.isdisjoint(any_of)]
        if lacking:
            raise errors.missing_scopes(sorted({scope for any_of in lacking for scope in any_of}))

    def _refusal(self, refused: Refused, *, search: bool) -> Response:
        correlation = self._correlation()
        headers = self._headers(correlation, search=search) | refused.headers
        return Reply(refused.status, refused.body(correlation)).response(headers)

    def _correlation(self) -> str:
        return str(uuid.UUID(int=self._correlations.getrandbits(128), version=4))

    def _headers(self, correlation: str, *, search: bool) -> dict[str, str]:
        return {"x-hubspot-correlation-id": correlation, **self._limits.headers(search=search)}

    # Saving

    def dump(self) -> dict[str, Any]:
        """Everything that matters to what happens later, as JSON can hold it. `deliver` and the clock are not in it."""
        counts, queue = self._limits.counts, self.webhooks.state()
        document: dict[str, Any] = saving.dump(
            _Account, _Account(self.portal, self.app, counts, queue, self._correlations)
        )
        return document

    def load(self, document: Mapping[str, Any]) -> None:
        """Goes on where the account stood that was dumped; what has come due since is due at once.

        For a new simulator with the same account, seed and switches. What was under way is sent again, as the same
        attempt. Raises ValueError for a document that does not fit.
        """
        saved = saving.load(_Account, document)
        if saved.portal.id != self.portal.id:
            raise ValueError(f"This was saved from account {saved.portal.id}, and this is account {self.portal.id}")
        vars(self.portal).update(vars(saved.portal))
        vars(self.app).update(vars(saved.app))
        self._limits.counts, self._correlations = saved.limits, saved.correlations
        self.webhooks.take_over(saved.webhooks)

    # Furnishing the portal

    def define(
        self,
        object_type: str,
        name: str,
        *,
        type: str = "string",  # noqa: A002 (HubSpot's word)
        field_type: str | None = None,
        label: str | None = None,
        group: str | None = None,
        options: Iterable[str] = (),
        unique: bool = False,
        required: bool = False,
        required_if: tuple[str, Iterable[str]] | None = None,
        sensitive: bool = False,
    ) -> None:
        """A custom property, as an admin would make it. The field type follows from the type where none is given.

        `required_if` is another property and those of its values that make this one required. Raises Refused for more
        properties than the portal may have.
        """
        kind = kind_of(object_type)
        groups = self.portal.groups[kind.name]
        group = group or next(iter(groups))
        groups.setdefault(group, Group(group, group.replace("_", " ").capitalize()))
        values = tuple(options) or (("true", "false") if type == "bool" else ())
        listed = [Option(value, value, order) for order, value in enumerate(values)]
        usual = {"string": "text", "enumeration": "select", "bool": "booleancheckbox", "datetime": "date"}
        definition = Definition(
            name,
            label or name,
            type,
            field_type or usual.get(type, type),
            group,
            listed,
            unique=unique,
            required=required,
            required_if=None if required_if is None else (required_if[0], frozenset(required_if[1])),
            sensitive=sensitive,
        )
        properties.add(self._crm, kind, definition)

    def add_pipeline(self, pipeline_id: str, label: str, stages: Iterable[tuple[str, str, str]]) -> None:
        """A further deal pipeline; a stage is id, label and probability (`"0.0"` to `"1.0"`).

        Raises Refused for ids and labels that others have.
        """
        now = round(self.clock.now * 1000)
        listed = [
            Stage(id_, name, order, probability, created_ms=now, updated_ms=now)
            for order, (id_, name, probability) in enumerate(stages)
        ]
        pipeline = Pipeline(pipeline_id, label, len(self.portal.pipelines), listed, now, now)
        pipelines.put(self._crm, pipeline, "CREATE")

    def add_owner(self, email: str, first_name: str, last_name: str, *, user_id: int | None = None) -> str:
        """Somebody who can own records; returns the owner id, which is not the user id."""
        number = len(self.portal.owners)
        owner = Owner(
            str(12_000_001 + number),
            email,
            first_name,
            last_name,
            user_id or FIRST_USER + number,
            round(self.clock.now * 1000),
        )
        self.portal.owners[owner.id] = owner
        return owner.id

    # Looking in

    def records(self, object_type: str) -> list[RecordView]:
        """All records of a type, archived ones too, oldest first."""
        return [view(self._crm, record) for record in self.portal.records[kind_of(object_type).name].values()]

    def record(self, object_type: str, id_: str) -> RecordView:
        """The record with that id, archived or not. Raises KeyError."""
        return view(self._crm, self.portal.records[kind_of(object_type).name][id_])

    def notes_of(self, deal_id: str) -> list[RecordView]:
        """The live notes on a deal, in the order they were associated."""
        return self._on_deal(deal_id, "notes")

    def tasks_of(self, deal_id: str) -> list[RecordView]:
        return self._on_deal(deal_id, "tasks")

    def _on_deal(self, deal_id: str, kind: str) -> list[RecordView]:
        return [self.record(kind, id_) for id_ in ends(self.portal, ("deals", deal_id), KINDS[kind])]
