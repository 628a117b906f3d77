"""A small EventBridge: buses, rules, schedules, archives; deliveries are retried and end in a dead letter queue."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cosell.sandbox import patterns, saving
from cosell.sandbox.agenda import Agenda
from cosell.sandbox.baton import Caller
from cosell.sandbox.faults import Faults
from cosell.sandbox.saving import Chance
from cosell.sandbox.schedules import Every, next_after
from cosell.sandbox.stepfunctions.clock import Clock, Timer
from cosell.sandbox.targets import Target, Undeliverable
from cosell.sandbox.wire import ACCOUNT, REGION

Event = dict[str, Any]
Deliver = Callable[[Target, str, str], None]
"""Hands (target, input, name unique to this delivery) over. Raises Undeliverable."""

EVENTBRIDGE = Caller(function="(eventbridge)")
_OPERATIONS = {"states": "StartExecution", "lambda": "Invoke", "sqs": "SendMessage", "events": "PutEvents"}


@dataclass
class Rule:
    """Sends what matches its pattern to its targets, or fires by its schedule."""

    name: str
    bus: str
    pattern: Mapping[str, Any] | None
    targets: list[Target]
    schedule: Every | None = None
    enabled: bool = True

    @property
    def arn(self) -> str:
        path = self.name if self.bus == "default" else f"{self.bus}/{self.name}"
        return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{path}"


@dataclass
class Archive:
    """What passed a bus and matched the pattern."""

    name: str
    bus: str
    pattern: Mapping[str, Any] | None
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand an event to a target."""

    at: float
    rule: str
    target: str
    event: str
    """The event's id."""
    error: str | None


class EventBridge:
    """All buses of the account.

    Delivers at least once: `duplicates` is the share of deliveries made twice, as a second execution or message.
    """

    def __init__(
        self, clock: Clock, faults: Faults, *, seed: int = 0, latency: tuple[float, float] = (0.05, 0.5)
    ) -> None:
        self.buses: dict[str, list[Rule]] = {"default": []}
        self.archives: dict[str, Archive] = {}
        self.seen: list[tuple[str, Event]] = []
        """Every event that reached a bus, with the bus's name, in order."""
        self.deliveries: list[Delivery] = []
        self.dropped: list[tuple[Rule, Target, Event]] = []
        """What could not be delivered and had no queue to go to."""
        self.duplicates = 0.0
        self.destinations: dict[str, Deliver] = {"events": self._to_bus}
        self.check: Callable[[Target], None] = lambda _target: None
        """Raises Undeliverable where the target may not be called."""
        self.bury: Callable[[str, str, Mapping[str, str]], None] = lambda _queue, _body, _attributes: None
        """Puts a dead letter (queue ARN, body, attributes) into its queue."""
        self._clock = clock
        self._faults = faults
        self._latency = latency
        self._random = random.Random(f"events {seed}")
        self._on_their_way: Agenda[tuple[Event, str]] = Agenda(clock, lambda sent: self._arrive(*sent))
        self._attempts: Agenda[_Attempt] = Agenda(clock, self._try)
        self._schedules: dict[str, Timer] = {}
        """When each rule with a schedule fires next, by its ARN."""

    # What exists

    def add_bus(self, name: str) -> str:
        self.buses.setdefault(name, [])
        return f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"

    def add_rule(self, rule: Rule) -> None:
        """Raises BadPattern, or KeyError for a bus or kind of target that does not exist."""
        if rule.pattern is not None:
            patterns.check(rule.pattern)
        for target in rule.targets:
            if target.service not in _OPERATIONS:
                raise KeyError(
                    f"rule {rule.name}: the sandbox delivers to {', '.join(_OPERATIONS)}, not to {target.arn}"
                )
        self._rules(rule.bus).append(rule)
        if rule.schedule is not None:
            self._arm(rule, rule.schedule, next_after(rule.schedule, self._clock.now))

    def add_archive(self, archive: Archive) -> str:
        if archive.pattern is not None:
            patterns.check(archive.pattern)
        self._rules(archive.bus)
        self.archives[archive.name] = archive
        return f"arn:aws:events:{REGION}:{ACCOUNT}:archive/{archive.name}"

    def _rules(self, bus: str) -> list[Rule]:
        if bus not in self.buses:
            raise KeyError(f"no event bus is called {bus}; there are: {', '.join(self.buses)}")
        return self.buses[bus]

    # What happens

    def event(self, source: str, detail_type: str, detail: Any, *, resources: list[str] | None = None) -> Event:
        """A complete event of this account, now."""
        return {
            "version": "0",
            "id": self.uuid(),
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": datetime.fromtimestamp(self._clock.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": resources or [],
            "detail": detail,
        }

    def put(self, event: Event, bus: str = "default", *, after: float = 0.0) -> None:
        """Puts an event on a bus, `after` so many seconds; its rules' targets get it a moment later."""
        self._rules(bus)
        if after > 0:
            self._on_their_way.after(after, (event, bus))
        else:
            self._arrive(event, bus)

    def replay(self, archive: str, *, start: float = 0.0, end: float = float("inf")) -> int:
        """Sends what an archive kept between two moments through its bus's rules again; says how many events."""
        kept = self.archives[archive]
        name = f"replay-{self.uuid()[:8]}"
        chosen = [event for event in kept.events if start <= _seconds(event["time"]) <= end]
        for event in chosen:
            self._route({**event, "replay-name": name}, kept.bus)
        return len(chosen)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def soon(self) -> float:
        """Seconds that something takes to get here, or from here to a target."""
        return self._random.uniform(*self._latency)

    def _arrive(self, event: Event, bus: str) -> None:
        self.seen.append((bus, event))
        for archive in self.archives.values():
            if archive.bus == bus and (archive.pattern is None or patterns.matches(archive.pattern, event)):
                archive.events.append(event)
        self._route(event, bus)

    def _route(self, event: Event, bus: str) -> None:
        for rule in self.buses[bus]:
            if rule.enabled and rule.pattern is not None and patterns.matches(rule.pattern, event):
                self._send(rule, event)

    def _send(self, rule: Rule, event: Event) -> None:
        for target in rule.targets:
            copies = 2 if self._random.random() < self.duplicates else 1
            for _ in range(copies):
                attempt = _Attempt(rule, target, event, f"{event['id']}_{self.uuid()}", self._clock.now)
                self._attempts.after(self.soon(), attempt)

    def _try(self, attempt: _Attempt) -> None:
        error: Undeliverable | None = None
        try:
            self._hand_over(attempt)
        except Undeliverable as refused:
            error = refused
        target, event = attempt.target, attempt.event
        self.deliveries.append(
            Delivery(self._clock.now, attempt.rule.name, target.arn, event["id"], error.code if error else None)
        )
        if error is None:
            return
        wait = min(2.0**attempt.retries, 600.0) * self._random.uniform(0.5, 1)
        aged = self._clock.now + wait - attempt.since > target.max_age
        if error.again and attempt.retries < target.attempts and not aged:
            attempt.retries += 1
            self._attempts.after(wait, attempt)
        else:
            self._bury(attempt, error, exhausted="MaximumEventAgeInSeconds" if aged else "MaximumRetryAttempts")

    def _hand_over(self, attempt: _Attempt) -> None:
        target = attempt.target
        rule = {"name": attempt.rule.name, "arn": attempt.rule.arn}
        self.check(target)
        fault = self._faults.strike(target.service, _OPERATIONS[target.service], EVENTBRIDGE)
        if fault is not None and fault.kind not in {"slow", "lost answer"}:
            code = "THROTTLING" if fault.kind == "throttled" else "INTERNAL_ERROR"
            raise Undeliverable(code, f"{target.service}: {fault.kind}", again=True)
        if target.service not in self.destinations:
            raise Undeliverable("NO_RESOURCE", f"nothing delivers to {target.arn}", again=False)
        self.destinations[target.service](target, target.shape(attempt.event, rule), attempt.name)
        if fault is not None and fault.kind == "lost answer":
            raise Undeliverable("INTERNAL_ERROR", f"{target.service}: no answer", again=True)

    def _bury(self, attempt: _Attempt, error: Undeliverable, *, exhausted: str) -> None:
        if attempt.target.dead_letters is None:
            self.dropped.append((attempt.rule, attempt.target, attempt.event))
            return
        attributes = {
            "RULE_ARN": attempt.rule.arn,
            "TARGET_ARN": attempt.target.arn,
            "ERROR_CODE": error.code,
            "ERROR_MESSAGE": str(error),
        }
        if error.again:  # else it went there at once, and nothing was exhausted
            attributes |= {"EXHAUSTED_RETRY_CONDITION": exhausted, "RETRY_ATTEMPTS": str(attempt.retries)}
        self.bury(attempt.target.dead_letters, attempt.target.shape(attempt.event, {"name": "", "arn": ""}), attributes)

    def _to_bus(self, target: Target, text: str, _name: str) -> None:
        bus = target.arn.rpartition("/")[2]
        if bus not in self.buses:
            raise Undeliverable("NO_RESOURCE", f"no event bus is called {bus}", again=False)
        self._arrive(json.loads(text), bus)

    def _arm(self, rule: Rule, every: Every, when: float) -> None:
        def fire() -> None:
            if rule.enabled:
                self._send(rule, self.event("aws.events", "Scheduled Event", {}, resources=[rule.arn]))
            self._arm(rule, every, next_after(every, self._clock.now))

        self._schedules[rule.arn] = self._clock.at(when, fire, standing=True)

    # Saving

    def dump(self) -> dict[str, Any]:
        """Archives, what is on its way, when schedules fire next, and chance, as JSON. What was seen is left out."""
        attempts = [
            _SavedAttempt(when, one.rule.arn, one.target.id, one.event, one.name, one.since, one.retries)
            for when, one in self._attempts.pending
        ]
        saved = _Saved(
            chance=self._random,
            archives={name: archive.events for name, archive in self.archives.items()},
            on_their_way=[(when, event, bus) for when, (event, bus) in self._on_their_way.pending],
            attempts=attempts,
            schedules={arn: timer.when for arn, timer in self._schedules.items()},
        )
        document: dict[str, Any] = saving.dump(_Saved, saved)
        return document

    def load(self, document: Mapping[str, Any]) -> None:
        """Fills an EventBridge with the same buses, rules and archives from what `dump` gave.

        A bus, rule, target or archive that is no longer there takes with it what was meant for it.
        """
        saved = saving.load(_Saved, document)
        self._random = saved.chance
        for name, archive in self.archives.items():
            archive.events = saved.archives.get(name, [])
        self._on_their_way.restore((when, (event, bus)) for when, event, bus in saved.on_their_way if bus in self.buses)
        rules = {rule.arn: rule for on_bus in self.buses.values() for rule in on_bus}
        self._attempts.restore(
            (one.due, _Attempt(rules[one.rule], target, one.event, one.name, one.since, one.retries))
            for one in saved.attempts
            for target in (rules[one.rule].targets if one.rule in rules else ())
            if target.id == one.target
        )
        for arn, when in saved.schedules.items():
            rule = rules.get(arn)
            if rule is not None and rule.schedule is not None:
                self._schedules[arn].cancel()
                self._arm(rule, rule.schedule, min(when, self._schedules[arn].when))


@dataclass
class _Attempt:
    rule: Rule
    target: Target
    event: Event
    name: str
    since: float
    retries: int = 0


@dataclass
class _SavedAttempt:
    due: float
    rule: str
    """The rule's ARN."""
    target: str
    """The target's id."""
    event: Event
    name: str
    since: float
    retries: int


@dataclass
class _Saved:
    """What `dump` gives; the first of what is on its way is when it arrives."""

    chance: Chance
    archives: dict[str, list[Event]]
    on_their_way: list[tuple[float, Event, str]]
    attempts: list[_SavedAttempt]
    schedules: dict[str, float]


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
