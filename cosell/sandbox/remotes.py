"""The remotes of a sandbox: each can be made to fail, and at two of them people work."""

from __future__ import annotations

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.faults import Fault, Kind
from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.network import Call
from cosell.sandbox.partner_central import Aws, OpportunityView, PartnerCentral
from cosell.sandbox.people import Deal, Seller


class Faulty:
    """A remote that can be made to fail."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self._cloud = cloud
        self._name = name

    def fail(
        self,
        operation: str | None = None,
        *,
        with_: Kind = "failed",
        until_healed: bool = False,
        times: int = 1,
        nth: int | None = None,
        rate: float = 1.0,
        seconds: float = 20.0,
        function: str | None = None,
        state: str | None = None,
    ) -> None:
        """Makes calls of `operation`, or of all, go wrong: `times` times, or until healed. The rest is `Fault`'s."""
        self._cloud.faults.add(
            Fault(
                kind=with_,
                remote=self._name,
                operation=operation,
                function=function,
                state=state,
                nth=nth,
                times=None if until_healed else times,
                rate=rate,
                seconds=seconds,
            )
        )

    def heal(self) -> None:
        self._cloud.faults.heal(self._name)

    @property
    def calls(self) -> list[Call]:
        """What was asked of it so far."""
        return [call for call in self._cloud.network.calls if call.remote == self._name]


class FaultyHubSpot(Faulty):
    """HubSpot, and the seller who works in it."""

    def __init__(self, cloud: Cloud, simulator: HubSpot) -> None:
        super().__init__(cloud, "hubspot")
        self.simulator = simulator
        self.seller = Seller(simulator)

    def deliver_webhooks(self, *, copies: int = 1, shuffled: bool = False, batch: int = 100) -> int:
        """Delivers what is pending now, instead of in its own time; says how many messages."""
        return self.simulator.webhooks.deliver_now(copies, shuffled=shuffled, batch=batch)

    def deal(self, deal_id: str) -> Deal:
        record = self.simulator.record("deals", deal_id)
        companies, contacts = (list(record.associations.get(kind, {})) for kind in ("companies", "contacts"))
        return Deal(deal_id, next(iter(companies), None), next(iter(contacts), None), self.simulator)


class FaultyPartnerCentral(Faulty):
    """Partner Central, and the people at AWS who decide there."""

    def __init__(self, cloud: Cloud, simulator: PartnerCentral) -> None:
        super().__init__(cloud, "partner_central")
        self.simulator = simulator

    @property
    def aws(self) -> Aws:
        return self.simulator.aws

    @property
    def opportunities(self) -> list[OpportunityView]:
        return self.simulator.opportunities
