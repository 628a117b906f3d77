"""The sandbox: Cosell's stacks, deployed into a small account of their own, between a HubSpot and a Partner Central."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import urlsplit

from boto3.dynamodb.types import TypeDeserializer
from pydantic import ValidationError

import lambdas.mapping
from cosell.sandbox import portal, stored
from cosell.sandbox.assembly import synthesized
from cosell.sandbox.cloud import Cloud
from cosell.sandbox.executions import Executions
from cosell.sandbox.faults import LAMBDA
from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.hubspot import Switches as HubSpotSwitches
from cosell.sandbox.logs import LogLine
from cosell.sandbox.network import Call
from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.partner_central import Switches as PartnerCentralSwitches
from cosell.sandbox.people import Deal
from cosell.sandbox.permissions import Permissions
from cosell.sandbox.remotes import Faulty, FaultyHubSpot, FaultyPartnerCentral
from cosell.sandbox.resources import BUILDERS
from cosell.sandbox.router import Router
from cosell.sandbox.server import Server
from cosell.sandbox.stepfunctions import Clock, StatesApi
from cosell.sandbox.stepfunctions.clock import MORNING
from cosell.sandbox.stored import FORMAT, NotLoadable
from cosell.sandbox.templates import deploy
from cosell.sandbox.wire import ACCOUNT, REGION, Request, Response
from lambdas.domain import mapping as field_mapping

Answered = Callable[[Response | None], None]

_AS_SENT = {
    "x-hubspot-signature": "X-HubSpot-Signature",
    "x-hubspot-signature-version": "X-HubSpot-Signature-Version",
    "x-hubspot-signature-v3": "X-HubSpot-Signature-v3",
    "x-hubspot-request-timestamp": "X-HubSpot-Request-Timestamp",
}
"""How HubSpot spells its headers; API Gateway passes them on as they come."""


class Sandbox:
    """One world. The same seed and the same calls give the same run, call by call.

    Only one can be open in a process: it replaces the transports of botocore and httpx, and the functions' clock.

    With `state`, what `dump` gave, it goes on where that one stood: the stacks are deployed as they are now and filled.
    Time goes on, too, or from the clock's present where that is later; then what fell due meanwhile is due at once.
    `seed` is 0 or the state's, and the switches should be those of the world that was saved. Raises NotLoadable.
    """

    _open: Sandbox | None = None

    def __init__(
        self,
        assembly: Path | None = None,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
        hubspot: HubSpotSwitches | None = None,
        partner_central: PartnerCentralSwitches | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        if Sandbox._open is not None:
            raise RuntimeError("a sandbox is open in this process already: close it first")
        self.seed = seed = _seed(seed, state)
        self.server: Server | None = None
        self.clock = clock or Clock(state["now"] if state else MORNING)
        present = self.clock.now
        self.clock.now = state["now"] if state else present
        self.cloud = Cloud(self.clock, seed=seed)
        self.hubspot = FaultyHubSpot(self.cloud, HubSpot(self.clock, seed=seed, switches=hubspot))
        pc = PartnerCentral(self.clock, account=ACCOUNT, seed=seed, switches=partner_central)
        self.partner_central = FaultyPartnerCentral(self.cloud, pc)
        self.dynamodb = Faulty(self.cloud, "dynamodb")
        self.functions = Faulty(self.cloud, LAMBDA)
        self.executions = Executions(self.cloud.machines, self._names_of)
        self._connect()
        self.deployment = deploy(assembly or synthesized(), self.cloud, BUILDERS)
        self.cloud.permissions = Permissions(self.deployment.policies())
        if state is None:
            self._fill_in_the_secret()
        else:
            self._fill(state)
        self._set_up_the_portal()
        self.clock.skip_to(present)
        self._stack = ExitStack()
        self._stack.enter_context(self.cloud.running())
        Sandbox._open = self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all handlers and gives the transports back. Closing twice does nothing."""
        if Sandbox._open is self:
            Sandbox._open = None
            self._stack.close()

    def use_mapping(self, mapping: field_mapping.Mapping) -> None:
        """Deploys a partner's own mapping in the default's place, and sets the portal up for it."""
        self._stack.enter_context(patch.object(lambdas.mapping, "load", lambda _name="": mapping))
        portal.set_up(self.hubspot.simulator, mapping, solutions=self._solutions())

    # State

    def dump(self) -> dict[str, Any]:
        """All of this world that is to last, as JSON: what `state` takes. It changes nothing.

        Traces, logs, faults and Lambda invocations under way are left out; a Task that waits for one is asked again.
        """
        return {
            "format": FORMAT,
            "seed": self.seed,
            "portal": self.hubspot.simulator.portal.id,
            "now": self.clock.now,
            "cloud": self.cloud.dump(),
            "hubspot": self.hubspot.simulator.dump(),
            "partner_central": self.partner_central.simulator.dump(),
        }

    def save(self, path: str | Path) -> None:
        """Writes `dump` to a file, whole or not at all. Raises OSError."""
        stored.write(Path(path), self.dump())

    @classmethod
    def load(
        cls,
        path: str | Path,
        assembly: Path | None = None,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
        hubspot: HubSpotSwitches | None = None,
        partner_central: PartnerCentralSwitches | None = None,
    ) -> Self:
        """A sandbox that goes on where the saved one stood. Raises NotLoadable, FileNotFoundError."""
        state = stored.read(Path(path))
        try:
            return cls(assembly, seed=seed, clock=clock, hubspot=hubspot, partner_central=partner_central, state=state)
        except NotLoadable as error:
            raise NotLoadable(f"{path}: {error}") from error

    def _fill(self, state: Mapping[str, Any]) -> None:
        portal_id = self.hubspot.simulator.portal.id
        if state["portal"] != portal_id:
            raise NotLoadable(f"it was saved with the HubSpot portal {state['portal']}, this one is {portal_id}")
        try:
            self.hubspot.simulator.load(state["hubspot"])
            self.partner_central.simulator.load(state["partner_central"])
            self.cloud.load(state["cloud"])
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise NotLoadable(f"it does not fit this version of Cosell ({_why(error)})") from error

    # Time

    def run_until_quiet(self) -> None:
        """Runs until nothing is under way and no event, webhook or one-off timer is due. Schedules do not fire.

        Raises RunsForever.
        """
        self.clock.run_until_quiet()

    def advance(self, seconds: float) -> None:
        """Moves time, doing all that falls due, schedules included."""
        self.clock.advance(seconds)

    # Sockets

    def listen(self, *, port: int = 0) -> Server:
        """Opens a loopback port for everything, and sends webhooks through it from now on. Closed with the sandbox."""
        if self.server is None:
            router = Router(self.cloud, self.hubspot.simulator)
            self.server = Server(self.clock, router, port=port)
            self._stack.callback(self.server.close)
            path = urlsplit(self.deployment.outputs["WebhookUrl"]).path
            self._answers_to(f"{self.server.url}{path}")
        return self.server

    def _answers_to(self, url: str) -> None:
        """HubSpot calls this URL, and the receiver checks signatures over it, as with a custom domain."""
        functions = self.cloud.functions.deployed
        for name, function in functions.items():
            if name.endswith("-webhook"):
                environment = {**function.environment, "COSELL_WEBHOOK_URL": url}
                functions[name] = replace(function, environment=environment)
        self.hubspot.simulator.app.target_url = url

    # Looking in

    @property
    def calls(self) -> list[Call]:
        """Every remote call so far, in order."""
        return self.cloud.network.calls

    @property
    def logs(self) -> list[LogLine]:
        """Every line that functions wrote."""
        return self.cloud.functions.logs.lines

    def remote(self, name: str) -> Faulty:
        """Any remote by the name that calls show: `events`, `sqs`, `secretsmanager`..."""
        return Faulty(self.cloud, name)

    def heal(self) -> None:
        """Ends all faults everywhere."""
        self.cloud.faults.heal()

    def dlq(self, name: str) -> list[dict[str, Any]]:
        """The messages in a queue, by what its name ends in: Body and MessageAttributes."""
        for _, made in self.deployment.of_type("AWS::SQS::Queue"):
            if made.attributes["QueueName"].endswith(name):
                return self.cloud.services.messages(made.attributes["Arn"])
        raise KeyError(f"no queue's name ends in {name}")

    def table(self, name: str) -> str:
        """The full name of a table, by what it ends in."""
        for kind in ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"):
            for _, made in self.deployment.of_type(kind):
                if made.ref.endswith(f"-{name}"):
                    return made.ref
        raise KeyError(f"no table's name ends in {name}")

    def items(self, table: str, **key: str) -> list[dict[str, Any]]:
        """All items of a table whose attributes have these values, in order of their keys."""
        found = self.cloud.services.items(self.table(table), key.get("pk"))
        plain = TypeDeserializer().deserialize
        items = [{name: plain(value) for name, value in item.items()} for item in found]
        chosen = [item for item in items if all(item.get(name) == value for name, value in key.items())]
        return sorted(chosen, key=lambda item: (item["pk"], item.get("sk", "")))

    def pair(self, deal: Deal | str) -> str | None:
        """The pair that a deal, or the deal with this id, belongs to."""
        portal_id = self.hubspot.simulator.portal.id
        deal_id = deal if isinstance(deal, str) else deal.id
        found = self.items("links", pk=f"deal#{portal_id}#{deal_id}")
        return found[0]["pair"] if found else None

    def audit(self, deal: Deal | str) -> list[dict[str, Any]]:
        """The trail of what was written for a deal, or for the deal with this id, in order."""
        pair = self.pair(deal)
        if pair is None:
            return []
        return [item for item in self.items("sync-state", pk=pair) if item["sk"].startswith("audit#")]

    def _names_of(self, deal_id: str) -> set[str]:
        """The pair and the opportunity of a deal."""
        pair = self.pair(deal_id)
        known = self.partner_central.simulator.state.opportunities.values()
        opportunities = {one.id for one in known if one.fields.get("PartnerOpportunityIdentifier") == deal_id}
        return opportunities | ({pair} if pair else set())

    # Wiring

    def _connect(self) -> None:
        network, host = self.cloud.network, "partnercentral-selling"
        network.add("hubspot", self.hubspot.simulator, "api.hubapi.com")
        legacy = f"{host}.{REGION}.amazonaws.com"
        network.add("partner_central", self.partner_central.simulator, f"{host}.{REGION}.api.aws", legacy)
        network.add("states", StatesApi(self.cloud.machines), f"states.{REGION}.amazonaws.com")
        events = self.cloud.events
        self.partner_central.simulator.on_event.append(lambda event: events.put(event, after=events.soon()))

    def _fill_in_the_secret(self) -> None:
        """What a person does after the first deployment."""
        hubspot = self.hubspot.simulator
        secret = {
            "hubspot_token": hubspot.app.token,
            "hubspot_client_secret": hubspot.app.client_secret,
            "hubspot_previous_client_secret": "",
            "hubspot_app_id": str(hubspot.app.app_id),
            "portal_id": str(hubspot.portal.id),
        }
        for _, made in self.deployment.of_type("AWS::SecretsManager::Secret"):
            self.cloud.services.secretsmanager.ask("PutSecretValue", SecretId=made.ref, SecretString=json.dumps(secret))

    def _set_up_the_portal(self) -> None:
        hubspot = self.hubspot.simulator
        portal.set_up(hubspot, lambdas.mapping.load(), solutions=self._solutions())
        hubspot.app.target_url = self.deployment.outputs["WebhookUrl"]
        hubspot.deliver = self._deliver

    def _solutions(self) -> list[tuple[str, str]]:
        return [(solution.id, solution.name) for solution in self.partner_central.simulator.solutions]

    def _deliver(self, request: Request, answered: Answered) -> None:
        spelled = tuple((_AS_SENT.get(name, name.title()), value) for name, value in request.headers.items())
        send = self.cloud.gateway.receive if self.server is None else self.server.post
        send(replace(request, sent_headers=spelled), answered)


def _seed(asked: int | None, state: Mapping[str, Any] | None) -> int:
    """Raises NotLoadable where the state is none of this format, or of another seed."""
    if state is None:
        return asked or 0
    saved: int = stored.checked(state)["seed"]
    if asked not in {None, saved}:
        raise NotLoadable(f"it was saved with the seed {saved}, not {asked}")
    return saved


def _why(error: Exception) -> str:
    """In one line: the first thing that is wrong with a document, and where."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
