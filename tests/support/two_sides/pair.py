"""A pair whose two sides are the simulators, and a Cosell that applies its plans to them at once.

What is left out is only what carries a plan: Lambda, Step Functions, DynamoDB, the clients. The sides refuse, rewrite
and lock as they do in the whole sandbox, plans and agreements cross the same JSON, and each step of a plan is done as
its task in `lambdas/tasks` does it. A round takes milliseconds, so that properties can be tried by the thousand.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cosell.sandbox import people
from cosell.sandbox.hubspot import HubSpot, links
from cosell.sandbox.hubspot import Refused as RefusedByHubSpot
from cosell.sandbox.hubspot.kinds import KINDS
from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.partner_central.editing import changed_paths
from cosell.sandbox.partner_central.state import Opportunity as Stored
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request
from lambdas.domain import locks, paths
from lambdas.domain.lookups import NOTHING, Known, Lookup, Owner
from lambdas.domain.mapping import Mapping as FieldMapping
from lambdas.domain.plan import Change, Plan, Results, Step
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Deal, Opportunity, PortalFacts, Problem, Record, Submission, SubmissionTask
from lambdas.domain.refusals import Refusal
from lambdas.domain.status import next_step, outcome, present
from lambdas.settings import Settings
from tests.lambdas.domain.builders import NOW
from tests.support.two_sides.services import CATALOG, SWITCHES, Conflict, ask, services, without_nulls
from tests.support.two_sides.tasks import STEPS, Write

SETTINGS: Final = Settings(catalog=CATALOG)
PRIMARY: Final = 5
"""Association type of a deal with its primary company."""
MOST_ROUNDS: Final = 3
"""So many rounds may do something before one finds nothing left to do; waiting for AWS's submission does not count."""

_KINDS: Final = {"deal": "deals", "company": "companies", "contact": "contacts"}
_ALWAYS_READ: Final = ("pipeline", "dealstage")


class Unquiet(AssertionError):
    """The pair does not come to rest."""


@dataclass
class TwoSides:
    """A deal at HubSpot, its opportunity at Partner Central, and what Cosell remembers about the two."""

    mapping: FieldMapping
    hubspot: HubSpot
    central: PartnerCentral
    deal: people.Deal
    opportunity: str | None = None
    base: Base = field(default_factory=Base)
    submission: Submission | None = None
    fence: int = 0
    lost: list[Change] = field(default_factory=list)
    """Edits that were overruled, and what updates replaced at AWS: all that the trail keeps."""
    writes: list[Write] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return self.hubspot.clock

    @property
    def seller(self) -> people.Seller:
        return people.Seller(self.hubspot)

    @property
    def facts(self) -> PortalFacts:
        return PortalFacts(time_zone=self.hubspot.portal.time_zone, currency=self.hubspot.portal.currency)

    @property
    def stored(self) -> Stored:
        """The opportunity as Partner Central has it."""
        assert self.opportunity is not None
        return self.central.state.opportunities[self.opportunity]

    def copied(self) -> TwoSides:
        """The same once more: what happens to one does not happen to the other."""
        hubspot, central = services(self.mapping, self.clock.now)
        for name in ("records", "links", "taken", "merged", "last_ids"):
            setattr(hubspot.portal, name, copy.deepcopy(getattr(self.hubspot.portal, name)))
        vars(central.state).update(vars(copy.deepcopy(self.central.state)))
        return replace(
            self,
            hubspot=hubspot,
            central=central,
            deal=replace(self.deal, hubspot=hubspot),
            lost=[*self.lost],
            writes=[*self.writes],
            refusals=[*self.refusals],
        )

    # What happens to them

    def seller_edits(self, kind: str, properties: Mapping[str, str]) -> bool:
        """False where HubSpot does not let a seller write it."""
        record = {"deal": self.deal.id, "company": self.deal.company, "contact": self.deal.contact}[kind]
        try:
            self.hubspot.people.edits(_KINDS[kind], record or "", properties)
        except RefusedByHubSpot:
            return False
        return True

    def aws_edits(self, values: Mapping[str, Any]) -> bool:
        """AWS's people write values, by path, into the opportunity itself, which they can in any status.

        False, and nothing is done, where AWS itself takes no such opportunity, or would rewrite it.
        """
        before = copy.deepcopy(self.central.state)
        body = without_nulls(copy.deepcopy(self.stored.fields))
        for path, value in values.items():
            paths.put(body, path, value)
        for member in {re.split(r"[.\[]", path)[0] for path in values}:
            self.central.aws.edits(self.stored.id, member, body.get(member))
        is_possible = self._is_possible()
        if not is_possible:
            vars(self.central.state).update(vars(before))
        return is_possible

    def colleague_does(self, operation: str, **members: Any) -> bool:
        """Somebody else of the partner's, in Partner Central. False where AWS refuses."""
        return not isinstance(self.ask(operation, **members), Refusal)

    def _is_possible(self) -> bool:
        """Whether a partner could write back what is there now, and nothing changes by that."""
        trial = PartnerCentral(self.clock, switches=SWITCHES)
        vars(trial.state).update(vars(copy.deepcopy(self.central.state)))
        stored = trial.state.opportunities[self.stored.id]
        if stored.review_status != locks.PENDING:
            stored.review_status = locks.APPROVED
        before = copy.deepcopy(stored.fields)
        body = {name: value for name, value in before.items() if value is not None}
        moment = ask(trial, "GetOpportunity", Identifier=stored.id)["LastModifiedDate"]
        answer = ask(trial, "UpdateOpportunity", Identifier=stored.id, LastModifiedDate=moment, **body)
        return not isinstance(answer, Refusal) and not changed_paths(before, stored.fields)

    # Rounds

    def decide(self) -> Plan:
        """The plan of a round, as the tasks read it back."""
        deal, opportunity = self.read_deal(), self.read_opportunity()
        self.submission = self._submission_now()
        asked: Known = NOTHING
        for _ in range(2):
            plan = make_plan(
                pair="pair-1",
                fence=self.fence,
                deal=deal,
                opportunity=opportunity,
                base=self.base,
                submission=self.submission,
                settings=SETTINGS,
                mapping=self.mapping,
                now=self.clock.now,
                portal=self.facts,
                known=asked,
            )
            if not plan.lookups:
                break
            asked = Known({lookup: self._answer(lookup) for lookup in plan.lookups})
        return Plan.model_validate_json(plan.model_dump_json())

    def round(self, *, stops_after: int = 99) -> tuple[Plan, Results]:
        """One plan, applied, as far as that many steps: what was done is then planned anew, by what is there."""
        self.fence += 1
        plan, results = self.decide(), Results()
        step = next_step(plan, results)
        while step is not Step.FINISH_TURN and stops_after:
            try:
                results = STEPS[step](self, plan, results)
            except Conflict:
                return plan, results
            step, stops_after = next_step(plan, results, after=step), stops_after - 1
        return plan, results

    def syncs(self) -> Plan:
        """Rounds until one does nothing: its plan. Raises Unquiet."""
        plans: list[Plan] = []
        while len(plans) <= MOST_ROUNDS:
            plan, results = self.round()
            self.clock.advance(10)
            if outcome(plan, results) == "WAITING":
                continue
            if next_step(plan, Results()) is Step.FINISH_TURN:
                return plan
            plans.append(plan)
        did = [(plan.steps(), [change.path for change in plan.changes], present(plan, Results())) for plan in plans]
        raise Unquiet("\n".join(map(str, did)))

    # Reading

    def read_deal(self) -> Deal:
        companies, contacts = (
            links.ends(self.hubspot.portal, ("deals", self.deal.id), KINDS[kind]) for kind in ("companies", "contacts")
        )
        company = next((one for one, types in companies.items() if PRIMARY in types or len(companies) == 1), None)
        return Deal(
            id=self.deal.id,
            portal=str(self.hubspot.portal.id),
            properties=self._read("deal", self.deal.id).properties,
            company=self._read("company", company) if company else None,
            companies=len(companies),
            contacts=tuple(self._read("contact", one) for one in contacts),
        )

    def read_opportunity(self) -> Opportunity | None:
        if self.opportunity is None:
            return None
        body = without_nulls(self.ask("GetOpportunity", Identifier=self.opportunity))
        summary = self.ask("GetAwsOpportunitySummary", RelatedOpportunityIdentifier=self.opportunity)
        return Opportunity(
            id=self.opportunity, last_modified=body["LastModifiedDate"], body=body, summary=without_nulls(summary)
        )

    def _read(self, kind: str, identifier: str) -> Record:
        record = self.hubspot.portal.records[_KINDS[kind]][identifier]
        names = {*_ALWAYS_READ, *(row.property for row in self.mapping.active if row.object == kind)}
        return Record(id=identifier, properties={name: record.value(name) for name in names})

    def _submission_now(self) -> Submission | None:
        known = self.submission
        if known is None or known.task.id is None:
            return known
        task = self.central.state.tasks[known.task.id]
        members = {"status": task.status, "reason": task.reason_code, "message": task.message}
        return known.model_copy(
            update={"task": SubmissionTask.model_validate({"id": task.id, "engagement": task.engagement} | members)}
        )

    def _answer(self, lookup: Lookup) -> Any:
        match lookup.kind:
            case "owner":
                return self._owner(lambda owner: owner.id == lookup.key)
            case "owner_of":
                return self._owner(lambda owner: lookup.key in {owner.email, owner.id})
            case "options":
                return frozenset(one.value for one in self.hubspot.portal.definitions["deals"][lookup.key].options)
            case "tags":
                return dict(self.central.state.tags.get(lookup.key, {}))

    def _owner(self, fits: Callable[[Any], bool]) -> Owner | None:
        found = next((owner for owner in self.hubspot.portal.owners.values() if fits(owner)), None)
        if found is None:
            return None
        return Owner(
            id=found.id,
            email=found.email,
            first_name=found.first_name,
            last_name=found.last_name,
            archived=found.archived,
        )

    def ask(self, operation: str, **members: Any) -> Any:
        """AWS's answer, or its Refusal. Raises Conflict."""
        return ask(self.central, operation, **members)

    def hubspot_takes(self, path: str, properties: Mapping[str, str]) -> None:
        """Writes as the app does. HubSpot must not refuse what a plan writes: AssertionError."""
        url = f"https://api.hubapi.com/crm/objects/2026-09/{path}"
        headers = {"authorization": f"Bearer {self.hubspot.app.token}", "content-type": "application/json"}
        body = json.dumps({"properties": dict(properties)}).encode()
        answer = self.hubspot.handle(Request("PATCH", url, headers, body))
        assert answer.status == 200, (properties, answer.body)


def a_pair(mapping: FieldMapping, **properties: str) -> TwoSides:
    """A complete deal that is shared, and that Cosell has not seen yet."""
    hubspot, central = services(mapping, NOW)
    deal = people.Seller(hubspot).creates_deal(shared_with_aws=True, **properties)
    return TwoSides(mapping, hubspot, central, deal)
