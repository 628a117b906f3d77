"""A deal that can be shared, its opportunity, and a round of Cosell over both, all in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lambdas.domain import bodies, notes, status, todos
from lambdas.domain.lookups import NOTHING, Known
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan, Results
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Deal, KnownTodo, Opportunity, Record, Submission, SubmissionTask, Timeline
from lambdas.domain.todos import Todo
from lambdas.mapping import load
from lambdas.settings import Settings

NOW = 1_795_492_800.0  # 2026-11-24 04:00 UTC
SETTINGS = Settings(catalog="Sandbox", solutions="S-1234567")
MAPPING = load()

DEAL: dict[str, str | None] = {
    "hs_object_id": "310",
    "dealname": "Data platform",
    "dealstage": "qualifiedtobuy",
    "pipeline": "default",
    "dealtype": "newbusiness",
    "closedate": "2027-01-31T12:00:00Z",
    "aws_share": "yes",
    "aws_customer_problem": "Reports take two days, because the data lies in five systems.",
    "aws_use_case": "Database",
    "aws_monthly_spend": "12500",
}
COMPANY: dict[str, str | None] = {
    "name": "Vandelay",
    "domain": "vandelay.example.com",
    "country": "Germany",
    "zip": "10115",
    "city": "Berlin",
    "industry": "COMPUTER_SOFTWARE",
}
CONTACT: dict[str, str | None] = {
    "email": "ada@vandelay.example.com",
    "firstname": "Ada",
    "lastname": "Lovelace",
    "phone": "030 1234567",
    "aws_share_contact": "true",
}


def a_deal(
    *,
    company: dict[str, str | None] | None = None,
    contacts: tuple[Record, ...] = (),
    **properties: str | None,
) -> Deal:
    """A deal that is complete, but for what is given."""
    return Deal(
        id="310",
        portal="44000001",
        properties=DEAL | properties,
        company=Record(id="900", properties=COMPANY | (company or {})),
        companies=1,
        contacts=contacts,
    )


def a_contact(**properties: str | None) -> Record:
    return Record(id="700", properties=CONTACT | properties)


def a_submission(status: str, *, generation: int = 1, started: float = NOW, **members: str | None) -> Submission:
    task = SubmissionTask.model_validate({"id": "task-1", "status": status} | members)
    return Submission(generation=generation, started=started, task=task)


def plan_for(
    deal: Deal,
    opportunity: Opportunity | None = None,
    *,
    base: Base | None = None,
    submission: Submission | None = None,
    settings: Settings = SETTINGS,
    mapping: Mapping = MAPPING,
    known: Known = NOTHING,
) -> Plan:
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=deal,
        opportunity=opportunity,
        base=base or Base(),
        submission=submission,
        settings=settings,
        mapping=mapping,
        now=NOW,
        known=known,
    )


@dataclass(frozen=True)
class World:
    """Both sides and the agreement between them. Every verb returns the world after it."""

    deal: Deal = field(default_factory=a_deal)
    opportunity: Opportunity | None = None
    base: Base = field(default_factory=Base)

    def plan(self) -> Plan:
        return plan_for(self.deal, self.opportunity, base=self.base)

    def round(self) -> World:
        """One plan, applied."""
        return self.applied(self.plan())

    def applied(self, plan: Plan) -> World:
        """AWS takes what it is sent, HubSpot what is shown."""
        opportunity, results = self.opportunity, Results()
        if plan.create is not None:
            body = {"Id": "O1", "LifeCycle": {}} | plan.create
            body["LifeCycle"] |= {"ReviewStatus": "Pending Submission"}
            opportunity, results = (
                Opportunity(id="O1", last_modified="2026-11-24T03:00:00.000000Z", body=body),
                Results(created="O1"),
            )
        if plan.update is not None and opportunity is not None:
            read_only = {name: value for name, value in opportunity.body.items() if name not in {"Customer", "Project"}}
            kept = {name: opportunity.body["LifeCycle"].get(name) for name in bodies.READ_ONLY}
            life_cycle = {name: value for name, value in kept.items() if value is not None} | plan.update["LifeCycle"]
            opportunity = replace_body(opportunity, read_only | plan.update | {"LifeCycle": life_cycle})
        if opportunity is not None:
            opportunity = replace_body(opportunity, opportunity.body | _related(opportunity, plan))
        properties = self.deal.properties | status.present(plan, results)
        company = self.deal.company
        if company is not None:
            company = company.model_copy(update={"properties": company.properties | plan.company_changes})
        return World(
            deal=self.deal.model_copy(update={"properties": properties, "company": company}),
            opportunity=opportunity,
            base=(status.base_after(plan, results) or self.base).model_copy(update={"timeline": told(plan, results)}),
        )

    def seller_edits(self, **properties: str | None) -> World:
        return replace(self, deal=self.deal.model_copy(update={"properties": self.deal.properties | properties}))

    def company_changes(self, **properties: str | None) -> World:
        company = Record(id="900", properties=(self.deal.company or a_contact()).properties | properties)
        return replace(self, deal=self.deal.model_copy(update={"company": company}))

    def aws_edits(self, **members: Any) -> World:
        """`Project={"Title": "..."}` merges into the structure, a plain value replaces the member."""
        assert self.opportunity is not None
        body = dict(self.opportunity.body)
        for name, value in members.items():
            body[name] = body.get(name, {}) | value if isinstance(value, dict) else value
        return replace(self, opportunity=replace_body(self.opportunity, body))

    def reviewed(self, review_status: str, **life_cycle: str) -> World:
        return self.aws_edits(LifeCycle={"ReviewStatus": review_status} | life_cycle)

    def summarised(self, **members: Any) -> World:
        """AWS's summary of the opportunity says this."""
        assert self.opportunity is not None
        summary = (self.opportunity.summary or {}) | members
        return replace(self, opportunity=self.opportunity.model_copy(update={"summary": summary}))

    def forgets(self) -> World:
        return replace(self, base=Base())

    @property
    def body(self) -> dict[str, Any]:
        assert self.opportunity is not None
        return self.opportunity.body


def told(plan: Plan, results: Results) -> Timeline:
    """The timeline once the seller is told."""
    timeline = status.timeline_after(plan, results)
    for note in timeline.owed:
        timeline = notes.made(timeline, note)
    todo = todos.wanted(plan, results)
    match todos.step(timeline.todo, todo, NOW), todo:
        case "create" | "update", Todo():
            known = KnownTodo(id="task-1", begun=NOW, kind=todo.kind, digest=todo.digest)
            return timeline.model_copy(update={"todo": known})
        case "complete", _:
            return timeline.model_copy(update={"todo": None})
    return timeline


def _related(opportunity: Opportunity, plan: Plan) -> dict[str, Any]:
    """What the opportunity is associated with after the plan; a linked solution empties the description of another."""
    related = {kind: [*ids] for kind, ids in opportunity.related.items()}
    for one in plan.associate:
        related.setdefault(one.kind, []).append(one.id)
    for one in plan.disassociate:
        related[one.kind].remove(one.id)
    project = dict(opportunity.body.get("Project") or {})
    if any(one.kind == "Solutions" for one in plan.associate):
        project.pop("OtherSolutionDescription", None)
    return {"RelatedEntityIdentifiers": related, "Project": project}


def replace_body(opportunity: Opportunity, body: dict[str, Any]) -> Opportunity:
    return opportunity.model_copy(update={"body": body})


def linked(**properties: str | None) -> World:
    """A shared deal with its opportunity, in step."""
    return World().seller_edits(**properties).round().round()
